"""What is not as its last writer left it, as pages name it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.words import N_
from hrd_cases.services.keys import integrity
from hrd_cases.services.records.records import Doubt
from hrd_cases.web.pages.layout import PART_WORDS, _


@dataclass(frozen=True, kw_only=True)
class DoubtfulRecord:
    """A record, by title, else by the beginning of its id, and how each of its parts is not as it was left."""

    label: str
    reference: str
    parts: tuple[tuple[str, str], ...]


def lines(doubts: Iterable[Doubt], titles: Mapping[str, str]) -> list[DoubtfulRecord]:
    """What is not as its last writer left it: each record once, with each of its parts and how."""
    records: dict[RecordId, dict[tuple[str, str], None]] = {}
    for doubt in doubts:
        parts = records.setdefault(doubt.record, {})
        if not (doubt.card and doubt.compartment in {part for part, _what in parts}):
            parts[doubt.compartment, doubt.what] = None
    return [_line(record, titles.get(record, ""), parts) for record, parts in records.items()]


def _line(record: RecordId, title: str, parts: Iterable[tuple[str, str]]) -> DoubtfulRecord:
    return DoubtfulRecord(
        label=(title or _(N_("A record"))) if record else _(N_("All of this part")),
        reference=record[:8],
        parts=tuple((_(PART_WORDS.get(part, part)), _(integrity.WORDS[what])) for part, what in parts),
    )
