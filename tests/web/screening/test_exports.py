"""The table of a screening leaves as a file that the same program reads again, with its purpose in the log."""

from datetime import date, timedelta

import pytest
from hrd_pages import Visitor, forms
from hrd_sheets import cells
from hrd_world import World

TABLE = "Company\tA.1\tB.2\nPit 1\tyes\tno\nPit 2\t\tpartly"


@pytest.fixture
def anna(sqlite_world: World) -> Visitor:
    """A caseworker's browser."""
    return Visitor(sqlite_world).enter("anna")


def edition(anna: Visitor, table: str = TABLE) -> str:
    lines = "A.1;Commitment\nB.2;Diligence"
    path = str(anna.fill("/k/new", title="Websites", day="20.11.2026", lines=lines).headers["Location"])
    preview = anna.fill(f"{path}/t", table=table, read_on="19.11.2026")
    assert anna.send(f"{path}/t/k", forms(preview)[f"{path}/t/k"]).status_code == 303
    return path


def test_a_file_without_a_purpose_is_refused(anna: Visitor) -> None:
    path = edition(anna)
    answer = anna.fill(f"{path}/x", x="csv")
    assert answer.status_code == 422
    assert 'href="#f-purpose-box"' in answer.text
    assert anna.fill(f"{path}/x", purpose="round table", x="pdf").status_code == 422
    assert anna.fill(f"{path}/x", purpose="round table", content="all").status_code == 422


def test_the_table_that_leaves_is_read_again_without_loss(anna: Visitor) -> None:
    path = edition(anna)
    answer = anna.fill(f"{path}/x", purpose="round table", x="csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    text = answer.get_data().decode("utf-8-sig").replace(",", ";")
    again = edition(anna, text)
    second = anna.fill(f"{again}/x", purpose="round table", x="csv")
    assert second.get_data() == answer.get_data()


def test_the_list_holds_link_day_and_text_of_every_result(anna: Visitor) -> None:
    path = edition(anna, "Company\tLink\tA.1\nPit 1\thttps://pit.example\tyes")
    answer = anna.fill(f"{path}/x", purpose="round table", content="list", x="xlsx")
    written = cells(answer.get_data())
    assert [written[f"{column}1"] for column in "ABCDEF"] == [
        "Company",
        "Indicator",
        "Result",
        "Link",
        "Read on",
        "Text",
    ]
    assert [written[f"{column}2"] for column in "ABCD"] == ["Pit 1", "A.1 Commitment", "Yes", "https://pit.example"]
    assert written["E2"] == date(2026, 11, 19)
    assert "A3" not in written


def test_a_name_that_a_spreadsheet_would_run_is_defused(anna: Visitor) -> None:
    path = edition(anna, "Company\tA.1\n=1+1\tyes")
    answer = anna.fill(f"{path}/x", purpose="round table", x="csv")
    assert "\r\n'=1+1," in answer.get_data().decode("utf-8-sig")


def test_the_log_says_who_took_the_table_out_and_why(sqlite_world: World, anna: Visitor) -> None:
    anna.fill(f"{edition(anna)}/x", purpose="round table in spring", x="xlsx")
    page = Visitor(sqlite_world).enter("auditor").get("/l").text
    assert "export a screening" in page
    assert "round table in spring" in page
    assert "Pit 2" not in page


def test_an_export_asks_for_the_passphrase_again(sqlite_world: World, anna: Visitor) -> None:
    path = edition(anna)
    fields = anna.fields(f"{path}/x")
    sqlite_world.now += timedelta(minutes=10)
    answer = anna.send(f"{path}/x", {**fields, "purpose": "round table", "x": "csv"})
    assert "text/csv" not in answer.headers["Content-Type"]
    assert "_passphrase" in answer.text
