"""'5 л. 24; 8': references to exhibits as lawyers type them, in three languages, and back."""

import pytest

from hrd_cases.domain.exhibit_references import (
    BadReference,
    ExhibitReference,
    cited,
    read_references,
    written_references,
)
from hrd_cases.domain.paper_matter import (
    ExhibitPlan,
    FactPlan,
    MatterPlan,
    every_exhibit,
    in_places,
    moved,
    numbering,
    with_keys,
)
from hrd_cases.domain.papers import Cited

LABELS = {str(number): f"x{number}" for number in range(1, 41)}


def short(typed: str, labels: dict[str, str] = LABELS) -> list[tuple[str, tuple[int, ...]]]:
    return [(each.exhibit, each.pages) for each in read_references(typed, labels)]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("5 л. 24; 8", [("x5", (24,)), ("x8", ())]),
        ("5 p. 24; 8", [("x5", (24,)), ("x8", ())]),
        ("5 б. 24", [("x5", (24,))]),
        ("5л24", [("x5", (24,))]),
        ("5, 8", [("x5", ()), ("x8", ())]),
        ("прил. 5, стр. 24", [("x5", (24,))]),
        ("Приложение № 5, лист 24; № 8", [("x5", (24,)), ("x8", ())]),
        ("5 л. 24-26, л. 30; 8", [("x5", (24, 25, 26, 30)), ("x8", ())]),
        ("5 л. 24 и 26", [("x5", (24, 26))]),
        ("5 л. 24, 8 л. 2", [("x5", (24,)), ("x8", (2,))]),
        ("exh. 5, p. 24", [("x5", (24,))]),
        ("٥", [("x5", ())]),
        ("8; 8;", [("x8", ())]),
        ("  ", []),
    ],
)
def test_references_are_read_as_people_write_them(typed: str, meant: list[tuple[str, tuple[int, ...]]]) -> None:
    assert short(typed) == meant


def test_late_exhibits_are_read_by_their_own_numbers() -> None:
    labels = {"12": "x", "12.1": "late", "G.1": "g", "A.7.1": "a"}
    assert short("12.1 л. 3; 12, л.2; G.1; A.7.1 p. 2", labels) == [
        ("late", (3,)), ("x", (2,)), ("g", ()), ("a", (2,)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("41", "There is no exhibit 41"),
        ("41 л. 2", "There is no exhibit 41"),
        ("0", "There is no exhibit 0"),
        ("5 л. 24, 26", "Is 26 a page or an exhibit"),
        ("5 л. 24, 25-26", "Is 25-26 a page or an exhibit"),
        ("5 24", "We cannot read “5 24”"),
        ("5-8", "We cannot read “5-8”"),
        ("иск", "We cannot read “иск”"),
        ("л. 24", "Write the exhibit before its page"),
        ("5 л.", "pages of exhibit 5"),
        ("5 л. 26-24", "backwards"),
        ("5 л. 1-21", "At most 20 pages"),
    ],
)
def test_what_has_not_one_meaning_is_refused_with_the_reason(typed: str, why: str) -> None:
    with pytest.raises(BadReference) as refused:
        read_references(typed, LABELS)
    assert why in refused.value.text % refused.value.values


@pytest.mark.parametrize("typed", ["5 л. 24; 8", "5 л. 24-26, л. 30", "8; 5 л. 1, л. 3; 9"])
def test_what_is_written_back_is_read_as_the_same(typed: str) -> None:
    references = read_references(typed, LABELS)
    ids = {exhibit: label for label, exhibit in LABELS.items()}
    assert written_references(references, ids, "л.") == typed
    for word in ("p.", "б."):
        assert read_references(written_references(references, ids, word), LABELS) == references


def test_labels_of_other_papers_are_read_too() -> None:
    annexes = {f"A.{number}": f"a{number}" for number in range(1, 4)}
    assert short("A.2 p. 3; А.3", annexes) == [("a2", (3,)), ("a3", ())]
    letters = {letter: letter for letter in "ABCLPS"}
    assert short("P p. 3; L, p. 2; p", letters) == [("P", (3,)), ("L", (2,)), ("P", ())]


def test_each_page_is_printed_and_what_is_gone_is_not() -> None:
    references = (ExhibitReference(exhibit="x", pages=(2, 5)), ExhibitReference(exhibit="y"))
    assert list(cited(references, {"x", "y"})) == [
        Cited(exhibit="x", page=2), Cited(exhibit="x", page=5), Cited(exhibit="y")
    ]  # fmt: skip
    assert list(cited(references, {"y"})) == [Cited(exhibit="y")]


def test_an_exhibit_moves_to_its_new_number_and_the_others_close_up() -> None:
    order = ("a", "b", "c", "d")
    assert moved(order, {"d": 2}) == ("a", "d", "b", "c")
    assert moved(order, {"a": 9}) == ("b", "c", "d", "a")
    assert moved(order, {"a": 2, "d": 1}) == ("d", "a", "b", "c")
    plans = every_exhibit_of("a", "b")
    assert [(plan.evidence, plan.order) for plan in in_places(plans, ("b", "a"))] == [("b", 1), ("a", 2)]


def test_exhibits_of_the_paper_are_numbered_first_and_later_ones_join_the_list() -> None:
    plans = every_exhibit_of("a", "b", "c")
    assert numbering(("c",), plans) == ("c", "a", "b")


def every_exhibit_of(*names: str) -> tuple[ExhibitPlan, ...]:
    return tuple(ExhibitPlan(evidence=name, order=at) for at, name in enumerate(names, start=1))


def test_every_fact_has_a_key_of_its_own_for_good() -> None:
    facts = (FactPlan(key=2), FactPlan(), FactPlan(key=2), FactPlan())
    assert [fact.key for fact in with_keys(facts)] == [2, 3, 4, 5]


def test_an_exhibit_that_came_later_is_listed_and_not_in_the_paper() -> None:
    matter = MatterPlan(exhibits=(ExhibitPlan(use=True, evidence="a"), ExhibitPlan(use=True, evidence="gone")))
    assert [(plan.evidence, plan.use) for plan in every_exhibit(matter, ("a", "new"))] == [("a", True), ("new", False)]
