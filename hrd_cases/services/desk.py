"""My desk: what is due, who waits, what was shared; each role sees its own jobs, and nobody else's cases."""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from shutil import disk_usage

from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.keyrings import Keyring
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.roles import AUDITOR, COORDINATOR
from hrd_cases.domain.agenda import HEARINGS, OF_DIRECTORY, TASK
from hrd_cases.domain.calls import OPEN, Call
from hrd_cases.domain.cases import Case
from hrd_cases.domain.clock import JudgedClock
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.fields import Declared
from hrd_cases.domain.filings import Paper
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.notes import Task
from hrd_cases.domain.recommendations import Recommendation
from hrd_cases.domain.vaults import CASE_VAULT
from hrd_cases.services.audit import audit_reader
from hrd_cases.services.audit.audit_reader import ShownCheckpoint
from hrd_cases.services.backups import keeping
from hrd_cases.services.backups.keeping import State
from hrd_cases.services.casework.calls import Danger, in_danger_of
from hrd_cases.services.deletion import clearing
from hrd_cases.services.deletion.clearing import Clearing
from hrd_cases.services.install import last_check
from hrd_cases.services.install.last_check import LastCheck
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import allowing, every, may
from hrd_cases.services.keys.vault_membership import look_up, roster_if_verified
from hrd_cases.services.papers import recalls
from hrd_cases.services.papers.recalls import PaperToRecall
from hrd_cases.services.records.across import Across, across
from hrd_cases.services.records.card_standing import GOES_ON, MAY_GO, WAITS
from hrd_cases.services.records.records import title
from hrd_cases.services.recovery import sets
from hrd_cases.services.schedule import agenda, coding, workload
from hrd_cases.services.schedule.agenda import (
    DONE,
    OVERDUE,
    SOON_DAYS,
    AgendaLine,
    UnansweredLetter,
    case_titles,
    lines,
    named,
    waiting,
    with_titles,
)
from hrd_cases.services.schedule.coding import Uncoded
from hrd_cases.services.schedule.workload import Workload
from hrd_cases.services.sharing.sharing import names_of
from hrd_cases.services.signin import saved_drafts, throttling
from hrd_cases.services.signin.saved_drafts import SavedDraft
from hrd_cases.services.team import key_replacement, own_key_revocation, second_factor_lost
from hrd_cases.services.team.administration import AccountLine, offices_waiting, waiting_people
from hrd_cases.store.records import Stored, of_class
from hrd_cases.store.settings import COMPACT

MOST_DELTAS = 50  # more than these pile up only where many cases are begun at once, and each would be looked at
NEW_KEYS, SECOND_FACTOR = "new_keys", "second_factor"
ALSO_SHOWN = (Call, Incident, Paper)  # besides dated lines: calls, what is to be coded, recalls
MOST, MOST_OVERDUE = 12, 5  # lines of one list; the rest is counted, and a link leads to them
WEEK_DAYS = 7
DAYS = (range(1), range(1, WEEK_DAYS + 1), range(WEEK_DAYS + 1, SOON_DAYS + 1))  # today, in a week, later


@dataclass(frozen=True, kw_only=True)
class CallLine:
    """A call that nobody has dealt with yet."""

    call: str
    title: str
    when: PartialDate | None


@dataclass(frozen=True, kw_only=True)
class SecondAct:
    """An act of two administrators that one has begun: `kind` is NEW_KEYS or SECOND_FACTOR, for the account `name`.

    `may_agree`: the actor is the one it waits for; otherwise the actor began it, or nobody here can finish it.
    """

    kind: str
    name: str
    may_agree: bool


@dataclass(frozen=True, kw_only=True)
class ToAgree:
    """A paper, or a letter, that names somebody without consent as soon as a second person agrees."""

    case: CaseId
    record: RecordId
    title: str
    letter: bool


@dataclass(frozen=True, kw_only=True)
class DueLines:
    """The first dated lines of a stretch of days, nearest first; `more` counts those left out."""

    lines: tuple[AgendaLine, ...]
    more: int

    @property
    def total(self) -> int:
        """How many there are, shown or not."""
        return len(self.lines) + self.more


@dataclass(frozen=True, kw_only=True)
class Jobs:
    """What the actor's roles let them do from the desk."""

    cases: bool
    calls: bool
    trends: bool
    log: bool
    accounts: bool
    overview: bool


