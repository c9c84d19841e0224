"""Time zone and calendar of the organisation: who sets them, what follows them, and that no day comes twice."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hrd_browser import Browser, filled_form
from hrd_pages import Visitor, forms
from hrd_world import World

from hrd_cases.domain.companies import Body
from hrd_cases.domain.letters import Letter
from hrd_cases.services.kernel.sessions import PROOF
from hrd_cases.services.records import records
from hrd_cases.services.schedule import calendars
from hrd_cases.store import instance

PAGE = "/a/z"
NOON = datetime(2026, 11, 28, 7, 0, tzinfo=UTC)  # in Almaty; in Warsaw eight in the morning, in New York two at night
NIGHT = datetime(2026, 11, 28, 20, 30, tzinfo=UTC)  # in Almaty half past one of the 29th, elsewhere still the 28th
UNKNOWN = "Not known: only weekends were left out."
STALE = "counted from other facts than those of today"


def letter_to_akimat(world: World) -> str:
    """Write a letter whose answer a rule sets a time for; its address."""
    with world.writing("anna") as ctx:
        body = records.create(ctx, None, Body(name="Акимат города", kind="akimat"))
        value = Letter(
            subject="О сменах", direction="from_us", kind="request", handed_in=date(2026, 10, 12), addressee=body
        )
        record = records.create(ctx, world.strike.case, value)
    return f"/c/{world.strike.case}/r/{record}"


def take_date(browser: Browser, url: str) -> None:
    """Use the date that the page offers."""
    assert browser.post(url, **filled_form(browser.get(url).text, url)).status_code == 303


def choose(world: World, **typed: str) -> tuple[int, str]:
    """Set both as the administrator; status and page of the answer."""
    admin = Visitor(world).enter("admin")
    fields = forms(admin.get(PAGE))[PAGE]
    answer = admin.send(PAGE, {**fields, **{name: [text] for name, text in typed.items()}})
    return answer.status_code, answer.text


def policy(world: World) -> tuple[str, str]:
    """What the folder of the instance keeps."""
    saved = json.loads((world.runtime.instance / "organisation.json").read_text())
    return saved["zone"], saved["calendar"]


def test_the_page_says_what_counts_and_what_is_chosen_counts_for_every_day(sqlite_world: World) -> None:
    world = sqlite_world
    world.now = world.day_is_sure(NOON)
    page = Visitor(world).enter("admin").get(PAGE).text
    assert 'value="Asia/Almaty"' in page
    assert "now it is 12:00" in page
    assert choose(world, zone="Warsaw", calendar="weekends")[0] == 303
    assert policy(world) == ("Europe/Warsaw", "")
    assert "now it is 08:00" in Visitor(world).enter("admin").get(PAGE).text
    with world.reading("anna") as ctx:
        assert (ctx.clock, ctx.today.isoformat()) == ("08:00", "2026-11-28")
    world.now = NIGHT
    with world.reading("anna") as ctx:
        assert ctx.today.isoformat() == "2026-11-28"
        assert not ctx.judged_clock.doubt


def test_a_server_started_anew_goes_on_with_it(sqlite_world: World) -> None:
    world = sqlite_world
    world.now = world.day_is_sure(NOON)
    choose(world, zone="Europe/Warsaw", calendar="weekends")
    loaded, _ = instance.load(world.runtime.instance)
    assert (loaded.zone, loaded.calendar) == ("Europe/Warsaw", "")


def test_moments_on_pages_are_of_the_zone(sqlite_world: World) -> None:
    world = sqlite_world
    world.now = world.day_is_sure(NOON)
    choose(world, zone="Europe/Warsaw")
    auditor = Visitor(world).enter("auditor")
    assert "08:00" in auditor.get("/l").text
    assert "12:00" not in auditor.get("/l").text


def test_a_session_left_open_is_asked_again_and_nothing_is_set(sqlite_world: World) -> None:
    world = sqlite_world
    world.now = world.day_is_sure(NOON)
    admin = Visitor(world).enter("admin")
    fields = forms(admin.get(PAGE))[PAGE]
    world.now += 2 * PROOF
    assert admin.send(PAGE, {**fields, "zone": ["Europe/Warsaw"]}).status_code == 403
    assert policy(world) == ("Asia/Almaty", "kz")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"zone": "Mars"}, "There is no time zone with this name"),
        ({"zone": ""}, "There is no time zone with this name"),
        ({"calendar": "xx"}, "Choose one of the calendars"),
    ],
)
def test_what_is_none_is_refused_at_its_field_and_what_was_typed_stays(
    sqlite_world: World, typed: dict[str, str], said: str
) -> None:
    sqlite_world.now = sqlite_world.day_is_sure(NOON)
    status, page = choose(sqlite_world, **typed)
    assert status == 422
    assert said in page
    assert f'value="{typed.get("zone", "Asia/Almaty")}"' in page
    assert policy(sqlite_world) == ("Asia/Almaty", "kz")


def test_no_day_comes_twice(sqlite_world: World) -> None:
    """What ended at midnight would begin again in a zone where midnight is still to come."""
    world = sqlite_world
    world.now = world.day_is_sure(NIGHT)
    status, page = choose(world, zone="Europe/Warsaw")
    assert status == 422
    assert "today has not begun yet" in page
    assert policy(world) == ("Asia/Almaty", "kz")
    assert choose(world, zone="Asia/Almaty", calendar="weekends")[0] == 303, "the calendar does not wait"


def test_a_clock_in_doubt_sets_no_zone(sqlite_world: World) -> None:
    world = sqlite_world
    world.day_is_sure(NOON)
    world.now = NOON.replace(year=2027)
    status, page = choose(world, zone="Asia/Bishkek")
    assert status == 422
    assert "in doubt" in page
    assert policy(world) == ("Asia/Almaty", "kz")


def test_working_days_are_counted_by_the_calendar_and_say_when_holidays_are_not_known(sqlite_world: World) -> None:
    world = sqlite_world
    world.now = world.day_is_sure(NOON)
    anna = Browser(world, "anna")
    letter = letter_to_akimat(world)
    page = anna.get(f"{letter}/d").text
    assert "Use this date: 3 November 2026" in page, "26 October is left out: Republic Day was a Sunday"
    assert UNKNOWN not in page
    take_date(anna, f"{letter}/d")
    choose(world, calendar="weekends")
    page = anna.get(f"{letter}/d").text
    assert "Use this date: 2 November 2026" in page
    assert UNKNOWN in page
    assert STALE in anna.get(letter).text, "the date that was saved stays, and says that it was counted otherwise"
    take_date(anna, f"{letter}/d")
    assert STALE not in anna.get(letter).text
    assert UNKNOWN in anna.get(letter).text


def test_west_of_greenwich_the_log_of_a_later_day_puts_no_clock_in_doubt(sqlite_world: World) -> None:
    """The log counts days in UTC; in New York the evening of such a day is still the day before."""
    world = sqlite_world
    world.now = world.day_is_sure(NOON)
    choose(world, zone="New York")
    world.now = datetime(2026, 11, 29, 1, 0, tzinfo=UTC)
    with world.writing("anna") as ctx:
        records.create(ctx, None, Body(name="Суд", kind="court"))
    (world.runtime.instance / "clock.day").unlink()
    with world.reading("anna") as ctx:
        assert ctx.work.log.last_day == date(2026, 11, 29)
        assert ctx.today == date(2026, 11, 28)
        assert not ctx.judged_clock.doubt


def test_what_another_process_changed_in_the_folder_is_not_undone(sqlite_world: World) -> None:
    """A set of cards adopted by a command while the server runs stays adopted when a page changes the zone."""
    world = sqlite_world
    world.now = world.day_is_sure(NOON)
    saved, _ = instance.load(world.runtime.instance)
    instance.save_policy(world.runtime.instance, replace(saved, card_set_read="ab 20785"))
    choose(world, zone="Asia/Bishkek")
    assert instance.load(world.runtime.instance)[0].card_set_read == "ab 20785"


def test_a_zone_is_not_set_by_an_act_that_did_not_land(sqlite_world: World) -> None:
    world = sqlite_world
    world.now = world.day_is_sure(NOON)

    def breaks_off() -> None:
        with world.writing("admin") as ctx:
            calendars.choose(ctx, "Asia/Bishkek", "kz")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        breaks_off()
    assert policy(world) == ("Asia/Almaty", "kz")
    assert world.runtime.zone.key == "Asia/Almaty"
