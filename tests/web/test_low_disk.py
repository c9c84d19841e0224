"""A disk that is nearly full: people log in and read, forms and files get a page that says why, and nothing is lost.

On a small disk of its own where one can be mounted (as root).
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hrd_browser import Browser, field, file
from hrd_disks import small_disk
from hrd_pages import Visitor
from hrd_world import World, copied

from hrd_cases.services.signin.cleanup import sweep
from hrd_cases.store import room
from hrd_cases.store.room import LOW, MEGABYTE, NAME, RESERVE, SPENT, Room

NO_ROOM = "There is no room left on the server"
TYPED = "typed-4410 " * 200


@pytest.fixture
def small_world(make_world: Callable[[str], World], tmp_path: Path) -> Iterator[World]:
    """An organisation on a disk with room for it and for what is to stay free, as its server starts."""
    made = make_world("sqlite")
    made.runtime.database.close()
    with small_disk(tmp_path / "disk", (2 * LOW + RESERVE) // MEGABYTE + 60) as disk:
        shutil.copy(made.url.removeprefix("sqlite:///"), disk / "cases.sqlite")
        world = copied(made._blueprint, f"sqlite:///{disk / 'cases.sqlite'}", disk)
        sweep(world.runtime, world.now)
        yield world
        world.close()


def fill(folder: Path, leave: int) -> None:
    """Let other programs write until so many bytes are left."""
    with (folder / "others").open("ab") as others:
        while (more := Room(folder).free - leave) > 0:
            others.write(bytes(min(more, MEGABYTE)))
            others.flush()


def test_on_a_nearly_full_disk_people_log_in_and_read_and_nothing_else_is_written(small_world: World) -> None:
    world, case = small_world, f"/c/{small_world.strike.case}"
    anna, browser = Visitor(world).enter("anna"), Browser(world, "anna")
    fields = {**anna.fields("/c/new"), "title": "The night at the gate", "summary": TYPED}
    fill(world.folder, LOW - MEGABYTE)
    assert anna.get(case).status_code == 200
    assert Visitor(world).enter("caseworker").get("/d").status_code == 200
    answer = anna.send("/c/new", fields)
    assert answer.status_code == 507
    assert NO_ROOM in answer.text
    assert "You can log in and read as before." in answer.text
    assert answer.text.count("typed-4410") >= 200, "what was typed comes back, to be sent once more"
    refused = browser.upload(f"{case}/e/new", field("title", "The gate"), file("gate.jpg", b"\xff\xd8" * 900))
    assert (refused.status_code, NO_ROOM in refused.text) == (507, True)
    assert not list(world.runtime.blobs.ids())
    assert (world.folder / NAME).exists(), "the reserve is for when other programs fill the disk"
    (world.folder / "others").unlink()
    assert anna.send("/c/new", fields).status_code == 303


def test_on_a_full_disk_the_reserve_makes_room_for_those_who_read(small_world: World) -> None:
    world, case = small_world, f"/c/{small_world.strike.case}"
    anna = Visitor(world).enter("anna")
    assert (world.folder / NAME).stat().st_size == RESERVE
    assert (world.folder / NAME).stat().st_mode & 0o777 == 0o600
    fill(world.folder, 0)
    assert world.runtime.database.room is not None
    assert world.runtime.database.room.free == 0
    assert anna.get(case).status_code == 200
    assert Visitor(world).enter("caseworker").get("/d").status_code == 200
    assert not (world.folder / NAME).exists()
    assert anna.send("/c/new", {**anna.fields("/c/new"), "title": "The night"}).status_code == 507
    sweep(world.runtime, world.now)
    assert not (world.folder / NAME).exists(), "it is laid again only where there is plenty of room"
    (world.folder / "others").unlink()
    sweep(world.runtime, world.now)
    assert (world.folder / NAME).exists()


def test_an_upload_that_would_fill_the_disk_is_refused_and_a_small_one_is_taken(small_world: World) -> None:
    world, address = small_world, f"/c/{small_world.strike.case}/e/new"
    anna = Browser(world, "anna")
    fill(world.folder, LOW + 4 * MEGABYTE)
    film, photo = file("film.mp4", bytes(6 * MEGABYTE)), file("gate.jpg", b"\xff\xd8" * 900)
    assert anna.upload(address, field("title", "The film"), film).status_code == 507
    assert anna.upload(address, field("title", "The gate"), photo).status_code == 303


def test_a_form_is_refused_wherever_the_disk_is_said_to_be_low(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same without a disk of its own: the mark lies above what is free here."""
    anna = Visitor(sqlite_world).enter("anna")
    fields = {**anna.fields("/c/new"), "title": "The night at the gate"}
    monkeypatch.setattr(room, "LOW", 1 << 62)
    assert anna.send("/c/new", fields).status_code == 507
    assert anna.get(f"/c/{sqlite_world.strike.case}").status_code == 200
    assert Visitor(sqlite_world).enter("caseworker").get("/d").status_code == 200
    assert not Room(sqlite_world.folder).keep()
    assert SPENT < LOW
    monkeypatch.undo()
    assert anna.send("/c/new", fields).status_code == 303
