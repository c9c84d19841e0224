"""Opening a vault: its verified headers, and the keys that somebody holds of it in their keyring or through a case.

Nothing is decided here: who may do what is asked at the one door, services/keys/gate.py.
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial

from hrd_cases.crypto.core.chains import VerifiedChain
from hrd_cases.crypto.core.envelope import SealedPlace, seal, unseal
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.grants import accept
from hrd_cases.crypto.core.headers import VAULT, WRITE, Member, vault_member_id
from hrd_cases.crypto.core.keyrings import KeyringEntry
from hrd_cases.crypto.core.keys import CompartmentKey
from hrd_cases.crypto.core.manifests import SignedHead
from hrd_cases.crypto.core.merkle import held_key_mark
from hrd_cases.crypto.core.primitives import digest
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.domain.errors import NotFound
from hrd_cases.domain.ids import PersonId
from hrd_cases.domain.sealing import DUE, MISSING, WITHHELD
from hrd_cases.domain.vaults import PERSON_VAULT, THROUGH_CASE
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.vault_membership import Roster, Unverified, roster, roster_if_verified
from hrd_cases.store.keys import GrantRow, VaultKeyringRow
from hrd_cases.store.opened import OpenVault

FIRST_STATE = 1  # of a manifest under a key


def peek(ctx: Context, vault: str) -> OpenVault | None:
    """The keys and rights the actor holds of a vault, without a decision: only for this module and the lists."""
    cache = ctx.opened
    if vault not in cache:
        try:
            membership = roster(ctx, vault)
        except Unverified:
            ctx.note("refused", "headers not signed by those who may", vault=vault)
            ctx.unverified.add(vault)
            membership = None
        cache[vault] = _opened(ctx, membership) if membership is not None else None
    return cache[vault]


def forget(ctx: Context, vault: str) -> None:
    """Look at a vault anew: its headers or keys were changed in this act."""
    ctx.opened.pop(vault, None)


def retrust(ctx: Context) -> None:
    """Look at certificates, headers and keys anew: this act entered some, or others did since it began."""
    ctx.trust = ctx.runtime.trust(ctx.work, ctx.entering)
    ctx.rosters.clear()
    ctx.opened.clear()


def _opened(ctx: Context, membership: Roster) -> OpenVault:
    if ctx.ring is None:
        raise NotFound
    fingerprint = bytes.fromhex(ctx.actor.fingerprint)
    rights = membership.rights_of(fingerprint, ctx.day_number)
    held = {name: ctx.ring.held(membership.vault, name) for name in rights}
    keys = {name: _own(ctx, membership, name, epochs) for name, epochs in held.items()}
    _add_own_older(ctx, membership, keys)
    foreign = {(name, fingerprint): _foreign(ctx, membership, name, held[name], keys[name]) for name in rights}
    if membership.kind == PERSON_VAULT:
        foreign |= _add_through_cases(ctx, membership, rights, keys)
    _log_foreign_keys(ctx, membership, foreign)
    shut = {name: why for name in rights if (why := why_shut(ctx, membership, name, keys.get(name, ())))}
    holdings = {name: epochs for name, epochs in keys.items() if epochs}
    return OpenVault(
        id=membership.vault,
        kind=membership.kind,
        keys=holdings,
        headers={name: membership.chains[name].newest.hash() for name in rights if name not in shut},
        rights={name: allowed for name, allowed in rights.items() if name in holdings},
        shut=shut,
        foreign=foreign,
        left_by=partial(_left_by, ctx, membership),
    )


def _left_by(ctx: Context, membership: Roster, signed: SignedHead, place: SealedPlace) -> bool:
    """True when a manifest is signed by somebody who might write there; in a person's vault any certified author.

    The first state under a key may be left by any member: whoever comes first enters a key prepared for a day.
    """
    statement = signed.statement(place, signed.fingerprint) if signed.signature else None
    if statement is None or statement.org != ctx.trust.org:
        return False
    known = digest(statement.encode() + signed.signature)
    if not ctx.runtime.verified.get(known):
        try:
            statement.check_signature(ctx.trust.signing_key(signed.fingerprint), signed.signature)
        except CryptoError:
            return False
        ctx.runtime.verified[known] = True
    if membership.kind == PERSON_VAULT:
        return True
    headers = [header for header in membership.chains[place.compartment].headers if header.epoch == place.epoch]
    if place.version == FIRST_STATE:
        return any(header.names(signed.fingerprint) for header in headers)
    return any(header.may(signed.fingerprint, WRITE) for header in headers)


def why_shut(ctx: Context, membership: Roster, compartment: str, numbers: Collection[int]) -> str:
    """Why nothing is sealed to a compartment by who holds these epochs of its key; empty when they may seal to it.

    An older key is never used in place of a missing one: whoever was taken out of the vault still has it. Where the
    newest list is missing nobody knows what follows from the others. A key that is missing is told before new keys that
    are due: who lacks it cannot make them, and may have been the only one who could.
    """
    if compartment in membership.withheld:
        return WITHHELD
    if membership.chains[compartment].newest.epoch not in numbers:
        return MISSING
    return DUE if is_due(ctx, membership, compartment) else ""


def _foreign(
    ctx: Context,
    membership: Roster,
    compartment: str,
    in_ring: Mapping[int, CompartmentKey],
    right: Mapping[int, CompartmentKey],
) -> bool:
    """Whether the keyring has a key that no header fixes; it is put away where nothing is lost by it.

    What follows a header that was taken out of the database is not judged: the log knows of it, the reader can not.
    """
    newest, judged = membership.chains[compartment].newest.epoch, compartment not in membership.withheld
    odd = [epoch for epoch, key in in_ring.items() if right.get(epoch) is not key and (epoch <= newest or judged)]
    if ctx.ring is not None:
        raw = bytes.fromhex(membership.vault)
        ctx.ring.away.update((raw, compartment, epoch) for epoch in odd if epoch in right or epoch > newest)
    return bool(odd)


def _log_foreign_keys(ctx: Context, membership: Roster, foreign: Mapping[tuple[str, bytes], bool]) -> None:
    """Let the log know where a key is held that no header fixes: `check` opens no keyring."""
    for (name, member), there in foreign.items():
        number, told = foreign_keys_logged(ctx, membership, name, member)
        if there and not told:
            ctx.alarm_marks.append(held_mark(ctx, membership, name, member, number + 1))


def foreign_keys_logged(ctx: Context, membership: Roster, compartment: str, member: bytes) -> tuple[int, bool]:
    """How often the log was told that a member held a key that no header fixes, and whether they do."""
    number, log, where = 0, ctx.work.log, (ctx, membership, compartment, member)
    while log.position(held_mark(*where, number + 1)) is not None:
        number += 1
    return number, number > 0 and log.position(held_mark(*where, number, ended=True)) is None


def held_mark(  # of which member of which compartment, and which time
    ctx: Context, membership: Roster, compartment: str, member: bytes, number: int, *, ended: bool = False
) -> bytes:
    """The mark of the log about the keys that one member holds of a compartment."""
    vault = bytes.fromhex(membership.vault)
    return held_key_mark(ctx.runtime.org, vault, compartment, member, number, ended=ended)


def _own(
    ctx: Context, membership: Roster, compartment: str, in_ring: Mapping[int, CompartmentKey]
) -> dict[int, CompartmentKey]:
    """Keys from the keyring that a header fixes, and from wraps that open under a header of their epoch."""
    if ctx.ring is None:
        return {}
    compartment_keys = _checked(membership, compartment, in_ring)
    for row in ctx.ring.waiting.get((membership.vault, compartment), ()):
        if row.epoch in compartment_keys:
            continue
        for header in reversed(membership.chains[compartment].headers):
            if header.epoch != row.epoch or not header.names(ctx.keys.fingerprint):
                continue
            try:
                key = accept(ctx.keys.kem_seed, row.wrap, header, ctx.keys.fingerprint)
            except CryptoError:
                continue
            ctx.ring.claim(row, key)
            ctx.note("key", "take a shared key", vault=membership.vault)
            compartment_keys[row.epoch] = key
            break
    return compartment_keys


def _add_own_older(ctx: Context, membership: Roster, keys: Mapping[str, dict[int, CompartmentKey]]) -> None:
    """Add the keys of earlier epochs that a header fixes to those held of one vault."""
    whole = {name: dict(epochs) for name, epochs in keys.items()}
    add_older(ctx, {membership.vault: whole})
    for name, epochs in whole.items():
        older = {epoch: key for epoch, key in epochs.items() if epoch not in keys[name]}
        keys[name].update(_checked(membership, name, older))


def add_older(ctx: Context, holdings: Mapping[str, Mapping[str, dict[int, CompartmentKey]]]) -> None:
    """Add keys of earlier epochs, which rest sealed under the key that followed them, to those held of some vaults.

    `holdings`: by vault, compartment and epoch. Asked for at once, and only where an epoch is missing.
    """
    short = [vault for vault, parts in holdings.items() if any(map(_lacks_older, parts.values()))]
    rows = ctx.work.keys.vault_keyring_rows(short)
    older = [row for row in rows if (row.vault_id, row.compartment) == (row.grantee_vault, row.grantee_compartment)]
    for row in sorted(older, key=lambda row: -row.epoch):
        epochs = holdings[row.vault_id].get(row.compartment, {})
        key = epochs.get(row.grantee_epoch)
        opened = _unsealed(ctx, key, row) if key is not None and row.epoch not in epochs else None
        if opened is not None:
            epochs[row.epoch] = opened


def _lacks_older(epochs: Mapping[int, CompartmentKey]) -> bool:
    return bool(epochs) and not set(range(1, max(epochs) + 1)) <= epochs.keys()


def _checked(
    membership: Roster, compartment: str, compartment_keys: Mapping[int, CompartmentKey]
) -> dict[int, CompartmentKey]:
    """Only keys that a verified header commits to."""
    keys = {}
    for epoch, key in compartment_keys.items():
        try:
            header = membership.chains[compartment].at_epoch(epoch)
        except CryptoError:
            continue
        if header.fixes(key):
            keys[epoch] = key
    return keys


def _add_through_cases(
    ctx: Context,
    membership: Roster,
    rights: dict[str, frozenset[str]],
    keys: dict[str, dict[int, CompartmentKey]],
) -> dict[tuple[str, bytes], bool]:
    """Add what the actor's cases open; by compartment and case whether it holds a key that no header fixes."""
    foreign: dict[tuple[str, bytes], bool] = {}
    granted = {
        (member.id.hex(), member.compartment, compartment): member.rights
        for compartment, chain in membership.chains.items()
        for member in chain.newest.members
        if member.kind == VAULT
    }
    _claim_for_cases(ctx, membership, granted, keys)
    for row in ctx.work.keys.grantees_of(membership.vault):
        granted_parts = granted.get((row.grantee_vault, row.grantee_compartment, row.compartment))
        case = peek(ctx, row.grantee_vault) if granted_parts is not None else None
        if case is None or granted_parts is None:
            continue
        under = case.key(row.grantee_compartment, row.grantee_epoch)
        if under is None:
            continue
        key = _unsealed(ctx, under, row)
        holder = row.compartment, vault_member_id(case.raw_id, row.grantee_compartment)
        stands = key is not None and bool(_checked(membership, row.compartment, {row.epoch: key}))
        foreign[holder] = foreign.get(holder, False) or not stands
        if key is None or not stands:
            continue
        keys.setdefault(row.compartment, {})[row.epoch] = key
        allowed = granted_parts & case.rights.get(row.grantee_compartment, frozenset())
        rights[row.compartment] = rights.get(row.compartment, frozenset()) | allowed
    return foreign


