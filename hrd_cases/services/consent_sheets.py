"""One sheet that many people signed: who its names are, and an answer for each of them, all in one act."""

from collections.abc import Sequence
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
from hrd_cases.domain.people import Name, Person
from hrd_cases.domain.words import N_
from hrd_cases.services import people
from hrd_cases.services.answering import check_answers, give
from hrd_cases.services.context import Context
from hrd_cases.services.gate import every, open_vault, people_of
from hrd_cases.services.lists import folded
from hrd_cases.services.records import title

MOST_ALIKE = 5  # people offered for one name


@dataclass(frozen=True, kw_only=True)
class Signer:
    """A name of the sheet, whom it stands for at first sight (an id, or '' for somebody new), and who it could be."""

    name: str
    person: str
    alike: tuple[tuple[str, str], ...]


def signers(ctx: Context, case: str, sheet: SignedSheet) -> tuple[Signer, ...]:
    """Whom the names of a sheet stand for: somebody of this case by the same name, else somebody new.

    People of the actor's other cases with the same name are offered, never chosen. RuleBroken at the field.
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
    here = {card.id: card for card in ctx.work.records.cards(people_of(ctx, vault)) if isinstance(card.value, Person)}
    mine = {card.id: card for card in ctx.work.records.cards(every(ctx, Act.SEE_DESK, "person"))}
    known = {**here, **{key: card for key, card in mine.items() if isinstance(card.value, Person)}}
    ticked = [Signer(name=title(here[one]), person=one, alike=()) for one in sheet.people if one in here]
    spelled = {key: _spellings(card.value) for key, card in known.items()}
    titles = {key: title(card) for key, card in known.items()}
    pasted = [_signer(name, spelled, titles, set(here)) for name in names]
    return (*ticked, *pasted)


def keep(ctx: Context, case: str, sheet: SignedSheet, lines: Sequence[SheetLine], pseudonym: str) -> int:
    """Enter the answer of every line, beginning a file for who is new; how many.

    `pseudonym` is what a new person is called, with %(number)s in it. RuleBroken names the line.
    """
    vault = open_vault(ctx, Act.ANSWER, case)
    if not lines:
        raise RuleBroken(N_("Nobody of this sheet is left."), place="names")
    twice = doubled(lines)
    if twice:
        raise RuleBroken(
            N_("Two lines stand for the same person: %(name)s. Take one out, or enter somebody new."),
            values={"name": twice},
        )
    known = {card.id for card in ctx.work.records.cards(people_of(ctx, vault))}
    taken = {
        card.value.pseudonym.casefold()
        for card in ctx.work.records.cards(every(ctx, Act.SEE_DESK, "person"))
        if isinstance(card.value, Person)
    }
    for line in lines:
        person = line.person or _begin(ctx, case, line.name, pseudonym, taken)
        if line.person and line.person not in known:
            people.link(ctx, line.person, case)
        try:
            give(ctx, case, consent_of(sheet, line, person))
        except RuleBroken as broken:
            raise _of_line(broken, line.name) from None
    return len(lines)


def _of_line(broken: RuleBroken, name: str) -> RuleBroken:
    """The same refusal with the name of the line it belongs to."""
    return RuleBroken(broken.text, place=broken.place, values={**broken.values, "line": name})


def _begin(ctx: Context, case: str, name: str, pseudonym: str, taken: set[str]) -> str:
    number = 1
    while (pseudonym % {"number": number}).casefold() in taken:
        number += 1
    called = pseudonym % {"number": number}
    taken.add(called.casefold())
    return people.create(ctx, Person(pseudonym=called, names=(Name(name=name),)), case)


def _spellings(person: Person) -> frozenset[str]:
    return frozenset(_words(text) for text in (person.pseudonym, *(name.name for name in person.names)) if text)


def _words(name: str) -> str:
    """A name as it is compared: look-alikes folded, the order of its words left aside."""
    return " ".join(sorted(folded(name).split()))


def _signer(name: str, spelled: dict[str, frozenset[str]], titles: dict[str, str], here: set[str]) -> Signer:
    wanted = _words(name)
    alike = [key for key, spellings in spelled.items() if wanted in spellings]
    ours = [key for key in alike if key in here]
    chosen = ours[0] if len(ours) == 1 else ""
    offered = sorted(alike, key=lambda key: (key not in here, titles[key]))[:MOST_ALIKE]
    return Signer(name=name, person=chosen, alike=tuple((key, titles[key]) for key in offered))
