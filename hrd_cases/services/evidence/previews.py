"""Pages of exhibits as pictures, and what would be printed of each file: drawn once, kept sealed beside the file.

They rest under a key that follows from the file's own key, which its record holds: whoever may open the file may see
them, and nobody else. They are bound to all that they were made of; where any of it changes they are drawn anew.
"""

import os
import threading
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from time import monotonic

from hrd_cases.crypto.core.encoding import padded_length, pae, read_number, u32
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.previews import PreviewSeal
from hrd_cases.crypto.core.primitives import digest, random
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.arranging import SourcePage, arranged
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.papers import Part, PartKind, PrintNote
from hrd_cases.domain.words import N_
from hrd_cases.render import wire
from hrd_cases.render.edition import EDITION
from hrd_cases.render.exhibit_process import Altered, ExhibitTask, Outcome
from hrd_cases.render.process import BuildLimits, open_files
from hrd_cases.services.evidence.evidence import files_of
from hrd_cases.services.evidence.exhibit_turns import ALTERED, AT_ONCE, opened
from hrd_cases.services.evidence.file_types import part_kind
from hrd_cases.services.evidence.sealed_files import KeptFile, contents
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.kernel.per_process import PerProcess
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.records.records import read_in

DPI = 100
WIDTH, SMALL = 600, 128  # of a page; of the first page in lists, drawn twice as fine as it is shown
LIMITS = BuildLimits(exhibit_seconds=300.0)  # in the background: longer than a paper waits for one file
LARGE = 1500  # points across, of a page that is looked at by itself
WAIT = 3.0  # seconds that a page waits for pictures before it is shown without them
INDEX = 0
TRAILER = 4
Copies = tuple[KeptFile, ...] | None  # the redacted copies of an exhibit, in place of its own files
NOT_KEPT = N_("The pictures of the pages could not be saved. Tell the server operator.")


@dataclass(frozen=True, kw_only=True)
class FilePrint:
    """One file, `number` from 1: the pages it prints on, or why none (a key of printing.NOT_PRINTED); what to say.

    `drawn` is False while nobody has opened it yet; `wrong` says that the file itself is missing or altered.
    """

    number: int
    file: KeptFile
    pages: int = 0
    reason: str = ""
    notes: tuple[PrintNote, ...] = ()
    drawn: bool = True
    wrong: str = ""


