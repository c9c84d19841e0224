"""Whether an installation is whole: what can be checked without any passphrase, each finding one line."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hrd_cases.crypto.errors import CryptoError
from hrd_cases.crypto.merkle import Checkpoint, checkpoint_words, read_verifier
from hrd_cases.crypto.passphrases import words_for
from hrd_cases.domain.vaults import KINDS
from hrd_cases.services import checkpoints
from hrd_cases.services.context import Context, Runtime
from hrd_cases.services.recovery import sets
from hrd_cases.services.rosters import Roster, Unverified, roster
from hrd_cases.store import instance, log_proof, migrate
from hrd_cases.store.log import Head
from hrd_cases.store.log_proof import NotALog

__all__ = ["Finding", "LogState", "NotALog", "NotANote", "read_notes", "verify_export", "verify_log", "whole"]

DAMAGED = "The database file is damaged: %s. Restore the newest backup."
Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing looked at: `name` is stable for scripts, `text` says what is wrong, empty when nothing is."""

    name: str
    text: str = ""

    @property
    def right(self) -> bool:
        """True when nothing is wrong."""
        return not self.text


@dataclass(frozen=True, kw_only=True)
class LogState:
    """How long the log is, its root (hex) in eight words to compare, and the first altered entry if there is one."""

    size: int
    root: str
    words: tuple[str, ...]
    altered: int | None


def verify_log(runtime: Runtime, language: str = "en", against: Iterable[Head] = ()) -> LogState:
    """Compute every leaf and the root of the log again, which needs no key; compare with checkpoints from elsewhere."""
    with runtime.database.reading() as work:
        head = work.log.head()
        altered = log_proof.verify(work.log.every_row(), head, against)
    return _state(head, altered, language)


def _state(head: Head, altered: int | None, language: str) -> LogState:
    words = checkpoint_words(head.root, words_for(language))
    return LogState(size=head.size, root=head.root.hex(), words=words, altered=altered)


class NotANote(ValueError):
    """What was handed in as a checkpoint is none, or is not signed by the key given; the message names it."""


def read_notes(notes: Mapping[str, str], verifier: str = "") -> tuple[Head, ...]:
    """Checkpoints by what they are called; each signed by `verifier` when that is given. Raises NotANote."""
    found = []
    for name, text in notes.items():
        try:
            point = Checkpoint.parse(text, read_verifier(verifier)) if verifier else Checkpoint.unchecked(text)
        except CryptoError:
            raise NotANote(name) from None
        found.append(Head(size=point.size, root=point.root))
    return tuple(found)


def verify_export(lines: Iterable[str], against: Iterable[Head], language: str = "en") -> LogState:
    """Verify an exported log with nothing but itself and checkpoints that were kept elsewhere; raises NotALog."""
    head, rows = log_proof.read_export(lines)
    altered = log_proof.verify(rows, head, against)
    return _state(head, altered, language)


def behind(runtime: Runtime) -> bool:
    """True when the database is of another shape than this version's."""
    return migrate.current(runtime.database) != migrate.head()


def bring_up(runtime: Runtime) -> tuple[str, str]:
    """Migrate the database; returns the revision before and after."""
    before = migrate.current(runtime.database) or ""
    migrate.upgrade(runtime.database)
    return before, migrate.current(runtime.database) or ""


def whole(runtime: Runtime, now: datetime, say: Say) -> tuple[Finding, ...]:
    """Look at everything that rests here, in the order in which one thing stands on another."""
    found = [*_folder(runtime.instance)]
    say("Reading the database")
    if damaged := runtime.database.damage():  # nothing that rests in a damaged file can be believed
        return (*found, *(Finding(name="database", text=DAMAGED % line) for line in damaged))
    if behind(runtime):
        return (*found, Finding(name="database", text="The database is of another version: run hrd-cases migrate."))
    found.append(Finding(name="database"))
    found.extend(_rows(runtime))
    say("Reading the log")
    found.append(_log(runtime))
    say("Checking who may open what")
    with runtime.reading(None, now) as ctx:
        found.extend(_vaults(ctx))
    say("Looking for every file of evidence")
    found.extend(_files(runtime))
    if unread := sets.unread(runtime):
        found.append(Finding(name="cards", text=unread))
    return tuple(found)


def _rows(runtime: Runtime) -> Iterator[Finding]:
    """The rows of the database fit one another, as far as no key is needed to see it."""
    with runtime.database.reading() as work:
        broken = list(work.invariants.broken())
    for one in broken:
        yield Finding(name="rows", text=f"{', '.join(one.rows)}: {one.rule}.")
    if not broken:
        yield Finding(name="rows")


def _folder(folder: Path) -> Iterator[Finding]:
    """The instance folder is for its owner alone."""
    for path in (folder, folder / instance.ORGANISATION, folder / instance.SERVER_KEY):
        wrong = path.stat().st_mode & 0o077
        text = f"{path} can be read by others: chmod {'700' if path.is_dir() else '600'} {path}"
        yield Finding(name="folder", text=text if wrong else "")


def _log(runtime: Runtime) -> Finding:
    altered = verify_log(runtime, against=checkpoints.kept(runtime)).altered
    text = f"The log was altered: entry {altered} is the first that is not as it was written."
    return Finding(name="log", text=text if altered is not None else "")


def _vaults(ctx: Context) -> Iterator[Finding]:
    """Every chain of headers is signed by those who may sign it, back to the pinned root; the index says the same."""
    broken, unlike = [], []
    for vault in (vault for kind in KINDS for vault in ctx.work.keys.vaults(kind)):
        try:
            known = roster(ctx, vault)
        except Unverified:
            broken.append(vault)
        else:
            unlike += [f"{vault} ({name})" for name in _unlike(ctx, known)] if known else []
    for vault in broken:
        yield Finding(name="headers", text=f"Who may open {vault} was altered, or was signed by somebody who may not.")
    if not broken:
        yield Finding(name="headers")
    for place in unlike:
        yield Finding(name="members", text=f"Who is in {place} was altered in the index.")
    if not unlike:
        yield Finding(name="members")


def _unlike(ctx: Context, known: Roster) -> Iterator[str]:
    """The compartments whose index names others than their newest header, but for those who gave them up since."""
    rows = ctx.work.keys.members(known.vault)
    for compartment, chain in known.chains.items():
        left = {one.hex() for one in known.left.get(compartment, ())}
        named = {(one.id.hex(), one.compartment) for one in chain.newest.members}
        listed = {(one.member, one.member_compartment) for one in rows if one.compartment == compartment}
        if any(member not in left for member, _ in named ^ listed):
            yield compartment


def _files(runtime: Runtime) -> Iterator[Finding]:
    """Every file that a row names lies in the store, at its length."""
    with runtime.database.reading() as work:
        rows = [work.files.get(blob) for blob in sorted(work.files.ids())]
    wrong = [f"{row.id}: {problem}" for row in rows if row and (problem := _file(runtime, row.id, row.size))]
    for text in wrong:
        yield Finding(name="evidence", text=f"A file of evidence is not whole: {text}.")
    if not wrong:
        yield Finding(name="evidence")


def _file(runtime: Runtime, blob: str, size: int) -> str:
    try:
        stored = runtime.blobs.size(blob)
    except FileNotFoundError:
        return "missing"
    return "" if stored == size else f"{stored} bytes in place of {size}"
