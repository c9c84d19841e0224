"""The trend desk: what a coordinator may know, what may be handed out, and who may not look."""

import csv
import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import StringIO
from typing import Any

import pytest
from hrd_browser import Browser
from hrd_sheets import bold, cells
from hrd_thief import Copy, with_passphrase
from hrd_world import NOW, World
from sqlalchemy import delete, insert, select, update

from hrd_cases.crypto.core.envelope import SealedPlace, seal_to
from hrd_cases.crypto.core.headers import Header
from hrd_cases.crypto.core.primitives import mac, random
from hrd_cases.domain.cases import Case
from hrd_cases.domain.consents import Consent
from hrd_cases.domain.dates import parse
from hrd_cases.domain.editions import INSIDE, PARTNER, HandOut
from hrd_cases.domain.errors import Forbidden, LogRefused, NotFound, RuleBroken
from hrd_cases.domain.incidents import Attacked, Incident
from hrd_cases.domain.leaving import LeavingTable
from hrd_cases.domain.people import Person
from hrd_cases.services.audit import audit_reader
from hrd_cases.services.casework import cases, people
from hrd_cases.services.exports import figure_requests
from hrd_cases.services.figures import exports, trends
from hrd_cases.services.install import health
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.records import records
from hrd_cases.services.team import administration
from hrd_cases.store import instance, tables
from hrd_cases.store.log_tags import FactSum

PERIOD: dict[str, str] = {"since": "2001-01", "until": "2001-06"}  # nothing else of the world happened then


def plain(text: str) -> str:
    return text


def named(_by: str, code: str) -> str:
    return code


def incident(month: str = "2001-02", **more: Any) -> Incident:
    return Incident(**{"title": "Canary title", "when": parse(month), "region": "KZ-35", "kinds": ("arrest",), **more})


@pytest.fixture
def told(request: pytest.FixtureRequest) -> Callable[..., list[str]]:
    """Keeps incidents in a new case of Anna's, with a person who answered about statistics."""
    sqlite_world: World = request.getfixturevalue("world" if "world" in request.fixturenames else "sqlite_world")

    def keep(*values: Incident, answer: str = "") -> list[str]:
        with sqlite_world.writing("anna") as ctx:
            case = cases.create(ctx, Case(title="Canary case"))
            person = people.create(ctx, Person(pseudonym="Canary person"), case)
            if answer:
                consent = Consent(person=person, said_on=NOW.date(), form="oral", statistics=answer)
                records.create(ctx, case, consent)
        with sqlite_world.writing("anna") as ctx:
            attacked = (Attacked(person=person),)
            created = [records.create(ctx, case, _with(value, attacked)) for value in values]
        return [case, *created]

    return keep


def _with(value: Incident, attacked: tuple[Attacked, ...]) -> Incident:
    return replace(value, attacked=attacked)


def look(world: World, name: str = "coordinator", **more: Any) -> trends.TrendAnswer:
    with world.reading(name) as ctx:
        return trends.ask(ctx, trends.TrendQuestion(**{**PERIOD, "step": "month", **more}))


def months_of(answer: trends.TrendAnswer) -> list[tuple[str, int]]:
    return [(row.code, row.amount.used) for row in answer.time if row.amount.used]


def base(answer: trends.TrendAnswer) -> int:
    return len(answer.selection.events)


def test_a_coordinator_sees_counts_of_cases_they_cannot_open_and_nothing_more(
    sqlite_world: World, told: Callable[..., list[str]]
) -> None:
    case, *_ = told(incident(), incident(), incident("2001-04", kinds=("threat", "arrest")))
    visible = look(sqlite_world)
    assert months_of(visible) == [("2001-02", 2), ("2001-04", 1)]
    assert {row.code: row.amount.used for row in visible.spread["kind"]} == {"arrest": 3, "threat": 1}
    assert "Canary" not in repr(visible)
    assert case not in repr(visible)


def test_a_changed_incident_counts_once_as_it_is_now(sqlite_world: World, told: Callable[..., list[str]]) -> None:
    case, first = told(incident())
    with sqlite_world.writing("anna") as ctx:
        stored = records.read(ctx, case, first)
        records.save(ctx, case, first, _moved(stored.value), stored.versions)
    assert months_of(look(sqlite_world)) == [("2001-05", 1)]


