"""Tables as people keep and send them, and files that only look like tables."""

import struct
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter

from hrd_cases.domain.sheets import model, workbook
from hrd_cases.domain.sheets.model import BadSheet
from hrd_cases.domain.sheets.reading import read_table

CONTENT = "ФИО;Телефон\r\nҚайрат;8 701\r\n"


def cells(data: bytes, sheet: int = 0) -> list[tuple[int, list[str]]]:
    """The rows of one sheet, with their numbers."""
    return [(row.number, list(row.cells)) for row in read_table(data)[sheet].rows]


def book(write: Callable[[Any, Any], object], *names: str) -> bytes:
    """A workbook; `write` gets the book and its first sheet."""
    out = BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    sheets = [made.add_worksheet(name) for name in names or ("Sheet1",)]
    write(made, sheets[0])
    made.close()
    return out.getvalue()


def changed(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same workbook with one part changed; a part that is not there is added."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_of_a_spreadsheet_is_read(encoding: str) -> None:
    assert cells(CONTENT.encode(encoding)) == [(1, ["ФИО", "Телефон"]), (2, ["Қайрат", "8 701"])]


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866"])
@pytest.mark.parametrize("rows", [["ФИО;Город", "Болат;Актау"], ["ФИО;ГОРОД", "ОМАРОВ БОЛАТ;КАРАГАНДА"]])
def test_old_cyrillic_is_read(rows: list[str], encoding: str) -> None:
    assert cells("\n".join(rows).encode(encoding)) == [(at, row.split(";")) for at, row in enumerate(rows, start=1)]


@pytest.mark.parametrize("sign", [";", ",", "\t", "|"])
def test_the_separator_is_found(sign: str) -> None:
    text = f"name{sign}note\nA{sign}one; two, three\nB{sign}four\nC{sign}five"
    if sign in ";,":
        text = f'name{sign}note\nA{sign}"one; two, three"\nB{sign}four\nC{sign}five'
    assert [row[1][0] for row in cells(text.encode())] == ["name", "A", "B", "C"]


def test_the_separator_that_excel_names_is_used_and_rows_keep_their_numbers() -> None:
    assert cells(b"sep=|\r\na|b\r\n\r\n1|2") == [(2, ["a", "b"]), (4, ["1", "2"])]


def test_a_line_break_in_quotes_stays_in_its_cell() -> None:
    assert cells(b'a;b\r\n"one\ntwo";3') == [(1, ["a", "b"]), (2, ["one\ntwo", "3"])]


def test_a_quotation_mark_that_is_never_closed_swallows_no_row() -> None:
    assert len(cells('Компания;№\n"Тестовая;1\nВторая;2\n'.encode())) == 3


def test_ragged_rows_keep_every_cell() -> None:
    assert cells(b"a;b\n1;2;3;;\n;\n4") == [(1, ["a", "b"]), (2, ["1", "2", "3"]), (4, ["4"])]


def test_a_date_in_a_workbook_is_the_date_that_it_shows() -> None:
    def write(made: Any, sheet: Any) -> None:
        sheet.write_datetime(0, 0, datetime(2017, 12, 14), made.add_format({"num_format": "dd.mm.yyyy"}))
        sheet.write_datetime(1, 0, datetime(2017, 12, 14, 16, 30), made.add_format({"num_format": "d mmm yy hh:mm"}))
        sheet.write_number(2, 0, 43083, made.add_format({"num_format": 14}))
        sheet.write_number(3, 0, 0.5, made.add_format({"num_format": "hh:mm"}))

    texts = [row[1][0] for row in cells(book(write))]
    assert texts == ["14.12.2017", "14.12.2017 16:30", "14.12.2017", "12:00"]


def test_a_month_in_a_workbook_stays_a_month_and_a_year_a_year() -> None:
    """Whoever types dec 2017 into a cell gets the first of December in the file, and sees the month alone."""

    def write(made: Any, sheet: Any) -> None:
        for row, code in enumerate(["mmmm yyyy", 17, "mm.yyyy", '[$-419]mmmm\\ yyyy" г."', "yyyy", "mmmm d, yyyy"]):
            sheet.write_datetime(row, 0, datetime(2017, 12, 1), made.add_format({"num_format": code}))

    texts = [row[1][0] for row in cells(book(write))]
    assert texts == ["12.2017", "12.2017", "12.2017", "12.2017", "2017", "01.12.2017"]


def test_a_workbook_of_1904_counts_from_there() -> None:
    def write(made: Any, sheet: Any) -> None:
        sheet.write_number(0, 0, 0, made.add_format({"num_format": "dd.mm.yyyy"}))

    data = changed(book(write), workbook.BOOK, lambda xml: xml.replace(b"<workbookPr", b'<workbookPr date1904="1"'))
    assert cells(data) == [(1, [f"{date(1904, 1, 1):%d.%m.%Y}"])]


def test_numbers_are_neither_rounded_nor_shortened_and_keep_their_zeros() -> None:
    def write(made: Any, sheet: Any) -> None:
        sheet.write_number(0, 0, 87010001122)
        sheet.write_number(1, 0, 7010001122, made.add_format({"num_format": "00000000000"}))
        sheet.write_string(2, 0, "007")
        sheet.write_number(3, 0, 1.5)
        sheet.write_number(4, 0, 800114300123)

    texts = [row[1][0] for row in cells(book(write))]
    assert texts == ["87010001122", "07010001122", "007", "1.5", "800114300123"]


@pytest.mark.parametrize("text", [b"1E+999999999", b"-1E999999999", b"NaN", b"1e-999999999", b"Infinity"])
def test_a_number_that_would_fill_the_memory_stays_text(text: bytes) -> None:
    data = book(lambda _made, sheet: sheet.write_number(0, 0, 5))
    assert cells(changed(data, SHEET, lambda xml: xml.replace(b"<v>5</v>", b"<v>%s</v>" % text))) == [
        (1, [text.decode()])
    ]


def test_a_formula_is_never_computed_and_what_it_showed_is_read() -> None:
    def write(_made: Any, sheet: Any) -> None:
        sheet.write_formula(0, 0, '=HYPERLINK("http://x.test","x")', None, "seen")
        sheet.write_formula(1, 0, "=1+1", None, 7)

    assert cells(book(write)) == [(1, ["seen"]), (2, ["7"])]


def test_what_is_merged_over_rows_stands_in_each_of_them() -> None:
    def write(_made: Any, sheet: Any) -> None:
        sheet.merge_range(0, 0, 2, 0, "Дело 1")
        sheet.write_column(0, 1, ["a", "b", "c", "d"])

    assert cells(book(write)) == [(1, ["Дело 1", "a"]), (2, ["Дело 1", "b"]), (3, ["Дело 1", "c"]), (4, ["", "d"])]


def test_every_sheet_that_holds_rows_is_offered() -> None:
    data = book(lambda made, _first: made.get_worksheet_by_name("2018").write(0, 0, "x"), "empty", "2018")
    assert [sheet.name for sheet in read_table(data)] == ["2018"]


OTHERS = {
    "nothing": (b"", model.EMPTY_FILE),
    "blank": (b" \r\n;;\r\n", model.NO_ROWS),
    "picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", model.NOT_A_TABLE),
    "pdf": (b"%PDF-1.7\n\x00\x01\x02\x03", model.NOT_A_TABLE),
    "old excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, model.OLD_OR_LOCKED),
    "cut off": (book(lambda _made, sheet: sheet.write(0, 0, "x"))[:900], model.DAMAGED),
    "head of a zip": (b"PK\x03\x04", model.DAMAGED),
}


