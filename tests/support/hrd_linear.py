"""What linear equations say of numbers that are not negative: the least and the largest that each can be, exactly.

The simplex method on fractions, by Bland's rule, which never goes round in circles (Bland 1977, "New finite pivoting
rules for the simplex method"). For some dozens of numbers.
"""

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction

Equation = tuple[Mapping[Hashable, int], int]  # factors by number, and what they come to together


class Contradiction(ValueError):
    """No numbers fulfil these equations."""


class Linear:
    """Numbers of which `equations` hold and each of which is at least what `least` says."""

    def __init__(self, equations: Sequence[Equation], least: Mapping[Hashable, int]) -> None:
        self._places = {name: place for place, name in enumerate(least)}
        self._least = least
        self._rows = [self._row(factors, result) for factors, result in equations]
        self._basis: list[int] = []
        self._begin()

    def smallest(self, name: Hashable) -> Fraction:
        """The least that a number can be."""
        value = self._most([-int(place == self._places[name]) for place in range(len(self._places))])
        return self._least[name] - (value or 0)

    def largest(self, name: Hashable) -> Fraction | None:
        """The largest that it can be; None where nothing bounds it."""
        value = self._most([int(place == self._places[name]) for place in range(len(self._places))])
        return None if value is None else self._least[name] + value

    def _row(self, factors: Mapping[Hashable, int], result: int) -> list[Fraction]:
        row = [Fraction(0)] * len(self._places)
        for name, factor in factors.items():
            row[self._places[name]] += factor
            result -= factor * self._least[name]
        sign = -1 if result < 0 else 1
        return [sign * number for number in (*row, Fraction(result))]

    def _begin(self) -> None:
        """Find numbers that fulfil all equations, by a helper in each that must become nothing."""
        count, numbers = len(self._rows), len(self._places)
        for at, row in enumerate(self._rows):
            row[numbers:numbers] = [Fraction(int(at == place)) for place in range(count)]
        self._basis = list(range(numbers, numbers + count))
        if self._most([0] * numbers + [-1] * count):
            raise Contradiction
        for at in reversed(range(count)):
            if self._basis[at] >= numbers:
                columns = (place for place in range(numbers) if self._rows[at][place])
                column = next(columns, None)
                if column is None:  # it follows from the others
                    del self._rows[at], self._basis[at]
                else:
                    self._exchange(at, column)
        self._rows = [[*row[:numbers], row[-1]] for row in self._rows]

    def _most(self, gains: Sequence[int]) -> Fraction | None:
        """The most that a sum can come to, from the numbers that fulfil the equations now."""
        while True:
            entering = next((place for place in range(len(gains)) if self._gain(gains, place) > 0), None)
            if entering is None:
                return sum((gains[of] * row[-1] for of, row in zip(self._basis, self._rows, strict=True)), Fraction(0))
            rising = [at for at, row in enumerate(self._rows) if row[entering] > 0]
            if not rising:
                return None
            first = min(rising, key=lambda at: (self._rows[at][-1] / self._rows[at][entering], self._basis[at]))
            self._exchange(first, entering)

    def _gain(self, gains: Sequence[int], place: int) -> Fraction:
        spent = sum((gains[of] * row[place] for of, row in zip(self._basis, self._rows, strict=True)), Fraction(0))
        return gains[place] - spent

    def _exchange(self, at: int, column: int) -> None:
        factor = self._rows[at][column]
        own = self._rows[at] = [number / factor for number in self._rows[at]]
        for other, row in enumerate(self._rows):
            if other != at and row[column]:
                times = row[column]
                self._rows[other] = [number - times * part for number, part in zip(row, own, strict=True)]
        self._basis[at] = column
