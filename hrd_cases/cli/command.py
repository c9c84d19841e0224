"""From the words of a command line to one function; whatever goes wrong there becomes one line here."""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from hrd_cases.cli import (
    backup,
    begin,
    check,
    clock,
    colleagues,
    demo,
    held,
    log,
    migrate,
    papers,
    recovery,
    restore,
    serve,
    verify,
)
from hrd_cases.cli.terminal import FAILED, WRONG_USE, Stop, begin_answers, rule_words
from hrd_cases.cli.words import _, chosen, speak
from hrd_cases.config import BadSettings
from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken, SessionEnded
from hrd_cases.domain.faults import NO_ROOM, code_of
from hrd_cases.domain.paper_refusals import REFUSALS
from hrd_cases.domain.words import N_
from hrd_cases.render.failure import BuildFailed
from hrd_cases.services.catalogues import LANGUAGES

COMMANDS = (begin, demo, serve, migrate, colleagues, held, papers, verify, log, check, clock, backup, restore, recovery)


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; every command takes --language."""

    def error(self, message: str) -> NoReturn:
        """End with status 2."""
        see = _("See %(command)s --help.", command=self.prog)
        print(f"{self.prog}: {message}. {see}", file=sys.stderr)
        sys.exit(WRONG_USE)

    def format_help(self) -> str:
        """The help with its first word in the language spoken."""
        return super().format_help().replace("usage:", _("usage:"), 1)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Take --language where a command has none of its own: it was read before anything was said."""
        if not any("--language" in one.option_strings for one in self._actions):
            text = _("of what is said here: ru, kk or en")
            self.add_argument("--language", choices=list(LANGUAGES), default=argparse.SUPPRESS, help=text)
        return super().parse_known_args(args, namespace)


def parser() -> argparse.ArgumentParser:
    """Everything the command line understands."""
    made = Parser(prog="hrd-cases", description=_("Encrypted case management for those who defend defenders."))
    text = _("show where in the program an unforeseen error arose")
    made.add_argument("--traceback", action="store_true", help=text)
    below = made.add_subparsers(title=_("commands"), metavar=_("COMMAND"), required=True, parser_class=Parser)
    for command in COMMANDS:
        command.register(below)
    return made


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    os.umask(0o077)
    typed = list(sys.argv[1:] if words is None else words)
    speak(chosen(typed, os.environ))
    begin_answers()
    args = parser().parse_args(typed)
    try:
        status: int = args.run(args)
    except KeyboardInterrupt:
        return _said(_("Stopped."), FAILED)
    except Exception as error:  # what nobody foresaw must not spill values on a terminal either
        if args.traceback:
            raise
        return _said(*_one_line(error))
    return status


def _one_line(error: Exception) -> tuple[str, int]:
    """What an error says to a person, and its exit status."""
    name, status = type(error).__name__, FAILED
    match error:
        case Stop():
            text, status = error.text, error.status
        case BadSettings():
            text, status = _(error.sentence.msgid, **error.sentence.values), WRONG_USE
        case RuleBroken():
            text = rule_words(error)
        case Forbidden() | NotFound():
            text = _("There is no such thing, or this account may not do that.")
        case BuildFailed():
            text = _(REFUSALS[error.code], exhibit=error.exhibit)
        case SessionEnded():
            text = _("This account was changed meanwhile: run the command again.")
        case OSError():
            text = f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}."
        case _:
            text = _of_disk(error) or (_(FORESEEN[name]) if name in FORESEEN else _(UNFORESEEN, name=name))
    return text, status


def _of_disk(error: Exception) -> str:
    """What is said when the database answers that its disk is full or fails; empty for everything else."""
    code = code_of(error)
    if code in NO_ROOM:
        return f"{_('The disk of the database is full.')} {_(SAFE)}"
    if code.startswith("SQLITE_IOERR") or code == "58030":
        return f"{_('The disk of the database does not answer as it should (%(code)s).', code=code)} {_(SAFE)}"
    return ""


SAFE = N_("What was saved before is safe; this last step was not carried out.")
# Errors of libraries that this layer does not know by class.
FORESEEN = {
    "OperationalError": N_("The database does not answer, or is no database: check HRD_DATABASE_URL and that it runs."),
    "DatabaseError": N_("HRD_DATABASE_URL names something that is no database, or one that is damaged."),
    "NoSuchModuleError": N_("HRD_DATABASE_URL names a kind of database that is not supported."),
    "ArgumentError": N_(
        "HRD_DATABASE_URL cannot be read: write sqlite:////folder/file or postgresql+psycopg://host/name."
    ),
}
UNFORESEEN = N_("Unforeseen: %(name)s. Run it again as hrd-cases --traceback ..., and report what it says.")


def _said(text: str, status: int) -> int:
    print(f"hrd-cases: {' '.join(text.split())}", file=sys.stderr)
    return status
