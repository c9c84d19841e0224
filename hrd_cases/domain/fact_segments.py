"""Facts that were folded: many statements of the trend desk in one sealed record, at most one of each token.

Statements arrive as rows of their own, since whoever saves a record holds no key of the desk. A visit of somebody who
does puts some of them together. Of what is gone, and of who said no, nothing stays behind that a newer statement ended.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from hrd_cases.domain.fields import Hidden, declare, entity
from hrd_cases.domain.ids import NO_RECORD, RecordId
from hrd_cases.domain.trend_facts import GONE, Body, folded, position, says_no
from hrd_cases.domain.vaults import FACTS
from hrd_cases.domain.words import N_

MOST_ROWS = 2000  # of one visit
MOST_STATEMENTS = 2000  # of one segment
MOST_REWRITTEN = 4  # segments of one visit: each has about 700 kB
ENOUGH = 50  # rows that wait, before they are folded though nothing in them ends an earlier statement


@entity(
    "fact_segment",
    letter="4",
    vault="trends",
    label=N_("Folded facts"),
    plural=N_("Folded facts"),
    new=N_("Fold facts"),
    title=lambda _segment: N_("Folded facts"),
)
@dataclass(frozen=True, kw_only=True)
class FactSegment:
    """`text`: JSON of the ids of the rows that were folded, and their statements; `at`: how long the log was then."""

    at: int = declare(Hidden(default=0), N_("How long the log was"), at=FACTS)
    text: str = declare(Hidden(default=""), N_("Facts"), at=FACTS)


@dataclass(frozen=True, kw_only=True)
class Folded:
    """What a segment says: ids of rows, which count no more if somebody puts one back, and statements."""

    rows: tuple[str, ...]
    statements: tuple[Body, ...]


@dataclass(frozen=True, kw_only=True)
class Folding:
    """What one visit folds: ids of `rows` and of segments that are `replaced`, and the texts in their place."""

    rows: tuple[str, ...]
    replaced: tuple[RecordId, ...]
    texts: tuple[str, ...]


def written(content: Folded) -> str:
    """The text of a segment."""
    body = {"rows": content.rows, "statements": content.statements}
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read(text: str) -> Folded:
    """What a text says; ValueError, KeyError or TypeError for what is no text of a segment."""
    body = json.loads(text)
    rows, statements = body["rows"], body["statements"]
    if not (isinstance(rows, list) and isinstance(statements, list) and all(isinstance(row, str) for row in rows)):
        raise TypeError
    return Folded(rows=tuple(rows), statements=tuple(statements))


def plan(waiting: Mapping[str, Body], segments: Mapping[RecordId, Folded], *, enough: int = ENOUGH) -> Folding | None:
    """What is to be folded of the rows that wait; None where it is too little to be worth it.

    The rows of a token are taken all or none, those first that end what a segment still says.
    """
    places = {str(body["id"]): name for name, segment in segments.items() for body in segment.statements}
    ordered = sorted(waiting, key=lambda row: position(waiting[row]))
    tokens: dict[str, list[str]] = {}
    for row in ordered:
        tokens.setdefault(str(waiting[row]["id"]), []).append(row)
    ending = {token for token in _ended(waiting.values()) if token in places}
    if len(waiting) < enough and not ending:
        return None
    chosen, replaced = _chosen(sorted(tokens, key=lambda token: token not in ending), tokens, places)
    replaced |= _with_room(segments, replaced, len(chosen))
    return _folding(chosen, [waiting[row] for row in chosen], {name: segments[name] for name in sorted(replaced)})


def _ended(bodies: Iterable[Body]) -> Iterator[str]:
    """The tokens of what is gone, and of who says no."""
    yield from (str(body["id"]) for body in bodies if body["s"] == GONE or says_no(body))


def _chosen(
    order: Iterable[str], tokens: Mapping[str, list[str]], places: Mapping[str, RecordId]
) -> tuple[list[str], set[RecordId]]:
    """As many rows as one visit folds, and the segments that are to be rewritten for them."""
    chosen, replaced = list[str](), set[RecordId]()
    for token in order:
        rows, place = tokens[token], places.get(token)
        few = len(replaced) < MOST_REWRITTEN or place is None or place in replaced
        if few and (len(chosen) + len(rows) <= MOST_ROWS or not chosen):
            chosen += rows
            replaced |= {place} if place is not None else set()
    return chosen, replaced


def _with_room(segments: Mapping[RecordId, Folded], replaced: Collection[RecordId], new: int) -> set[RecordId]:
    """The smallest of the other segments, where the new statements go in besides: else there were ever more of them."""
    sizes = {name: len(segment.statements) for name, segment in segments.items() if name not in replaced}
    smallest = min(sizes, key=lambda name: (sizes[name], name), default=NO_RECORD)
    return {smallest} if smallest and sizes[smallest] + new <= MOST_STATEMENTS else set()


def _folding(chosen: list[str], bodies: list[Body], before: Mapping[RecordId, Folded]) -> Folding:
    rows = [*chosen, *(row for segment in before.values() for row in segment.rows)]
    statements = folded([*(body for segment in before.values() for body in segment.statements), *bodies])
    texts = tuple(written(part) for part in _parts(rows, statements))
    return Folding(rows=tuple(chosen), replaced=tuple(before), texts=texts)


def _parts(rows: list[str], statements: list[Body]) -> Iterator[Folded]:
    """As many segments as the statements need, at least one: of what is gone the ids stay."""
    parts = range(0, max(len(statements), 1), MOST_STATEMENTS)
    share = -(-len(rows) // len(parts))
    for number, at in enumerate(parts):
        some = tuple(rows[number * share : (number + 1) * share])
        yield Folded(rows=some, statements=tuple(statements[at : at + MOST_STATEMENTS]))
