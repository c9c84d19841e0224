"""The log as auditors read it: opened with the log's key, filtered, verified whole, exported for others to verify."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from io import StringIO

from hrd_cases.crypto.core.authorship import SaidBy
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.merkle import checkpoint_words
from hrd_cases.crypto.core.passphrases import compared_words
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.ids import NO_CASE, CaseId
from hrd_cases.domain.typed_text import stated_purpose
from hrd_cases.domain.vaults import DETAILS
from hrd_cases.domain.words import N_
from hrd_cases.services.audit import key_alarms
from hrd_cases.services.audit.key_alarms import KeyAlarm
from hrd_cases.services.kernel import checkpoints
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.kernel.pagination import PER_PAGE, Page, page_of
from hrd_cases.services.keys.audit_writer import Attributed, EntryContent, log_vault, moment, said
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.sharing.sharing import names_of
from hrd_cases.store import log_proof
from hrd_cases.store.log import LogHead, LogKeyRow, LogRow
from hrd_cases.store.log_sealing import key_of, open_entry, open_key
from hrd_cases.store.opened import OpenVault

_STEP = 2000
MOST_NAMED = 20
_OWN = frozenset({"user", "act", "vault", "record", "at"})


@dataclass(frozen=True, kw_only=True)
class LogFilter:
    """What the log is narrowed to; empty means all. Days are UTC, as the log counts them."""

    since: date | None = None
    until: date | None = None
    klass: str = ""
    user: str = ""
    case: CaseId = NO_CASE
    page: int = 1

    @property
    def needs_details(self) -> bool:
        """True when entries must be opened to know whether they fit."""
        return bool(self.user or self.case)


@dataclass(frozen=True, kw_only=True)
class LogLine(Attributed):
    """One entry; `opened` is False when its details do not open, and then only seq, day and class are known."""

    seq: int
    day: date
    klass: str
    opened: bool
    at: datetime | None = None
    user: str = ""
    name: str = ""
    act: str = ""
    vault: str = ""
    record: str = ""
    more: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class ShownCheckpoint:
    """How long the log is, the root over it (hex), and eight words of that root to compare."""

    size: int
    root: str
    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LogVerdict:
    """What verifying found: `altered` is the first entry that is not as it was written; `unopened` do not open.

    `fault`: a msgid, why nothing is written any more; empty when nothing is wrong. `made_up` carry a signature that is
    not that of the person named, or repeat another entry.
    """

    checkpoint: ShownCheckpoint
    altered: int | None
    fault: str
    unopened: tuple[int, ...]
    unopened_total: int
    made_up: tuple[int, ...]
    made_up_total: int
    alarms: tuple[KeyAlarm, ...]  # of keys and of statements about them; who it is about by name, where one is known


def entries(ctx: Context, log_filter: LogFilter) -> Page[LogLine]:
    """One page of the log, newest first."""
    opener = _Opener(ctx=ctx, vault=_open(ctx, Act.READ_LOG))
    if log_filter == LogFilter(page=log_filter.page):
        return _unfiltered(ctx, opener, log_filter.page)
    results: list[LogLine | LogRow] = []
    for row in _newest_first(ctx, log_filter.since):
        if _fits(row, log_filter):
            line = opener.line(row) if log_filter.needs_details else row
            if not isinstance(line, LogLine) or _concerns(line, log_filter):
                results.append(line)
    page = page_of(results, log_filter.page)
    return page.showing(log_line if isinstance(log_line, LogLine) else opener.line(log_line) for log_line in page.items)


def checkpoint(ctx: Context) -> ShownCheckpoint:
    """The newest head of the log, in words; it says nothing of what the entries say, so anybody may compare it."""
    return _checkpoint(ctx, ctx.work.log.head())


def verify(ctx: Context) -> LogVerdict:
    """Compute every leaf and the root again, and try to open every entry."""
    opener = _Opener(ctx=ctx, vault=_open(ctx, Act.VERIFY_LOG))
    head = ctx.work.log.head()
    closed: list[int] = []
    made_up: list[int] = []
    seen: set[tuple[bytes, int]] = set()

    def watched() -> Iterator[LogRow]:
        for row in ctx.work.log.every_row():
            entry = opener.said(row)
            if entry is None:
                closed.append(row.seq)
            elif entry.made_up or entry.number in seen:
                made_up.append(row.seq)
            if entry is not None:
                seen.add(entry.number)
            yield row

    altered = log_proof.verify(watched(), head, tags=ctx.runtime.database.log_index.tags)
    return LogVerdict(
        checkpoint=_checkpoint(ctx, head),
        altered=altered,
        fault=ctx.work.log.whole(),
        unopened=tuple(closed[:MOST_NAMED]),
        unopened_total=len(closed),
        made_up=tuple(made_up[:MOST_NAMED]),
        made_up_total=len(made_up),
        alarms=_named(key_alarms.every(ctx), opener.names),
    )


def _named(alarms: Iterable[KeyAlarm], names: Mapping[str, str]) -> tuple[KeyAlarm, ...]:
    return tuple(
        replace(alarm, values={**alarm.values, "who": names[alarm.user]}) if names.get(alarm.user) else alarm
        for alarm in alarms
    )


def may_export(ctx: Context) -> None:
    """Ask for the page on which the purpose is typed; the copy itself is asked for again."""
    _open(ctx, Act.VERIFY_LOG)


def export(ctx: Context, purpose: str) -> bytes:
    """The whole log, details sealed as they rest, as lines of JSON that verify on a machine without keys."""
    _open(ctx, Act.EXPORT_LOG)
    why = stated_purpose(purpose, N_("Write what the copy is for. The audit log keeps it."))
    ctx.note("read", "export the audit log", purpose=why)
    out, head = StringIO(), ctx.work.log.head()
    signed = {"note": checkpoints.note_of(ctx.runtime, head), "key": checkpoints.verifier(ctx.runtime)}
    log_proof.export(ctx.work.log.every_row(), head, out, **signed)
    return out.getvalue().encode()


@dataclass(frozen=True, kw_only=True)
class Weekly:
    """What auditors print and keep outside: the log as it stands, its signed note, and the key that checks notes."""

    checkpoint: ShownCheckpoint
    note: str
    verifier: str
    day: date


def weekly(ctx: Context) -> Weekly:
    """The page that is kept on paper, away from the server."""
    _open(ctx, Act.VERIFY_LOG)
    head = ctx.work.log.head()
    return Weekly(
        checkpoint=_checkpoint(ctx, head),
        note=checkpoints.note_of(ctx.runtime, head),
        verifier=checkpoints.verifier(ctx.runtime),
        day=ctx.today,
    )


def people(ctx: Context) -> list[tuple[str, str]]:
    """Accounts that the log can be narrowed to: id and name."""
    names = names_of(ctx, ColleagueCard)
    accounts = [(row.id, names.get(row.id, "")) for row in ctx.work.users.all()]
    return sorted(accounts, key=lambda pair: pair[1].casefold())


@dataclass(kw_only=True)
class _Opener:
    """Opens entries; a log key is opened when the first entry needs it, and a session's entries share one."""

    ctx: Context
    vault: OpenVault
    keys: dict[str, Secret | None] = field(default_factory=dict)
    rows: dict[str, LogKeyRow] = field(default_factory=dict)

    def __post_init__(self) -> None:
        log_key_rows = self.ctx.work.log.keys()
        self.rows = {row.id: row for row in log_key_rows}
        self.names = names_of(self.ctx, ColleagueCard)

    def said(self, row: LogRow) -> EntryContent | None:
        """What an entry says and who answers for it; None when it does not open.

        Whoever signed it must not have ceased to count before it was entered. What enters a statement is judged by
        that statement: it may be the one that ends the keys of whoever acts.
        """
        try:
            key = self._key(key_of(row.sealed))
            body = open_entry(row.sealed, at=log_vault(self.ctx), key=key) if key else None
        except CryptoError:
            return None
        entry = said(self.ctx, body) if body is not None else None
        if entry is not None and body is not None and row.s is None and body.signature:
            ended = self.ctx.trust.ended_at(body.fingerprint)
            entry = replace(entry, by=SaidBy.NOBODY) if ended is not None and ended < row.seq else entry
        return entry

    def line(self, row: LogRow) -> LogLine:
        """An entry as a page shows it."""
        entry = self.said(row)
        if entry is None:
            return LogLine(seq=row.seq, day=row.day, klass=row.klass, opened=False)
        details, user = entry.text, entry.user
        return LogLine(
            seq=row.seq,
            day=row.day,
            klass=row.klass,
            opened=True,
            at=moment(details.get("at")),
            user=user,
            name=self.names.get(user, ""),
            act=str(details.get("act", "")),
            vault=str(details.get("vault", "")),
            record=str(details.get("record", "")),
            more=tuple((name, self._name_or_text(value)) for name, value in details.items() if name not in _OWN),
            by=entry.by,
        )

    def _name_or_text(self, value: object) -> str:
        text = _text_of(value)
        return self.names.get(text) or text

    def _key(self, key_id: str) -> Secret | None:
        if key_id not in self.keys:
            self.keys[key_id] = self._opened(self.rows.get(key_id))
        return self.keys[key_id]

    def _opened(self, row: LogKeyRow | None) -> Secret | None:
        compartment_key = self.vault.key(DETAILS, row.epoch) if row is not None else None
        if row is None or compartment_key is None:
            return None
        try:
            raw = bytes.fromhex(row.id)
            return open_key(row.key_sealed, raw, at=log_vault(self.ctx), seed=compartment_key.seed, epoch=row.epoch)
        except (CryptoError, ValueError):
            return None


