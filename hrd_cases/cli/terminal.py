"""Speaking on a terminal: answers on stdout, questions and progress on stderr, secrets read without showing them."""

import getpass
import json
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

WRONG_USE, FAILED = 2, 1


class Stop(Exception):
    """End the command with one line and an exit status."""

    def __init__(self, text: str, *, status: int = FAILED) -> None:
        super().__init__(text)
        self.text = text
        self.status = status


def refuse(text: str) -> NoReturn:
    """End the command: it was used wrongly."""
    raise Stop(text, status=WRONG_USE)


def say(text: str = "") -> None:
    """One answer on stdout."""
    print(text, flush=True)


def tell(told: Any) -> None:
    """One answer for scripts: JSON on stdout."""
    print(json.dumps(told, ensure_ascii=False, indent=1), flush=True)


def ask(question: str, default: str = "") -> str:
    """A line from the terminal, or from stdin when it is none; Stop when there is nothing more to read."""
    line = _read(f"{question} [{default}]: " if default else f"{question}: ")
    return line.strip() or default


def ask_secret(question: str) -> str:
    """A line that is not shown while it is typed."""
    if sys.stdin.isatty():
        return getpass.getpass(f"{question}: ", stream=sys.stderr)
    return _read("").rstrip("\r\n")


def read_note(path: Path) -> str:
    """The text of a checkpoint that was kept elsewhere; Stop when the file is no text at all."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise Stop(f"{path} is no checkpoint.") from None


class Progress:
    """Says the steps of something long on stderr, each with the seconds so far once two have gone by."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._last = ""

    def __call__(self, text: str) -> None:
        """The next step begins; the same step said again is not repeated."""
        if text == self._last:
            return
        self._last = text
        gone = time.monotonic() - self._began
        seconds = f" ({gone:.0f} s)" if gone >= 2 else ""  # below two seconds nobody wonders
        print(f"- {text}{seconds}", file=sys.stderr, flush=True)


def _read(question: str) -> str:
    if question and sys.stdin.isatty():
        print(question, end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        refuse("The answers ended too early: this command asks for more lines on its input.")
    return line
