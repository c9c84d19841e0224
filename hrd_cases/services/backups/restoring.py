"""An organisation out of a backup into an empty place: checked wholly, then put in place by the last step alone.

A file `restoring` in the new folder stands for a restore that has not ended. Killed anywhere, the next try removes
what the last one left and begins anew; the organisation is there when its file organisation.json is, and not before.
"""

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from hrd_cases.crypto.core.errors import CryptoError, NotOpened, NotSigned, UnknownFormat
from hrd_cases.crypto.core.merkle import Checkpoint, checkpoint_words
from hrd_cases.crypto.core.passphrases import compared_words
from hrd_cases.crypto.core.primitives import random
from hrd_cases.crypto.formats import age
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_
from hrd_cases.services.backups.packing import FOLDER_PARTS
from hrd_cases.services.backups.parts import damaged
from hrd_cases.services.backups.unpacking import MARK, Unpacked, clear, clear_evidence, is_bare, unpack
from hrd_cases.services.install import health, install
from hrd_cases.services.install.health import Finding, Say
from hrd_cases.services.install.install import InstallPlace
from hrd_cases.services.kernel import checkpoints, ended_keys, ownership
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.signin import organisation_setup
from hrd_cases.store import instance
from hrd_cases.store.addresses import file_of, without_password
from hrd_cases.store.blobs import BlobStore
from hrd_cases.store.failpoints import reach
from hrd_cases.store.safe_files import sync_folder

_RESTORING, _ARRIVING = "restoring", "arriving"
_READ = 1 << 20
# What a healthy organisation may show: cards not read back yet, and folders whose rights are set at the end.
_HARMLESS = ("cards", "folder", "clock")
# What a folder for a restore may hold: the list of git, and what a checkout brings along.
_BROUGHT = (".gitignore", "README.md", "lost+found")


@dataclass(frozen=True, kw_only=True)
class RestoreWish:
    """What whoever restores says: who opens it, an outside checkpoint, and what they accept knowingly."""

    identities: tuple[age.Identity, ...]
    against: str = ""
    ended: str = ""  # a list of keys that have ended since (services/kernel/ended_keys.py)
    root: str = ""  # the eight root words, as the organisation published them
    accept_older: bool = False
    accept_damaged: bool = False


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What was put in place: the day of the backup, its log, and everything that is to be told."""

    made: datetime
    entries: int
    words: tuple[str, ...]  # eight words of the log's root, for people to compare
    root_words: tuple[str, ...]  # eight words of the organisation's root key, as it published them
    rows: int
    files: int
    older_by: int | None  # log entries that the checkpoint knows and the backup does not; None without a checkpoint
    findings: tuple[Finding, ...]
    ended: int = 0  # keys that had ended since, and have ended again
    unpacked: Unpacked


def restore(file: Path, place: InstallPlace, requested: RestoreWish, now: datetime, say: Say) -> Restored:
    """Restore a backup; RuleBroken, and nothing in place, when anything of it is not as it was written."""
    with Beginning(place) as beginning:
        restored = arrive(file, place, requested, beginning, say)
        restored = _ended_again(place, restored, requested, now)
        reach("restore.after_ended")
        say(N_("Putting it in place"))
        _put_in_place(place.folder)
        _settle_in(place, restored, now)
    return restored


def arrive(file: Path, place: InstallPlace, requested: RestoreWish, beginning: "Beginning", say: Say) -> Restored:
    """Everything but the last step: the organisation lies beside its place, checked."""
    reach("restore.after_begin")
    with file.open("rb", buffering=_READ) as source:
        chunks = _counted(plaintext(source, requested.identities), file.stat().st_size, say)
        unpacked_backup = unpack(chunks, place, beginning.mark)
    beginning.org = unpacked_backup.about.org
    arriving = place.folder / _ARRIVING
    _write_folder(arriving, unpacked_backup.folder)
    runtime = _loaded(arriving, place)
    try:
        restored = _looked_at(runtime, unpacked_backup, requested, say)
    finally:
        runtime.database.close()
    instance.begin_generation(arriving, restored.entries + 1)
    reach("restore.after_check")
    return restored


def _looked_at(runtime: Runtime, unpacked_backup: Unpacked, requested: RestoreWish, say: Say) -> Restored:
    """What arrived, after everything was looked at that can be without a passphrase; RuleBroken when it will not do."""
    if runtime.org != unpacked_backup.about.org:
        raise damaged(instance.ORGANISATION)
    root = install.words_of_root(runtime)
    if requested.root and tuple(requested.root.casefold().split()) != root:
        raise RuleBroken(OTHER_ROOT, values={"words": " ".join(root)})
    if requested.ended:
        ended_keys.read(runtime, requested.ended)
    ownership.refuse_other(runtime)  # rows without this organisation are no backup of it
    findings = tuple(_serious(health.whole(runtime, unpacked_backup.about.made, say), unpacked_backup.missing))
    if findings and not requested.accept_damaged:
        raise RuleBroken(FINDINGS, values={"what": tuple(finding.sentence for finding in findings[:5])})
    older_by = _older_by(runtime, requested)
    with runtime.database.reading() as work:
        head = work.log.head()
    return Restored(
        made=unpacked_backup.about.made,
        entries=head.size,
        words=checkpoint_words(head.root, compared_words()),
        root_words=root,
        rows=unpacked_backup.rows,
        files=unpacked_backup.files,
        older_by=older_by,
        findings=findings,
        unpacked=unpacked_backup,
    )


def _ended_again(place: InstallPlace, restored: Restored, requested: RestoreWish, now: datetime) -> Restored:
    """End what had ended since the backup, before the organisation is in its place."""
    if not requested.ended:
        return restored
    runtime = _loaded(place.folder / _ARRIVING, place)
    try:
        with runtime.writing(None, now) as ctx:
            ended = ended_keys.enter(ctx, ended_keys.read(runtime, requested.ended))
    finally:
        runtime.database.close()
    return replace(restored, ended=ended)


def _counted(chunks: Iterator[bytes], size: int, say: Say) -> Iterator[bytes]:
    """The same chunks; how many bytes of the file's size came is told with each."""
    done = 0
    say(COMPARING, done, size)
    for chunk in chunks:
        done += len(chunk)
        say(COMPARING, min(done, size), size)
        yield chunk
    say(COMPARING, size, size)


