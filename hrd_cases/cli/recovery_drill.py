"""`hrd-cases recovery drill`: the ceremony with an invented organisation, twice a year and before anything real."""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hrd_cases.cli.custodians import gather
from hrd_cases.cli.place import now
from hrd_cases.cli.terminal import FAILED, say, tell
from hrd_cases.crypto.card_sets import Made
from hrd_cases.crypto.shares import Share
from hrd_cases.services.drill import COUNT, NEEDED, Drill, Step, own_hands


def register(acts: Any) -> None:
    """Add the command."""
    made = acts.add_parser("drill", help="play the whole ceremony with an invented organisation, and say how it went")
    made.add_argument("--auto", action="store_true", help="without people: the program types the cards itself")
    made.add_argument("--json", action="store_true", help="answer in JSON (only with --auto)")
    made.set_defaults(run=run)


def run(told: argparse.Namespace) -> int:
    """Play it in a folder that is removed afterwards."""
    steps: list[Step] = []

    def said(step: Step) -> None:
        steps.append(step)
        if not told.json:
            say(f"{'FAILED' if step.problem else 'ok':<7}{step.text} {step.problem}".rstrip())

    people = _Table()
    with tempfile.TemporaryDirectory(prefix="hrd-drill-") as folder:
        hands = own_hands if told.auto or told.json else people.hands
        good = Drill(folder=Path(folder), now=now(), hands=hands, said=said).play()
    if told.json:
        tell({"good": good, "steps": [{"text": one.text, "problem": one.problem} for one in steps]})
    else:
        say("The drill went well." if good else "The drill FAILED: do not rely on these cards; report it.")
    return 0 if good else FAILED


class _Table:
    """Custodians around a table: the invented cards are shown once, then asked for."""

    def __init__(self) -> None:
        self._shown = False

    def hands(self, made: Made, kind: str) -> Sequence[Share]:
        """What the custodians typed."""
        if not self._shown:
            say(f"Invented cards, good for this drill alone. Copy them onto paper; {NEEDED} of {COUNT} are asked for.")
            for root, recovery in zip(made.root, made.recovery, strict=True):
                say(f"\n=== CARD {root.number} ===\n{root.text()}{recovery.text()}")
            self._shown = True
        return gather((kind,), made.record)[kind].shares
