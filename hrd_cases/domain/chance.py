"""Whether two counts differ by more than chance: an exact test, and how many times as many with its 95 % interval.

Given that both periods together have so many incidents, chance alone puts each of them into either with the same
probability (two equally long periods; a conditional test of two Poisson counts, Przyborowski and Wilenski 1940). The
interval is Clopper and Pearson's. Incidents that lead to one another are not independent: then it is too narrow.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, fsum, lgamma, log, log1p

LEVEL = 0.05


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two counts of equally long periods, the earlier first.

    `beyond_chance`: so large a difference comes about by chance in fewer than 5 of 100 cases. `by_chance` is the
    largest difference that does not; `times` between which multiples the later is of the earlier, None for no end.
    """

    before: int
    after: int
    beyond_chance: bool
    by_chance: int
    times: tuple[float, float | None]

    @property
    def too_few(self) -> bool:
        """True when not even all in one period would be more than chance."""
        return self.by_chance >= self.before + self.after


def compare(before: int, after: int) -> Comparison:
    """Compare two counts."""
    total = before + after
    by_chance = _by_chance(total)
    return Comparison(
        before=before,
        after=after,
        beyond_chance=abs(after - before) > by_chance,
        by_chance=by_chance,
        times=_times(after, total),
    )


def _times(part: int, total: int, odds: float = 1.0) -> tuple[float, float | None]:
    """Between which multiples a part is of the rest, at 95 %; `odds`: how many times as long the rest was counted."""
    low, high = _share(part, total)
    return odds * low / (1 - low) if low < 1 else 0.0, odds * high / (1 - high) if high < 1 else None


def _by_chance(total: int) -> int:
    """The largest difference of two counts, together `total`, that chance alone makes in 5 of 100 cases or more."""
    tail, larger = 0.0, total
    while larger >= total - larger:
        tail += 2 * _exactly(larger, total, 0.5)
        if tail >= LEVEL:
            return 2 * larger - total
        larger -= 1
    return 0


def _share(part: int, total: int) -> tuple[float, float]:
    """Between which probabilities the share lies, at 95 %."""
    low = 0.0 if part == 0 else _solve(lambda p: 1 - _at_most(part - 1, total, p), rising=True)
    high = 1.0 if part == total else _solve(lambda p: _at_most(part, total, p), rising=False)
    return low, high


def _at_most(part: int, total: int, chance: float) -> float:
    return min(1.0, fsum(_exactly(many, total, chance) for many in range(part + 1)))


def _exactly(many: int, total: int, chance: float) -> float:
    ways = lgamma(total + 1) - lgamma(many + 1) - lgamma(total - many + 1)
    return exp(ways + many * log(chance) + (total - many) * log1p(-chance))


def _solve(tail: Callable[[float], float], *, rising: bool) -> float:
    """Where a tail is half of the level, between 0 and 1."""
    low, high = 0.0, 1.0
    for _step in range(40):
        middle = (low + high) / 2
        if (tail(middle) < LEVEL / 2) == rising:
            low = middle
        else:
            high = middle
    return (low + high) / 2


@dataclass(frozen=True, kw_only=True)
class SideBySide:
    """Two counts of times or places, each with its days; `times`: between which multiples the second is of the first
    for equally many days, None for no end."""

    first: int
    second: int
    beyond_chance: bool
    too_few: bool  # not even all of them on one side would be more than chance
    times: tuple[float, float | None]


def side_by_side(first: int, second: int, days: tuple[int, int]) -> SideBySide:
    """Compare two counts that were made in so many days each.

    The same conditional test: chance alone puts each into either with a probability that its days give. Two-sided, by
    adding up all results that are no more probable than this one.
    """
    total, chance = first + second, days[1] / sum(days)
    return SideBySide(
        first=first,
        second=second,
        beyond_chance=_as_rare(second, total, chance) < LEVEL,
        too_few=min(_as_rare(0, total, chance), _as_rare(total, total, chance)) >= LEVEL,
        times=_times(second, total, odds=days[0] / days[1]),
    )


def _as_rare(part: int, total: int, chance: float) -> float:
    """How probable a result is that is no more probable than this one."""
    limit = _exactly(part, total, chance) * (1 + 1e-9)
    every = (_exactly(many, total, chance) for many in range(total + 1))
    return fsum(probability for probability in every if probability <= limit)
