"""From the words of a command line to one function; whatever goes wrong there becomes one line here."""

import os
import sys
from collections.abc import Sequence

import click

from hrd_cases.cli.options import Entry, LazyGroup, Option
from hrd_cases.cli.terminal import FAILED, WRONG_USE, Stop, begin_answers, rule_words
from hrd_cases.cli.words import _, chosen, speak
from hrd_cases.config import BadSettings
from hrd_cases.domain.errors import DatabaseBusy, Forbidden, NotFound, RuleBroken, SessionEnded
from hrd_cases.domain.faults import BUSY, NO_ROOM, code_of
from hrd_cases.domain.paper_refusals import REFUSALS
from hrd_cases.domain.words import N_
from hrd_cases.render.failure import BuildFailed
from hrd_cases.services.install import process_memory

NAME = "hrd-cases"
COMMANDS = {
    "init": Entry(place="init:init", help=N_("found an organisation and print its two cards")),
    "demo": Entry(place="demo:demo", help=N_("make a demo organisation and print one account for each role")),
    "serve": Entry(place="serve:serve", help=N_("serve the organisation on this machine")),
    "migrate": Entry(
        place="migrate:migrate", help=N_("bring the database to this version; make a copy of the folder first")
    ),
    "user": Entry(place="user:user", help=N_("accounts: add, list, disable (asks for an administrator's log-in)")),
    "held": Entry(place="held:held", help=N_("log-ins blocked by two colleagues: show, lift")),
    "dossier": Entry(place="dossier:dossier", help=N_("build a court dossier (asks for its counsel's log-in)")),
    "verify": Entry(
        place="verify:verify",
        help=N_("check a paper, or its folder or archive, offline: is it unchanged, and who sealed it"),
    ),
    "log": Entry(place="log:log", help=N_("verify the audit log")),
    "check": Entry(
        place="check:check", help=N_("check folder, database, log, clock, backups, keys and evidence files")
    ),
    "clock": Entry(place="clock:clock", help=N_("whether the clock of this machine can be right; confirm")),
    "backup": Entry(
        place="backup:backup", help=N_("back up everything into one encrypted file; keygen, setup, list, verify")
    ),
    "restore": Entry(place="restore:restore", help=N_("restore a backup into an empty folder and an empty database")),
    "recovery": Entry(place="recovery:recovery", help=N_("custodians' cards, and keys recovered with them")),
}
TRACEBACK = "--traceback"
ROOT = LazyGroup(
    NAME,
    entries=COMMANDS,
    help=N_("Encrypted case management for those who defend defenders."),
    params=[
        Option(
            [TRACEBACK],
            is_flag=True,
            expose_value=False,
            help=N_("show where in the program an unforeseen error arose"),
        )
    ],
)


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    os.umask(0o077)
    process_memory.protect()
    typed = list(sys.argv[1:] if words is None else words)
    speak(chosen(typed, os.environ))
    begin_answers()
    try:
        return int(ROOT.main(typed, prog_name=NAME, standalone_mode=False) or 0)
    except click.UsageError as wrong:
        return _wrong_use(wrong)
    except click.Abort:
        return _print_error(_("Stopped."), FAILED)
    except Exception as error:  # what nobody foresaw must not spill values on a terminal either
        if TRACEBACK in typed:
            raise
        return _print_error(*_one_line(error))


def _wrong_use(wrong: click.UsageError) -> int:
    """One line on what is wrong, and where the help is."""
    path = wrong.ctx.command_path if wrong.ctx else NAME
    message = wrong.format_message()
    stop = "" if message.endswith((".", "?", ")")) else "."
    see = _("See %(command)s --help.", command=path)
    click.echo(" ".join(f"{path}: {message}{stop} {see}".split()), err=True)
    return WRONG_USE


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
            text = _("This account has been changed: run the command again.")
        case OSError():
            text = f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}."
        case _:
            text = _of_disk(error) or (_(FORESEEN[name]) if name in FORESEEN else _(UNFORESEEN, name=name))
    return text, status


def _of_disk(error: Exception) -> str:
    """What is said when the database answers that its disk is full or fails; empty for everything else."""
    code = code_of(error)
    if code in NO_ROOM:
        return " ".join((_("The disk of the database is full."), _(SAFE)))
    if code in BUSY or isinstance(error, DatabaseBusy):
        return " ".join((_("The database is busy: another program writes. Run this again in a moment."), _(SAFE)))
    if code.startswith("SQLITE_IOERR") or code == "58030":
        fault = _("The disk of the database does not answer as it should (%(code)s).", code=code)
        return " ".join((fault, _(SAFE)))
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


def _print_error(text: str, status: int) -> int:
    click.echo(f"{NAME}: {' '.join(text.split())}", err=True)
    return status
