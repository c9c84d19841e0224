"""The exhibits of one paper as they came from the process that opened them: pages, reasons, notes, neutral titles."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import dropwhile

from hrd_cases.domain.paper_matter import blob_of
from hrd_cases.domain.papers import (
    Exhibit,
    ManifestEntry,
    NotedExhibit,
    NotPrinted,
    Part,
    PartKind,
    PrintNote,
    SharedCase,
)
from hrd_cases.domain.profiles import FormatProfile
from hrd_cases.render.exhibit_process import Outcome
from hrd_cases.render.places import native_name, pages_of
from hrd_cases.render.words import PaperWords


@dataclass(frozen=True, kw_only=True)
class ReadExhibitFile:
    """One file of an exhibit: what came of it, and its pages."""

    outcome: Outcome
    pdf: bytes | None


class ShownExhibits:
    """What of each exhibit stands in the paper, in the words of the paper's language."""

    def __init__(self, words: PaperWords) -> None:
        self._words = words
        self._files: dict[str, ReadExhibitFile] = {}

    def __contains__(self, part: str) -> bool:
        return part in self._files

    def take(self, part: str, outcome: Outcome, pdf: bytes) -> None:
        """Keep what came of one file."""
        self._files[part] = ReadExhibitFile(outcome=outcome, pdf=pdf or None)

    def settle(self, case: SharedCase) -> SharedCase:
        """Once every file is here: the case with every exhibit as it will stand in the paper."""
        for exhibit in case.exhibits:
            self._refuse_absent_pages(exhibit)
        return replace(
            case, exhibits=tuple(exhibit if exhibit.title else self._titled(exhibit) for exhibit in case.exhibits)
        )

    def count(self, exhibit: Exhibit[str]) -> int:
        """How many pages of this exhibit are printed behind its slip-sheet."""
        return sum(self._files[part.id].outcome.count for part in exhibit.parts)

    def pages(self, exhibit: Exhibit[str]) -> tuple[bytes, ...]:
        """Its pages, a PDF for each file that is printed."""
        return tuple(data for part in exhibit.parts if (data := self._files[part.id].pdf) is not None)

    def by_hash(self, exhibit: Exhibit[str]) -> tuple[Part, ...]:
        """The files of an exhibit that stand in the paper by their hash only."""
        return tuple(part for part in exhibit.parts if self.reason(part))

    def handed(self, case: SharedCase, profile: FormatProfile, part: Part) -> str:
        """The name under which the file itself comes, once, with the paper; empty when it does not."""
        every = enumerate(case.exhibits, start=1)
        files = ((at, exhibit, file) for at, exhibit in every for file in self.by_hash(exhibit) if file.as_file)
        same = (file for file in files if blob_of(file[2].id) == blob_of(part.id))
        return next((native_name(profile, exhibit, file, at) for at, exhibit, file in same), "") if part.as_file else ""

    def natives(self, case: SharedCase, profile: FormatProfile) -> Iterator[ManifestEntry]:
        """The files that come as they are, beside the printed ones: one for all places where it stands."""
        parts = [part for exhibit in case.exhibits for part in self.by_hash(exhibit)]
        for name, part in {name: part for part in parts if (name := self.handed(case, profile, part))}.items():
            yield ManifestEntry(name=name, sha256=part.sha256, length=part.length)

    def not_printed(self, case: SharedCase, profile: FormatProfile) -> Iterator[NotPrinted]:
        """The files that stand in the paper by their hash only, why, and under which name they come with it."""
        for exhibit in case.exhibits:
            label = profile.label(exhibit.number, exhibit.late)
            for part in self.by_hash(exhibit):
                file = self.handed(case, profile, part)
                yield NotPrinted(exhibit=label, part=part.id, reason=self.reason(part), file=file)

    def noted(self, case: SharedCase, profile: FormatProfile) -> Iterator[NotedExhibit]:
        """The exhibits whose print differs from their files, and in what."""
        for exhibit in case.exhibits:
            for note in self.notes(exhibit):
                yield NotedExhibit(exhibit=profile.label(exhibit.number, exhibit.late), note=note)

    def excerpt(self, exhibit: Exhibit[str]) -> str:
        """Which pages of its files an exhibit is, of how many: '2-4 / 10'; empty where it is all of them."""
        chosen = exhibit.parts[0].pages if exhibit.parts and self.count(exhibit) else ()
        return pages_of(chosen, sum(self._files[part.id].outcome.of for part in exhibit.parts)) if chosen else ""

    def pictures(self, exhibit: Exhibit[str]) -> int:
        """How many of an exhibit's files are pictures."""
        return sum(part.kind is PartKind.IMAGE for part in exhibit.parts)

    def reason(self, part: Part) -> str:
        """Why a file is not printed (a key of printing.NOT_PRINTED); empty when it is."""
        return self._files[part.id].outcome.reason

    def said_reason(self, part: Part) -> str:
        """The same in the language of the paper."""
        return self._words[f"not_printed_{self.reason(part)}"]

    def notes(self, exhibit: Exhibit[str]) -> Iterator[PrintNote]:
        """What the printed pages do not show of the exhibit's files."""
        for part in exhibit.parts:
            yield from self._files[part.id].outcome.notes

    def said_notes(self, exhibit: Exhibit[str]) -> tuple[str, ...]:
        """The same in the language of the paper."""
        return tuple(
            self._words.fill(f"note_{note.code}", number=note.number, word=note.word) for note in self.notes(exhibit)
        )

    def _refuse_absent_pages(self, exhibit: Exhibit[str]) -> None:
        """An exhibit that has not every chosen page goes by its hash: part of a choice is another choice. So does one
        with a page behind a file that was not opened: which number that page has, nobody knows."""
        chosen = exhibit.parts[0].pages if exhibit.parts else ()
        if chosen and (self.count(exhibit) != len(chosen) or self._miscounted(exhibit)):
            for part in exhibit.parts:
                reason = self.reason(part) or "pages"
                self._files[part.id] = ReadExhibitFile(outcome=Outcome(count=0, of=0, reason=reason), pdf=None)

    def _miscounted(self, exhibit: Exhibit[str]) -> bool:
        """True when a page is printed behind a file that has pages nobody could count; other kinds have none."""
        behind = dropwhile(lambda part: self.reason(part) in ("", "kind"), exhibit.parts)
        return any(self._files[part.id].outcome.count for part in behind)

    def _titled(self, exhibit: Exhibit[str]) -> Exhibit[str]:
        """A typed title that stays behind gives way to one of the paper's own: what it is, and how many pages print."""
        if not self.count(exhibit):
            return replace(exhibit, title=self._words["neutral_file"])
        pictures = all(part.kind is PartKind.IMAGE for part in exhibit.parts)
        what = self._words["neutral_picture" if pictures else "neutral_document"]
        return replace(exhibit, title=self._words.fill("neutral_title", what=what, n=self.count(exhibit)))
