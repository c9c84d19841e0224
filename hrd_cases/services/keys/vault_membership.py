"""The newest headers of a vault, with every signature back to the first one checked; remembered until one changes."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from hrd_cases.crypto.core.certificates import Trust
from hrd_cases.crypto.core.chains import RotationReason, VerifiedChain, due, verify_chain, verify_following, why_out
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.headers import GRANT, USER, VAULT, Header, Member, next_half, vault_member_id
from hrd_cases.crypto.core.leavings import Leaving
from hrd_cases.crypto.core.primitives import digest
from hrd_cases.domain.dates import day_number
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import PersonId
from hrd_cases.domain.vaults import CASE_VAULT, KINDS, PERSON_VAULT, THROUGH_CASE
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.kernel.per_process import PerProcess
from hrd_cases.store.deletions import DELETED
from hrd_cases.store.keys import HeaderRow
from hrd_cases.store.rows import by_vault
from hrd_cases.store.successors import LeavingRow


class Unverified(RuleBroken):
    """A header of the vault was not signed by those who may: planted, replaced or rolled back."""

    def __init__(self) -> None:
        super().__init__(
            N_("The list of who may open this was altered in the database. Nothing is done with it. Tell your auditor.")
        )


@dataclass(frozen=True, kw_only=True)
class Roster:
    """A vault as its verified headers describe it."""

    vault: str
    kind: str
    chains: Mapping[str, VerifiedChain]
    left: Mapping[str, frozenset[bytes]] = field(default_factory=dict)  # who gave a compartment up, by compartment
    said: frozenset[tuple[str, bytes]] = frozenset()  # who gave up, and signed it in a row that is there
    leavings: tuple[tuple[str, bytes, bytes], ...] = ()  # compartment, member, mark of their giving it up
    withheld: Mapping[str, int] = field(default_factory=dict)  # the log has a newer header, the database not: where

    @property
    def unsaid(self) -> frozenset[tuple[str, bytes]]:
        """Who gave up what by the log alone: the statement that says so is missing or altered."""
        left = {(name, member) for name, members in self.left.items() for member in members}
        return frozenset(left - self.said)

    @property
    def base(self) -> str:
        """The compartment every member is in."""
        return KINDS[self.kind].base

    def newest(self, compartment: str) -> Header | None:
        """The newest header of a compartment."""
        chain = self.chains.get(compartment)
        return chain.newest if chain else None

    def rights_of(self, fingerprint: bytes, day: int) -> dict[str, frozenset[str]]:
        """What the newest headers allow a person on a day."""
        return {
            compartment: member.rights
            for compartment, chain in self.chains.items()
            for member in chain.newest.members
            if member.kind == USER and member.id == fingerprint and not 0 < member.last_day < day
            if fingerprint not in self.left.get(compartment, ())
        }

    def due(self, ctx: Context, compartment: str) -> bool:
        """True when the compartment needs a new key before anything more is sealed to it."""
        newest, left = self.chains[compartment].newest, self.left.get(compartment, ())
        return bool(due(newest, ctx.trust, ctx.day_reached, core=self._core(compartment), left=left))

    def stays(self, ctx: Context, compartment: str, member: Member) -> bool:
        """True when a member of the compartment belongs in its next header."""
        return not self.why_out(ctx, compartment, member)

    def why_out(self, ctx: Context, compartment: str, member: Member) -> frozenset[RotationReason]:
        """Why a member does not belong in the compartment's next header; empty when they do."""
        core, left = self._core(compartment), self.left.get(compartment, ())
        return why_out(member, compartment, ctx.trust, ctx.day_reached, core=core, left=left)

    def _core(self, compartment: str) -> Header | None:
        return self.chains[self.base].newest if compartment != self.base else None


MOST = 20_000
# What a roster was verified from: certificates, day, newest headers, who left.
State = tuple[Trust, tuple[int, int], tuple[tuple[str, bytes], ...], tuple[LeavingRow, ...]]
VERIFIED = PerProcess[dict[str, tuple[State, Roster]]](dict)  # by vault


def roster(ctx: Context, vault: str) -> Roster | None:
    """The verified roster of a vault, None when there is no such vault; raises Unverified."""
    look_up(ctx, [vault])
    if vault not in ctx.rosters:
        raise Unverified
    membership: Roster | None = ctx.rosters[vault]
    return membership


def roster_if_verified(ctx: Context, vault: str) -> Roster | None:
    """The verified roster of a vault, None also when its headers are not: nothing is known of who holds it."""
    try:
        return roster(ctx, vault)
    except Unverified:
        return None


