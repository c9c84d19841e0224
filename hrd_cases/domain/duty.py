"""Duty: who is to be rung when somebody is in danger.

A list in the directory, shown to members, not to external counsel.
"""

from dataclasses import dataclass
from datetime import date

from hrd_cases.domain.fields import Day, Hidden, Link, TextLine, declare, entity
from hrd_cases.domain.vaults import STAFF
from hrd_cases.domain.words import N_


@entity(
    "duty",
    letter="j",
    vault="directory",
    label=N_("On duty"),
    plural=N_("On duty"),
    new=N_("Put somebody on duty"),
    title=lambda _duty: N_("On duty"),
)
@dataclass(frozen=True, kw_only=True)
class Duty:
    """Who, from which day until which day, both included, and the number to ring; `off` once it was ended early."""

    who: str = declare(Link(to="colleague"), N_("Who"), at=STAFF, required=True, card=True)
    begins: date | None = declare(Day(), N_("From"), at=STAFF, required=True, card=True)
    ends: date | None = declare(Day(), N_("Until"), at=STAFF, required=True, card=True)
    number: str = declare(
        TextLine(max=60, suggest="tel"),
        N_("Number to ring"),
        at=STAFF,
        card=True,
        names="staff",
        hint=N_("Colleagues see it beside each call in danger"),
    )
    off: str = declare(Hidden(default=""), N_("Ended early"), at=STAFF, card=True)


def stands(duty: Duty, day: date) -> bool:
    """Whether somebody is on duty on a day."""
    return bool(duty.begins and duty.ends and not duty.off and duty.begins <= day <= duty.ends)
