"""A call: what somebody tells us first, kept unsorted until it is attached to a case, made one, or split.

A call lives in a small case vault of its own, so that taking one asks for nothing but what was said.
"""

from dataclasses import dataclass
from typing import Any

from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.fields import Coded, Count, Counted, Flag, Hidden, Line, Text, When, declare, entity
from hrd_cases.domain.vaults import CORE, IDENTITY, SOURCE
from hrd_cases.domain.words import N_


@entity(
    "call",
    letter="i",
    vault="case",
    label=N_("Call"),
    plural=N_("Calls"),
    new=N_("New call"),
    title=lambda call: call.who or N_("Call"),
)
@dataclass(frozen=True, kw_only=True)
class Call:
    """Required: what happened, when, who calls and how to reach them safely. Nothing else."""

    what: str = declare(Text(rows=5), N_("What happened"), at=IDENTITY, required=True, search=True)
    when: PartialDate | None = declare(When(past=True), N_("When it happened"), at=CORE, required=True, card=True)
    who: str = declare(
        Line(),
        N_("Who is calling"),
        at=IDENTITY,
        required=True,
        card=True,
        search=True,
        names="source",
        hint=N_("In their own words; a first name or a nickname is enough"),
    )
    reach: str = declare(
        Line(max=300),
        N_("How to reach them safely"),
        at=SOURCE,
        required=True,
        names="source",
        hint=N_("Number, messenger, and when it is safe to call"),
    )
    channel: str = declare(Coded(list="call_channels"), N_("How they reached us"), at=CORE)
    people: Counted | None = declare(Count(), N_("How many people are affected"), at=CORE)
    urgent: bool = declare(Flag(), N_("Somebody is in danger now"), at=CORE, card=True)
    language: str = declare(Coded(list="languages"), N_("Language of the call"), at=CORE)
    state: Any = declare(Hidden(default="open"), N_("State"), at=CORE, card=True)
    moved_to: Any = declare(Hidden(default=""), N_("Continued in"), at=CORE, card=True)
