"""A last day on the pages: said a week ahead, over at midnight, and nobody who stays notices but by what they read."""

from datetime import UTC, datetime

from hrd_pages import Visitor
from hrd_world import FULL, World

from hrd_cases.store import tables

MORNING = datetime(2026, 11, 28, 19, 30, tzinfo=UTC)  # half past midnight in Almaty


def test_the_case_of_an_outside_lawyer_goes_on_the_morning_after_their_last_day(sqlite_world: World) -> None:
    world = sqlite_world
    case, anna = f"/c/{world.granted[FULL].case}", Visitor(world).enter("anna")
    user = world.user("external")
    assert anna.fill(f"{case}/team", user=user, level="full", last_day="28.11.2026").status_code == 303
    guest = Visitor(world).enter("external")
    assert "Your access to this case ends with 28 November 2026." in guest.get(case).text
    assert "Your access to this case ends" not in anna.get(case).text
    assert "your last day is" in guest.get("/d").text
    desk = anna.get("/d").text
    assert "last day of External Person" in desk
    assert "ends soon" not in Visitor(world).enter("caseworker").get("/d").text
    world.now = MORNING
    world._sessions.clear()
    caseworker = Visitor(world).enter("caseworker")
    typed = {"title": "Beaten at the gate", "when": "28.11.2026", "region": "KZ-47", "kinds": "killing"}
    assert caseworker.fill(f"{case}/n/new", **typed).status_code == 303
    assert caseworker.fill(f"{case}/m/new", subject="The night was quiet").status_code == 303
    assert "A colleague who could open this case has left" not in caseworker.get(case).text
    guest = Visitor(world).enter("external")
    assert guest.get(case).status_code == 404
    assert "Your access to a case ended on" in guest.get("/d").text
    assert f'action="{case}/renew"' not in Visitor(world).enter("anna").get("/d").text, "nothing waits for the lead"


def test_a_form_begun_before_midnight_is_saved_after_it(sqlite_world: World) -> None:
    world = sqlite_world
    case, anna = f"/c/{world.granted[FULL].case}", Visitor(world).enter("anna")
    anna.fill(f"{case}/team", user=world.user("external"), level="full", last_day="28.11.2026")
    world.now = datetime(2026, 11, 28, 18, 55, tzinfo=UTC)
    world._sessions.clear()
    caseworker = Visitor(world).enter("caseworker")
    fields = caseworker.fields(f"{case}/m/new")
    world.now = datetime(2026, 11, 28, 19, 5, tzinfo=UTC)
    assert caseworker.send(f"{case}/m/new", {**fields, "subject": "Begun before"}).status_code == 303


def test_an_end_that_is_no_longer_prepared_stands_on_the_case_and_on_the_desk_of_administrators(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    case, anna = f"/c/{world.granted[FULL].case}", Visitor(world).enter("anna")
    anna.fill(f"{case}/team", user=world.user("external"), level="full", last_day="28.11.2026")
    founder, caseworker = (Visitor(world).enter(name) for name in ("founder", "caseworker"))
    text = (founder, "/d", "a planned end of access"), (caseworker, case, "the preparation for it is out of date")
    for visitor, page, words in text:
        assert words not in visitor.get(page).text
    with world.runtime.database.writing() as work:
        work.connection.execute(tables.successors.delete())
    for visitor, page, words in text:
        assert words in visitor.get(page).text, page
    assert "a planned end" not in anna.get("/d").text
    assert "the preparation for it is out of date" not in anna.get(case).text, "the visit of a lead prepares it"
    for visitor, page, words in text:
        assert words not in visitor.get(page).text
