"""A donor's quarterly form is filled from the quarter page alone; its file holds the same numbers."""

import csv
import html
import re
from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from hrd_browser import Browser
from hrd_sheets import cells
from hrd_world import World

from hrd_cases.domain.calls import Call
from hrd_cases.domain.cases import Case
from hrd_cases.domain.consents import Consent
from hrd_cases.domain.dates import exactly
from hrd_cases.domain.fields import Counted
from hrd_cases.domain.hearings import Hearing, Observer
from hrd_cases.domain.incidents import Attacked, Incident
from hrd_cases.domain.legal_actions import Decision, Filed, LegalAction
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.people import Person
from hrd_cases.domain.studies import Study
from hrd_cases.domain.support import Support
from hrd_cases.services.audit import audit_reader
from hrd_cases.services.casework import calls, cases, people
from hrd_cases.services.records import records

FIRST, LAST = date(2026, 7, 3), date(2026, 9, 20)  # the quarter before the one in which the world lives
LETTER = Letter(subject="x", direction="from_us", handed_in=FIRST)
ACTION = LegalAction(title="x", kind="civil_suit", opened=exactly(FIRST))
SUPPORT = Support(what="x", kind="legal_help", state="granted", asked=FIRST, granted=LAST)
HEARING = Hearing(on=LAST, at="10:00", room="x", notified="paper")


@pytest.fixture
def busy(sqlite_world: World) -> World:
    """A quarter's work of Anna's."""
    with sqlite_world.writing("anna") as ctx:
        case = cases.create(ctx, Case(title="x", opened=FIRST, stage="active"))
        cases.create(ctx, Case(title="y", opened=FIRST, stage="closed", outcome="goal_reached"))
        woman = Person(pseudonym="A", gender="woman", roles=("defender",), kinds=("union_leader",), since="2026-07-03")
        persons = [
            people.create(ctx, woman, case),
            people.create(ctx, replace(woman, pseudonym="B", gender="man", since="2025-01-01"), case),
            people.create(ctx, replace(woman, pseudonym="C"), case),  # says no
            people.create(ctx, Person(pseudonym="D", roles=("judge",)), case),
        ]
    with sqlite_world.writing("anna") as ctx:
        records.create(ctx, case, Consent(person=persons[2], said_on=date(2026, 11, 1), form="signed", statistics="no"))
        for value in (
            replace(LETTER, due=LAST, answered=date(2026, 8, 1), result="solved"),
            replace(LETTER, due=FIRST, answered=date(2026, 8, 1)),
            replace(LETTER, due=LAST),
            replace(LETTER, direction="to_us"),
            replace(LETTER, handed_in=None),
            replace(HEARING, outcome="held", observers=(Observer(status="admitted"), Observer(status="removed"))),
            replace(HEARING, outcome="held_without_us"),
            replace(HEARING, outcome="adjourned"),
            replace(ACTION, stage="preparation", filings=(Filed(kind="reply", on=LAST),)),
            replace(ACTION, outcome="claim_withdrawn", decisions=(Decision(kind="decision", on=LAST),)),
            replace(ACTION, opened=exactly(date(2025, 1, 1)), outcome="settled"),  # nobody wrote down when
            replace(SUPPORT, person=persons[0], source="emergency_fund", amount=40_000, currency="kzt"),
            replace(SUPPORT, person=persons[2], source="emergency_fund", amount=9_000, currency="KZT"),  # says no
            replace(SUPPORT, kind="medical_help", source="own_supporters", amount=500),
            replace(SUPPORT, kind="medical_help", source="emergency_fund", amount=2_000, currency="KZT"),
            Incident(title="x", when=exactly(LAST), region="KZ-35", kinds=("fine",), count=Counted(low=4, high=6)),
            Incident(title="x", when=exactly(LAST), region="KZ-35", kinds=("wages_denied",)),
            Incident(
                title="x",
                when=exactly(FIRST),
                region="KZ-35",
                kinds=("threat",),
                attacked=tuple(Attacked(person=person) for person in persons[1:3]),
            ),
        ):
            records.create(ctx, case, value)
        for kind in ("round_table", "round_table", "seminar", "study"):
            records.create(ctx, None, Study(title="x", kind=kind, on=exactly(FIRST)))
    with sqlite_world.writing("anna") as ctx:
        told = Call(
            what="x",
            when=exactly(FIRST),
            who="x",
            reach="x",
            urgent=True,
            people=Counted(low=3, high=5, used=4),
            topics=("wages", "safety"),
        )
        first = calls.take(ctx, told)
        calls.take(ctx, replace(told, urgent=False, people=None))
        calls.close(ctx, first, "advice_given")
    return sqlite_world


