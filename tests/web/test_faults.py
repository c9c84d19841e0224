"""What a person sees when the disk is full or broken: a plain page, nothing half done, and the next try succeeds.

Promise P9. Catalogue of attacks 16 and 74.
"""

import errno
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from hrd_browser import Browser, field, file
from hrd_disks import full, in_small_pages, refusing, refusing_after
from hrd_failing import thrown_at
from hrd_pages import Visitor
from hrd_thief import Copy
from hrd_world import FULL, World

from hrd_cases.domain.evidence import Evidence
from hrd_cases.services.records import records

Fault = Callable[[World], AbstractContextManager[None]]

FAULTS: dict[str, Fault] = {
    "RuntimeError": lambda _: thrown_at("work.before_commit", RuntimeError("canary-7291")),
    "OSError ENOSPC": lambda _: thrown_at("log.after_rows", OSError(errno.ENOSPC, "canary-7291")),
    "OSError EIO": lambda _: thrown_at("work.before_commit", OSError(errno.EIO, "canary-7291")),
    "OperationalError SQLITE_FULL": lambda world: full(world.runtime.database),
    "OperationalError SQLITE_IOERR_WRITE": lambda world: refusing_after(world.runtime.database, 1),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_form_that_could_not_be_saved_says_so_and_can_be_sent_again(
    make_world: Callable[[str], World], caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    world = make_world("sqlite")
    anna = Visitor(world).enter("anna")
    in_small_pages(world.runtime.database)
    fields = {**anna.fields("/c/new"), "title": "The night at the gate", "summary": "typed-4410 " * 900}
    before = Copy.of(world.runtime.database).rows
    with caplog.at_level(logging.DEBUG), FAULTS[kind](world):
        answer = anna.send("/c/new", fields)
    no_room = kind.endswith(("ENOSPC", "SQLITE_FULL"))
    assert answer.status_code == (507 if no_room else 500)
    assert "this last step was not carried out" in answer.text
    assert ("There is no room left on the server" in answer.text) == no_room
    assert f": {kind} at " in caplog.text, "who looks after the server learns what to mend"
    assert "canary-7291" not in answer.text + caplog.text
    assert "typed-4410" not in caplog.text
    assert answer.text.count("typed-4410") >= 900, "what was typed comes back, to be sent once more"
    assert Copy.of(world.runtime.database).rows == before
    assert anna.send("/c/new", fields).status_code == 303
    assert "The night at the gate" in anna.get("/c").text


def test_a_page_that_could_not_be_entered_in_the_log_is_not_shown(sqlite_world: World) -> None:
    """A first look at a shared case takes its keys and enters who looked: all of it, or nothing is seen."""
    world, caseworker = sqlite_world, Visitor(sqlite_world).enter("caseworker")
    case = f"/c/{world.granted[FULL].case}"
    for name in ("claim.after_wraps", "claim.after_keys", "log.after_head", "work.before_commit"):
        with thrown_at(name, OSError(errno.ENOSPC, "no space")):
            answer = caseworker.get(case)
        assert answer.status_code == 507
        assert "Held full" not in answer.text
    assert "Held full" in caseworker.get(case).text


def test_an_upload_that_finds_no_room_keeps_the_files_that_came_whole_and_no_part_of_another(
    make_world: Callable[[str], World],
) -> None:
    """The system itself refuses bytes of the second file."""
    world = make_world("sqlite")
    anna, address = Browser(world, "anna"), f"/c/{world.strike.case}/e/new"
    photo, film = file("gate.jpg", b"\xff\xd8\xff\xe0" * 4_000), file("film.mp4", b"\0" * 3_000_000)
    assert world.runtime.database.settle()
    with refusing(1_600_000):
        answer = anna.upload(address, field("title", "The gate"), photo, film)
    assert answer.status_code == 500
    with world.reading("anna") as ctx:
        result = [card.value.title for card in records.listing(ctx, Evidence, world.strike.case)]
    assert "Received before the connection was lost: The gate" in result
    by_name = {row["id"] for row in Copy.of(world.runtime.database).rows["blobs"]}
    assert set(world.runtime.blobs.ids()) == by_name
    assert not list((world.folder / "evidence" / "incoming").iterdir())
    assert anna.upload(address, field("title", "The film"), film).status_code == 303
