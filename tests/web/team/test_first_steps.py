"""First steps on the desk of administrators: each is looked up, and the list goes away when all are done."""

import re

import pytest
from hrd_pages import Visitor
from hrd_replaced import ended_alone
from hrd_world import World

from hrd_cases.domain.papers import Language
from hrd_cases.services.backups import keeping
from hrd_cases.services.letters.letters import letterhead
from hrd_cases.services.recovery import sets
from hrd_cases.services.schedule import duty

DONE = re.compile(r"✓ (.*?): done")


def steps(world: World) -> tuple[list[str], list[str]]:
    """What the desk of an administrator says is done, and what is not."""
    page = Visitor(world).enter("admin").get("/d").text
    if 'id="first-steps"' not in page:
        return [], []
    part = page.split('id="first-steps"')[1].split("</section>")[0]
    return DONE.findall(part), re.findall(r'<a href="[^"]+">(.*?)</a>', part)


def write_letterhead(world: World) -> None:
    """Address and contact, by the page."""
    admin = Visitor(world).enter("admin")
    assert admin.fill("/a/l", address="Saran, Lenin street 1", contact="+7 700, office@example.org").status_code == 303


def test_a_step_is_done_when_it_is_so_and_not_by_a_tick(sqlite_world: World) -> None:
    done, left = steps(sqlite_world)
    assert "Have a second administrator" in done
    assert left == [
        "Write the letterhead",
        "Make a backup and open it once",
        "Give the recovery keys to custodians",
        "Put somebody on duty",
    ]
    write_letterhead(sqlite_world)
    with sqlite_world.writing("admin") as ctx:
        keeping.note_made(ctx.work.settings, ctx.today)
        keeping.note_verified(ctx.work.settings, ctx.today, ctx.today)
    done, left = steps(sqlite_world)
    assert "Write the letterhead" in done
    assert "Make a backup and open it once" in done
    assert len(left) == 2
    ended_alone(sqlite_world, "founder")
    done, left = steps(sqlite_world)
    assert "Have a second administrator" in left, "it was done, and is so no more"
    assert "Have a second person for every act" in left


def test_the_list_goes_away_when_everything_is_done(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    write_letterhead(sqlite_world)
    with sqlite_world.writing("admin") as ctx:
        keeping.note_made(ctx.work.settings, ctx.today)
        keeping.note_verified(ctx.work.settings, ctx.today, ctx.today)
    assert steps(sqlite_world)[1] == ["Give the recovery keys to custodians", "Put somebody on duty"]
    monkeypatch.setattr(sets, "in_force", lambda _runtime: object())
    monkeypatch.setattr(sets, "was_read", lambda _runtime: True)
    monkeypatch.setattr(duty, "today", lambda _ctx: ("somebody",))
    assert steps(sqlite_world) == ([], [])


def test_nobody_else_has_the_list(sqlite_world: World, anna: Visitor) -> None:
    assert "first-steps" not in anna.get("/d").text


def test_the_letterhead_is_what_letters_print_and_keeps_its_name(sqlite_world: World) -> None:
    write_letterhead(sqlite_world)
    admin = Visitor(sqlite_world).enter("admin")
    form = admin.fields("/a/l")
    assert form["address"] == ["Saran, Lenin street 1"]
    assert "name" not in form
    assert admin.send("/a/l", {**form, "name": "Another organisation"}).status_code == 303
    with sqlite_world.reading("lana") as ctx:
        lines = letterhead(ctx, Language.EN)
    assert lines[1:] == ("Saran, Lenin street 1", "+7 700, office@example.org")
    assert "Another" not in lines[0]