def figures(page: str) -> dict[str, tuple[str, str]]:
    """The figures of the page by what stands before them, as a reader takes them."""
    rows = re.findall(
        r'<tr role="row"><th.*?<div>(.*?)</div></th><td.*?<div>(.*?)</div></td><td.*?<div>(.*?)</div></td></tr>',
        page,
        re.DOTALL,
    )
    heads = (re.sub(r"<span class=\"sub\">.*?</span>", "", head) for head, _, _ in rows)
    return {html.unescape(head).strip(): (now, then) for head, (_, now, then) in zip(heads, rows, strict=True)}


# What three donors ask, each by what stands before the figure on the page, and the figure of the quarter.
EMERGENCY_FUND = {
    "People we worked for": "2",
    "– Woman": "1",
    "– Man": "1",
    "of these, new": "1",
    "of these, from before": "1",
    "Support given": "3",
    "– Legal help": "1",
    "Support with an amount": "3",
    "– Emergency fund for defenders, KZT": "42000",
    "– Our own supporters, currency not stated": "500",
    "Attacks on defenders": "2",
    "Persons attacked": "5–7",
}
LEGAL_AID = {
    "Cases opened": "2",
    "Cases closed": "0",
    "Cases open at the end": "2",
    "Legal actions begun": "2",
    "Legal actions going on at the end": "1",
    "– Preparation for the hearing": "1",
    "Legal actions that ended": "1",
    "– Claim withdrawn": "1",
    "Papers filed": "1",
    "Hearings held": "2",
    "Hearings attended": "1",
    "Observers admitted": "1",
    "Observers refused": "1",
}
ADVOCACY = {
    "Letters sent": "3",
    "Letters answered in time": "1",
    "Letters answered late": "1",
    "Letters without an answer": "1",
    "What the answers brought": "2",
    "– Solved": "1",
    "Meetings": "3",
    "– Round table": "2",
    "– Seminar or training": "1",
}


@pytest.mark.parametrize("form", [EMERGENCY_FUND, LEGAL_AID, ADVOCACY], ids=["fund", "legal aid", "advocacy"])
def test_three_forms_of_donors_are_filled_from_the_page_alone(busy: World, form: dict[str, str]) -> None:
    page = figures(Browser(busy, "coordinator").get("/t/q").text)
    assert {head: page[head][0].replace(",", "") for head in form} == form


def test_calls_and_what_changes_from_a_quarter_to_the_next_are_on_its_page(busy: World) -> None:
    now = figures(Browser(busy, "coordinator").get("/t/q?q=2026-Q4").text)
    names = ("Calls", "Calls of somebody in danger", "Calls closed with advice")
    before = {name: int(now[name][0]) for name in names}
    assert (before["Calls"] >= 2, before["Calls of somebody in danger"] >= 1, before["Calls closed with advice"]) == (
        True,
        True,
        1,
    )
    assert (now["– Wages"][0], now["– Safety at work"][0]) == ("2", "2")
    assert "not known in" in now["People affected, as callers said"][0]
    assert now["Letters sent"][1] == "3", "the quarter before"
    assert now["Cases closed"][0] == "1"
    assert now["Meetings"][1] == "3"


