"""A backup made while people work comes back on either database, and only whole. Catalogue of attacks 68, 69."""

import os
import subprocess
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import hrd_backups
import pytest
from hrd_backups import KEYS, OTHER, PHOTO, RECIPIENTS, WANTED, Empty, back_up, keep_photo, quiet, restore, running
from hrd_databases import Databases
from hrd_doctored import doctored
from hrd_filled import filled
from hrd_world import NOW, World

from hrd_cases.crypto.formats import age
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.incidents import Incident
from hrd_cases.services.backups import backups, keeping, proving, restoring
from hrd_cases.services.casework import cases
from hrd_cases.services.evidence import evidence
from hrd_cases.services.install import health
from hrd_cases.services.kernel import checkpoints
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.records import records
from hrd_cases.services.signin import accounts


@pytest.fixture
def empty(databases: Databases, tmp_path: Path) -> Empty:
    """Makes empty places to restore into."""
    return Empty(databases, tmp_path)


def _opens(runtime: Runtime, world: World, exhibit: str) -> None:
    """Somebody logs in with their passphrase of before, and reads the case and its photo."""
    existing = world.people["anna"]
    session = accounts.sign_in(runtime, existing.handle, existing.passphrase, "", world.now)
    with runtime.reading(session, world.now) as ctx:
        visited = cases.overview(ctx, world.strike.case)
        assert visited.broken == ()
        assert visited.case.value.title.startswith("Strike")
        stored = records.read(ctx, world.strike.case, world.strike.records["incident"])
        assert (stored.broken, stored.unproven) == (frozenset(), frozenset())
        assert b"".join(evidence.open_file(ctx, world.strike.case, exhibit, 1).pieces) == PHOTO


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_it_comes_back_on_the_other_database_row_by_row(
    make_world: Callable[[str], World], empty: Empty, kind: str
) -> None:
    world = make_world(kind)
    exhibit = keep_photo(world)
    world.session("anna")
    before, files = hrd_backups.rows(world.runtime), hrd_backups.blobs(world.runtime)
    file = back_up(world)
    place = empty.place(OTHER[kind])
    restored = restore(file, place, world)
    assert (restored.findings, restored.files, restored.unpacked.missing) == ((), 1, ())
    with running(place) as runtime:
        assert hrd_backups.rows(runtime) == before
        assert hrd_backups.blobs(runtime) == files
        # What is written from now on is told apart from what was written after the backup.
        assert sorted(runtime.organisation.generations.values()) == [1, restored.entries + 1]
        with runtime.database.reading() as work:
            assert len({row.generation for row in work.log.newest(2)}) == 2
        assert [item.text for item in health.whole(runtime, world.now, quiet) if not item.right] == []
        _opens(runtime, world, exhibit)
    names = {path.name for path in place.folder.iterdir()}
    assert {"organisation.json", "server.key"} <= names
    assert not names & {"restoring", "arriving", "backups.json"}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_it_is_of_one_moment_while_people_save(make_world: Callable[[str], World], empty: Empty, kind: str) -> None:
    """Whatever was acknowledged before it began is in it, wholly; whatever is in it was really saved."""
    world = make_world(kind)
    exhibit = keep_photo(world)
    stop, saved, here = threading.Event(), [], set()

    def save(name: str) -> None:
        session = world.sign_in(name)
        while not stop.is_set():
            with world.runtime.writing(session, world.now) as ctx:
                value = filled("incident", write=lambda field: f"{name} {len(saved)}")
                saved.append(records.create(ctx, world.strike.case, value))
            here.add(name)  # keys handed to them before are claimed by now
            stop.wait(0.02)  # SQLite lets in whoever comes first, not who waited longest: people draw breath

    people = [threading.Thread(target=save, args=(name,)) for name in ("anna", "luka")]
    for person in people:
        person.start()
    try:
        while len(saved) < 4 or len(here) < len(people):
            stop.wait(0.01)
        acknowledged = list(saved)
        file = back_up(world)
        during = len(saved)
    finally:
        stop.set()
        for person in people:
            person.join()
    assert during > len(acknowledged)
    place = empty.place(OTHER[kind])
    restored = restore(file, place, world)
    assert restored.findings == ()
    with running(place) as runtime:
        ours, theirs = hrd_backups.rows(world.runtime), hrd_backups.rows(runtime)
        for name in ("records", "digests", "text_packs", "record_history", "headers", "grants", "trend_facts", "blobs"):
            # A row that was replaced meanwhile has gone on; every other one is the very same.
            gone_on = set(theirs[name]) - set(ours[name])
            assert len(gone_on) <= (2 if name in ("records", "digests", "text_packs") else 0), name
        with runtime.database.reading() as copy, world.runtime.database.reading() as live:
            assert copy.log.root_at(restored.entries) == live.log.root_at(restored.entries)
        _opens(runtime, world, exhibit)
        existing = world.people["anna"]
        session = accounts.sign_in(runtime, existing.handle, existing.passphrase, "", world.now)
        with runtime.reading(session, world.now) as ctx:
            listed = {card.id for card in records.listing(ctx, Incident, world.strike.case)}
            assert set(acknowledged) <= listed
            assert listed <= {*saved, world.strike.records["incident"]}
            for record in listed:
                assert records.read(ctx, world.strike.case, record).broken == frozenset()