def _moved(value: Incident) -> Incident:
    return replace(value, when=parse("2001-05"))


def test_no_to_statistics_is_not_counted_and_nobody_asked_is_counted_inside_and_left_out_of_what_is_handed_out(
    sqlite_world: World, told: Callable[..., list[str]]
) -> None:
    told(incident(), answer="no")
    told(*[incident() for _ in range(6)])
    told(*[incident("2001-05") for _ in range(7)], answer="yes")
    visible = look(sqlite_world)
    assert (base(visible), visible.selection.not_asked) == (13, 6)
    assert visible.left_out >= 1
    assert {row.note for row in visible.time} == {"", "none_counted"}, "nobody can say that none was recorded"
    sheet = exported(sqlite_world)
    assert row_of(sheet, "2001-Q1")[1:3] == ["0", "0"]
    assert row_of(sheet, "2001-Q2")[1:3] == ["7", "7"]
    assert row_of(sheet, "Left out: nobody asked for consent to statistics")[1] == "6"
    assert row_of(sheet, "Base: incidents counted")[1] == "7"
    assert row_of(sheet, "Left out: everybody attacked said no, in whatever period")[1] == "1"
    assert not any("no incident recorded" in row for row in sheet)
    assert row_of(sheet, "2001-Q1")[-1] == "none counted here"


def taken(
    ctx: Context, request: trends.TrendQuestion, by: str, *, form: str, edition: str = INSIDE, purpose: str = "Report"
) -> bytes:
    hand_out = HandOut(edition=edition, purpose=purpose)
    table = exports.leaving(ctx, request, (by, ""), hand_out, form=form)
    return exports.as_sheet(table, hand_out, form, ctx.language, say=plain, label=named)


