"""Legal holds: while one stands nothing of the case is deleted or offered; two people lift it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.dates import iso_day
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.fields import Declared
from hrd_cases.domain.holds import LIFT_ASKED, LIFTED, ON, Hold, forbids
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.typed_text import several
from hrd_cases.domain.vaults import IDENTITY
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import may, open_vault
from hrd_cases.services.records.records import look_up, read_in
from hrd_cases.services.sharing.sharing import names_of
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored, of_class
from hrd_cases.store.stored import new_record_id

HELD = N_("Under a legal hold: nothing of this can be deleted until two people have lifted it.")
HELD_BECAUSE = N_("Under a legal hold: nothing of this can be deleted until two people have lifted it. Why: %(reason)s")
ALTERED = N_("This was altered in the database and does not open. Nothing can be deleted or lifted because of it.")


@dataclass(frozen=True, kw_only=True)
class HoldLine:
    """A hold as its case's people see it; `by`: whose the last word was, placing it or asking to lift it."""

    id: str
    state: str
    since: date | None
    reason: str
    lift_reason: str
    by: str
    mine: bool
    lifted_on: date | None


@dataclass(frozen=True, kw_only=True)
class HoldsView:
    """The holds of a case, standing ones first."""

    holds: tuple[HoldLine, ...]
    may_place: bool
    may_lift: bool

    @property
    def standing(self) -> tuple[HoldLine, ...]:
        """Those that still forbid."""
        return tuple(line for line in self.holds if line.state != LIFTED)


def view(ctx: Context, case: CaseId) -> HoldsView:
    """Every hold of a case, lifted ones too."""
    vault = open_vault(ctx, Act.READ_CASE, case)
    lines = sorted((_line(ctx, stored) for stored in _all(ctx, vault)), key=lambda hold_line: hold_line.state == LIFTED)
    return HoldsView(
        holds=tuple(lines), may_place=may(ctx, Act.PLACE_HOLD, vault), may_lift=may(ctx, Act.LIFT_HOLD, vault)
    )


def place(ctx: Context, case: CaseId, reason: str) -> None:
    """Let nothing of a case be deleted from now on."""
    vault = open_vault(ctx, Act.PLACE_HOLD, case)
    value = Hold(reason=_checked_reason(reason), since=ctx.today.isoformat(), state=ON)
    record = new_record_id()
    ctx.work.records.add(vault, ctx.author, record, value, ctx.today)
    ctx.note("write", "new hold", vault=case, record=record)


def lift(ctx: Context, case: CaseId, hold: RecordId, reason: str) -> str:
    """Ask to lift a hold or, when somebody else has asked, lift it; returns the new state."""
    vault = open_vault(ctx, Act.LIFT_HOLD, case, record=hold)
    stored = _standing(ctx, vault, hold)
    if stored.value.state == ON:
        changed = replace(stored.value, state=LIFT_ASKED, lift_reason=_checked_reason(reason))
    elif stored.authors.get("core") == ctx.actor.user:
        raise RuleBroken(N_("You asked for this yourself. Somebody else who leads this case has to agree."))
    else:
        changed = replace(stored.value, state=LIFTED, lifted_on=ctx.today.isoformat())
    _save(ctx, vault, stored, changed)
    return str(changed.state)


def stays(ctx: Context, case: CaseId, hold: RecordId) -> None:
    """A hold that somebody asked to lift stays."""
    vault = open_vault(ctx, Act.PLACE_HOLD, case, record=hold)
    stored = _standing(ctx, vault, hold)
    if stored.value.state != LIFT_ASKED:
        raise NotFound
    _save(ctx, vault, stored, replace(stored.value, state=ON, lift_reason=""))


def refuse_if_held(ctx: Context, vaults: Iterable[OpenVault]) -> None:
    """Raise RuleBroken when a hold stands on any of these cases, with the reason to those who may read it."""
    for vault in vaults:
        for stored in _all(ctx, vault):
            # One that was altered counts as standing: who writes the database must not lift it by breaking it.
            if stored.broken or stored.unproven:
                raise RuleBroken(ALTERED)
            if stored.value.state != LIFTED:
                reason = stored.value.reason
                raise RuleBroken(HELD_BECAUSE if reason else HELD, values={"reason": reason} if reason else None)


def is_held(cards: Iterable[Stored[Declared]]) -> frozenset[str]:
    """The cases among these cards on which a hold stands."""
    return frozenset(card.vault for card in cards if forbids(card.value, broken=bool(card.broken)))


def _all(ctx: Context, vault: OpenVault) -> list[Stored[Hold]]:
    cards = ctx.work.records.cards([vault])
    return [look_up(ctx, vault, card.id, Hold) for card in of_class(cards, Hold)]


def _standing(ctx: Context, vault: OpenVault, hold: RecordId) -> Stored[Hold]:
    stored = read_in(ctx, vault, hold, Hold)
    if stored.broken or stored.unproven:
        raise RuleBroken(ALTERED)
    if stored.value.state == LIFTED:
        raise NotFound
    return stored


def _save(ctx: Context, vault: OpenVault, stored: Stored[Hold], changed: Hold) -> None:
    ctx.work.records.update(vault, ctx.author, stored.id, changed, stored.versions, ctx.today)
    ctx.note("write", "change hold", vault=vault.id, record=stored.id, state=changed.state)


def _checked_reason(reason: str) -> str:
    text = several(reason, "reason", 2_000)
    if not text:
        raise RuleBroken(N_("Give the reason, so that others can understand it later."), place="reason")
    return text


def _line(ctx: Context, stored: Stored[Hold]) -> HoldLine:
    value = stored.value
    author = stored.authors.get("core", "")
    return HoldLine(
        id=stored.id,
        state=value.state,
        since=iso_day(value.since),
        reason=value.reason if IDENTITY not in stored.closed else "",
        lift_reason=value.lift_reason,
        by=names_of(ctx, ColleagueCard).get(author, ""),
        mine=author == ctx.actor.user,
        lifted_on=iso_day(value.lifted_on),
    )
