"""A task is ticked off on the desk, which offers to undo that; nobody ticks off what they may not write."""

import re

from hrd_pages import Visitor
from hrd_world import NOW, World

from hrd_cases.domain.notes import Task
from hrd_cases.services.records import records

TODAY = NOW.date()


def task(world: World) -> str:
    with world.writing("lana") as ctx:
        return records.create(ctx, world.strike.case, Task(what="Ring the family", due=TODAY))


def done(world: World, record: str) -> bool:
    with world.reading("lana") as ctx:
        return records.read(ctx, world.strike.case, record, Task).value.done


def test_a_task_is_ticked_off_on_the_desk_and_that_is_undone_there(world: World) -> None:
    record, lana = task(world), Visitor(world).enter("lana")
    finish, reopen = (f"/c/{world.strike.case}/r/{record}/{letter}" for letter in "ga")
    desk = lana.get("/d").text
    assert f'action="{finish}"' in desk
    assert f'action="{reopen}"' not in desk
    answer = lana.fill("/d", finish)
    assert (answer.status_code, done(world, record)) == (303, True)
    after = lana.get(answer.headers["Location"].partition("#")[0]).text
    assert re.search(r'class="finished".*Ring the family', after, re.DOTALL)
    assert f'action="{finish}"' not in after
    assert "Ring the family" not in lana.get("/d").text, "until the next visit"
    assert lana.fill(answer.headers["Location"].partition("#")[0], reopen).status_code == 303
    assert not done(world, record)
    assert f'action="{finish}"' in lana.get("/d").text


def test_whoever_may_not_write_has_no_button_and_what_is_not_theirs_is_not_shown(sqlite_world: World) -> None:
    record = task(sqlite_world)
    finish = f"/c/{sqlite_world.strike.case}/r/{record}/g"
    with sqlite_world.writing("lana") as ctx:
        stored = records.read(ctx, sqlite_world.strike.case, record, Task)
        records.save(ctx, sqlite_world.strike.case, record, Task(what="Ring", due=TODAY, done=True), stored.versions)
    for name in ("outsider", "auditor"):
        text = Visitor(sqlite_world).enter(name).get(f"/d?d={record}").text
        assert finish not in text
        assert 'class="finished"' not in text
