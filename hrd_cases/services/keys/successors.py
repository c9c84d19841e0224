"""Last days are known beforehand, so their new keys are prepared: a header signed for the day after, and its key
wrapped to those who stay. Nobody keeps the key itself; services/keys/planned_ends.py enters what is prepared.

Made anew by whoever changes the members or keys of a compartment and may grant it, and at a visit of such a person
where it is missing. A person's file follows the cases that open it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.grants import deliver
from hrd_cases.crypto.core.headers import GRANT, USER, VAULT, Header, Member, sign_header
from hrd_cases.crypto.core.keys import CompartmentKey
from hrd_cases.crypto.core.primitives import HASH_LENGTH
from hrd_cases.domain.vaults import CASE_VAULT, PERSON_VAULT
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.vault_access import keys_in, peek
from hrd_cases.services.keys.vault_membership import Roster, look_up, roster_if_verified
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.rows import by_vault
from hrd_cases.store.successors import SuccessorRow, SuccessorWrapRow

STALE, WAITS = "stale", "waits"


@dataclass(frozen=True, kw_only=True)
class SuccessorStep:
    """Who a compartment's successor names from `not_before` on, and to which public key each of them is handed it."""

    not_before: int
    members: tuple[Member, ...]
    publics: Mapping[bytes, bytes]  # by Member.ident


def amiss(ctx: Context, roster: Roster) -> str:
    """STALE when what is prepared for a vault does not follow its newest header or is not there, WAITS when its day
    has come and nobody has entered it; empty when neither is so, or the newest list is missing: it comes first."""
    if roster.withheld:
        return ""
    rows = [row.compartment for row in ctx.work.successors.of([roster.vault])]
    prepared = {compartment: _prepared(ctx, roster, compartment) for compartment in roster.chains}
    if any(rows.count(compartment) > len(prepared.get(compartment, ())) for compartment in rows):
        return STALE
    if any(_left_out(ctx, roster, compartment, steps) for compartment, steps in prepared.items()):
        return STALE
    return WAITS if any(steps and steps[0].not_before <= ctx.day_number for steps in prepared.values()) else ""


def _left_out(ctx: Context, roster: Roster, compartment: str, headers: Sequence[Header]) -> bool:
    """Whether a last day to come, after which somebody stays, has nothing prepared for the day after."""
    ends, days = _ends(roster, compartment), {header.not_before for header in headers}
    users = [member.ident for member in roster.chains[compartment].newest.members if member.kind == USER]
    somebody_for_good = any(user not in ends for user in users)
    last_end = max(ends.values(), default=0)
    coming = [day for day in ends.values() if day >= ctx.day_number]
    return any(day + 1 not in days and (somebody_for_good or last_end > day) for day in coming)


def stale_for(ctx: Context, vault: OpenVault) -> bool:
    """Whether what is prepared for a case no longer fits, and the actor is nobody whose visit prepares it anew."""
    if any(_may_prepare(vault, name) for name in vault.rights):
        return False
    roster = roster_if_verified(ctx, vault.id)
    return roster is not None and amiss(ctx, roster) == STALE


def prepare_after(ctx: Context, vault: str) -> None:
    """Prepare a vault anew at the end of this act, once however often its headers change in it."""
    if not ctx.preparing:
        ctx.after.append(_prepare_all)
    ctx.preparing.add(vault)


def go_on_after(ctx: Context, vault: OpenVault) -> None:
    """At a visit of somebody who may grant: prepare what is missing, or no longer follows the newest header."""
    if not any(GRANT in rights for rights in vault.rights.values()):
        return
    roster = roster_if_verified(ctx, vault.id)
    if roster is None:
        return
    vaults = (vault.id, *sorted({row.vault_id for row in keys_in(ctx, [vault.id])} - {vault.id}))
    if not any(_ends(roster, name) for name in roster.chains) and not ctx.work.successors.of(vaults):
        return
    for item in vaults:
        if not _is_prepared(ctx, item):
            prepare_after(ctx, item)


def _prepare_all(ctx: Context) -> None:
    vaults = sorted(ctx.preparing)
    ctx.preparing.clear()
    ctx.opened.clear()
    look_up(ctx, vaults)
    rows = by_vault(ctx.work.successors.of(vaults))
    for vault in vaults:
        _prepare(ctx, vault, {row.compartment for row in rows.get(vault, ())})


def _prepare(ctx: Context, vault: str, before: Collection[str]) -> None:
    """Prepare one vault anew; `before`: the compartments of which something is prepared already."""
    roster = roster_if_verified(ctx, vault)
    if roster is None:
        return
    changed = False
    for compartment in set(before) - roster.chains.keys():
        ctx.work.successors.remove(vault, compartment)
    for compartment in roster.chains:
        steps = _steps(ctx, roster, compartment)
        if steps or compartment in before:
            changed = _prepare_part(ctx, roster, compartment, steps) or changed
    if changed and roster.kind == CASE_VAULT:
        for person in sorted({row.vault_id for row in keys_in(ctx, [vault])} - {vault}):
            _prepare(ctx, person, {row.compartment for row in ctx.work.successors.of([person])})


