"""Where things stand in a paper and what its files are called."""

import hashlib
import re
from dataclasses import dataclass, field

from hrd_cases.domain.papers import ManifestEntry


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of the index: its key, number, words, date, first and last page (from 1)."""

    key: str
    number: str
    title: str
    when: str
    first: int
    last: int


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where everything stands in the finished paper, pages from 1; all zero while nobody knows."""

    pages: dict[str, int] = field(default_factory=dict)
    total: int = 0

    def __getitem__(self, key: str) -> int:
        return self.pages.get(key, 0)


def span(row: Row) -> str:
    """'14' or '14–17'."""
    return f"{row.first}–{row.last}" if row.last > row.first else str(row.first)


def file_word(title: str) -> str:
    """A title as part of a file name: letters, digits and hyphens, at most 60 of them."""
    return re.sub(r"[^\w]+", "-", title, flags=re.UNICODE).replace("_", "-").strip("-")[:60].rstrip("-") or "-"


def numbered(label: str, at: int, of: int) -> str:
    """The label of one file of an exhibit: '3', or '3 (2)' when it has several."""
    return label if of == 1 else f"{label} ({at})"


def entry_of(name: str, data: bytes) -> ManifestEntry:
    """A file as the manifest lists it."""
    return ManifestEntry(name=name, sha256=hashlib.sha256(data).hexdigest(), length=len(data))
