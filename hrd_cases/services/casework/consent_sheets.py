"""One sheet that many people signed: who its names are, and an answer for each of them, all in one act."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.consent_sheets import (
    MOST_NAMES,
    SheetLine,
    SignedSheet,
    consent_of,
    doubled,
    names_of_sheet,
)
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import CaseId, PersonId, RecordId, person_id
from hrd_cases.domain.likeness import name_written, perhaps_same, sounds_of_name
from hrd_cases.domain.people import Name, Person
from hrd_cases.domain.words import N_
from hrd_cases.services.casework import people
from hrd_cases.services.casework.duplicates import spellings
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import open_vault, people_of
from hrd_cases.services.records.answering import check_answers, give
from hrd_cases.services.records.people_cards import people_cards
from hrd_cases.services.records.records import title
from hrd_cases.store.records import Stored, of_class

MOST_ALIKE = 5  # people offered for one name
ASK = "ask"  # a name that may be somebody known: whoever enters the sheet says who it is


@dataclass(frozen=True, kw_only=True)
class SheetSigner:
    """A name of the sheet, whom it stands for at first sight (id, '' for somebody new, or ASK), and who it could be."""

    name: str
    who: str
    alike: tuple[tuple[str, str], ...]


def signers(ctx: Context, case: CaseId, sheet: SignedSheet) -> tuple[SheetSigner, ...]:
    """Whom the names of a sheet stand for: somebody of this case by the same name, else somebody new.

    Who is written otherwise (Сейітов, Сеитов) or belongs to another case of the actor's is offered, never chosen: the
    line then asks. RuleBroken at the field.
    """
    vault = open_vault(ctx, Act.ANSWER, case)
    names = names_of_sheet(sheet.names)
    if not names and not sheet.people:
        raise RuleBroken(N_("Write the names, or tick people."), place="names")
    if len(names) > MOST_NAMES:
        raise RuleBroken(
            N_("At most %(most)s names on one sheet. Divide the list."), place="names", values={"most": MOST_NAMES}
        )
    check_answers(sheet)
    here = {card.id: card for card in of_class(ctx.work.records.cards(people_of(ctx, vault)), Person)}
    people = {**here, **{card.id: card for card in people_cards(ctx)}}
    ticked = [SheetSigner(name=title(here[person]), who=person, alike=()) for person in sheet.people if person in here]
    existing = _Known.of(people, here)
    return (*ticked, *map(existing.signer, names))


def keep(ctx: Context, case: CaseId, sheet: SignedSheet, lines: Sequence[SheetLine], pseudonym: str) -> int:
    """Enter the answer of every line, beginning a file for who is new; how many.

    `pseudonym` is what a new person is called, with %(number)s in it. RuleBroken names the line.
    """
    vault = open_vault(ctx, Act.ANSWER, case)
    if not lines:
        raise RuleBroken(N_("Nobody of this sheet is left."), place="names")
    request = next((line.name for line in lines if line.who == ASK), "")
    if request:
        text = N_("Say who this is: one of the people offered, or somebody new.")
        raise RuleBroken(text, values={"line": request})
    twice = doubled(lines)
    if twice:
        raise RuleBroken(
            N_("Two lines stand for the same person: %(name)s. Take one out, or enter somebody new."),
            values={"name": twice},
        )
    values = {card.id for card in ctx.work.records.cards(people_of(ctx, vault))}
    words = {card.value.pseudonym.casefold() for card in people_cards(ctx)}
    for line in lines:
        person = person_id(line.who) or _begin(ctx, case, line.name, pseudonym, words)
        if line.who and person not in values:
            people.link(ctx, person, case)
        try:
            give(ctx, case, consent_of(sheet, line, person))
        except RuleBroken as broken:
            raise _of_line(broken, line.name) from None
    return len(lines)


def _of_line(broken: RuleBroken, name: str) -> RuleBroken:
    """The same refusal with the name of the line it belongs to."""
    return RuleBroken(broken.text, place=broken.place, values={**broken.values, "line": name})


def _begin(ctx: Context, case: CaseId, name: str, pseudonym: str, pseudonyms: set[str]) -> PersonId:
    number = 1
    while (pseudonym % {"number": number}).casefold() in pseudonyms:
        number += 1
    called = pseudonym % {"number": number}
    pseudonyms.add(called.casefold())
    return people.create(ctx, Person(pseudonym=called, names=(Name(name=name),)), case)


@dataclass(frozen=True, kw_only=True)
class _Spelling:
    """One way in which a person is written."""

    text: str
    written: tuple[str, ...]
    heard: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _Known:
    """The people whom the actor may choose: how they are written, and who is of this case."""

    spelled: Mapping[RecordId, tuple[_Spelling, ...]]
    by_word: Mapping[str, frozenset[RecordId]]
    titles: Mapping[str, str]
    here: frozenset[RecordId]

    @classmethod
    def of(cls, cards: Mapping[RecordId, Stored[Person]], here: Iterable[RecordId]) -> "_Known":
        """From the cards of people."""
        spelled = {key: tuple(map(_spelling, spellings(card.value))) for key, card in cards.items()}
        by_word: dict[str, set[RecordId]] = {}
        for key, names in spelled.items():
            for word in {word for name in names for word in name.heard}:
                by_word.setdefault(word, set()).add(key)
        return cls(
            spelled=spelled,
            by_word={word: frozenset(keys) for word, keys in by_word.items()},
            titles={key: title(card) for key, card in cards.items()},
            here=frozenset(here),
        )

    def signer(self, name: str) -> SheetSigner:
        """Whom a name stands for: the one of this case who is written so; who only sounds so is asked about."""
        spelling = _spelling(name)
        near: set[RecordId] = set().union(*(self.by_word.get(word, frozenset()) for word in spelling.heard))
        alike = {key: like for key in near if (like := self._like(key, spelling))}
        ours = [key for key, like in alike.items() if key in self.here and like.written == spelling.written]
        order = sorted(alike, key=lambda key: (key not in ours, key not in self.here, self.titles[key]))
        offered = tuple((key, self._called(key, alike[key])) for key in order[:MOST_ALIKE])
        return SheetSigner(name=name, who=ours[0] if len(ours) == 1 else ASK if offered else "", alike=offered)

    def _like(self, key: RecordId, spelling: _Spelling) -> _Spelling | None:
        """The spelling of a person that is the wanted name, or else may be."""
        ways = sorted(self.spelled[key], key=lambda item: item.written != spelling.written)
        return next((way for way in ways if perhaps_same(way.heard, spelling.heard)), None)

    def _called(self, key: RecordId, like: _Spelling) -> str:
        """A person as a line offers them: the title, then how else they are written, so that namesakes differ."""
        ways = dict.fromkeys((self.titles[key], like.text, self.spelled[key][0].text))
        existing, *others = ways
        return f"{existing} ({', '.join(others)})" if others else existing


def _spelling(text: str) -> _Spelling:
    return _Spelling(text=text, written=name_written(text), heard=sounds_of_name(text))