def test_every_recipient_can_open_it_and_nobody_else(sqlite_world: World, empty: Empty) -> None:
    file = back_up(sqlite_world)
    for number, key in enumerate(KEYS):
        place = empty.place("sqlite", f"by {number}")
        assert restore(file, place, sqlite_world, replace(WANTED, identities=(key,))).rows > 1000
    place = empty.place("sqlite", "by a stranger")
    with pytest.raises(RuleBroken) as refused:
        restore(file, place, sqlite_world, replace(WANTED, identities=(age.Identity.new(),)))
    assert refused.value.text == restoring.NOT_FOR_THIS_IDENTITY
    assert hrd_backups.nothing_there(place)


def test_anyone_with_age_and_tar_can_look_into_it(sqlite_world: World, tmp_path: Path) -> None:
    """In ten years, when this program is gone: the identity, age and tar are enough to have the parts."""
    keep_photo(sqlite_world)
    file = back_up(sqlite_world)
    with file.open("rb") as source, (tmp_path / "inside.tar").open("wb") as inside:
        for piece in age.opened(source, KEYS[1:]):
            inside.write(piece)
    listed = subprocess.run(
        ["tar", "-tf", tmp_path / "inside.tar"], capture_output=True, text=True, check=True
    ).stdout.split()
    assert listed[0] == "about.json"
    assert listed[-1] == "manifest.json"
    assert {"instance/organisation.json", "instance/server.key", "checkpoint.txt", "canary.tar"} <= set(listed)
    assert sum(name.startswith("evidence/") for name in listed) == 1


def test_the_file_is_private_and_nothing_else_that_is_not_public_lies_beside_it(sqlite_world: World) -> None:
    file = back_up(sqlite_world)
    assert file.stat().st_mode & 0o777 == 0o600
    names = sorted(path.name for path in file.parent.iterdir())
    assert names == ["ended.keys", "hrd-cases-2026-11-22-090000.age"], "and a public list"
    raw = file.read_bytes()
    for word in (b"records", b"organisation.json", sqlite_world.runtime.organisation.org.encode(), b"ustar"):
        assert word not in raw[2000 * 3 :]


def test_the_log_says_who_made_a_backup_and_who_restored_one(sqlite_world: World, empty: Empty) -> None:
    with sqlite_world.runtime.database.reading() as work:
        before = work.log.head().size
    file = back_up(sqlite_world)
    with sqlite_world.runtime.database.reading() as work:
        assert [row.klass for row in work.log.rows(before)] == ["admin"]
        assert keeping.state(work.settings).made == sqlite_world.now.date()
    place = empty.place("sqlite")
    assert restore(file, place, sqlite_world).entries == before
    with running(place) as runtime, runtime.database.reading() as work:
        assert [row.klass for row in work.log.rows(before)] == ["admin"]
        assert work.settings.get("restore/unfinished") == ""