def _prepare_part(ctx: Context, roster: Roster, compartment: str, steps: Sequence[SuccessorStep]) -> bool:
    """Put what follows in the place of what was prepared before; by who may not grant, only what is stale goes."""
    vault = peek(ctx, roster.vault)
    if vault is None or not _may_prepare(vault, compartment):
        if not _prepared(ctx, roster, compartment):
            ctx.work.successors.remove(roster.vault, compartment)
        return False
    if roster.kind == CASE_VAULT and len(_prepared(ctx, roster, compartment)) > len(steps):
        return False  # made by somebody who stays longer than the actor
    rows, wraps, before = [], [], roster.chains[compartment].newest
    for step in steps:
        key = CompartmentKey.new()
        header = before.follow(step.members, key, not_before=step.not_before)
        signed = sign_header(header, ctx.keys)
        rows.append(
            SuccessorRow(
                vault_id=roster.vault,
                compartment=compartment,
                serial=header.serial,
                not_before=step.not_before,
                body=signed.header_bytes,
                signer=signed.signer_fp.hex(),
                signature=signed.signature,
            )
        )
        wraps += [
            SuccessorWrapRow(
                vault_id=roster.vault,
                compartment=compartment,
                serial=header.serial,
                member=ident.hex(),
                wrap=deliver(key, header, public, ident),
            )
            for ident, public in step.publics.items()
        ]
        before = header
    ctx.work.successors.put(roster.vault, compartment, rows, wraps)
    return True


def _may_prepare(vault: OpenVault, compartment: str) -> bool:
    return compartment in vault.headers and GRANT in vault.rights.get(compartment, frozenset())


def _steps(ctx: Context, roster: Roster, compartment: str) -> list[SuccessorStep]:
    return (
        _person_steps(ctx, roster, compartment)
        if roster.kind == PERSON_VAULT
        else _case_steps(ctx, roster, compartment)
    )


def _ends(roster: Roster, compartment: str) -> dict[bytes, int]:
    """The last day of each member who has one: the earlier of the compartment's and the one in the vault's first."""
    newest, base = roster.chains[compartment].newest, roster.chains[roster.base].newest
    results: dict[bytes, int] = {}
    for member in newest.members:
        if member.kind == USER:
            days = [item.last_day for item in (member, *base.members) if item.ident == member.ident and item.last_day]
            if days:
                results[member.ident] = min(days)
    return results


def _case_steps(ctx: Context, roster: Roster, compartment: str) -> list[SuccessorStep]:
    """One successor for each last day to come, until nobody would be left or the actor's own day is reached."""
    ends, steps = _ends(roster, compartment), list[SuccessorStep]()
    staying = roster.chains[compartment].newest.members
    for day in sorted({day for day in ends.values() if day >= ctx.day_number}):
        staying = tuple(member for member in staying if not 0 < ends.get(member.ident, 0) <= day)
        if not any(member.ident == ctx.keys.fingerprint for member in staying):
            break  # who leaves does not make the new keys: they would know them
        steps.append(SuccessorStep(not_before=day + 1, members=staying, publics=_publics(ctx, staying)))
    return steps


def _person_steps(ctx: Context, roster: Roster, compartment: str) -> list[SuccessorStep]:
    """One new key for each day on which a case that opens the person gets one."""
    newest = roster.chains[compartment].newest
    coming: dict[bytes, list[tuple[int, bytes]]] = {}
    now = dict[bytes, bytes]()
    for member in newest.members:
        if member.kind == VAULT:
            case = roster_if_verified(ctx, member.id.hex())
            if case is None or member.compartment not in case.chains:
                return []
            now[member.ident] = case.chains[member.compartment].newest.public
            coming[member.ident] = [
                (header.not_before, header.public) for header in _prepared(ctx, case, member.compartment)
            ]
    users = _publics(ctx, newest.members)
    steps = []
    for day in sorted({day for prepared in coming.values() for day, _ in prepared}):
        cases = {ident: _public_on(day, now[ident], coming[ident]) for ident in now}
        steps.append(SuccessorStep(not_before=day, members=newest.members, publics={**users, **cases}))
    return steps


def _public_on(day: int, now: bytes, coming: Iterable[tuple[int, bytes]]) -> bytes:
    """The public key of a case on a day: that of the newest successor which counts then."""
    return [now, *(public for not_before, public in coming if not_before <= day)][-1]


def _publics(ctx: Context, members: Iterable[Member]) -> dict[bytes, bytes]:
    results: dict[bytes, bytes] = {}
    for member in members:
        if member.kind == USER:
            try:
                results[member.ident] = ctx.trust.check(member.id, ctx.day_number).kem_public
            except CryptoError:
                continue
    return results


def _prepared(ctx: Context, roster: Roster, compartment: str) -> list[Header]:
    """What follows a compartment's newest header, as far as it is prepared without a gap."""
    before, headers = roster.chains[compartment].newest.hash(), list[Header]()
    for row in ctx.work.successors.of([roster.vault]):
        if row.compartment != compartment:
            continue
        header = _read(row)
        if header is None or header.previous != before or ctx.trust.is_revoked(row.signed.signer_fp, ctx.day_number):
            break
        headers.append(header)
        before = header.hash()
    return headers


def _is_prepared(ctx: Context, vault: str) -> bool:
    """True when what is prepared is what the actor would prepare, as far as they may, and no row stands beside it."""
    roster, open_vault = roster_if_verified(ctx, vault), peek(ctx, vault)
    if roster is None or open_vault is None:
        return True
    rows = [row.compartment for row in ctx.work.successors.of([vault])]
    if not roster.chains.keys() >= set(rows):
        return False
    for compartment in roster.chains:
        if _may_prepare(open_vault, compartment):
            expected = [(step.not_before, frozenset(step.members)) for step in _steps(ctx, roster, compartment)]
            prepared = [
                (header.not_before, frozenset(header.members)) for header in _prepared(ctx, roster, compartment)
            ]
            if prepared[: len(expected)] != expected or rows.count(compartment) > len(prepared):
                return False
    return True


def _read(row: SuccessorRow) -> Header | None:
    """The header of a successor; None when the row was altered."""
    try:
        signed = row.signed
        return Header.decode(signed.header_bytes) if len(signed.signer_fp) == HASH_LENGTH else None
    except (CryptoError, ValueError):
        return None
