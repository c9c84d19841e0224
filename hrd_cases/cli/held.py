"""`hrd-cases held`: whether log-ins are held, and letting them go on, for whoever looks after the server."""

import argparse
from typing import Any

from hrd_cases.cli.place import now, organisation
from hrd_cases.cli.terminal import say, tell
from hrd_cases.cli.words import _
from hrd_cases.services.colleagues import sealing_office


def register(below: Any) -> None:
    """Add the commands; lifting asks for a reason, which goes into the log."""
    made = below.add_parser("held", help=_("log-ins held by two colleagues: show, lift"))
    acts = made.add_subparsers(title=_("acts"), metavar=_("ACT"), required=True)
    showing = acts.add_parser("show", help=_("when each hold ends"))
    showing.add_argument("--json", action="store_true", help=_("answer in JSON"))
    showing.set_defaults(run=show)
    lifting = acts.add_parser("lift", help=_("let everybody log in again at once"))
    lifting.add_argument("--reason", required=True, help=_("why; the log keeps it"))
    lifting.set_defaults(run=lift)


def show(args: argparse.Namespace) -> int:
    """Say when holds end; whom they concern is not args."""
    with organisation() as runtime:
        found = [moment.strftime("%Y-%m-%d %H:%M UTC") for moment in sealing_office.ends(runtime, now())]
    if args.json:
        tell({"held_until": found})
        return 0
    for moment in found:
        say(_("Held until %(time)s.", time=moment))
    if not found:
        say(_("No log-ins are held."))
    return 0


def lift(args: argparse.Namespace) -> int:
    """Lift every hold."""
    with organisation() as runtime:
        lifted = sealing_office.lift(runtime, args.reason, now())
    say(_("Lifted: %(number)s. The reason stands in the log.", number=lifted))
    return 0
