"""New keys: for a compartment that is due, or that somebody is taken out of; each wholly before or wholly after.

The new key, the header that names who remains, the old key sealed under the new one and what is handed to who remains
are one transaction. Who cannot renew a compartment leaves it due for its holders.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from hrd_cases.crypto.core.headers import USER, VAULT, Header, Member
from hrd_cases.crypto.core.keyrings import KeyringEntry
from hrd_cases.crypto.core.keys import CompartmentKey
from hrd_cases.domain.ids import PersonId, person_id
from hrd_cases.domain.vaults import CASE_VAULT, GRANT, KINDS, PERSON_VAULT
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.vault_access import forget, is_due, keys_in, peek, sealed_row
from hrd_cases.services.keys.vault_keys import for_recovery, held_of, roster_of, sign_next, wrapped
from hrd_cases.services.keys.vault_membership import Roster, roster_if_verified
from hrd_cases.store.failpoints import reach
from hrd_cases.store.keys import RECOVERY as RECOVERY_ROW
from hrd_cases.store.keys import GrantRow
from hrd_cases.store.opened import OpenVault


def renew(ctx: Context, vault: str, *, without: Mapping[str, frozenset[bytes]] | None = None) -> int:
    """New keys for every compartment of a vault that waits for one or names somebody of `without`; how many.

    The first compartment comes first: who is no longer in it is in no other.
    """
    leaving = without or {}
    renewed = 0
    reach("rotation.begin")
    for compartment in KINDS[roster_of(ctx, vault).kind].compartments:
        roster, open_vault = roster_of(ctx, vault), held_of(ctx, vault)
        newest = roster.newest(compartment)
        if newest is None or not may_renew(roster, open_vault, compartment):
            continue
        gone = leaving.get(compartment, frozenset())
        if not any(newest.names(data) for data in gone) and not is_due(ctx, roster, compartment):
            continue
        _renew_one(ctx, roster, open_vault, compartment, gone)
        forget(ctx, vault)
        renewed += 1
        reach("rotation.after_compartment")
    if renewed:
        ctx.note("key", "key rotation", vault=vault)
        for person in sorted({person_id(row.vault_id) for row in keys_in(ctx, [vault]) if row.vault_id != vault}):
            renew_person(ctx, person)
        reach("rotation.after_people")
    return renewed


def renew_person(ctx: Context, person: PersonId) -> None:
    """New keys for a person after a case that opens them renewed its own, as far as the actor may grant.

    Each case that opens the person is handed the new key: sealed in it where the actor holds it, else to its public
    key.
    """
    for compartment in KINDS[PERSON_VAULT].compartments:
        roster, vault = roster_of(ctx, person), held_of(ctx, person)
        if compartment in roster.chains and may_renew(roster, vault, compartment) and is_due(ctx, roster, compartment):
            _renew_one(ctx, roster, vault, compartment)
            forget(ctx, person)


def renew_left_behind(ctx: Context, person: PersonId) -> None:
    """New keys for a person where a case renewed its own without them, by the first who may and comes by.

    Not while a case that opens the person waits for new keys itself: who left it would be handed these too.
    """
    roster = roster_if_verified(ctx, person)
    if roster is None or peek(ctx, person) is None:
        return
    for chain in roster.chains.values():
        for member in chain.newest.members:
            case = roster_if_verified(ctx, member.id.hex()) if member.kind == VAULT else None
            if case is not None and any(case.due(ctx, name) for name in case.chains if name == member.compartment):
                return
    renew_person(ctx, person)


def renewable(ctx: Context, vault: str) -> tuple[str, ...]:
    """The compartments of a vault that wait for new keys and that the actor may renew."""
    roster, open_vault = roster_of(ctx, vault), held_of(ctx, vault)
    return tuple(name for name in roster.chains if is_due(ctx, roster, name) and may_renew(roster, open_vault, name))


def renew_offices(ctx: Context) -> int:
    """New keys for the directory, the trend desk and the log, where they wait for them and the actor may; how many."""
    organisation, renewed = ctx.runtime.organisation, 0
    for vault in (organisation.directory, organisation.trends, organisation.log):
        if peek(ctx, vault) is not None:
            renewed += renew(ctx, vault)
    return renewed


def may_renew(roster: Roster, vault: OpenVault, compartment: str) -> bool:
    """True for who may grant and holds the newest key: the earlier ones rest under it."""
    newest = roster.chains[compartment].newest.epoch
    return GRANT in vault.rights.get(compartment, frozenset()) and vault.key(compartment, newest) is not None


def _renew_one(
    ctx: Context, roster: Roster, vault: OpenVault, compartment: str, gone: frozenset[bytes] = frozenset()
) -> None:
    newest, key = roster.chains[compartment].newest, CompartmentKey.new()
    staying = [member for member in newest.members if member.id not in gone and roster.stays(ctx, compartment, member)]
    out = [
        member.id
        for member in newest.members
        if member.kind == USER and member not in staying and member.id not in gone
    ]
    ended = [data for data in out if ctx.trust.is_revoked(data, ctx.day_number)]
    if roster.kind == CASE_VAULT:
        ctx.work.replacements.note_dropped(vault.id, [data.hex() for data in ended])
    header = newest.follow(staying, key)
    sign_next(ctx, header)
    hand_out(ctx, vault, newest, header, key, staying)
    note_endings(ctx, vault, [member for member in newest.members if member.kind == USER and member.id in out])


def note_endings(ctx: Context, vault: OpenVault, dropped: Iterable[Member]) -> None:
    """Remember of those who are named no more whose last day it was, so that their desk can say it."""
    for member in dropped:
        if vault.kind == CASE_VAULT and 0 < member.last_day < ctx.day_number:
            ctx.work.successors.note_ending(vault.id, member.id.hex(), member.last_day)


def hand_out(  # a new key beside its header: whose it was and is
    ctx: Context,
    vault: OpenVault,
    before: Header,
    header: Header,
    key: CompartmentKey,
    staying: Iterable[Member],
) -> None:
    """All that a new key needs beside its header: who stays has it, and the key before rests under it."""
    compartment = header.compartment
    reach("rotation.after_header")
    handed = (_handed_over(ctx, header, key, member) for member in staying)
    ctx.work.keys.add_grants(for_recovery(ctx, header, key), *(row for row in handed if row is not None))
    reach("rotation.after_grants")
    if ctx.ring is not None and header.names(ctx.keys.fingerprint):
        ctx.ring.add(ctx.work, [KeyringEntry(vault.raw_id, compartment, header.epoch, key)])
    reach("rotation.after_keyring")
    old = KeyringEntry(vault.raw_id, compartment, before.epoch, vault.keys[compartment][before.epoch])
    ctx.work.keys.add_vault_keyring(sealed_row(ctx, KeyringEntry(vault.raw_id, compartment, header.epoch, key), old))
    grown = {**vault.keys, compartment: {**vault.keys[compartment], header.epoch: key}}
    headers = {**vault.headers, compartment: header.hash()}
    ctx.work.records.renew(replace(vault, keys=grown, headers=headers), compartment)
    reach("rotation.after_chain")
    cases = [
        member.ident.hex() for member in header.members if member.kind == VAULT
    ]  # their team looks when it next comes
    ctx.work.resealing.withdraw(vault.id, compartment, header.epoch, but=[RECOVERY_ROW, *cases])
    ctx.work.leavings.remove(vault.id, compartment)
    ctx.settle = True
    reach("rotation.after_withdrawal")


def _handed_over(ctx: Context, header: Header, key: CompartmentKey, member: Member) -> GrantRow | None:
    """The new key wrapped to a member; None for who holds it already."""
    if member.kind == VAULT:
        return _handed_to_case(ctx, header, key, member)
    if member.id == ctx.keys.fingerprint:
        return None
    certificate = ctx.trust.check(member.id, ctx.day_number)
    return wrapped(header, key, member.id, certificate.kem_public, member.id.hex())


def _handed_to_case(ctx: Context, header: Header, key: CompartmentKey, member: Member) -> GrantRow | None:
    """A person's key for a case: sealed in it where the actor holds the case's newest key, else wrapped to that."""
    case, through = member.id.hex(), member.compartment
    opened = peek(ctx, case)
    newest = opened.sealing_key(through) if opened is not None else None
    if newest is None:
        public = roster_of(ctx, case).chains[through].newest.public
        return wrapped(header, key, member.ident, public, member.ident.hex())
    entry = KeyringEntry(header.vault, header.compartment, header.epoch, key)
    ctx.work.keys.add_vault_keyring(sealed_row(ctx, KeyringEntry(member.id, through, *newest), entry))
    return None
