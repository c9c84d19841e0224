"""How many records one person may export alone; more leave once a second person agreed."""

from dataclasses import dataclass

from hrd_cases.domain.companies import OwnOrganisation
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import record_id
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.records.records import in_directory

USUAL = 200
MORE_NOW = N_("There are %(rows)s records by now, and somebody agreed to %(agreed)s. Ask again.")


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """What a second person agreed to: who it was, and to how many records."""

    second: str
    rows: int


class NeedsSecond(RuleBroken):
    """More records than one person exports alone."""

    def __init__(self, rows: int) -> None:
        super().__init__(N_("A second person has to agree to an export of so many records."))
        self.rows = rows


def most(ctx: Context) -> int:
    """How many records one person exports alone: what the organisation chose, else the usual number."""
    ours = in_directory(ctx, record_id(ctx.runtime.organisation.directory), OwnOrganisation)
    return USUAL if ours is None or ours.export_alone is None else ours.export_alone


def check(ctx: Context, rows: int, agreed: Agreed | None) -> dict[str, str]:
    """What the log says of a second person; NeedsSecond where one has to agree first."""
    if agreed is None:
        if rows > most(ctx):
            raise NeedsSecond(rows)
        return {}
    if rows > agreed.rows:
        raise RuleBroken(MORE_NOW, values={"rows": rows, "agreed": agreed.rows})
    return {"second": agreed.second}
