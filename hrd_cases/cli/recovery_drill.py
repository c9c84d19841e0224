"""`hrd-cases recovery drill`: the ceremony with an invented organisation, twice a year and before anything real."""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hrd_cases.cli.custodians import gather
from hrd_cases.cli.place import now
from hrd_cases.cli.terminal import FAILED, say, tell
from hrd_cases.cli.words import _
from hrd_cases.crypto.card_sets import Made
from hrd_cases.crypto.shares import Share
from hrd_cases.domain.words import N_
from hrd_cases.services.drill import COUNT, NEEDED, Drill, Step, own_hands


def register(acts: Any) -> None:
    """Add the command."""
    made = acts.add_parser(
        "drill", help=_("play the whole ceremony with an invented organisation, and say how it went")
    )
    made.add_argument("--auto", action="store_true", help=_("without people: the program types the cards itself"))
    made.add_argument("--json", action="store_true", help=_("answer in JSON (only with --auto)"))
    made.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Play it in a folder that is removed afterwards."""
    steps: list[Step] = []

    def said(step: Step) -> None:
        steps.append(step)
        if not args.json:
            state = _("FAILED") if step.problem else _("ok")
            text = _(step.sentence.msgid, **step.sentence.values)
            say(f"{state:<7}{text} {_(step.problem)}".rstrip())

    people = _Table()
    with tempfile.TemporaryDirectory(prefix="hrd-drill-") as folder:
        hands = own_hands if args.auto or args.json else people.hands
        good = Drill(folder=Path(folder), now=now(), hands=hands, said=said).play()
    if args.json:
        tell({"good": good, "steps": [{"text": str(one.sentence), "problem": one.problem} for one in steps]})
    else:
        said_so = N_("The drill went well."), N_("The drill FAILED: do not rely on these cards; report it.")
        say(_(said_so[0] if good else said_so[1]))
    return 0 if good else FAILED


class _Table:
    """Custodians around a table: the invented cards are shown once, then asked for."""

    def __init__(self) -> None:
        self._shown = False

    def hands(self, made: Made, kind: str) -> Sequence[Share]:
        """What the custodians typed."""
        if not self._shown:
            say(_(INVENTED, needed=NEEDED, count=COUNT))
            for root, recovery in zip(made.root, made.recovery, strict=True):
                say(f"\n=== {_('CARD %(number)s', number=root.number)} ===\n{root.text()}{recovery.text()}")
            self._shown = True
        return gather((kind,), made.record)[kind].shares


INVENTED = N_("Invented cards, good for this drill alone. Copy them onto paper; %(needed)s of %(count)s are asked for.")
