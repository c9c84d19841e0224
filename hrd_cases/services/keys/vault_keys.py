"""Founding vaults and handing out keys.

Nobody grants what they do not hold; every change is a signed header and a log entry.
"""

from collections.abc import Mapping

from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.grants import deliver
from hrd_cases.crypto.core.headers import USER, VAULT, Header, Member, VaultOrigin, header_mark, own_half, sign_header
from hrd_cases.crypto.core.keyrings import KeyringEntry
from hrd_cases.crypto.core.keys import RECOVERY, CompartmentKey
from hrd_cases.crypto.core.leavings import Leaving
from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken
from hrd_cases.domain.sealing import LIST_WITHHELD
from hrd_cases.domain.vaults import ALL_RIGHTS, GRANT, KINDS, PRIVILEGED, THROUGH_CASE
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.successors import prepare_after
from hrd_cases.services.keys.vault_access import forget, peek, sealed_row
from hrd_cases.services.keys.vault_membership import Roster, roster
from hrd_cases.store.failpoints import reach
from hrd_cases.store.keys import RECOVERY as RECOVERY_ROW
from hrd_cases.store.keys import GrantRow
from hrd_cases.store.opened import OpenVault, refusal
from hrd_cases.store.successors import LeavingRow


def create_vault(ctx: Context, kind: str, *, within: OpenVault | None = None) -> OpenVault:
    """Found a vault whose first member is the actor or, for a person known from a case, that case."""
    origin = VaultOrigin.new(ctx.runtime.org, kind, ctx.keys.fingerprint)
    vault = origin.vault.hex()
    ctx.work.keys.add_vault(vault, kind)
    parts = {name: CompartmentKey.new() for name in KINDS[kind].founded}
    first = {name: origin.first_header(name, key, _first_members(ctx, name, within)) for name, key in parts.items()}
    _enter(ctx, first, parts)
    open_vault = OpenVault(
        id=vault,
        kind=kind,
        keys={name: {first[name].epoch: key} for name, key in parts.items()},
        headers={name: header.hash() for name, header in first.items()},
        rights=dict.fromkeys(parts, ALL_RIGHTS),
    )
    if within is None:
        _keep(ctx, open_vault)
    else:
        _seal_into(ctx, open_vault, within)
    forget(ctx, vault)
    return open_vault


def found_privileged(ctx: Context, case: OpenVault) -> None:
    """Found the lawyers' part of a case: by a member certified as lawyer."""
    membership = roster_of(ctx, case.id)
    first = membership.chains[membership.base].headers[0]
    origin = VaultOrigin(org=ctx.runtime.org, kind=case.kind, creator=first.creator, nonce=first.nonce)
    key = CompartmentKey.new()
    mine = Member(kind=USER, id=ctx.keys.fingerprint, rights=ALL_RIGHTS)
    header = origin.first_header(PRIVILEGED, key, [mine])
    _enter(ctx, {PRIVILEGED: header}, {PRIVILEGED: key})
    if ctx.ring is not None:
        ctx.ring.add(ctx.work, [KeyringEntry(origin.vault, PRIVILEGED, header.epoch, key)])
    forget(ctx, case.id)


def share(  # whom, what, how much of it and until when: all of it is one header
    ctx: Context,
    vault: str,
    fingerprint: bytes,
    values: Mapping[str, frozenset[str]],
    *,
    last_day: int | None = None,
    exactly: bool = False,
) -> None:
    """Name a person in compartments of a vault; `share_all` for one."""
    share_all(ctx, {vault: values}, fingerprint, last_day=last_day, exactly=exactly)


