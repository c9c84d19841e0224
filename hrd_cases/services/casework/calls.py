"""A call: taken on one page, kept unsorted, then made a case, attached to one, split, closed, or opened again.

It is found by its own record id, in whichever vault it rests. While somebody is in danger it stays red until reached.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from hrd_cases.crypto.core.headers import USER
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.calls import (
    ATTACHED,
    CLOSED,
    MADE,
    NOT_REACHED,
    OPEN,
    REACHED,
    Call,
    Reach,
    as_rows,
    in_danger,
    left_behind,
    let_in,
    reaches,
)
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken
from hrd_cases.domain.fields import Declared, Text
from hrd_cases.domain.holds import forbids
from hrd_cases.domain.ids import NO_CASE, NO_RECORD, CaseId, RecordId, is_id
from hrd_cases.domain.typed_text import several
from hrd_cases.domain.vaults import CASE_VAULT, CORE, IDENTITY, SOURCE
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys import key_rotation, vault_keys
from hrd_cases.services.keys.gate import allow, may, open_vault, peek
from hrd_cases.services.records.across import across
from hrd_cases.services.records.records import keep_unopened, look_up, read_in, title
from hrd_cases.services.schedule import duty
from hrd_cases.services.schedule.duty import OnDuty
from hrd_cases.services.sharing.sharing import names_of, user_of
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored, of_class
from hrd_cases.store.stored import new_record_id

MOST_IN_DANGER = 12  # shown in full on one page; the others are counted
ELSEWHERE = N_("This call went on in a case. Change it there.")


@dataclass(frozen=True, kw_only=True)
class Unsigned:
    """A call that was written on a locked page and that nobody has taken over: whose page, and whether the actor's."""

    name: str
    mine: bool


@dataclass(frozen=True, kw_only=True)
class Danger:
    """Somebody in danger whom nobody has reached: who, how to reach them safely, since when, and whom to ring now."""

    call: str
    who: str
    reach: str
    taken: datetime | None
    taken_by: str
    ring: tuple[OnDuty, ...]
    may_write: bool
    unsigned: Unsigned | None


@dataclass(frozen=True, kw_only=True)
class CallView:
    """A call as its page shows it: the record, the case it belongs to, and what the actor may do with it."""

    stored: Stored[Call]
    case: CaseId
    may_write: bool
    may_share: bool
    may_take_back: bool
    danger: Danger | None
    unsigned: Unsigned | None
    reached: tuple[tuple[bool, str, datetime | None], ...]  # whether reached or not after all, by whom, when


def take(ctx: Context, value: Call) -> RecordId:
    """Keep a call, and let those on duty in when somebody is in danger; returns its record id."""
    allow(ctx, Act.TAKE_CALL)
    vault = vault_keys.create_vault(ctx, CASE_VAULT)
    record = new_record_id()
    lines = duty.share(ctx, vault, urgent=value.urgent)
    call = replace(value, taken=_moment(ctx), duty=as_rows(lines))
    ctx.work.records.add(_newest(ctx, vault), ctx.author, record, call, ctx.today)
    ctx.note("write", "new call", vault=vault.id, record=record)
    return record


def take_over(ctx: Context, call: RecordId) -> None:
    """Say that one wrote a call on one's locked page: from now on it is signed by its writer."""
    vault, stored = _writable(ctx, call)
    if not stored.value.locked or stored.value.locked != ctx.actor.user:
        raise RuleBroken(N_("Only the person on whose locked page this was written can take it over."))
    _update(ctx, vault, stored, replace(stored.value, locked=""), "taken over")


def listing(ctx: Context, state: str = OPEN) -> list[Stored[Call]]:
    """Calls of a state, those in danger first, then newest happening first."""
    cards = across(ctx).cards((Call,))
    records = [card for card in of_class(cards, Call) if card.value.state == state]
    return sorted(records, key=_place, reverse=True)


def _place(card: Stored[Call]) -> tuple[bool, str, str, int]:
    return in_danger(card.value), _when(card.value), card.value.taken, card.entered


def sorted_out(ctx: Context) -> list[Stored[Call]]:
    """Calls that belong to a case, made from them or not."""
    return [*listing(ctx, MADE), *(card for card in listing(ctx, ATTACHED) if not left_behind(card.value))]


def waiting(card: Stored[Declared], state: str = OPEN) -> bool:
    """Whether a record is a call of this state."""
    return isinstance(card.value, Call) and card.value.state == state


