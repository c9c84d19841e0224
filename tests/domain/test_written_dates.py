"""Dates as people write them in three languages: read where they mean one thing, asked back where they can mean two."""

import unicodedata
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.domain.dates import UNKNOWN, BadDate, PartialDate, parse
from hrd_cases.domain.written_dates import (
    IN_FUTURE,
    NO_HOUR,
    NO_YEAR,
    OPEN_END,
    TWO_READINGS,
    WHAT_CAN_BE_WRITTEN,
    WRONG_WEEKDAY,
    read_date,
)

TODAY = date(2026, 11, 28)

ONE_MEANING = {
    "1990": ["1990 г.р.", "1990 гр", "1990 года рождения"],
    "2017-12-14..2017-12-15": [
        "в ночь на 15 декабря 2017", "ночь на 15.12.2017", "в ночь с 14 на 15 декабря 2017",
        "ночью с 14 на 15.12.2017",
    ],
    "2017-11-30..2017-12-01": ["в ночь с 30 ноября на 1 декабря 2017"],
    "2018-07..2018-09": [
        "3 квартал 2018", "III квартал 2018 г.", "ІІІ кв. 2018", "3-й квартал 2018 года", "в третьем квартале 2018",
        "2018 ж. 3-тоқсан", "2018 жылғы үшінші тоқсан", "Q3 2018", "third quarter of 2018",
    ],
    "2018-01..2018-06": [
        "первая половина 2018", "1 полугодие 2018 года", "first half of 2018", "2018 жылдың бірінші жартысы",
    ],
    "2018-07..2018-12": ["вторая половина 2018 года", "во втором полугодии 2018"],
    "2026-11-28": ["сегодня", "today", "бүгін", "Сегодня", "сегодня утром"],
    "2026-11-27": ["вчера", "yesterday", "кеше", "вчера вечером", "1 день назад", "1 day ago"],
    "2026-11-26": ["позавчера", "2 дня назад", "2 күн бұрын", "the day before yesterday"],
    "2026-11-29": ["завтра", "tomorrow", "ертең"],
    "2017-12-14": [
        "14 декабря 2017", "14 декабря 2017 г.", "14 декабря 2017 года", "14-го декабря 2017", "14 дек. 2017",
        "2017 жылғы 14 желтоқсан", "2017 ж. 14 желтоқсан", "2017 жылдың 14 желтоқсаны", "2017 жылгы 14 желтоксан",
        "14 желтоқсан 2017", "14 December 2017", "14th of December 2017", "December 14, 2017", "14 Dec 2017",
        "14.12.2017", "14.12.17", "14/12/2017", "12/14/2017", "14-12-2017", "2017-12-14", "2017/12/14", "20171214",
        "14. 12. 2017", "14.12.2017г.", "14.12.2017 г.", "14.12.2017.", "14.XII.2017", "14.ХІІ.2017", "14 dec 17",
        "четверг, 14 декабря 2017 г.", "Thursday 14 December 2017", "«14» декабря 2017 г.",
        "14 декабря 2017 года, четверг", "14.12.2017 (чт)", "14.12.2017, Thursday",
        "14,12,2017", "14 . 12 . 2017", "\u200e14.12.2017\u200e", "14\u00a0декабря\u00a02017\u202fг.", "14122017",
    ],
    "2017-12": ["декабрь 2017", "в декабре 2017", "декабрь 2017 г.", "2017 ж. желтоқсан", "December 2017", "12/2017",
                "12.2017", "2017-12", "2017 жылғы желтоқсан", "желтоқсан айы 2017", "декабрь месяц 2017"],
    "2017": ["2017", "2017 г.", "2017г", "2017 год", "в 2017 году", "2017 ж.", "2017 жыл", "in 2017"],
    "2017..2018": ["2017-2018", "2017–2018", "2017 - 2018", "2017/2018", "2017..2018", "с 2017 по 2018",
                   "between 2017 and 2018", "2017 to 2018", "2017-2018 гг."],
    "2017-12-14..2017-12-16": [
        "14.12.2017-16.12.2017", "14.12.2017 – 16.12.2017", "14-16.12.2017", "14.12-16.12.2017",
        "14–16 декабря 2017 г.", "с 14 по 16 декабря 2017", "14 декабря - 16 декабря 2017",
        "2017 жылғы 14-16 желтоқсан", "14 to 16 December 2017", "from 14 to 16 December 2017",
    ],
    "2017-12..2018-02": ["12.2017-02.2018", "декабрь 2017 – февраль 2018", "December 2017 to February 2018"],
    "2017-09..2017-11": ["осень 2017", "осенью 2017 года", "autumn 2017", "күз 2017", "2017 жылдың күзі", "2017 күзде"],
    "~2017": ["~2017", "около 2017", "примерно в 2017 году", "шамамен 2017", "2017 шамасында", "about 2017",
              "ок. 2017"],
    "1985-12-14": ["14.12.85"],
    "?": ["неизвестно", "Неизвестно.", "не знаю", "unknown", "белгісіз", "білмеймін", "?", "б/д"],
}  # fmt: skip

