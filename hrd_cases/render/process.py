"""The parent's side of building: starts the worker, feeds it, reads its progress and result, and outlives whatever
it does."""

import os
import queue
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import BinaryIO, cast

from hrd_cases.domain.custodians import CustodianCard
from hrd_cases.domain.own_templates import TemplateFile
from hrd_cases.domain.papers import (
    DossierRequest,
    EditedFiling,
    LetterRequest,
    Manifest,
    PageTexts,
    RefusedPaper,
    Variant,
)
from hrd_cases.domain.profiles import profiles
from hrd_cases.domain.reports import Report
from hrd_cases.render import pango, wire
from hrd_cases.render.exhibit_process import Altered, ExhibitTask, Opener, Ready
from hrd_cases.render.failure import BuildFailed

PACKAGE = Path(__file__).resolve().parents[1]
WORKER = "hrd_cases.render.worker"


@dataclass(frozen=True, kw_only=True)
class BuildLimits:
    """What one build may use before it is stopped: seconds of wall clock and of CPU, bytes of memory; seconds for one
    file of an exhibit."""

    wall_seconds: float = 600.0
    exhibit_seconds: float = 120.0
    cpu_seconds: int = 600
    memory_bytes: int = 2 * 1024**3


@dataclass(frozen=True, kw_only=True)
class BuildProgress:
    """A step of the build: a stage ('reading', 'exhibit', 'typesetting', 'joining', 'checking'), its label, done of
    total."""

    stage: str
    label: str = ""
    done: int = 0
    total: int = 0


@dataclass(frozen=True, kw_only=True)
class BuiltPaper:
    """A finished dossier: the whole, its separate numbered files (name, bytes), the filing to edit, the detachable
    annex."""

    main_pdf: bytes
    parts: tuple[tuple[str, bytes], ...]
    docx: bytes
    annex_pdf: bytes | None
    manifest: Manifest
    kept: bytes = field(repr=False)  # its sections, for the next build


@dataclass(frozen=True, kw_only=True)
class BuiltLetter:
    """A finished letter or report as PDF and to edit."""

    pdf: bytes
    docx: bytes


Contents = Iterable[tuple[str, Iterator[bytes]]]
Frame = tuple[bytes, bytes]
OnProgress = Callable[[BuildProgress], None]


def build(
    request: DossierRequest,
    exhibits: Contents,
    on_progress: OnProgress | None = None,
    limits: BuildLimits | None = None,
    before: bytes = b"",
) -> BuiltPaper:
    """Build a dossier in a worker process. `exhibits` gives (part id, plaintext chunks), read in this thread; `before`
    is what an earlier build kept: its sections are taken where nothing in them changed. Raises BuildFailed."""
    limits = limits or BuildLimits()
    with Opener(partial(_start, limits), limits.exhibit_seconds) as opener:
        pages = _exhibits(request, exhibits, opener, on_progress)
        files = _run(b"D", wire.pack(request), chain(((b"K", before),), pages), on_progress, limits, opener.stop)
    parts = tuple((name.removeprefix("part/"), data) for name, data in files.items() if name.startswith("part/"))
    return BuiltPaper(
        main_pdf=files["main"],
        parts=parts,
        docx=files["docx"],
        annex_pdf=files.get("annex"),
        manifest=wire.unpack(Manifest, files["manifest"]),
        kept=files["kept"],
    )


def build_letter(request: LetterRequest, limits: BuildLimits | None = None) -> BuiltLetter:
    """Build a letter in a worker process; raises BuildFailed."""
    files = _run(b"L", wire.pack(request), (), None, limits or BuildLimits())
    return BuiltLetter(pdf=files["main"], docx=files["docx"])


def clean_edited(filing: EditedFiling, limits: BuildLimits | None = None) -> tuple[bytes, PageTexts]:
    """The pages of an edited filing and nothing else, and what is written on them, made in a worker process; raises
    BuildFailed."""
    files = _run(b"E", wire.pack(filing), (), None, limits or BuildLimits(wall_seconds=120.0))
    return files["main"], wire.unpack(PageTexts, files["texts"])


def clean_template(file: TemplateFile) -> tuple[bytes, tuple[str, ...]]:
    """A template without what describes its maker, and the words in it, made in a worker process; raises
    BuildFailed."""
    files = _run(b"T", wire.pack(file), (), None, BuildLimits(wall_seconds=60.0))
    return files["main"], wire.unpack(PageTexts, files["texts"]).pages


def build_card(card: CustodianCard, limits: BuildLimits | None = None) -> bytes:
    """Set a custodian's card in a worker process, which writes no file; raises BuildFailed."""
    return _run(b"K", wire.pack(card), (), None, limits or BuildLimits())["main"]


def build_report(report: Report, limits: BuildLimits | None = None) -> BuiltLetter:
    """Set a report in a worker process; raises BuildFailed."""
    files = _run(b"R", wire.pack(report), (), None, limits or BuildLimits())
    return BuiltLetter(pdf=files["main"], docx=files["docx"])


def open_files(
    tasks: Iterable[tuple[ExhibitTask, Iterable[bytes]]], limits: BuildLimits | None = None
) -> Iterator[Ready]:
    """Open files for looking at them, all in one worker; raises Altered."""
    limits = limits or BuildLimits()
    with Opener(partial(_start, limits), limits.exhibit_seconds) as opener:
        for task, chunks in tasks:
            yield opener.open(task, chunks)


