"""Redaction of an exhibit: places marked page by page for one kind of reader, and the copy in which they are black.

The files themselves stay as they are. Papers for these readers take the copy in their place (drafting/sources.py), and
of the copy only pages that somebody has seen and ticked (papers/page_ticks.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.page_redactions import (
    MOST,
    MarkedPage,
    Place,
    copies,
    is_variant,
    made_of,
    marked,
    sign,
    with_copies,
    with_page,
)
from hrd_cases.domain.papers import Variant
from hrd_cases.domain.words import N_
from hrd_cases.render.exhibit_process import ExhibitTask
from hrd_cases.render.process import open_files
from hrd_cases.services.evidence import previews
from hrd_cases.services.evidence.exhibit_turns import turn
from hrd_cases.services.evidence.previews import LIMITS, LargePage, PreviewPage, Shown, part_of
from hrd_cases.services.evidence.sealed_files import KeptFile, contents, seal_whole, stored_file
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.records.records import read_in
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored

DPI = 200
PATIENT = 20.0  # seconds that a page waits for pictures that were not drawn yet
NAME = "redacted.pdf"
NO_WAIT = 0.0  # while a transaction writes nobody else can: what is not drawn yet is said
CHANGED = N_("This page was turned, replaced or drawn in another way while you marked it. Mark it again.")
MARKED_TOO = N_(
    "A colleague marked this page while you marked it. The places of both are shown: check them and save again."
)
OTHER_COPY = N_("Places were marked while the copy was made. Make it again.")
TOO_MANY = N_("A page can have at most %(most)s places.")
NOTHING = N_("No place is marked for these readers.")
STALE = N_("Some pages have been turned, replaced or drawn in another way since they were marked. Mark them again.")
UNDRAWN = N_("Some pages are not drawn yet. Try again in a moment.")
NOT_MADE = N_("The redacted copy could not be made. Try again; if it fails again, tell the server operator.")


@dataclass(frozen=True, kw_only=True)
class PageMarks:
    """One page of an exhibit and its places for one kind of reader.

    `stale`: they were marked on what is seen no longer, so that nobody knows what they would cover.
    """

    page: PreviewPage
    places: tuple[Place, ...] = ()
    stale: bool = False


@dataclass(frozen=True, kw_only=True)
class Redaction:
    """What is redacted of an exhibit for one kind of reader: its pages with their places, and the copy of just these.

    `lost`: pages with places that are no longer among the pages, once all are drawn. `copied`: the copy is made and
    holds.
    """

    variant: str
    pages: tuple[PageMarks, ...]
    lost: int
    copied: bool

    @property
    def places(self) -> int:
        """How many places are marked."""
        return sum(len(page.places) for page in self.pages)

    @property
    def marked(self) -> tuple[PageMarks, ...]:
        """The pages that have places."""
        return tuple(page for page in self.pages if page.places)

    def numbered(self, number: int) -> PageMarks | None:
        """The page of this number, from 1; None where there is none."""
        return next((page for page in self.pages if page.page.number == number), None)

    @property
    def fits(self) -> bool:
        """Whether a copy can be made of what is marked."""
        return bool(self.places) and not self.lost and not any(page.stale for page in self.pages)


@dataclass(frozen=True, kw_only=True)
class RedactionView:
    """An exhibit with what is redacted of it, for each kind of reader."""

    title: str
    printed: Shown
    redactions: tuple[Redaction, ...]


@dataclass(frozen=True, kw_only=True)
class PageToMark:
    """One page of an exhibit for the form that marks it; `total`: how many pages there are."""

    title: str
    total: int
    marks: PageMarks


@dataclass(frozen=True, kw_only=True)
class OpenedRedaction:
    """An exhibit that the gate has opened, as it is printed, and what is redacted of it for one kind of reader."""

    vault: OpenVault
    stored: Stored[Evidence]
    printed: Shown
    redaction: Redaction


@dataclass(frozen=True, kw_only=True)
class CopyOrder:
    """A copy to be made: of which files, with which places on each of their printed pages, out of what (made_of)."""

    case: CaseId
    record: RecordId
    variant: str
    files: tuple[tuple[KeptFile, tuple[tuple[Place, ...], ...]], ...]
    made_of: str


def view(ctx: Context, case: CaseId, record: RecordId) -> RedactionView:
    """What is redacted of an exhibit."""
    _vault, stored = _opened(ctx, case, record)
    printed = previews.of(ctx, case, record)
    redactions = tuple(_redaction(stored.value, printed, variant.value) for variant in Variant)
    return RedactionView(title=printed.title, printed=printed, redactions=redactions)


def page_to_mark(ctx: Context, case: CaseId, record: RecordId, variant: str, number: int) -> PageToMark:
    """One page of it; NotFound where there is none of this number, or no such kind of reader."""
    opened = _for_readers(ctx, case, record, variant)
    marks = opened.redaction.numbered(number)
    if marks is None:
        raise NotFound
    return PageToMark(title=opened.printed.title, total=len(opened.printed.pages), marks=marks)


def keep(  # one page of the form
    ctx: Context, case: CaseId, record: RecordId, variant: str, number: int, places: Sequence[Place], before: str
) -> int:
    """Keep the places of a page in place of those `before` (by sign and what was seen); returns how many pages
    there are. Raises RuleBroken where page or places are no longer what they were, or not drawn."""
    opened = _to_write(ctx, case, record, variant)
    page = opened.redaction.numbered(number)
    if page is None or _seen(before) != _seen(state(page)):
        raise RuleBroken(CHANGED)
    if before != state(page):
        raise RuleBroken(MARKED_TOO)
    if len(places) > MOST:
        raise RuleBroken(TOO_MANY, values={"most": MOST})
    now = MarkedPage(variant=variant, key=page.page.key, seen=page.page.seen, places=tuple(places))
    stored = opened.stored
    changed = replace(stored.value, redactions=with_page(stored.value, now))
    ctx.work.records.update(opened.vault, ctx.author, record, changed, stored.versions, ctx.today)
    ctx.note("write", "mark places to redact", vault=case, record=record, number=number)
    return len(opened.printed.pages)


def refused(page: PageMarks, places: Sequence[Place], before: str) -> tuple[Place, ...]:
    """The places to show after they were not kept: none is lost that still lies on what was seen."""
    now = () if page.stale else page.places
    if before == state(page):
        return tuple(places)
    if _seen(before) != _seen(state(page)):
        return now
    return tuple(dict.fromkeys((*now, *places)))


def clear(ctx: Context, case: CaseId, record: RecordId, variant: str) -> None:
    """Remove every place that fits no page any more; raises RuleBroken while pages are not drawn."""
    opened = _to_write(ctx, case, record, variant)
    fitting = {(page.key, page.seen) for page in opened.printed.pages}
    value = opened.stored.value
    for page in marked(value, variant):
        if (page.key, page.seen) not in fitting:
            value = replace(value, redactions=with_page(value, replace(page, places=())))
    ctx.work.records.update(opened.vault, ctx.author, record, value, opened.stored.versions, ctx.today)
    ctx.note("write", "mark places to redact", vault=case, record=record)


def state(page: PageMarks) -> str:
    """What a form says of the page that it was made for: what was seen, and which places it had."""
    return f"{page.page.seen[:16]}.{sign(page.places)}"


def _seen(state: str) -> str:
    return state.partition(".")[0]


def make(runtime: Runtime, session: Session, now: datetime, case: CaseId, record: RecordId, variant: str) -> None:
    """Make the redacted copy: drawn and painted over in a process of its own, sealed beside the files.

    Raises RuleBroken where what is marked does not fit the pages, or was changed while the copy was made.
    """
    with runtime.reading(session, now) as ctx:
        order = _order(ctx, case, record, variant)
    files = [
        seal_whole(runtime, case, data, name=NAME, at=now, by=session.actor.user) for data in _made(runtime, order)
    ]
    with runtime.writing(session, now) as ctx:
        vault, stored = _opened(ctx, case, record)
        if made_of(stored.value, variant) != order.made_of:
            raise RuleBroken(OTHER_COPY)
        for file in files:
            ctx.work.files.add(file.row(case, ctx.today))
        changed = replace(
            stored.value, copies=with_copies(stored.value, variant, tuple(file.entry() for file in files))
        )
        ctx.work.records.update(vault, ctx.author, record, changed, stored.versions, ctx.today)
        ctx.note("write", "make a redacted copy", vault=case, record=record)


def before_picture(ctx: Context, case: CaseId, record: RecordId, number: int) -> bytes | LargePage:
    """A page to mark: its kept picture, or, where that one lies on its side, the page that the caller draws."""
    printed = previews.of(ctx, case, record, 0.0)
    page = next((page for page in printed.pages if page.number == number), None)
    if page is not None and page.turn:
        return previews.large_page(ctx, case, record, number)
    return previews.page_picture(ctx, case, record, number)


def copy_pages(ctx: Context, case: CaseId, record: RecordId, variant: str) -> Shown:
    """The pages of the redacted copy, drawn if they were not yet; NotFound while none holds."""
    _vault, stored = _opened(ctx, case, record)
    return previews.of(ctx, case, record, PATIENT, _copies(stored.value, variant))


def copy_picture(ctx: Context, case: CaseId, record: RecordId, variant: str, number: int) -> bytes:
    """A page of the redacted copy; NotFound while none holds."""
    vault = open_vault(ctx, Act.OPEN_FILE, case, record=record)
    files = _copies(read_in(ctx, vault, record, Evidence).value, variant)
    return previews.page_picture(ctx, case, record, number, files)


def _opened(ctx: Context, case: CaseId, record: RecordId) -> tuple[OpenVault, Stored[Evidence]]:
    vault = open_vault(ctx, Act.ADD_EVIDENCE, case, record=record)
    return vault, read_in(ctx, vault, record, Evidence)


def _for_readers(ctx: Context, case: CaseId, record: RecordId, variant: str, wait: float = PATIENT) -> OpenedRedaction:
    """An exhibit for one kind of reader, its pages waited for so many seconds; raises NotFound for another."""
    vault, stored = _opened(ctx, case, record)
    if not is_variant(variant):
        raise NotFound
    printed = previews.of(ctx, case, record, wait)
    return OpenedRedaction(
        vault=vault, stored=stored, printed=printed, redaction=_redaction(stored.value, printed, variant)
    )


def _to_write(ctx: Context, case: CaseId, record: RecordId, variant: str) -> OpenedRedaction:
    """The same in a transaction that writes; raises RuleBroken while pages are not drawn."""
    opened = _for_readers(ctx, case, record, variant, NO_WAIT)
    if opened.printed.waiting:
        raise RuleBroken(UNDRAWN)
    return opened


def _copies(value: Evidence, variant: str) -> tuple[KeptFile, ...]:
    files = tuple(map(stored_file, copies(value, variant) or ()))
    if not files:
        raise NotFound
    return files


def _redaction(value: Evidence, printed: Shown, variant: str) -> Redaction:
    saved = {page.key: page for page in marked(value, variant)}
    pages = []
    for page in printed.pages:
        now = saved.pop(page.key, None)
        if now is None:
            pages.append(PageMarks(page=page))
        else:
            pages.append(PageMarks(page=page, places=now.places, stale=now.seen != page.seen))
    lost = 0 if printed.waiting else len(saved)
    return Redaction(variant=variant, pages=tuple(pages), lost=lost, copied=bool(copies(value, variant)))


def _order(ctx: Context, case: CaseId, record: RecordId, variant: str) -> CopyOrder:
    opened = _for_readers(ctx, case, record, variant)
    printed, redaction = opened.printed, opened.redaction
    if printed.waiting or any(file.wrong for file in printed.files):
        raise RuleBroken(UNDRAWN)
    if not redaction.places:
        raise RuleBroken(NOTHING)
    if not redaction.fits:
        raise RuleBroken(STALE)
    places: dict[int, tuple[tuple[Place, ...], ...]] = {}
    for page in redaction.pages:
        places[page.page.file] = (*places.get(page.page.file, ()), page.places)
    files = tuple((file.file, places[file.number]) for file in printed.files if file.pages)
    return CopyOrder(
        case=case, record=record, variant=variant, files=files, made_of=made_of(opened.stored.value, variant)
    )


def _made(runtime: Runtime, order: CopyOrder) -> list[bytes]:
    """A PDF for each file that has pages, of exactly as many pages as were marked."""
    tasks = [
        (ExhibitTask(part=part_of(file), dpi=DPI, redacted=pages), contents(runtime, order.case, file))
        for file, pages in order.files
    ]
    created = []
    with turn(runtime, PATIENT):
        for (_file, pages), ready in zip(order.files, open_files(tasks, LIMITS), strict=True):
            if ready.outcome.reason or ready.outcome.count != len(pages) or not ready.pdf:
                raise RuleBroken(NOT_MADE)
            created.append(ready.pdf)
    return created
