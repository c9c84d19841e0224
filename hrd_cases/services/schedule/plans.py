"""Ready plans: those of the program and our own, and the entries that one makes in a case, all of them or none."""

from dataclasses import dataclass, replace

from hrd_cases.crypto.core.primitives import random
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.errors import Forbidden, NotFound
from hrd_cases.domain.fields import Declared
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.ids import NO_RECORD, CaseId, RecordId, is_id, record_id
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.notes import Task
from hrd_cases.domain.plans import PlanForm, records_of
from hrd_cases.domain.ready_plans import ReadyPlan
from hrd_cases.domain.starting_plans import starting_plans
from hrd_cases.domain.vaults import IDENTITY
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.records import records
from hrd_cases.store.records import Stored

MADE = (Incident, LegalAction, Hearing, Task, Letter)


@dataclass(frozen=True, kw_only=True)
class OfferedPlan:
    """A plan and what it is chosen by: the id of one of ours, else its code among those of the program."""

    key: str
    plan: ReadyPlan
    own: bool


def offered(ctx: Context) -> tuple[OfferedPlan, ...]:
    """Our own plans by title, then those of the program that none of ours replaces."""
    own = records.listing(ctx, ReadyPlan)
    replaced = {card.value.starting for card in own}
    mine = [OfferedPlan(key=card.id, plan=card.value, own=True) for card in own if not card.value.off]
    starting = starting_plans(ctx.language).items()
    rest = [OfferedPlan(key=code, plan=plan, own=False) for code, plan in starting if code not in replaced]
    return (*sorted(mine, key=lambda offer: offer.plan.title.casefold()), *rest)


def chosen(ctx: Context, key: str) -> ReadyPlan:
    """A plan in full; NotFound for one that nobody offers."""
    if is_id(key):
        return records.read(ctx, None, record_id(key), ReadyPlan).value
    plan = starting_plans(ctx.language).get(key)
    if plan is None:
        raise NotFound
    return plan


def ready(ctx: Context, case: CaseId) -> None:
    """Refuse, before anything is typed, where not every kind of entry could be written now."""
    for cls in MADE:
        records.ready(ctx, cls, case)
        if IDENTITY not in records.writable(ctx, cls, case):
            raise Forbidden


def make(ctx: Context, case: CaseId, form: PlanForm) -> RecordId:
    """Make the entries; returns the id by which they are known to belong together."""
    ready(ctx, case)
    run = record_id(random(16).hex())
    incident = action = NO_RECORD
    for value in records_of(form, run, ctx.today):
        if isinstance(value, Incident):
            incident = records.create(ctx, case, value)
        elif isinstance(value, LegalAction):
            action = records.create(ctx, case, replace(value, incidents=(incident,) if incident else ()))
        else:
            linked = replace(value, action=action) if isinstance(value, Hearing) else value
            records.create(ctx, case, linked)
    return run


def made(ctx: Context, case: CaseId, run: RecordId) -> tuple[Stored[Declared], ...]:
    """The entries of the case that were made in one act and are still there; NotFound when there are none."""
    vault = open_vault(ctx, Act.READ_CASE, case)
    cards = ctx.work.records.cards([vault], of=MADE)
    together = tuple(card for card in cards if is_id(run) and getattr(card.value, "made_with", "") == run)
    if not together:
        raise NotFound
    return tuple(sorted(together, key=lambda card: card.entered))
