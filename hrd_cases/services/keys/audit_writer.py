"""Entering what happened in the log, and reading who says so.

Details rest sealed to the auditors; a case's own people see who opened it. Whoever is signed in signs what an entry
says of them: nobody puts one in a colleague's name.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple

from hrd_cases.crypto.core.authorship import EntryBody, SaidBy, entry_body
from hrd_cases.crypto.core.headers import Header
from hrd_cases.crypto.core.primitives import digest, random
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.domain.ids import is_id
from hrd_cases.domain.vaults import CASE_VAULT, DETAILS, KINDS
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.audit_messages import DELETED
from hrd_cases.services.kernel.context import Context, LogNote
from hrd_cases.services.keys.vault_membership import look_up, pinned_first, roster_if_verified
from hrd_cases.store.log import LogEntry, LogHead, LogKeyRow
from hrd_cases.store.log_sealing import LogVault, seal_entry, seal_key
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.work import Work

MOMENT = "%Y-%m-%dT%H:%MZ"
READ = "read"


class Read(NamedTuple):
    """One kind of read: a msgid of audit_messages.py, and the record or nothing."""

    act: str
    record: str


class EntryLine(NamedTuple):
    """What one entry tells; `user`: the account that it names, or nothing; `details`: the words that are sealed.

    `row`: under which id the people of the case look for it; by chance where nobody looks for this one.
    """

    klass: str
    user: str
    details: str
    act: str = ""
    vault: str = ""
    record: str = ""
    row: str = ""


def enter(work: Work, ctx: Context) -> LogHead | None:
    """Append an act's notes and the hashes of headers it signed; the last thing a transaction does."""
    notes = list(dict.fromkeys(_entry_line(ctx, note) for note in ctx.notes))
    written = work.records.marks()
    if not notes and not ctx.entering.in_order and not ctx.answer_marks and not written:
        return None
    key_id, key = _log_key(work, ctx)
    # What was written is marked by the entries that tell of it; where it took more marks, by further ones.
    further = _own_line(ctx, "write", N_("mark what was written"))
    lines = [*notes, *[further] * (len(written) - len(notes)), *[further] * len(ctx.answer_marks)]
    marks = [*written, *[None] * (len(notes) - len(written)), *ctx.answer_marks]
    bodies = [_body(ctx, key_id, line) for line in lines]
    entries = [
        _entry(ctx, key, line.klass, body, mark=mark) for line, body, mark in zip(lines, bodies, marks, strict=True)
    ]
    # What was signed comes last: from some of it on, the keys of whoever acts may count no more.
    signed = _own_line(ctx, "key", N_("sign a header"))
    for mark in ctx.entering.in_order:
        entries.append(_entry(ctx, key, signed.klass, _body(ctx, key_id, signed), mark=mark, statement=True))
    look_up(ctx, (note.vault for note in notes if is_id(note.vault)))
    for note, body in zip(notes, bodies, strict=False):
        if note.vault and not _count_read(work, ctx, note, key_id):
            _share_with_case(work, ctx, note, body)
    ctx.notes.clear()
    ctx.entering.clear()
    ctx.answer_marks.clear()
    return work.log.append(entries)[1]


def log_vault(ctx: Context) -> LogVault:
    """Where the log's sealed parts rest."""
    return LogVault(org=ctx.runtime.org, vault=bytes.fromhex(ctx.runtime.organisation.log))


def _entry_line(ctx: Context, note: LogNote) -> EntryLine:
    details = {
        "user": note.user or _actor(ctx),
        "act": note.act,
        "vault": note.vault,
        "record": note.record,
        "at": ctx.now.astimezone(UTC).strftime(MOMENT),
        **note.more,
    }
    saved = {name: value for name, value in details.items() if value not in ("", None)}
    words = json.dumps(saved, ensure_ascii=False, sort_keys=True)
    user, record = str(saved.get("user", "")), str(note.record)
    deleted = note.act == DELETED and is_id(record) and "answer" not in note.more
    return EntryLine(
        klass=note.klass, user=user, details=words, act=note.act, vault=note.vault, record=record,
        row=deletion_row(note.vault, record) if deleted else "",
    )  # fmt: skip


def _own_line(ctx: Context, klass: str, act: str) -> EntryLine:
    """A line that only carries a mark."""
    user = _actor(ctx)
    return EntryLine(klass=klass, user=user, details=json.dumps({"act": act, "user": user}, sort_keys=True))


