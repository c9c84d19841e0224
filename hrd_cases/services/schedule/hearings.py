"""A hearing that was adjourned makes the next one: four fields, and both know of each other."""

from dataclasses import replace

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import Body
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.records import records
from hrd_cases.store.records import Stored

ADJOURNED, TOLD_THERE = "adjourned", "in_hearing"
NOT_HELD = frozenset({"", "planned", "unknown"})


def proposed(ctx: Context, case: str, hearing: str) -> Hearing:
    """The next hearing as far as the last one tells it: same court, hour and action; told in the hearing."""
    last = _last(ctx, case, hearing).value
    return Hearing(
        at=last.at, room=last.room, notified=TOLD_THERE, action=last.action, kind=last.kind, adjourned_from=hearing
    )


def court(ctx: Context, case: str, hearing: Hearing) -> str:
    """The court of a hearing, as far as its legal action says it and the reader may see it."""
    if not hearing.action:
        return ""
    forums = {card.id: card.value.forum for card in records.listing(ctx, LegalAction, case)}
    return dict(records.choices(ctx, Body)).get(forums.get(hearing.action, ""), "")


def adjourn(ctx: Context, case: str, hearing: str, following: Hearing) -> str:
    """Keep the next hearing and mark the last one adjourned to it, in one transaction; returns the next one's id."""
    last = _last(ctx, case, hearing)
    if last.value.adjourned_to:
        raise RuleBroken(N_("This hearing was adjourned already: the next one is linked from it."))
    if following.on is not None and last.value.on is not None and following.on < last.value.on:
        raise RuleBroken(N_("The next hearing cannot be before this one."), place="on")
    linked = replace(
        following,
        action=following.action or last.value.action,
        kind=following.kind or last.value.kind,
        adjourned_from=hearing,
    )
    created = records.create(ctx, case, linked)
    outcome = ADJOURNED if last.value.outcome in NOT_HELD else last.value.outcome
    changed = replace(last.value, adjourned_to=created, outcome=outcome)
    records.save(ctx, case, hearing, changed, last.versions)
    return created


def _last(ctx: Context, case: str, hearing: str) -> Stored[Hearing]:
    vault = open_vault(ctx, Act.WRITE_CASE, case, record=hearing, sealing=False)
    return records.read_in(ctx, vault, hearing, Hearing)