def plaintext(source: age.ByteSource, identities: Iterable[age.Identity]) -> Iterator[bytes]:
    """The opened file in authenticated chunks; RuleBroken says which of the two is wrong, file or identity."""
    try:
        chunks = age.opened(source, identities)
        first = next(chunks)
    except NotOpened:
        raise RuleBroken(NOT_FOR_THIS_IDENTITY) from None
    except UnknownFormat:
        raise RuleBroken(NO_AGE_FILE) from None
    yield first
    try:
        yield from chunks
    except CryptoError:
        raise damaged("age") from None


class Beginning:
    """A restore that has begun in an empty place; undone at the end unless organisation.json is there by then."""

    def __init__(self, place: InstallPlace) -> None:
        self.place = place
        self.mark = random(16).hex()
        self.org = bytes(16)
        self._note = place.folder / _RESTORING
        self._made = ""

    def __enter__(self) -> "Beginning":
        """Remove what a killed restore left here, refuse a place that is used, and leave a note of having begun."""
        folder = self.place.folder
        if instance.exists(folder):
            raise RuleBroken(USED)
        if self._note.exists():
            self._undo(self._left())
        elif others := sorted(path.name for path in folder.glob("*") if path.name not in _BROUGHT):
            raise RuleBroken(NOT_EMPTY, values={"folder": folder, "file": others[0]})
        instance.private(folder)
        if next(BlobStore(self.place.evidence).ids(), None) is not None:
            raise RuleBroken(EVIDENCE_USED)
        file = file_of(self.place.database_url)
        self._made = str(file) if file is not None and not file.exists() else ""
        _write(self._note, json.dumps(self._note_values()).encode())
        return self

    def __exit__(self, *_error: object) -> None:
        """Tidy up, forwards or backwards."""
        if not instance.exists(self.place.folder):
            self._undo(self._note_values())
            return
        shutil.rmtree(self.place.folder / _ARRIVING, ignore_errors=True)
        self._note.unlink(missing_ok=True)

    def _note_values(self) -> dict[str, str]:
        """What the note says: where this restore works, and the file of a database that was not there before."""
        place = {"evidence": str(self.place.evidence), "database": without_password(self.place.database_url)}
        return {"mark": self.mark, **place, "made": self._made}

    def _left(self) -> dict[str, str]:
        """What a killed restore wrote down; nothing when it was killed before it had."""
        try:
            text = json.loads(self._note.read_text())
            return {name: str(text[name]) for name in ("mark", "evidence", "database", "made")}
        except (ValueError, KeyError, TypeError):
            return {"mark": self.mark, "evidence": "", "database": "", "made": ""}

    def _undo(self, content: dict[str, str]) -> None:
        """Only what this note names, and only if it is still where this restore works."""
        shutil.rmtree(self.place.folder / _ARRIVING, ignore_errors=True)
        for name in FOLDER_PARTS:
            (self.place.folder / name).unlink(missing_ok=True)
        if content["database"] == without_password(self.place.database_url):
            clear(self.place, self.org, content["mark"])
            self._remove_own_database(content["made"])
        if content["evidence"] == str(self.place.evidence):
            clear_evidence(self.place.evidence)
            self._remove_own_folders()
        self._note.unlink(missing_ok=True)

    def _remove_own_database(self, created: str) -> None:
        """The file that this restore made, here or elsewhere, takes no room when nothing came of it."""
        file = file_of(self.place.database_url)
        if file is None or not (str(file) == created or file.parent.resolve() == self.place.folder.resolve()):
            return
        if is_bare(file):
            for path in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
                path.unlink(missing_ok=True)

    def _remove_own_folders(self) -> None:
        """The folder of evidence inside the new folder, which was empty: what still holds a file stays."""
        evidence = self.place.evidence
        if evidence.parent.resolve() == self.place.folder.resolve():
            for path in (*sorted((path for path in evidence.rglob("*") if path.is_dir()), reverse=True), evidence):
                with suppress(OSError):
                    path.rmdir()


