"""`hrd-cases demo`: an invented organisation, its accounts printed once."""

import argparse
from typing import Any

from hrd_cases.cli import serve
from hrd_cases.cli.place import now, place, refuse_served
from hrd_cases.cli.terminal import Progress, say
from hrd_cases.cli.words import ROLE_WORDS, _
from hrd_cases.domain.words import N_
from hrd_cases.services.demo import demo
from hrd_cases.services.installing import Place

ROLES = {
    "caseworker": N_("takes calls, writes letters, keeps consents"),
    "lawyer": N_("runs legal actions, files court papers"),
    "coordinator": N_("reads trends"),
    "auditor": N_("reads and verifies the log"),
    "administrator": N_("accounts; opens no case"),
}


def register(below: Any) -> None:
    """Add the command."""
    made = below.add_parser("demo", help=_("make a demo organisation and print one account for each role"))
    made.add_argument("--serve", action="store_true", help=_("serve it afterwards"))
    made.add_argument("--fresh", action="store_true", help=_("make it anew; what was typed in the demo is lost"))
    made.add_argument("--remove", action="store_true", help=_("remove the demo that is here, and make none"))
    serve.add_options(made)
    made.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Make the demo unless it is here already, then serve it if asked."""
    where = place()
    if args.serve:
        serve.refuse_wrong(args)
    if demo.is_demo(where.folder) and (args.fresh or args.remove or not demo.is_whole(where)):
        refuse_served(where.folder)
        Progress()(N_("Removing the demo that was here"))
        demo.remove(where)
    if args.remove:
        say(_("There is no demo here any more."))
        return 0
    if demo.is_demo(where.folder):
        say(_("The demo is here already. Its passphrases were printed when it was made and are kept nowhere."))
        say(_("Lost them? Make it anew: ./run demo --fresh"))
    else:
        _make(where)
    return serve.run(args) if args.serve else 0


def _make(where: Place) -> None:
    made = demo.build(where, now(), say=Progress())
    say("\n" + _("The demo organisation is ready. One account for each role (no second factor in the demo):") + "\n")
    for account in made:
        say(f"  {_(ROLE_WORDS[account.role]):<14} {_(ROLES[account.role])}")
        say("      " + _("handle %(handle)s", handle=account.handle))
        say("      " + _("passphrase %(passphrase)s", passphrase=account.passphrase) + "\n")
    say(_("These passphrases are kept nowhere: copy them now. Organisations and events come from the public record;"))
    say(_("people are pseudonyms; staff, consents, files and everything dated from today on are invented.") + "\n")
