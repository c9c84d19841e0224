"""Every row of a long list looked at before any of it comes in, some parts at each visit; nothing is made by it.

What was counted lives as long as the process and says nothing of the rows but how many, and which are wrong.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from hrd_cases.crypto.core.primitives import digest
from hrd_cases.services.imports.lists import OpenImport
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.kernel.per_process import PerProcess

PARTS = 10  # that one visit looks at
MOST_NAMED = 50  # wrong rows that are named
READY, TWICE, WRONG = "ready", "twice", "wrong"


@dataclass(kw_only=True)
class DryRun:
    """How far the look at a list is: `basis` is how the list stood when it began, `part` the next part.

    `wrong`: numbers of the first rows to correct; `marks`: rows that are ready, so that one that comes again is seen.
    """

    basis: str
    part: int
    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[int] = field(default_factory=list)
    marks: set[str] = field(default_factory=set, repr=False)

    def note(self, number: int, state: str, mark: str) -> None:
        """Count one row; one that says what a row of an earlier part says is not ready a second time."""
        again = state == READY and mark in self.marks
        self.rows += 1
        self.counts[TWICE if again else state] += 1
        if state == READY:
            self.marks.add(mark)
        if state == WRONG and len(self.wrong) < MOST_NAMED:
            self.wrong.append(number)


RUNS = PerProcess[dict[str, DryRun]](dict)  # by person: each looks at one list at a time


def of(ctx: Context, item: OpenImport) -> DryRun:
    """The look at this list as it stands now; begun anew when anything of it was changed, or another was looked at."""
    basis = digest(repr((item.id, item.state)).encode("utf-8", "replace")).hex()
    with RUNS.of(ctx.runtime) as runs:
        run = runs.get(ctx.actor.user)
        if run is None or run.basis != basis:
            run = runs[ctx.actor.user] = DryRun(basis=basis, part=item.state.part)
        return run


def advance(ctx: Context, run: DryRun, part: int, rows: Iterable[tuple[int, str, str]]) -> None:
    """Count the rows of a part, each with its number, state and mark; not where another visit counted them already."""
    with RUNS.of(ctx.runtime):
        if run.part == part:
            for number, state, mark in rows:
                run.note(number, state, mark)
            run.part += 1
