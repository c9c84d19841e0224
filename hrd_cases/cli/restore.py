"""`hrd-cases restore`: an organisation out of a backup, into an empty place, on either database."""

import argparse
from pathlib import Path
from typing import Any

from hrd_cases.cli import backup
from hrd_cases.cli.place import now, place, refuse_served
from hrd_cases.cli.terminal import FAILED, Progress, say, tell
from hrd_cases.cli.words import _
from hrd_cases.config import settings_from
from hrd_cases.services import belonging
from hrd_cases.services.backups import restoring
from hrd_cases.services.installing import Place


def register(below: Any) -> None:
    """Add the command."""
    made = below.add_parser("restore", help=_("restore a backup into an empty folder and an empty database"))
    backup.add_opening(made)
    made.add_argument("--into", type=Path, default=None, help=_("an empty folder, in place of the one of the settings"))
    made.add_argument(
        "--database", default="", help=_("an empty database: sqlite:////file or postgresql+psycopg://...")
    )
    made.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Restore, wholly or not at all."""
    where = _place(args)
    refuse_served(where.folder)
    restored = restoring.restore(args.file, where, backup.wanted(args), now(), Progress())
    variables = belonging.variables(where.folder, where.database_url, where.evidence)
    if args.json:
        tell({**backup.report(restored), "folder": str(where.folder), "variables": variables})
    else:
        values = {"folder": where.folder, "rows": restored.rows, "files": restored.files}
        say(_("Restored into %(folder)s: %(rows)s rows, %(files)s files of evidence, all compared.", **values))
        backup.say_age(restored)
        say(_("Everybody logs in as on the day of the backup. What was given up since then is open again: rotate it."))
        say(_("Next, with these variables before every command and in the unit that serves:"))
        say(f"    {variables} hrd-cases check")
        say(f"    {variables} hrd-cases serve")
        if belonging.has_password(where.database_url):
            say(_("The password of the database is kept nowhere: write it into HRD_DATABASE_URL yourself."))
    return FAILED if restored.findings else 0


def _place(args: argparse.Namespace) -> Place:
    """Where to: the settings of this environment, or a folder with everything in it."""
    if args.into is None and not args.database:
        return place()
    environment = {"HRD_DATABASE_URL": args.database}
    if args.into is not None:
        environment["HRD_INSTANCE"] = str(args.into)
        found = settings_from(environment)
        return Place(folder=found.instance, database_url=found.database_url, evidence=found.evidence)
    usual, found = place(), settings_from(environment)
    return Place(folder=usual.folder, database_url=found.database_url, evidence=usual.evidence)
