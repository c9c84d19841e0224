"""The day after somebody's last one: whoever comes first enters what was prepared, before they are shown anything.

Each compartment is one transaction: new header, new key for who stays, the key before under it. What cannot be entered
(it was taken out of the database, no longer follows, or somebody else left meanwhile) waits for a lead like any other
vault that is due. services/keys/successors.py prepares it.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from hrd_cases.crypto.core.chains import RotationReason, check_successor
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.grants import accept
from hrd_cases.crypto.core.headers import USER, VAULT, Header, header_mark
from hrd_cases.crypto.core.keys import CompartmentKey
from hrd_cases.domain.dates import day_number
from hrd_cases.domain.errors import Changed, NotFound, RuleBroken
from hrd_cases.domain.ids import person_id
from hrd_cases.domain.vaults import CASE_VAULT, KINDS, PERSON_VAULT
from hrd_cases.services.kernel.context import Context, Runtime, record
from hrd_cases.services.kernel.per_process import VainTries
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.keys.key_rotation import hand_out, note_endings
from hrd_cases.services.keys.vault_access import is_due, peek
from hrd_cases.services.keys.vault_membership import Roster, linked_to, roster_if_verified
from hrd_cases.store.failpoints import reach
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.successors import SuccessorRow
from hrd_cases.store.work import Work

TRIED = VainTries()  # by member and vault
_ORDER = [name for kind in (CASE_VAULT, PERSON_VAULT) for name in KINDS[kind].compartments]


@dataclass(frozen=True, kw_only=True)
class _Ready:
    row: SuccessorRow
    known: Roster
    held: OpenVault
    header: Header
    key: CompartmentKey


def enter(runtime: Runtime, session: Session, now: datetime, left: Sequence[str]) -> None:
    """Before anything is shown to somebody: enter what was prepared for a day that has come, as far as they can.

    `left`: what `waiting` gave. Each compartment in its own transaction.
    """
    if not left:
        return
    reach("planned.begin")
    entered = False
    while _enter_next(runtime, session, now, left):
        entered = True
        reach("planned.after_compartment")
    TRIED.note(runtime, session.actor.fingerprint, left, now)
    if entered:
        runtime.database.rewrite()


def waiting(runtime: Runtime, work: Work, session: Session, now: datetime) -> list[str]:
    """The vaults of somebody in which a prepared successor counts now."""
    member = session.actor.fingerprint
    day = day_number(runtime.today(now))
    return TRIED.due(runtime, member, work.successors.waiting_for(member, day), now)


def _enter_next(runtime: Runtime, session: Session, now: datetime, vaults: Iterable[str]) -> bool:
    """Enter one successor in a transaction; False when none is left that can be entered."""
    try:
        with runtime.database.reading() as work:  # nobody is kept waiting for what cannot be entered
            ctx = runtime.context(work, session, now)
            if ctx.judged_clock.doubt or _first_ready(ctx, vaults) is None:
                return False
        with runtime.database.writing() as work:
            ctx = runtime.context(work, session, now)
            ready = _first_ready(ctx, vaults)
            if ready is None:
                return False
            _enter(ctx, ready)
            record(work, ctx)
    except (Changed, RuleBroken, NotFound, CryptoError):
        return False  # somebody was faster, or it waits for a lead like any vault that is due
    return True


def _first_ready(ctx: Context, vaults: Iterable[str]) -> _Ready | None:
    """The first successor that can be entered; cases before the people they open, earlier days before later ones."""
    rows = [row for row in ctx.work.successors.of(vaults) if row.not_before <= ctx.day_number]
    vault_ids = {row.vault_id for row in rows}
    kinds = {row.id: row.kind for row in ctx.work.keys.of_ids(vault_ids)}

    def order(row: SuccessorRow) -> tuple[int, bool, int, str, int]:
        person = kinds.get(row.vault_id) == PERSON_VAULT
        return (row.not_before, person, _ORDER.index(row.compartment), row.vault_id, row.serial)

    successor_rows = [row for row in rows if row.compartment in _ORDER]
    readies = (_ready(ctx, row) for row in sorted(successor_rows, key=order))
    return next((ready for ready in readies if ready is not None), None)


def _ready(ctx: Context, row: SuccessorRow) -> _Ready | None:
    roster, vault = roster_if_verified(ctx, row.vault_id), peek(ctx, row.vault_id)
    chain = roster.chains.get(row.compartment) if roster is not None else None
    if roster is None or vault is None or chain is None or vault.key(row.compartment, chain.newest.epoch) is None:
        return None
    try:
        linked = linked_to(ctx, person_id(row.vault_id), row.compartment) if roster.kind == PERSON_VAULT else None
        header = check_successor(chain, row.signed, ctx.trust, day=ctx.day_number, linked=linked)
    except (CryptoError, RuleBroken, ValueError):  # altered in the database, or overtaken
        return None
    if not _is_right(ctx, roster, header):
        return None
    key = _key_of(ctx, row, header)
    return _Ready(row=row, known=roster, held=vault, header=header, key=key) if key is not None else None


def _is_right(ctx: Context, roster: Roster, header: Header) -> bool:
    """True when exactly those are left out who are out; who is out by a later day is left out by what follows it."""
    if roster.kind == PERSON_VAULT:
        return is_due(ctx, roster, header.compartment)
    newest = roster.chains[header.compartment].newest
    if any(roster.stays(ctx, header.compartment, member) for member in newest.members if member not in header.members):
        return False
    later = {RotationReason.DAY_PASSED}
    return all(
        roster.why_out(ctx, header.compartment, member) - {RotationReason.NOT_IN_CORE} <= later
        for member in header.members
    )


def _key_of(ctx: Context, row: SuccessorRow, header: Header) -> CompartmentKey | None:
    """The key that was wrapped to the actor, or to a case that they hold."""
    wraps = ctx.work.successors.wraps_of(row)
    for member in header.members:
        wrap = wraps.get(member.ident.hex())
        if wrap is None or (member.kind == USER and member.id != ctx.keys.fingerprint):
            continue
        case = peek(ctx, member.id.hex()) if member.kind == VAULT else None
        compartment_keys = case.keys.get(member.compartment, {}) if case is not None else {}
        seeds = (
            [ctx.keys.kem_seed]
            if member.kind == USER
            else [compartment_keys[epoch].seed for epoch in sorted(compartment_keys)[::-1]]
        )
        for seed in seeds:
            with suppress(CryptoError):
                return accept(seed, wrap, header, member.ident)
    return None


def _enter(ctx: Context, ready: _Ready) -> None:
    header, roster = ready.header, ready.known
    before = roster.chains[header.compartment].newest
    staying = [
        member
        for member in header.members
        if roster.kind == PERSON_VAULT or roster.stays(ctx, header.compartment, member)
    ]
    ctx.work.keys.add_headers(ready.row.signed)
    ctx.entering.marks.append(header_mark(header))
    ctx.rosters.clear()
    hand_out(ctx, ready.held, before, header, ready.key, staying)
    note_endings(ctx, ready.held, [member for member in before.members if member not in header.members])
    ctx.work.successors.remove(ready.row.vault_id, header.compartment, upto=header.serial)
    ctx.opened.clear()
    ctx.note("key", "key rotation, prepared before", vault=ready.row.vault_id if roster.kind == CASE_VAULT else "")
    reach("planned.after_entering")