def share_all(
    ctx: Context,
    parts: Mapping[str, Mapping[str, frozenset[str]]],
    fingerprint: bytes,
    *,
    last_day: int | None = None,
    exactly: bool = False,
) -> None:
    """Name a person in compartments (by vault) the actor may grant, and hand them every epoch of the keys.

    Sharing only adds, unless it is to be `exactly` these rights in these compartments; where a key is to be taken
    away too, services/keys/key_rotation.py renews it. `last_day` (days since 1970-01-01): 0 no end, None as before.
    """
    certificate = ctx.trust.check(fingerprint, ctx.day_number)
    signed: list[Header] = []
    wraps: list[GrantRow] = []
    for vault, values in parts.items():
        membership, open_vault = roster_of(ctx, vault), held_of(ctx, vault)
        for compartment, rights in values.items():
            newest = membership.newest(compartment)
            if newest is None:
                raise Forbidden
            _may_name(open_vault, compartment)
            before = next((member for member in newest.members if member.ident == fingerprint), None)
            member = _named(before, fingerprint, rights, last_day, exactly=exactly)
            if member == before:
                continue
            header = newest.follow([*(member for member in newest.members if member.ident != fingerprint), member])
            signed.append(header)
            if before is None:
                keys = open_vault.keys[compartment]
                wraps += wrapped_epochs(membership, header, keys, certificate.kem_public, fingerprint)
    sign_next(ctx, *signed)
    reach("grant.after_headers")
    ctx.work.keys.add_grants(*wraps)
    ctx.work.successors.forget_endings(parts, fingerprint.hex())
    reach("grant.after_wraps")
    for vault in parts:
        ctx.note("key", "share", vault=vault, to=fingerprint.hex())
        forget(ctx, vault)


def _may_name(vault: OpenVault, compartment: str) -> None:
    if not vault.may_grant(compartment):
        raise Forbidden
    if compartment in vault.shut:
        raise refusal(vault.shut[compartment])


def _named(
    before: Member | None, fingerprint: bytes, rights: frozenset[str], last_day: int | None, *, exactly: bool
) -> Member:
    before_rights = frozenset() if before is None or exactly else before.rights
    kept_day = 0 if before is None else before.last_day
    day = kept_day if last_day is None else last_day
    return Member(kind=USER, id=fingerprint, rights=rights | before_rights, last_day=day)


def leave(ctx: Context, vault: str) -> None:
    """Give a vault up without the right to sign its next headers: it waits for new keys from now on."""
    membership, fingerprint = roster_of(ctx, vault), ctx.keys.fingerprint
    for compartment, chain in membership.chains.items():
        if chain.newest.names(fingerprint):
            epoch = chain.newest.epoch
            leaving = Leaving(
                org=ctx.runtime.org,
                vault=bytes.fromhex(vault),
                compartment=compartment,
                epoch=epoch,
                fingerprint=fingerprint,
            )
            row = LeavingRow(
                vault_id=vault,
                compartment=compartment,
                fingerprint=fingerprint.hex(),
                epoch=epoch,
                signature=leaving.sign(ctx.keys.sign_seed),
            )
            ctx.work.leavings.add(row)
            ctx.entering.ends.append(leaving.hash())
    ctx.rosters.pop(vault, None)
    forget(ctx, vault)


def wrapped(header: Header, key: CompartmentKey, ident: bytes, kem_public: bytes, row: str) -> GrantRow:
    """A key wrapped to whoever the header names under `ident`; `row` is how the wrap is found."""
    return GrantRow(
        vault_id=header.vault.hex(),
        compartment=header.compartment,
        epoch=header.epoch,
        member=row,
        wrap=deliver(key, header, kem_public, ident),
    )


def link_person(ctx: Context, person: OpenVault, case: OpenVault) -> None:
    """Let a case open a person: name its compartments in the person's headers and seal the person's keys in them."""
    membership = roster_of(ctx, person.id)
    raw = bytes.fromhex(case.id)
    for through, compartments in THROUGH_CASE.items():
        for compartment in compartments:
            newest = membership.newest(compartment)
            if newest is None or through not in case.keys or compartment not in person.keys:
                continue
            if compartment in person.shut:
                raise refusal(person.shut[compartment])
            member = Member(kind=VAULT, id=raw, compartment=through, rights=ALL_RIGHTS)
            if not newest.names(member.ident):
                if GRANT not in person.rights.get(compartment, frozenset()):
                    raise RuleBroken(N_("Ask the lead of a case this person is in to enter them in another case."))
                sign_next(ctx, newest.follow([*newest.members, member]))
    _seal_into(ctx, person, case)
    forget(ctx, person.id)


