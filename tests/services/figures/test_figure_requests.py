"""Figures for others leave once a second person has seen exactly them: never oneself, never other figures."""

import csv
import html
import re
from dataclasses import replace
from io import StringIO

import pytest
from hrd_browser import Browser
from hrd_handed import agreed, asked
from hrd_world import World

from hrd_cases.domain.cases import Case
from hrd_cases.domain.dates import parse
from hrd_cases.domain.errors import NotFound
from hrd_cases.domain.figure_requests import AGREED, FiguresRequest
from hrd_cases.domain.incidents import Incident
from hrd_cases.services.audit import audit_reader
from hrd_cases.services.casework import cases
from hrd_cases.services.exports import figure_requests
from hrd_cases.services.records import records

QUESTION = {"f": "01.2001", "t": "12.2002", "b": "group", "purpose": "Canary purpose"}
DONOR = {"d": "partner", "n": "donor", "h": "Canary fund"}
INCIDENT = Incident(title="x", when=parse("2001-02"), region="KZ-35", kinds=("arrest",), public_record=True)


def record(world: World, count: int = 1) -> None:
    """So many incidents of the public record."""
    with world.writing("anna") as ctx:
        case = cases.create(ctx, Case(title="x"))
        for number in range(count):
            records.create(ctx, case, replace(INCIDENT, kinds=("arrest",) if number % 3 else ("threat",)))


def cells(page: str) -> list[list[str]]:
    """The rows of the table of a page."""
    rows = re.findall(r'<tr role="row">(.*?)</tr>', page, re.DOTALL)
    parted = (re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows)
    return [[html.unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in row] for row in parted]


def sheet(data: bytes, first: str) -> list[list[str]]:
    rows = list(csv.reader(StringIO(data.decode("utf-8-sig"), newline="")))
    return rows[next(at for at, row in enumerate(rows) if row[:1] == [first] and len(row) > 2) :]


def test_the_second_person_sees_exactly_the_figures_of_the_file(sqlite_world: World) -> None:
    record(sqlite_world, 7)
    address = asked(sqlite_world, "/t/x", **QUESTION, **DONOR)
    anna = Browser(sqlite_world, "anna")
    assert address in anna.get("/d").text, "it waits on the desk"
    page = anna.get(address).text
    assert all(words in page for words in ("Canary fund", "Canary purpose", "Donor", "Not to be published."))
    assert anna.post(f"{address}/y").status_code == 303
    data = bytes(Browser(sqlite_world, "coordinator").post(f"{address}/x", x="csv").data)
    figures = [row[:4] for row in sheet(data, "Period")]
    assert len(figures) == 4
    assert [row[:4] for row in cells(page)] == figures


def test_the_second_person_sees_the_whole_quarter(sqlite_world: World) -> None:
    address = agreed(sqlite_world, "/t/q/x", q="2026-Q4", purpose="x", **DONOR)
    page = Browser(sqlite_world, "lana").get(address).text
    data = bytes(Browser(sqlite_world, "coordinator").post(f"{address}/x", x="csv").data)
    figures = [row[:3] for row in sheet(data, "Figure")[1:] if len(row) > 2]
    assert len(figures) > 20
    assert [row[:3] for row in cells(page)[1:]] == figures


def test_nobody_agrees_to_their_own_request(sqlite_world: World) -> None:
    address = asked(sqlite_world, "/t/x", **QUESTION, **DONOR)
    coordinator = Browser(sqlite_world, "coordinator")
    assert f"{address}/y" not in coordinator.get(address).text
    answer = coordinator.post(f"{address}/y")
    assert answer.status_code == 422
    assert figure_requests.OWN in answer.text
    refused = coordinator.post(f"{address}/x", x="csv")
    assert refused.status_code == 422
    assert figure_requests.NOT_AGREED in refused.text


def test_a_request_is_changed_by_its_own_acts_alone(sqlite_world: World) -> None:
    """Not as any entry of the directory is: else who asked could write that somebody agreed."""
    request = asked(sqlite_world, "/t/x", **QUESTION, **DONOR).rpartition("/")[2]
    with sqlite_world.reading("anna") as ctx:
        stored = records.read(ctx, None, request, FiguresRequest)
    changed = replace(stored.value, state=AGREED)
    with pytest.raises(NotFound), sqlite_world.writing("anna") as ctx:
        records.save(ctx, None, request, changed, stored.versions)


def test_other_facts_are_asked_about_again(sqlite_world: World) -> None:
    record(sqlite_world, 6)
    address = agreed(sqlite_world, "/t/x", **QUESTION, **DONOR)
    coordinator = Browser(sqlite_world, "coordinator")
    assert coordinator.post(f"{address}/x", x="csv").status_code == 200
    record(sqlite_world)
    answer = coordinator.post(f"{address}/x", x="csv")
    assert answer.status_code == 422
    assert figure_requests.FACTS_CHANGED in answer.text
    again = agreed(sqlite_world, "/t/x", **QUESTION, **DONOR)
    assert again != address
    assert coordinator.post(f"{again}/x", x="csv").status_code == 200


def test_what_is_refused_is_gone_and_nothing_leaves(sqlite_world: World) -> None:
    address = asked(sqlite_world, "/t/x", **QUESTION, **DONOR)
    assert address == asked(sqlite_world, "/t/x", **QUESTION, **DONOR), "sent twice is asked once"
    assert Browser(sqlite_world, "anna").post(f"{address}/n").status_code == 303
    coordinator = Browser(sqlite_world, "coordinator")
    assert coordinator.post(f"{address}/x", x="csv").status_code == 404
    assert address not in coordinator.get("/t/a").text


@pytest.mark.parametrize("name", ["admin", "auditor"])
def test_only_members_who_work_on_cases_see_what_waits(sqlite_world: World, name: str) -> None:
    address = asked(sqlite_world, "/t/x", **QUESTION, **DONOR)
    browser = Browser(sqlite_world, name)
    assert browser.get(address).status_code in (403, 404)
    assert browser.post(f"{address}/y").status_code in (403, 404)
    assert address not in browser.get("/d").text


def test_the_log_says_who_asked_and_who_agreed(sqlite_world: World) -> None:
    address = agreed(sqlite_world, "/t/x", **QUESTION, **DONOR)
    Browser(sqlite_world, "coordinator").post(f"{address}/x", x="csv")
    with sqlite_world.reading("auditor") as ctx:
        lines = audit_reader.entries(ctx, audit_reader.LogFilter()).items
    acts = [line.act for line in lines]
    assert {"ask that figures leave", "agree that figures leave", "export trends"} <= set(acts)
    taken = next(line for line in lines if line.act == "export trends")
    assert {("edition", "partner"), ("recipient", "donor"), ("purpose", "Canary purpose")} <= set(taken.more)
    assert "Canary fund" not in repr(lines)
