"""A list from a spreadsheet, from the file to the records, through the pages."""

from io import BytesIO
from typing import Any

from hrd_pages import Visitor, forms
from hrd_world import World
from werkzeug.test import TestResponse

PEOPLE = "ФИО;Телефон;Дата рождения;Пол;Заметка\r\n{rows}"


def send(who: Visitor, data: bytes, *, kind: str = "person", case: str = "", name: str = "list.csv") -> TestResponse:
    """Send a file to the first page of an import."""
    fields: dict[str, Any] = who.fields("/j", "/j/n")
    values = [("csrf_token", fields["csrf_token"][0]), *((key, fields[key][0]) for key in ("_keep",) if key in fields)]
    body = {**dict(values), "kind": kind, "where": case, "file": (BytesIO(data), name)}
    return who.client.post("/j/n", base_url=who.base, data=body, content_type="multipart/form-data")


def columns(who: Visitor, data: bytes, **more: Any) -> str:
    """Send a file, accept the proposed columns; the address of the list."""
    answer = send(who, data, **more)
    assert answer.status_code == 303, answer.text
    address = answer.headers["Location"]
    answer = who.fill(address)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_a_list_of_people_comes_into_a_case(sqlite_world: World, anna: Visitor) -> None:
    rows = "Айгерим Тестова;8 701 000 11 22;14.12.1980;женский;x\r\nБолат Пробный;;?;;"
    address = columns(anna, PEOPLE.format(rows=rows).encode("cp1251"), case=sqlite_world.strike.case)
    page = anna.get(address)
    assert page.status_code == 200
    assert "2 rows can be imported" in page.text, page.text
    answer = anna.send(f"{address}/g", forms(page)[f"{address}/g"])
    assert answer.status_code == 303
    done = anna.get(address)
    assert "Import finished" in done.text
    assert "Айгерим Тестова" in anna.get("/p").text
