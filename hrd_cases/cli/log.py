"""`hrd-cases log verify`: whether the log was altered, computed without any key."""

import argparse
from typing import Any

from hrd_cases.cli.place import organisation
from hrd_cases.cli.terminal import FAILED, Progress, say, tell
from hrd_cases.services import check


def register(below: Any) -> None:
    """Add the command."""
    made = below.add_parser("log", help="verify the log")
    acts = made.add_subparsers(title="acts", metavar="ACT", required=True)
    verifying = acts.add_parser("verify", help="compute every entry's place and the root again")
    verifying.add_argument("--json", action="store_true", help="answer in JSON")
    verifying.set_defaults(run=verify)


def verify(told: argparse.Namespace) -> int:
    """Verify, and say the words by which two people compare the state of the log."""
    Progress()("Reading the log")
    with organisation() as runtime:
        found = check.verify_log(runtime)
    if told.json:
        tell(
            {
                "entries": found.size,
                "root": found.root,
                "words": list(found.words),
                "altered": found.altered,
                "whole": found.altered is None,
            }
        )
    elif found.altered is None:
        say(f"The log is whole: {found.size} entries.")
        say(f"Words of this state: {' '.join(found.words)}")
    else:
        say(f"The log was ALTERED: entry {found.altered} is the first that is not as it was written.")
    return 0 if found.altered is None else FAILED