def titles(ctx: Context) -> dict[str, str]:
    """What lists call each open call of the actor, by the vault it rests in."""
    return {card.vault: title(card) for card in listing(ctx)}


def read(ctx: Context, call: RecordId) -> Stored[Call]:
    """A call in full."""
    return read_in(ctx, _open(ctx, Act.READ_CASE, call), call, Call)


def view(ctx: Context, call: RecordId) -> CallView:
    """A call as its page shows it; one that goes on in a case which the actor opens is shown as it is there."""
    vault = _open(ctx, Act.READ_CASE, call)
    stored = read_in(ctx, vault, call, Call)
    if not stored.opened:
        raise NotFound
    names = names_of(ctx, ColleagueCard)
    root = ctx.work.records.root_cards([vault])
    return CallView(
        stored=stored,
        case=vault.case if root else NO_CASE,
        may_write=may(ctx, Act.WRITE_CASE, vault) and not left_behind(stored.value),
        may_share=may(ctx, Act.SHARE_CASE, vault),
        may_take_back=_may_take_back(ctx, stored),
        danger=_danger(ctx, vault, stored, duty.today(ctx)) if _shown_red(stored) else None,
        unsigned=_unsigned(ctx, stored.value),
        reached=tuple(
            (reach.what == REACHED, names.get(reach.user, ""), _at(reach.at)) for reach in reaches(stored.value)
        ),
    )


def goes_on(ctx: Context, stored: Stored[Call]) -> str:
    """The record id of the copy in a case as which a call goes on, if the actor opens it; else nothing."""
    if not left_behind(stored.value) or not stored.value.copy:
        return ""
    vault = _vault_of(ctx, stored.value.copy)
    return stored.value.copy if vault is not None and may(ctx, Act.READ_CASE, vault) else ""


def in_danger_of(ctx: Context, cards: Iterable[Stored[Declared]]) -> tuple[tuple[Danger, ...], int]:
    """The calls among these cards of which somebody is in danger, the latest first, and how many more there are."""
    red = sorted(filter(_shown_red, of_class(cards, Call)), key=lambda card: card.value.taken, reverse=True)
    ring = duty.today(ctx) if red else ()
    dangers = []
    for card in red[:MOST_IN_DANGER]:
        vault = peek(ctx, card.vault)
        if vault is not None:
            ctx.note("read", "see a call in danger", vault=vault.id, record=card.id)
            dangers.append(_danger(ctx, vault, look_up(ctx, vault, card.id, Call), ring))
    return tuple(dangers), max(0, len(red) - MOST_IN_DANGER)


def save(ctx: Context, call: RecordId, value: Call, expected: Mapping[str, int]) -> None:
    """Keep a changed call; who is in danger only now is shown to those on duty in the same transaction."""
    vault = _open(ctx, Act.WRITE_CASE, call)
    before = read_in(ctx, vault, call, Call)
    if left_behind(before.value):
        raise RuleBroken(ELSEWHERE)
    saved = keep_unopened(vault, before, value)
    if saved.locked == ctx.actor.user:
        saved = replace(saved, locked="")  # they sign it now
    if saved.urgent and not before.value.urgent:
        lines = duty.share(ctx, vault, urgent=True)
        saved = replace(saved, duty=_joined(saved, lines), reached=_with_reach(ctx, saved, NOT_REACHED))
    ctx.work.records.update(_newest(ctx, vault), ctx.author, call, saved, expected, ctx.today)
    ctx.note("write", "change call", vault=vault.id, record=call)


def reached(ctx: Context, call: RecordId) -> None:
    """The person in danger was reached: who says so and when is kept."""
    vault, stored = _writable(ctx, call)
    if not in_danger(stored.value):
        raise RuleBroken(N_("This call is not in danger any more."))
    _update(ctx, vault, stored, replace(stored.value, reached=_with_reach(ctx, stored.value, REACHED)), REACHED)


def not_reached(ctx: Context, call: RecordId) -> None:
    """They were not reached after all, or are in danger again: red once more, and shown to those on duty now."""
    vault, stored = _writable(ctx, call)
    lines = duty.share(ctx, vault, urgent=True)
    value = replace(
        stored.value,
        urgent=True,
        reached=_with_reach(ctx, stored.value, NOT_REACHED),
        duty=_joined(stored.value, lines),
    )
    _update(ctx, _newest(ctx, vault), stored, value, NOT_REACHED)


