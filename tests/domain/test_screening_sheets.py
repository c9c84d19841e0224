"""A pasted table of results is read as spreadsheets of three languages write it, and each wrong cell is named."""

import pytest

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.screening import IN_PART, NO, NOT_FOUND, YES, Indicator
from hrd_cases.domain.screening_sheets import LINK, PastedRow, read_table, result_of

ASKS = (Indicator(code="A.1", words="Commitment"), Indicator(code="B.2", words="Diligence"))
ROW = PastedRow(number=2, name="Pit 1", results={"A.1": YES, "B.2": NO})


@pytest.mark.parametrize(
    ("text", "result"),
    [
        *((text, YES) for text in ("yes", "Да", "ИӘ", "ия", "YES ")),
        *((text, IN_PART) for text in ("partly", "Частично", "ішінара", "Отчасти", "partial")),
        *((text, NO) for text in ("no", "нет", "Жоқ", "жок")),
        *((text, NOT_FOUND) for text in ("not found", "Не найдено", "табылмады", "не найдена")),
        *((text, "") for text in ("perhaps", "1", "0.5", "-", "да/нет")),
    ],
)
def test_results_are_read_in_words_of_three_languages(text: str, result: str) -> None:
    assert result_of(text) == result


@pytest.mark.parametrize(
    "text",
    [
        "Company\tA.1\tB.2\nPit 1\tyes\tno",
        "Компания;A.1 Commitment;b.2\nPit 1;да;нет",
        "Company\tB.2\tA.1\nPit 1\tno\tyes",
        "\tCommitment\tDiligence\nPit  1\tyes\tno",
    ],
)
def test_columns_are_known_by_the_codes_or_words_of_their_indicators(text: str) -> None:
    table = read_table(text, ASKS)
    assert (table.rows, table.errors) == ((ROW,), ())


def test_without_headings_the_columns_are_the_indicators_in_their_order() -> None:
    table = read_table("Pit 1;yes;no\nPit 2", ASKS)
    assert [(row.name, row.results) for row in table.rows] == [("Pit 1", {"A.1": YES, "B.2": NO}), ("Pit 2", {})]
    assert not table.errors


def test_a_list_of_names_is_a_table_too() -> None:
    table = read_table("Pit 1, branch\nPit 2, branch\n", ASKS)
    assert [row.name for row in table.rows] == ["Pit 1, branch", "Pit 2, branch"]


def test_a_column_of_links_holds_for_every_result_of_its_row() -> None:
    table = read_table("Company;Сайт;A.1\nPit 1;https://pit.example;yes", ASKS)
    assert table.columns == (LINK, "A.1")
    assert table.rows[0].link == "https://pit.example"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Company;A.1;C.3\nPit 1;yes;no", [(1, 2)]),
        ("Company;A.1;A.1\nPit 1;yes;no", [(1, 2)]),
        ("Pit 1;yes;no;yes", [(1, 3)]),
        ("Company;A.1\nPit 1;perhaps\n;yes", [(2, 1), (3, 0)]),
        ("Company;Link;A.1\nPit 1;pit.example;yes", [(2, 1)]),
        ("x" * 201 + ";yes", [(1, 0)]),
        ("Company\tA.1\n\n\nPit 1\tperhaps", [(4, 1)]),
    ],
)
def test_what_is_wrong_is_named_with_its_row_and_column(text: str, places: list[tuple[int, int]]) -> None:
    assert [(item.row, item.column) for item in read_table(text, ASKS).errors] == places


@pytest.mark.parametrize("text", ["", " \n\t\n", "x;" * 200_001])
def test_what_is_no_table_is_refused_at_its_field(text: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        read_table(text, ASKS)
    assert broken.value.place == "table"
