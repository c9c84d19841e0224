"""A call: taken in two pages, kept unsorted, then made a case, attached to one, split, or closed."""

from dataclasses import replace

from hrd_cases.crypto.primitives import random
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.calls import Call
from hrd_cases.domain.cases import Case
from hrd_cases.domain.errors import NotFound
from hrd_cases.services import keys
from hrd_cases.services.cases import begin_in
from hrd_cases.services.context import Context
from hrd_cases.services.gate import allow, every, open_vault
from hrd_cases.services.proof import check_for
from hrd_cases.services.records import title
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored

OPEN, MADE, ATTACHED, CLOSED = "open", "case", "attached", "closed"


def take(ctx: Context, value: Call) -> str:
    """Keep a call; returns the id of the vault it rests in, by which it is addressed until it is made a case."""
    allow(ctx, Act.TAKE_CALL)
    vault = keys.found(ctx, "case")
    ctx.work.records.add(vault, ctx.author, random(16).hex(), value, ctx.today)
    ctx.note("write", "new call", vault=vault.id)
    return vault.id


def listing(ctx: Context, state: str = OPEN) -> list[Stored]:
    """Calls of a state, newest happening first."""
    cards = ctx.work.records.cards(every(ctx, Act.SEE_DESK, "case"))
    found = [card for card in cards if waiting(card, state)]
    return sorted(found, key=lambda card: (card.value.urgent, _when(card.value)), reverse=True)


def waiting(card: Stored, state: str = OPEN) -> bool:
    """Whether a record is a call of this state: an open one is all that its vault holds."""
    return isinstance(card.value, Call) and card.value.state == state


def titles(ctx: Context) -> dict[str, str]:
    """What lists call each open call of the actor, by the id it is addressed by."""
    return {card.vault: title(card) for card in listing(ctx)}


def read(ctx: Context, call: str) -> Stored:
    """The call that rests in a vault."""
    return _of(ctx, open_vault(ctx, Act.READ_CASE, call))


def make_case(ctx: Context, call: str, value: Case) -> str:
    """Make the call's own vault a case; returns its id, which stays the same."""
    vault = open_vault(ctx, Act.WRITE_CASE, call)
    allow(ctx, Act.CREATE_CASE)
    begin_in(ctx, vault, value)
    _move(ctx, vault, MADE, call)
    return call


def attach(ctx: Context, call: str, case: str) -> None:
    """Copy a call into a case and mark where it went."""
    source, target = open_vault(ctx, Act.WRITE_CASE, call), open_vault(ctx, Act.WRITE_CASE, case)
    stored = _of(ctx, source)
    copy = replace(stored.value, state=ATTACHED, moved_to=case)
    ctx.work.records.add(target, ctx.author, random(16).hex(), copy, ctx.today)
    _move(ctx, source, ATTACHED, case)


def split(ctx: Context, call: str) -> str:
    """Begin a second call from the first: the same caller, another matter; returns its id."""
    source = open_vault(ctx, Act.WRITE_CASE, call)
    stored = _of(ctx, source)
    return take(ctx, replace(stored.value, state=OPEN, moved_to=""))


def close(ctx: Context, call: str) -> None:
    """Nothing follows from this call."""
    _move(ctx, open_vault(ctx, Act.WRITE_CASE, call), CLOSED, "")


def _of(ctx: Context, vault: OpenVault) -> Stored:
    cards = [card for card in ctx.work.records.cards([vault]) if isinstance(card.value, Call)]
    own = next((card for card in cards if card.value.state != ATTACHED or card.value.moved_to != vault.id), None)
    found = ctx.work.records.read(vault, own.id, check_for(ctx, vault.id)) if own else None
    if found is None:
        raise NotFound
    return found


def _move(ctx: Context, vault: OpenVault, state: str, to: str) -> None:
    stored = _of(ctx, vault)
    changed = replace(stored.value, state=state, moved_to=to)
    ctx.work.records.update(vault, ctx.author, stored.id, changed, stored.versions, ctx.today)
    ctx.note("write", f"call: {state}", vault=vault.id, record=stored.id)


def _when(call: Call) -> str:
    return call.when.first.isoformat() if call.when else ""