def _loaded(folder: Path, place: InstallPlace) -> Runtime:
    try:
        return organisation_setup.load(folder, place.database_url, place.evidence)
    except (ValueError, TypeError, KeyError, CryptoError):
        raise damaged(instance.ORGANISATION) from None


def _serious(findings: Iterable[Finding], missing: tuple[str, ...]) -> Iterator[Finding]:
    """What must not be passed over; files that were missing when the backup was made are no fault of the backup."""
    for finding in findings:
        is_known = finding.name == health.EVIDENCE and any(blob in finding.text for blob in missing)
        if not finding.right and finding.name not in _HARMLESS and not is_known:
            yield finding


def _older_by(runtime: Runtime, requested: RestoreWish) -> int | None:
    """How many log entries of the outside checkpoint the backup does not have; RuleBroken unless that is accepted."""
    if not requested.against:
        return None
    try:
        checkpoint = Checkpoint.parse(requested.against, checkpoints.public(runtime))
    except (NotSigned, UnknownFormat):
        raise RuleBroken(OTHER_CHECKPOINT) from None
    if checkpoint.origin != checkpoints.origin(runtime):
        raise RuleBroken(OTHER_CHECKPOINT)
    with runtime.database.reading() as work:
        size = work.log.head().size
        if size >= checkpoint.size and work.log.root_at(checkpoint.size) != checkpoint.root:
            raise RuleBroken(OTHER_HISTORY)
    older_by = max(0, checkpoint.size - size)
    if older_by and not requested.accept_older:
        raise RuleBroken(OLDER, values={"entries": older_by})
    return older_by


def _write_folder(arriving: Path, files: dict[str, bytes]) -> None:
    arriving.mkdir(mode=0o700)
    for name, data in files.items():
        _write(arriving / name, data)


def _put_in_place(folder: Path) -> None:
    """Keys and settings first; the organisation's own file is what makes it count."""
    arriving = folder / _ARRIVING
    for path in sorted(arriving.iterdir(), key=lambda path: path.name == instance.ORGANISATION):
        if path.name == instance.ORGANISATION:
            reach("restore.before_place")
        path.rename(folder / path.name)
    sync_folder(folder)
    reach("restore.after_place")


def _settle_in(place: InstallPlace, restored: Restored, now: datetime) -> None:
    """The first entry of the log after a restore says so, with the day of the backup."""
    runtime = _loaded(place.folder, place)
    try:
        instance.save_sure_day(place.folder, runtime.today(restored.made))
        ownership.remember_address(runtime)
        with runtime.writing(None, now) as ctx:
            ctx.work.settings.remove(MARK)
            ctx.note("admin", "restore a backup", made=day_of(restored))
    finally:
        runtime.database.close()


def _write(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def day_of(restored: Restored) -> str:
    """The day of a backup in UTC, as commands print it."""
    return restored.made.astimezone(UTC).date().isoformat()


USED = N_("An organisation is in this folder already. A backup is restored into an empty place only: --into FOLDER")
NOT_EMPTY = N_(
    "%(folder)s is not empty, there is %(file)s. A backup is restored into an empty folder only: --into FOLDER"
)
EVIDENCE_USED = N_("The folder of evidence is not empty. A backup is restored into an empty place only.")
NO_AGE_FILE = N_("This is no backup: it is no age file, or its beginning is damaged.")
NOT_FOR_THIS_IDENTITY = N_("This identity does not open the backup, or the backup was changed.")
FINDINGS = N_("The backup is as it was made, but its content is damaged: %(what)s")
OTHER_ROOT = N_(
    "This backup is of another organisation: its root words are %(words)s. Compare letter by letter; "
    "if it is not a slip, nobody works with it."
)
OTHER_CHECKPOINT = N_("The checkpoint is not of the organisation in this backup, or is not signed by its server.")
OTHER_HISTORY = N_("The log in this backup is another one than the checkpoint was made of: it was altered.")
OLDER = N_(
    "This backup is older than the checkpoint: %(entries)s entries of the log are missing in it, and everything "
    "that was done in them. Is there a newer one? If not: --accept-older"
)
COMPARING = N_("Reading and comparing every part")
