"""A table that leaves, as one text: equal tables have equal texts, so that what is agreed to is what leaves."""

import json
from collections.abc import Mapping, Sequence

from hrd_cases.domain.chance import compare
from hrd_cases.domain.counted import Amount
from hrd_cases.domain.counting import Question
from hrd_cases.domain.leaving import LeavingLine, LeavingTable
from hrd_cases.domain.year_changes import YearChange


def text_of(value: Mapping[str, object]) -> str:
    """JSON in one spelling."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def written(table: LeavingTable) -> str:
    """The text of a table."""
    question, change = table.question, table.change
    asked = {**vars(question), "only": {by: sorted(codes) for by, codes in question.only.items()}}
    lines = list(map(_line_written, table.lines))
    compared = change and [change.before, change.after, change.comparison.before, change.comparison.after]
    plain = {name: value for name, value in vars(table).items() if name != "rows"}  # rows of codes do not leave
    return text_of({**plain, "question": asked, "lines": lines, "change": compared})


def read(text: str) -> LeavingTable:
    """The table of a text."""
    body = json.loads(text)
    asked = body.pop("question")
    only = {by: tuple(codes) for by, codes in asked.pop("only").items()}
    return LeavingTable(
        **{
            **body,
            "question": Question(only=only, **asked),
            "columns": tuple(body["columns"]),
            "lines": tuple(_line(*parts) for parts in body["lines"]),
            "change": _change(*body["change"]) if body["change"] else None,
        }
    )


def amount_written(amount: Amount | None) -> list[int] | None:
    """An amount as numbers, the last only where some are open upwards; None where it is hidden."""
    if amount is None:
        return None
    return [amount.low, amount.used, amount.high, amount.unknown, *([amount.more] if amount.more else [])]


def amount_read(parts: Sequence[int]) -> Amount:
    """The amount of these numbers."""
    low, used, high, unknown, more = [*parts, 0][:5]
    return Amount(low=low, used=used, high=high, unknown=unknown, more=more)


def _line_written(line: LeavingLine) -> list[object]:
    return [line.code, list(map(amount_written, line.amounts)), line.note, line.partial]


def _line(code: str, amounts: Sequence[Sequence[int] | None], note: str, partial: bool) -> LeavingLine:
    figures = tuple(None if one is None else amount_read(one) for one in amounts)
    return LeavingLine(code=code, amounts=figures, note=note, partial=partial)


def _change(before: str, after: str, then: int, now: int) -> YearChange:
    return YearChange(before=before, after=after, comparison=compare(then, now))
