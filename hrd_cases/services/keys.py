"""Founding vaults and handing out keys.

Nobody grants what they do not hold; every change is a signed header and a log entry.
"""

from collections.abc import Iterable, Mapping

from hrd_cases.crypto.errors import CryptoError
from hrd_cases.crypto.grants import deliver
from hrd_cases.crypto.headers import USER, VAULT, Header, Member, Origin, SignedHeader, sign_header
from hrd_cases.crypto.keyrings import Entry
from hrd_cases.crypto.keys import RECOVERY, CompartmentKey
from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken
from hrd_cases.domain.vaults import ALL_RIGHTS, GRANT, KINDS, THROUGH_CASE
from hrd_cases.domain.words import N_
from hrd_cases.services.context import Context
from hrd_cases.services.gate import KEYS_DUE, forget, is_due, peek, sealed_row
from hrd_cases.services.rosters import Roster, roster
from hrd_cases.store.keys import RECOVERY as RECOVERY_ROW
from hrd_cases.store.keys import GrantRow
from hrd_cases.store.opened import OpenVault


def found(ctx: Context, kind: str, *, within: OpenVault | None = None) -> OpenVault:
    """Found a vault whose first member is the actor or, for a person known from a case, that case."""
    origin = Origin.new(ctx.runtime.org, kind, ctx.keys.fingerprint)
    vault = origin.vault.hex()
    ctx.work.keys.add_vault(vault, kind)
    keys, headers = {}, {}
    for compartment in KINDS[kind].founded:
        key = CompartmentKey.new()
        header = origin.first_header(compartment, key, _first_members(ctx, compartment, within))
        _enter(ctx, header, {header.epoch: key})
        keys[compartment], headers[compartment] = {header.epoch: key}, header.hash()
    made = OpenVault(id=vault, kind=kind, keys=keys, headers=headers, rights=dict.fromkeys(keys, ALL_RIGHTS))
    if within is None:
        _keep(ctx, made)
    else:
        _seal_into(ctx, made, within)
    forget(ctx, vault)
    return made


def found_privileged(ctx: Context, case: OpenVault, members: Iterable[bytes] = ()) -> None:
    """Found the lawyers' part of a case: by a member certified as lawyer."""
    known = _roster(ctx, case.id)
    first = known.chains[known.base].headers[0]
    origin = Origin(org=ctx.runtime.org, kind=case.kind, creator=first.creator, nonce=first.nonce)
    key = CompartmentKey.new()
    mine = Member(kind=USER, id=ctx.keys.fingerprint, rights=ALL_RIGHTS)
    header = origin.first_header("privileged", key, [mine])
    _enter(ctx, header, {header.epoch: key})
    if ctx.ring is not None:
        ctx.ring.add(ctx.work, [Entry(origin.vault, "privileged", header.epoch, key)])
    forget(ctx, case.id)
    for fingerprint in members:
        share(ctx, case.id, fingerprint, {"privileged": ALL_RIGHTS})


def share(ctx: Context, vault: str, fingerprint: bytes, given: Mapping[str, frozenset[str]]) -> None:
    """Name a person in compartments the actor may grant, and hand them every epoch of the keys."""
    known, held = _roster(ctx, vault), _held(ctx, vault)
    certificate = ctx.trust.check(fingerprint, ctx.day_number)
    for compartment, rights in given.items():
        newest = known.newest(compartment)
        if newest is None or GRANT not in held.rights.get(compartment, frozenset()):
            raise Forbidden
        if known.due(ctx, compartment):
            raise RuleBroken(KEYS_DUE)
        others = [member for member in newest.members if member.ident != fingerprint]
        before = next((member for member in newest.members if member.ident == fingerprint), None)
        # Sharing only adds: what somebody holds is taken away by renewing keys, never by a smaller share.
        all_of_it = rights | before.rights if before else rights
        if before is not None and before.rights == all_of_it:
            continue
        header = newest.follow([*others, Member(kind=USER, id=fingerprint, rights=all_of_it)])
        _sign(ctx, header)
        _deliver_epochs(ctx, known, header, held.keys[compartment], certificate.kem_public, fingerprint)
    ctx.note("key", "share", vault=vault, to=fingerprint.hex())
    forget(ctx, vault)