def test_a_file_of_evidence_that_was_missing_already_is_named_and_stops_nothing(
    sqlite_world: World, empty: Empty
) -> None:
    keep_photo(sqlite_world)
    blob = next(sqlite_world.runtime.blobs.ids())
    sqlite_world.runtime.blobs.remove(blob)
    (sqlite_world.folder / "backups").mkdir()
    created = backups.make(sqlite_world.runtime, sqlite_world.folder / "backups", RECIPIENTS, sqlite_world.now, quiet)
    assert created.missing == (blob,)
    restored = restore(created.file, empty.place("sqlite"), sqlite_world)
    assert restored.unpacked.missing == (blob,)
    assert restored.findings == ()


def test_a_file_of_evidence_that_was_damaged_already_is_named_and_older_backups_stay(
    sqlite_world: World, empty: Empty
) -> None:
    """The older ones may hold the bytes that the disk has lost."""
    world = sqlite_world
    keep_photo(world)
    folder = world.folder / "backups"
    folder.mkdir()
    for day in range(0, 400, 40):
        world.now = world.day_is_sure(NOW + timedelta(days=day))
        backups.make(world.runtime, folder, RECIPIENTS, world.now, quiet)
    kept = set(folder.iterdir())
    blob = next(world.runtime.blobs.ids())
    path = world.folder / "evidence" / blob[:2] / blob[2:4] / blob
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    for day in (440, 480, 520):
        world.now = world.day_is_sure(NOW + timedelta(days=day))
        created = backups.make(world.runtime, folder, RECIPIENTS, world.now, quiet)
        assert (created.damaged, created.missing, created.removed) == ((blob,), (), ())
    assert kept <= set(folder.iterdir())
    restored = restore(created.file, empty.place("sqlite"), world)
    assert restored.findings == (), "it was so before: what is whole is given back"
    assert restored.unpacked.missing == (blob,)


# --- only into an empty place --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_place_that_is_used_is_left_alone(make_world: Callable[[str], World], empty: Empty, kind: str) -> None:
    world = make_world(kind)
    keep_photo(world)
    file = back_up(world)
    before, files = hrd_backups.rows(world.runtime), hrd_backups.blobs(world.runtime)
    other = empty.place(kind)
    used = hrd_backups.replaced(other, folder=world.folder / "instance")
    with_rows = hrd_backups.replaced(other, database_url=world.url)
    with_files = hrd_backups.replaced(other, evidence=world.folder / "evidence")
    for place in (used, with_rows, with_files):
        with pytest.raises(RuleBroken):
            restore(file, place, world)
    assert hrd_backups.rows(world.runtime) == before
    assert hrd_backups.blobs(world.runtime) == files
    assert restore(file, other, world).findings == ()
    with pytest.raises(RuleBroken):
        restore(file, other, world)


# --- an older one --------------------------------------------------------------------------------------------------


def _note(world: World) -> str:
    with world.reading("auditor") as ctx:
        return checkpoints.note(ctx)


def test_an_older_backup_is_accepted_only_knowingly(sqlite_world: World, empty: Empty) -> None:
    old = back_up(sqlite_world)
    sqlite_world.sign_in("anna")
    newer = replace(WANTED, against=_note(sqlite_world))
    place = empty.place("sqlite")
    with pytest.raises(RuleBroken) as refused:
        restore(old, place, sqlite_world, newer)
    assert refused.value.text == restoring.OLDER
    assert int(str(refused.value.values["entries"])) >= 1
    assert hrd_backups.nothing_there(place)
    restored = restore(old, place, sqlite_world, replace(newer, accept_older=True))
    assert restored.older_by is not None
    assert restored.older_by >= 1


def test_a_backup_as_new_as_the_checkpoint_passes_without_a_word(sqlite_world: World, empty: Empty) -> None:
    note = _note(sqlite_world)
    file = back_up(sqlite_world)
    assert restore(file, empty.place("sqlite"), sqlite_world, replace(WANTED, against=note)).older_by == 0
    assert restore(file, empty.place("sqlite", "again"), sqlite_world).older_by is None


