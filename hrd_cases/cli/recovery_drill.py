"""`hrd-cases recovery drill`: the ceremony with an invented organisation, twice a year and before anything real."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from hrd_cases.cli.custodians import gather
from hrd_cases.cli.options import command, option
from hrd_cases.cli.place import now
from hrd_cases.cli.terminal import FAILED, say, say_json
from hrd_cases.cli.words import _
from hrd_cases.crypto.ceremony.card_sets import NewCardSet
from hrd_cases.crypto.ceremony.shares import Share
from hrd_cases.domain.words import N_
from hrd_cases.services.drill.drill import COUNT, NEEDED, Drill, DrillStep, own_hands


@command("drill")
@option("--auto", is_flag=True, help=N_("without people: the program types the cards itself"))
@option("--json", "as_json", is_flag=True, help=N_("answer in JSON (only with --auto)"))
def drill(*, auto: bool, as_json: bool) -> int:
    """Play it in a folder that is removed afterwards."""
    steps: list[DrillStep] = []

    def said(step: DrillStep) -> None:
        steps.append(step)
        if not as_json:
            state = _("FAILED") if step.problem else _("ok")
            text = _(step.sentence.msgid, **step.sentence.values)
            say(f"{state:<7}{text} {_(step.problem)}".rstrip())

    people = _Table()
    with tempfile.TemporaryDirectory(prefix="hrd-drill-") as folder:
        hands = own_hands if auto or as_json else people.hands
        good = Drill(folder=Path(folder), now=now(), hands=hands, said=said).play()
    if as_json:
        say_json({"good": good, "steps": [{"text": str(step.sentence), "problem": step.problem} for step in steps]})
    else:
        said_so = N_("The drill went well."), N_("The drill FAILED: do not rely on these cards; report it.")
        say(_(said_so[0] if good else said_so[1]))
    return 0 if good else FAILED


class _Table:
    """Custodians around a table: the invented cards are shown once, then asked for."""

    def __init__(self) -> None:
        self._shown = False

    def hands(self, created: NewCardSet, kind: str) -> Sequence[Share]:
        """What the custodians typed."""
        if not self._shown:
            say(_(INVENTED, needed=NEEDED, count=COUNT))
            for root, recovery in zip(created.root, created.recovery, strict=True):
                title = _("CARD %(number)s", number=root.number)
                say(f"\n=== {title} ===\n{root.text()}{recovery.text()}")
            self._shown = True
        return gather((kind,), created.record)[kind].shares


INVENTED = N_("Invented cards, good for this drill alone. Copy them onto paper; %(needed)s of %(count)s are asked for.")
