"""A second reader of XLSX: what a spreadsheet would show, read from the parts of the file and nothing else."""

import re
from datetime import date, timedelta
from io import BytesIO
from xml.etree import ElementTree as ET
from zipfile import ZipFile

NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FIRST_DAY = date(1899, 12, 30)


def parts(data: bytes) -> dict[str, bytes]:
    """The files of a workbook."""
    with ZipFile(BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def cells(data: bytes) -> dict[str, str | int | date]:
    """The cells that hold something, by their names; ValueError for one that is no constant."""
    files = parts(data)
    shared = ET.fromstring(files.get("xl/sharedStrings.xml", b"<sst/>"))
    texts = ["".join(part.text or "" for part in item.iter(f"{NS}t")) for item in shared.iter(f"{NS}si")]
    dates = _date_styles(files["xl/styles.xml"])
    result: dict[str, str | int | date] = {}
    for cell in ET.fromstring(files["xl/worksheets/sheet1.xml"]).iter(f"{NS}c"):
        if cell.find(f"{NS}f") is not None:
            raise ValueError(f"a formula in {cell.get('r')}")
        value = cell.find(f"{NS}v")
        if value is None:
            continue
        raw = value.text or ""
        if cell.get("t") == "s":
            result[cell.get("r", "")] = _unescaped(texts[int(raw)])
        elif int(cell.get("s", "0")) in dates:
            result[cell.get("r", "")] = FIRST_DAY + timedelta(days=int(raw))
        else:
            result[cell.get("r", "")] = int(raw)
    return result


def bold(data: bytes) -> set[str]:
    """The names of the cells in bold."""
    files = parts(data)
    styles = ET.fromstring(files["xl/styles.xml"])
    fonts = [font.find(f"{NS}b") is not None for font in styles.iterfind(f"{NS}fonts/{NS}font")]
    formats = [fonts[int(item.get("fontId", "0"))] for item in styles.iterfind(f"{NS}cellXfs/{NS}xf")]
    sheet = ET.fromstring(files["xl/worksheets/sheet1.xml"])
    return {cell.get("r", "") for cell in sheet.iter(f"{NS}c") if formats[int(cell.get("s", "0"))]}


def _date_styles(raw: bytes) -> set[int]:
    styles = ET.fromstring(raw)
    formats = {item.get("numFmtId"): item.get("formatCode", "") for item in styles.iter(f"{NS}numFmt")}
    every = styles.iterfind(f"{NS}cellXfs/{NS}xf")
    return {at for at, item in enumerate(every) if "yy" in formats.get(item.get("numFmtId"), "")}


def _unescaped(text: str) -> str:
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda result: chr(int(result[1], 16)), text)