def look_up(ctx: Context, vaults: Iterable[str]) -> None:
    """Have the verified rosters of many vaults at hand for this act; one that is not verified is left out."""
    values = [vault for vault in dict.fromkeys(vaults) if vault not in ctx.rosters]
    if not values:
        return
    kinds = {row.id: row.kind for row in ctx.work.keys.of_ids(values) if row.kind in KINDS}
    ctx.rosters.update((vault, None) for vault in values if vault not in kinds)
    newest, left = by_vault(ctx.work.keys.newest_headers(kinds)), by_vault(ctx.work.leavings.of(kinds))
    existing = _known(ctx, kinds)
    stale: dict[str, State] = {}
    for vault in kinds:
        hashes = tuple((header.compartment, header.hash) for header in newest.get(vault, ()))
        state = (ctx.trust, (ctx.day_number, ctx.day_reached), hashes, tuple(left.get(vault, ())))
        if vault in existing and existing[vault][0] == state:
            ctx.rosters[vault] = _by_log(ctx, existing[vault][1])
        else:
            stale[vault] = state
    headers, fresh = by_vault(ctx.work.keys.headers_of(stale)), {}
    for vault, state in stale.items():
        before = existing[vault][1].chains if vault in existing and existing[vault][0][:2] == state[:2] else {}
        with suppress(Unverified):
            membership = _verified(ctx, vault, kinds[vault], headers.get(vault, []), state[3], before)
            fresh[vault], ctx.rosters[vault] = (state, membership), _by_log(ctx, membership)
    ctx.verified.update(fresh)
    if ctx.entering.in_order:  # what was verified with provisional places is kept for this act alone
        return
    with VERIFIED.of(ctx.runtime) as verified:
        if len(verified) > MOST:
            verified.clear()
        verified.update(fresh)


def _known(ctx: Context, vaults: Iterable[str]) -> dict[str, tuple[State, Roster]]:
    """What was verified before: in this act, or by anybody here before it."""
    with VERIFIED.of(ctx.runtime) as verified:
        existing = {vault: verified[vault] for vault in vaults if vault in verified}
    return {**existing, **{vault: ctx.verified[vault] for vault in vaults if vault in ctx.verified}}


def _by_log(ctx: Context, membership: Roster) -> Roster:
    """The roster with what the log alone tells: who gave up what, and which newer headers it has.

    A leaving counts from its place on, by keys that counted there, and also when its row is gone.
    """
    log, withheld, left = ctx.work.log, {}, dict[str, frozenset[bytes]]()
    for name, member, mark in membership.leavings:
        at = ctx.entering.position(log, mark)
        if at is not None and ctx.trust.stood_at(member, at):
            left[name] = left.get(name, frozenset()) | {member}
    for name, chain in membership.chains.items():
        following = ctx.entering.following(log, next_half(chain.newest))
        if following is not None:
            withheld[name] = following[0]
    return replace(membership, withheld=withheld, left=left) if withheld or left else membership


def forget(runtime: Runtime, vault: str) -> None:
    """Remember nothing of a vault that was deleted."""
    with VERIFIED.of(runtime) as verified:
        verified.pop(vault, None)


def _verified(  # a vault as the database describes it, and what of it was verified before on this day
    ctx: Context,
    vault: str,
    kind: str,
    headers: Iterable[HeaderRow],
    left: Iterable[LeavingRow],
    before: Mapping[str, VerifiedChain],
) -> Roster:
    present: dict[str, list[HeaderRow]] = {}
    for row in headers:
        present.setdefault(row.compartment, []).append(row)
    order = [name for name in KINDS[kind].compartments if name in present]
    if not order or order[0] != KINDS[kind].base:
        raise Unverified
    chains: dict[str, VerifiedChain] = {}
    for compartment in order:
        core = chains.get(order[0])
        try:
            # Who may sign for a person follows from the cases: their headers are looked at from the first one on.
            verified_chain = (
                _following(ctx, present[compartment], before.get(compartment)) if kind != PERSON_VAULT else None
            )
            chains[compartment] = verified_chain or _from_first(ctx, present[compartment], kind, core)
        except CryptoError:
            raise Unverified from None
    if any(chain.kind and chain.kind != kind for chain in chains.values()):
        raise Unverified
    _pinned(ctx, vault, chains)
    leavings = _leavings(ctx, vault, chains)
    signatures = {(row.compartment, row.fingerprint): row.signature for row in left}
    return Roster(
        vault=vault,
        kind=kind,
        chains=chains,
        said=frozenset(
            (name, member)
            for name, member, leaving in leavings
            if (name, member.hex()) in signatures and leaving.is_signed(ctx.trust, signatures[name, member.hex()])
        ),
        leavings=tuple((name, member, leaving.hash()) for name, member, leaving in leavings),
    )


