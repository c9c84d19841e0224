"""One page of an exhibit moved or turned by the buttons under its picture; the files stay as they are."""

from dataclasses import replace

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.arranging import arranged, moved, turned
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.evidence import Evidence, with_files
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.papers import PartKind
from hrd_cases.domain.words import N_
from hrd_cases.services.evidence import previews
from hrd_cases.services.evidence.file_types import part_kind
from hrd_cases.services.evidence.previews import PreviewPage, Shown
from hrd_cases.services.evidence.sealed_files import KeptFile
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.records.records import read_in

UP, DOWN, TURN = "up", "down", "turn"
BY = {UP: -1, DOWN: 1}
PAGED = frozenset({PartKind.PDF, PartKind.IMAGE})  # their pages can be moved and turned; others are printed as written
OTHER_NOW = N_("This evidence has other pages now. Look at it again.")


def press(ctx: Context, case: CaseId, record: RecordId, what: str, number: int, seen_mark: str) -> PreviewPage:
    """Carry out `what` (UP, DOWN or TURN) on page `number`, shown as `seen_mark`; returns the page as it is now."""
    vault = open_vault(ctx, Act.ADD_EVIDENCE, case, record=record)
    pages_shown = previews.of(ctx, case, record, 0)
    page = next(
        (page for page in pages_shown.pages if page.number == number and seen_mark and page.seen.startswith(seen_mark)),
        None,
    )
    if page is None or what not in (*BY, TURN):
        raise RuleBroken(OTHER_NOW, place="pages")
    stored = read_in(ctx, vault, record, Evidence)
    files = _turned(pages_shown, page) if what == TURN else _moved(pages_shown, page, BY[what])
    value = with_files(stored.value, [file.entry() for file in files])
    ctx.work.records.update(vault, ctx.author, record, value, stored.versions, ctx.today)
    ctx.note("write", "arrange an exhibit", vault=case, record=record)
    now = previews.of(ctx, case, record, 0)
    return next((item for item in now.pages if item.key == page.key), page)


def may_turn(file: KeptFile) -> bool:
    """Whether single pages of a file can be turned."""
    return part_kind(file.sniffed) in PAGED


def _turned(visible: Shown, page: PreviewPage) -> list[KeptFile]:
    files, at = [file.file for file in visible.files], page.file - 1
    if not may_turn(files[at]):
        raise RuleBroken(OTHER_NOW, place="pages")
    pages = arranged(files[at].arrangement, _sources(visible, page.file))
    files[at] = replace(files[at], arrangement=tuple(turned(pages, page.source)))
    return files


def _moved(visible: Shown, page: PreviewPage, by: int) -> list[KeptFile]:
    """A page changes places with its neighbour; at the end of its file the whole file does."""
    files, at = [file.file for file in visible.files], page.file - 1
    pages = arranged(files[at].arrangement, _sources(visible, page.file))
    order = moved(pages, page.source, by) if may_turn(files[at]) else None
    if order is not None:
        files[at] = replace(files[at], arrangement=tuple(order))
        return files
    printed = [file.number - 1 for file in visible.files if file.pages and (file.number - 1 - at) * by > 0]
    if printed:  # past the next file that has pages: past another nothing would be seen to move
        files.insert(min(printed) if by > 0 else max(printed), files.pop(at))
    return files


def _sources(visible: Shown, file: int) -> tuple[int, ...]:
    return tuple(sorted({page.source for page in visible.pages if page.file == file}))
