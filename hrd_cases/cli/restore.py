"""`hrd-cases restore`: an organisation out of a backup, into an empty place, on either database."""

import argparse
from pathlib import Path
from typing import Any

from hrd_cases.cli import backup
from hrd_cases.cli.place import now, place, refuse_served
from hrd_cases.cli.terminal import FAILED, Progress, say, tell
from hrd_cases.config import settings_from
from hrd_cases.services.backups import restoring
from hrd_cases.services.installing import Place


def register(below: Any) -> None:
    """Add the command."""
    made = below.add_parser("restore", help="restore a backup into an empty folder and an empty database")
    backup.add_opening(made)
    made.add_argument("--into", type=Path, default=None, help="an empty folder, in place of the one of the settings")
    made.add_argument("--database", default="", help="an empty database: sqlite:////file or postgresql+psycopg://...")
    made.set_defaults(run=run)


def run(told: argparse.Namespace) -> int:
    """Restore, wholly or not at all."""
    where = _place(told)
    refuse_served(where.folder)
    restored = restoring.restore(told.file, where, backup.wanted(told), now(), Progress())
    if told.json:
        tell({**backup.report(restored), "folder": str(where.folder)})
    else:
        say(f"Restored into {where.folder}: {restored.rows} rows, {restored.files} files of evidence, all compared.")
        backup.say_age(restored)
        say("Everybody logs in as on the day of the backup. What was given up since then is open again: rotate it.")
        say("Next: hrd-cases check, then hrd-cases serve")
    return FAILED if restored.findings else 0


def _place(told: argparse.Namespace) -> Place:
    """Where to: the settings of this environment, or a folder with everything in it."""
    if told.into is None and not told.database:
        return place()
    environment = {"HRD_DATABASE_URL": told.database}
    if told.into is not None:
        environment["HRD_INSTANCE"] = str(told.into)
        found = settings_from(environment)
        return Place(folder=found.instance, database_url=found.database_url, evidence=found.evidence)
    usual, found = place(), settings_from(environment)
    return Place(folder=usual.folder, database_url=found.database_url, evidence=usual.evidence)
