"""Which vaults were deleted by two people who led them, so that whoever held their keys forgets them."""

from collections.abc import Iterable

from hrd_cases.crypto.core.chains import VerifiedChain
from hrd_cases.crypto.core.deletions import WHOLE, Deletion, DeletionOrder, check
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.headers import GRANT, VAULT, next_half
from hrd_cases.domain.dates import day_number
from hrd_cases.domain.vaults import PERSON_VAULT, THROUGH_CASE
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.vault_membership import Roster, Unverified, of_deleted, roster_if_verified
from hrd_cases.store.deletions import DELETED, DeletionRow


def deleted(ctx: Context) -> frozenset[bytes]:
    """The ids (16 bytes) of vaults of which keys are still held here though two people signed their deletion."""
    if ctx.ring is None:
        return frozenset()
    rows = (row for row in ctx.work.deletions.all() if ctx.ring.holds(bytes.fromhex(row.vault_id)))
    return frozenset(bytes.fromhex(row.vault_id) for row in rows if signed(ctx, row) is not None)


def was_deleted(ctx: Context, vault: str) -> bool:
    """Whether two people deleted this vault for good: what still names it says so, and not that it is another's."""
    row = ctx.work.deletions.of_vault(vault)
    return row is not None and signed(ctx, row) is not None


def unfounded(ctx: Context) -> list[str]:
    """The vaults that are called deleted though no two people who led them signed that."""
    rows = {row.vault_id: row for row in ctx.work.deletions.all()}
    called = sorted({*rows, *ctx.work.keys.vaults(DELETED)})
    return [vault for vault in called if vault not in rows or signed(ctx, rows[vault]) is None]


def signed(ctx: Context, row: DeletionRow) -> DeletionOrder | None:
    """What the row says, if two people who led its vault signed just that; None for one that was planted.

    It is judged by what stood at its own place in the log: keys, headers of the vault and, for a person, of the cases
    through which it is opened. What changed later unmakes nothing.
    """
    deletion = Deletion(row.asked, row.asked_signature, bytes.fromhex(row.confirmed_by), row.confirmed_signature)
    try:
        order = check(deletion, ctx.trust)
        at = ctx.entering.position(ctx.work.log, deletion.mark)
        if (order.vault.hex(), order.record) != (row.vault_id, WHOLE) or at is None:
            return None
        led = _deciding_rosters(ctx, row.vault_id, at)
    except (CryptoError, Unverified):
        return None
    return order if all(_all_grant(ctx, led, signer, at) for signer in (order.by, deletion.confirmed_by)) else None


def _deciding_rosters(ctx: Context, vault: str, at: int) -> list[Roster]:
    """Whose leads may delete a vault: itself or, for a person, every case that opened it then; none if not deleted."""
    own = of_deleted(ctx, vault)
    if own is None or own.kind != PERSON_VAULT:
        return [own] if own is not None else []
    headers = [chain.as_of(at) for chain in own.chains.values()]
    members = [member for header in headers if header is not None for member in header.members]
    cases = {member.id.hex() for member in members if member.kind == VAULT}
    every = [roster_if_verified(ctx, case) or of_deleted(ctx, case) for case in sorted(cases)]
    return [case for case in every if case is not None] if None not in every else []


def _all_grant(ctx: Context, led: Iterable[Roster], signer: bytes, at: int) -> bool:
    """True when the signer's keys counted and every one of these named them with the right to grant, names too."""
    every = [(ctx, membership.chains.get(name), signer, at) for membership in led for name in THROUGH_CASE]
    return bool(every) and ctx.trust.stood_at(signer, at) and all(_granted(*item) for item in every)


def _granted(ctx: Context, chain: VerifiedChain | None, signer: bytes, at: int) -> bool:
    header = chain.as_of(at) if chain is not None else None
    if header is None:
        return False
    later = ctx.entering.following(ctx.work.log, next_half(header))
    if later is not None and later[0] < at:  # the header that stood then was taken out of the database
        return False
    day = _day_of(ctx, at)
    held = (member for member in header.members if member.ident == signer and GRANT in member.rights)
    return any(not 0 < member.last_day < day for member in held)


def _day_of(ctx: Context, at: int) -> int:
    rows = ctx.work.log.rows(at - 1, 1)
    return day_number(rows[0].day) if rows and rows[0].seq == at else ctx.day_number
