"""`hrd-cases demo`: an invented organisation, its accounts printed once."""

import argparse
from typing import Any

from hrd_cases.cli import serve
from hrd_cases.cli.place import now, place, refuse_served
from hrd_cases.cli.terminal import Progress, say
from hrd_cases.services.demo import demo
from hrd_cases.services.installing import Place

ROLES = {
    "caseworker": "takes calls, writes letters, keeps consents",
    "lawyer": "runs legal actions, files court papers",
    "coordinator": "reads trends",
    "auditor": "reads and verifies the log",
    "administrator": "accounts; opens no case",
}


def register(below: Any) -> None:
    """Add the command."""
    made = below.add_parser("demo", help="make a demo organisation and print one account for each role")
    made.add_argument("--serve", action="store_true", help="serve it afterwards")
    made.add_argument("--fresh", action="store_true", help="make it anew; what was typed in the demo is lost")
    made.add_argument("--remove", action="store_true", help="remove the demo that is here, and make none")
    serve.add_options(made)
    made.set_defaults(run=run)


def run(told: argparse.Namespace) -> int:
    """Make the demo unless it is here already, then serve it if asked."""
    where = place()
    if told.serve:
        serve.refuse_wrong(told)
    if demo.is_demo(where.folder) and (told.fresh or told.remove or not demo.is_whole(where)):
        refuse_served(where.folder)
        Progress()("Removing the demo that was here")
        demo.remove(where)
    if told.remove:
        say("There is no demo here any more.")
        return 0
    if demo.is_demo(where.folder):
        say("The demo is here already. Its passphrases were printed when it was made and are kept nowhere.")
        say("Lost them? Make it anew: ./run demo --fresh")
    else:
        _make(where)
    return serve.run(told) if told.serve else 0


def _make(where: Place) -> None:
    made = demo.build(where, now(), say=Progress())
    say("\nThe demo organisation is ready. One account for each role (no second factor in the demo):\n")
    for account in made:
        say(f"  {account.role:<14} {ROLES[account.role]}")
        say(f"      handle      {account.handle}")
        say(f"      passphrase  {account.passphrase}\n")
    say("These passphrases are kept nowhere: copy them now. Organisations and events come from the public record;")
    say("people are pseudonyms; staff, consents, files and everything dated from today on are invented.\n")
