"""`hrd-cases held`: whether log-ins are held, and letting them go on, for whoever looks after the server."""

import argparse
from typing import Any

from hrd_cases.cli.place import now, organisation
from hrd_cases.cli.terminal import say, tell
from hrd_cases.services.colleagues import sealing_office


def register(below: Any) -> None:
    """Add the commands; lifting asks for a reason, which goes into the log."""
    made = below.add_parser("held", help="log-ins held by two colleagues: show, lift")
    acts = made.add_subparsers(title="acts", metavar="ACT", required=True)
    showing = acts.add_parser("show", help="when each hold ends")
    showing.add_argument("--json", action="store_true", help="answer in JSON")
    showing.set_defaults(run=show)
    lifting = acts.add_parser("lift", help="let everybody log in again at once")
    lifting.add_argument("--reason", required=True, help="why; the log keeps it")
    lifting.set_defaults(run=lift)


def show(told: argparse.Namespace) -> int:
    """Say when holds end; whom they concern is not told."""
    with organisation() as runtime:
        found = [moment.strftime("%Y-%m-%d %H:%M UTC") for moment in sealing_office.ends(runtime, now())]
    if told.json:
        tell({"held_until": found})
        return 0
    for moment in found:
        say(f"Held until {moment}.")
    if not found:
        say("No log-ins are held.")
    return 0


def lift(told: argparse.Namespace) -> int:
    """Lift every hold."""
    with organisation() as runtime:
        lifted = sealing_office.lift(runtime, told.reason, now())
    say(f"Lifted: {lifted}. The reason stands in the log.")
    return 0
