"""Published figures: whatever public files are put together, no small count follows from them."""

import random
from dataclasses import replace
from itertools import product

import pytest
from hrd_attacks import QUESTION, TODAY, Attack, LinearAttack, facts, published
from hrd_linear import Contradiction, Linear

from hrd_cases.domain import counting, publishing
from hrd_cases.domain.consents import YES
from hrd_cases.domain.counted import Event
from hrd_cases.domain.dates import parse
from hrd_cases.domain.editions import CutRefused
from hrd_cases.domain.publishing import hidden_in_line, public_table, publish


@pytest.mark.parametrize("seed", range(1000, 1025))
def test_no_small_count_follows_from_public_files_by_linear_programming(seed: int) -> None:
    assert LinearAttack(published(seed, remember=True)).found() == []


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2000, 2500))
def test_no_small_count_follows_from_public_files_in_many_attacks(seed: int) -> None:
    assert LinearAttack(published(seed, remember=True)).found() == []


def test_linear_programming_finds_a_cell_that_was_hidden_alone() -> None:
    total, large, small = ("*", "2024", "*"), ("group", "2024", "arrest"), ("group", "2024", "fine")
    attack = Attack(known={total: 20, large: 17}, hidden={small: 1}, sums=[(total, [large, small])])
    assert LinearAttack(attack).bounds() == {small: (3, 3)}
    assert LinearAttack(attack).found() == attack.found() == [small]


def test_linear_programming_finds_what_follows_only_from_several_lines_at_once() -> None:
    cells = [("group", "2024", kind) for kind in ("arrest", "fine", "threat")]
    totals = [("*", "2024", code) for code in "abc"]
    pairs = [[cells[0], cells[1]], [cells[1], cells[2]], [cells[0], cells[2]]]
    attack = Attack(
        known=dict.fromkeys(totals, 6), hidden=dict.fromkeys(cells, 1), sums=list(zip(totals, pairs, strict=True))
    )
    assert attack.found() == [], "one line at a time says nothing"
    assert sorted(LinearAttack(attack).found()) == sorted(cells)
    assert set(LinearAttack(attack).bounds().values()) == {(3, 3)}


@pytest.mark.parametrize("seed", range(20))
def test_linear_programming_says_no_less_than_trying_all_numbers_allows(seed: int) -> None:
    chance = random.Random(seed)
    names, hidden = "xyz", [chance.randint(0, 6) for _ in range(3)]
    factors = [{name: chance.randint(0, 2) for name in names} for _ in range(2)]
    factors.append(dict.fromkeys(names, 1))
    results = [sum(row[name] * number for name, number in zip(names, hidden, strict=True)) for row in factors]
    linear = Linear(list(zip(factors, results, strict=True)), dict.fromkeys(names, 0))
    every = [
        numbers
        for numbers in product(range(19), repeat=3)
        if all(
            sum(row[name] * number for name, number in zip(names, numbers, strict=True)) == result
            for row, result in zip(factors, results, strict=True)
        )
    ]
    assert tuple(hidden) in every
    for place, name in enumerate(names):
        largest = linear.largest(name)
        assert largest is not None
        assert linear.smallest(name) <= min(numbers[place] for numbers in every)
        assert max(numbers[place] for numbers in every) <= largest <= results[-1]


def test_equations_that_no_numbers_fulfil_are_told() -> None:
    with pytest.raises(Contradiction):
        Linear([({"x": 1, "y": 1}, 3), ({"x": 1, "y": 1}, 4)], {"x": 0, "y": 0})
    assert Linear([({"x": 1, "y": -1}, 0)], {"x": 0, "y": 2}).largest("x") is None


@pytest.mark.parametrize("block", range(8))
def test_no_small_count_follows_from_public_files_put_together(block: int) -> None:
    attacks = [published(seed, remember=True) for seed in range(block * 50, block * 50 + 50)]
    assert [attack.found() for attack in attacks if attack.found()] == []
    assert sum(len(attack.hidden) for attack in attacks) > 20, "there is something to attack"


