"""The text of exhibits for search: read in the background in a process without keys, then sealed beside the exhibit.

Pages that have no text are read by a machine, where it is installed (render/ocr.py), when the other texts are kept.
It begins when somebody who may add evidence looks at an exhibit or at its row, as its pictures do, so that an upload
waits for nothing. A file that has no text is tried again after the server was started again.
"""

import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import groupby

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.file_texts import MOST_LETTERS, FileText, of_letters
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.papers import PartKind
from hrd_cases.domain.vaults import IDENTITY
from hrd_cases.render import ocr
from hrd_cases.render.exhibit_process import MOST_SCANS, ExhibitTask
from hrd_cases.render.process import BuildLimits, open_files
from hrd_cases.services.evidence import previews
from hrd_cases.services.evidence.evidence import files_of
from hrd_cases.services.evidence.file_types import part_kind
from hrd_cases.services.evidence.sealed_files import KeptFile, contents
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.kernel.per_process import PerProcess
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.keys.gate import may, peek
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored, is_of, of_class
from hrd_cases.store.stored import new_record_id

LIMITS = BuildLimits(exhibit_seconds=60.0, cpu_seconds=300)
SCAN_DPI = 300
SCAN_LIMITS = BuildLimits(exhibit_seconds=300.0, cpu_seconds=600)
LONGEST = 100 * 1024**2  # bytes of a file that is read
_OFFICE = "application/vnd.openxmlformats-officedocument."
WITH_WORDS = frozenset({f"{_OFFICE}wordprocessingml.document", f"{_OFFICE}spreadsheetml.sheet", "application/zip"})
Sources = Mapping[str, Sequence[KeptFile]]  # the files of exhibits, by the id of their record
Source = tuple[RecordId, KeptFile]


@dataclass(kw_only=True)
class _Work:
    """The files, by blob, that are being read or were read in vain, and the last thread that reads.

    `pictures`: those whose pages have no text.
    """

    tried: set[str] = field(default_factory=set)
    pictures: set[str] = field(default_factory=set)
    scanning: threading.Lock = field(default_factory=threading.Lock)  # one page at a time: it takes a core
    last: threading.Thread | None = None


WORK = PerProcess(_Work)


def begin(ctx: Context, vault: OpenVault, sources: Sources, texts: Iterable[FileText] | None = None) -> None:
    """Read in the background what has not been read of these exhibits, where the actor may add to them.

    `texts`: those that are kept, where somebody opened them already.
    """
    if ctx.session is None or not _may_keep(ctx, vault):
        return
    chosen = [(record, file) for record, files in sources.items() for file in files if _has_words(file)]
    if not chosen:
        return
    read = _texts(ctx, vault) if texts is None else texts
    known = {text.file for text in read if text.scanned or not text.unread or not ocr.program()}
    with WORK.of(ctx.runtime) as work:
        mine = [source for source in chosen if source[1].blob not in work.tried | known]
        work.tried.update(file.blob for _, file in mine)
        if mine:
            keep = partial(_keep, ctx.runtime, ctx.session, ctx.now, vault.case)
            work.last = threading.Thread(target=_read, args=(ctx.runtime, vault.case, mine, keep), daemon=True)
            work.last.start()


@dataclass(frozen=True, kw_only=True)
class SearchedFiles:
    """What search knows of the files of an exhibit, by blob: only the beginning (`cut`), what a machine read.

    `unread`: files with pages that have no text and that no machine read. `reads`: a machine is there to read them.
    """

    cut: frozenset[str] = frozenset()
    scanned: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    reads: bool = False


def look(ctx: Context, stored: Stored[Evidence]) -> SearchedFiles:
    """Begin with an exhibit that is looked at; what search knows of its files so far."""
    vault = peek(ctx, stored.vault)
    if vault is None or not may(ctx, Act.OPEN_FILE, vault):
        return SearchedFiles()
    texts, files = _texts(ctx, vault), files_of(stored)
    begin(ctx, vault, {stored.id: files}, texts)
    own, reads = [text for text in texts if text.exhibit == stored.id], bool(ocr.program())
    unread = {text.file for text in own if text.unread and (text.scanned or not reads)}
    if not reads:
        with WORK.of(ctx.runtime) as work:
            pictures = frozenset(work.pictures)
        unread |= {each.blob for each in files if each.blob in pictures or part_kind(each.sniffed) is PartKind.IMAGE}
    return SearchedFiles(
        cut=frozenset(text.file for text in own if text.cut),
        scanned=frozenset(text.file for text in own if text.scanned),
        unread=frozenset(unread),
        reads=reads,
    )


def wait(runtime: Runtime) -> None:
    """Wait for what is being read."""
    with WORK.of(runtime) as work:
        last = work.last
    if last is not None:
        last.join()