def _open(ctx: Context, act: Act) -> OpenVault:
    return open_vault(ctx, act, ctx.runtime.organisation.log, kind="log")


def _unfiltered(ctx: Context, opener: _Opener, page: int) -> Page[LogLine]:
    """One page without looking at any other entry."""
    total = ctx.work.log.head().size
    pages = max(1, -(-total // PER_PAGE))
    at = min(max(page, 1), pages)
    rows = ctx.work.log.newest(PER_PAGE, total + 1 - (at - 1) * PER_PAGE)
    return Page(items=tuple(opener.line(row) for row in rows), page=at, pages=pages, total=total)


def _newest_first(ctx: Context, since: date | None) -> Iterator[LogRow]:
    """Entries from the newest back; days only rise, so the first step wholly before `since` is the last one."""
    before = None
    while rows := ctx.work.log.newest(_STEP, before):
        yield from rows
        if since is not None and all(row.day < since for row in rows):
            return
        before = rows[-1].seq


def _fits(row: LogRow, log_filter: LogFilter) -> bool:
    early = log_filter.since is not None and row.day < log_filter.since
    late = log_filter.until is not None and row.day > log_filter.until
    return not early and not late and log_filter.klass in ("", row.klass)


def _concerns(line: LogLine, log_filter: LogFilter) -> bool:
    return line.opened and log_filter.user in ("", line.user) and log_filter.case in ("", line.vault, line.record)


def _text_of(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _checkpoint(ctx: Context, head: LogHead) -> ShownCheckpoint:
    words = checkpoint_words(head.root, compared_words())
    return ShownCheckpoint(size=head.size, root=head.root.hex(), words=words)
