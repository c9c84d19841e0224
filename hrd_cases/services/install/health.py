"""Whether an installation is whole: what can be checked without any passphrase, each finding one line."""

import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.merkle import Checkpoint, checkpoint_words, read_verifier
from hrd_cases.crypto.core.passphrases import compared_words
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_, Sentence
from hrd_cases.services.audit import key_alarms
from hrd_cases.services.kernel import checkpoints, ownership
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.recovery import custody_records, sets
from hrd_cases.services.signin.cleanup import GRACE
from hrd_cases.store import instance, log_proof, migrate
from hrd_cases.store.files import FileRow
from hrd_cases.store.log import LogHead
from hrd_cases.store.log_proof import NotALog

__all__ = ["Finding", "LogState", "NotALog", "NotANote", "read_notes", "verify_export", "verify_log", "whole"]

DAMAGED = N_("The database file is damaged: %(what)s. Restore the newest backup.")


class Say(Protocol):
    """Tells a step of something long: its msgid and, of a counted one, how much of how much is done."""

    def __call__(self, text: str, done: int = 0, total: int = 0, /) -> None:
        """The step begins, or goes on."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing looked at: `name` is stable for scripts, `msgid` with `values` says what is wrong, empty if nothing."""

    name: str
    msgid: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    notice: bool = False  # to be done soon, and nothing wrong yet

    @property
    def sentence(self) -> Sentence:
        """What is wrong, for saying it in another language."""
        return Sentence(msgid=self.msgid, values=self.values)

    @property
    def text(self) -> str:
        """What is wrong, in English."""
        return str(self.sentence)

    @property
    def right(self) -> bool:
        """True when nothing is wrong."""
        return self.notice or not self.msgid


@dataclass(frozen=True, kw_only=True)
class LogState:
    """How long the log is, its root (hex) in eight words to compare, and the first altered entry if there is one."""

    size: int
    root: str
    words: tuple[str, ...]
    altered: int | None


def verify_log(runtime: Runtime, against: Iterable[LogHead] = ()) -> LogState:
    """Compute every leaf and the root of the log again, which needs no key; compare with checkpoints from elsewhere."""
    with runtime.database.reading() as work:
        head = work.log.head()
        altered = log_proof.verify(work.log.every_row(), head, against, tags=runtime.database.log_index.tags)
    return _state(head, altered)


def _state(head: LogHead, altered: int | None) -> LogState:
    words = checkpoint_words(head.root, compared_words())
    return LogState(size=head.size, root=head.root.hex(), words=words, altered=altered)


class NotANote(ValueError):
    """What was handed in as a checkpoint is none, or is not signed by the key given; the message names it."""


def read_notes(notes: Mapping[str, str], verifier: str = "") -> tuple[LogHead, ...]:
    """Checkpoints by what they are called; each signed by `verifier` when that is given. Raises NotANote."""
    heads = []
    for name, text in notes.items():
        try:
            point = Checkpoint.parse(text, read_verifier(verifier)) if verifier else Checkpoint.unchecked(text)
        except CryptoError:
            raise NotANote(name) from None
        heads.append(LogHead(size=point.size, root=point.root))
    return tuple(heads)


def verify_export(lines: Iterable[str], against: Iterable[LogHead]) -> LogState:
    """Verify an exported log with nothing but itself and checkpoints that were kept elsewhere; raises NotALog."""
    head, rows = log_proof.read_export(lines)
    altered = log_proof.verify(rows, head, against)
    return _state(head, altered)


EVIDENCE = "evidence"
NAMES = {
    "folder": N_("folder"),
    "database": N_("database"),
    "rows": N_("rows"),
    "log": N_("log"),
    "facts": N_("trend facts"),
    "clock": N_("clock"),
    "backups": N_("backups"),
    **key_alarms.NAMES,
    EVIDENCE: N_("evidence"),
    "cards": N_("cards"),
    "custodians": N_("custodians"),
}


def migrate_database(runtime: Runtime) -> tuple[str, str]:
    """Migrate the database; returns the revision before and after."""
    before = migrate.current(runtime.database) or ""
    migrate.upgrade(runtime.database)
    return before, migrate.current(runtime.database) or ""


def whole(runtime: Runtime, now: datetime, say: Say) -> tuple[Finding, ...]:
    """Look at everything that rests here, in the order in which one thing stands on another."""
    results = [*_folder(runtime.instance), *_notes(runtime)]
    say(N_("Reading the database"))
    if damaged := runtime.database.damage():  # nothing that rests in a damaged file can be believed
        return (*results, *(Finding(name="database", msgid=DAMAGED, values={"what": line}) for line in damaged))
    try:
        ownership.refuse_other(runtime)
    except RuleBroken as other:
        return (
            *results,
            Finding(name="database", msgid=other.text, values=other.values),
            *_orphans(runtime, set(), now),
        )
    results.append(Finding(name="database"))
    results.extend(_rows(runtime))
    say(N_("Reading the log"))
    results.extend(_log(runtime))
    results.append(_facts(runtime))
    results.append(_clock(runtime, now))
    say(N_("Checking who may open what"))
    with runtime.reading(None, now) as ctx:
        results.extend(_keys(ctx))
        record = custody_records.due(ctx)
    say(N_("Looking for every file of evidence"))
    results.extend(_files(runtime, now))
    if unread := sets.unread_yet(runtime):
        results.append(Finding(name="cards", msgid=unread.msgid, values=unread.values))
    if record:
        results.append(Finding(name="custodians", msgid=record.msgid, values=record.values, notice=True))
    return tuple(results)


