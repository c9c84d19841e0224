"""The shapes of a list of choices: its entries, groups and sources."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal, get_args

from hrd_cases.domain.data_files import DataTable
from hrd_cases.domain.paper_languages import PAPER_ONLY

# `own` is a word of ours, true because we say so; the others say how well a fact of the world is supported.
Mark = Literal["own", "verified", "single_source", "conflicting", "unverified"]
MARKS: tuple[Mark, ...] = get_args(Mark)
DOUBTFUL: frozenset[Mark] = frozenset({"single_source", "conflicting", "unverified"})

LANGUAGES = ("en", "ru", "kk")
Span = tuple[date, date]  # the first and last day that the day of an event can be
_FALLBACK = ("ru", "en")


def _nothing() -> DataTable:
    return MappingProxyType({})


def text_in(label: Mapping[str, str], language: str) -> str:
    """Give the label in the language, else in Russian, else in English; for a language of papers alone in English."""
    for tried in (language, *(reversed(_FALLBACK) if language in PAPER_ONLY else _FALLBACK)):
        if label.get(tried):
            return label[tried]
    return next(iter(label.values()), "")


@dataclass(frozen=True, kw_only=True)
class VocabularySource:
    """Where the fact behind an entry was read; ``year`` is the year of publication, None when the work carries none."""

    title: str
    publisher: str
    year: int | None


@dataclass(frozen=True, kw_only=True)
class VocabularyGroup:
    """A heading under which entries of a list are shown."""

    code: str
    label: Mapping[str, str] = field(hash=False)

    def text(self, language: str) -> str:
        """Give the heading in the language, falling back to Russian, then English."""
        return text_in(self.label, language)


@dataclass(frozen=True, kw_only=True)
class VocabularyEntry:
    """One choice of a list.

    ``mark`` says how well the fact behind the entry is supported, or that it is a word of our own;
    ``label_marks`` says the same of one translation, since a Kazakh word can be a draft while the entry is certain.
    ``not_valid`` holds spans, both ends included, in which the entry was not in use. ``extra`` keeps the codes of other
    standards in their own places.
    """

    code: str
    label: Mapping[str, str] = field(hash=False)
    group: str = ""
    source: VocabularySource | None = None
    mark: Mark = "unverified"
    label_marks: Mapping[str, Mark] = field(default_factory=_nothing, hash=False)
    valid_from: date | None = None
    valid_to: date | None = None
    not_valid: tuple[tuple[date, date], ...] = ()
    extra: Mapping[str, object] = field(default_factory=_nothing, hash=False)
    note: Mapping[str, str] = field(default_factory=_nothing, hash=False)

    def text(self, language: str) -> str:
        """Give the label in the language, falling back to Russian, then English."""
        return text_in(self.label, language)

    def note_text(self, language: str) -> str:
        """Give the remark in the language."""
        return text_in(self.note, language)

    @property
    def doubtful(self) -> bool:
        """Tell whether the fact behind the entry is not confirmed: people who choose or read it have to see that."""
        return self.mark in DOUBTFUL

    @property
    def years(self) -> tuple[str, str]:
        """The first and last year of its time, empty where it has no such end."""
        ends = (self.valid_from, self.valid_to)
        first, last = (str(end.year) if end is not None else "" for end in ends)
        return first, last

    def valid_within(self, first: date, last: date) -> bool:
        """Tell whether there is a day from `first` to `last` on which the entry was in use."""
        start = max(first, self.valid_from or first)
        end = min(last, self.valid_to or last)
        for gone, back in sorted(self.not_valid):
            if gone <= start <= back:
                start = back + timedelta(days=1)
        return start <= end


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """A list of choices in the order in which it is shown."""

    name: str
    title: Mapping[str, str] = field(hash=False)
    status: str
    date_checked: date
    entries: tuple[VocabularyEntry, ...]
    group_list: tuple[VocabularyGroup, ...] = ()
    _by_code: Mapping[str, VocabularyEntry] = field(init=False, repr=False, hash=False, compare=False)

    def __post_init__(self) -> None:
        """Index the entries by code."""
        object.__setattr__(self, "_by_code", MappingProxyType({entry.code: entry for entry in self.entries}))

    def has(self, code: str) -> bool:
        """Tell whether the list knows the code."""
        return code in self._by_code

    def get(self, code: str) -> VocabularyEntry:
        """Give the entry of a code; an unknown code becomes an unverified entry labelled with it, so old data shows."""
        entry = self._by_code.get(code)
        return entry if entry is not None else VocabularyEntry(code=code, label=MappingProxyType({"en": code}))

    def choices(self, language: str, on: date | None = None) -> list[tuple[str, str]]:
        """Give code and label of every entry that may be chosen on that day; without a day, of every entry."""
        return [(entry.code, entry.text(language)) for entry in self.offered((on, on) if on else None)]

    def offered(self, span: Span | None) -> tuple[VocabularyEntry, ...]:
        """Give the entries in use on some day of the span; without one, every entry."""
        if span is None:
            return self.entries
        return tuple(entry for entry in self.entries if entry.valid_within(*span))

    def grouped(self, language: str, entries: Iterable[VocabularyEntry]) -> list[tuple[str, list[VocabularyEntry]]]:
        """Put entries under their headings, in display order; those without a group last, under an empty one."""
        by_group: dict[str, list[VocabularyEntry]] = {}
        for entry in entries:
            by_group.setdefault(entry.group, []).append(entry)
        headed = [(group.text(language), group.code) for group in self.group_list] + [("", "")]
        return [(heading, by_group[code]) for heading, code in headed if code in by_group]

    def group(self, code: str) -> VocabularyGroup:
        """Give the group of a code; an unknown code becomes a group labelled with the code."""
        for group in self.group_list:
            if group.code == code:
                return group
        return VocabularyGroup(code=code, label=MappingProxyType({"en": code}))