@pytest.mark.parametrize("name", list(OTHERS))
def test_what_is_no_table_is_refused_with_what_to_do(name: str) -> None:
    data, text = OTHERS[name]
    with pytest.raises(BadSheet) as refused:
        read_table(data)
    assert refused.value.text == text
    assert refused.value.place == "file"


@pytest.mark.parametrize(("part", "text"), [("content.xml", model.ANOTHER_PROGRAM), ("a.txt", model.NOT_A_TABLE)])
def test_another_archive_is_refused(part: str, text: str) -> None:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr(part, "x")
    with pytest.raises(BadSheet) as refused:
        read_table(out.getvalue())
    assert refused.value.text == text


ENTITIES = (
    b'<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;&x;&x;">]>',
    b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
    b'<!DOCTYPE a SYSTEM "http://x.test/a.dtd">',
    b"<!DOCTYPE a>",
)


@pytest.mark.parametrize("declared", ENTITIES)
@pytest.mark.parametrize("part", [SHEET, workbook.BOOK, "xl/sharedStrings.xml", "xl/styles.xml"])
def test_a_document_that_declares_entities_is_not_read(declared: bytes, part: str) -> None:
    data = book(lambda _made, sheet: sheet.write(0, 0, "x"))
    attack = changed(data, part, lambda xml: xml.replace(b"?>", b"?>" + declared, 1))
    with pytest.raises(BadSheet) as refused:
        read_table(attack)
    assert refused.value.text == model.UNSAFE


