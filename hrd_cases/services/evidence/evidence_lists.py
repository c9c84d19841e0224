"""The exhibits of a case as a list to work with: narrowed, sorted and paged by their cards, the files of one page read.

However many exhibits a case has, only those that stand on the page are opened whole.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.fields import first_day
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.services.evidence import file_texts, previews
from hrd_cases.services.evidence.evidence import by_hash, files_of
from hrd_cases.services.evidence.file_types import ending
from hrd_cases.services.evidence.sealed_files import KeptFile
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.kernel.pagination import Page, folded, page_of
from hrd_cases.services.keys.gate import may, open_vault
from hrd_cases.services.records.records import title
from hrd_cases.services.records.timeline import in_order
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored, is_of, of_class

PER_PAGE = 25
DRAWN_AHEAD = 20 * 1024**2  # bytes of an exhibit that are drawn because its row is looked at
Numbered = tuple[int, Stored[Evidence]]
SORTS: dict[str, Callable[[Numbered], Any]] = {
    "": lambda items: -items[0],
    "number": lambda items: items[0],
    "day": lambda items: (first_day(items[1].value, "dated") or date.max, items[0]),
    "title": lambda items: (title(items[1]).casefold(), items[0]),
}


@dataclass(frozen=True, kw_only=True)
class ListFilter:
    """What a list is narrowed to and how it is sorted (a key of SORTS); `text` is a word of the title or a number."""

    kind: str = ""
    text: str = ""
    sort: str = ""
    page: int = 1


@dataclass(frozen=True, kw_only=True)
class Line:
    """One exhibit: `number` in the order of arrival, its files together; `same` names exhibits with a file of it.

    `turn` says by how much its small picture is turned, None where none is kept; `opens` is False where its files are
    not the reader's.
    """

    id: str
    number: int
    title: str
    kind: str
    dated: PartialDate | None
    count: int
    length: int
    ending: str
    turn: int | None
    opens: bool
    broken: bool
    same: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One page of the list, the kinds that the case has, and every card that was altered."""

    page: Page[Line]
    kinds: tuple[str, ...]
    every: tuple[Stored[Evidence], ...]


def listing(ctx: Context, case: CaseId, requested: ListFilter) -> Listed:
    """The exhibits of a case."""
    vault = open_vault(ctx, Act.READ_CASE, case)
    cards = in_order(of_class(ctx.work.records.cards([vault]), Evidence), Evidence)
    numbered = list(enumerate(cards, start=1))
    kinds = {str(card.value.kind) for card in cards if card.value.kind}
    chosen = [pair for pair in numbered if _matches(pair, requested)]
    page = page_of(sorted(chosen, key=SORTS.get(requested.sort, SORTS[""])), requested.page, PER_PAGE)
    opens = may(ctx, Act.OPEN_FILE, vault)
    places = by_hash(cards)
    shown = [_files(ctx, vault, card) if opens else None for _, card in page.items]
    lines = tuple(_line(ctx, vault, item, files, places) for item, files in zip(page.items, shown, strict=True))
    light = (files if files and _length(files) <= DRAWN_AHEAD else () for files in shown)
    file_texts.begin(ctx, vault, {card.id: files for (_, card), files in zip(page.items, light, strict=True)})
    missing = [file for files, _ in lines for file in files]
    if missing:  # in the background, so that it is there when the list is next looked at
        previews.begin(ctx.runtime, vault.case, missing)
    visible = page.showing(line for _, line in lines)
    return Listed(page=visible, kinds=tuple(sorted(kinds)), every=tuple(cards))


def _matches(numbered: Numbered, requested: ListFilter) -> bool:
    number, card = numbered
    if requested.kind and card.value.kind != requested.kind:
        return False
    word = folded(requested.text.strip())
    return not word or word in folded(title(card)) or word.removeprefix("№").strip() == str(number)


def _line(
    ctx: Context,
    vault: OpenVault,
    numbered: Numbered,
    own: tuple[KeptFile, ...] | None,
    places: dict[str, list[tuple[RecordId, str, int]]],
) -> tuple[tuple[KeptFile, ...], Line]:
    """An exhibit with its files (None: not the reader's), and those to be drawn because its row is looked at."""
    number, card = numbered
    files = own or ()
    hashes = str(card.value.hashes or "").split()
    same = {(record, name): None for hashed in hashes for record, name, _ in places[hashed] if record != card.id}
    drawn = previews.listed(ctx.runtime, vault.case, files)
    light = drawn.turn is None and _length(files) <= DRAWN_AHEAD
    return drawn.missing if light else (), Line(
        id=card.id,
        number=number,
        title=title(card),
        kind=card.value.kind,
        dated=card.value.dated,
        count=int(card.value.count or 0),
        length=_length(files),
        ending=ending(files[0].sniffed) if files else "",
        turn=drawn.turn,
        opens=own is not None,
        broken=bool(card.broken),
        same=tuple(same),
    )


def _files(ctx: Context, vault: OpenVault, card: Stored[Evidence]) -> tuple[KeptFile, ...]:
    """The files of an exhibit; none where what rests there cannot be read as files, so that the others are listed."""
    stored = ctx.work.records.read(vault, card.id)
    try:
        return files_of(stored) if stored is not None and is_of(stored, Evidence) else ()
    except (AttributeError, KeyError, TypeError, ValueError):
        return ()


def _length(files: Iterable[KeptFile]) -> int:
    return sum(file.length for file in files)
