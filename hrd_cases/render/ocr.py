"""Words on pictures of pages, for search: read by Tesseract, where it is installed with Kazakh, Russian and English.

It gets no file: the picture goes through a pipe and the words come back through another. The picture is grey points
that the process which opened the file has drawn, checked here before they go on; a file itself never reaches it.
"""

import os
import re
import signal
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from shutil import which
from typing import BinaryIO, cast

LANGUAGES = ("kaz", "rus", "eng")
FOLDERS = os.pathsep.join((os.defpath, "/usr/local/bin", "/opt/homebrew/bin"))
LAUNCHER = "hrd_cases.render.ocr_process"
SECONDS = 90.0  # for one page
MEMORY, CPU_SECONDS = 1024**3, 90
MOST_BYTES = 200_000  # of the words of one page
MOST_POINTS = 4_000 * 4_000
_HEAD = re.compile(rb"P5\n(\d{1,4}) (\d{1,4})\n255\n")


@cache
def program() -> str:
    """The path of Tesseract; empty where it, or one of the languages, is missing."""
    path = which("tesseract", path=FOLDERS)
    if path is None:
        return ""
    try:
        listed = subprocess.run(
            [path, "--list-langs"], capture_output=True, timeout=20, check=False, env=_environment()
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return path if set(LANGUAGES) <= set(listed.stdout.decode(errors="replace").split()) else ""


def words_on(pictures: Iterable[bytes], path: str, seconds: float = SECONDS) -> str:
    """The words on these packed pictures; a picture that can not be read has none."""
    return "\n".join(filter(None, (_words(picture, path, seconds) for picture in pictures)))


def _words(packed: bytes, path: str, seconds: float) -> str:
    try:
        picture = _checked(packed)
        reader = _start(path)
    except (ValueError, zlib.error, OSError):
        return ""
    clock = threading.Timer(seconds, _kill, (reader,))
    clock.daemon = True
    clock.start()
    try:
        with suppress(BrokenPipeError):
            cast(BinaryIO, reader.stdin).write(picture)
        with suppress(BrokenPipeError):
            cast(BinaryIO, reader.stdin).close()
        said = cast(BinaryIO, reader.stdout).read(MOST_BYTES + 1)
        if len(said) > MOST_BYTES:
            _kill(reader)
        status = reader.wait()
    finally:
        clock.cancel()
        cast(BinaryIO, reader.stdout).close()
    return said.decode("utf-8", "replace").strip() if status == 0 else ""


def _kill(reader: subprocess.Popen[bytes]) -> None:
    """End the program and whatever it started, which would keep the pipe open."""
    with suppress(ProcessLookupError):
        os.killpg(reader.pid, signal.SIGKILL)


def _checked(packed: bytes) -> bytes:
    """The picture unpacked, if it is grey points and nothing else; raises ValueError."""
    picture = zlib.decompressobj().decompress(packed, MOST_POINTS + 32)
    head = _HEAD.match(picture)
    if head is None or len(picture) - head.end() != int(head[1]) * int(head[2]):
        raise ValueError("no picture of grey points")
    return picture


def _start(path: str) -> subprocess.Popen[bytes]:
    own = [sys.executable, "-P", "-m", LAUNCHER, str(MEMORY), str(CPU_SECONDS)]
    return subprocess.Popen(
        [*own, path, "stdin", "stdout", "-l", "+".join(LANGUAGES)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        cwd="/",
        close_fds=True,
        start_new_session=True,
    )


def _environment() -> dict[str, str]:
    root = str(Path(__file__).resolve().parents[2])
    return {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONPATH": root, "OMP_THREAD_LIMIT": "1"}
