"""A call: what somebody tells us first, kept unsorted until it is attached to a case, made one, split or closed.

A call lives in a small case vault of its own, so that taking one asks for nothing but what was said. It is addressed
by its own record id, wherever it rests.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.fields import (
    Coded,
    CodedMany,
    Count,
    Counted,
    Flag,
    Hidden,
    RuleRows,
    Text,
    TextLine,
    When,
    declare,
    entity,
)
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.trend_facts import Values, yields
from hrd_cases.domain.vaults import CORE, IDENTITY, SOURCE
from hrd_cases.domain.words import N_

OPEN, MADE, ATTACHED, CLOSED = "open", "case", "attached", "closed"
REACHED, NOT_REACHED = "reached", "not_reached"
_MORE = N_("More details, if known")


def _counted(call: "Call") -> Values:
    return Values(
        moment=call.taken,
        codes={
            "topics": call.topics,
            "channel": [call.channel],
            "state": [call.state],
            "ending": [call.ending],
            "danger": ["yes"] if call.urgent else [],
        },
        counts={"": call.people},
        elsewhere=left_behind(call),
    )


@yields(_counted)
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
    """Required: what happened, when, who calls and how to reach them safely. Nothing else.

    The hidden fields: `taken` is the moment it was taken, `reached` who reached somebody in danger and when, `duty`
    the colleagues let in because they were on duty, `copy` and `origin` tie a call to its copy in a case, `locked` is
    the account on whose locked page it was written, until that person takes it over: nobody signed it there.
    """

    urgent: bool = declare(Flag(), N_("Somebody is in danger now"), at=CORE, card=True)
    what: str = declare(Text(rows=5), N_("What happened"), at=IDENTITY, required=True, search=True)
    when: PartialDate | None = declare(When(past=True), N_("When it happened"), at=CORE, required=True, card=True)
    who: str = declare(
        TextLine(),
        N_("Who is calling"),
        at=SOURCE,
        required=True,
        card=True,
        search=True,
        names="source",
        hint=N_("In their own words; a first name or a nickname is enough"),
    )
    reach: str = declare(
        TextLine(max=300),
        N_("How to reach them safely"),
        at=SOURCE,
        required=True,
        search=True,
        names="source",
        hint=N_("Number, messenger, and when it is safe to call"),
    )
    topics: tuple[str, ...] = declare(CodedMany(list="topics"), N_("Topics"), at=CORE, card=True)
    channel: str = declare(Coded(list="call_channels"), N_("How they reached us"), at=CORE, section=_MORE)
    people: Counted | None = declare(Count(), N_("How many people are affected"), at=CORE, section=_MORE)
    language: str = declare(Coded(list="languages"), N_("Language of the call"), at=CORE, section=_MORE)
    advice: str = declare(Text(rows=3), N_("What we advised"), at=IDENTITY, search=True, section=_MORE)
    state: str = declare(Hidden(default=OPEN), N_("State"), at=CORE, card=True)
    moved_to: str = declare(Hidden(default=""), N_("Continued in"), at=CORE, card=True)
    ending: str = declare(Hidden(default=""), N_("Why it was closed"), at=CORE, card=True)
    taken: str = declare(Hidden(default=""), N_("Taken"), at=CORE, card=True)
    reached: RuleRows = declare(Hidden(default=()), N_("Reached"), at=CORE, card=True)
    duty: RuleRows = declare(Hidden(default=()), N_("Let in because they were on duty"), at=CORE)
    copy: RecordId = declare(Hidden(default=""), N_("Copy in the case"), at=CORE, card=True)
    origin: RecordId = declare(Hidden(default=""), N_("Copied from"), at=CORE, card=True)
    locked: str = declare(Hidden(default=""), N_("Written on the locked page of"), at=CORE, card=True)
    token: str = declare(Hidden(default=""), N_("Token of its facts"), at=CORE)


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Somebody in danger was reached (REACHED), or not after all (NOT_REACHED): who says so, at what moment (UTC)."""

    what: str
    user: str
    at: str


def reaches(call: Call) -> tuple[Reach, ...]:
    """What was said of reaching the person in danger, oldest first; an odd stored row says nothing."""
    rows = ((row.get("what"), row.get("user"), row.get("at")) for row in _rows(call.reached))
    return tuple(
        Reach(what=what, user=user, at=at)
        for what, user, at in rows
        if isinstance(what, str) and isinstance(user, str) and isinstance(at, str)
    )


def let_in(call: Call) -> tuple[str, ...]:
    """The accounts let in because they were on duty."""
    return tuple(row["user"] for row in _rows(call.duty) if isinstance(row.get("user"), str))


def as_rows(users: Iterable[str]) -> tuple[dict[str, str], ...]:
    """Accounts as a call keeps them, each once."""
    return tuple({"user": user} for user in dict.fromkeys(users))


def _rows(stored: object) -> RuleRows:
    return tuple(row for row in stored if isinstance(row, dict)) if isinstance(stored, tuple) else ()


def in_danger(call: Call) -> bool:
    """Whether somebody is in danger and nobody has reached them yet."""
    attempts = reaches(call)
    return call.urgent and not (attempts and attempts[-1].what == REACHED)


def left_behind(call: Call) -> bool:
    """Whether this call goes on as a copy in a case: it is shown there, not here."""
    return call.state == ATTACHED and not call.origin
