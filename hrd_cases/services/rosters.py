"""The newest headers of a vault, with every signature back to the first one checked; remembered until one changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hrd_cases.crypto.chains import VerifiedChain, due, verify_chain, why_out
from hrd_cases.crypto.errors import CryptoError
from hrd_cases.crypto.headers import GRANT, USER, VAULT, Header, Member, vault_member_id
from hrd_cases.crypto.leavings import has_left, leaving
from hrd_cases.domain.vaults import KINDS
from hrd_cases.services.context import Context
from hrd_cases.store.deletions import DELETED
from hrd_cases.store.keys import HeaderRow
from hrd_cases.store.leavings import LeavingRow


class Unverified(Exception):
    """A header of the vault was not signed by those who may: planted, replaced or rolled back."""


@dataclass(frozen=True, kw_only=True)
class Roster:
    """A vault as its verified headers describe it."""

    vault: str
    kind: str
    chains: Mapping[str, VerifiedChain]
    left: Mapping[str, frozenset[bytes]] = field(default_factory=dict)  # who gave a compartment up, by compartment

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
        return bool(due(newest, ctx.trust, ctx.day_number, core=self._core(compartment), left=left))

    def stays(self, ctx: Context, compartment: str, member: Member) -> bool:
        """True when a member of the compartment belongs in its next header."""
        core, left = self._core(compartment), self.left.get(compartment, ())
        return not why_out(member, compartment, ctx.trust, ctx.day_number, core=core, left=left)

    def _core(self, compartment: str) -> Header | None:
        return self.chains[self.base].newest if compartment != self.base else None


def roster(ctx: Context, vault: str) -> Roster | None:
    """The verified roster of a vault, None when there is no such vault; raises Unverified."""
    if vault not in ctx.rosters:
        ctx.rosters[vault] = _looked_up(ctx, vault)
    known: Roster | None = ctx.rosters[vault]
    return known


def roster_if_verified(ctx: Context, vault: str) -> Roster | None:
    """The verified roster of a vault, None also when its headers are not: nothing is known of who holds it."""
    try:
        return roster(ctx, vault)
    except Unverified:
        return None


def _looked_up(ctx: Context, vault: str) -> Roster | None:
    row = ctx.work.keys.vault(vault)
    if row is None or row.kind not in KINDS:
        return None
    newest, left = ctx.work.keys.newest_headers([vault]), tuple(ctx.work.leavings.of(vault))
    state = (ctx.trust, ctx.day_number, tuple((header.compartment, header.hash) for header in newest), left)
    cache = ctx.runtime.caches.setdefault("rosters", {})
    known = cache.get(vault)
    if known is None or known[0] != state:
        known = (state, _verified(ctx, vault, row.kind, newest, left))
        if len(cache) > 20_000:
            cache.clear()
        cache[vault] = known
    found: Roster = known[1]
    return found


def _verified(ctx: Context, vault: str, kind: str, newest: list[HeaderRow], left: tuple[LeavingRow, ...]) -> Roster:
    present = {row.compartment for row in newest}
    order = [name for name in KINDS[kind].compartments if name in present]
    if not order or order[0] != KINDS[kind].base:
        raise Unverified
    chains: dict[str, VerifiedChain] = {}
    for compartment in order:
        rows = ctx.work.keys.header_chain(vault, compartment)
        core = chains[order[0]].named if chains else ()
        granters = _case_granters(ctx, rows) if kind == "person" and len(rows) > 1 else None
        try:
            chains[compartment] = verify_chain(
                [row.signed for row in rows],
                ctx.trust,
                vault=bytes.fromhex(vault),
                compartment=compartment,
                day=ctx.day_number,
                core_members=core,
                granters=granters,
                logged=_logged(ctx, rows[-1]),
            )
        except CryptoError:
            raise Unverified from None
    if any(chain.kind and chain.kind != kind for chain in chains.values()):
        raise Unverified
    _pinned(ctx, vault, chains)
    return Roster(vault=vault, kind=kind, chains=chains, left=_left(ctx, vault, chains, left))


def _left(
    ctx: Context, vault: str, chains: Mapping[str, VerifiedChain], rows: tuple[LeavingRow, ...]
) -> dict[str, frozenset[bytes]]:
    """Who signed that they give up a compartment in its present epoch; what was signed before counts no more."""
    found: dict[str, frozenset[bytes]] = {}
    for row in rows:
        chain, fingerprint = chains.get(row.compartment), bytes.fromhex(row.fingerprint)
        if chain is None or chain.newest.epoch != row.epoch:
            continue
        said = leaving(ctx.runtime.org, bytes.fromhex(vault), row.compartment, row.epoch, fingerprint)
        if has_left(ctx.trust, said, fingerprint, row.signature):
            found[row.compartment] = found.get(row.compartment, frozenset()) | {fingerprint}
    return found


def _case_granters(ctx: Context, rows: list[HeaderRow]) -> dict[bytes, frozenset[bytes]]:
    """For a person: who may grant in each case compartment that any of its headers names."""
    linked = {
        (member.id.hex(), member.compartment)
        for row in rows
        for member in Header.decode(row.body).members
        if member.kind == VAULT and GRANT in member.rights
    }
    found: dict[bytes, frozenset[bytes]] = {}
    for case, compartment in linked:
        through = roster(ctx, case) or _of_deleted(ctx, case)
        if through is not None and compartment in through.chains:
            ident = vault_member_id(bytes.fromhex(case), compartment)
            found[ident] = through.chains[compartment].granters
    return found


def _of_deleted(ctx: Context, case: str) -> Roster | None:
    """The last members of a deleted case: what they signed in the files of its people stays provable."""
    row = ctx.work.keys.vault(case)
    if row is None or row.kind != DELETED:
        return None
    return _verified(ctx, case, "case", ctx.work.keys.newest_headers([case]), ())


def _logged(ctx: Context, newest: HeaderRow) -> tuple[bytes, ...]:
    """The newest header's hash when the log knows it: what a leaver signed while they could still stands."""
    revoked = ctx.trust.is_revoked(bytes.fromhex(newest.signer), ctx.day_number)
    return (newest.hash,) if revoked and ctx.work.log.has_mark(newest.hash) else ()


def _pinned(ctx: Context, vault: str, chains: Mapping[str, VerifiedChain]) -> None:
    """The directory, the trend desk and the log must begin with the headers pinned outside the database."""
    for compartment, chain in chains.items():
        pinned = ctx.runtime.organisation.first_headers.get(f"{vault}/{compartment}")
        if pinned is not None and chain.headers[0].hash().hex() != pinned:
            raise Unverified