@dataclass(frozen=True, kw_only=True)
class Server:
    """What whoever administers looks at each morning: backups, whether the recovery cards were read back, room left.

    `compact_due`: pieces of what was removed rest in free places of the database, sealed, until the next backup.
    """

    backups: State
    cards_read: bool
    free_bytes: int
    compact_due: bool
    check: LastCheck | None
    check_alarm: bool


@dataclass(frozen=True, kw_only=True)
class DeskView:
    """The desk. `overdue` newest first, `overdue_more` counts those left out; then today, 7 days, and 7 more."""

    today: date
    jobs: Jobs
    cases: int
    overdue: tuple[AgendaLine, ...]
    overdue_more: int
    due_today: DueLines
    due_in_week: DueLines
    due_later: DueLines
    waiting_letters: tuple[UnansweredLetter, ...]
    dangers: tuple[Danger, ...]
    dangers_more: int
    calls: tuple[CallLine, ...]
    to_code: tuple[Uncoded, ...]
    kept: tuple[SavedDraft, ...]
    shared_lately: tuple[tuple[str, str], ...]
    sole_holder: tuple[tuple[str, str], ...]
    sole_holder_more: int
    waiting_people: tuple[AccountLine, ...]
    second_acts: tuple[SecondAct, ...]
    without_keys: tuple[str, ...]
    resting: int
    offices_waiting: tuple[AccountLine, ...]
    checkpoint: ShownCheckpoint | None
    clock: JudgedClock | None  # when it is in doubt, for administrators
    workload: Workload | None  # for coordinators
    server: Server | None  # for administrators
    backups: State | None  # when no backup was proved to open for a week, for administrators
    clearing: Clearing
    finished: tuple[AgendaLine, ...]  # what was ticked off just now
    writable: frozenset[str]  # cases in which the actor may tick something off; NO_CASE: in the directory
    recalls: tuple[PaperToRecall, ...]
    to_agree: tuple[ToAgree, ...]

    @property
    def soon(self) -> tuple[AgendaLine, ...]:
        """What is shown of today and the 14 days after it, by day."""
        return (*self.due_today.lines, *self.due_in_week.lines, *self.due_later.lines)

    @property
    def hearings(self) -> tuple[AgendaLine, ...]:
        """The hearings of the next days."""
        return tuple(line for line in self.soon if line.kind in HEARINGS)

    @property
    def empty(self) -> bool:
        """True where there is no case, no call and nothing that waits for the actor."""
        mine = (self.cases, self.calls, self.dangers, self.kept, self.clearing.waiting, self.backups, self.to_agree)
        dated = (self.overdue, self.soon)
        others = (self.waiting_people, self.offices_waiting, self.second_acts, self.without_keys, self.resting)
        return not any((*mine, *dated, *others))


def view(ctx: Context, finished: str = "", part: str = "") -> DeskView:
    """Everything the desk shows, from one look at all cases, of which only what is due or waits is decoded.

    `finished` is a record that was ticked off just now, `part` which of its dates.
    """
    mine, last = across(ctx), horizon(ctx.today).toordinal()
    looked_at = mine.cards(
        (*agenda.shown(), *ALSO_SHOWN), lambda marks, first, *_: bool(marks & WAITS) or 0 < first <= last
    )
    jobs = _jobs(ctx)
    cases = mine.cases(GOES_ON | MAY_GO)
    alone = [case for case in _sole_holder(ctx, mine) if case in cases]
    lately = cases.intersection(_lately(ctx))
    of_directory = agenda.of_directory(ctx)
    dated = [line for line in lines(ctx, [*looked_at, *of_directory]) if _is_mine(line, ctx.actor.user, jobs)]
    overdue, in_days = _late(dated, ctx.today), [_in_days(dated, ctx.today, days) for days in DAYS]
    cards = _titled(mine, looked_at, [overdue[:MOST_OVERDUE], *in_days]) + of_directory
    cards += mine.roots({*alone[:MOST], *lately}.difference(card.id for card in cards))
    titles = case_titles(cards)
    due_today, due_in_week, due_later = (_due(ctx, due, cards) for due in in_days)
    dangers, dangers_more = in_danger_of(ctx, cards)
    writable = agenda.writable(ctx, mine)
    return DeskView(
        today=ctx.today,
        jobs=jobs,
        cases=len(cases),
        overdue=named(ctx, overdue[:MOST_OVERDUE], cards),
        overdue_more=max(0, len(overdue) - MOST_OVERDUE),
        due_today=due_today,
        due_in_week=due_in_week,
        due_later=due_later,
        waiting_letters=waiting(ctx, cards),
        dangers=dangers,
        dangers_more=dangers_more,
        calls=_calls(cards),
        to_code=coding.waiting(ctx, mine.vaults, cards, titles),
        kept=saved_drafts.offered(ctx),
        shared_lately=_shared_lately(ctx, titles, lately),
        sole_holder=tuple((case, titles[case]) for case in alone[:MOST] if case in titles),
        sole_holder_more=max(0, len(alone) - MOST),
        waiting_people=waiting_people(ctx) if jobs.accounts else (),
        second_acts=_second_acts(ctx) if jobs.accounts else (),
        without_keys=_without_keys(ctx) if jobs.accounts else (),
        resting=len(throttling.resting(ctx)) if jobs.accounts else 0,
        offices_waiting=offices_waiting(ctx) if may(ctx, Act.GRANT_OFFICE) else (),
        checkpoint=audit_reader.checkpoint(ctx) if jobs.log else None,
        clock=ctx.judged_clock if jobs.accounts and ctx.judged_clock.doubt else None,
        workload=workload.view(ctx, mine) if jobs.overview else None,
        server=_server(ctx) if jobs.accounts else None,
        backups=keeping.stale(ctx) if jobs.accounts else None,
        clearing=clearing.of_cards(ctx, mine),
        finished=_finished(ctx, mine, cards, (finished, part)),
        writable=writable,
        recalls=recalls.of_cards(ctx, cards),
        to_agree=tuple(_to_agree(ctx, mine, cards, writable)),
    )