def _texts(ctx: Context, vault: OpenVault) -> list[FileText]:
    return [text.value for text in of_class(ctx.work.records.cards([vault], (FileText,)), FileText)]


def _has_words(file: KeptFile) -> bool:
    kind = part_kind(file.sniffed)
    readable = kind in (PartKind.PDF, PartKind.TEXT, PartKind.MAIL) or file.sniffed in WITH_WORDS
    return (readable or (kind is PartKind.IMAGE and bool(ocr.program()))) and file.length <= LONGEST


def _read(runtime: Runtime, case: CaseId, sources: list[Source], keep: Callable[[list[FileText]], bool]) -> None:
    """Read the files one after the other, then keep the texts of each exhibit; a file that is wrong stops no other.

    What a machine has to read comes last, each file by itself.
    """
    left, texts, scans = list(sources), list[FileText](), list[tuple[Source, int]]()
    while left:
        try:
            with previews.WORK.itself(runtime).slots, closing(_letters(runtime, case, left)) as read:
                for letters, blank in read:
                    record, file = source = left.pop(0)
                    texts += [of_letters(record, file.blob, letters, blank)] if letters else []
                    scans += [(source, blank)] if blank else []
        except Exception:  # noqa: BLE001  # in a thread of its own nobody else would hear of it
            left = left[1:]
    _keep_all(runtime, texts, keep)
    with WORK.of(runtime) as work:
        work.pictures.update(file.blob for (_, file), _ in scans)
    for source, blank in scans if ocr.program() else ():
        said = _scanned(runtime, case, source)
        more = max(0, blank - MOST_SCANS)
        texts = [of_letters(source[0], source[1].blob, said, more, scanned=True)] if said else []
        _keep_all(runtime, texts, keep)


def _keep_all(runtime: Runtime, texts: Iterable[FileText], keep: Callable[[list[FileText]], bool]) -> None:
    for _, group in groupby(texts, key=lambda text: text.exhibit):
        own = list(group)
        try:
            kept = keep(own)
        except Exception:  # noqa: BLE001  # the session ended meanwhile: whoever looks next has it read again
            kept = False
        if not kept:
            with WORK.of(runtime) as work:
                work.tried.difference_update(text.file for text in own)


def _scanned(runtime: Runtime, case: CaseId, source: Source) -> str:
    """What a machine reads on the pages of a file that have no text; empty where it reads nothing."""
    task = ExhibitTask(part=previews.part_of(source[1]), dpi=SCAN_DPI, scans=True)
    with WORK.itself(runtime).scanning:  # taken first: the pages of a whole file stand in memory
        try:
            with previews.WORK.itself(runtime).slots:
                (ready,) = open_files([(task, _bytes(runtime, case, source[1]))], SCAN_LIMITS)
            return ocr.words_on(ready.pictures, ocr.program())
        except Exception:  # noqa: BLE001  # in a thread of its own nobody else would hear of it
            return ""


def _letters(runtime: Runtime, case: CaseId, sources: Iterable[Source]) -> Generator[tuple[str, int]]:
    """What is written in each file, one letter more than is kept, and how many of its pages have no text."""
    tasks = [
        (
            ExhibitTask(part=previews.part_of(file), dpi=previews.DPI, letters=MOST_LETTERS + 1),
            _bytes(runtime, case, file),
        )
        for _, file in sources
    ]
    yield from ((ready.text, ready.outcome.count) for ready in open_files(tasks, LIMITS))


def _bytes(runtime: Runtime, case: CaseId, file: KeptFile) -> Iterator[bytes]:
    """The bytes of a file, which is opened only when its turn has come."""
    yield from contents(runtime, case, file)


def _keep(runtime: Runtime, session: Session, now: datetime, case: CaseId, texts: list[FileText]) -> bool:
    """Seal the texts of one exhibit, of the files that it still has; False where the actor may no longer."""
    record = texts[0].exhibit
    with runtime.writing(session, now) as ctx:
        vault = peek(ctx, case)
        if vault is None or not _may_keep(ctx, vault):
            return False
        stored = ctx.work.records.read(vault, record)
        there = {file.blob for file in files_of(stored)} if stored is not None and is_of(stored, Evidence) else set()
        known = {(text.file, text.scanned) for text in _texts(ctx, vault)}
        for text in texts:
            if text.file in there and (text.file, text.scanned) not in known:
                ctx.work.records.add(vault, ctx.author, new_record_id(), text, ctx.today)
        ctx.note("write", "keep the text of a file", vault=case, record=record)
    return True


def _may_keep(ctx: Context, vault: OpenVault) -> bool:
    return may(ctx, Act.ADD_EVIDENCE, vault) and vault.may_write(IDENTITY)
