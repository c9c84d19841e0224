"""A list leaves through its page: what its reader may open, in the words of the reader, for a logged purpose."""

import csv
import re
from io import BytesIO, StringIO
from typing import Any

import pytest
from hrd_pages import Visitor, forms
from hrd_sheets import cells
from hrd_world import World
from werkzeug.test import TestResponse

from hrd_cases.domain.fields import LangText
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.notes import Task
from hrd_cases.domain.people import Channel, Name, Person
from hrd_cases.services.casework import people
from hrd_cases.services.exports import record_lists
from hrd_cases.services.records import records
from hrd_cases.web.kernel import cookies

ADDRESS = "/u"
SECRET = "Strategy that lawyers alone know"


def keep(world: World, value: Any, who: str = "lana") -> str:
    with world.writing(who) as ctx:
        return records.create(ctx, world.strike.case, value)


def exported(who: Visitor, **typed: str) -> TestResponse:
    return who.fill(ADDRESS, **{"purpose": "report to the board", "x": "csv", "p": "w", "c": "", **typed})


def rows(answer: TestResponse, separator: str = ",") -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    text = answer.get_data().decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(text[1:], newline=""), delimiter=separator))


def test_a_list_has_the_names_of_fields_and_the_titles_of_what_it_links_to(sqlite_world: World) -> None:
    with sqlite_world.reading("lana") as ctx:
        lana = next(name for code, name in records.choices(ctx, _colleague()) if code == sqlite_world.user("lana"))
    keep(sqlite_world, Task(what="=Buy paper", who=sqlite_world.user("lana"), urgency="urgent"))
    found = rows(exported(Visitor(sqlite_world).enter("lana"), t="task"))
    row = next(row for row in found if "Buy paper" in row["What to do"])
    assert row["What to do"] == "'=Buy paper"
    assert row["Who does it"] == lana
    assert row["Done"] == "no"
    assert row["Case"]
    assert not re.search(r"[0-9a-f]{32}", repr(found))


def _colleague() -> type:
    from hrd_cases.domain.companies import ColleagueCard

    return ColleagueCard


def test_a_russian_list_is_parted_at_semicolons_with_russian_headings(sqlite_world: World) -> None:
    keep(sqlite_world, Task(what="Купить бумагу"))
    lana = Visitor(sqlite_world).enter("lana")
    lana.client.set_cookie(lana.cookie(cookies.LANGUAGE), "ru", domain="localhost")
    found = rows(exported(lana, t="task"), ";")
    assert any(row.get("Что сделать") == "Купить бумагу" for row in found)


def test_a_list_as_xlsx_holds_days_as_days(sqlite_world: World) -> None:
    keep(sqlite_world, Task(what="x", due=sqlite_world.now.date()))
    answer = exported(Visitor(sqlite_world).enter("lana"), t="task", x="xlsx")
    assert answer.status_code == 200
    assert sqlite_world.now.date() in cells(answer.get_data()).values()


@pytest.mark.parametrize(
    ("typed", "field"), [({"purpose": " "}, "purpose"), ({"t": ""}, "t"), ({"t": "colleague"}, "t"), ({"p": ""}, "p")]
)
def test_nothing_leaves_without_a_kind_and_a_purpose(anna: Visitor, typed: dict[str, str], field: str) -> None:
    answer = exported(anna, **{"t": "task", **typed})
    assert answer.status_code == 422
    assert f'href="#f-{field}' in answer.text


def test_what_is_closed_to_its_reader_is_not_in_the_file(sqlite_world: World) -> None:
    keep(sqlite_world, LegalAction(title="The open part", strategy=SECRET))
    anna, lana = (exported(Visitor(sqlite_world).enter(name), t="action") for name in ("anna", "lana"))
    assert "The open part" in anna.text
    assert SECRET not in anna.text
    assert "Strategy" not in anna.text.splitlines()[0]
    assert SECRET in lana.text


