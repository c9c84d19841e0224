"""Every log-in is a witness of the log: what a person last saw of it must still be there, or they are told."""

from dataclasses import replace

from hrd_cases.crypto.bundles import Bundle, SeenCheckpoint
from hrd_cases.crypto.errors import CryptoError
from hrd_cases.crypto.merkle import checkpoint_words
from hrd_cases.crypto.passphrases import word_list
from hrd_cases.services.context import Context

LOG_CHANGED = "log_changed"
KEYS_CHANGED = "keys_changed"
MOST_LEAVES = 20_000  # beyond this only the size is compared here; `log verify` compares everything


def look(ctx: Context, bundle: Bundle) -> tuple[Bundle, tuple[str, ...]]:
    """The bundle with the log as it is now, and the codes of what is wrong."""
    alarms = []
    if bundle.pins.encode() != ctx.runtime.pins.encode() or not _same_beginnings(ctx, bundle):
        alarms.append(KEYS_CHANGED)
    if not _still_there(ctx, bundle.checkpoint):
        alarms.append(LOG_CHANGED)
        return bundle, tuple(alarms)
    head = ctx.work.log.head()
    return replace(bundle, checkpoint=SeenCheckpoint(size=head.size, root=head.root)), tuple(alarms)


def words_now(ctx: Context) -> tuple[str, ...]:
    """Eight words of the log's newest root, for two people to compare."""
    latin = word_list(ctx.language) if ctx.language in ("ru", "kk") else word_list("latin")
    return checkpoint_words(ctx.work.log.head().root, latin)


def _still_there(ctx: Context, seen: SeenCheckpoint) -> bool:
    try:
        head = ctx.work.log.head()
    except CryptoError:
        return False
    if head.size < seen.size:
        return False
    if seen.size == 0 or seen.size > MOST_LEAVES:
        return True
    return ctx.work.log.root_at(seen.size) == seen.root


def _same_beginnings(ctx: Context, bundle: Bundle) -> bool:
    """The trend desk and the log begin with the headers that this person pinned when they joined."""
    policy = ctx.runtime.organisation
    for vault, pinned in ((policy.trends, bundle.trends_headers), (policy.log, bundle.log_headers)):
        now = [bytes.fromhex(found) for place, found in sorted(policy.first_headers.items()) if place.startswith(vault)]
        if pinned and tuple(now) != pinned:
            return False
    return True