def test_the_page_says_what_is_in_no_quarter_and_what_each_figure_counts(busy: World) -> None:
    text = Browser(busy, "coordinator").get("/t/q?q=2026-Q3").text
    assert re.search(r"\d+ entr(y|ies) without a date", text)
    assert "Of these, those held with us there." in text


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_file_holds_the_numbers_of_the_page_and_its_purpose_is_logged(busy: World, form: str) -> None:
    browser = Browser(busy, "coordinator")
    page = figures(browser.get("/t/q?q=2026-Q3").text)
    refused = browser.post("/t/q/x", q="2026-Q3", d="inside", purpose="", x=form)
    assert refused.status_code == 422
    data = browser.post("/t/q/x", q="2026-Q3", d="inside", purpose="Report to a donor", x=form).data
    if form == "csv":
        rows = [row for row in csv.reader(StringIO(data.decode("utf-8-sig"), newline="")) if len(row) > 2]
    else:
        values = cells(data)
        last = max(int(re.sub(r"\D", "", place)) for place in values)
        rows = [[str(values.get(f"{column}{line}", "")) for column in "ABC"] for line in range(1, last + 1)]
    taken = {row[0]: row[1] for row in rows[1:] if row[0] in page and re.fullmatch(r"\d+", page[row[0]][0])}
    assert len(taken) > 20
    assert taken == {name: page[name][0] for name in taken}
    with busy.reading("auditor") as ctx:
        lines = audit_reader.entries(ctx, audit_reader.LogFilter()).items
    line = next(line for line in lines if line.act == "export the quarter")
    assert {("purpose", "Report to a donor"), ("quarter", "2026-Q3")} <= set(line.more)


@pytest.mark.parametrize("code", ["202", "2026-Q5", "Q4", "x"])
def test_what_is_no_quarter_is_said(sqlite_world: World, code: str) -> None:
    answer = Browser(sqlite_world, "coordinator").get(f"/t/q?q={code}")
    assert answer.status_code == 422
    assert "Write a quarter as 2026-Q4, a year as 2026." in answer.text


def test_the_page_says_what_is_seen_for_the_first_time_and_no_file_does(busy: World) -> None:
    coordinator = Browser(busy, "coordinator")
    page = coordinator.get("/t/q?q=2026-Q3").text
    section = html.unescape(page[page.index('id="first"') : page.index("Not in these figures")])
    assert "Seen for the first time" in section
    assert "Fine" in section
    assert "unpaid" not in section.casefold(), "a labour grievance is no attack"
    assert "none recorded" not in section
    assert "in no file" in section
    earlier = coordinator.get("/t/q?q=1950-Q1").text
    assert "Nothing that was counted began before this period" in earlier


def test_a_whole_year_stands_beside_the_year_before(busy: World) -> None:
    coordinator = Browser(busy, "coordinator")
    assert 'href="/t/q?q=2026"' in coordinator.get("/t/q?q=2026-Q3").text
    year = coordinator.get("/t/q?q=2026").text
    assert figures(year)["Letters sent"] == ("3", "0")
    assert figures(coordinator.get("/t/q?q=2027").text)["Letters sent"] == ("0", "3")
    assert all(f'href="/t/q?q={code}"' in year for code in ("2025", "2027", "2026-Q1", "2026-Q4"))
    form = {"q": "2026", "d": "inside", "purpose": "Annual report", "x": "csv"}
    assert "Letters sent,3,0" in coordinator.post("/t/q/x", **form).data.decode("utf-8-sig")


def test_what_came_of_papers_and_people_is_counted_once_it_is_known(busy: World) -> None:
    with busy.writing("anna") as ctx:
        case = cases.create(ctx, Case(title="z"))
        two = [people.create(ctx, Person(pseudonym=name), case) for name in ("E", "F")]
        filed = (
            Filed(kind="reply", on=date(2026, 5, 1), result="accepted", result_on=FIRST),
            Filed(kind="reply", on=LAST, result="refused"),
            Filed(kind="reply", on=LAST, result="none_yet"),
            Filed(kind="reply", on=date(2026, 5, 1), result="partly"),
        )
        records.create(ctx, case, replace(ACTION, filings=filed))
        released, held = (
            Attacked(person=person, status=status) for person, status in zip(two, ("free", "held_trial"), strict=True)
        )
        for attacked in ((released, held), (released,)):
            records.create(
                ctx,
                case,
                Incident(title="x", when=exactly(LAST), region="KZ-35", kinds=("arrest",), attacked=attacked),
            )
    now = {head: figure for head, (figure, _then) in figures(page_of(busy)).items()}
    assert (now["What came of papers filed"], now["– Accepted"], now["– Refused"]) == ("2", "1", "1")
    assert (now["– Free"], now["– Held, on trial"]) == ("1", "1")


def page_of(world: World) -> str:
    return Browser(world, "coordinator").get("/t/q?q=2026-Q3").text
