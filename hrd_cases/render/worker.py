"""The process that builds papers: reads one request and the pages of its exhibits from a pipe, answers with frames.

It holds no key, opens no socket, writes no file, and starts no other process; what it may use is limited before it
reads (cage.py). The files of exhibits are opened in another process (exhibit_worker.py).
"""

import gc
import sys
from dataclasses import dataclass
from typing import BinaryIO

from hrd_cases.domain.custodians import CustodianCard
from hrd_cases.domain.own_templates import TemplateFile
from hrd_cases.domain.papers import DossierRequest, EditedFiling, LetterRequest, RefusedPaper
from hrd_cases.domain.printable import with_signs
from hrd_cases.domain.reports import Report
from hrd_cases.render import cage, custodians, dossiers, edited, letters, own_template, reports, wire
from hrd_cases.render.exhibit_process import Outcome
from hrd_cases.render.failure import BuildFailed
from hrd_cases.render.process import BuildProgress
from hrd_cases.render.settling import KeptSections


@dataclass(kw_only=True)
class _Pipe:
    """Both ends of the worker's conversation."""

    source: BinaryIO
    target: BinaryIO

    def progress(self, stage: str, label: str = "", done: int = 0, total: int = 0) -> None:
        wire.write_frame(self.target, b"P", wire.pack(BuildProgress(stage=stage, label=label, done=done, total=total)))
        self.target.flush()

    def fail(self, failure: BuildFailed) -> None:
        refused = RefusedPaper(code=failure.code, detail=failure.detail, places=failure.places)
        wire.write_frame(self.target, b"F", wire.pack(refused))
        self.target.flush()

    def file(self, name: str, data: bytes) -> None:
        wire.write_frame(self.target, b"N", name.encode())
        for frame in wire.pieces((data,)):
            wire.write_frame(self.target, *frame)

    def done(self) -> None:
        wire.write_frame(self.target, b"Z")
        self.target.flush()


def main(arguments: list[str]) -> int:
    """Build what the pipe asks for; 0 when a result was written, 1 when a refusal was."""
    source, target = cage.enter(arguments)
    # Most boxes of a layout live until its end: looking for garbage among them took a fifth of the time.
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    pipe = _Pipe(source=source, target=target)
    try:
        for name, data in _work(pipe).items():
            pipe.file(name, data)
        pipe.done()
    except BuildFailed as failure:
        pipe.fail(failure)
        return 1
    except MemoryError:
        return 1  # silence: the parent says that the worker died
    except Exception as fault:  # noqa: BLE001  # whatever it was, the parent gets its kind and never its message
        pipe.fail(BuildFailed("internal", detail=_where(fault)))
        return 1
    return 0


def _work(pipe: _Pipe) -> dict[str, bytes]:
    kind, payload = wire.read_frame(pipe.source)
    if kind == b"L":
        return letters.build(with_signs(wire.unpack(LetterRequest, payload), {}))
    if kind == b"E":
        return edited.build(wire.unpack(EditedFiling, payload))
    if kind == b"K":
        return custodians.build(with_signs(wire.unpack(CustodianCard, payload), {}))
    if kind == b"T":
        return own_template.build(wire.unpack(TemplateFile, payload))
    if kind == b"R":
        return reports.build(with_signs(wire.unpack(Report, payload), {}))
    mark, kept = wire.read_frame(pipe.source)
    if mark != b"K":
        raise wire.Torn("another frame")
    request = with_signs(wire.unpack(DossierRequest, payload), {})
    desk = dossiers.Desk(request, pipe.progress, wire.unpack(KeptSections, kept) if kept else None)
    while (frame := wire.read_frame(pipe.source))[0] == b"X":
        name = frame[1].decode()
        outcome = wire.unpack(Outcome, wire.read_frame(pipe.source)[1])
        desk.take(name, outcome, wire.read_pieces(pipe.source))
    return desk.build()


def _where(fault: BaseException) -> str:
    """The kind of a fault and the line it came from: no message, since messages quote the text."""
    place = fault.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    return (
        f"{type(fault).__name__} {place.tb_frame.f_code.co_name}:{place.tb_lineno}" if place else type(fault).__name__
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