def _first_members(ctx: Context, compartment: str, within: OpenVault | None) -> list[Member]:
    if within is None:
        return [Member(kind=USER, id=ctx.keys.fingerprint, rights=ALL_RIGHTS)]
    through = next(name for name, values in THROUGH_CASE.items() if compartment in values)
    return [Member(kind=VAULT, id=bytes.fromhex(within.id), compartment=through, rights=ALL_RIGHTS)]


def _enter(ctx: Context, first: Mapping[str, Header], keys: Mapping[str, CompartmentKey]) -> None:
    """Sign the first headers of compartments, keep them, and seal their keys to the recovery key."""
    sign_next(ctx, *first.values())
    ctx.work.keys.add_grants(*(for_recovery(ctx, header, keys[name]) for name, header in first.items()))


def for_recovery(ctx: Context, header: Header, key: CompartmentKey) -> GrantRow:
    """A key wrapped to the recovery key, which every header names."""
    return wrapped(header, key, RECOVERY, ctx.runtime.pins.recovery_kem_public, RECOVERY_ROW)


def sign_next(ctx: Context, *headers: Header) -> None:
    """Sign the next headers of compartments, make them the newest, and let the log know them."""
    if headers:
        if not _counts(ctx):
            raise Forbidden
        if any(ctx.entering.following(ctx.work.log, own_half(header)) for header in headers):
            raise RuleBroken(LIST_WITHHELD)  # the log has another in its place
        ctx.work.keys.add_headers(*(sign_header(header, ctx.keys) for header in headers))
        ctx.entering.marks += [header_mark(header) for header in headers]
        for vault in dict.fromkeys(header.vault.hex() for header in headers):
            ctx.rosters.pop(vault, None)
            prepare_after(ctx, vault)


def _counts(ctx: Context) -> bool:
    """Whether the actor's keys were certified and never ended, whatever session or clock says."""
    try:
        return not ctx.trust.has_ended(ctx.trust.certificate(ctx.keys.fingerprint).fingerprint)
    except CryptoError:
        return False


def wrapped_epochs(
    membership: Roster, header: Header, keys: Mapping[int, CompartmentKey], kem_public: bytes, fingerprint: bytes
) -> list[GrantRow]:
    """Every epoch of a compartment's keys wrapped to somebody whom the header of that epoch names."""
    chain = membership.chains[header.compartment]
    under = {epoch: header if epoch == header.epoch else chain.at_epoch(epoch) for epoch in keys}
    return [
        wrapped(under[epoch], key, fingerprint, kem_public, fingerprint.hex())
        for epoch, key in keys.items()
        if under[epoch].names(fingerprint)  # keys of earlier epochs rest sealed under the one that followed
    ]


def _keep(ctx: Context, vault: OpenVault) -> None:
    if ctx.ring is None:
        raise NotFound
    entries = [
        KeyringEntry(vault.raw_id, compartment, epoch, key)
        for compartment, epochs in vault.keys.items()
        for epoch, key in epochs.items()
    ]
    ctx.ring.add(ctx.work, entries)


def _seal_into(ctx: Context, person: OpenVault, case: OpenVault) -> None:
    for through, compartments in THROUGH_CASE.items():
        if through not in case.rights and through not in case.shut:
            continue
        newest = case.sealing_key(through)
        if newest is None:
            raise refusal(case.shut.get(through))
        for compartment in compartments:
            for epoch, key in person.keys.get(compartment, {}).items():
                entry = KeyringEntry(person.raw_id, compartment, epoch, key)
                under = KeyringEntry(case.raw_id, through, *newest)
                ctx.work.keys.add_vault_keyring(sealed_row(ctx, under, entry))


def roster_of(ctx: Context, vault: str) -> Roster:
    """The verified roster of a vault that is there; NotFound otherwise."""
    membership = roster(ctx, vault)
    if membership is None:
        raise NotFound
    return membership


def held_of(ctx: Context, vault: str) -> OpenVault:
    """What the actor holds of a vault; NotFound when nothing."""
    open_vault = peek(ctx, vault)
    if open_vault is None:
        raise NotFound
    return open_vault
