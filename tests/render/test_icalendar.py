"""The file for a calendar keeps the letter of RFC 5545: line ends, folding, escapes, days and moments."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from hrd_cases.render.icalendar import CalendarEntry, icalendar_bytes

MADE = datetime(2026, 11, 29, 10, 30, tzinfo=UTC)


def lines(*entries: CalendarEntry) -> list[bytes]:
    data = icalendar_bytes(entries, MADE)
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")
    return data.split(b"\r\n")[:-1]


def test_an_empty_calendar_is_whole() -> None:
    found = lines()
    assert found[0] == b"BEGIN:VCALENDAR"
    assert b"VERSION:2.0" in found
    assert any(line.startswith(b"PRODID:") for line in found)


@pytest.mark.parametrize("title", ["Судебное заседание " * 20, "x" * 75, "ж" * 300, "日" * 100, "😀" * 60, ""])
def test_a_long_line_is_folded_at_75_octets_between_letters(title: str) -> None:
    found = lines(CalendarEntry(uid="1", start=date(2026, 12, 1), title=title))
    for line in found:
        assert len(line) <= 75
        line.decode()
    whole = b"\r\n".join(found).replace(b"\r\n ", b"").decode()
    assert f"SUMMARY:{title}\r\n" in f"{whole}\r\n"


def test_signs_with_a_meaning_are_escaped() -> None:
    found = lines(CalendarEntry(uid="a;b", start=date(2026, 12, 1), title="a,b;c\\d\r\ne\nf\rg"))
    assert b"SUMMARY:a\\,b\\;c\\\\d\\ne\\nf\\ng" in found
    assert b"UID:a\\;b" in found


def test_a_day_is_a_date_that_ends_on_the_next_and_a_moment_is_in_utc() -> None:
    there = timezone(timedelta(hours=5))
    found = lines(
        CalendarEntry(uid="1", start=date(2026, 12, 31), title="x"),
        CalendarEntry(uid="2", start=datetime(2026, 12, 1, 1, 30, tzinfo=there), title="y"),
        CalendarEntry(uid="3", start=date.max, title="z"),
    )
    assert b"DTSTART;VALUE=DATE:20261231" in found
    assert b"DTEND;VALUE=DATE:20270101" in found
    assert b"DTSTART:20261130T203000Z" in found
    assert b"DTSTART;VALUE=DATE:99991231" in found
    assert found.count(b"DTSTAMP:20261129T103000Z") == 3
