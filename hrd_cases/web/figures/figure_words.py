"""Figures in words: amounts as ranges, periods, codes of dimensions, and rows with their bars."""

from collections.abc import Callable, Sequence
from datetime import date

from flask import g

from hrd_cases.domain import counting
from hrd_cases.domain.counted import Amount
from hrd_cases.domain.counting import Question, Row
from hrd_cases.domain.quarters import NOT_STATED, QuarterLine
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.domain.words import N_
from hrd_cases.domain.year_changes import YearChange
from hrd_cases.services.figures import trends
from hrd_cases.services.figures.exports import NOTES
from hrd_cases.web.pages import filters
from hrd_cases.web.pages.layout import _, language
from hrd_cases.web.pages.lists import label

_GROUPED = {counting.GROUP: counting.KIND, counting.COUNTRY: counting.REGION}  # groups of the list of another dimension
_LISTED = {  # columns of files
    counting.SECTOR: "sectors",
    counting.CHARGE: "charge_classes",
    counting.LINKED: "yes_no_unknown",
    counting.BECAME: "victim_status",
    counting.SDG_CLASS: "sdg_classes",
    "kind_of_action": "legal_action_kinds",
    "outcome": "outcomes",
    "stage": "stages",
    "topics": "topics",
    "side": "our_sides",
}
Bar = tuple[object, str, float | None, str]  # what, figure in words, width of 100, remark


def amount_words(amount: Amount) -> str:
    """An amount as a person reads it: 15; 684–729, we use 700; not known in 2."""
    texts = []
    if amount.high or not amount.unknown:
        texts.append(_range(amount))
    if amount.unknown:
        texts.append(_(N_("not known in %(number)s")) % {"number": filters.number(amount.unknown)})
    return "; ".join(texts)


def _range(amount: Amount) -> str:
    if amount.more:
        least = _(N_("at least %(number)s")) % {"number": filters.number(amount.low)}
        return least if amount.used == amount.low else f"{least}, {_we_use(amount)}"
    if amount.low == amount.high:
        return filters.number(amount.used)
    ends = f"{filters.number(amount.low)}–{filters.number(amount.high)}"
    if amount.used in (amount.low, amount.high):
        return ends
    return f"{ends}, {_we_use(amount)}"


def _we_use(amount: Amount) -> str:
    return _(N_("we use %(number)s")) % {"number": filters.number(amount.used)}


def period_words(code: str) -> str:
    """A year, a quarter or a month."""
    if len(code) == 4:
        return code
    if code[5] == "Q":
        return _(N_("quarter %(quarter)s of %(year)s")) % {"quarter": code[6], "year": code[:4]}
    return filters.month(date.fromisoformat(f"{code}-01"))


def code_words(by: str, code: str) -> str:
    """A code of a dimension in the reader's language."""
    if not code:
        return _(N_("not stated"))
    if by == counting.COMPANY:
        return trends.companies(g.ctx).get(code) or _(N_("a company that is not in the directory"))
    if by == "forum":
        return trends.bodies(g.ctx).get(code) or _(N_("a body that is not in the directory"))
    if by in _GROUPED:
        return vocabulary(trends.LISTS[_GROUPED[by]]).group(code).text(language())
    return label({**trends.LISTS, **_LISTED}[by], code)


def part_words(line: QuarterLine, code: str) -> str:
    """A part of a figure of the quarter in the reader's language."""
    code, _space, currency = code.partition(" ")
    if line.list == "attack_kinds" and code != "unknown":
        return code_words(counting.GROUP, code)
    words = _(N_("not stated")) if code == "unknown" else label(line.list, code)
    named = _(N_("currency not stated")) if currency == NOT_STATED else currency
    return ", ".join(filter(None, (words, named)))


def bars(rows: Sequence[Row], head: Callable[[Row], object]) -> list[Bar]:
    """Rows as the macro of bars wants them; a period to come has no figure."""
    most = max((row.amount.used for row in rows), default=0)
    return [_bar(row, head(row), most) for row in rows]


def _bar(row: Row, head: object, most: int) -> Bar:
    if row.note == counting.NOT_YET:
        return head, "", None, _(NOTES[row.note])
    remarks = [_(NOTES[row.note])] if row.note else []
    remarks += [_(N_("not over yet"))] if row.partial else []
    width = 100 * row.amount.used / most if most else 0
    return head, amount_words(row.amount), width, "; ".join(remarks)


def question_title(question: Question) -> str:
    """What was asked, in the words of the lists."""
    codes = trends.codes_of(question.only)
    whole = N_("All recorded legal actions") if question.unit in counting.OF_ACTIONS else N_("All recorded attacks")
    return " · ".join(code_words(by, codes[by]) for by in trends.ASKED if by in codes) or _(whole)


def change_words(change: YearChange | None) -> str:
    """One sentence on change or chance."""
    if change is None:
        return _(N_("The period holds fewer than two whole years, so nothing can be said of a rise or a fall."))
    compared = change.comparison
    values: dict[str, object] = {
        "after": change.after,
        "before": change.before,
        "now": filters.number(compared.after),
        "then": filters.number(compared.before),
        "gap": filters.number(compared.by_chance),
    }
    if compared.too_few:
        words = N_("%(after)s: %(now)s incidents, %(before)s: %(then)s. Too few to say whether they rise or fall.")
        return _(words) % values
    if not compared.beyond_chance:
        words = N_(
            "%(after)s: %(now)s incidents, %(before)s: %(then)s. It cannot be said that they rise or fall: with so "
            "few, a difference of up to %(gap)s comes about by chance."
        )
        return _(words) % values
    low, high = compared.times
    values |= {"low": filters.number(round(low, 1)), "high": filters.number(round(high or 0, 1))}
    if high is None:
        words = N_(
            "%(after)s: %(now)s incidents, %(before)s: %(then)s. This is more than chance: at least %(low)s "
            "times as many."
        )
    else:
        words = N_(
            "%(after)s: %(now)s incidents, %(before)s: %(then)s. This is more than chance: between %(low)s and "
            "%(high)s times as many."
        )
    return _(words) % values
