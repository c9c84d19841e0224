"""What an edition of a screening asks, and what its results come to: read as people paste it, counted, never scored."""

from datetime import date

import pytest

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.screening import (
    IN_PART,
    MOST_CODE,
    MOST_INDICATORS,
    NO,
    NOT_FOUND,
    YES,
    Assessment,
    Indicator,
    IndicatorResult,
    check_result,
    counted,
    dated,
    keep_codes,
    read_indicators,
    results_in,
    shortened,
    written_indicators,
)

DAY = date(2026, 11, 22)
ASKS = (Indicator(code="A.1.1", words="Commitment"), Indicator(code="B", words="Diligence", official="The company has"))


@pytest.mark.parametrize(
    "text",
    [
        "A.1.1\tCommitment\nB\tDiligence\tThe company has",
        "A.1.1;Commitment\n\n B ; Diligence ;  The  company has ",
        "\r\nA.1.1\tCommitment\r\nB\tDiligence\tThe company has\r\n",
    ],
)
def test_indicators_are_read_as_a_spreadsheet_copies_them_and_as_people_type_them(text: str) -> None:
    assert read_indicators(text) == ASKS


def test_a_semicolon_within_a_pasted_cell_parts_nothing() -> None:
    (indicator,) = read_indicators("A\tThe policy; its public text")
    assert indicator.words == "The policy; its public text"


def test_indicators_written_out_are_read_back_the_same() -> None:
    assert read_indicators(written_indicators(ASKS)) == ASKS


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("A;one\nB", 2),
        ("A;one\n;two", 2),
        ("A;one\n\na;two", 3),
        ("x" * (MOST_CODE + 1) + ";one", 1),
        ("A;" + "x" * 501, 1),
        ("A;one;" + "x" * 2001, 1),
    ],
)
def test_what_is_wrong_with_an_indicator_names_its_line(text: str, line: int) -> None:
    with pytest.raises(RuleBroken) as broken:
        read_indicators(text)
    assert (broken.value.place, broken.value.values["line"]) == ("lines", line)


@pytest.mark.parametrize("text", ["", " \n ", "\n".join(f"A{number};x" for number in range(MOST_INDICATORS + 1))])
def test_no_indicator_and_too_many_are_refused(text: str) -> None:
    with pytest.raises(RuleBroken):
        read_indicators(text)


def test_a_code_that_results_name_stays() -> None:
    keep_codes(ASKS, {"B"})
    with pytest.raises(RuleBroken) as broken:
        keep_codes(ASKS[:1], {"B"})
    assert broken.value.values == {"code": "B"}


def test_results_are_counted_and_those_that_are_missing_too() -> None:
    results = tuple(IndicatorResult(indicator=code, result=result) for code, result in [("A.1.1", YES), ("B", "")])
    short = shortened(results)
    counts = counted(results_in(Assessment(short=short)), ASKS)
    assert counts.by_result == {YES: 1, IN_PART: 0, NO: 0, NOT_FOUND: 0}
    assert (counts.open, counts.filled) == (1, 1)


def test_results_of_indicators_that_the_edition_does_not_have_count_nothing() -> None:
    counts = counted({"gone": YES}, ASKS)
    assert (counts.open, counts.filled) == (2, 0)


def test_a_short_form_that_holds_something_odd_shows_nothing() -> None:
    assert results_in(Assessment(short="A\tperhaps\nB")) == {}


@pytest.mark.parametrize(
    ("result", "part"),
    [
        (IndicatorResult(indicator="A", result=YES, link="mine.example", captured=DAY), "link"),
        (IndicatorResult(indicator="A", result=YES, link="javascript:x", captured=DAY), "link"),
        (IndicatorResult(indicator="A", link="https://mine.example"), "result"),
        (IndicatorResult(indicator="A", evidence="The policy says"), "result"),
        (IndicatorResult(indicator="A", result=NO), "captured"),
    ],
)
def test_a_result_that_nobody_could_follow_is_refused_at_its_control(result: IndicatorResult, part: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        check_result(result, 3, None)
    assert broken.value.place == f"results-3-{part}"


def test_one_day_for_the_whole_page_dates_results_without_a_day_of_their_own() -> None:
    own = IndicatorResult(indicator="A", result=NO, captured=date(2026, 1, 2))
    bare = IndicatorResult(indicator="A", result=NO)
    check_result(bare, 0, DAY)
    assert dated(bare, DAY).captured == DAY
    assert dated(own, DAY).captured == date(2026, 1, 2)
    assert dated(IndicatorResult(indicator="A"), DAY).captured is None


@pytest.mark.parametrize(
    ("result", "shown"),
    [
        (IndicatorResult(result=YES, link="https://mine.example"), True),
        (IndicatorResult(result=NOT_FOUND, evidence="Searched the site"), True),
        (IndicatorResult(result=YES), False),
    ],
)
def test_a_result_without_link_and_text_is_shown_by_nothing(result: IndicatorResult, shown: bool) -> None:
    assert result.shown is shown
