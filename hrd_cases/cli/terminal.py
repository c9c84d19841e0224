"""Speaking on a terminal: answers on stdout, questions and progress on stderr, secrets read without showing them."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NoReturn, Protocol, TypeVar

import click

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
    click.echo(text)


def say_rows(*rows: tuple[str, object]) -> None:
    """What stands beside each label, in one column: one line each, whatever somebody wrote into it."""
    width = max((len(label) for label, _value in rows), default=0)
    for label, value in rows:
        say(f"{label:<{width}}  {visible(str(value))}")


def visible(text: str) -> str:
    """A text without anything that moves, hides or turns around what stands on the screen: that is spelt out."""
    return "".join(letter if letter.isprintable() else f"<U+{ord(letter):04X}>" for letter in text)


def say_json(report: object) -> None:
    """One answer for scripts: JSON on stdout."""
    click.echo(json.dumps(report, ensure_ascii=False, indent=1))


def warn(text: str) -> None:
    """A line on stderr beside the answer."""
    click.echo(f"- {text}", err=True)


_refused: list[str] = []  # what this command said not to be right: a script whose answers end is told the first of it


def not_right(text: str) -> None:
    """Say on stderr why an answer will not do; the question comes again."""
    _refused.append(text)
    warn(text)


def begin_answers() -> None:
    """A new command begins: forget what an earlier one in this process was told."""
    _refused.clear()


def ask_right(question: str, right: Callable[[str], Answered], default: str = "") -> Answered:
    """What `right` makes of an answer; asked again while it breaks a rule."""
    return until_right(right, partial(ask, question, default))


def until_right(read: Callable[[str], Answered], lines: Callable[[], str]) -> Answered:
    """What is read from lines, once it breaks no rule any more; a person types again as often as it takes."""
    while True:
        try:
            return read(lines())
        except RuleBroken as rule:
            not_right(rule_words(rule))


def ask(question: str, default: str = "") -> str:
    """A line from the terminal, or from stdin when it is none; Stop when there is nothing more to read."""
    if not sys.stdin.isatty():
        return tidy(_read()).strip() or default
    suffix = ": " if question else ""
    line = click.prompt(question, default=default, show_default=bool(default), prompt_suffix=suffix, err=True)
    return tidy(line).strip() or default


def ask_secret(question: str) -> str:
    """A line that is not shown while it is typed."""
    if not sys.stdin.isatty():
        return _read().rstrip("\r\n")
    return click.prompt(question, default="", show_default=False, hide_input=True, err=True)


def read_note(path: Path) -> str:
    """The text of a checkpoint that was kept elsewhere; Stop when the file is no text, or an empty one."""
    try:
        text = text_of(path.read_bytes())
    except UnicodeDecodeError:
        text = ""
    if not text.strip():  # an empty one would count as none, and nothing would be compared
        raise Stop(_("%(file)s is no checkpoint.", file=path))
    return text + "\n"


class Bar(Protocol):
    """What is used of click's progress bar, whose class has no public name."""

    pos: int

    def update(self, n_steps: int) -> None:
        """So many more are done."""

    def render_progress(self) -> None:
        """Draw it."""

    def render_finish(self) -> None:
        """Leave its line."""


class StepClock:
    """Says the steps of something long on stderr, each with the seconds so far once two have gone by.

    On a terminal a step that is counted has a bar instead of a line for each item.
    """

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._last = ""
        self._bar: Bar | None = None
        self._total = 0

    def __call__(self, text: str, done: int = 0, total: int = 0, item: str = "") -> None:
        """The next step begins, or `done` of `total` of it is done; the same step said again is not repeated."""
        counted = total > 0 and sys.stderr.isatty()
        line = _(text) if counted else f"{_(text)} {item}".strip()
        if line != self._last:
            self.end()
            self._last = line
            self._begin(line, total if counted else 0)
        # A redraw for each hundredth, and for the last.
        if self._bar is not None and ((done - self._bar.pos) * 100 >= self._total or done >= self._total):
            self._bar.update(done - self._bar.pos)

    def _begin(self, line: str, total: int) -> None:
        self._total = total
        if total:
            self._bar = click.progressbar(length=total, label=f"- {line}", file=sys.stderr)
            self._bar.render_progress()
            return
        gone = time.monotonic() - self._began
        seconds = " " + _("(%(seconds)s s)", seconds=f"{gone:.0f}") if gone >= 2 else ""  # below that nobody wonders
        warn(f"{line}{seconds}")

    def end(self) -> None:
        """Leave the line of a counted step as it is."""
        if self._bar is not None:
            self._bar.render_finish()
            self._bar = None


def _read() -> str:
    line = sys.stdin.readline()
    if not line and _refused:
        raise Stop(_refused[0])
    if not line:
        refuse(_("The input ended too early: this command needs more lines."))
    return line
