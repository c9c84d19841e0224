"""Pages of exhibits that somebody saw as pictures and lets into a paper that hides people: page by page.

An approval holds for the readers of the paper, the very bytes of the file, its turn, the pages chosen and the way of
printing. Where one of these is another, it is void and the page is absent until it was seen again.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from typing import TypeVar

from hrd_cases.domain.page_choices import in_file, written
from hrd_cases.domain.papers import Exhibit, Part
from hrd_cases.domain.words import N_

W = TypeVar("W")  # words, redacted or not
BY_HASH = 0  # in place of a page: a file that can not be printed stands in the paper by its hash
PAGES, UNSEEN = "pages", "unseen"
READERS = N_("This paper has other readers now.")
REPRINTED = N_("The program draws pages in another way now.")
OTHER_PAGES = N_("Other pages were chosen, or the order of the files was changed.")
TURNED = N_("A file was turned, or its pages were moved.")
REPLACED = N_("A file was replaced or removed.")


@dataclass(frozen=True, kw_only=True)
class PageApproval:
    """What was said of the pages of one file: it is printed on `of` pages, of which `pages` (from 1) may be shown."""

    evidence: str
    recipient: str
    sha256: str
    turn: int
    chosen: str
    edition: int
    of: int
    pages: tuple[int, ...] = ()
    by: str = ""
    on: date | None = None
    arranged: str = ""

    @property
    def bound_to(self) -> tuple[str | int, ...]:
        """All that it holds for; another, and it is void."""
        return (self.evidence, self.recipient, self.sha256, self.turn, self.arranged, self.chosen, self.edition)


@dataclass(frozen=True, kw_only=True)
class ApprovedPages:
    """The pages of one exhibit that may be shown.

    `files`: by part, its pages in the order printed. `places`: which of the chosen pages these are, from 1 through the
    exhibit. `absent`: the chosen ones without approval. `unseen`: some file was not looked at, so that nobody knows
    how many there are. `void`: why approvals that were given hold no longer.
    """

    files: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    lengths: Mapping[str, int] = field(default_factory=dict)
    places: tuple[int, ...] = ()
    absent: tuple[int, ...] = ()
    unseen: bool = False
    void: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many pages may be shown."""
        return len(self.places)

    @property
    def total(self) -> int:
        """How many pages were chosen and counted."""
        return len(self.places) + len(self.absent)

    def place_of(self, page: int) -> int | None:
        """As which page a chosen page is printed; None when it is absent."""
        return self.places.index(page) + 1 if page in self.places else None


def unsaid(exhibit: Exhibit[W], part: Part, recipient: str, edition: int, of: int = 0) -> PageApproval:
    """What an approval of this file would be bound to now, with no page approved."""
    return PageApproval(
        evidence=exhibit.id,
        recipient=recipient,
        sha256=part.sha256,
        turn=part.turn,
        arranged=_arranged(part),
        chosen=_chosen(exhibit),
        edition=edition,
        of=of,
    )


def mark(approval: PageApproval, page: int) -> str:
    """What stands for a page in a form: another file, turn, choice, reader or way of printing has another."""
    text = "\n".join(map(str, (*approval.bound_to, page)))
    return sha256(text.encode()).hexdigest()[:32]


def standing(
    exhibit: Exhibit[W], part: Part, approvals: Iterable[PageApproval], recipient: str, edition: int
) -> PageApproval | None:
    """What was said of the pages of this file and still holds."""
    now = unsaid(exhibit, part, recipient, edition).bound_to
    return next((approval for approval in approvals if approval.bound_to == now), None)


def wanted(exhibit: Exhibit[W], before: int, of: int) -> tuple[int, ...]:
    """The chosen pages (from 1) of a file of `of` pages that stands behind `before` pages, in the order printed."""
    chosen = exhibit.parts[0].pages if exhibit.parts else ()
    return tuple(page + 1 for page in in_file(chosen, skip=before, of=of))


def approved_pages(
    exhibit: Exhibit[W], approvals: tuple[PageApproval, ...], recipient: str, edition: int
) -> ApprovedPages:
    """Which pages of an exhibit may be shown; behind a file that was not looked at, none."""
    files: dict[str, tuple[int, ...]] = {}
    lengths: dict[str, int] = {}
    places: list[int] = []
    absent: list[int] = []
    before = place = 0
    unseen = False
    for part in exhibit.parts:
        page_approval = standing(exhibit, part, approvals, recipient, edition)
        if page_approval is None:
            unseen = True
            break
        chosen = wanted(exhibit, before, page_approval.of) if page_approval.of else (BY_HASH,)
        numbers = tuple(page for page in chosen if page in page_approval.pages)
        if numbers:
            files[part.id], lengths[part.id] = numbers, page_approval.of
        for page in chosen if page_approval.of else ():
            place += 1
            if page in numbers:
                places.append(place)
            else:
                absent.append(before + page)
        before += page_approval.of
    return ApprovedPages(
        files=files,
        lengths=lengths,
        places=tuple(places),
        absent=tuple(absent),
        unseen=unseen,
        void=tuple(dict.fromkeys(_void(exhibit, approvals, recipient, edition))),
    )


def only_approved(exhibit: Exhibit[W], pages: ApprovedPages) -> Exhibit[W]:
    """The exhibit with its approved pages alone; a file without any is absent."""
    parts = (
        replace(part, pages=(), seen=pages.files[part.id], of=pages.lengths[part.id])
        for part in exhibit.parts
        if part.id in pages.files
    )
    return replace(exhibit, parts=tuple(parts))


def absences(title: str, pages: ApprovedPages) -> Iterator[tuple[str, str]]:
    """What of an exhibit of this title is left out, and why (keys of passages.WHY_LEFT_OUT)."""
    if pages.absent:
        yield f"{title}: {written(pages.absent)}", PAGES
    if pages.unseen:
        yield title, UNSEEN


def _void(exhibit: Exhibit[W], approvals: Iterable[PageApproval], recipient: str, edition: int) -> Iterator[str]:
    """Why approvals of this exhibit hold no longer, as msgids."""
    turns = {(part.sha256, part.turn, _arranged(part)) for part in exhibit.parts}
    chosen = _chosen(exhibit)
    for approval in approvals:
        if approval.evidence != exhibit.id or not approval.pages:
            continue
        if approval.recipient != recipient:
            yield READERS
        elif approval.sha256 not in {part.sha256 for part in exhibit.parts}:
            yield REPLACED
        elif (approval.sha256, approval.turn, approval.arranged) not in turns:
            yield TURNED
        elif approval.chosen != chosen:
            yield OTHER_PAGES
        elif approval.edition != edition:
            yield REPRINTED


def _arranged(part: Part) -> str:
    """What stands for order and turns of the pages of a file; empty while they are as the file has them."""
    pages = " ".join(f"{page.number}:{page.turn}" for page in part.arrangement)
    return sha256(pages.encode()).hexdigest()[:32] if pages else ""


def _chosen(exhibit: Exhibit[W]) -> str:
    """What stands for the choice of pages: empty for all; else of which files they count through, too."""
    pages = exhibit.parts[0].pages if exhibit.parts else ()
    if not pages:
        return ""
    files = " ".join(f"{part.sha256}:{part.turn}:{_arranged(part)}" for part in exhibit.parts)
    return sha256(f"{pages}\n{files}".encode()).hexdigest()[:32]
