"""`hrd-cases check`: whether everything that rests here is whole, without any passphrase."""

import argparse
from typing import Any

from hrd_cases.cli.place import now, organisation
from hrd_cases.cli.terminal import FAILED, Progress, say, tell
from hrd_cases.cli.words import _
from hrd_cases.services import check
from hrd_cases.services.backups import looking


def register(below: Any) -> None:
    """Add the command."""
    made = below.add_parser("check", help=_("check folder, database, log, clock, backups, keys and evidence files"))
    made.add_argument("--json", action="store_true", help=_("answer in JSON"))
    made.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check, and say each thing that is wrong with what to do."""
    with organisation(unlike=True) as runtime:
        found = list(check.whole(runtime, now(), Progress()))
        if all(one.right for one in found if one.name == "database"):
            found += looking.findings(runtime, now())
    wrong = [one for one in found if not one.right]
    if args.json:
        listed = [{"name": one.name, "text": "" if one.right else one.text} for one in found]
        to_do = [{"name": one.name, "text": one.text} for one in found if one.notice]
        tell({"whole": not wrong, "findings": listed, "to_do": to_do})
    else:
        for one in wrong:
            say(_("WRONG %(name)s: %(what)s", name=one.name, what=_(one.msgid, **one.values)))
        for one in (one for one in found if one.notice):
            say(_("TO DO %(name)s: %(what)s", name=one.name, what=_(one.msgid, **one.values)))
        if not wrong:
            names = dict.fromkeys(one.name for one in found)
            say(_("Everything is whole: %(names)s.", names=", ".join(_(check.NAMES[name]) for name in names)))
    return FAILED if wrong else 0
