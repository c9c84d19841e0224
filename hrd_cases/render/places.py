"""Where things stand in a paper and what its files are called."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

from hrd_cases.domain.page_choices import written
from hrd_cases.domain.papers import Exhibit, ManifestEntry, Part
from hrd_cases.domain.profiles import FormatProfile

WHOLE, ANNEX, DOCX, FILING = "dossier.pdf", "annex.pdf", "filing.docx", "filing.pdf"
SUMS, SUMS_SEAL = "SHA256SUMS", "SHA256SUMS.seal"
WORKING = "working"  # the folder of what is not filed
LONGEST_WORD = 60


@dataclass(frozen=True, kw_only=True)
class IndexRow:
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

    def start(self, exhibit: Exhibit[str]) -> int:
        """The first sheet that belongs to an exhibit: its divider, or its slip-sheet."""
        return self[f"tab-{exhibit.id}"] or self[f"slip-{exhibit.id}"]


def tabs(exhibits: Iterable[Exhibit[str]]) -> tuple[tuple[str, tuple[Exhibit[str], ...]], ...]:
    """The exhibits in their order, those under one heading together; without a heading they have no divider."""
    return tuple((heading, tuple(group)) for heading, group in groupby(exhibits, key=lambda exhibit: exhibit.tab or ""))


def span(row: IndexRow) -> str:
    """'14' or '14–17'."""
    return f"{row.first}–{row.last}" if row.last > row.first else str(row.first)


def path_of(name: str) -> str:
    """Where a file of a paper lies in its package: what is filed, and in a folder apart what one works with."""
    name = DOCX if name == "docx" else name
    return f"{WORKING}/{name}" if name in (ANNEX, DOCX) else name


def file_word(title: str) -> str:
    """A title as part of a file name: letters, digits and hyphens, at most 60 of them and never half a word."""
    words = re.sub(r"[^\w]+", "-", title, flags=re.UNICODE).replace("_", "-").strip("-")
    if len(words) > LONGEST_WORD:
        words = words[: LONGEST_WORD + 1].rpartition("-")[0] or words[:LONGEST_WORD]
    return words.strip("-") or "-"


def native_name(profile: FormatProfile, exhibit: Exhibit[str], part: Part, at: int) -> str:
    """What the file of an exhibit is called that comes as it is, beside the printed ones: '07_Recording.mp3'."""
    number = profile.file_number(at, exhibit.number, exhibit.late)
    number = number if len(exhibit.parts) == 1 else f"{number}-{exhibit.parts.index(part) + 1}"
    name = profile.file_name.format(number=number, title=file_word(exhibit.title))
    return f"{name}.{part.format.lower() or 'bin'}"


def pages_of(chosen: tuple[int, ...], of: int) -> str:
    """'2-4, 7 / 10'."""
    return f"{written(chosen)} / {of}"


def numbered(label: str, at: int, of: int) -> str:
    """The label of one file of an exhibit: '3', or '3 (2)' when it has several."""
    return label if of == 1 else f"{label} ({at})"


def entry_of(name: str, data: bytes) -> ManifestEntry:
    """A file as the manifest lists it."""
    return ManifestEntry(name=name, sha256=hashlib.sha256(data).hexdigest(), length=len(data))