def horizon(today: date) -> date:
    """The last day the desk looks ahead to."""
    return today + timedelta(days=SOON_DAYS)


def _is_mine(line: AgendaLine, user: str, jobs: Jobs) -> bool:
    """Whether a line is for the actor to deal with: a task that no colleague has, everything else of their cases."""
    if line.kind in OF_DIRECTORY and not line.who:
        return jobs.overview
    return line.kind not in (TASK, *OF_DIRECTORY) or line.who in ("", user)


def _finished(
    ctx: Context, mine: Across, cards: Sequence[Stored[Declared]], ticked: tuple[str, str]
) -> tuple[AgendaLine, ...]:
    """The task, or the date of a recommendation among `cards`, that was ticked off just now."""
    record, part = ticked
    tasks = mine.cards((Task,), ids={record}) if record else []
    own = [*tasks, *(card for card in of_class(cards, Recommendation) if card.id == record)]
    done = [line for line in lines(ctx, own) if line.done and line.part == part]
    return named(ctx, done, with_titles(mine, own, done))


def _late(dated: Sequence[AgendaLine], today: date) -> list[AgendaLine]:
    """What is late, the newest first."""
    return [line for line in dated if line.state(today) == OVERDUE][::-1]


def _titled(
    mine: Across, looked_at: Sequence[Stored[Declared]], lists: Iterable[Sequence[AgendaLine]]
) -> list[Stored[Declared]]:
    """These records, and what gives titles to the lines of these lists that are shown, and to what waits."""
    first = [line for each in lists for line in each[:MOST]]
    waits = [card for card in looked_at if isinstance(card.value, (*ALSO_SHOWN, Letter))]
    return with_titles(mine, looked_at, first, waits)


def _in_days(dated: Sequence[AgendaLine], today: date, days: Container[int]) -> list[AgendaLine]:
    """What is to be done so many days from today."""
    return [line for line in dated if (line.on - today).days in days and line.state(today) != DONE]


def _due(ctx: Context, due: Sequence[AgendaLine], cards: Sequence[Stored[Declared]]) -> DueLines:
    """The first of these lines with their names, and how many more there are."""
    return DueLines(lines=named(ctx, due[:MOST], cards), more=max(0, len(due) - MOST))


def _to_agree(
    ctx: Context, mine: Across, cards: Sequence[Stored[Declared]], writable: Container[str]
) -> Iterator[ToAgree]:
    """What others asked, and the actor may agree to: whoever reads and changes the case."""
    asked = [
        card
        for card in cards
        if isinstance(card.value, Paper | Letter) and card.value.second_asked not in ("", ctx.actor.user)
    ]
    cases = {card.vault for card in asked}
    concerned = [vault for vault in mine.vaults if vault.id in cases]
    papers = {vault.id for vault in allowing(ctx, Act.READ_PAPER, concerned)}
    for card in asked:
        letter = isinstance(card.value, Letter)
        if card.vault in writable and (letter or card.vault in papers):
            yield ToAgree(case=card.case, record=card.id, title=title(card), letter=letter)