def renew(ctx: Context, vault: str) -> int:
    """New keys for every compartment of a vault that waits for one, its first compartment first; how many.

    Who left is no longer named; the old key rests sealed under the new one; who remains is handed the new one.
    """
    renewed = 0
    for compartment in KINDS[_roster(ctx, vault).kind].compartments:
        known, held = _roster(ctx, vault), _held(ctx, vault)
        if compartment not in known.chains or not known.due(ctx, compartment):
            continue
        if GRANT not in held.rights.get(compartment, frozenset()) or compartment not in held.keys:
            continue
        _renew_one(ctx, known, held, compartment)
        forget(ctx, vault)
        renewed += 1
    if renewed:
        ctx.note("key", "renew keys", vault=vault)
        for person in {row.vault_id for row in ctx.work.keys.vault_keyring_rows([vault])} - {vault}:
            renew_person(ctx, person)
    return renewed


def renew_person(ctx: Context, person: str) -> None:
    """New keys for a person after a case that opens them renewed its own, as far as the actor may grant.

    Each case that opens the person is handed the new key: sealed in it where the actor holds it, else to its public
    key.
    """
    for compartment in KINDS["person"].compartments:
        known, held = _roster(ctx, person), _held(ctx, person)
        may = GRANT in held.rights.get(compartment, frozenset()) and compartment in held.keys
        if may and is_due(ctx, known, compartment):
            _renew_one(ctx, known, held, compartment)
            forget(ctx, person)


def _renew_one(ctx: Context, known: Roster, held: OpenVault, compartment: str) -> None:
    newest, key = known.chains[compartment].newest, CompartmentKey.new()
    core = known.chains[known.base].newest if compartment != known.base else None
    staying = [member for member in newest.members if _stays(ctx, member, core)]
    header = newest.follow(staying, key)
    _sign(ctx, header)
    _deliver(ctx, header, key, RECOVERY, ctx.runtime.pins.recovery_kem_public, RECOVERY_ROW)
    for member in staying:
        if member.kind == VAULT:
            _hand_to_case(ctx, header, key, member)
        elif member.id != ctx.keys.fingerprint:
            certificate = ctx.trust.check(member.id, ctx.day_number)
            _deliver(ctx, header, key, member.id, certificate.kem_public, member.id.hex())
    if ctx.ring is not None and header.names(ctx.keys.fingerprint):
        ctx.ring.add(ctx.work, [Entry(held.raw_id, compartment, header.epoch, key)])
    old = Entry(held.raw_id, compartment, newest.epoch, held.keys[compartment][newest.epoch])
    followed = Entry(held.raw_id, compartment, header.epoch, key)
    ctx.work.keys.add_vault_keyring(sealed_row(ctx, followed, old))


def _hand_to_case(ctx: Context, header: Header, key: CompartmentKey, member: Member) -> None:
    case, through = member.id.hex(), member.compartment
    opened = peek(ctx, case)
    newest = opened.newest(through) if opened is not None else None
    if newest is None:
        public = _roster(ctx, case).chains[through].newest.public
        _deliver(ctx, header, key, member.ident, public, member.ident.hex())
        return
    under = Entry(member.id, through, *newest)
    held = Entry(header.vault, header.compartment, header.epoch, key)
    ctx.work.keys.add_vault_keyring(sealed_row(ctx, under, held))


def _stays(ctx: Context, member: Member, core: Header | None) -> bool:
    if member.last_day and member.last_day < ctx.day_number:
        return False
    if core is not None and not core.names(member.ident) and member.kind == USER:
        return False
    if member.kind != USER:
        return True
    try:
        ctx.trust.check(member.id, ctx.day_number)
    except CryptoError:
        return False
    return True