def _actor(ctx: Context) -> str:
    return ctx.session.actor.user if ctx.session else ""


def _body(ctx: Context, key_id: bytes, line: EntryLine) -> EntryBody:
    """The details, signed by whoever is signed in and is the one whom they name."""
    session = ctx.session
    signer = session.bundle.user_keys if session is not None and session.bundle is not None else None
    if session is None or line.user != session.actor.user:
        signer = None
    return entry_body(line.details.encode(), org=ctx.runtime.org, key=key_id, counter=_counter(ctx), by=signer)


def _entry(
    ctx: Context, key: Secret, klass: str, body: EntryBody, *, mark: bytes | None, statement: bool = False
) -> LogEntry:
    sealed = seal_entry(body, at=log_vault(ctx), key=key)
    return LogEntry(day=ctx.now.astimezone(UTC).date(), klass=klass, mark=mark, statement=statement, sealed=sealed)


def _counter(ctx: Context) -> int:
    if ctx.session is not None and ctx.session.log_key is not None:
        return ctx.runtime.sessions.next_counter(ctx.session.row)
    with ctx.runtime.lock:
        ctx.runtime.process_key.counter += 1
        return ctx.runtime.process_key.counter


def _log_key(work: Work, ctx: Context) -> tuple[bytes, Secret]:
    """The session's log key or, when nobody is logged in, this process's key of the day; entered at first use."""
    session = ctx.session
    if session is not None and session.log_key is not None:
        key_id, key = session.row.log_key_id, session.log_key
    else:
        key_id, key = _process_key(ctx)
    if not work.log.has_key(key_id):
        raw = bytes.fromhex(key_id)
        public, epoch = _log_public(ctx)
        sealed = seal_key(key, raw, at=log_vault(ctx), public=public, epoch=epoch)
        work.log.add_key(LogKeyRow(id=key_id, day=ctx.now.astimezone(UTC).date(), epoch=epoch, key_sealed=sealed))
    return bytes.fromhex(key_id), key


def _process_key(ctx: Context) -> tuple[str, Secret]:
    process_key = ctx.runtime.process_key
    with ctx.runtime.lock:
        if process_key.secret is None or process_key.day != ctx.now.date():
            process_key.id, process_key.secret, process_key.day, process_key.counter = (
                random(16).hex(),
                Secret(random(32)),
                ctx.now.date(),
                0,
            )
        return process_key.id, process_key.secret


def _log_public(ctx: Context) -> tuple[bytes, int]:
    """To whom log keys are sealed, and the epoch: the auditors, or when not even their first header is left, recovery.

    An altered list of auditors stops nobody's work, and an act that is not logged would be worse than an entry that a
    former auditor might read in a copy of the database.
    """
    header = _log_header(ctx)
    return (header.public, header.epoch) if header is not None else (ctx.runtime.pins.recovery_kem_public, 0)


def _log_header(ctx: Context) -> Header | None:
    """The newest verified header of the log's details, else the first one, which is pinned outside the database."""
    log = ctx.runtime.organisation.log
    roster = roster_if_verified(ctx, log)
    return roster.chains[DETAILS].newest if roster is not None else pinned_first(ctx, log, DETAILS)


def deletion_row(vault: str, record: str) -> str:
    """The id of the access row that tells of the deletion of a record, for whoever knows the record's id."""
    return digest(f"deleted record\0{vault}\0{record}".encode()).hex()[:32]


def _share_with_case(work: Work, ctx: Context, line: EntryLine, body: EntryBody) -> None:
    """Let the people of a case see this entry: sealed under the key of its core or, by whoever does not hold it, to it.

    Who was refused can seal to the core and can not open it.
    """
    vault = line.vault
    if not is_id(vault):  # an address that names nothing, and that PostgreSQL may not even take as text
        return
    roster = roster_if_verified(ctx, vault)
    if roster is None or roster.base in roster.withheld or roster.kind != CASE_VAULT:
        return
    header = roster.chains[roster.base].newest
    row_id = line.row if line.row and work.access.free(line.row) else random(16).hex()
    held = ctx.opened.get(vault)
    newest = held.sealing_key(header.compartment) if held is not None else None
    if held is not None and newest is not None and newest[0] == header.epoch and header.fixes(newest[1]):
        work.access.add_under(held, row_id, body, at=newest)
        return
    work.access.add(
        vault_id=vault,
        compartment=header.compartment,
        public=header.public,
        epoch=header.epoch,
        row_id=row_id,
        body=body,
    )


