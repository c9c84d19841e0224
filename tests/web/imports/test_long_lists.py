"""Every row of a long list is looked at before any of it comes in, with how far that is, and in bounded memory."""

from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
from hrd_imports import brought_in, send
from hrd_pages import Visitor
from hrd_world import World

from hrd_cases.domain.notes import Task
from hrd_cases.services.imports import dry_runs
from hrd_cases.services.imports.lists import BATCH
from hrd_cases.services.records import records

WHOLE = 90_000
MOST_MEGABYTES = 300


def rows_of(count: int) -> list[tuple[str, str]]:
    """Tasks with their days: one is wrong, one comes a second time far below."""
    rows = [(f"Call the family of row {number}", "14.12.2027") for number in range(count)]
    rows[count // 2] = ("Call somebody", "no day at all")
    rows[-1] = rows[0]
    return rows


def csv(count: int) -> bytes:
    return "\r\n".join(["Задача;Срок", *(";".join(row) for row in rows_of(count))]).encode()


def xlsx(count: int) -> bytes:
    written = BytesIO()
    with xlsxwriter.Workbook(written, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([("Задача", "Срок"), *rows_of(count)]):
            sheet.write_row(at, 0, row)
    return written.getvalue()


def begun(who: Visitor, data: bytes, name: str, case: str) -> str:
    """The address of the report of a list whose columns were accepted."""
    answer = send(who, data, kind="task", case=case, name=name)
    assert answer.status_code == 303, answer.text
    answer = who.fill(answer.headers["Location"])
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def checked(who: Visitor, address: str) -> tuple[str, int]:
    """The last page of the look at every row, and how many visits it took."""
    for visit in range(1, 1000):
        page = who.get(f"{address}/a")
        assert page.status_code == 200
        if "Refresh" not in page.headers:
            return page.text, visit
    raise AssertionError("it never ends")


def peak_megabytes() -> int:
    """The most memory that this process had at once."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


@pytest.mark.parametrize(("make", "name"), [(csv, "list.csv"), (xlsx, "list.xlsx")])
def test_every_row_is_looked_at_with_progress_and_nothing_is_made(
    sqlite_world: World, anna: Visitor, make: object, name: str
) -> None:
    count, case = BATCH * dry_runs.PARTS + 500, sqlite_world.strike.case
    address = begun(anna, make(count), name, case)  # type: ignore[operator]
    assert f'href="{address}/a"' in anna.get(address).text
    first = anna.get(f"{address}/a?still=1")
    assert "Refresh" not in first.headers
    assert f"{BATCH * dry_runs.PARTS - 1} of {count + 1} rows are checked" in first.text
    page, visits = checked(anna, address)
    assert visits == 1, "the second visit ends it"
    assert f"{count} rows are checked" in page
    assert f"Can be imported: {count - 2}" in page
    assert "To be corrected: 1" in page
    assert f"by their number in the file: {count // 2 + 2}" in " ".join(page.split()).replace("</p>", "")
    assert "The same as another row of this list: 1" in page
    with sqlite_world.reading("anna") as ctx:
        assert not [card for card in records.listing(ctx, Task, case) if card.value.sheet_row]


def test_a_change_of_the_list_begins_the_look_anew_and_each_sees_their_own(sqlite_world: World, anna: Visitor) -> None:
    address = begun(anna, csv(BATCH + 20), "list.csv", sqlite_world.strike.case)
    assert "Can be imported: 218" in checked(anna, address)[0]
    assert "Can be imported: 218" in checked(anna, address)[0], "an end that was seen stays"
    wrong = next(name for name in anna.fields(address, address) if name.endswith(".due"))
    assert anna.fill(address, address, **{wrong: "15.12.2027"}).status_code == 303
    assert "Can be imported: 219" in checked(anna, address)[0]
    brought_in(anna, address)
    assert "Can be imported: 20" in checked(anna, address)[0], "what came in is not looked at again"
    lana = Visitor(sqlite_world).enter("lana")
    assert lana.get(f"{address}/a").status_code == 404


@pytest.mark.soak
@pytest.mark.parametrize(("make", "name"), [(csv, "list.csv"), (xlsx, "list.xlsx")])
def test_ninety_thousand_rows_are_looked_at_in_bounded_memory(
    sqlite_world: World, anna: Visitor, make: object, name: str
) -> None:
    data = make(WHOLE)  # type: ignore[operator]
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    address = begun(anna, data, name, sqlite_world.strike.case)
    page, visits = checked(anna, address)
    print(f"{name}: {visits} visits, at most {peak_megabytes()} MB")
    assert f"Can be imported: {WHOLE - 2}" in page
    assert peak_megabytes() < MOST_MEGABYTES