def test_a_small_file_that_unpacks_to_a_large_one_is_refused_while_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workbook, "MOST_UNPACKED", 1_000_000)
    data = book(lambda _made, sheet: sheet.write(0, 0, "x"))
    bomb = changed(data, SHEET, lambda xml: xml.replace(b"<sheetData>", b"<sheetData>" + b" " * 2_000_000))
    assert len(bomb) < 20_000
    with pytest.raises(BadSheet) as refused:
        read_table(bomb)
    assert refused.value.text == model.TOO_LARGE_INSIDE


def test_a_size_that_an_archive_only_claims_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_UNPACKED", 1_000_000)
    data = bytearray(
        changed(
            book(lambda _made, sheet: sheet.write(0, 0, "x")),
            SHEET,
            lambda xml: xml.replace(b"<sheetData>", b"<sheetData>" + b" " * 2_000_000),
        )
    )
    at = bytes(data).rindex(b"PK\x01\x02", 0, bytes(data).rindex(SHEET.encode()))
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    with pytest.raises(BadSheet):
        read_table(bytes(data))


def test_merged_cells_without_number_do_not_stop_the_program() -> None:
    data = book(lambda _made, sheet: sheet.write_column(0, 0, ["x"] * 3_000))
    ranges = b"".join(b'<mergeCell ref="A1:A1048576"/>' for _ in range(20_000))
    attack = changed(
        data, SHEET, lambda xml: xml.replace(b"</sheetData>", b"</sheetData><mergeCells>" + ranges + b"</mergeCells>")
    )
    with pytest.raises(BadSheet) as refused:
        read_table(attack)
    assert refused.value.text == model.UNSAFE


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b't="s"><v>0</v>', b't="s"><v>99</v>'),
        (b't="s"><v>0</v>', b't="s"><v>x</v>'),
        (b'<row r="1"', b'<row r="x"'),
        (b"</sheetData>", b""),
    ],
)
def test_a_damaged_sheet_is_refused_and_not_guessed(was: bytes, becomes: bytes) -> None:
    data = book(lambda _made, sheet: sheet.write(0, 0, "text"))
    damaged = changed(data, SHEET, lambda xml: xml.replace(was, becomes, 1))
    with pytest.raises(BadSheet) as refused:
        read_table(damaged)
    assert refused.value.text == model.DAMAGED


def test_there_are_limits_of_rows_columns_and_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hrd_cases.domain.sheets.delimited.MOST_ROWS", 3)
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    wide = book(lambda _made, sheet: sheet.write_column(0, 0, ["x"] * 4))
    for data, text in (
        (b"a;b\n" * 4, model.TOO_MANY_ROWS),
        (wide, model.TOO_MANY_ROWS),
        (b";".join([b"x"] * (model.MOST_COLUMNS + 1)), model.TOO_MANY_COLUMNS),
        (b"a;" + b"x" * (model.MOST_LETTERS + 1), model.TOO_LONG_CELL),
    ):
        with pytest.raises(BadSheet) as refused:
            read_table(data)
        assert refused.value.text == text


def test_a_locked_archive_says_so() -> None:
    data = bytearray(book(lambda _made, sheet: sheet.write(0, 0, "x")))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = -1
        while (place := data.find(mark, place + 1)) >= 0:
            data[place + at] |= 1
    with pytest.raises(BadSheet) as refused:
        read_table(bytes(data))
    assert refused.value.text == model.OLD_OR_LOCKED
    assert zipfile.is_zipfile(BytesIO(data))


def test_rows_and_sheets_that_are_hidden_are_read_and_counted() -> None:
    def write(made: Any, sheet: Any) -> None:
        for row in range(4):
            sheet.write_row(row, 0, [f"row {row}", "x"])
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_row(7, None, None, {"hidden": True})  # an empty one
        other = made.worksheets()[1]
        other.write_row(0, 0, ["a", "b"])
        other.hide()

    read = read_table(book(write, "list", "old"))
    assert [(sheet.name, len(sheet.rows), sheet.hidden) for sheet in read] == [("list", 4, 1), ("old", 1, 1)]
