"""Dates, labels and references as a paper writes them in its own language."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.papers import Language
from hrd_cases.domain.profiles import months, terms


@dataclass(frozen=True, kw_only=True)
class PaperWords:
    """The fixed words of one language and the ways to write a date in it."""

    language: Language
    kind: str = ""  # of the proceeding: some words differ (PaperCase.kind)
    own: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # of the form (FormatProfile.words)
    terms: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        own = {key: words[self.language.value] for key, words in self.own.items() if self.language.value in words}
        object.__setattr__(self, "terms", {**terms(self.language), **own})

    def __getitem__(self, key: str) -> str:
        return self.terms.get(f"{key}_{self.kind}", self.terms[key])

    def fill(self, key: str, **values: object) -> str:
        """A term with its places filled in."""
        return self.terms[key].format(**values)

    def day(self, day: date | None) -> str:
        """'14 декабря 2017 г.', '14 December 2017', '2017 ж. 14 желтоқсан'; empty for None."""
        return self._piece(day.isoformat()) if day else ""

    def when(self, when: PartialDate | None) -> str:
        """A partial date in words; 'undated' for None."""
        if when is None or not when.known:
            return self.terms["undated"]
        if when.about:
            text = self._span(when.start, when.end) if when.end else self._piece(when.start, month="about")
            day = len(when.start) == 10 and not when.end
            return f"{self.terms['about'] if day else self.terms['about_month']} {text}"
        return self._span(when.start, when.end) if when.end else self._piece(when.start)

    def cites(self, cited: Iterable[tuple[str, str, int]]) -> str:
        """'прил. 5, л. 24; прил. 6, л. 30' for references as (link key, label, page)."""
        short, page = self.terms["attachment_short"], self.terms["page_short"]
        return "; ".join(f"{short}\N{NO-BREAK SPACE}{label}, {page}\N{NO-BREAK SPACE}{at}" for _, label, at in cited)

    def _span(self, start: str, end: str) -> str:
        if len(start) == len(end) == 10 and start[:7] == end[:7]:
            last = f"{int(end[8:])}\N{NO-BREAK SPACE}"
            # The day is no part of a longer number: 2017 ends like the 17th.
            return re.sub(rf"(?<!\d){last}", f"{int(start[8:])}–{last}", self._piece(end), count=1)
        return self.fill("span", first=self._piece(start), last=self._piece(end))

    def _piece(self, iso: str, *, month: str = "alone") -> str:
        parts = [int(part) for part in iso.split("-")]
        suffix = f"\N{NO-BREAK SPACE}{self.terms['year_suffix']}".rstrip()
        year = f"{parts[0]}{suffix}"
        if len(parts) == 1:
            return year
        month_word = months(self.language)["of" if len(parts) == 3 else month][parts[1] - 1]
        day = f"{self.terms['first_day'] if parts[2] == 1 else parts[2]}\N{NO-BREAK SPACE}" if len(parts) == 3 else ""
        return f"{year} {day}{month_word}" if self.language is Language.KK else f"{day}{month_word} {year}"
