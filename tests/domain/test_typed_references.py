"""References to exhibits in running text: found as lawyers write them, renumbered, and wrong ones told."""

import pytest

from hrd_cases.domain.typed_references import references_in, renumbered

LABELS = {str(number): f"x{number}" for number in range(1, 13)}


def short(text: str, labels: dict[str, str] = LABELS) -> list[tuple[str, str, list[tuple[int, int]]]]:
    return [(text[each.start : each.end], each.exhibit, list(each.pages)) for each in references_in(text, labels)]


def why(text: str, labels: dict[str, str] = LABELS) -> list[str]:
    problems = [each.problem for each in references_in(text, labels)]
    return [problem.text % problem.values for problem in problems if problem]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Бригада пришла (прил. 5, л. 24).", [("прил. 5, л. 24", "x5", [(24, 24)])]),
        ("(қосымша 5, 24-парақ)", [("қосымша 5, 24-парақ", "x5", [(24, 24)])]),
        ("5-қосымша, 24-26-парақтар.", [("5-қосымша, 24-26-парақтар", "x5", [(24, 26)])]),
        ("see exhibit 5, p. 24", [("exhibit 5, p. 24", "x5", [(24, 24)])]),
        ("в приложении № 5, листе 2, видно", [("приложении № 5, листе 2", "x5", [(2, 2)])]),
        ("прил.\u00a05, л.\u00a061", [("прил.\u00a05, л.\u00a061", "x5", [(61, 61)])]),
        ("прил. 5,\r\nстр. 1–40", [("прил. 5,\r\nстр. 1–40", "x5", [(1, 40)])]),
        ("прил. 5, л. 2 и л. 7", [("прил. 5, л. 2 и л. 7", "x5", [(2, 2), (7, 7)])]),
        (
            "(прил. 5, л. 24; 8; 9 л. 3)",
            [("прил. 5, л. 24", "x5", [(24, 24)]), ("8", "x8", []), ("9 л. 3", "x9", [(3, 3)])],
        ),
        ("Это видно (приложение 3).", [("приложение 3", "x3", [])]),
        ("прил. 5, л. 24, 26 мая 2024 г.", [("прил. 5, л. 24", "x5", [(24, 24)])]),
        ("прил. 5, л. 24, 12.05.2024", [("прил. 5, л. 24", "x5", [(24, 24)])]),
        ("приложение 3 к договору и приложение 7 Постановления", []),
        ("прил. 3 к договору", []),
        ("приложение к письму, 5 человек; 8 листов", []),
    ],
)
def test_references_are_found_in_running_text(text: str, meant: list[tuple[str, str, list[tuple[int, int]]]]) -> None:
    assert short(text) == meant
    assert why(text) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("(прил. 15, л. 2)", "There is no exhibit 15 here."),
        ("прил. 5, л. 30-24", "The pages run backwards"),
        ("прил. 5, л. 24, 26.", "Is 26 a page or an exhibit?"),
        ("прил. 5, л. 24 и 26 показывают", "Is 26 a page or an exhibit?"),
    ],
)
def test_a_reference_without_exactly_one_meaning_has_a_reason(text: str, reason: str) -> None:
    (problem,) = why(text)
    assert problem.startswith(reason)


def test_late_exhibits_are_found_by_their_own_numbers() -> None:
    text = "(прил. 12.1, л. 3; 12.2) и прил. 12.1."
    late = {"12.1": "a", "12.2": "b"}
    assert short(text, late) == [("прил. 12.1, л. 3", "a", [(3, 3)]), ("12.2", "b", []), ("прил. 12.1", "a", [])]
    assert short("Exhibit G.1, p. 2", {"G": "x", "G.1": "g"}) == [("Exhibit G.1, p. 2", "g", [(2, 2)])]


def test_letters_are_labels_only_where_exhibits_have_letters() -> None:
    assert short("Exhibit B, p. 3; see Exhibit is") == []
    assert short("Exhibit B, p. 3", {"A": "a", "B": "b"}) == [("Exhibit B, p. 3", "b", [(3, 3)])]
    assert why("(exh. C, p. 1)", {"A": "a"}) == ["There is no exhibit C here."]
    assert short("annex A.2, p. 3", {"A.1": "a", "A.2": "b"}) == [("annex A.2, p. 3", "b", [(3, 3)])]


def test_a_text_follows_the_numbers_of_its_exhibits_and_nothing_else_changes() -> None:
    moved = {f"x{number}": str(number + 1) for number in range(1, 13)}
    text = "(прил. 5, л. 24; 8), 2-қосымша, 3-парақ; приложение 3 к договору, прил. 40, л. 1"
    after = "(прил. 6, л. 24; 9), 3-қосымша, 3-парақ; приложение 3 к договору, прил. 40, л. 1"
    assert renumbered(text, LABELS, moved) == after
    swapped = {**{item: label for label, item in LABELS.items()}, "x1": "2", "x2": "1"}
    assert renumbered("прил. 1, л. 1; прил. 2, л. 2", LABELS, swapped) == "прил. 2, л. 1; прил. 1, л. 2"