def is_due(ctx: Context, membership: Roster, compartment: str) -> bool:
    """True when a compartment needs a new key: for a person also when a case that opens them does, or has renewed
    its own.

    A key that rests sealed under a case's earlier key could be opened by whoever left that case.
    """
    if membership.due(ctx, compartment):
        return True
    newest = membership.chains[compartment].newest
    linked = [member for member in newest.members if member.kind == VAULT]
    if not linked:
        return False
    sealed = {
        (row.grantee_vault, row.grantee_compartment): row.grantee_epoch
        for row in ctx.work.keys.grantees_of(membership.vault)
        if (row.compartment, row.epoch) == (compartment, newest.epoch)
    }
    return any(_behind(ctx, member, sealed.get((member.id.hex(), member.compartment))) for member in linked)


def _behind(ctx: Context, member: Member, sealed_at: int | None) -> bool:
    """True when the case that a member stands for is due, or its newest key is not the one the person's rests under."""
    case = roster_if_verified(ctx, member.id.hex())
    if case is None or member.compartment not in case.chains:
        return True
    if case.due(ctx, member.compartment):
        return True
    # None: the key was handed to a case whose team has not opened it yet; it was sealed to the case's newest key.
    return sealed_at is not None and sealed_at != case.chains[member.compartment].newest.epoch


