"""Step 4 in pages: whose consent is missing, which texts and exhibits are approved, what is left out.

All of it is one list of rows, cut so that no page is long on a small telephone; a small paper has one page.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from flask import g, render_template, request

from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.passages import LANGUAGE_WORDS, WHY_LEFT_OUT, Passage, by_place, label
from hrd_cases.domain.redaction import LeftOut
from hrd_cases.domain.writing import Untranslated
from hrd_cases.services.kernel.pagination import PER_PAGE
from hrd_cases.services.papers import page_ticks, papers
from hrd_cases.services.papers.page_ticks import ExhibitToSee
from hrd_cases.services.papers.papers import PaperDesk
from hrd_cases.web.pages.request import page_number
from hrd_cases.web.papers import consent_notes, paper_forms

PEOPLE, DECIDED, TEXTS, EXHIBITS = "people", "decided", "texts", "pages"
LEFT, OTHERS = "left", "languages"  # left out; in another language
ROOM, LINE, SIGNS = 1_200, 24, 34  # pixels of rows a page and of a line, signs a line, at 375 across
HEADING = 130  # pixels of the heading and the sentence of a part
PERSON, DECISION = 480, 200  # pixels
NOTICE = 250  # pixels of a notice above the rows, with its link; ROOM reckons with one


@dataclass(frozen=True, kw_only=True)
class GateRow:
    """One row of step 4; `height` in pixels, guessed; `open`: somebody has to look at it yet."""

    part: str
    item: object
    height: int
    open: bool = False


@dataclass(frozen=True, kw_only=True)
class GatePage:
    """One page of step 4; `following` is the next page with something to look at, 0 if there is none."""

    page: int
    pages: int
    following: int
    rows: tuple[GateRow, ...]
    every: tuple[GateRow, ...] = field(repr=False)
    total: None = None

    def of(self, part: str) -> tuple[object, ...]:
        """What this page shows of a part."""
        return tuple(row.item for row in self.rows if row.part == part)

    def count(self, part: str) -> int:
        """How much a part has on all pages."""
        return sum(row.part == part for row in self.every)

    def open(self, part: str) -> int:
        """How much of a part is to be looked at yet, on all pages."""
        return sum(row.part == part and row.open for row in self.every)

    @cached_property
    def left_out(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """What the reader does not get, as far as this page says it."""
        return consent_notes.left_out(tuple(row.item for row in self.rows if isinstance(row.item, LeftOut)))


def page(case: CaseId, record: RecordId, *, problem: str = "", part: str = "", status: int = 200) -> tuple[str, int]:
    """The page of step 4 that the address asks for, or the first that shows this part or person."""
    desk = papers.desk(g.ctx, case, record)
    names = {item: person.name("") for item, person in desk.draft.people.items()}
    lacking, accepted = paper_forms.lacking_places(desk, case), paper_forms.language_refused(desk)
    notices = sum(map(bool, (problem, lacking, accepted, desk.names.unanswered)))
    text = render_template(
        "papers/consents.html",
        case=case,
        desk=desk,
        shown=_shown(tuple(_rows(desk)), part or request.args.get("p", ""), notices),
        scopes=consent_notes.scopes(),
        recipient=consent_notes.readers([desk.recipient.value]),
        names=names,
        choices=consent_notes.CHOICES,
        lacking=lacking,
        accepted=accepted,
        language_words=LANGUAGE_WORDS,
        label=label,
        problem=problem,
    )
    return text, status


def first_page(left_out: Iterable[LeftOut], untranslated: Iterable[Untranslated]) -> GatePage:
    """What is left out of a built paper and what is in another language, as much as one page shows."""
    rows = tuple(_texts(tuple(left_out), untranslated))
    return GatePage(page=1, pages=len(_cut(rows)), following=0, rows=_cut(rows)[0], every=rows)


def _shown(rows: Sequence[GateRow], part: str, notices: int) -> GatePage:
    pages = _cut(rows, ROOM - NOTICE * max(0, notices - 1))
    wanted = [at for at, some in enumerate(pages, start=1) if _has_row(some, part)]
    unseen = [at for at, some in enumerate(pages, start=1) if _unseen(some)]
    first = next((at for at in wanted if at in unseen), next(iter(wanted), 1))
    at = min(first if part else page_number(), len(pages))
    later = [each for each in unseen if each > at]
    following = next((each for each in (*later, *unseen) if each != at), 0)
    return GatePage(page=at, pages=len(pages), following=following, rows=pages[at - 1], every=tuple(rows))


def _unseen(rows: Iterable[GateRow]) -> bool:
    return any(row.open for row in rows)


def _has_row(rows: Iterable[GateRow], part: str) -> bool:
    return any(row.part == part or row.item == part for row in rows)


def _cut(rows: Iterable[GateRow], height: int = ROOM) -> list[tuple[GateRow, ...]]:
    """The rows in pages of at most 25 and of `height` pixels; a row that is higher has a page for itself."""
    pages: list[list[GateRow]] = [[]]
    room, part = height, ""
    for row in rows:
        needed = row.height + (HEADING if row.part != part or not pages[-1] else 0)
        if pages[-1] and (needed > room or len(pages[-1]) == PER_PAGE):
            pages.append([])
            room, needed = height, row.height + HEADING
        pages[-1].append(row)
        room, part = room - needed, row.part
    return [tuple(some) for some in pages]


def _rows(desk: PaperDesk) -> Iterator[GateRow]:
    """Everything that step 4 shows, in its order."""
    waiting = {person.person for person in desk.waiting}
    for person in dict.fromkeys(each.person for each in desk.missing if each.person not in waiting):
        yield GateRow(part=PEOPLE, item=person, height=PERSON, open=True)
    for decided in desk.plan.people:
        yield GateRow(part=DECIDED, item=decided, height=DECISION + _lines(decided.reason))
    yield from map(_passage, desk.to_approve)
    yield from map(_exhibit, page_ticks.to_see(desk))
    yield from _texts(desk.thinned.left_out, desk.untranslated)


def _passage(passage: Passage) -> GateRow:
    return GateRow(part=TEXTS, item=passage, height=46 + _lines(passage.read), open=not passage.approved)


def _exhibit(exhibit: ExhibitToSee) -> GateRow:
    unseen = bool(exhibit.approved.void or exhibit.approved.unseen)
    return GateRow(part=EXHIBITS, item=exhibit, height=40 + _lines(exhibit.title), open=unseen)


def _texts(left_out: tuple[LeftOut, ...], untranslated: Iterable[Untranslated]) -> Iterator[GateRow]:
    for _place, texts in by_place(left_out):
        for out in texts:
            yield GateRow(part=LEFT, item=out, height=30 + _lines(f"{out.text} {WHY_LEFT_OUT[out.why]}"))
    for text in untranslated:
        yield GateRow(part=OTHERS, item=text, height=72 + _lines(text.text))


def _lines(text: str) -> int:
    """How high a text is, in pixels."""
    return sum(LINE * (1 + len(line) // SIGNS) for line in text.splitlines())
