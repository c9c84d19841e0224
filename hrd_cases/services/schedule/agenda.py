"""What has a date and waits to be done, across all cases of the actor: hearings, letters, custody, tasks, reviews."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.agenda import HEARINGS, LETTERS, over
from hrd_cases.domain.cases import Case
from hrd_cases.domain.companies import Body, ColleagueCard
from hrd_cases.domain.entities import ENTITIES
from hrd_cases.domain.fields import Declared
from hrd_cases.domain.hearings import Hearing, in_court
from hrd_cases.domain.ids import NO_CASE, NO_PERSON, CaseId, PersonId, RecordId
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.letters import Letter, addressee_of, waits_without_day
from hrd_cases.domain.recommendations import Recommendation
from hrd_cases.domain.studies import Study
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.kernel.pagination import Page, page_of
from hrd_cases.services.keys.gate import allowing, every, may
from hrd_cases.services.records.across import Across, across
from hrd_cases.services.records.card_standing import WAITS
from hrd_cases.services.records.records import title
from hrd_cases.services.sharing.sharing import addressees, names_of, people_called
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored, of_class

OVERDUE, TODAY, SOON, LATER, DONE = "overdue", "today", "soon", "later", "done"
SOON_DAYS = 14


@dataclass(frozen=True, kw_only=True)
class AgendaLine:
    """One dated thing: `code` and `record` say which record of `case`; `detail` is a code of the vocabulary `words`.

    `title` of a hearing is what it is about, its legal action; `place` then says court and room.
    """

    kind: str
    on: date
    at: str = ""
    title: str
    place: str = ""
    detail: str = ""
    words: str = ""
    person: PersonId = NO_PERSON
    person_name: str = ""  # or the pseudonym, where the name is not the reader's to see
    who: str = ""  # account id of the colleague who does it
    who_name: str = ""
    case: CaseId
    case_title: str = ""
    code: str
    record: RecordId
    done: bool = False
    part: str = ""  # which of several dates of the record
    note: str = ""

    def state(self, today: date) -> str:
        """How near it is: overdue, today, soon (14 days), later, or done."""
        if over(self.kind, self.on, today, done=self.done):
            return DONE
        if self.on < today:
            return OVERDUE
        if self.on == today:
            return TODAY
        return SOON if self.on <= today + timedelta(days=SOON_DAYS) else LATER


@dataclass(frozen=True, kw_only=True)
class UnansweredLetter:
    """A letter of ours that nobody has answered and that has no date to wait for."""

    title: str
    addressee: str
    since: date | None
    case: CaseId
    case_title: str
    record: RecordId


@dataclass(frozen=True, kw_only=True)
class Week:
    """The lines of one week, which begins on a Monday."""

    monday: date
    lines: tuple[AgendaLine, ...]


@dataclass(frozen=True, kw_only=True)
class Agenda:
    """One page of the lines of a period by week, and how many letters wait without a date."""

    since: date
    until: date
    weeks: tuple[Week, ...]
    page: Page[AgendaLine]
    waiting: int
    writable: frozenset[str]  # cases in which the actor may tick something off; NO_CASE: in the directory


def agenda(ctx: Context, since: date, until: date, kinds: frozenset[str] = frozenset(), page: int = 1) -> Agenda:
    """Everything dated in a period, both days included, by week, page by page; only of `kinds` if any are given."""
    mine, first, last = across(ctx), since.toordinal(), until.toordinal()
    dated = mine.cards(shown(), lambda marks, _, begin, end: bool(marks & WAITS) or (begin <= last and first <= end))
    dated += of_directory(ctx)
    period = [line for line in lines(ctx, dated) if since <= line.on <= until and (not kinds or line.kind in kinds)]
    waits = len(_open_ended(dated)) if not kinds or kinds & LETTERS else 0
    return _by_week(ctx, mine, dated, page_of(period, page), since, until, waits)


def between_cards(
    ctx: Context, mine: Across, since: date, until: date, kinds: frozenset[str] = frozenset()
) -> tuple[list[Stored[Declared]], list[AgendaLine]]:
    """What may have a date in a period, both days included, and its lines there; only of `kinds` if any are given."""
    first, last = since.toordinal(), until.toordinal()
    dated = mine.cards(shown(), lambda marks, _, begin, end: bool(marks & WAITS) or (begin <= last and first <= end))
    dated += of_directory(ctx)
    period = [line for line in lines(ctx, dated) if since <= line.on <= until and (not kinds or line.kind in kinds)]
    return dated, period


def overdue(ctx: Context, page: int = 1) -> Agenda:
    """Everything that is late, whatever its day: the newest first."""
    mine, today = across(ctx), ctx.today.toordinal()
    dated = mine.cards(shown(), lambda marks, first, *_: bool(marks & WAITS) or 0 < first < today) + of_directory(ctx)
    late = [line for line in lines(ctx, dated) if line.state(ctx.today) == OVERDUE][::-1]
    return _by_week(ctx, mine, dated, page_of(late, page), ctx.today, ctx.today, 0)


def without_date(ctx: Context, page: int = 1) -> Page[UnansweredLetter]:
    """Letters of ours that wait for an answer without a date, the longest waiting first."""
    mine = across(ctx)
    letters = mine.cards((Letter,), lambda marks, *_: bool(marks & WAITS))
    return page_of(waiting(ctx, with_titles(mine, letters, waits=letters)), page)


def _by_week(
    ctx: Context,
    mine: Across,
    dated: Sequence[Stored[Declared]],
    page: Page[AgendaLine],
    since: date,
    until: date,
    waits: int,
) -> Agenda:
    """One page of lines with their names, in the order they come, by the week that each is in."""
    cards = with_titles(mine, dated, page.items)
    weeks = groupby(named(ctx, page.items, cards), key=lambda line: line.on - timedelta(days=line.on.weekday()))
    return Agenda(
        since=since,
        until=until,
        weeks=tuple(Week(monday=monday, lines=tuple(part)) for monday, part in weeks),
        page=page,
        waiting=waits,
        writable=writable(ctx, mine),
    )


def of_directory(ctx: Context) -> list[Stored[Declared]]:
    """Recommendations and meetings, whose dates stand beside those of cases, for whoever reads the directory."""
    return ctx.work.records.cards(readable(ctx, Act.READ_DIRECTORY, "directory"), of=(Recommendation, Study))


def writable(ctx: Context, mine: Across) -> frozenset[str]:
    """The cases in which the actor may tick something off; NO_CASE is among them if it is so in the directory."""
    directory = any(may(ctx, Act.WRITE_DIRECTORY, vault) for vault in every(ctx, Act.SEE_DESK, "directory"))
    cases = (vault.id for vault in allowing(ctx, Act.WRITE_CASE, mine.vaults))
    return frozenset((*cases, NO_CASE)) if directory else frozenset(cases)


def with_titles(
    mine: Across,
    cards: Sequence[Stored[Declared]],
    agenda_lines: Collection[AgendaLine] = (),
    waits: Iterable[Stored[Declared]] = (),
) -> list[Stored[Declared]]:
    """These records, and what gives titles to those lines of theirs that are shown, and to what waits of them.

    That is the cases of both, and the actions of hearings: of a thousand lines that are only counted nothing is read.
    """
    there, dated = {card.id for card in cards}, {line.record for line in agenda_lines}
    cases = {line.case for line in agenda_lines} | {card.vault for card in waits}
    hearings = (card.value for card in of_class(cards, Hearing) if card.id in dated)
    actions = {hearing.action for hearing in hearings if hearing.action} - there
    more = mine.cards((LegalAction,), ids=actions) if actions else []
    return [*cards, *mine.roots(cases - there), *more]


def shown() -> tuple[type[Declared], ...]:
    """Whatever has a date, and the cases and actions that give it its titles."""
    return (Case, LegalAction, Letter, *(entity.cls for entity in ENTITIES.values() if entity.has_lines))


def undone(ctx: Context, cards: Sequence[Stored[Declared]]) -> tuple[AgendaLine, ...]:
    """What of these cards is still to be done or to come, the longest overdue first."""
    return named(ctx, [line for line in lines(ctx, cards) if line.state(ctx.today) != DONE], cards)


def readable(ctx: Context, act: Act, kind: str) -> list[OpenVault]:
    """The vaults of a kind that the actor holds and that the table lets them read: a key alone is not enough."""
    return [vault for vault in every(ctx, Act.SEE_DESK, kind) if may(ctx, act, vault)]


def lines(ctx: Context, cards: Sequence[Stored[Declared]]) -> list[AgendaLine]:
    """Every dated line of these cards, by day and time; `named` says of those that are shown whom they are about."""
    ordered, today = sorted(cards, key=lambda card: card.entered), ctx.today
    agenda_lines = [line for card in ordered for line in _of(card, today)]
    return sorted(agenda_lines, key=lambda line: (line.on, line.at, line.kind))


def named(
    ctx: Context, agenda_lines: Sequence[AgendaLine], cards: Sequence[Stored[Declared]]
) -> tuple[AgendaLine, ...]:
    """Lines of these cards with titles of cases, courts, and names of people and colleagues: of these lines alone."""
    titles = case_titles(cards)
    called = [replace(line, case_title=titles.get(line.case, "")) for line in agenda_lines]
    if any(line.kind in HEARINGS for line in called):
        called = _with_courts(ctx, cards, called)
    if people := {line.person for line in called if line.person}:
        names = people_called(ctx, people)
        called = [replace(line, person_name=names.get(line.person, "")) for line in called]
    if any(line.who for line in called):
        colleagues = names_of(ctx, ColleagueCard)
        called = [replace(line, who_name=colleagues.get(line.who, "")) for line in called]
    return tuple(called)


def _with_courts(
    ctx: Context, cards: Sequence[Stored[Declared]], agenda_lines: Sequence[AgendaLine]
) -> list[AgendaLine]:
    """Hearings called by their legal action, with the court that it names; without one, by their room."""
    bodies = names_of(ctx, Body)
    actions = {card.id: card for card in of_class(cards, LegalAction)}
    of_hearing = {card.id: actions.get(card.value.action) for card in of_class(cards, Hearing)}
    called = []
    for line in agenda_lines:
        action = of_hearing.get(line.record)
        place = in_court(bodies.get(action.value.forum, "") if action else "", line.title)
        matter = (title(action) if action else "") or place
        called.append(replace(line, title=matter, place=place) if line.kind in HEARINGS else line)
    return called


def waiting(ctx: Context, cards: Sequence[Stored[Declared]]) -> tuple[UnansweredLetter, ...]:
    """Letters of ours without an answer and without a date by which one is due, longest waiting first."""
    open_ended = _open_ended(cards)
    if not open_ended:
        return ()
    names, titles = addressees(ctx, [card.value for card in open_ended]), case_titles(cards)
    waiting_items = [
        UnansweredLetter(
            title=title(card),
            addressee=addressee_of(card.value, names),
            since=card.value.handed_in,
            case=card.case,
            case_title=titles.get(card.vault, ""),
            record=card.id,
        )
        for card in open_ended
    ]
    return tuple(sorted(waiting_items, key=lambda waiting_item: waiting_item.since or ctx.today))


def _open_ended(cards: Sequence[Stored[Declared]]) -> list[Stored[Letter]]:
    return sorted(
        (card for card in of_class(cards, Letter) if waits_without_day(card.value)), key=lambda card: card.entered
    )


def case_titles(cards: Iterable[Stored[Declared]]) -> dict[str, str]:
    """Title, or reference, of each case among these cards, by id."""
    return {card.id: title(card) for card in cards if isinstance(card.value, Case) and card.id == card.vault}


def _of(card: Stored[Declared], today: date) -> Iterator[AgendaLine]:
    for line in card.entity.lines(card.value, today):
        yield AgendaLine(
            kind=line.kind,
            on=line.on,
            at=line.at,
            title=title(card) if line.titled else "",
            detail=line.detail,
            words=line.words,
            person=line.person,
            who=line.who,
            case=NO_CASE if isinstance(card.value, Recommendation | Study) else card.case,
            code=card.entity.code,
            record=card.id,
            done=line.done,
            part=line.part,
            note=line.note,
        )
