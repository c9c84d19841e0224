"""Every log-in is a witness of the log: what a person last saw of it must still be there, or they are told.

So must what this server last saw, which it keeps in its folder: whoever puts back the whole database puts back what
people saw along with it, but not that.
"""

from collections.abc import Sequence
from dataclasses import replace

from hrd_cases.crypto.core.bundles import Bundle, SeenCheckpoint
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.merkle import checkpoint_words
from hrd_cases.crypto.core.passphrases import compared_words
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel import checkpoints
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.store.log import LogHead

LOG_CHANGED = "log_changed"
REVOCATION_MISSING = "revocation_missing"
MOST_LEAVES = 20_000  # beyond this only the size is compared here; `log verify` compares everything


def look(ctx: Context, bundle: Bundle) -> tuple[Bundle, tuple[str, ...]]:
    """The bundle with the log as it is now, and the codes of what is wrong."""
    alarms = []
    if ctx.trust.missing:
        alarms.append(REVOCATION_MISSING)
    heads = checkpoints.latest(ctx.runtime)
    if not _still_there(ctx, [LogHead(size=bundle.checkpoint.size, root=bundle.checkpoint.root), *heads]):
        alarms.append(LOG_CHANGED)
        return bundle, tuple(alarms)
    head = ctx.work.log.head()
    checkpoints.keep(ctx.runtime, head)
    return replace(bundle, checkpoint=SeenCheckpoint(size=head.size, root=head.root)), tuple(alarms)


def require_same_pins(runtime: Runtime, bundle: Bundle) -> None:
    """Refuse a session where the server's pinned keys are not byte for byte those of the bundle; raises RuleBroken.

    Whoever replaced them would wrap every new key to themselves.
    """
    if bundle.pins.encode() != runtime.pins.encode() or not _same_beginnings(runtime, bundle):
        raise RuleBroken(OTHER_PINS)


OTHER_PINS = N_(
    "The keys of this server are not those you joined with. Nothing was opened. Tell your administrator, in person "
    "or by telephone."
)


def words_now(ctx: Context) -> tuple[str, ...]:
    """Eight words of the log's newest root, for two people to compare."""
    return checkpoint_words(ctx.work.log.head().root, compared_words())


def _still_there(ctx: Context, heads: Sequence[LogHead]) -> bool:
    try:
        head = ctx.work.log.head()
    except CryptoError:
        return False
    if any(head.size < item.size or (head.size == item.size and head.root != item.root) for item in heads):
        return False
    checkable = [head for head in heads if 0 < head.size <= MOST_LEAVES]
    results = ctx.work.log.roots_at(head.size for head in checkable)
    return all(results[head.size] == head.root for head in checkable)


def _same_beginnings(runtime: Runtime, bundle: Bundle) -> bool:
    """The trend desk and the log begin with the headers that this person pinned when they joined."""
    policy = runtime.organisation
    for vault, pinned in ((policy.trends, bundle.trends_headers), (policy.log, bundle.log_headers)):
        now = [
            bytes.fromhex(header) for place, header in sorted(policy.first_headers.items()) if place.startswith(vault)
        ]
        if pinned and tuple(now) != pinned:
            return False
    return True
