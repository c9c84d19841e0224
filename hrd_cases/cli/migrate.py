"""`hrd-cases migrate`: bring the database to the shape of this version."""

import argparse
from typing import Any

from hrd_cases.cli.place import organisation
from hrd_cases.cli.terminal import Progress, say, tell
from hrd_cases.cli.words import _
from hrd_cases.domain.words import N_
from hrd_cases.services import check


def register(below: Any) -> None:
    """Add the command."""
    made = below.add_parser("migrate", help=_("bring the database to this version; make a copy of the folder first"))
    made.add_argument("--json", action="store_true", help=_("answer in JSON"))
    made.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Migrate, wholly or not at all."""
    with organisation(any_version=True) as runtime:
        Progress()(N_("Bringing the database to this version"))
        before, after = check.bring_up(runtime)
    if args.json:
        tell({"before": before, "after": after})
    else:
        text = N_("The database is at %(after)s.")
        say(_(text if before != after else N_("Nothing to do: the database is at %(after)s."), after=after))
    return 0
