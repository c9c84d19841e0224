"""Step 4: the pages of exhibits, seen as pictures and approved one by one, for a paper that hides people."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.page_approvals import (
    BY_HASH,
    ApprovedPages,
    PageApproval,
    mark,
    standing,
    unsaid,
    wanted,
)
from hrd_cases.domain.paper_matter import blob_of, evidence_of
from hrd_cases.domain.papers import Exhibit, Part, Variant
from hrd_cases.domain.profiles import profiles
from hrd_cases.domain.redaction import RedactedText, as_written, by_pages
from hrd_cases.domain.words import N_
from hrd_cases.render.edition import EDITION
from hrd_cases.services.evidence import previews
from hrd_cases.services.evidence.previews import FilePrint, LargePage
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.papers.papers import PaperDesk, desk, keep_plan

PATIENT = 20.0  # seconds that the page waits for pictures that were not drawn yet
CHANGED = N_("The exhibit, or what is printed of it, was changed while you looked at it. Look at its pages again.")


@dataclass(frozen=True, kw_only=True)
class PageToSee:
    """A page of an exhibit, `number` from 1 through all its files; `at` in its file. Of a file that can not be printed
    `at` and `number` are BY_HASH."""

    number: int
    file: int
    at: int
    mark: str
    approved: bool
    turn: int = 0  # degrees that its kept picture is turned by when it is shown


@dataclass(frozen=True, kw_only=True)
class ExhibitToSee:
    """An exhibit of a paper that shows only approved pages of it."""

    evidence: str
    label: str
    title: str
    approved: ApprovedPages


@dataclass(frozen=True, kw_only=True)
class PagesToSee:
    """All chosen pages of one exhibit, as they would be printed; `waiting` while some are not drawn yet.

    `redacted`: the readers for whom these are the pages of its redacted copy; empty where they are its own.
    """

    paper: str
    exhibit: ExhibitToSee
    files: tuple[FilePrint, ...]
    pages: tuple[PageToSee, ...]
    waiting: bool
    redacted: str


def to_see(here: PaperDesk) -> tuple[ExhibitToSee, ...]:
    """The exhibits of a paper whose pages are approved one by one, in the order of the paper."""
    return tuple(
        _exhibit_to_see(here, exhibit) for exhibit in here.draft.case.exhibits if _shown_by_pages(here, exhibit)
    )


def look(ctx: Context, case: CaseId, record: RecordId, evidence: str, wait: float = PATIENT) -> PagesToSee:
    """The pages of one exhibit; raises NotFound for one that this paper does not show page by page."""
    here = desk(ctx, case, record)
    return _seen(ctx, case, here, _exhibit(here, evidence), wait)


def approve(  # one form
    ctx: Context, case: CaseId, record: RecordId, evidence: str, marks: Collection[str], approved: Collection[str]
) -> int:
    """Let those of the `marks` pages (by mark) that are `approved` stand in the paper, and the others not; what was
    said of other pages stays. Returns how many pages there are; RuleBroken where one is no longer what it was."""
    here = desk(ctx, case, record)
    exhibit = _exhibit(here, evidence)
    now = _seen(ctx, case, here, exhibit, 0.0)
    if now.waiting or not set(marks) <= {page.mark for page in now.pages}:
        raise RuleBroken(CHANGED)
    ticked = {page.mark for page in now.pages if (page.mark in approved if page.mark in marks else page.approved)}
    page_approvals = tuple(page for page in here.plan.pages if page.evidence != evidence)
    new = tuple(_approval(ctx, here, exhibit, pair, now.pages, ticked) for pair in _files(exhibit, now.files))
    keep_plan(ctx, case, here, replace(here.plan, pages=(*page_approvals, *new)), here.stored.versions)
    ctx.note("write", "approve pages of an exhibit", vault=case, record=record, exhibit=evidence, pages=len(ticked))
    return len(now.pages)


def large_page(ctx: Context, case: CaseId, record: RecordId, evidence: RecordId, number: int) -> LargePage:
    """A page of the form that is asked for large; the caller draws it (previews.draw_large) outside any transaction."""
    here = desk(ctx, case, record)
    now = _seen(ctx, case, here, _exhibit(here, evidence), 0.0)
    page = next((page for page in now.pages if page.number == number and page.at != BY_HASH), None)
    if page is None:
        raise NotFound
    ctx.note("read", "look at a page", vault=case, record=evidence_of(evidence), number=number)
    dpi = profiles()[here.plan.filing.profile].dpi
    return LargePage(case=case, file=now.files[page.file - 1].file, at=page.at, dpi=dpi)


def _shown_by_pages(here: PaperDesk, exhibit: Exhibit[RedactedText]) -> bool:
    return by_pages(here.draft.exhibits[exhibit.id], Variant(here.paper.variant))


def _exhibit(here: PaperDesk, evidence: str) -> Exhibit[RedactedText]:
    exhibit = next((item for item in here.draft.case.exhibits if item.id == evidence), None)
    if exhibit is None or not _shown_by_pages(here, exhibit):
        raise NotFound
    return exhibit


def _exhibit_to_see(here: PaperDesk, exhibit: Exhibit[RedactedText]) -> ExhibitToSee:
    return ExhibitToSee(
        evidence=exhibit.id,
        label=profiles()[here.plan.filing.profile].label(exhibit.number, exhibit.late),
        title=as_written(here.draft, exhibit.title),
        approved=here.draft.exhibits[exhibit.id].pages,
    )


def _files(exhibit: Exhibit[RedactedText], files: Iterable[FilePrint]) -> Iterator[tuple[Part, FilePrint]]:
    """The files of an exhibit with what is printed of each, as far as that is known."""
    for part, file in zip(exhibit.parts, files, strict=True):
        if blob_of(part.id) != file.file.blob or not file.drawn or file.wrong:
            return
        yield part, file


def _seen(ctx: Context, case: CaseId, here: PaperDesk, exhibit: Exhibit[RedactedText], wait: float) -> PagesToSee:
    printed = previews.of(ctx, case, evidence_of(exhibit.id), wait, here.source.files(exhibit.id))
    turns = {page.number: page.turn for page in printed.pages}
    pages: list[PageToSee] = []
    before = counted = 0
    for part, file in _files(exhibit, printed.files):
        counted += 1
        bound = unsaid(exhibit, part, here.recipient.value, EDITION, file.pages)
        page_approval = standing(exhibit, part, here.plan.pages, here.recipient.value, EDITION)
        approved = page_approval.pages if page_approval is not None and page_approval.of == file.pages else ()
        for at in wanted(exhibit, before, file.pages) if file.pages else (BY_HASH,):
            number = before + at if at != BY_HASH else BY_HASH
            pages.append(
                PageToSee(
                    number=number,
                    file=file.number,
                    at=at,
                    mark=mark(bound, at),
                    approved=at in approved,
                    turn=turns.get(number, 0),
                )
            )
        before += file.pages
    return PagesToSee(
        paper=here.paper.title,
        exhibit=_exhibit_to_see(here, exhibit),
        files=printed.files,
        pages=tuple(pages),
        waiting=counted < len(printed.files),
        redacted=here.paper.variant if here.source.is_redacted(exhibit.id) else "",
    )


def _approval(  # one file of the form
    ctx: Context,
    here: PaperDesk,
    exhibit: Exhibit[RedactedText],
    pair: tuple[Part, FilePrint],
    pages: Iterable[PageToSee],
    ticked: Collection[str],
) -> PageApproval:
    """What is kept of one file; who said it and when stays while nothing else is said."""
    part, file = pair
    bound = unsaid(exhibit, part, here.recipient.value, EDITION, file.pages)
    now = replace(bound, pages=tuple(page.at for page in pages if page.file == file.number and page.mark in ticked))
    before = standing(exhibit, part, here.plan.pages, here.recipient.value, EDITION)
    if before is not None and (before.of, before.pages) == (now.of, now.pages):
        return before
    return replace(now, by=ctx.actor.user, on=ctx.today)
