"""What nobody names any more goes when the program starts; what somebody names stays."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hrd_failing import broken_off
from hrd_failpoints import REWRITING
from hrd_world import NOW, World, plan

from hrd_cases.services.signin import organisation_setup
from hrd_cases.services.signin.cleanup import sweep
from hrd_cases.store import failpoints
from hrd_cases.store.files import FileRow
from hrd_cases.store.settings import REWRITE


def test_a_file_that_no_record_names_goes_after_a_day_and_others_stay(tmp_path: Path) -> None:
    runtime, _ = organisation_setup.create_organisation(plan(tmp_path), NOW)
    by_name, torn, fresh = "1" * 32, "2" * 32, "3" * 32
    for blob in (by_name, torn, fresh):
        writer = runtime.blobs.writer(blob)
        writer.write(b"sealed")
        writer.commit()
    with runtime.database.writing() as work:
        vault = runtime.organisation.directory
        work.files.add(FileRow(id=by_name, vault_id=vault, day=NOW.date(), size=6, sha256="0" * 64))
    old = (NOW - timedelta(days=2)).timestamp()
    for blob in (by_name, torn):
        path = next((tmp_path / "evidence").rglob(blob))
        os.utime(path, (old, old))
    os.utime(next((tmp_path / "evidence").rglob(fresh)), (NOW.timestamp(), NOW.timestamp()))
    for blob in (by_name, torn, fresh):
        runtime.blobs.previews.put(blob, b"sealed pictures")
    assert sweep(runtime, NOW) == 1
    assert list(runtime.blobs.previews.ids()) == [by_name]
    assert sorted(runtime.blobs.ids()) == [by_name, fresh]
    runtime.database.close()


def _free_pages(world: World) -> int:
    with world.runtime.database.reading() as work:
        return int(work.connection.exec_driver_sql("PRAGMA freelist_count").scalar_one())


def _take_keys_out(world: World) -> None:
    with world.writing("anna") as ctx:
        ctx.settle = True
        ctx.note("key", "give new keys")


def test_a_start_writes_the_whole_database_anew_only_when_that_is_due(make_world: Callable[[str], World]) -> None:
    """It takes longer the larger the database is."""
    world = make_world("sqlite")
    database = world.runtime.database
    for what in ("x" * 300_000, ""):
        with database.writing() as work:
            work.settings.put("filler", what)
    sweep(world.runtime, NOW)
    assert _free_pages(world), "nothing was written anew"
    world.session("anna")
    with broken_off("work.after_commit"):
        _take_keys_out(world)
    assert _free_pages(world)
    restarted = world.restarted()
    sweep(restarted.runtime, NOW)
    assert not _free_pages(restarted)
    with restarted.runtime.database.reading() as work:
        assert REWRITE not in work.settings.all()


@pytest.mark.parametrize("failpoint", REWRITING)
def test_a_rewrite_that_was_broken_off_is_done_again_at_the_start(
    make_world: Callable[[str], World], failpoint: str
) -> None:
    world = make_world("sqlite")
    with world.runtime.database.writing() as work:
        work.settings.rewrite_due()
    with broken_off(failpoint):
        world.runtime.database.rewrite()
    restarted = world.restarted()
    with restarted.runtime.database.reading() as work:
        assert work.settings.get(REWRITE)
    sweep(restarted.runtime, NOW)
    with restarted.runtime.database.reading() as work:
        assert not work.settings.get(REWRITE)


def test_what_is_taken_out_while_the_files_are_written_anew_stays_due(make_world: Callable[[str], World]) -> None:
    database = make_world("sqlite").runtime.database
    with database.writing() as work:
        work.settings.rewrite_due()

    def meanwhile(name: str) -> None:
        if name == "rewrite.before_unmark":
            failpoints.remove(meanwhile)
            with database.writing() as work:
                work.settings.rewrite_due()

    failpoints.install(meanwhile)
    database.rewrite()
    with database.reading() as work:
        assert work.settings.get(REWRITE)
    database.rewrite_if_marked()
    with database.reading() as work:
        assert not work.settings.get(REWRITE)