def _rows(runtime: Runtime) -> Iterator[Finding]:
    """The rows of the database fit one another, as far as no key is needed to see it."""
    with runtime.database.reading() as work:
        broken = list(work.invariants.broken())
    for broken_rule in broken:
        yield Finding(
            name="rows",
            msgid=RULE,
            values={"rows": ", ".join(broken_rule.rows), "rule": Sentence(msgid=broken_rule.rule)},
        )
    if not broken:
        yield Finding(name="rows")


def _folder(folder: Path) -> Iterator[Finding]:
    """The instance folder is for its owner alone."""
    for path in (folder, folder / instance.ORGANISATION, folder / instance.SERVER_KEY):
        mode = "700" if path.is_dir() else "600"
        values = {"path": path, "command": f"chmod {mode} {shlex.quote(str(path))}"}
        yield Finding(name="folder", msgid=OPEN if path.stat().st_mode & 0o077 else "", values=values)


def _notes(runtime: Runtime) -> Iterator[Finding]:
    """The small files that the server keeps for itself say something of use."""
    for name, damaged, text in (
        (instance.CHECKPOINT, not checkpoints.latest(runtime), NOTE),
        (instance.CLOCK, instance.read_sure_day(runtime.instance) is None, DAY),
    ):
        path = runtime.instance / name
        yield Finding(name="folder", msgid=text if damaged and path.exists() else "", values={"file": path})


def _log(runtime: Runtime) -> Iterator[Finding]:
    """Every entry is as this server wrote it, and no statement is missing."""
    altered = verify_log(runtime, against=checkpoints.latest(runtime)).altered
    yield Finding(name="log", msgid=ALTERED if altered is not None else "", values={"entry": altered or 0})
    with runtime.database.reading() as work:
        fault = work.log.whole()
    if fault:
        yield Finding(name="log", msgid=REFUSED, values={"what": Sentence(msgid=fault)})


def _facts(runtime: Runtime) -> Finding:
    """The trend facts are those that this server entered."""
    with runtime.database.reading() as work:
        return Finding(name="facts", msgid="" if work.trends.whole() else FACTS)


def _clock(runtime: Runtime, now: datetime) -> Finding:
    with runtime.database.reading() as work:
        clock = runtime.clock(work, now)
    return Finding(name="clock", msgid=clock.doubt, values=clock.values)


def _keys(ctx: Context) -> Iterator[Finding]:
    """Every statement about keys counts, and who may open what is as those signed it who may."""
    found = key_alarms.every(ctx)
    for name in key_alarms.NAMES:
        alarms = [alarm for alarm in found if alarm.kind == name]
        for alarm in alarms:
            yield Finding(name=name, msgid=alarm.msgid, values=alarm.values, notice=alarm.notice)
        if not alarms:
            yield Finding(name=name)


def _files(runtime: Runtime, now: datetime) -> Iterator[Finding]:
    """Every file that a row names lies in the store, byte for byte; and none lies there that no row names."""
    with runtime.database.reading() as work:
        rows = work.files.every()
    wrong = [finding for row in rows if (finding := _file(runtime, row))]
    wrong += _orphans(runtime, {row.id for row in rows}, now)
    yield from wrong
    if not wrong:
        yield Finding(name=EVIDENCE)


def _orphans(runtime: Runtime, entries: set[str], now: datetime) -> list[Finding]:
    """Files that nothing names, but for those of an upload that may be going on."""
    lines = runtime.blobs.unnamed(entries, now - GRACE)
    values = {"number": len(lines), "file": next(iter(lines), "")}
    return [Finding(name=EVIDENCE, msgid=ORPHANS, values=values)] if lines else []


def _file(runtime: Runtime, row: FileRow) -> Finding | None:
    try:
        stored = runtime.blobs.size(row.id)
        right = stored != row.size or runtime.blobs.sha256(row.id) == row.sha256
    except FileNotFoundError:
        return Finding(name=EVIDENCE, msgid=MISSING, values={"file": row.id})
    except OSError:  # the disk gives back an error in place of the bytes
        return Finding(name=EVIDENCE, msgid=CHANGED, values={"file": row.id})
    if stored != row.size:
        values = {"file": row.id, "stored": stored, "size": row.size}
        return Finding(name=EVIDENCE, msgid=SHORTENED, values=values)
    return None if right else Finding(name=EVIDENCE, msgid=CHANGED, values={"file": row.id})


RULE = N_("%(rows)s: %(rule)s. Restore the newest backup.")
NOTE = N_("%(file)s is damaged. It is written again at the next log-in; what it said before is lost.")
DAY = N_("%(file)s is damaged. Until tomorrow the newest log entry is used instead.")
ORPHANS = N_(
    "%(number)s files of evidence belong to nothing in the database, such as %(file)s. What an upload left that broke "
    "off is removed by the server at its next start. If this is not the newest database, restore the newest backup "
    "before that."
)
OPEN = N_("%(path)s can be read by others: %(command)s")
ALTERED = N_(
    "The audit log was changed: entry %(entry)s is the first that differs from what was written. Restore the newest "
    "backup."
)
REFUSED = N_("The audit log was changed: %(what)s. Nothing is written until the newest backup is restored.")
FACTS = N_(
    "The facts behind the figures are not as this server left them: some were removed, added or changed. Restore "
    "the newest backup; until then do not rely on the figures."
)
MISSING = N_("An evidence file is missing: %(file)s. Restore it from a backup.")
CHANGED = N_("An evidence file is damaged: %(file)s does not hold the bytes that were saved. Restore it from a backup.")
SHORTENED = N_("An evidence file is damaged: %(file)s has %(stored)s bytes instead of %(size)s.")