# What is asked back: the sentence, and the two readings where there are two.
ASKED_BACK = [
    ("03/04/2017", TWO_READINGS, ["2017-04-03", "2017-03-04"]),
    ("03-04-2017", TWO_READINGS, ["2017-04-03", "2017-03-04"]),
    ("14.12.45", TWO_READINGS, ["2045-12-14", "1945-12-14"]),
    ("зима 2017", TWO_READINGS, ["2016-12..2017-02", "2017-12..2018-02"]),
    ("14.12.2017 10:30", NO_HOUR, ["2017-12-14"]),
    ("14 декабря 2017 г. в 10:30", NO_HOUR, ["2017-12-14"]),
    ("2017-12-14T10:00", NO_HOUR, ["2017-12-14"]),
    ("до 2018", OPEN_END, []),
    ("after 2017", OPEN_END, []),
    ("14 декабря", NO_YEAR, []),
    ("11–15 декабря", NO_YEAR, []),
    ("с 11 по 15 декабря", NO_YEAR, []),
    ("14 декабря 2017, пятница", WRONG_WEEKDAY, []),
    ("в ночь с 12 на 15 декабря 2017", WHAT_CAN_BE_WRITTEN, []),
    ("в ночь с 14 ноября на 15 декабря 2017", WHAT_CAN_BE_WRITTEN, []),
    ("в ночь с 28 января на 1 марта 2018", WHAT_CAN_BE_WRITTEN, []),
    ("3 полугодие 2018", WHAT_CAN_BE_WRITTEN, []),
    ("квартал 2018", WHAT_CAN_BE_WRITTEN, []),
    ("14.12", NO_YEAR, []),
    ("среда, 14 декабря 2017", WRONG_WEEKDAY, []),
    ("31.02.2017", "There is no such day in the calendar.", []),
    ("31 апреля 2017", "There is no such day in the calendar.", []),
    ("14.12.1817", "The year must be between 1900 and 2100.", []),
    ("20117", WHAT_CAN_BE_WRITTEN, []),
    ("2018-2017", "The second date is before the first.", []),
    ("когда-то", WHAT_CAN_BE_WRITTEN, []),
    ("10:00 " * 3000, WHAT_CAN_BE_WRITTEN, []),
    ("x" * 1_000_000, WHAT_CAN_BE_WRITTEN, []),
    ("2017-18", "There is no such day in the calendar.", []),
    ("2017..2018..2019", WHAT_CAN_BE_WRITTEN, []),
    ("1 2 3", WHAT_CAN_BE_WRITTEN, []),
]


@pytest.mark.parametrize(("typed", "meant"), [(t, meant) for meant, all_ in ONE_MEANING.items() for t in all_])
def test_what_means_one_thing_is_read(typed: str, meant: str) -> None:
    result = read_date(typed, TODAY)
    assert result is not None
    assert result.encode() == meant


