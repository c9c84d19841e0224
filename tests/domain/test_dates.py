"""Dates as people write them: read, kept, shown and sorted, and refused with a reason when they are none."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.domain.dates import BadDate, PartialDate, exactly, parse


@pytest.mark.parametrize(
    ("typed", "start", "end", "about"),
    [
        ("2017-12-14", "2017-12-14", "", False),
        ("14.12.2017", "2017-12-14", "", False),
        ("4.2.2018", "2018-02-04", "", False),
        ("12.2017", "2017-12", "", False),
        ("2017-12", "2017-12", "", False),
        ("2017-2", "2017-02", "", False),
        ("2017", "2017", "", False),
        ("~2017", "2017", "", True),
        ("около 2017", "2017", "", True),
        ("Около 12.2017", "2017-12", "", True),
        ("ок. 2017", "2017", "", True),
        ("шамамен 2017", "2017", "", True),
        ("about 14.12.2017", "2017-12-14", "", True),
        ("14.12.2017..15.12.2017", "2017-12-14", "2017-12-15", False),
        ("14.12.2017 – 15.12.2017", "2017-12-14", "2017-12-15", False),
        ("14.12.2017—15.12.2017", "2017-12-14", "2017-12-15", False),
        ("2017-12..2018-02", "2017-12", "2018-02", False),
        ("2017/2018", "2017", "2018", False),
        ("~2017..2018", "2017", "2018", True),
        ("  14.12.2017\t", "2017-12-14", "", False),
        ("29.02.2020", "2020-02-29", "", False),
    ],
)
def test_a_date_is_read_as_it_was_meant(typed: str, start: str, end: str, about: bool) -> None:
    assert parse(typed) == PartialDate(start=start, end=end, about=about)


@pytest.mark.parametrize("typed", ["", "   ", "\n"])
def test_nothing_typed_is_no_date(typed: str) -> None:
    assert parse(typed) is None


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("31.02.2017", "There is no such day in the calendar."),
        ("2017-02-31", "There is no such day in the calendar."),
        ("29.02.2017", "There is no such day in the calendar."),
        ("13.2017", "There is no such day in the calendar."),
        ("00.2017", "There is no such day in the calendar."),
        ("0.12.2017", "There is no such day in the calendar."),
        ("14.12.1817", "The year must be between 1900 and 2100."),
        ("2101", "The year must be between 1900 and 2100."),
        ("2018..2017", "The second date is before the first."),
        ("yesterday", "This is not a date."),
        ("2017-W50-4", "This is not a date."),
        ("14/12/2017", "This is not a date."),
        ("14.12.17", "This is not a date."),
        ("2017..", "This is not a date."),
        ("..2017", "This is not a date."),
        ("2017..2018..2019", "This is not a date."),
        ("~", "This is not a date."),
        ("14 about 2017", "This is not a date."),
        ("2017.." * 100_000, "This is not a date."),
        ("2017-12-14T10:00", "This is not a date."),
        ("٢٠١٧x", "This is not a date."),
    ],
)
def test_what_is_no_date_is_refused_with_its_reason(typed: str, reason: str) -> None:
    with pytest.raises(BadDate, match=reason):
        parse(typed)


def test_digits_of_other_scripts_are_read_or_refused_but_never_break() -> None:
    try:
        result = parse("٢٠١٧")
    except BadDate:
        return
    assert result is not None
    assert result.first == date(2017, 1, 1)


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("14.12.2017", date(2017, 12, 14), date(2017, 12, 14)),
        ("12.2017", date(2017, 12, 1), date(2017, 12, 31)),
        ("02.2020", date(2020, 2, 1), date(2020, 2, 29)),
        ("2017", date(2017, 1, 1), date(2017, 12, 31)),
        ("2017-12..2018-02", date(2017, 12, 1), date(2018, 2, 28)),
        ("2100", date(2100, 1, 1), date(2100, 12, 31)),
    ],
)
def test_a_date_spans_the_days_it_can_mean(typed: str, first: date, last: date) -> None:
    result = parse(typed)
    assert result is not None
    assert (result.first, result.last) == (first, last)


def test_only_a_certain_day_is_exact() -> None:
    exact = {"14.12.2017": True, "12.2017": False, "2017": False, "~14.12.2017": False, "14.12.2017..15.12.2017": False}
    assert {typed: result.exact for typed in exact if (result := parse(typed))} == exact


def test_a_month_is_known_for_a_day_and_a_month_and_the_year_alone_otherwise() -> None:
    assert [result.month for typed in ("14.12.2017", "12.2017", "2017") if (result := parse(typed))] == [
        "2017-12",
        "2017-12",
        "2017",
    ]


DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))


@given(DAYS)
def test_a_day_means_itself(day: date) -> None:
    assert exactly(day).first == exactly(day).last == day
    assert parse(exactly(day).encode()) == exactly(day)
    assert parse(f"{day.day}.{day.month}.{day.year}") == exactly(day)


@given(DAYS, DAYS, st.sampled_from([4, 7, 10]), st.sampled_from([4, 7, 10]), st.booleans(), st.booleans())
def test_what_is_kept_is_read_back_the_same(
    one: date, other: date, start: int, end: int, span: bool, about: bool
) -> None:
    first, last = sorted((one, other))
    created = PartialDate(start=first.isoformat()[:start], end=last.isoformat()[:end] if span else "", about=about)
    if created.last >= created.first:
        assert parse(created.encode()) == created
        assert created.first <= created.last


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_date_or_a_reason(typed: str) -> None:
    reason, result = "", None
    try:
        result = parse(typed)
    except BadDate as refused:
        reason = str(refused)
    assert reason.endswith(".") or reason == ""
    assert result is None or (result.first <= result.last and not reason)