def _exhibits(
    request: DossierRequest, contents: Contents, opener: Opener, on_progress: OnProgress | None
) -> Iterator[Frame]:
    """The pages of each file as frames for the worker that sets the paper."""
    profile = profiles().get(request.profile)
    parts = {part.id: (exhibit, part) for exhibit in request.case.exhibits for part in exhibit.parts}
    before: Counter[str] = Counter()
    total = len(parts)
    for name, chunks in contents:
        if name not in parts or profile is None:
            raise BuildFailed("exhibit_unknown")
        exhibit, part = parts.pop(name)
        label = profile.label(exhibit.number, exhibit.late)
        if on_progress:
            on_progress(BuildProgress(stage="exhibit", label=label, done=total - len(parts), total=total))
        if request.variant is Variant.PROTECTED:  # what nobody approved is absent, whatever the request forgot to say
            part = replace(part, seen=part.seen or ())
        pixels = part.seen is not None
        task = ExhibitTask(part=part, dpi=profile.dpi, skip=before[exhibit.id], pixels=pixels)
        try:
            ready = opener.open(task, chunks)
        except Altered:
            raise BuildFailed("exhibit_altered", exhibit=label) from None
        before[exhibit.id] += ready.outcome.of
        yield b"X", name.encode()
        yield b"M", wire.pack(ready.outcome)
        yield from wire.pieces((ready.pdf,))


def _run(
    kind: bytes,
    request: bytes,
    frames: Iterable[Frame],
    on_progress: OnProgress | None,
    limits: BuildLimits,
    stop: Callable[[], None] = lambda: None,
) -> dict[str, bytes]:
    with _start(limits) as worker:
        reader = _Reader(cast(BinaryIO, worker.stdout))
        stopped = threading.Event()
        clock = threading.Timer(limits.wall_seconds, _stop, (worker, stopped, stop))
        clock.daemon = True
        clock.start()
        try:
            _feed(cast(BinaryIO, worker.stdin), kind, request, frames, lambda: reader.tell(on_progress))
            files = reader.finish(on_progress)
        finally:
            clock.cancel()
            worker.kill()
            # A worker that refused early has closed its end: what could not be sent must not hide why.
            with suppress(BrokenPipeError):
                cast(BinaryIO, worker.stdin).close()
    if stopped.is_set():
        raise BuildFailed("timeout")
    if files is None:
        raise BuildFailed("pango" if pango.missing() else "worker_died", detail="ended")
    return files


def _start(limits: BuildLimits, module: str = WORKER) -> subprocess.Popen[bytes]:
    environment = {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(PACKAGE.parent),
        "FONTCONFIG_FILE": str(PACKAGE / "render" / "fonts.conf"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",  # the order of sets must not show in the bytes of a paper
        **{name: os.environ[name] for name in ("DYLD_FALLBACK_LIBRARY_PATH", "LD_LIBRARY_PATH") if name in os.environ},
    }
    command = [sys.executable, "-P", "-m", module, str(limits.memory_bytes), str(limits.cpu_seconds)]
    # Its standard error goes nowhere: libraries put words of the text into their warnings.
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd="/",
        close_fds=True,
    )


def _stop(worker: subprocess.Popen[bytes], stopped: threading.Event, stop: Callable[[], None]) -> None:
    stopped.set()
    stop()
    worker.kill()


def _feed(stdin: BinaryIO, kind: bytes, request: bytes, frames: Iterable[Frame], between: Callable[[], None]) -> None:
    try:
        wire.write_frame(stdin, kind, request)
        for name, payload in frames:
            wire.write_frame(stdin, name, payload)
            if name == b"E":
                between()
        wire.write_frame(stdin, b"Z")
        stdin.flush()
    except BrokenPipeError:
        return  # the worker has ended; its last frame or its silence says why


class _Reader:
    """Reads the worker's frames in a thread of its own, so that neither side waits for the other with a full pipe."""

    def __init__(self, stdout: BinaryIO) -> None:
        self._frames: queue.SimpleQueue[tuple[bytes, bytes] | None] = queue.SimpleQueue()
        self._files: dict[str, bytes] = {}
        self._ended = self._over = False
        self._name = ""
        self._pieces: list[bytes] = []
        threading.Thread(target=self._read, args=(stdout,), daemon=True).start()

    def tell(self, on_progress: OnProgress | None) -> None:
        """Handle what has come so far."""
        while not self._frames.empty():
            self._take(self._frames.get(), on_progress)

    def finish(self, on_progress: OnProgress | None) -> dict[str, bytes] | None:
        """Wait for the rest; None when the worker ended without saying that it was done."""
        while not self._over:
            self._take(self._frames.get(), on_progress)
        return self._files if self._ended else None

    def _read(self, stdout: BinaryIO) -> None:
        try:
            while True:
                self._frames.put(wire.read_frame(stdout))
        except (wire.Torn, ValueError, OSError):
            self._frames.put(None)

    def _take(self, frame: tuple[bytes, bytes] | None, on_progress: OnProgress | None) -> None:
        self._over = self._over or frame is None
        kind, payload = frame or (b"", b"")
        if kind == b"P":
            progress = wire.unpack(BuildProgress, payload)
            if on_progress:
                on_progress(progress)
        elif kind == b"F":
            self._fail(payload)
        elif kind == b"N":
            self._name, self._pieces = payload.decode(), []
        elif kind == b"C":
            self._pieces.append(payload)
        elif kind == b"E":
            self._files[self._name] = b"".join(self._pieces)
        elif kind == b"Z":
            self._ended = True

    def _fail(self, payload: bytes) -> None:
        refused = wire.unpack(RefusedPaper, payload)
        exhibit = refused.places[0].exhibit if refused.places else ""
        raise BuildFailed(refused.code, exhibit=exhibit, detail=refused.detail, places=refused.places)
