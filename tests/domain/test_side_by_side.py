"""Two counts side by side: the exact test against published values and against counting by hand."""

from fractions import Fraction
from math import comb

import pytest

from hrd_cases.domain.chance import compare, side_by_side


def test_the_published_example_of_two_rates_gives_the_published_interval() -> None:
    """Breast cancer after fluoroscopy, 11 in 800 and 21 in 3011 (the example of poisson.test in R: 0.858 to 4.277)."""
    compared = side_by_side(21, 11, (3011, 800))
    assert compared.times == pytest.approx((0.8584264, 4.2772659), rel=1e-6)
    assert not compared.beyond_chance, "p = 0.07967 there"


def by_hand(part: int, total: int, chance: Fraction) -> Fraction:
    every = [comb(total, many) * chance**many * (1 - chance) ** (total - many) for many in range(total + 1)]
    return sum((probability for probability in every if probability <= every[part]), Fraction(0))


@pytest.mark.parametrize("days", [(365, 365), (365, 730), (365, 90), (1, 1000)])
def test_it_agrees_with_counting_by_hand(days: tuple[int, int]) -> None:
    chance = Fraction(days[1], sum(days))
    for total in range(1, 25):
        for second in range(total + 1):
            compared = side_by_side(total - second, second, days)
            assert compared.beyond_chance == (by_hand(second, total, chance) < Fraction(1, 20)), (total, second)
            ends = min(by_hand(0, total, chance), by_hand(total, total, chance))
            assert compared.too_few == (ends >= Fraction(1, 20))


@pytest.mark.parametrize(("first", "second"), [(9, 14), (12, 40), (2, 3), (0, 9)])
def test_for_equally_many_days_it_says_what_the_comparison_of_two_years_says(first: int, second: int) -> None:
    compared, years = side_by_side(first, second, (365, 365)), compare(first, second)
    assert (compared.beyond_chance, compared.too_few) == (years.beyond_chance, years.too_few)
    assert compared.times == pytest.approx(years.times)


def test_nothing_on_either_side_is_too_little() -> None:
    assert side_by_side(0, 0, (365, 30)).too_few