def split(ctx: Context, call: RecordId) -> str:
    """Begin a second call from the first: the same caller, another matter; the danger stays with the first."""
    _vault, stored = _writable(ctx, call)
    if stored.closed:  # who does not open all of it would begin a call without its caller
        raise Forbidden
    fresh = replace(
        stored.value, state=OPEN, moved_to="", ending="", copy=NO_RECORD, origin=NO_RECORD, reached=(), urgent=False
    )
    fresh = replace(fresh, token="")  # it is counted as a call of its own
    return take(ctx, fresh)


def close(ctx: Context, call: RecordId, ending: str, advice: str = "") -> None:
    """Close a call for a coded reason, with what was advised in words."""
    vault, stored = _writable(ctx, call)
    if not vocabulary("call_endings").has(ending):
        raise RuleBroken(N_("Choose why the call is closed."), place="ending")
    if stored.value.state != OPEN:
        raise RuleBroken(N_("This call is not open any more."), place="ending")
    text = several(advice, "advice", Text().max) or stored.value.advice
    _update(ctx, vault, stored, replace(stored.value, state=CLOSED, ending=ending, advice=text), CLOSED)


def reopen(ctx: Context, call: RecordId) -> None:
    """Open a closed call again."""
    vault, stored = _writable(ctx, call)
    if stored.value.state != CLOSED:
        raise RuleBroken(N_("This call is open."))
    _update(ctx, vault, stored, replace(stored.value, state=OPEN, ending=""), OPEN)


def become(ctx: Context, call: RecordId) -> None:
    """Say of a call that its own vault is a case from now on; call_to_case.py adds what makes it one."""
    vault, stored = _writable(ctx, call)
    _update(ctx, vault, stored, replace(stored.value, state=MADE, moved_to=vault.id, ending=""), MADE)


def attach(ctx: Context, call: RecordId, case: CaseId) -> RecordId:
    """Copy a call into a case and mark where it went; returns the copy's record id."""
    source, stored = _writable(ctx, call)
    target = open_vault(ctx, Act.WRITE_CASE, case)
    if stored.value.state not in (OPEN, CLOSED) or not ctx.work.records.root_cards([target]):
        raise RuleBroken(N_("Choose a case from the list."), place="case")
    if stored.closed:
        raise Forbidden
    record = new_record_id()
    moved = replace(stored.value, state=ATTACHED, moved_to=case, ending="")
    ctx.work.records.add(target, ctx.author, record, replace(moved, origin=call, duty=()), ctx.today)
    ctx.note("write", "call added to a case", vault=case, record=record)
    _update(ctx, source, stored, replace(moved, copy=record), ATTACHED)
    return record


def take_back(ctx: Context, call: RecordId) -> RecordId:
    """Take a call out of the case it was added to: what was written in it there comes along. Returns its record id."""
    vault, stored = _writable(ctx, call, elsewhere=True)
    if not _may_take_back(ctx, stored):
        raise RuleBroken(N_("Only the person who took this call can remove it from the case."))
    original = stored.value.origin or stored.id
    source = _open(ctx, Act.WRITE_CASE, original)
    before = read_in(ctx, source, original, Call)
    value = stored.value if stored.value.origin else before.value
    if stored.value.origin:
        if any(forbids(card.value, broken=bool(card.broken)) for card in ctx.work.records.cards([vault])):
            raise RuleBroken(N_("This case is under a legal hold: nothing can be removed from it."))
        ctx.work.records.remove(vault, stored.id)
        ctx.settle = True  # the bytes of the copy leave the database's files too
        ctx.note("write", "call removed from a case", vault=vault.id, record=stored.id)
    opened = replace(value, state=OPEN, moved_to="", copy=NO_RECORD, origin=NO_RECORD, duty=before.value.duty)
    _update(ctx, source, before, opened, OPEN)
    return original


def let_go(ctx: Context, call: RecordId, keep: Sequence[str]) -> None:
    """Take those out of a call who were let in because they were on duty, but for `keep`, with new keys."""
    vault, stored = _writable(ctx, call, elsewhere=True)
    roster = vault_keys.roster_of(ctx, vault.id)
    gone = [user for user in on_duty_in(ctx, vault, stored) if user not in keep]
    if not gone:
        return
    fingerprints = {
        member.id for chain in roster.chains.values() for member in chain.newest.members if member.kind == USER
    }
    without = frozenset(data for data in fingerprints if user_of(ctx, data) in gone)
    key_rotation.renew(ctx, vault.id, without=dict.fromkeys(roster.chains, without))
    for user in gone:
        ctx.note("key", "remove somebody from a case", vault=vault.id, record=user)
    value = replace(stored.value, duty=as_rows(user for user in let_in(stored.value) if user not in gone))
    _update(ctx, _newest(ctx, vault), stored, value, "")