def _from_first(ctx: Context, rows: list[HeaderRow], kind: str, core: VerifiedChain | None) -> VerifiedChain:
    """Every header of a compartment verified; `core`: the vault's first one."""
    return verify_chain(
        [row.signed for row in rows],
        ctx.trust,
        vault=bytes.fromhex(rows[0].vault_id),
        compartment=rows[0].compartment,
        day=_counted_day(ctx),
        core=core,
        linked=_linked(ctx, rows) if kind == PERSON_VAULT and len(rows) > 1 else None,
        entered=lambda header: ctx.entering.entered(ctx.work.log, header),
    )


def _following(ctx: Context, rows: list[HeaderRow], verified_chain: VerifiedChain | None) -> VerifiedChain | None:
    """The headers since the last time verified; None when what was verified then does not stand at its place."""
    added = rows[len(verified_chain.headers) - 1 :] if verified_chain is not None else []
    if verified_chain is None or not added or digest(added[0].body) != verified_chain.newest.hash():
        return None
    chain = [row.signed for row in added]
    return verify_following(
        verified_chain,
        chain,
        ctx.trust,
        day=_counted_day(ctx),
        entered=lambda header: ctx.entering.entered(ctx.work.log, header),
    )


def _counted_day(ctx: Context) -> int:
    """Today or, where that is later, the day of the log's newest entry: a clock set back shuts nothing again."""
    return max(ctx.day_number, day_number(ctx.work.log.newest_day))


def _leavings(ctx: Context, vault: str, chains: Mapping[str, VerifiedChain]) -> list[tuple[str, bytes, Leaving]]:
    """What each member would sign to give a compartment up in its present epoch."""
    return [
        (
            name,
            member.id,
            Leaving(
                org=ctx.runtime.org,
                vault=bytes.fromhex(vault),
                compartment=name,
                epoch=chain.newest.epoch,
                fingerprint=member.id,
            ),
        )
        for name, chain in chains.items()
        for member in chain.newest.members
        if member.kind == USER
    ]


def linked_to(ctx: Context, person: PersonId, compartment: str) -> dict[bytes, VerifiedChain]:
    """The case compartments through which somebody may sign a person's next header."""
    return _linked(ctx, ctx.work.keys.header_chain(person, compartment))


def _linked(ctx: Context, rows: list[HeaderRow]) -> dict[bytes, VerifiedChain]:
    """For a person: the verified chain of each case compartment that any header names with the right to grant."""
    linked = {
        (member.id.hex(), member.compartment)
        for row in rows
        for member in Header.decode(row.body).members
        if member.kind == VAULT and GRANT in member.rights
    }
    results: dict[bytes, VerifiedChain] = {}
    for case, compartment in linked:
        through = roster(ctx, case) or of_deleted(ctx, case)
        if through is not None and compartment in through.chains:
            ident = vault_member_id(bytes.fromhex(case), compartment)
            results[ident] = through.chains[compartment]
    return results


def of_deleted(ctx: Context, vault: str) -> Roster | None:
    """The last members of a deleted case or person: what they signed stays provable; raises Unverified."""
    row = ctx.work.keys.vault(vault)
    if row is None or row.kind != DELETED:
        return None
    headers = ctx.work.keys.headers_of([vault])
    kinds = {Header.decode(row.body).kind for row in headers[:1]} & {CASE_VAULT, PERSON_VAULT}
    if not kinds:
        raise Unverified
    # Of the other parts a deletion leaves none: one that was put back says nothing.
    return _verified(ctx, vault, kinds.pop(), [row for row in headers if row.compartment in THROUGH_CASE], (), {})


def pinned_first(ctx: Context, vault: str, compartment: str) -> Header | None:
    """The first header of an office's compartment, proved by its hash alone, which is pinned outside the database."""
    pinned = ctx.runtime.organisation.first_headers.get(f"{vault}/{compartment}")
    rows = ctx.work.keys.header_chain(vault, compartment) if pinned is not None else []
    return next((Header.decode(row.body) for row in rows if digest(row.body).hex() == pinned), None)


def _pinned(ctx: Context, vault: str, chains: Mapping[str, VerifiedChain]) -> None:
    """The directory, the trend desk and the log must begin with the headers pinned outside the database."""
    for compartment, chain in chains.items():
        pinned = ctx.runtime.organisation.first_headers.get(f"{vault}/{compartment}")
        if pinned is not None and chain.headers[0].hash().hex() != pinned:
            raise Unverified