def _claim_for_cases(
    ctx: Context,
    membership: Roster,
    granted: Mapping[tuple[str, str, str], frozenset[str]],
    keys: dict[str, dict[int, CompartmentKey]],
) -> None:
    """Open what was handed to a case of the actor while they were away, and keep it sealed in that case."""
    waiting = {(row.member, row.compartment): row for row in ctx.work.keys.grants_of(membership.vault)}
    for case_id, through, compartment in granted:
        ident = vault_member_id(bytes.fromhex(case_id), through)
        row = waiting.get((ident.hex(), compartment))
        case = peek(ctx, case_id) if row is not None else None
        if row is None or case is None:
            continue
        key = _handed_to(case.keys.get(through, {}), row, membership.chains[compartment], ident)
        if key is None:
            continue
        keys.setdefault(compartment, {})[row.epoch] = key
        newest = case.sealing_key(through)
        if newest is not None:
            under = KeyringEntry(bytes.fromhex(case_id), through, *newest)
            entry = KeyringEntry(bytes.fromhex(membership.vault), compartment, row.epoch, key)
            ctx.case_claims.append((row, sealed_row(ctx, under, entry)))


def _handed_to(
    compartment_keys: Mapping[int, CompartmentKey], row: GrantRow, chain: VerifiedChain, ident: bytes
) -> CompartmentKey | None:
    """The key in a wrap for a case, opened by any epoch of the case's key: it may have been renewed since."""
    for header in reversed(chain.headers):
        if header.epoch != row.epoch or not header.names(ident):
            continue
        for epoch in sorted(compartment_keys, reverse=True):
            with suppress(CryptoError):
                return accept(compartment_keys[epoch].seed, row.wrap, header, ident)
    return None


