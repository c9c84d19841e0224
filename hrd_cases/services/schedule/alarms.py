"""What of the organisation's own does not verify: told to those who can do something about it, while work goes on."""

from hrd_cases.domain.access.roles import ADMINISTRATOR, AUDITOR, COORDINATOR
from hrd_cases.domain.vaults import CASE_VAULT
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys import successors
from hrd_cases.services.keys.vault_membership import roster_if_verified
from hrd_cases.services.schedule import locked_calls

TOLD = frozenset({ADMINISTRATOR, COORDINATOR, AUDITOR})
DIRECTORY, TRENDS, LOG = N_("the directory"), N_("trends"), N_("the log")


def offices(ctx: Context) -> tuple[str, ...]:
    """The offices whose list of members was altered or signed by somebody who may not, for administrators,
    coordinators and auditors."""
    if not ctx.actor.roles & TOLD:
        return ()
    organisation = ctx.runtime.organisation
    vaults = {organisation.directory: DIRECTORY, organisation.trends: TRENDS, organisation.log: LOG}
    return tuple(name for vault, name in vaults.items() if roster_if_verified(ctx, vault) is None)


def calls(ctx: Context) -> int:
    """How many calls of a locked page were taken out of the database before everybody they were for read them."""
    return locked_calls.missing(ctx) if ctx.actor.roles & TOLD else 0


def ends(ctx: Context) -> int:
    """In how many cases a planned end of access no longer fits or waits to be entered, for administrators."""
    if ADMINISTRATOR not in ctx.actor.roles:
        return 0
    rosters = (roster_if_verified(ctx, vault) for vault in ctx.work.successors.vaults(ctx.day_number))
    return sum(
        roster is not None and roster.kind == CASE_VAULT and bool(successors.amiss(ctx, roster)) for roster in rosters
    )