def _jobs(ctx: Context) -> Jobs:
    values = {vault.id for kind in ("trends", "log") for vault in every(ctx, Act.SEE_DESK, kind)}
    return Jobs(
        cases=may(ctx, Act.CREATE_CASE),
        calls=may(ctx, Act.TAKE_CALL),
        trends=COORDINATOR in ctx.actor.roles and ctx.runtime.organisation.trends in values,
        log=AUDITOR in ctx.actor.roles and ctx.runtime.organisation.log in values,
        accounts=may(ctx, Act.MANAGE_ACCOUNTS),
        overview=COORDINATOR in ctx.actor.roles,
    )


def _server(ctx: Context) -> Server:
    check = last_check.read(ctx.runtime.instance)
    return Server(
        backups=keeping.state(ctx.work.settings),
        cards_read=sets.was_read(ctx.runtime),
        free_bytes=disk_usage(ctx.runtime.instance).free,
        compact_due=bool(ctx.work.settings.get(COMPACT)),
        check=check,
        check_alarm=check is not None and check.alarming(ctx.judged_clock.no_earlier),
    )


def _second_acts(ctx: Context) -> tuple[SecondAct, ...]:
    """What two administrators do together and is not done yet: new keys, and a new second factor."""
    keys = [
        SecondAct(kind=NEW_KEYS, name=waiting.name, may_agree=waiting.may_agree)
        for waiting in key_replacement.waiting(ctx)
    ]
    factors = [
        SecondAct(kind=SECOND_FACTOR, name=leave.name, may_agree=leave.may_agree)
        for leave in second_factor_lost.leaves(ctx)
        if not leave.agreed
    ]
    return (*keys, *factors)


def _without_keys(ctx: Context) -> tuple[str, ...]:
    """Names of colleagues whose keys ended and who need a code for new ones; those whose new keys wait are above."""
    names = names_of(ctx, ColleagueCard)
    waiting = {waiting_item.user for waiting_item in key_replacement.waiting(ctx)}
    return tuple(sorted(names.get(user, "") for user in own_key_revocation.without_keys(ctx) - waiting))


def _calls(cards: Sequence[Stored[Declared]]) -> tuple[CallLine, ...]:
    results = [
        ((card.value.taken, card.entered), CallLine(call=card.id, title=title(card), when=card.value.when))
        for card in cards
        if isinstance(card.value, Call) and card.value.state == OPEN
    ]
    return tuple(line for _, line in sorted(results, key=lambda pair: pair[0], reverse=True))


def _sole_holder(ctx: Context, mine: Across) -> list[str]:
    """Open cases that only the actor can open: if their key is lost, so is the case."""
    alone = set(ctx.work.keys.held_alone(ctx.actor.fingerprint, kind=CASE_VAULT))
    return [record for _, record in mine.marked(Case, GOES_ON) if record in alone]


def _lately(ctx: Context) -> set[str]:
    """Vaults whose keys came in lately: those not yet folded into the keyring, or claimed just now."""
    if ctx.ring is None:
        return set()
    ids = {row.vault_id for row, _ in ctx.ring.claims}
    for delta in ctx.work.keys.deltas(ctx.actor.user)[:MOST_DELTAS]:
        try:
            ring = Keyring.opened(
                ctx.keys.keyring,
                ctx.runtime.org,
                ctx.ring.raw_user,
                0,
                delta.delta_sealed,
                row=bytes.fromhex(delta.id),
            )
        except CryptoError:
            continue
        ids |= {vault.hex() for vault in ring.vaults()}
    return ids


def _shared_lately(ctx: Context, titles: dict[str, str], lately: Iterable[CaseId]) -> tuple[tuple[str, str], ...]:
    """Cases of others among those whose keys came in lately."""
    mine = [case for case in lately if case in titles]
    look_up(ctx, mine)
    theirs = [case for case in mine if not _begun_by_me(ctx, case)]
    return tuple(sorted(((case, titles[case]) for case in theirs), key=lambda pair: pair[1].casefold()))


def _begun_by_me(ctx: Context, case: CaseId) -> bool:
    roster = roster_if_verified(ctx, case)
    return roster is not None and roster.chains[roster.base].headers[0].creator == ctx.keys.fingerprint
