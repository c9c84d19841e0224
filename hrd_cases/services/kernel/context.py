"""What every act is handed: who, when, which transaction, which keys. And the life of a request around it.

A read collects in one snapshot, is rendered to memory, and is entered in the log in a short transaction before a byte
leaves.
A write and its log entry are one transaction. A refusal is rolled back, then written down alone.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from hrd_cases.crypto.core.certificates import Signed, Trust
from hrd_cases.crypto.core.keys import Pins, UserKeys
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.domain.access.facts import Actor
from hrd_cases.domain.calendars import WorkingCalendar, calendar_of
from hrd_cases.domain.clock import JudgedClock, zone_of
from hrd_cases.domain.dates import day_number
from hrd_cases.domain.errors import Forbidden, NotFound, SessionEnded
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.keyring import Ring
from hrd_cases.services.kernel.passphrase_slots import PassphraseSlots
from hrd_cases.services.kernel.sessions import ProcessKey, Session, Sessions
from hrd_cases.services.kernel.upload_limits import Limits
from hrd_cases.store import instance
from hrd_cases.store.blobs import BlobStore
from hrd_cases.store.certificates import signed_certificates
from hrd_cases.store.instance import PinnedOrganisation, ServerKeys
from hrd_cases.store.keys import GrantRow, VaultKeyringRow
from hrd_cases.store.log import Log, PendingStatements
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Writer
from hrd_cases.store.users import AccountState
from hrd_cases.store.work import Database, Work

Rosters = dict[str, Any]  # by vault: vault_membership.py alone knows them


@dataclass(frozen=True, kw_only=True)
class LogNote:
    """Something to enter in the log: a coarse class, and details that only an auditor opens."""

    klass: str  # auth, read, write, key, admin, refused
    act: str
    vault: str = ""  # a case: its own people see this entry too
    record: str = ""
    more: Mapping[str, object] = field(default_factory=dict)
    user: str = ""  # when it is not the actor


@dataclass(kw_only=True)
class Context:
    """One act of one person inside one transaction."""

    runtime: "Runtime"
    work: Work
    now: datetime
    judged_clock: JudgedClock
    session: Session | None
    language: str = "ru"
    notes: list[LogNote] = field(default_factory=list)
    asked: bool = False
    trust: Trust
    ring: Ring | None = None
    opened: dict[str, OpenVault | None] = field(default_factory=dict)
    rosters: Rosters = field(default_factory=dict)  # looked up in this act, until a header of theirs is signed
    verified: Rosters = field(default_factory=dict)  # found right in this act, with places that it alone knows
    case_claims: list[tuple[GrantRow, VaultKeyringRow]] = field(default_factory=list)  # handed to a case of theirs
    unverified: set[str] = field(default_factory=set)
    labels: dict[type, dict[str, str]] = field(default_factory=dict)  # titles already looked up in this act
    entering: PendingStatements = field(default_factory=PendingStatements)  # what was signed in this act
    alarm_marks: list[bytes] = field(default_factory=list)  # of keys that no header fixes: entered on a refusal too
    answer_marks: list[bytes] = field(default_factory=list)  # of answers and calls that wait, or wait no more
    after: list[Callable[["Context"], object]] = field(default_factory=list)  # small writes that a visit makes possible
    goes_on: Actor | None = None  # this act ends the sessions of its actor, but not the one that asks
    preparing: set[str] = field(default_factory=set)  # vaults whose successors are made at the end of this act
    policy: dict[str, str] = field(default_factory=dict)  # of the organisation: kept once this act has landed
    settle: bool = False  # keys were taken out of the database: their bytes must leave its files too

    @property
    def local(self) -> datetime:
        """Now, in the time zone of the organisation; what is kept is kept in UTC."""
        return self.now.astimezone(self.runtime.zone)

    @property
    def today(self) -> date:
        """The day it is where the work is done."""
        return self.local.date()

    @property
    def clock(self) -> str:
        """The time of day it is there, as '16:05'."""
        return self.local.strftime("%H:%M")

    @property
    def day_number(self) -> int:
        """Today as days since 1970-01-01, as headers count; a clock that was set back makes it no earlier."""
        return day_number(self.judged_clock.no_earlier)

    @property
    def day_reached(self) -> int:
        """The same for what ends for good: while the clock is in doubt, the last day that was sure."""
        return day_number(self.judged_clock.reached)

    @property
    def actor(self) -> Actor:
        """Who acts; NotFound when nobody is logged in, so that nothing is told."""
        if self.session is None:
            raise NotFound
        return self.session.actor

    @property
    def keys(self) -> UserKeys:
        """The actor's own keys; NotFound while locked or logged out."""
        if self.session is None or self.session.bundle is None:
            raise NotFound
        return self.session.bundle.user_keys

    @property
    def author(self) -> Writer:
        """The actor as author of records."""
        return Writer(user=self.actor.user, keys=self.keys)

    @property
    def writes(self) -> bool:
        """Whether more than notes is to be entered."""
        more = (self.after, self.case_claims, self.entering.in_order, self.answer_marks, self.alarm_marks)
        return any(more) or bool(self.ring and (self.ring.claims or self.ring.away))

    def note(self, klass: str, act: str, *, vault: str = "", record: str = "", **more: object) -> None:
        """Remember to enter something in the log."""
        self.notes.append(LogNote(klass=klass, act=act, vault=vault, record=record, more=more))

    def withdraw(self) -> None:
        """Drop what this act was about to enter: nothing of it happened."""
        more = (self.ring.claims, self.ring.away) if self.ring is not None else ()
        for pending in (self.entering, self.answer_marks, self.case_claims, self.after, self.verified, *more):
            pending.clear()


