"""Which vaults were deleted by two people, so that whoever held their keys forgets them at the next log-in."""

from hrd_cases.crypto.core.deletions import WHOLE, Deletion, DeletionOrder, check
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.services.kernel.context import Context
from hrd_cases.store.deletions import DeletionRow


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


def signed(ctx: Context, row: DeletionRow) -> DeletionOrder | None:
    """What the row says, if two certified people signed just that about its vault; None for one that was planted."""
    deletion = Deletion(row.asked, row.asked_signature, bytes.fromhex(row.confirmed_by), row.confirmed_signature)
    try:
        request = check(deletion, ctx.trust)
    except CryptoError:
        return None
    return request if (request.vault.hex(), request.record) == (row.vault_id, WHOLE) else None