@pytest.mark.parametrize(("typed", "reason", "readings"), ASKED_BACK)
def test_what_can_mean_two_things_or_none_is_asked_back(typed: str, reason: str, readings: list[str]) -> None:
    with pytest.raises(BadDate) as request:
        read_date(typed, TODAY)
    assert request.value.text == reason
    assert [reading.encode() for reading in request.value.readings] == readings
    assert request.value.text % request.value.values()


@pytest.mark.parametrize("zero", ["٠", "۰", "०", "０", "০", "๐", "𝟎"])
def test_figures_of_every_script_are_read(zero: str) -> None:
    assert unicodedata.decimal(zero) == 0
    foreign = str.maketrans({str(figure): chr(ord(zero) + figure) for figure in range(10)})
    for typed in ("2026-11-20", "14.11.2026", "2017", "12.2017", "14-16.12.2017", "14 декабря 2017"):
        assert read_date(typed.translate(foreign), TODAY) == read_date(typed, TODAY)
    assert parse("2026-11-20".translate(foreign)) == parse("2026-11-20")


@pytest.mark.parametrize("typed", ["28.11.2027", "1.1.2030", "завтра", "2027", "29.11.2026"])
def test_what_has_happened_cannot_lie_after_today(typed: str) -> None:
    assert read_date(typed, TODAY) is not None
    with pytest.raises(BadDate, match=IN_FUTURE):
        read_date(typed, TODAY, happened=True)


@pytest.mark.parametrize("typed", ["28.11.2026", "11.2026", "2026", "unknown", "2025-2027", ""])
def test_what_may_have_happened_already_is_taken(typed: str) -> None:
    read_date(typed, TODAY, happened=True)


def test_an_unknown_date_is_an_answer_that_is_kept_and_comes_last() -> None:
    assert read_date("unknown", TODAY) == parse(UNKNOWN.encode()) == UNKNOWN
    assert not UNKNOWN.known
    assert not UNKNOWN.exact
    assert UNKNOWN.month == ""
    assert UNKNOWN.first > date(2100, 12, 31)


def outcome(typed: str) -> PartialDate | BadDate | None:
    """What becomes of a text: a date, nothing, or the reason why it is asked back."""
    try:
        return read_date(typed, TODAY)
    except BadDate as asked:
        return asked


@given(st.integers(min_value=1, max_value=31), st.integers(min_value=1, max_value=12), st.sampled_from("/-"))
def test_a_slash_is_never_misread(one: int, other: int, sign: str) -> None:
    """Where day and month can be exchanged, both readings are named; where they can not, there is no doubt."""
    result = outcome(f"{one:02}{sign}{other:02}{sign}2017")
    if isinstance(result, BadDate):
        assert result.text in (TWO_READINGS, "There is no such day in the calendar.")
    else:
        assert result is not None
        assert one == other or one > 12
        assert (result.first.day, result.first.month) == (one, other)


@given(st.integers(min_value=0, max_value=99))
def test_two_figures_of_a_year_are_never_misread(year: int) -> None:
    result = outcome(f"01.01.{year:02}")
    if isinstance(result, BadDate):
        assert [reading.first.year % 100 for reading in result.readings] == [year, year]
    else:
        assert result is not None
        assert TODAY - timedelta(days=71 * 366) < result.first <= TODAY


def sound(typed: str) -> bool:
    """True when a text has a date that can be kept, nothing, or a reason with all its places filled."""
    result = outcome(typed)
    return bool(result.text % result.values()) if isinstance(result, BadDate) else _kept(result)


def _kept(result: PartialDate | None) -> bool:
    return result is None or result == parse(result.encode())


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_date_or_a_reason(typed: str) -> None:
    assert sound(typed)


PIECES = [
    "14", "12", "2017", "17", "31", "3", "декабря", "желтоқсан", "December", "-", "–", "..", "/", ".", "г.", "ж.",
    "с", "по", "до", "from", "to", "about", "~", "осень", "в", "10:30", "unknown",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=7), st.sampled_from(["", " "]))
def test_pieces_of_dates_in_any_order_are_a_date_or_a_reason(words: list[str], glue: str) -> None:
    assert sound(glue.join(words))