def on_duty_in(ctx: Context, vault: OpenVault, stored: Stored[Call]) -> tuple[str, ...]:
    """Who was let into a call because they were on duty and can be taken out again by the actor."""
    if not all(map(vault.may_grant, (CORE, IDENTITY, SOURCE))):
        return ()
    return tuple(user for user in let_in(stored.value) if user != ctx.actor.user)


def _danger(ctx: Context, vault: OpenVault, stored: Stored[Call], ring: tuple[OnDuty, ...]) -> Danger:
    value, names = stored.value, names_of(ctx, ColleagueCard)
    return Danger(
        call=stored.id,
        who=value.who,
        reach=value.reach,
        taken=_at(value.taken),
        taken_by=names.get(stored.authors.get(CORE, ""), ""),
        ring=ring,
        may_write=may(ctx, Act.WRITE_CASE, vault),
        unsigned=_unsigned(ctx, value),
    )


def _unsigned(ctx: Context, value: Call) -> Unsigned | None:
    if not value.locked or not isinstance(value.locked, str):
        return None
    name = names_of(ctx, ColleagueCard).get(value.locked, "")
    return Unsigned(name=name, mine=value.locked == ctx.actor.user)


def _shown_red(card: Stored[Call]) -> bool:
    return in_danger(card.value) and not left_behind(card.value)


def _may_take_back(ctx: Context, stored: Stored[Call]) -> bool:
    """Whether the actor may write the call where it was taken, and the copy in the case, if it is still there."""
    value = stored.value
    if value.state != ATTACHED or stored.closed or stored.broken:
        return False
    if not value.origin:
        return not value.copy or _vault_of(ctx, value.copy) is None
    here, there = peek(ctx, stored.vault), _vault_of(ctx, value.origin)
    if here is None or there is None:
        return False
    return all(may(ctx, Act.WRITE_CASE, vault) and vault.may_write(IDENTITY) for vault in (here, there))


def _open(ctx: Context, act: Act, call: RecordId) -> OpenVault:
    """Open the vault a call rests in; what is no call, or nobody's, is not found."""
    places = ctx.work.records.vaults_of(call) if is_id(call) else []
    mine = next((vault for vault in places if peek(ctx, vault) is not None), "")
    return open_vault(ctx, act, mine or next(iter(places), call), record=call)


def _vault_of(ctx: Context, record: RecordId) -> OpenVault | None:
    """The vault of a record as far as the actor opens it: for a button, never instead of the gate."""
    places = ctx.work.records.vaults_of(record) if is_id(record) else []
    return next((case_vault for vault in places if (case_vault := peek(ctx, vault)) is not None), None)


def _writable(ctx: Context, call: RecordId, *, elsewhere: bool = False) -> tuple[OpenVault, Stored[Call]]:
    vault = _open(ctx, Act.WRITE_CASE, call)
    stored = read_in(ctx, vault, call, Call)
    if not stored.opened:
        raise NotFound
    if left_behind(stored.value) and not elsewhere:
        raise RuleBroken(ELSEWHERE)
    return vault, stored


def _update(ctx: Context, vault: OpenVault, stored: Stored[Call], value: Call, what: str) -> None:
    ctx.work.records.update(vault, ctx.author, stored.id, value, stored.versions, ctx.today)
    if what:
        ctx.note("write", f"call: {what}", vault=vault.id, record=stored.id)


def _newest(ctx: Context, vault: OpenVault) -> OpenVault:
    """The vault under its newest headers, after somebody was let in or taken out."""
    return vault_keys.held_of(ctx, vault.id)


def _with_reach(ctx: Context, value: Call, what: str) -> tuple[dict[str, str], ...]:
    now = Reach(what=what, user=ctx.actor.user, at=_moment(ctx))
    return tuple(asdict(reach) for reach in (*reaches(value), now))


def _joined(before: Call, more: Iterable[str]) -> tuple[dict[str, str], ...]:
    return as_rows((*let_in(before), *more))


def _moment(ctx: Context) -> str:
    return ctx.now.astimezone(UTC).isoformat(timespec="minutes")


def _at(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def day_of(ctx: Context, call: Call) -> str:
    """The day on which a call was taken, where the work is done; empty when that is not known."""
    moment = _at(call.taken)
    return ctx.runtime.today(moment).isoformat() if moment is not None and moment.tzinfo is not None else ""


def _when(call: Call) -> str:
    return call.when.first.isoformat() if call.when else ""