def _deliver(ctx: Context, header: Header, key: CompartmentKey, ident: bytes, kem_public: bytes, row: str) -> None:
    ctx.work.keys.add_grant(
        GrantRow(
            vault_id=header.vault.hex(),
            compartment=header.compartment,
            epoch=header.epoch,
            member=row,
            wrap=deliver(key, header, kem_public, ident),
        )
    )


def link_person(ctx: Context, person: OpenVault, case: OpenVault) -> None:
    """Let a case open a person: name its compartments in the person's headers and seal the person's keys in them."""
    known = _roster(ctx, person.id)
    raw = bytes.fromhex(case.id)
    for through, compartments in THROUGH_CASE.items():
        for compartment in compartments:
            newest = known.newest(compartment)
            if newest is None or through not in case.keys or compartment not in person.keys:
                continue
            member = Member(kind=VAULT, id=raw, compartment=through, rights=ALL_RIGHTS)
            if not newest.names(member.ident):
                if GRANT not in person.rights.get(compartment, frozenset()):
                    raise RuleBroken(N_("Ask the lead of a case this person is in to enter them in another case."))
                _sign(ctx, newest.follow([*newest.members, member]))
    _seal_into(ctx, person, case)
    forget(ctx, person.id)


def _first_members(ctx: Context, compartment: str, within: OpenVault | None) -> list[Member]:
    if within is None:
        return [Member(kind=USER, id=ctx.keys.fingerprint, rights=ALL_RIGHTS)]
    through = next(name for name, given in THROUGH_CASE.items() if compartment in given)
    return [Member(kind=VAULT, id=bytes.fromhex(within.id), compartment=through, rights=ALL_RIGHTS)]


def _enter(ctx: Context, header: Header, keys: Mapping[int, CompartmentKey]) -> SignedHeader:
    """Sign a compartment's first header, keep it, and seal its key to the recovery key."""
    signed = _sign(ctx, header)
    for key in keys.values():
        _deliver(ctx, header, key, RECOVERY, ctx.runtime.pins.recovery_kem_public, RECOVERY_ROW)
    return signed


def _sign(ctx: Context, header: Header) -> SignedHeader:
    signed = sign_header(header, ctx.keys)
    ctx.work.keys.add_header(signed)
    ctx.marks.append(header.hash())
    ctx.rosters.clear()
    return signed


def _deliver_epochs(  # whom, which key, under which header: all of it is needed to bind a grant
    ctx: Context,
    known: Roster,
    header: Header,
    keys: Mapping[int, CompartmentKey],
    kem_public: bytes,
    fingerprint: bytes,
) -> None:
    for epoch, key in keys.items():
        under = header if epoch == header.epoch else known.chains[header.compartment].at_epoch(epoch)
        if under.names(fingerprint):  # keys of earlier epochs rest sealed under the one that followed
            _deliver(ctx, under, key, fingerprint, kem_public, fingerprint.hex())


def _keep(ctx: Context, made: OpenVault) -> None:
    if ctx.ring is None:
        raise NotFound
    entries = [
        Entry(made.raw_id, compartment, epoch, key)
        for compartment, epochs in made.keys.items()
        for epoch, key in epochs.items()
    ]
    ctx.ring.add(ctx.work, entries)


def _seal_into(ctx: Context, person: OpenVault, case: OpenVault) -> None:
    for through, compartments in THROUGH_CASE.items():
        newest = case.newest(through)
        if newest is None:
            continue
        if through not in case.headers:
            raise RuleBroken(KEYS_DUE)
        for compartment in compartments:
            for epoch, key in person.keys.get(compartment, {}).items():
                held = Entry(person.raw_id, compartment, epoch, key)
                under = Entry(case.raw_id, through, *newest)
                ctx.work.keys.add_vault_keyring(sealed_row(ctx, under, held))


def _roster(ctx: Context, vault: str) -> Roster:
    known = roster(ctx, vault)
    if known is None:
        raise NotFound
    return known


def _held(ctx: Context, vault: str) -> OpenVault:
    held = peek(ctx, vault)
    if held is None:
        raise NotFound
    return held
