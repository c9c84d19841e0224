"""Killed or out of disk at any named step, a backup or restore is wholly there or not at all. Catalogue 72, 74."""

import errno
import os
import resource
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import hrd_backups
import pytest
from hrd_backups import KEYS, PHOTO, RECIPIENTS, WANTED, Empty, keep_photo, quiet, restore, running
from hrd_databases import Databases
from hrd_disks import refusing
from hrd_failing import broken_off
from hrd_failpoints import BACKUP, RESTORE
from hrd_killed import Run, jobs
from hrd_world import World
from sqlalchemy.exc import OperationalError

from hrd_cases.services.backups import backups, proving
from hrd_cases.services.install import health
from hrd_cases.services.install.install import InstallPlace
from hrd_cases.services.signin import organisation_setup
from hrd_cases.store import failpoints

FULL, BROKEN = OSError(errno.ENOSPC, "No space left on device"), OSError(errno.EIO, "Input/output error")
LARGE = 8_000_000  # bytes
ERRORS = {"exception": RuntimeError("unforeseen"), "no space": FULL, "disk error": BROKEN}


@dataclass(frozen=True)
class Kept:
    """One world with one good backup, for all tests here: none of them changes it."""

    world: World
    file: Path


@pytest.fixture(scope="module")
def kept(shared_world: World) -> Kept:
    """A world with a file of evidence larger than any database of the tests, and a backup."""
    keep_photo(shared_world, PHOTO * (LARGE // len(PHOTO)))
    return Kept(shared_world, hrd_backups.back_up(shared_world))


@pytest.fixture
def empty(databases: Databases, tmp_path: Path) -> Empty:
    """Makes empty places to restore into."""
    return Empty(databases, tmp_path)


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """Runs one job of backing.py."""
    with jobs("backing.py") as item:
        yield item


def _job(saved: Kept, act: str, failpoint: str, **more: str) -> dict[str, Any]:
    return {
        "act": act,
        "failpoint": failpoint,
        "now": (saved.world.now + timedelta(hours=1)).isoformat(),
        "url": saved.world.url,
        "folder": str(saved.world.folder),
        "recipients": [item.text() for item in RECIPIENTS],
        "identity": KEYS[0].text(),
        "file": str(saved.file),
        **more,
    }


# --- backups -------------------------------------------------------------------------------------------------------


def _whole_or_nothing(folder: Path, saved: Kept) -> None:
    """What lies in the folder are whole backups, and the next run clears away the rest."""
    for file in folder.glob("*.age"):
        proving.verify(file, WANTED, folder.parent, saved.world.now, quiet)
    created = backups.make(saved.world.runtime, folder, RECIPIENTS, saved.world.now + timedelta(hours=2), quiet)
    assert created.file.exists()
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("failpoint", BACKUP)
def test_a_backup_that_is_killed(kept: Kept, run: Run, tmp_path: Path, failpoint: str) -> None:
    folder = tmp_path / "to"
    folder.mkdir()
    assert run(_job(kept, "backup", failpoint, to=str(folder)))["status"] == -9
    assert len(list(folder.glob("*.age"))) == (1 if failpoint == "backup.after_rename" else 0)
    _whole_or_nothing(folder, kept)


@pytest.mark.parametrize("kind", ERRORS)
@pytest.mark.parametrize("failpoint", BACKUP)
def test_a_backup_that_breaks_leaves_no_part_of_a_file(kept: Kept, tmp_path: Path, failpoint: str, kind: str) -> None:
    with broken_off(failpoint, ERRORS[kind]):
        backups.make(kept.world.runtime, tmp_path, RECIPIENTS, kept.world.now, quiet)
    names = [path.name for path in tmp_path.iterdir()]
    assert names == (["hrd-cases-2026-11-22-090000.age"] if failpoint == "backup.after_rename" else [])


def test_a_disk_that_is_really_full_is_told_and_keeps_nothing(kept: Kept, tmp_path: Path) -> None:
    """The system itself refuses bytes beyond a size, as a full disk does, in a process of its own.

    Databases are smaller than that, a backup with its evidence a little larger.
    """
    most = kept.file.stat().st_size - 200_000
    assert most > LARGE
    child = os.fork()
    if child == 0:
        status = 1
        try:
            import signal

            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
            # Connections are not inherited: this process has its own.
            runtime = organisation_setup.load(
                kept.world.folder / "instance", kept.world.url, kept.world.folder / "evidence"
            )
            try:
                backups.make(runtime, tmp_path, RECIPIENTS, kept.world.now, quiet)
            except OSError as error:
                status = 0 if error.errno == errno.EFBIG else 2
        finally:
            os._exit(status)
    _, ended = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(ended) == 0
    assert list(tmp_path.iterdir()) == []


def test_one_that_is_running_is_not_taken_for_a_leftover(kept: Kept, tmp_path: Path) -> None:
    second: list[Path] = []

    def meanwhile(reached: str) -> None:
        if reached == "backup.after_database" and not second:
            second.append(tmp_path)
            later = kept.world.now + timedelta(minutes=5)
            second.append(backups.make(kept.world.runtime, tmp_path, RECIPIENTS, later, quiet).file)

    failpoints.install(meanwhile)
    try:
        first = backups.make(kept.world.runtime, tmp_path, RECIPIENTS, kept.world.now, quiet).file
    finally:
        failpoints.remove(meanwhile)
    for file in (first, second[1]):
        proving.verify(file, WANTED, tmp_path, kept.world.now, quiet)


# --- restores ------------------------------------------------------------------------------------------------------


def _restored(place: InstallPlace, saved: Kept) -> None:
    """The place holds all of it, and nothing that a restore needs on its way."""
    with running(place) as runtime:
        assert hrd_backups.rows(runtime) == hrd_backups.rows(saved.world.runtime)
        assert hrd_backups.blobs(runtime) == hrd_backups.blobs(saved.world.runtime)
        assert [item.text for item in health.whole(runtime, saved.world.now, quiet) if not item.right] == []


@pytest.mark.parametrize(
    ("kind", "failpoint"),
    [*(("sqlite", name) for name in RESTORE), ("postgresql", "restore.after_commit"), ("postgresql", RESTORE[-2])],
)
def test_a_restore_that_is_killed(kept: Kept, run: Run, empty: Empty, failpoint: str, kind: str) -> None:
    place = empty.place(kind)
    job = _job(
        kept, "restore", failpoint, into=str(place.folder), database=place.database_url, evidence=str(place.evidence)
    )
    assert run(job)["status"] == -9
    if failpoint == "restore.after_place":
        _restored(place, kept)
        return
    assert not (place.folder / "organisation.json").exists()
    assert restore(kept.file, place, kept.world).findings == ()
    _restored(place, kept)
    assert [path for path in place.folder.rglob("*") if path.name in ("restoring", "arriving")] == []


@pytest.mark.parametrize("kind", ERRORS)
@pytest.mark.parametrize("failpoint", [name for name in RESTORE if name != "restore.after_place"])
def test_a_restore_that_breaks_leaves_the_place_as_it_was(kept: Kept, empty: Empty, failpoint: str, kind: str) -> None:
    place = empty.place("sqlite")
    with broken_off(failpoint, ERRORS[kind]):
        restore(kept.file, place, kept.world)
    assert hrd_backups.nothing_there(place)
    assert restore(kept.file, place, kept.world).findings == ()


@pytest.mark.parametrize("size", [1_000, 60_000, 400_000])
def test_a_disk_that_ends_while_restoring_leaves_the_place_as_it_was(kept: Kept, empty: Empty, size: int) -> None:
    """The system itself refuses what goes beyond a size in any file: a note, the database, a file of evidence."""
    place = empty.place("sqlite")
    with pytest.raises((OSError, OperationalError)), refusing(size):
        restore(kept.file, place, kept.world)
    assert hrd_backups.nothing_there(place)
    assert restore(kept.file, place, kept.world).findings == ()


def test_what_a_killed_restore_left_elsewhere_is_not_touched(kept: Kept, run: Run, empty: Empty) -> None:
    """The note of a killed restore names its database and evidence; with others in the settings nothing is removed."""
    place = empty.place("sqlite")
    more = {"into": str(place.folder), "database": place.database_url, "evidence": str(place.evidence)}
    assert run(_job(kept, "restore", "restore.after_check", **more))["status"] == -9
    world = kept.world
    before, files = hrd_backups.rows(world.runtime), hrd_backups.blobs(world.runtime)
    elsewhere = InstallPlace(folder=place.folder, database_url=world.url, evidence=world.folder / "evidence")
    with pytest.raises(Exception, match="not empty"):
        restore(kept.file, elsewhere, world)
    assert hrd_backups.rows(world.runtime) == before
    assert hrd_backups.blobs(world.runtime) == files


def test_there_are_as_many_steps_as_promised() -> None:
    assert (len(BACKUP), len(RESTORE)) == (6, 7)
