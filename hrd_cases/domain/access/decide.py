"""One decision: allowed, forbidden, or hidden. Everything is refused that the table does not allow."""

from enum import Enum

from hrd_cases.domain.access.facts import ACTIVE, NOTHING, Actor, VaultFacts
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.rules import knows_of
from hrd_cases.domain.access.table import TABLE


class AccessDecision(Enum):
    """HIDDEN must look exactly like a thing that does not exist."""

    ALLOWED = "allowed"
    FORBIDDEN = "forbidden"
    HIDDEN = "hidden"


def decide(actor: Actor, act: Act, facts: VaultFacts = NOTHING) -> AccessDecision:
    """Answer by the table; a thing in a vault whose base the actor cannot read is hidden, whatever the role."""
    line = TABLE.get(act)
    if line is None or actor.state != ACTIVE:
        return AccessDecision.HIDDEN if facts.kind else AccessDecision.FORBIDDEN
    if facts.kind and not knows_of(facts):
        return AccessDecision.HIDDEN
    holds = all(right in facts.rights.get(compartment, frozenset()) for compartment, right in line.needs)
    allowed = bool(actor.roles & line.roles) and holds and all(true(facts) for true in line.conditions)
    return AccessDecision.ALLOWED if allowed else AccessDecision.FORBIDDEN
