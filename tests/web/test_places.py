"""Desk, agenda, search, trends and log as pages: there for everybody they are for, and telling nobody else anything."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hrd_browser import Browser
from hrd_sheets import cells
from hrd_world import NOW, World

from hrd_cases.domain.calls import Call
from hrd_cases.domain.companies import Body
from hrd_cases.domain.dates import exactly
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.notes import Task
from hrd_cases.services.casework import calls
from hrd_cases.services.records import records

TODAY = NOW.date()
LANGUAGES = ("en", "ru", "kk")
STAFF_PAGES = ("/d", "/h", "/s")
CANARY = "Canary7"


@pytest.fixture
def full(sqlite_world: World) -> World:
    """The world with something on every page."""
    case = sqlite_world.strike.case
    with sqlite_world.writing("lana") as ctx:
        values = [
            Hearing(on=TODAY, at="10:00", room=f"{CANARY} room", notified="sms"),
            Hearing(on=TODAY - timedelta(days=3), at="10:00", room=f"{CANARY} past", notified="sms"),
            Letter(subject=f"{CANARY} letter", direction="from_us", due=TODAY + timedelta(days=2)),
            Letter(subject=f"{CANARY} open", direction="from_us", handed_in=TODAY, our_number="N-77"),
            Task(what=f"{CANARY} task", due=TODAY - timedelta(days=1)),
        ]
        for value in values:
            records.create(ctx, case, value)
        calls.take(ctx, Call(what="x", when=exactly(TODAY), who=f"{CANARY} caller", reach="y", urgent=True))
        incident = Incident(title=f"{CANARY} incident", when=exactly(TODAY), region="KZ-35", kinds=("summons",))
        for _ in range(7):
            records.create(ctx, case, incident)
    return sqlite_world


def page(browser: Browser, address: str, language: str = "en") -> str:
    browser.headers["Cookie"] = re.sub("__Host-g=[a-z]+", f"__Host-g={language}", browser.headers["Cookie"])
    answer = browser.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return str(answer.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_there_for_whom_it_is_for_with_nothing_and_with_everything(full: World, language: str) -> None:
    requested = {
        "lana": (*STAFF_PAGES, f"/c/{full.strike.case}/opened", "/h?w=h", "/h?f=2017&t=2018"),
        "outsider": STAFF_PAGES,
        "external": (*STAFF_PAGES, f"/c/{full.strike.case}/opened"),
        "coordinator": ("/d", "/t", "/t?r=KZ-35&u=persons", "/t?u=acts&f=2001&t=2002&s=month", "/t/q", "/t/q/x"),
        "auditor": ("/d", "/l", "/l/v", "/l?k=refused", "/l?n=2"),
        "admin": ("/d",),
        "founder": ("/d", "/t", "/l"),
    }
    for name, addresses in requested.items():
        browser = Browser(full, name)
        for address in addresses:
            text = page(browser, address, language)
            assert f'lang="{language}"' in text
            assert "<h1>" in text


@pytest.mark.parametrize("name", ["outsider", "admin", "auditor", "coordinator"])
def test_nothing_of_a_case_that_is_not_shared_is_on_any_page(full: World, name: str) -> None:
    browser = Browser(full, name)
    for address in ("/d", "/h", "/t", "/l", "/s", f"/c/{full.strike.case}/opened"):
        assert CANARY not in browser.get(address).text
    answer = browser.post("/s", text=CANARY)
    if answer.status_code == 303:
        result = browser.get(answer.location).text
        assert result.count(CANARY) == 1  # what was typed itself, in its field


@pytest.mark.parametrize("name", ["auditor", "admin"])
def test_a_key_handed_over_by_mistake_shows_an_auditor_or_administrator_nothing(full: World, name: str) -> None:
    """In this world they hold keys of cases, as no page would ever give them; the table refuses all the same."""
    browser = Browser(full, name)
    assert "Held" not in page(browser, "/d")
    for address in ("/h", "/h?f=2017&t=2018"):
        assert "Held" not in browser.get(address).text
    answer = browser.post("/s", text="Held")
    if answer.status_code == 303:
        assert browser.get(answer.location).text.count("Held") == 1  # what was typed itself


def test_the_coded_part_alone_shows_dates_and_no_titles(full: World) -> None:
    browser = Browser(full, "external")
    for address in ("/d", "/h"):
        text = page(browser, address)
        assert CANARY not in text
        assert ">Hearing</a>" in text


@pytest.mark.parametrize(
    ("name", "address"),
    [("lana", "/t"), ("lana", "/l"), ("lana", "/l/v"), ("coordinator", "/l"), ("auditor", "/t"), ("admin", "/t")],
)
def test_who_has_no_business_on_a_page_is_refused(full: World, name: str, address: str) -> None:
    assert Browser(full, name).get(address).status_code in (403, 404)


def test_the_desk_offers_a_new_call_first_and_shows_what_is_due(full: World) -> None:
    text = page(Browser(full, "lana"), "/d")
    buttons = re.findall(r'<a class="button" href="([^"]+)"', text[text.index("<main") :])
    assert buttons[0] == "/i/new"
    for title in ("room", "past", "letter", "open", "task", "caller"):
        assert f"{CANARY} {title}" in text


# Search


@pytest.mark.parametrize("name", ["lana", "auditor", "admin", "coordinator"])
def test_the_bar_searches_by_post_and_offers_a_call_to_whom_these_places_are_for(full: World, name: str) -> None:
    browser = Browser(full, name)
    for address in ("/d", "/m"):
        text = page(browser, address)
        header, places = (
            text[text.index("<header") : text.index("</header>")],
            text[text.index('<nav class="places"') :],
        )
        assert ('<form class="bar-search" method="post" action="/s"' in header) == (
            'href="/s"' in places or 'to=/s"' in places
        )
        assert ("/i/new" in header) == (name in ("lana", "coordinator"))


def test_a_search_leaves_nothing_in_the_address_and_finds_the_letter_by_its_number(full: World) -> None:
    browser = Browser(full, "lana")
    answer = browser.post("/s", text="N-77")
    assert answer.status_code == 303
    assert re.fullmatch(r"/s/[0-9a-f]{32}", answer.location)
    text = browser.get(answer.location).text
    assert f"{CANARY} open" in text
    assert 'value="N-77"' in text


def test_the_page_of_somebody_elses_search_is_not_there(full: World) -> None:
    location = Browser(full, "lana").post("/s", text="N-77").location
    assert Browser(full, "luka").get(location).status_code == 404
    assert Browser(full, "lana").get(f"/s/{'0' * 32}").status_code == 404


def test_an_empty_search_says_so_at_its_field(full: World) -> None:
    answer = Browser(full, "lana").post("/s", text=" ")
    assert answer.status_code == 422
    assert 'href="#f-text-box"' in answer.text


# Agenda and adjourning


def test_a_date_that_is_none_is_told_and_the_page_still_stands(full: World) -> None:
    answer = Browser(full, "lana").get("/h?f=31.02.2026")
    assert answer.status_code == 422
    assert 'href="#f-f-box"' in answer.text
    assert 'value="31.02.2026"' in answer.text


def test_the_next_hearing_comes_filled_in_and_needs_only_its_day(full: World) -> None:
    with full.writing("lana") as ctx:
        first = records.create(ctx, full.strike.case, Hearing(on=TODAY, at="16:00", room="Room 4", notified="sms"))
    browser = Browser(full, "lana")
    address = f"/c/{full.strike.case}/r/{first}/n"
    form = browser.get(address).text
    assert 'value="16:00"' in form
    assert 'value="Room 4"' in form
    typed = {"on": "01.12.2026", "at": "16:00", "room": "Room 4", "notified": "in_hearing"}
    answer = browser.post(address, **typed)
    assert answer.status_code == 303
    with full.reading("lana") as ctx:
        stored = records.read(ctx, full.strike.case, first).value
    assert answer.location.endswith(stored.adjourned_to)
    again = browser.post(address, **typed)
    assert again.status_code == 422
    assert 'value="01.12.2026"' in again.text


# Trends


def test_the_table_says_its_unit_base_period_rule_and_whom_nobody_asked(full: World) -> None:
    text = page(Browser(full, "coordinator"), "/t?f=11.2026&t=01.2027")
    for words in ("Unit", "Base", "7 incidents", "Nobody asked about statistics", "Period", "Rule", "still to come"):
        assert words in text


def test_figures_go_out_as_a_file_only_with_a_purpose(full: World) -> None:
    browser = Browser(full, "coordinator")
    refused = browser.post("/t/x", b="kind", u="incidents", f="2026-11", t="2026-11", d="public", purpose="")
    assert refused.status_code == 422
    assert 'href="#f-purpose-box"' in refused.text
    for form, kind in (
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("csv", "text/csv"),
    ):
        assert f'name="x" value="{form}"' in refused.text
        answer = browser.post(
            "/t/x", b="kind", u="incidents", f="2026-11", t="2026-11", d="inside", purpose="Report", x=form
        )
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith(kind)
        assert answer.headers["Content-Disposition"] == f'attachment; filename="table.{form}"'
    assert cells(browser.post("/t/x", b="kind", d="inside", purpose="Report", x="xlsx").data)["A1"] == "Edition"


def test_a_wrong_month_is_told_at_its_field(full: World) -> None:
    answer = Browser(full, "coordinator").get("/t?f=someday")
    assert answer.status_code == 422
    assert 'href="#f-f-box"' in answer.text
    assert 'value="someday"' in answer.text


# The log


def test_the_log_can_be_verified_and_taken_out(full: World) -> None:
    browser = Browser(full, "auditor")
    assert "The audit log is complete" in page(browser, "/l/v")
    assert browser.post("/l/x", purpose="").status_code == 422
    answer = browser.post("/l/x", purpose="Audit")
    assert answer.status_code == 200
    assert answer.data.startswith(b'{"size":')


def test_acts_are_said_in_the_readers_language(full: World) -> None:
    browser = Browser(full, "lana")
    browser.get(f"/c/{full.strike.case}")
    text = page(browser, f"/c/{full.strike.case}/opened")
    assert "read a case" in text
    assert "Lana Person" in text


def test_a_hearing_is_called_by_its_matter_with_day_and_court_beside_it(sqlite_world: World) -> None:
    case, action = sqlite_world.strike.case, sqlite_world.strike.records["action"]
    with sqlite_world.writing("lana") as ctx:
        court = records.create(ctx, None, Body(name="Saran City Court", kind="court"))
        stored = records.read(ctx, case, action)
        records.save(ctx, case, action, replace(stored.value, forum=court), stored.versions)
        created = [
            records.create(ctx, case, Hearing(on=TODAY, at="10:00", room=room, notified="sms", action=action))
            for room in ("hall 4", "SARAN CITY COURT, hall 5")
        ]
    browser = Browser(sqlite_world, "lana")
    for visible in (page(browser, "/h"), page(browser, "/d")):
        rows = [row for row in visible.split("<li>") if "Saran City Court" in row.split("</li>")[0] or "SARAN" in row]
        titled = [row for row in rows if ">text of action.title</a>" in row and "10:00" in row]
        assert len(titled) == 2, "called by the legal action"
        assert "Saran City Court, hall 4" in visible, "two of one day are told apart by their room"
        assert "Saran City Court, SARAN" not in visible
    heads = [page(browser, f"/c/{case}/r/{item}").partition("</h1>")[0].rpartition(">")[2].strip() for item in created]
    assert heads == ["text of action.title, 22 November 2026, 10:00"] * 2, "its page: by legal action, day and hour"
