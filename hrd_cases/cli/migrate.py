"""`hrd-cases migrate`: bring the database to the shape of this version."""

import argparse
from typing import Any

from hrd_cases.cli.place import organisation
from hrd_cases.cli.terminal import Progress, say, tell
from hrd_cases.services import check


def register(below: Any) -> None:
    """Add the command."""
    made = below.add_parser("migrate", help="bring the database to this version; make a copy of the folder first")
    made.add_argument("--json", action="store_true", help="answer in JSON")
    made.set_defaults(run=run)


def run(told: argparse.Namespace) -> int:
    """Migrate, wholly or not at all."""
    Progress()("Bringing the database to this version")
    with organisation(any_version=True) as runtime:
        before, after = check.bring_up(runtime)
    if told.json:
        tell({"before": before, "after": after})
    else:
        say(f"The database is at {after}." if before != after else f"Nothing to do: the database is at {after}.")
    return 0
