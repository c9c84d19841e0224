"""The parent's side of opening exhibits: feeds a worker file by file, and outlives whatever a file does to it."""

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from subprocess import Popen
from typing import BinaryIO, cast

from hrd_cases.domain.page_redactions import Place
from hrd_cases.domain.papers import Part, PrintNote
from hrd_cases.render import wire

WORKER = "hrd_cases.render.exhibit_worker"
# A worker is replaced after so much, since libraries do not give all memory back.
MOST_FILES, MOST_BYTES = 25, 100 * 1024**2
MOST_SCANS = 50  # pages of a file that are drawn to be read
Start = Callable[[str], Popen[bytes]]


class Altered(Exception):
    """The bytes that came are not those that were promised."""


@dataclass(frozen=True, kw_only=True)
class ExhibitTask:
    """One file to open: `skip` pages of its exhibit stand before it.

    `pixels`: build its pages anew from what is seen. `width`: send a small picture of the first page (within `small`
    points) and every page as a picture this wide, in place of the pages themselves. `redacted`: make a redacted copy,
    with these places of each printed page black. `words`: send the text layer of each page in place of a picture.
    `scans`: send each page that has no text as a packed grey picture. `letters`: send so many letters of its text, and
    no page. `export`: the same, of a messenger's export, whole.
    """

    part: Part
    dpi: int
    skip: int = 0
    pixels: bool = False
    width: int = 0
    small: int = 0
    redacted: tuple[tuple[Place, ...], ...] = ()
    words: bool = False
    scans: bool = False
    letters: int = 0
    export: bool = False


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a file: pages chosen, pages in all, why none is printed, and what the print does not show.

    Where its text was asked for, `count` says how many pages have none.

    `sources`: for each page in turn, the page or picture of the file (from 1) that it shows.
    """

    count: int
    of: int
    reason: str = ""
    notes: tuple[PrintNote, ...] = ()
    sources: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A file that was opened: its outcome, and its pages as a PDF, as pictures (the small one first), or as packed text
    layers (PageLayer); or its whole text."""

    outcome: Outcome
    pdf: bytes = b""
    pictures: tuple[bytes, ...] = ()
    text: str = ""


HEAVY = Ready(outcome=Outcome(count=0, of=0, reason="heavy"))


class Opener:
    """Opens files one after the other in a worker of their own, which is replaced when it dies."""

    def __init__(self, start: Start, seconds: float) -> None:
        self._start = start
        self._seconds = seconds
        self._worker: Popen[bytes] | None = None
        self._files = self._bytes = 0
        self._stopped = False

    def __enter__(self) -> "Opener":
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def stop(self) -> None:
        """Kill the worker and open nothing any more (from another thread)."""
        self._stopped = True
        if self._worker is not None:
            self._worker.kill()

    def open(self, task: ExhibitTask, chunks: Iterable[bytes]) -> Ready:
        """Open one file; raises Altered. A file that takes the worker with it, or too long, is too heavy."""
        if self._files >= MOST_FILES or self._bytes >= MOST_BYTES:
            self._end()
        worker = self._worker = self._worker or self._start(WORKER)
        self._files, self._bytes = self._files + 1, self._bytes + task.part.length
        alive = self._feed(worker, task, chunks)
        clock = threading.Timer(self._seconds, worker.kill)
        clock.daemon = True
        clock.start()
        try:
            ready = _answer(cast(BinaryIO, worker.stdout)) if alive and not self._stopped else HEAVY
        finally:
            clock.cancel()
        if ready is HEAVY:
            self._end()
        return ready

    def _feed(self, worker: Popen[bytes], task: ExhibitTask, chunks: Iterable[bytes]) -> bool:
        """Send the file, and prove on the way that it is the one that was taken in; False when the worker is gone."""
        digest, length, alive = hashlib.sha256(), 0, True
        pipe = cast(BinaryIO, worker.stdin)
        for kind, payload in _frames(task, chunks):
            if kind == b"C":
                digest.update(payload)
                length += len(payload)
            try:
                if alive and length <= task.part.length:
                    wire.write_frame(pipe, kind, payload)
            except BrokenPipeError:
                alive = False
        with suppress(BrokenPipeError):
            pipe.flush()
        if length != task.part.length or digest.hexdigest() != task.part.sha256.lower():
            self._end()
            raise Altered
        return alive

    def _end(self) -> None:
        worker, self._worker = self._worker, None
        self._files = self._bytes = 0
        if worker is None:
            return
        worker.kill()
        with suppress(BrokenPipeError):
            cast(BinaryIO, worker.stdin).close()
        cast(BinaryIO, worker.stdout).close()
        worker.wait()


def _frames(task: ExhibitTask, chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    yield b"X", wire.pack(task)
    yield from wire.pieces(chunks)


def _answer(source: BinaryIO) -> Ready:
    try:
        kind, payload = wire.read_frame(source)
        if kind != b"R":
            return HEAVY
        outcome = wire.unpack(Outcome, payload)
        pictures = tuple(wire.read_pieces(source) for _ in range(int.from_bytes(wire.read_frame(source)[1], "big")))
        pdf, text = wire.read_pieces(source), wire.read_pieces(source).decode("utf-8", "replace")
    except (wire.Torn, ValueError, TypeError, KeyError, OSError):
        return HEAVY
    return Ready(outcome=outcome, pdf=pdf, pictures=pictures, text=text)
