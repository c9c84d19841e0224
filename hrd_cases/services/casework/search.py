"""Finding words, names in any script and telephone numbers in everything this person may open, and nowhere else.

Nothing searchable rests in the clear: records are opened for each search and forgotten.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass

from hrd_cases.domain import likeness
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.calls import Call, left_behind
from hrd_cases.domain.cases import Case
from hrd_cases.domain.companies import Body, ColleagueCard, Company, OwnOrganisation
from hrd_cases.domain.consents import Statement
from hrd_cases.domain.duty import Duty
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.fields import Declared, Field, FieldKind, Rows, entity_for, fields_of
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.likeness import Needle
from hrd_cases.domain.people import Person
from hrd_cases.domain.vaults import CASE_VAULT, PERSON_VAULT
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import allow, may, peek
from hrd_cases.services.records.records import title
from hrd_cases.services.schedule.agenda import case_titles, readable
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored

LEAST, MOST = 2, 200
PER_GROUP = 50
MOST_SHOWN = 160
# The kinds in the order in which hits are shown; the others follow.
ORDER = (Case, Person, Call, LegalAction, Incident, Hearing, Letter, Evidence, Company, Body)
LEFT_OUT = (ColleagueCard, OwnOrganisation, Statement, Duty)


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A record that was found: its title, and the text that matched with its field's label where that is another."""

    code: str
    record: str
    title: str
    case: str
    case_title: str
    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class HitGroup:
    """Hits of one kind: at most PER_GROUP of them, and how many more there are."""

    code: str
    hits: tuple[Hit, ...]
    more: int


def remember(ctx: Context, text: str) -> str:
    """Seal what is searched for into the session; returns the id of its page. RuleBroken when too short or long."""
    allow(ctx, Act.SEE_DESK)
    requested = " ".join(text.split())
    if len(requested) < LEAST:
        raise RuleBroken(N_("Write at least two letters or digits."), place="text")
    if len(requested) > MOST:
        raise RuleBroken(N_("Write at most 200 characters."), place="text")
    if ctx.session is None:
        raise NotFound
    return ctx.runtime.sessions.keep_search(ctx.session, requested)


def recall(ctx: Context, page: str) -> str:
    """What the page of this id searched for; NotFound when the session no longer knows."""
    result = ctx.runtime.sessions.searched(ctx.session, page) if ctx.session is not None else None
    if result is None:
        raise NotFound
    return result


def find(ctx: Context, text: str) -> tuple[HitGroup, ...]:
    """Every record whose searchable answers hold each of the words, wherever they rest, in groups by kind."""
    whole = [stored for vault in _reachable(ctx) for stored in ctx.work.records.all(vault)]
    ctx.note("read", "search")
    needle = likeness.needle(text)
    titles, ids = case_titles(whole), {stored.id for stored in whole}
    results: dict[str, list[Hit]] = {}
    for stored in whole:
        looked_at = not needle.empty and not isinstance(stored.value, LEFT_OUT) and not _shown_elsewhere(stored, ids)
        hit = _hit(stored, needle, titles) if looked_at else None
        if hit is not None:
            results.setdefault(hit.code, []).append(hit)
    first = [entity_for(cls).code for cls in ORDER]
    codes = (*first, *sorted(set(results) - set(first)))
    return tuple(_group(code, results[code]) for code in codes if code in results)


def _shown_elsewhere(card: Stored[Declared], ids: Container[str]) -> bool:
    """Whether a call goes on as a copy in a case that is looked at too: one call is found once."""
    return isinstance(card.value, Call) and left_behind(card.value) and card.value.copy in ids


def _reachable(ctx: Context) -> list[OpenVault]:
    """Cases and people of the actor, and the directory if the table lets them read it."""
    directory = peek(ctx, ctx.runtime.organisation.directory)
    shared = [directory] if directory is not None and may(ctx, Act.READ_DIRECTORY, directory) else []
    return [*readable(ctx, Act.READ_CASE, CASE_VAULT), *readable(ctx, Act.READ_PERSON, PERSON_VAULT), *shared]


def _group(code: str, hits: list[Hit]) -> HitGroup:
    ordered = sorted(hits, key=lambda hit: (hit.title.casefold(), hit.case_title.casefold()))
    return HitGroup(code=code, hits=tuple(ordered[:PER_GROUP]), more=max(0, len(ordered) - PER_GROUP))


def _hit(card: Stored[Declared], needle: Needle, titles: dict[str, str]) -> Hit | None:
    answers = list(_texts(card))
    if not needle.within(answer.text for answer in answers):
        return None
    heading = title(card)
    place = next((answer for answer in answers if needle.first_in(answer.text)), None)
    other = (place.label, place.shown) if place is not None and not needle.first_in(heading) else ("", "")
    within = card.vault if card.entity.vault == CASE_VAULT and card.id != card.vault else ""
    return Hit(
        code=card.entity.code,
        record=card.id,
        title=heading,
        case=within,
        case_title=titles.get(within, ""),
        label=other[0],
        text=other[1],
    )


@dataclass(frozen=True, kw_only=True)
class _Answer:
    """A searchable answer; `shown` is what a hit says of it: nothing of what pages cover, a part of a long text."""

    label: str
    text: str
    shown: str


def _texts(card: Stored[Declared]) -> Iterator[_Answer]:
    """Every searchable answer of a record, as far as its reader may open it."""
    for field in card.entity.fields:
        if field.search:
            yield from _answers(field, field.kind, getattr(card.value, field.name, None))


def _answers(field: Field, kind: FieldKind, value: object) -> Iterator[_Answer]:
    if isinstance(value, str) and value:
        covered = bool(getattr(kind, "masked", False))
        yield _Answer(label=field.label, text=value, shown="" if covered else shorter(value))
    elif isinstance(value, tuple) and isinstance(kind, Rows):
        for part in fields_of(kind.item):
            for row in value if part.search else ():
                yield from _answers(field, part.kind, getattr(row, part.name, ""))
    elif isinstance(value, tuple):
        for part in value:
            yield from _answers(field, kind, getattr(part, "text", ""))


def shorter(text: str) -> str:
    """The beginning of a text in one line."""
    line = " ".join(text.split())
    return line if len(line) <= MOST_SHOWN else f"{line[:MOST_SHOWN].rstrip()}…"
