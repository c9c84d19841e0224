"""What a worker process takes away from itself before it reads a byte: network, processes, writing, memory, time."""

import logging
import os
import sys
from typing import Any, BinaryIO

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


class CageRefusal(RuntimeError):
    """The worker was about to do what it must not."""


def guard(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse network, processes and writing (an audit hook, which can not be taken off again)."""
    if event in REFUSED:
        raise CageRefusal(event)
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING:
        raise CageRefusal(event)


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


def enter(arguments: list[str]) -> tuple[BinaryIO, BinaryIO]:
    """Shut this process in (memory, seconds of CPU); returns both ends of its only conversation."""
    source, target = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    quiet = os.open(os.devnull, os.O_RDWR)
    os.dup2(quiet, 1)  # nothing a library prints may get between the frames
    os.dup2(quiet, 0)
    logging.disable(logging.CRITICAL)
    limit(int(arguments[0]), int(arguments[1]))
    sys.addaudithook(guard)
    return source, target