@dataclass(frozen=True, kw_only=True)
class PreviewPage:
    """A printed page of an exhibit, `number` from 1 through all its files.

    `file` is the number of its file, `source` the page or picture of that file which it shows (both from 1), `at` its
    place among the printed pages of the file, `piece` the place of its picture among those kept of the file. The
    picture is shown turned clockwise by `turn` degrees. `seen` (hex) stands for picture and turn: it changes with
    whatever changes what is printed (file, turn, the way of printing), so that an approval can be bound to it. `key`
    names the page on the exhibit's page, wherever it is moved.
    """

    number: int
    file: int
    source: int
    at: int
    piece: int
    turn: int
    seen: str
    key: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What of an exhibit is printed; `waiting` while some of its files have not been opened yet."""

    record: RecordId
    title: str
    files: tuple[FilePrint, ...]
    pages: tuple[PreviewPage, ...]

    @property
    def waiting(self) -> bool:
        """True while some file is still to be drawn."""
        return any(not file.drawn for file in self.files)


@dataclass(frozen=True, kw_only=True)
class InList:
    """An exhibit in a list: by how much its small picture is turned (None: it has none yet), and the files that nobody
    tried to draw yet."""

    turn: int | None
    missing: tuple[KeptFile, ...]


@dataclass(frozen=True, kw_only=True)
class LargePage:
    """One printed page that is to be drawn large, and how finely its pictures are drawn."""

    case: CaseId
    file: KeptFile
    at: int
    dpi: int = DPI


@dataclass(frozen=True, kw_only=True)
class _Piece:
    """Where a sealed picture lies in the file, and the SHA-256 (hex) of the picture."""

    start: int
    length: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class _Index:
    """What came of a file, and its pictures: the small one, then every page."""

    outcome: Outcome
    pieces: tuple[_Piece, ...] = ()


@dataclass(kw_only=True)
class _Work:
    """Files that are being drawn, by blob; what is wrong with those that could not be read."""

    going: dict[str, threading.Event] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    slots: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE))


WORK = PerProcess(_Work)  # it has a lock of its own, and threads that hold it


def of(ctx: Context, case: CaseId, record: RecordId, wait: float | None = None, copies: Copies = None) -> Shown:
    """What is printed of an exhibit, page by page; asks for what was not drawn yet and waits so many seconds for it.

    `copies`: the same of its redacted copies.
    """
    vault = open_vault(ctx, Act.OPEN_FILE, case, record=record)
    stored = read_in(ctx, vault, record, Evidence)
    files = files_of(stored) if copies is None else copies
    indexes = [_index(ctx.runtime, case, file) for file in files]
    missing = [file for file, index in zip(files, indexes, strict=True) if index is None]
    if missing:
        begin(ctx.runtime, case, missing, WAIT if wait is None else wait)
        indexes = [index or _index(ctx.runtime, case, file) for file, index in zip(files, indexes, strict=True)]
    return _shown(ctx.runtime, record, str(stored.value.title), tuple(zip(files, indexes, strict=True)))


def large_page(ctx: Context, case: CaseId, record: RecordId, number: int) -> LargePage:
    """A page of an exhibit that is asked for large; the caller draws it (draw_large) outside any transaction."""
    printed = of(ctx, case, record, 0.0)
    page = next((page for page in printed.pages if page.number == number), None)
    if page is None:
        raise NotFound
    ctx.note("read", "look at a page", vault=case, record=record, number=number)
    return LargePage(case=case, file=printed.files[page.file - 1].file, at=page.at)


def draw_large(runtime: Runtime, page: LargePage) -> bytes:
    """One page as it would be printed, turned as it is printed, large enough to read small print.

    Raises RuleBroken while too many others wait for theirs, NotFound where the page can not be drawn.
    """
    task = ExhibitTask(part=replace(part_of(page.file), pages=(page.at,)), dpi=page.dpi, width=LARGE, small=1)
    ready = opened(runtime, page.case, page.file, task)
    if not ready.pictures:
        raise NotFound
    return ready.pictures[-1]


def page_picture(ctx: Context, case: CaseId, record: RecordId, number: int, copies: Copies = None) -> bytes:
    """A page of an exhibit as a picture, `number` from 1 through all its files; NotFound when it has none."""
    files, before = _files(ctx, case, record), 0
    for file in files if copies is None else copies:
        index = _index(ctx.runtime, case, file)
        pieces = _pieces(index, file) if index else []
        if index and before < number <= before + len(pieces):
            ctx.note("read", "look at a page", vault=case, record=record, number=number)
            return _picture(ctx.runtime, case, file, index, pieces[number - before - 1][2])
        before += len(pieces)
    raise NotFound


def small_picture(ctx: Context, case: CaseId, record: RecordId) -> bytes:
    """The first printed page of an exhibit as a small picture for lists; NotFound when it has none."""
    for file in _files(ctx, case, record):
        index = _index(ctx.runtime, case, file)
        if index and index.pieces:
            ctx.note("read", "look at a small picture", vault=case, record=record)
            first = _pieces(index, file)[0][2]
            # Of the first page of the file a small one is kept; of another that was moved there, the whole page.
            return _picture(ctx.runtime, case, file, index, 0 if first == 1 else first)
    raise NotFound


def listed(runtime: Runtime, case: CaseId, files: Iterable[KeptFile]) -> InList:
    """What a list shows of an exhibit with these files, and which of them are still to be drawn."""
    indexes = [(file, _index(runtime, case, file)) for file in files]
    wrong = WORK.itself(runtime).wrong
    turns = (_pages(index, file)[0].turn for file, index in indexes if index and index.pieces)
    return InList(
        turn=next(turns, None),
        missing=tuple(file for file, index in indexes if index is None and file.blob not in wrong),
    )


def begin(runtime: Runtime, case: CaseId, files: Iterable[KeptFile], wait: float = 0.0) -> None:
    """Draw these files in the background, those that are not being drawn already; wait so many seconds for all."""
    work = WORK.itself(runtime)
    events, mine = [], []
    with work.lock:
        for file in files:
            if file.blob not in work.going:
                work.going[file.blob] = threading.Event()
                work.wrong.pop(file.blob, None)
                mine.append(file)
            events.append(work.going[file.blob])
    if mine:
        threading.Thread(target=_draw, args=(runtime, case, mine), daemon=True).start()
    until = monotonic() + wait
    for event in events:
        event.wait(max(0.0, until - monotonic()))


def _draw(runtime: Runtime, case: CaseId, files: list[KeptFile]) -> None:
    """Draw files one after the other in one worker; one that is wrong stops no other."""
    work, left = WORK.itself(runtime), list(files)
    while left:
        wrong = ""
        try:
            with work.slots, closing(_opened(runtime, case, left)) as opened:
                for outcome, pictures in opened:
                    _keep(runtime, case, left[0], outcome, pictures)
                    _done(work, left.pop(0), "")
        except RuleBroken as broken:
            wrong = broken.text
        except (Altered, CryptoError):
            wrong = ALTERED
        except Exception:  # noqa: BLE001  # in a thread of its own nobody else would hear of it
            wrong = NOT_KEPT
        if left:
            _done(work, left.pop(0), wrong)


def _opened(runtime: Runtime, case: CaseId, files: list[KeptFile]) -> Generator[tuple[Outcome, tuple[bytes, ...]]]:
    """What came of each file and its pictures."""
    tasks = [
        (ExhibitTask(part=_drawn_part(file), dpi=DPI, width=WIDTH, small=SMALL), _read(runtime, case, file))
        for file in files
    ]
    yield from ((ready.outcome, ready.pictures) for ready in open_files(tasks, LIMITS))


def _read(runtime: Runtime, case: CaseId, file: KeptFile) -> Iterator[bytes]:
    """The bytes of a file, which is opened only when its turn has come."""
    yield from contents(runtime, case, file)


def _done(work: _Work, file: KeptFile, wrong: str) -> None:
    with work.lock:
        if wrong:
            work.wrong[file.blob] = wrong
        work.going.pop(file.blob).set()


def _keep(runtime: Runtime, case: CaseId, file: KeptFile, outcome: Outcome, pictures: tuple[bytes, ...]) -> None:
    """Seal what came of a file beside it; not beside one that was deleted meanwhile."""
    seal = _seal(runtime, case, file)
    sealed, pieces, start = [], [], 0
    for number, picture in enumerate(pictures, start=1):
        sealed.append(seal.seal(number, picture))
        pieces.append(_Piece(start=start, length=len(sealed[-1]), sha256=digest(picture).hex()))
        start += len(sealed[-1])
    index = seal.seal(INDEX, wire.pack(_Index(outcome=outcome, pieces=tuple(pieces))))
    rest = random(padded_length(start + len(index) + TRAILER) - start - len(index) - TRAILER)
    runtime.blobs.previews.put(file.blob, b"".join([*sealed, rest, index, u32(len(index))]))
    try:
        runtime.blobs.size(file.blob)
    except FileNotFoundError:
        runtime.blobs.remove(file.blob)


def _index(runtime: Runtime, case: CaseId, file: KeptFile) -> _Index | None:
    """What is kept of a file; None when nothing is, or it was made of something else, or it is not as it was.

    Of files whose kind is never printed nothing is kept: sizes on the disk would tell which they are.
    """
    if part_kind(file.sniffed) is PartKind.OTHER:
        return _Index(outcome=Outcome(count=0, of=0, reason="kind"))
    try:
        with runtime.blobs.previews.open(file.blob) as stream:
            end = stream.seek(-TRAILER, os.SEEK_END)
            length = read_number(stream.read(TRAILER), TRAILER)
            stream.seek(end - length)
            return wire.unpack(_Index, _seal(runtime, case, file).unseal(INDEX, stream.read(length)))
    except (OSError, CryptoError, ValueError, TypeError, KeyError):
        return None


def _picture(runtime: Runtime, case: CaseId, file: KeptFile, index: _Index, at: int) -> bytes:
    """A picture by its place; NotFound, and drawn again when next looked at, where it is not as it was."""
    piece = index.pieces[at]
    try:
        with runtime.blobs.previews.open(file.blob) as stream:
            stream.seek(piece.start)
            data = _seal(runtime, case, file).unseal(at + 1, stream.read(piece.length))
    except (OSError, CryptoError):
        data = b""
    if digest(data).hex() != piece.sha256:
        runtime.blobs.previews.remove(file.blob)
        raise NotFound
    return data


def _shown(runtime: Runtime, record: RecordId, title: str, files: tuple[tuple[KeptFile, _Index | None], ...]) -> Shown:
    wrong = WORK.itself(runtime).wrong
    prints, pages = list[FilePrint](), list[PreviewPage]()
    for at, (file, index) in enumerate(files, start=1):
        if index is None:
            text = wrong.get(file.blob, "")
            prints.append(FilePrint(number=at, file=file, drawn=bool(text), wrong=text))
            continue
        outcome = index.outcome
        prints.append(FilePrint(number=at, file=file, pages=outcome.count, reason=outcome.reason, notes=outcome.notes))
        pages += [replace(page, number=len(pages) + page.at, file=at) for page in _pages(index, file)]
    return Shown(record=record, title=title, files=tuple(prints), pages=tuple(pages))


def _pieces(index: _Index, file: KeptFile) -> list[tuple[int, int, int]]:
    """Of each page in the order printed: the page of the file, its own turn, the place of its picture."""
    places: dict[int, list[int]] = {}
    for piece, source in enumerate(index.outcome.sources, start=1):
        places.setdefault(source, []).append(piece)
    return [
        (page.number, page.turn, piece)
        for page in arranged(file.arrangement, tuple(places))
        for piece in places[page.number]
    ]


def _pages(index: _Index, file: KeptFile) -> list[PreviewPage]:
    """The pages of one file in the order printed, counted from 1."""
    is_pdf = part_kind(file.sniffed) is PartKind.PDF
    pages = []
    for at, (source, own, piece) in enumerate(_pieces(index, file), start=1):
        turn = (file.turn + own) % 360 if is_pdf else 0
        seen_mark = digest(pae(index.pieces[piece].sha256.encode(), u32(turn))).hex()
        key = f"{file.blob[:12]}-{piece}"
        pages.append(
            PreviewPage(number=at, file=1, source=source, at=at, piece=piece, turn=turn, seen=seen_mark, key=key)
        )
    return pages


def _files(ctx: Context, case: CaseId, record: RecordId) -> tuple[KeptFile, ...]:
    vault = open_vault(ctx, Act.OPEN_FILE, case, record=record)
    return files_of(read_in(ctx, vault, record, Evidence))


def part_of(file: KeptFile) -> Part:
    """A file as it is printed, as the process that opens exhibits is told of it."""
    return Part(
        id=file.blob,
        kind=part_kind(file.sniffed),
        sha256=file.sha256,
        length=file.length,
        turn=file.turn,
        arrangement=file.arrangement,
    )


def _drawn_part(file: KeptFile) -> Part:
    """The same as it is drawn: order, and the turns of a PDF, are put on when its pages are shown.

    So a long file is not drawn anew for them.
    """
    part = part_of(file)
    if part.kind is not PartKind.IMAGE:
        return replace(part, turn=0, arrangement=())
    return replace(part, arrangement=_filled(source_page for source_page in file.arrangement if source_page.turn))


def _filled(turns: Iterable[SourcePage]) -> tuple[SourcePage, ...]:
    """These turns with every page between them, so that nothing changes its place."""
    source_pages = {turn.number: turn for turn in turns}
    return tuple(source_pages.get(at, SourcePage(number=at)) for at in range(1, max(source_pages, default=0) + 1))


def _seal(runtime: Runtime, case: CaseId, file: KeptFile) -> PreviewSeal:
    made_of = pae(wire.pack(_drawn_part(file)), *map(u32, (EDITION, DPI, WIDTH, SMALL)))
    return PreviewSeal(file.key, runtime.org, bytes.fromhex(case), bytes.fromhex(file.blob), digest(made_of))
