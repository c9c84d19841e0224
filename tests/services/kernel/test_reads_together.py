"""Pages that are looked at in the same moment: entries by their own readers, in one commit, nothing shown before."""

import threading
import time

from hrd_world import World
from sqlalchemy import Connection, event

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.errors import SessionEnded
from hrd_cases.services.access import access_log
from hrd_cases.services.keys.gate import open_vault

READERS = ("anna", "lana", "luka")


def _look(world: World, name: str, results: dict[str, object]) -> None:
    try:
        with world.reading(name) as ctx:
            open_vault(ctx, Act.READ_CASE, world.strike.case)
        results[name] = "shown"
    except SessionEnded as error:
        results[name] = error


def _together(world: World, meanwhile: str = "") -> tuple[dict[str, object], int]:
    """What each reader got whose page waited for somebody who writes; and how many commits their entries took."""
    results, commits = dict[str, object](), 0

    def count(_: Connection) -> None:
        nonlocal commits
        commits += 1

    for name in READERS:  # what was handed to them is claimed at their first look
        _look(world, name, {})
    threads = [threading.Thread(target=_look, args=(world, name, results)) for name in READERS]
    event.listen(world.runtime.database.engine, "commit", count)
    with world.runtime.database.writing() as work:
        for thread in threads:
            thread.start()
        end = time.monotonic() + 20
        while world.runtime.database.shared.waiting < len(threads):
            assert time.monotonic() < end
            time.sleep(0.001)
        assert not results, "nothing is shown before its entry is committed"
        commits = 0
        if meanwhile:
            work.users.end_sessions(world.user(meanwhile))
    for thread in threads:
        thread.join(30)
    return results, commits


def test_pages_that_wait_together_share_one_commit_and_each_entry_is_its_readers(world: World) -> None:
    results, commits = _together(world)
    assert results == dict.fromkeys(READERS, "shown")
    assert commits == 2, "the writer's, and one for all readers"
    with world.reading("anna") as ctx:
        opened = access_log.who_opened(ctx, world.strike.case)
    assert {world.user(name) for name in READERS} <= {line.user for line in opened.page.items if line.signed}


def test_whose_session_ended_meanwhile_is_shown_nothing_and_the_others_are(world: World) -> None:
    results, _ = _together(world, meanwhile="luka")
    assert isinstance(results.pop("luka"), SessionEnded)
    assert results == {"anna": "shown", "lana": "shown"}
