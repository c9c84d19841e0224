"""A ready plan on pages: chosen by day, seen and changed before it is made, undone with one press; ours are edited."""

import re
from datetime import timedelta
from html import unescape

from hrd_pages import Visitor
from hrd_world import NOW, World

from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.notes import Task
from hrd_cases.domain.ready_plans import ReadyPlan
from hrd_cases.services.records import records
from hrd_cases.services.schedule import plans
from hrd_cases.store.records import is_of


def enter(world: World) -> Visitor:
    return Visitor(world).enter("lana")


def tasks(world: World) -> list[str]:
    with world.reading("lana") as ctx:
        return [card.value.what for card in records.listing(ctx, Task, world.strike.case)]


def test_everything_is_seen_and_changed_before_it_is_made_and_undone_with_one_press(sqlite_world: World) -> None:
    world, before = sqlite_world, tasks(sqlite_world)
    lana, place = enter(world), f"/c/{world.strike.case}/t/p"
    assert f'href="{place}"' in lana.get(f"/c/{world.strike.case}").text
    choose = lana.get(place).text
    assert "Somebody was arrested" in choose
    address = unescape(re.search(r'href="([^"]*p=arrest[^"]*)"', choose)[1])
    form = lana.get(address)
    assert "not verified" in form.text
    assert "Kazinform" in form.text
    assert tasks(world) == before, "nothing is made by looking"
    text = lana.fields(address)["tasks"][0].replace("Call the family back", "Call the brother back")
    answer = lana.fill(address, address, tasks=text)
    assert answer.status_code == 303
    page = lana.get(answer.location).text
    assert "Call the brother back" in page
    assert "Call the brother back" in tasks(world)
    assert "Call the family back" not in tasks(world)
    assert lana.fill(answer.location, answer.location).status_code == 303
    assert tasks(world) == before
    assert lana.get(answer.location).status_code == 404


def test_what_a_colleague_added_is_named_and_nothing_is_undone(sqlite_world: World) -> None:
    world = sqlite_world
    lana, place = enter(world), f"/c/{world.strike.case}/t/p"
    address = unescape(re.search(r'href="([^"]*p=arrest[^"]*)"', lana.get(place).text)[1])
    made = lana.fill(address, address).location
    with world.writing("anna") as ctx:
        (action,) = [
            card.id for card in plans.made(ctx, world.strike.case, made.rsplit("/", 1)[-1]) if is_of(card, LegalAction)
        ]
        records.create(ctx, world.strike.case, Hearing(action=action, room="Room 17"))
    before = tasks(world)
    answer = lana.fill(made, made)
    assert answer.status_code == 422
    assert "was made since and belongs to these entries" in answer.text
    assert tasks(world) == before


def test_a_day_that_is_none_or_lies_ahead_is_asked_again(sqlite_world: World) -> None:
    lana, place = enter(sqlite_world), f"/c/{sqlite_world.strike.case}/t/p"
    for day, words in (
        ("nonsense", "not read as a date"),
        (f"{NOW.date() + timedelta(days=5):%d.%m.%Y}", "has not come yet"),
    ):
        answer = lana.get(f"{place}?d={day}")
        assert answer.status_code == 422
        assert words in answer.text
        assert "p=arrest" not in answer.text


def test_a_plan_of_the_program_is_edited_into_one_of_ours(sqlite_world: World) -> None:
    lana = enter(sqlite_world)
    assert "Somebody was dismissed" in lana.get("/h/p").text
    place = "/h/p/new?p=dismissal"
    assert lana.fill(place, place, title="Dismissed by us known").status_code == 303
    listed = lana.get("/h/p").text
    assert "Dismissed by us known" in listed
    assert "Somebody was dismissed" not in listed
    with sqlite_world.reading("lana") as ctx:
        (card,) = records.listing(ctx, ReadyPlan)
        assert len(records.read(ctx, None, card.id, ReadyPlan).value.tasks) == 3
    assert "Dismissed by us known" in lana.get(f"/c/{sqlite_world.strike.case}/t/p").text
    assert lana.get(f"/h/p/{card.id}").status_code == 200
