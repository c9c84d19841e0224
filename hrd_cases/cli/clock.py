"""`hrd-cases clock`: whether the clock of this machine can be right, and a person's word that it is."""

import argparse
from datetime import date
from typing import Any

from hrd_cases.cli.place import now, organisation
from hrd_cases.cli.terminal import FAILED, refuse, say, tell
from hrd_cases.cli.words import _
from hrd_cases.services import clocks


def register(below: Any) -> None:
    """Add the command."""
    made = below.add_parser("clock", help=_("whether the clock of this machine can be right; confirm"))
    made.add_argument("--json", action="store_true", help=_("answer in JSON"))
    made.set_defaults(run=show)
    acts = made.add_subparsers(title=_("acts"), metavar=_("ACT"))
    confirming = acts.add_parser("confirm", help=_("say that it is right, after a long pause or a wrong night"))
    confirming.add_argument("day", help=_("today, as another clock or calendar says it: 2026-11-28"))
    confirming.set_defaults(run=confirm)


def show(args: argparse.Namespace) -> int:
    """Say what speaks against the clock."""
    with organisation() as runtime:
        clock = clocks.look(runtime, now())
    if args.json:
        tell({"right": not clock.doubt, **clock.values})
    elif clock.doubt:
        say(_(clock.doubt, **clock.values))
        say_doubt()
    else:
        say(_("Nothing speaks against the clock of this machine: it says %(today)s.", **clock.values))
    return FAILED if clock.doubt else 0


def confirm(args: argparse.Namespace) -> int:
    """Believe a person that the clock is right."""
    try:
        day = date.fromisoformat(args.day)
    except ValueError:
        refuse(_("Write the day as 2026-11-28."))
    with organisation() as runtime:
        clocks.confirm(runtime, day, now())
    say(_("Confirmed: today is %(day)s. This stands in the log.", day=day.isoformat()))
    return 0


def say_doubt() -> None:
    """What a doubt means, and what to do."""
    say(_("Until it is right nothing is deleted, nothing ends by its day, and nothing that ended begins again."))
    say(_("Set the clock right. Is it right already? Then say so, with the day from another clock:"))
    say("    hrd-cases clock confirm 2026-11-28")
