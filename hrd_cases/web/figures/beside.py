"""Two times or places side by side: their figures, and one sentence on whether the difference is more than chance."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from hrd_cases.domain import counting
from hrd_cases.domain.chance import SideBySide
from hrd_cases.domain.counted import Amount, part_of
from hrd_cases.domain.words import N_
from hrd_cases.services.figures.trends import TrendAnswer, codes_of
from hrd_cases.web.figures.figure_words import amount_words, code_words, period_words
from hrd_cases.web.pages import filters
from hrd_cases.web.pages.layout import _

METHOD = N_(
    "Incidents, for equally many days that are over. If chance alone put each of them on either side, so large a "
    "difference would come about in fewer than 5 times in 100 (exact conditional test of two Poisson counts, "
    "two-sided; the interval is Clopper and Pearson's, for 95 in 100). Incidents that led to one another are not "
    "independent. How many people live or work in a place is not taken into account, and where more is recorded more "
    "need not happen."
)


NO_PERCENT = N_("no percentage: the first is none, or not one number")
BesideRow = tuple[str, str, str, str]
Pair = tuple[Amount, Amount]


@dataclass(frozen=True, kw_only=True)
class BesideWords:
    """What stands side by side: two names, rows of (what, first, second, change), a sentence, how it was tested."""

    names: tuple[str, str]
    rows: Sequence[BesideRow]
    sentence: str
    method: str


def beside_words(first: TrendAnswer) -> BesideWords | None:
    """The figures of both in words; None where nothing stands beside."""
    if first.beside is None:
        return None
    second = first.beside.answer
    unit = _(counting.UNITS[first.selection.question.unit])
    names = (_name(first), _name(second))
    return BesideWords(
        names=names,
        rows=[_row(unit, (first.total, second.total)), *_groups(first, second)],
        sentence=_sentence(first.beside.compared, names),
        method=_(METHOD),
    )


def _name(answer: TrendAnswer) -> str:
    """Place and time of a question."""
    question = answer.selection.question
    region = codes_of(question.only).get(counting.REGION, "")
    place = code_words(counting.REGION, region) if region else _(N_("All places"))
    return f"{place}, {period_words(question.since)} – {period_words(question.until)}"


def _row(words: str, amounts: Pair, whole: Pair | None = None) -> BesideRow:
    """A figure of both and how it changed: in percent, and of a part in points of its share."""
    first, second = amounts
    return words, amount_words(first), amount_words(second), "; ".join(_changes(amounts, whole))


def _changes(amounts: Pair, whole: Pair | None) -> Iterator[str]:
    first, second = amounts
    part = part_of(second, first)
    yield _(N_("%(change)s percent")) % {"change": _signed(part - 100)} if part is not None else _(NO_PERCENT)
    shares = [part_of(*pair) for pair in zip(amounts, whole or (), strict=False)]
    if len(shares) == 2 and shares[0] is not None and shares[1] is not None:
        values = {
            "before": filters.number(_rounded(shares[0])),
            "after": filters.number(_rounded(shares[1])),
            "points": _signed(shares[1] - shares[0]),
        }
        yield _(N_("share: %(before)s, then %(after)s percent (%(points)s points)")) % values


def _signed(value: Fraction) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{filters.number(_rounded(abs(value)))}"


def _rounded(value: Fraction) -> float:
    """To one digit, half up, as all percentages of ours."""
    return math.floor(10 * value + Fraction(1, 2)) / 10


def _groups(first: TrendAnswer, second: TrendAnswer) -> list[BesideRow]:
    """The groups of kinds that either has, the largest of the first before the others."""
    one, other = _by_group(first), _by_group(second)
    return [
        _row(
            f"– {code_words(counting.GROUP, code)}",
            (one.get(code, Amount()), other.get(code, Amount())),
            (first.total, second.total),
        )
        for code in {**one, **other}
    ]


def _by_group(answer: TrendAnswer) -> dict[str, Amount]:
    return {row.code: row.amount for row in answer.spread.get(counting.GROUP, ())}


def _sentence(compared: SideBySide | None, names: tuple[str, str]) -> str:
    if compared is None:
        return _(N_("Both share days or incidents, so nothing can be said of a difference."))
    low, high = compared.times
    values: dict[str, object] = {
        "first": names[0],
        "second": names[1],
        "one": filters.number(compared.first),
        "other": filters.number(compared.second),
        "low": filters.number(round(low, 1)),
        "high": filters.number(round(high or 0, 1)),
    }
    if compared.too_few:
        words = N_("%(first)s: %(one)s incidents; %(second)s: %(other)s. Too few to say whether they differ.")
    elif not compared.beyond_chance:
        words = N_(
            "%(first)s: %(one)s incidents; %(second)s: %(other)s. It cannot be said that they differ: so large a "
            "difference comes about by chance."
        )
    elif high is None:
        words = N_(
            "%(first)s: %(one)s incidents; %(second)s: %(other)s. This is more than chance: in equally many days the "
            "second has at least %(low)s times as many."
        )
    else:
        words = N_(
            "%(first)s: %(one)s incidents; %(second)s: %(other)s. This is more than chance: in equally many days the "
            "second has between %(low)s and %(high)s times as many."
        )
    return _(words) % values