def test_the_backup_of_another_organisation_does_not_fit_our_checkpoint(
    make_world: Callable[[str], World], empty: Empty
) -> None:
    ours, theirs = make_world("sqlite"), make_world("postgresql")
    requested = replace(WANTED, against=_note(ours))
    place = empty.place("sqlite")
    with pytest.raises(RuleBroken) as refused:
        restore(back_up(theirs), place, theirs, requested)
    assert refused.value.text == restoring.OTHER_CHECKPOINT
    assert hrd_backups.nothing_there(place)
    verified = proving.verify(back_up(theirs, minutes=1), WANTED, None, theirs.now, quiet)
    with pytest.raises(RuleBroken) as other:
        proving.note(ours.runtime, verified, ours.now)
    assert other.value.text == proving.OTHER_ORGANISATION


# --- verifying -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_verifying_restores_all_of_it_opens_the_canary_and_leaves_nothing(
    make_world: Callable[[str], World], tmp_path: Path, kind: str
) -> None:
    world = make_world(kind)
    keep_photo(world)
    file = back_up(world)
    before = hrd_backups.rows(world.runtime)
    verified = proving.verify(file, WANTED, tmp_path, world.now, quiet)
    assert (verified.findings, verified.files) == ((), 1)
    assert list(tmp_path.iterdir()) == []
    assert list(Path("/dev/shm").glob(f"hrd-cases-verify-{os.getpid()}-*")) == []
    proving.note(world.runtime, verified, world.now)
    with world.runtime.database.reading() as work:
        assert keeping.state(work.settings).verified == world.now.date()
    assert hrd_backups.rows(world.runtime) == before


def test_a_backup_whose_canary_does_not_open_is_no_backup(sqlite_world: World, tmp_path: Path) -> None:
    """As if the program that made it had sealed what nobody can open: hashes alone would not tell."""
    file, silent = back_up(sqlite_world), tmp_path / "silent.age"

    def spoil(parts: dict[str, bytes]) -> None:
        parts["canary.json"] = parts["canary.json"].replace(b'"passphrase": "', b'"passphrase": "no ')

    doctored(file, silent, spoil)
    with pytest.raises(RuleBroken) as refused:
        proving.verify(silent, WANTED, tmp_path, sqlite_world.now, quiet)
    assert refused.value.text == proving.SILENT
    assert [path.name for path in tmp_path.iterdir()] == ["silent.age"]


def test_a_verified_backup_quiets_the_desk_for_a_week(sqlite_world: World) -> None:
    with sqlite_world.reading("admin") as ctx:
        assert backups.stale(ctx) is not None
    back_up(sqlite_world)
    proving.confirm(sqlite_world.runtime, sqlite_world.now.date().isoformat(), sqlite_world.now)
    for days, quiet_still in ((0, True), (7, True), (8, False)):
        now = sqlite_world.day_is_sure(sqlite_world.now + timedelta(days=days))
        session = sqlite_world.sign_in("admin", now)
        with sqlite_world.runtime.reading(session, now) as ctx:
            assert (backups.stale(ctx) is None) is quiet_still
    for wrong in ("tomorrow", (sqlite_world.now.date() + timedelta(days=1)).isoformat()):
        with pytest.raises(ValueError, match=wrong):
            proving.confirm(sqlite_world.runtime, wrong, sqlite_world.now)
    with pytest.raises(RuleBroken) as refused:
        proving.confirm(sqlite_world.runtime, "2026-11-20", sqlite_world.now)
    assert refused.value.text == proving.NONE_THAT_DAY, "of that day there is none"


def test_what_a_killed_verification_left_is_removed_by_the_next_one(sqlite_world: World, tmp_path: Path) -> None:
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    dead, living = tmp_path / f"hrd-cases-verify-{gone.pid}-x", tmp_path / f"hrd-cases-verify-{os.getpid()}-x"
    for room in (dead, living):
        room.mkdir()
        (room / "server.key").write_bytes(b"x")
    proving.verify(back_up(sqlite_world), WANTED, tmp_path, sqlite_world.now, quiet)
    assert list(tmp_path.iterdir()) == [living]