def exported(world: World, **more: Any) -> list[list[str]]:
    """What a partner gets: exactly the table that a second person would see."""
    hand_out = HandOut(edition=PARTNER, purpose="Annual report", recipient="donor", name="Donor")
    with world.writing("coordinator") as ctx:
        request = trends.TrendQuestion(**{**PERIOD, "step": "quarter", **more})
        record = figure_requests.ask_table(ctx, request, ("group", ""), hand_out)
        table = figure_requests.view(ctx, record).figures
        assert isinstance(table, LeavingTable)
        data = exports.as_sheet(table, hand_out, exports.CSV, ctx.language, say=plain, label=named)
    return list(csv.reader(StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_same_figures_go_out_as_xlsx(sqlite_world: World, told: Callable[..., list[str]]) -> None:
    told(*[incident() for _ in range(7)], answer="yes")
    with sqlite_world.writing("coordinator") as ctx:
        request = trends.TrendQuestion(**PERIOD, step="month")
        data = taken(ctx, request, "kind", form=exports.XLSX)
    visible = cells(data)
    line = next(place.removeprefix("A") for place, cell in visible.items() if cell == date(2001, 2, 1))
    heads = {visible[place] for place in bold(data)}
    assert visible[f"B{line}"] == 7
    assert {"Unit", "Rule", "Period", "Total"} <= heads
    with sqlite_world.writing("coordinator") as ctx:
        data = taken(ctx, request, "kind", form=exports.CSV)
    rows = csv.reader(StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";")
    as_csv = [cell for row in rows for cell in row if cell]
    assert [f"{cell:%Y-%m}" if isinstance(cell, date) else str(cell) for cell in visible.values()] == as_csv


def test_only_forms_that_exist_are_handed_out(sqlite_world: World) -> None:
    with pytest.raises(RuleBroken), sqlite_world.writing("coordinator") as ctx:
        taken(ctx, trends.TrendQuestion(), "kind", form="ods", edition=INSIDE)


def row_of(sheet: list[list[str]], head: str) -> list[str]:
    return next(row for row in sheet if row and row[0] == head)


def test_what_figures_are_handed_out_for_is_in_the_log_and_must_be_said(sqlite_world: World) -> None:
    with pytest.raises(RuleBroken) as refused, sqlite_world.writing("coordinator") as ctx:
        taken(ctx, trends.TrendQuestion(), "kind", form=exports.CSV, edition=INSIDE, purpose=" ")
    assert refused.value.place == "purpose"
    with sqlite_world.writing("coordinator") as ctx:
        taken(ctx, trends.TrendQuestion(), "kind", form=exports.CSV, edition=INSIDE)
    with sqlite_world.reading("auditor") as ctx:
        lines = audit_reader.entries(ctx, audit_reader.LogFilter()).items
    line = next(line for line in lines if line.act == "export trends")
    assert {("purpose", "Report"), ("form", "csv"), ("edition", "inside")} <= set(line.more)


@pytest.mark.parametrize("name", ["anna", "lana", "outsider", "admin", "auditor"])
def test_nobody_else_sees_trends(sqlite_world: World, name: str) -> None:
    with pytest.raises((NotFound, Forbidden)):
        look(sqlite_world, name)


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ({"since": "long ago"}, "since"),
        ({"until": "31.02.2001"}, "until"),
        ({"since": "2001-05", "until": "2001-02"}, "until"),
        ({"since": "1990", "until": "2020"}, "since"),
        ({"only": {"name": "x"}}, "name"),
        ({"only": {"kind": "beheading"}}, "kind"),
        ({"only": {"company": "ab" * 16}}, "company"),
        ({"unit": "cases"}, "unit"),
        ({"step": "day"}, "step"),
    ],
)
def test_bad_input_is_told_at_its_field(sqlite_world: World, typed: dict[str, Any], place: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        look(sqlite_world, **typed)
    assert refused.value.place == place


def test_months_are_typed_as_people_write_them(sqlite_world: World) -> None:
    question = look(sqlite_world, since="02.2001", until="2001").selection.question
    assert (question.since, question.until) == ("2001-02", "2001-12")


def test_a_fact_planted_by_a_former_colleague_with_all_former_keys_is_not_counted(
    world: World, told: Callable[..., list[str]]
) -> None:
    """Everything the outsider ever held is known, the database can be written; the tags are copies or made up."""
    told(incident())
    look(world)  # folds what waits
    told(incident())
    loot = with_passphrase(Copy.of(world.runtime.database), world.people["outsider"].passphrase)
    assert loot.keys
    with world.writing("admin") as ctx:
        administration.disable(ctx, world.user("outsider"), lose=True)
    before = look(world)
    assert not before.altered
    with world.runtime.database.writing() as work:
        desk = world.runtime.organisation.trends
        header = Header.decode(work.keys.newest_header(desk, "facts").body)
        rows = [dict(row) for row in work.connection.execute(select(tables.trend_facts)).mappings()]
        for key in (None, *(key.secret for key in loot.keys.values())):
            row = random(16).hex()
            place = SealedPlace(
                org=world.runtime.org,
                vault=bytes.fromhex(desk),
                table="trend_facts",
                row=bytes.fromhex(row),
                compartment="facts",
                epoch=header.epoch,
                version=0,
            )
            body = (
                b'{"v":2,"s":"event","e":"incident","id":"00","when":"2001-02","codes":{"kinds":["arrest"]},"at":[1,0]}'
            )
            sealed = seal_to(header.public, place, body)
            tag = mac(key, sealed) if key else rows[0]["tag"]
            values = {"id": row, "epoch": header.epoch, "fact_sealed": sealed, "tag": tag}
            work.connection.execute(tables.trend_facts.insert().values(**rows[0] | values))
    after = look(world)
    assert (base(after), after.unread) == (base(before), before.unread + 1 + len(loot.keys))
    alarm(world, after)


def alarm(world: World, view: trends.TrendAnswer) -> None:
    """What is wrong with the facts is said on the page, in what is handed out, and by `hrd-cases check`."""
    assert view.altered
    assert "not as the server left them" in Browser(world, "coordinator").get("/t").text
    assert "not as the server left them" in exported(world)[0][0]
    findings = [item.name for item in health.whole(world.runtime, world.now, lambda *_: None) if not item.right]
    assert findings == ["facts"]


@pytest.mark.parametrize("harm", ["withheld", "put back to another epoch"])
def test_facts_that_somebody_takes_out_or_moves_are_an_alarm(
    world: World, told: Callable[..., list[str]], harm: str
) -> None:
    look(world)  # folds what waits
    told(incident(), incident("2001-03"))
    before = look(world)
    with world.runtime.database.writing() as work:
        victim = work.connection.scalars(select(tables.trend_facts.c.id)).first()
        here = tables.trend_facts.c.id == victim
        change = delete(tables.trend_facts) if harm == "withheld" else update(tables.trend_facts).values(epoch=7)
        work.connection.execute(change.where(here))
    after = look(world)
    assert base(after) <= base(before)
    alarm(world, after)


def test_a_head_that_counts_fewer_facts_stops_all_work(world: World, told: Callable[..., list[str]]) -> None:
    """Who takes facts out and makes the sum fit has no key for the head."""
    told(incident())
    with world.runtime.database.writing() as work:
        row = work.connection.execute(select(tables.trend_facts)).mappings().first()
        assert row is not None
        work.connection.execute(delete(tables.trend_facts).where(tables.trend_facts.c.id == row["id"]))
        left = FactSum().plus(work.connection.scalars(select(tables.trend_facts.c.tag)))
        work.connection.execute(update(tables.log_head).values(facts=left.count, facts_sum=left.total))
    with world.runtime.database.reading() as work:
        assert work.trends.whole()
    with pytest.raises(LogRefused):
        look(world)


def test_a_fact_of_after_the_backup_does_not_come_back_after_its_restore(
    world: World, told: Callable[..., list[str]]
) -> None:
    """Its tag is right and its key is held; but its place in the log belongs to another generation now."""
    look(world)  # folds what waits
    told(incident())
    with world.runtime.database.reading() as work:
        head = dict(work.connection.execute(select(tables.log_head)).mappings().one())
        backed_up = set(work.connection.scalars(select(tables.trend_facts.c.id)))
    before = base(look(world))
    told(*[incident() for _ in range(3)])
    with world.runtime.database.writing() as work:
        later = [dict(row) for row in work.connection.execute(select(tables.trend_facts)).mappings()]
        later = [row for row in later if row["id"] not in backed_up]
        work.connection.execute(delete(tables.trend_facts).where(tables.trend_facts.c.id.not_in(backed_up)))
        work.connection.execute(delete(tables.log).where(tables.log.c.seq > head["size"]))
        work.connection.execute(update(tables.log_head).values(**head))
    assert len(later) == 5, "three incidents, the person and the case"
    instance.begin_generation(world.folder / "instance", head["size"] + 1)
    (world.folder / "instance" / instance.CHECKPOINT).unlink(missing_ok=True)
    restored = world.restarted()
    view = look(restored)
    assert (base(view), view.unread, view.altered) == (before, 0, False)
    with restored.runtime.database.writing() as work:
        work.connection.execute(insert(tables.trend_facts), later)
    view = look(restored)
    assert (base(view), view.unread, view.altered) == (before, 5, True)


def test_a_labour_grievance_is_counted_among_attacks_only_where_it_is_asked_for(
    sqlite_world: World, told: Callable[..., list[str]]
) -> None:
    told(
        incident(kinds=("wages_denied",)),
        incident(kinds=("excessive_hours", "threat")),
        incident(kinds=("arrest",)),
    )
    coordinator = Browser(sqlite_world, "coordinator")
    without = coordinator.get("/t?f=01.2001&t=06.2001&s=month").text
    assert "1 incident that is a labour grievance and no attack" in without
    assert "2 incidents" in without
    assert bar(without, "Wages withheld") is None
    assert bar(without, "Excessive working hours") is None
    request = coordinator.get("/t?f=01.2001&t=06.2001&g=1").text
    assert "3 incidents" in request
    assert bar(request, "Wages withheld") == "1"
    assert look(sqlite_world).selection.grievances == 1


def bar(page: str, head: str) -> str | None:
    """The figure of a row of a chart, by the beginning of its head."""
    rows = re.findall(r'<th scope="row" role="rowheader">(.*?)</th><td role="cell" class="is-number">(.*?)</td>', page)
    values = {html.unescape(re.sub(r"<[^>]+>", " ", text)).strip().lower(): value for text, value in rows}
    return next((value for text, value in values.items() if text.startswith(head.lower())), None)