def _count_read(work: Work, ctx: Context, line: EntryLine, key_id: bytes) -> bool:
    """Count a read in the row of its hour, for somebody who holds the newest key of the case; False for others.

    One row a person, case and hour, signed and sealed again with each read, so that a case that is read all day stays
    small. A row that is not as this person left it stays, for whoever looks, and what comes then has rows of its own.
    """
    vault = ctx.opened.get(line.vault) if (line.klass, line.user) == (READ, _actor(ctx)) else None
    newest = vault.sealing_key(KINDS[vault.kind].base) if vault is not None and vault.kind == CASE_VAULT else None
    if vault is None or newest is None:
        return False
    began = ctx.now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    told: dict[str, object] = {"user": line.user, "vault": vault.id, "at": began.strftime(MOMENT)}
    row_id = newest[1].access_row(bytes.fromhex(line.user), int(began.timestamp()) // 3600).hex()
    row, reads = work.access.one(vault, row_id), Counter[Read]()
    if row is not None:
        known = said(ctx, row.body) if row.body is not None else None
        if known is None or not known.signed or {**known.text, **told} != known.text:
            return False
        reads = reads_of(known.text)
    reads[Read(act=line.act, record=line.record)] += 1
    told["reads"] = [[*read, count] for read, count in sorted(reads.items())]
    details = line._replace(details=json.dumps(told, ensure_ascii=False, sort_keys=True))
    work.access.put(vault, row_id, _body(ctx, key_id, details), at=newest)
    return True


def reads_of(text: Mapping[str, object]) -> Counter[Read]:
    """What the row of an hour tells was read, and how often; empty for a row of one act, or one of another shape."""
    every = text.get("reads")
    reads = Counter[Read]()
    for item in every if isinstance(every, list) else ():
        if isinstance(item, list) and len(item) == 3 and isinstance(item[2], int):
            reads[Read(act=str(item[0]), record=str(item[1]))] += item[2]
    return reads


def moment(text: object) -> datetime | None:
    """The time an entry tells, '2026-11-22T09:00Z'; None when it tells none."""
    try:
        return datetime.strptime(str(text), MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None


@dataclass(frozen=True, kw_only=True)
class Attributed:
    """Something that names a person; `by`: who answers for that."""

    by: SaidBy = SaidBy.SERVER

    @property
    def signed(self) -> bool:
        """True when the person named signed it."""
        return self.by is SaidBy.PERSON

    @property
    def made_up(self) -> bool:
        """True when somebody who is not the server made it up, or tried to."""
        return self.by is SaidBy.NOBODY


@dataclass(frozen=True, kw_only=True)
class EntryContent(Attributed):
    """What an entry says, and who answers for it; `number`: log key and counter, which no other entry has."""

    text: Mapping[str, object]
    number: tuple[bytes, int]

    @property
    def user(self) -> str:
        """The account that it names, empty when none."""
        return str(self.text.get("user", ""))


def said(ctx: Context, body: EntryBody) -> EntryContent | None:
    """What an opened entry says, its signature checked; None when it says nothing that could be read."""
    try:
        text = json.loads(body.details)
    except ValueError:
        return None
    if not isinstance(text, dict):
        return None
    user = str(text.get("user", ""))
    by = body.said_by(ctx.trust, bytes.fromhex(user) if is_id(user) else b"")
    return EntryContent(text=text, by=by, number=(body.key, body.counter))


def deletion_entry(ctx: Context, vault: OpenVault, record: str) -> EntryContent | None:
    """What the case's own people may see of the deletion of a record; None when its row is not there or unreadable."""
    row = ctx.work.access.one(vault, deletion_row(vault.id, record))
    entry = said(ctx, row.body) if row is not None and row.body is not None else None
    return entry if entry is not None and entry.text.get("vault") == vault.id else None


def case_entries(ctx: Context, vault: OpenVault) -> list[EntryContent | None]:
    """What a case's own people may see of the log; None for a row that does not open.

    A row that was signed for another case, or that repeats another row, is said by nobody.
    """
    results: list[EntryContent | None] = []
    seen: set[tuple[bytes, int]] = set()
    for row in ctx.work.access.of(vault):
        entry = said(ctx, row.body) if row.body is not None else None
        if entry is not None and (entry.number in seen or entry.text.get("vault") != vault.id):
            entry = replace(entry, by=SaidBy.NOBODY)
        results.append(entry)
        if entry is not None:
            seen.add(entry.number)
    return results
