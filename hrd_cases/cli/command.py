"""From the words of a command line to one function; whatever goes wrong there becomes one line here."""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from hrd_cases.cli import backup, begin, check, colleagues, demo, held, log, migrate, papers, recovery, restore, serve
from hrd_cases.cli.terminal import FAILED, WRONG_USE, Stop
from hrd_cases.config import BadSettings
from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken, SessionEnded
from hrd_cases.domain.faults import NO_ROOM, code_of

COMMANDS = (begin, demo, serve, migrate, colleagues, held, papers, log, check, backup, restore, recovery)


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """End with status 2."""
        print(f"{self.prog}: {message}. See {self.prog} --help.", file=sys.stderr)
        sys.exit(WRONG_USE)


def parser() -> argparse.ArgumentParser:
    """Everything the command line understands."""
    made = Parser(prog="hrd-cases", description="Encrypted case management for those who defend defenders.")
    made.add_argument("--traceback", action="store_true", help="show where in the program an unforeseen error arose")
    below = made.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=Parser)
    for command in COMMANDS:
        command.register(below)
    return made


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    os.umask(0o077)
    told = parser().parse_args(words)
    try:
        status: int = told.run(told)
    except KeyboardInterrupt:
        return _said("Stopped.", FAILED)
    except Exception as error:  # what nobody foresaw must not spill values on a terminal either
        if told.traceback:
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
            text, status = str(error), WRONG_USE
        case RuleBroken():
            text = error.text % error.values if error.values else error.text
        case Forbidden() | NotFound():
            text = "There is no such thing, or this account may not do that."
        case SessionEnded():
            text = "This account was changed meanwhile: run the command again."
        case OSError():
            text = f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}."
        case _:
            text = _of_disk(error) or FORESEEN.get(name, UNFORESEEN % name)
    return text, status


def _of_disk(error: Exception) -> str:
    """What is said when the database answers that its disk is full or fails; empty for everything else."""
    code = code_of(error)
    if code in NO_ROOM:
        return f"The disk of the database is full. {SAFE}"
    if code.startswith("SQLITE_IOERR") or code == "58030":
        return f"The disk of the database does not answer as it should ({code}). {SAFE}"
    return ""


SAFE = "What was saved before is safe; this last step was not carried out."
# Errors of libraries that this layer does not know by class.
FORESEEN = {
    "OperationalError": "The database does not answer, or is no database: check HRD_DATABASE_URL and that it runs.",
    "DatabaseError": "HRD_DATABASE_URL names something that is no database, or one that is damaged.",
    "NoSuchModuleError": "HRD_DATABASE_URL names a kind of database that is not supported.",
    "ArgumentError": "HRD_DATABASE_URL cannot be read: write sqlite:////folder/file or postgresql+psycopg://host/name.",
}
UNFORESEEN = "Unforeseen: %s. Run it again as hrd-cases --traceback ..., and report what it says."


def _said(text: str, status: int) -> int:
    print(f"hrd-cases: {' '.join(text.split())}", file=sys.stderr)
    return status
