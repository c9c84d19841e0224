"""Speaking on a terminal: answers on stdout, questions and progress on stderr, secrets read without showing them."""

import getpass
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from hrd_cases.cli.words import _
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.typed_files import text_of
from hrd_cases.domain.typed_text import tidy

WRONG_USE, FAILED = 2, 1
Answered = TypeVar("Answered")


class Stop(Exception):
    """End the command with one line and an exit status."""

    def __init__(self, text: str, *, status: int = FAILED) -> None:
        super().__init__(text)
        self.text = text
        self.status = status


def refuse(text: str) -> NoReturn:
    """End the command: it was used wrongly."""
    raise Stop(text, status=WRONG_USE)


@contextmanager
def wrong_use() -> Iterator[None]:
    """A rule that is broken in here was broken by the words of the command line."""
    try:
        yield
    except RuleBroken as rule:
        refuse(rule_words(rule))


def rule_words(rule: RuleBroken) -> str:
    """What a broken rule says, in the language spoken."""
    return _(rule.text, **rule.values)


def say(text: str = "") -> None:
    """One answer on stdout."""
    print(text, flush=True)


def say_rows(*rows: tuple[str, object]) -> None:
    """What stands beside each label, in one column."""
    width = max((len(label) for label, _value in rows), default=0)
    for label, value in rows:
        say(f"{label:<{width}}  {value}")


def tell(told: Any) -> None:
    """One answer for scripts: JSON on stdout."""
    print(json.dumps(told, ensure_ascii=False, indent=1), flush=True)


_refused: list[str] = []  # what this command said not to be right: a script whose answers end is told the first of it


def not_right(text: str) -> None:
    """Say on stderr why an answer will not do; the question comes again."""
    _refused.append(text)
    print(f"- {text}", file=sys.stderr, flush=True)


def begin_answers() -> None:
    """A new command begins: forget what an earlier one in this process was told."""
    _refused.clear()


def ask_right(question: str, right: Callable[[str], Answered], default: str = "") -> Answered:
    """What `right` makes of an answer; asked again while it breaks a rule."""
    while True:
        try:
            return right(ask(question, default))
        except RuleBroken as rule:
            not_right(rule_words(rule))


def ask(question: str, default: str = "") -> str:
    """A line from the terminal, or from stdin when it is none; Stop when there is nothing more to read."""
    line = _read(f"{question} [{default}]: " if default else f"{question}: ")
    return tidy(line).strip() or default


def ask_secret(question: str) -> str:
    """A line that is not shown while it is typed."""
    if sys.stdin.isatty():
        return getpass.getpass(f"{question}: ", stream=sys.stderr)
    return _read("").rstrip("\r\n")


def read_note(path: Path) -> str:
    """The text of a checkpoint that was kept elsewhere; Stop when the file is no text, or an empty one."""
    try:
        text = text_of(path.read_bytes())
    except UnicodeDecodeError:
        text = ""
    if not text.strip():  # an empty one would count as none, and nothing would be compared
        raise Stop(_("%(file)s is no checkpoint.", file=path))
    return text + "\n"


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
        seconds = " " + _("(%(seconds)s s)", seconds=f"{gone:.0f}") if gone >= 2 else ""  # below that nobody wonders
        print(f"- {_(text)}{seconds}", file=sys.stderr, flush=True)


def _read(question: str) -> str:
    if question and sys.stdin.isatty():
        print(question, end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line and _refused:
        raise Stop(_refused[0])
    if not line:
        refuse(_("The answers ended too early: this command asks for more lines on its input."))
    return line