def case_idents(cases: Iterable[str]) -> set[str]:
    """The members as which these cases stand in the headers of people."""
    return {vault_member_id(bytes.fromhex(case), through).hex() for case in cases for through in THROUGH_CASE}


def keys_in(ctx: Context, cases: Collection[str]) -> list[VaultKeyringRow]:
    """Keys of people that rest sealed in these cases, with what was handed to a case and is claimed in this act."""
    for grant in ctx.work.keys.grants_for_any(case_idents(cases)):
        peek(ctx, grant.vault_id)
    claimed = [row for _, row in ctx.case_claims if row.grantee_vault in cases]
    return [*ctx.work.keys.vault_keyring_rows(cases), *claimed]


def keys_of(ctx: Context, people: Collection[PersonId]) -> list[VaultKeyringRow]:
    """Where keys of these people rest sealed, with what was handed to a case and is claimed in this act."""
    for vault in dict.fromkeys(grant.vault_id for grant in ctx.work.keys.grants_of_any(people)):
        peek(ctx, vault)
    claimed = [row for _, row in ctx.case_claims if row.vault_id in people]
    return [*ctx.work.keys.grantees_of_any(people), *claimed]


def through_case(ctx: Context, case: OpenVault, row: VaultKeyringRow) -> CompartmentKey | None:
    """A person's key that rests sealed in a case compartment the actor holds."""
    key = case.key(row.grantee_compartment, row.grantee_epoch)
    return _unsealed(ctx, key, row) if key is not None else None


def _unsealed(ctx: Context, key: CompartmentKey, row: VaultKeyringRow) -> CompartmentKey | None:
    try:
        return CompartmentKey(Secret(unseal(key.envelope, keyring_place(ctx, row), row.key_sealed)))
    except CryptoError:
        return None


def sealed_row(ctx: Context, under: KeyringEntry, entry: KeyringEntry) -> VaultKeyringRow:
    """A key as it rests sealed under another one: a person's in a case, an earlier one under that which followed."""
    row = VaultKeyringRow(
        grantee_vault=under.vault.hex(),
        grantee_compartment=under.compartment,
        vault_id=entry.vault.hex(),
        compartment=entry.compartment,
        epoch=entry.epoch,
        grantee_epoch=under.epoch,
        key_sealed=b"",
    )
    return replace(row, key_sealed=seal(under.key.envelope, keyring_place(ctx, row), entry.key.secret.reveal()))


def keyring_place(ctx: Context, row: VaultKeyringRow) -> SealedPlace:
    """Where a vault's key rests in another vault: bound to both vaults, both compartments and both epochs."""
    return SealedPlace(
        org=ctx.runtime.org,
        vault=bytes.fromhex(row.grantee_vault),
        table=f"vault_keyrings/{row.compartment}/{row.epoch}",
        row=bytes.fromhex(row.vault_id),
        compartment=row.grantee_compartment,
        epoch=row.grantee_epoch,
        version=0,
    )
