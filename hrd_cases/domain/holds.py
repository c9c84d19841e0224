"""A legal hold: nothing of a case is deleted, from the day it is placed until two people have lifted it."""

from dataclasses import dataclass

from hrd_cases.domain.fields import Hidden, Text, declare, entity
from hrd_cases.domain.vaults import CORE, IDENTITY
from hrd_cases.domain.words import N_

ON, LIFT_ASKED, LIFTED = "on", "lift_asked", "lifted"


@entity(
    "hold",
    letter="y",
    vault="case",
    label=N_("Legal hold"),
    plural=N_("Legal holds"),
    new=N_("Place a legal hold"),
    title=lambda hold: N_("Legal hold"),
)
@dataclass(frozen=True, kw_only=True)
class Hold:
    """Why nothing may be deleted, since when; `state`: ON, LIFT_ASKED or LIFTED, days as ISO dates."""

    reason: str = declare(
        Text(max=2_000, rows=3),
        N_("Why nothing may be deleted"),
        at=IDENTITY,
        required=True,
        printed=False,
        hint=N_("A court order, an inquiry, a claim that may come: who asked, which paper, until when"),
    )
    lift_reason: str = declare(Text(max=2_000, rows=3), N_("Why it may be lifted"), at=IDENTITY, printed=False)
    since: str = declare(Hidden(default=""), N_("Since"), at=CORE, card=True)
    state: str = declare(Hidden(default=ON), N_("State"), at=CORE, card=True)
    lifted_on: str = declare(Hidden(default=""), N_("Lifted on"), at=CORE, card=True)


def forbids(value: object, *, broken: bool) -> bool:
    """Whether a record is a hold that stands; one that does not open counts as standing."""
    return isinstance(value, Hold) and (broken or value.state != LIFTED)
