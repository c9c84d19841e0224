"""`hrd-cases check`: whether everything that rests here is whole, without any passphrase."""

import argparse
from typing import Any

from hrd_cases.cli.place import now, organisation
from hrd_cases.cli.terminal import FAILED, Progress, say, tell
from hrd_cases.services import check


def register(below: Any) -> None:
    """Add the command."""
    made = below.add_parser("check", help="check folder, database, log, keys' headers and evidence files")
    made.add_argument("--json", action="store_true", help="answer in JSON")
    made.set_defaults(run=run)


def run(told: argparse.Namespace) -> int:
    """Check, and say each thing that is wrong with what to do."""
    with organisation(any_version=True) as runtime:
        found = check.whole(runtime, now(), Progress())
    wrong = [one for one in found if not one.right]
    if told.json:
        tell({"whole": not wrong, "findings": [{"name": one.name, "text": one.text} for one in found]})
    else:
        for one in wrong:
            say(f"WRONG {one.name}: {one.text}")
        if not wrong:
            say("Everything is whole: " + ", ".join(dict.fromkeys(one.name for one in found)) + ".")
    return FAILED if wrong else 0
