"""The process that builds papers: reads one request and the exhibits' bytes from a pipe, answers with frames, and ends.

It holds no key, opens no socket, writes no file, and starts no other process; what it may use is limited before it
reads.
"""

import hashlib
import logging
import os
import sys
from dataclasses import dataclass
from typing import Any, BinaryIO

from hrd_cases.domain.custodians import CustodianCard
from hrd_cases.domain.papers import DossierRequest, LetterRequest, RefusedPaper
from hrd_cases.render import custodians, dossiers, letters, wire
from hrd_cases.render.failure import BuildFailed
from hrd_cases.render.process import Progress

resource: Any = None
if sys.platform != "win32":  # Windows has no such limits; the guards on images and PDF still hold
    import resource

# Even a worker that a hostile exhibit has talked into something finds no way out.
REFUSED = frozenset(
    {"socket.__new__", "socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}
    | {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty"}
    | {"os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod"}
    | {"urllib.Request", "ftplib.connect", "http.client.connect", "smtplib.connect", "webbrowser.open"}
)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Refused(RuntimeError):
    """The worker was about to do what it must not."""


def guard(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse network, processes and writing (an audit hook, which can not be taken off again)."""
    if event in REFUSED:
        raise Refused(event)
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING:
        raise Refused(event)


def limit(memory_bytes: int, cpu_seconds: int) -> None:
    """Take away memory, time and the writing of files, as far as the system knows how."""
    if resource is None:
        return
    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):  # a system that does not enforce this one (macOS: address space)
            continue


@dataclass(kw_only=True)
class _Pipe:
    """Both ends of the worker's conversation."""

    source: BinaryIO
    target: BinaryIO

    def progress(self, stage: str, label: str = "", done: int = 0, total: int = 0) -> None:
        wire.write_frame(self.target, b"P", wire.pack(Progress(stage=stage, label=label, done=done, total=total)))
        self.target.flush()

    def fail(self, failure: BuildFailed) -> None:
        refused = RefusedPaper(code=failure.code, detail=failure.detail, places=failure.places)
        wire.write_frame(self.target, b"F", wire.pack(refused))
        self.target.flush()

    def file(self, name: str, data: bytes) -> None:
        wire.write_frame(self.target, b"N", name.encode())
        for start in range(0, len(data), wire.CHUNK):
            wire.write_frame(self.target, b"C", data[start : start + wire.CHUNK])
        wire.write_frame(self.target, b"E")

    def done(self) -> None:
        wire.write_frame(self.target, b"Z")
        self.target.flush()


def main(arguments: list[str]) -> int:
    """Build what the pipe asks for; 0 when a result was written, 1 when a refusal was."""
    pipe = _Pipe(source=os.fdopen(os.dup(0), "rb"), target=os.fdopen(os.dup(1), "wb"))
    quiet = os.open(os.devnull, os.O_RDWR)
    os.dup2(quiet, 1)  # nothing a library prints may get between the frames
    os.dup2(quiet, 0)
    logging.disable(logging.CRITICAL)
    limit(int(arguments[0]), int(arguments[1]))
    sys.addaudithook(guard)
    try:
        for name, data in _work(pipe).items():
            pipe.file(name, data)
        pipe.done()
    except BuildFailed as failure:
        pipe.fail(failure)
        return 1
    except MemoryError:
        return 1  # silence: the parent names the exhibit that was being opened
    except Exception as fault:  # noqa: BLE001  # whatever it was, the parent gets its kind and never its message
        pipe.fail(BuildFailed("internal", detail=_where(fault)))
        return 1
    return 0


def _work(pipe: _Pipe) -> dict[str, bytes]:
    kind, payload = wire.read_frame(pipe.source)
    if kind == b"L":
        return letters.build(wire.unpack(LetterRequest, payload))
    if kind == b"K":
        return custodians.build(wire.unpack(CustodianCard, payload))
    desk = dossiers.Desk(wire.unpack(DossierRequest, payload), pipe.progress)
    while (frame := wire.read_frame(pipe.source))[0] == b"X":
        desk.take(frame[1].decode(), _content(pipe.source, desk.length(frame[1].decode())))
    return desk.build()


def _content(source: BinaryIO, length: int) -> tuple[bytes, str]:
    """The bytes of one part and their SHA-256; reading stops being kept past the length that was promised."""
    pieces, digest, held = [], hashlib.sha256(), 0
    while (frame := wire.read_frame(source))[0] == b"C":
        digest.update(frame[1])
        held += len(frame[1])
        if held <= length:
            pieces.append(frame[1])
    return b"".join(pieces), digest.hexdigest()


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