def test_the_attack_finds_what_files_give_away_that_forget_what_left_before() -> None:
    attacks = [published(seed, remember=False) for seed in range(100)]
    assert sum(bool(attack.found()) for attack in attacks) > 3


@pytest.mark.parametrize(
    ("cells", "hidden"),
    [
        ({"a": 7, "b": 9}, set()),
        ({"a": 3, "b": 9, "c": 8}, {"a", "c"}),
        ({"a": 3, "b": 9, "": 6}, {"a", "b"}),
        ({"a": 1, "b": 1, "c": 30}, {"a", "b", "c"}),
        ({"a": 4, "b": 4, "c": 30}, {"a", "b"}),
        ({"a": 2, "b": 2}, None),
        ({"a": 3, "": 20}, None),
    ],
)
def test_a_small_count_is_hidden_among_others_that_may_be_large(cells: dict[str, int], hidden: set[str] | None) -> None:
    assert hidden_in_line(cells, sum(cells.values())) == hidden


@pytest.mark.parametrize(
    ("cells", "total", "hidden"),
    [
        ({"a": 12, "b": 7}, 12, set()),
        ({"a": 10, "b": 9, "c": 8}, 12, {"a", "b", "c"}),
        ({"a": 18, "b": 8, "c": 6}, 30, {"b", "c"}),
        ({"a": 10, "b": 9, "c": 7}, 16, set()),
        ({"a": 8, "": 9}, 12, None),
    ],
)
def test_what_is_left_of_a_total_is_small_as_well_and_so_is_what_few_incidents_have_besides(
    cells: dict[str, int], total: int, hidden: set[str] | None
) -> None:
    assert hidden_in_line(cells, total) == hidden


def many(month: str, count: int, kind: str = "arrest", region: str = "KZ-35") -> list[Event]:
    return [
        Event(id=f"{month}{kind}{region}{number}", when=parse(month), region=region, kinds=(kind,), consent=YES)
        for number in range(count)
    ]


def test_each_cut_has_the_finest_periods_at_which_it_can_be_read() -> None:
    quarters = [*many("2024-02", 9), *many("2024-03", 3), *many("2024-05", 8)]
    year = publish(facts(quarters), "2024")
    assert list(year.cuts[counting.GROUP].lines) == ["2024-Q1", "2024-Q2"]
    mixed = [*quarters, *many("2024-02", 4, region="KZ-75"), *many("2024-05", 3, region="KZ-75")]
    assert list(publish(facts(mixed), "2024").cuts[counting.REGION].lines) == ["2024"]
    assert publish(facts(many("2024", 9)), "2024").cuts[counting.GROUP].lines.keys() == {"2024"}


def test_of_a_year_with_few_incidents_nothing_is_published() -> None:
    year = publish(facts(many("2024-02", 4)), "2024")
    assert (year.total, year.cuts) == (None, {})


@pytest.mark.parametrize(
    ("more", "by", "place"),
    [
        ({"unit": counting.PERSONS}, counting.GROUP, "unit"),
        ({"only": {counting.REGION: ("KZ-35",)}}, counting.GROUP, counting.REGION),
        ({"grievances": True}, counting.GROUP, "grievances"),
        ({}, counting.KIND, "by"),
        ({}, counting.COMPANY_ROLE, "by"),
    ],
)
def test_what_could_be_subtracted_is_refused_at_its_field(more: dict[str, object], by: str, place: str) -> None:
    with pytest.raises(CutRefused) as refused:
        publishing.refuse_question(replace(QUESTION, **more), by)
    assert refused.value.place == place


def test_only_whole_years_that_are_over_are_published() -> None:
    assert publishing.years_of(replace(QUESTION, since="2023-02", until="2026-11"), TODAY) == ["2024", "2025"]
    with pytest.raises(CutRefused):
        publishing.years_of(replace(QUESTION, since="2026-01", until="2026-11"), TODAY)


def test_where_too_little_can_be_read_nothing_is_published() -> None:
    spread = [*many("2024-02", 4), *many("2024-02", 4, region="KZ-75"), *many("2024-02", 4, region="KZ-71")]
    with pytest.raises(CutRefused):
        public_table([publish(facts(spread), "2024")], QUESTION, counting.REGION)