def test_a_list_holds_cases_of_its_reader_alone(sqlite_world: World) -> None:
    keep(sqlite_world, Task(what="Ours alone"))
    outsider = Visitor(sqlite_world).enter("outsider")
    assert "Ours alone" not in exported(outsider, t="task").text
    assert exported(outsider, t="task", c=sqlite_world.strike.case).status_code == 404
    assert "Ours alone" not in exported(outsider, t="task", c=sqlite_world.own.case).text


def test_the_part_that_names_nobody_holds_no_texts(sqlite_world: World) -> None:
    keep(sqlite_world, Task(what="Ring Kairat", urgency="urgent", who=sqlite_world.user("lana")))
    answer = exported(Visitor(sqlite_world).enter("lana"), t="task", p="c")
    assert "Kairat" not in answer.text
    assert "What to do" not in answer.text
    assert "Who does it" not in answer.text
    with sqlite_world.reading("lana") as ctx:
        title = records.title(records.read(ctx, sqlite_world.strike.case, sqlite_world.strike.case))
    assert title not in answer.text


def test_the_log_says_who_exported_what_kind_how_many_and_why_and_nothing_of_it(sqlite_world: World) -> None:
    keep(sqlite_world, Task(what="Nobody reads this in the log"))
    count = len(rows(exported(Visitor(sqlite_world).enter("lana"), t="task", c=sqlite_world.strike.case)))
    text = Visitor(sqlite_world).enter("auditor").get("/l").text
    assert "export a list" in text
    assert f"rows: {count}" in text
    assert "kind of record: Tasks" in text
    assert "report to the board" in text
    assert "Nobody reads this" not in text


def test_a_list_that_is_too_large_is_refused_in_words(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(sqlite_world, Task(what="x"))
    keep(sqlite_world, Task(what="y"))
    monkeypatch.setattr(record_lists, "MOST_ROWS", 1)
    answer = exported(Visitor(sqlite_world).enter("lana"), t="task")
    assert answer.status_code == 422
    assert "One file holds at most 1" in answer.text


def test_a_text_that_fits_no_cell_leads_to_the_other_form(sqlite_world: World) -> None:
    keep(sqlite_world, Incident(title="x", narrative=(LangText(language="ru", text="long " * 8_000),)))
    lana = Visitor(sqlite_world).enter("lana")
    refused = exported(lana, t="incident", x="xlsx")
    assert refused.status_code == 422
    assert "Export as CSV" in refused.text
    assert "long long" in exported(lana, t="incident").text


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_people_come_into_another_case_as_they_were(sqlite_world: World, form: str) -> None:
    person = Person(
        pseudonym="Miner Z",
        names=(Name(name="Zhanar Testova", language="kk"), Name(name="=Z", where="in a letter")),
        channels=(Channel(kind="phone", value="+7 701 555 44 33", note="after 20:00"),),
    )
    with sqlite_world.writing("anna") as ctx:
        people.create(ctx, person, sqlite_world.strike.case)
    anna, outsider = (Visitor(sqlite_world).enter(name) for name in ("anna", "outsider"))
    data = exported(anna, t="person", x=form).get_data()
    fields = outsider.fields("/j", "/j/n")
    body: dict[str, Any] = {key: fields[key][0] for key in ("csrf_token", "_keep") if key in fields}
    body |= {"kind": "person", "where": sqlite_world.own.case, "file": (BytesIO(data), f"list.{form}")}
    answer = outsider.client.post("/j/n", base_url=outsider.base, data=body, content_type="multipart/form-data")
    answer = outsider.fill(answer.headers["Location"])
    report = answer.headers["Location"]
    outsider.send(report, {**forms(outsider.get(report))[report], "_all": "like-new"})
    answer = outsider.send(f"{report}/g", forms(outsider.get(report))[f"{report}/g"])
    assert "Import finished" in outsider.get(report).text
    with sqlite_world.reading("outsider") as ctx:
        ids = [code for code, _name in records.choices(ctx, Person, sqlite_world.own.case)]
        back = [people.read(ctx, record).value for record in ids]
    other = next(value for value in back if value.pseudonym == "Miner Z")
    assert (other.names, other.channels) == (person.names, person.channels)