@dataclass(kw_only=True)
class KnownTrust:
    """What the certificates and revocations came to, and from which rows and which places in the log."""

    rows: tuple[tuple[bytes, ...], ...]
    statements: int
    places: dict[bytes, int | None]
    trust: Trust

    def stands(self, log: Log, rows: tuple[tuple[bytes, ...], ...]) -> bool:
        """True when the rows are the same, and only other statements were entered since, such as headers."""
        if self.rows != rows:
            return False
        same = self.statements == log.statements
        if not same and all(log.position(mark) == place for mark, place in self.places.items()):
            self.statements, same = log.statements, True
        return same


T = TypeVar("T")


@dataclass(kw_only=True)
class Cell(Generic[T]):
    """A value that requests share, and its lock."""

    value: T
    lock: threading.Lock


@dataclass(kw_only=True)
class Runtime:
    """What lives as long as the process. Made once by app.py; holds no key that opens content."""

    instance: Path
    organisation: PinnedOrganisation
    server: ServerKeys
    database: Database
    blobs: BlobStore
    sessions: Sessions
    pins: Pins
    count: Callable[[Context], None]  # trend_facts.count, handed in: seals what is counted of what was written
    enter: Callable[[Work, Context], object]  # logbook.enter: handed in, since the logbook needs all of this
    visit: Callable[["Runtime", Session, datetime], None]  # visits.visit, handed in likewise
    written: Callable[["Runtime"], None]  # checkpoints.keep_each_minute, likewise: after each write
    verified: dict[bytes, bool] = field(default_factory=dict)  # signatures found right, by hash
    cells: dict[object, Cell[Any]] = field(default_factory=dict)  # what modules keep: per_process.py alone knows them
    known_trust: KnownTrust | None = None  # set as a whole, never changed in place
    upload_limits: Limits = Limits()
    lock: threading.Lock = field(default_factory=threading.Lock)  # of process_key, and of making a cell
    passphrase_slots: PassphraseSlots = field(default_factory=PassphraseSlots)
    process_key: ProcessKey = field(default_factory=ProcessKey)

    @property
    def org(self) -> bytes:
        """The organisation's id, 16 bytes."""
        return bytes.fromhex(self.organisation.org)

    @property
    def marker(self) -> Secret:
        """The key that marks kept forms."""
        return Secret(self.server.marker)

    @contextmanager
    def reading(self, session: Session | None, now: datetime, language: str = "ru") -> Iterator[Context]:
        """One snapshot; on leaving, what was noted is entered in the log, or nothing may be shown."""
        ctx = None
        self._visit(session, now)
        before = session.row.accounts[:1] if session is not None else ()
        try:
            with self.database.reading() as work:
                ctx = self.context(work, session, now, language, before=before)
                yield ctx
        except (NotFound, Forbidden) as refusal:
            self._refused(ctx, refusal)
            raise
        if ctx.notes or ctx.writes:
            self._enter(session, ctx)
            self._written(ctx.judged_clock)
        if ctx.settle:
            self.database.rewrite()

    @contextmanager
    def writing(self, session: Session | None, now: datetime, language: str = "ru") -> Iterator[Context]:
        """One short transaction that holds the act and its log entries."""
        ctx = None
        self._visit(session, now)
        try:
            with self.database.writing() as work:
                ctx = self.context(work, session, now, language)
                yield ctx
                record(work, ctx)
                changed = self._changed(ctx)
        except BaseException as refusal:
            if session is not None:
                session.row.accounts = session.row.accounts[:1]
            if isinstance(refusal, NotFound | Forbidden):
                self._refused(ctx, refusal)
            raise
        if session is not None and ctx.goes_on is not None:
            session.row.actor, session.row.accounts = ctx.goes_on, changed
        self._written(ctx.judged_clock)
        if ctx.policy:
            self.remember(**ctx.policy)
        if ctx.settle:
            self.database.rewrite()

    def _enter(self, session: Session | None, ctx: Context) -> None:
        """Enter in the log what a read noted; together with other reads, unless it writes more than that."""
        notes, check = list(ctx.notes), partial(self._check, session, trust=ctx.trust)

        def write(work: Work) -> None:
            ctx.notes[:] = notes
            record(work, ctx)

        if ctx.writes:
            with self.database.writing() as work:
                check(work)
                write(work)
        else:
            self.database.shared.enter(check, write)

    def clock(self, work: Work, now: datetime) -> JudgedClock:
        """The clock of this machine, judged by the newest day that was sure; without one by the newest log entry."""
        sure = instance.read_sure_day(self.instance) or self._logged_day(work)
        return JudgedClock(today=self.today(now), sure=sure)

    def today(self, now: datetime) -> date:
        """The day it is where the work is done."""
        return now.astimezone(self.zone).date()

    def _logged_day(self, work: Work) -> date | None:
        """The day of the newest log entry, which is one of UTC: west of it, the day may have been the one before."""
        day = work.log.last_day
        return datetime.combine(day, time(), tzinfo=UTC).astimezone(self.zone).date() if day else None

    def trust(self, work: Work, entering: PendingStatements | None = None) -> Trust:
        """The certificates and revocations, replayed in the order of the log; anew only when they change.

        `entering`: what this act is about to enter; what is found with that is kept for nobody else.
        """
        certificates, revocations = signed_certificates(work), work.keys.revocations()
        rows = tuple(item.signature for item in certificates), tuple(row.signature for row in revocations)
        known = self.known_trust
        provisional = entering is not None and bool(entering.in_order)
        if known is not None and not provisional and known.stands(work.log, rows):
            return known.trust
        given, places = entering or PendingStatements(), dict[bytes, int | None]()

        def logged(mark: bytes) -> int | None:
            places[mark] = given.position(work.log, mark)
            return places[mark]

        signed = [Signed(row.body, row.signature) for row in revocations]
        checked = Trust(self.org, self.pins, certificates, signed, logged=logged)
        if not provisional:
            self.known_trust = KnownTrust(rows=rows, statements=work.log.statements, places=places, trust=checked)
        return checked

    @property
    def zone(self) -> ZoneInfo:
        """Where the work is done: days begin and end there."""
        return zone_of(self.organisation.zone)

    @property
    def calendar(self) -> WorkingCalendar:
        """Which days are working days here."""
        return calendar_of(self.organisation.calendar)

    def remember(self, **changed: str | bool) -> None:
        """Change the organisation's policy, here and in its folder, whatever another process changed there meanwhile.

        The log first, then this: killed between the two, the act is simply done again.
        """
        with self.lock:
            saved, _ = instance.load(self.instance)
            self.organisation = replace(saved, **changed)  # type: ignore[arg-type]
            instance.save_policy(self.instance, self.organisation)

    def _visit(self, session: Session | None, now: datetime) -> None:
        """Before anything of a request: enter what was prepared for a day that has come; a log-in itself is none."""
        if session is not None and session.bundle is not None and session.row.accounts:
            self.visit(self, session, now)

    def context(
        self,
        work: Work,
        session: Session | None,
        now: datetime,
        language: str = "ru",
        *,
        before: tuple[AccountState, ...] = (),
    ) -> Context:
        """What an act in this transaction is handed; `before`: the session's account when its snapshot began."""
        clock, trust = self.clock(work, now), self.trust(work)
        self._check(session, work, trust, before)
        ctx = Context(
            runtime=self, work=work, now=now, judged_clock=clock, session=session, language=language, trust=trust
        )
        if session is not None and session.bundle is not None:
            work.signer = session.bundle.user_keys
            ctx.ring = Ring(runtime_org=self.org, user=session.actor.user, keys=session.bundle.user_keys, work=work)
        return ctx

    def account_state(self, work: Work, trust: Trust, actor: Actor) -> AccountState | None:
        """What an actor's session depends on; None when the account has other keys by now."""
        state = work.users.account_state(actor.user, actor.fingerprint)
        if state is None:
            return None
        chain = trust.chain(bytes.fromhex(actor.user))
        ended = trust.has_ended(bytes.fromhex(actor.fingerprint))
        return replace(state, certificate=chain[-1].hash() if chain else b"", ended=ended)

    def _check(self, session: Session | None, work: Work, trust: Trust, before: tuple[AccountState, ...] = ()) -> None:
        """End a session whose account is not as it was at log-in, whichever process changed it."""
        if session is None:
            return
        row, state = session.row, self.account_state(work, trust, session.actor)
        if state is not None and not row.accounts:
            row.accounts = (state,)  # the log-in's own transaction
        if state in before:
            return  # an act of this very session may have ended since the snapshot began
        if state not in row.accounts:
            self.sessions.end(session.cookie)
            raise SessionEnded

    def _changed(self, ctx: Context) -> tuple[AccountState, ...]:
        """What this act makes of the account of a session that goes on; other requests of it meet either state."""
        if ctx.session is None or ctx.goes_on is None:
            return ()
        state = self.account_state(ctx.work, self.trust(ctx.work, ctx.entering), ctx.actor)
        if state is None:
            return ()
        ctx.session.row.accounts += (state,)
        return (state,)

    def _written(self, clock: JudgedClock) -> None:
        """Remember outside the database how far the log is, and the newest day while the clock is not in doubt."""
        self.written(self)
        if not clock.doubt and (clock.sure is None or clock.today > clock.sure):
            instance.save_sure_day(self.instance, clock.today)

    def _refused(self, ctx: Context | None, refusal: Exception) -> None:
        if ctx is None:
            return
        log_note = ctx.notes[-1] if ctx.notes else LogNote(klass="refused", act=N_("unknown"))
        ctx.notes = [replace(log_note, klass="refused", more={"answer": type(refusal).__name__}, user="")]
        ctx.withdraw()
        with self.database.writing() as work:
            record(work, ctx)


def record(work: Work, ctx: Context) -> None:
    """Write the claims and the log entries of an act into this transaction."""
    work.signer, ctx.work = ctx.work.signer, work
    if ctx.ring is not None:
        ctx.ring.work = work
        if ctx.ring.damaged:
            ctx.note("refused", "keys of one's own that do not open", rows=ctx.ring.damaged)
        ctx.ring.write_claims(work)
    for grant, row in ctx.case_claims:
        if work.keys.take_grant(grant):
            work.keys.add_vault_keyring(row)
    ctx.case_claims.clear()
    for go_on in ctx.after:
        go_on(ctx)
    ctx.after.clear()
    ctx.entering.marks += ctx.alarm_marks
    ctx.alarm_marks.clear()
    ctx.runtime.count(ctx)
    if ctx.settle:
        work.settings.rewrite_due()
    ctx.runtime.enter(work, ctx)
