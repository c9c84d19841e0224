"""The log's present state as a signed note, to be kept where whoever writes the database cannot reach it.

The same note goes into papers, backups and the weekly page of the auditors; `hrd-cases log verify --against` compares
an exported log with it.
"""

import base64
from pathlib import Path
from time import monotonic

from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.merkle import ED25519_NOTE, Checkpoint, key_id
from hrd_cases.crypto.core.primitives import signing_public
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.services.kernel import ended_keys
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.kernel.per_process import PerProcess
from hrd_cases.store import instance
from hrd_cases.store.instance import PinnedOrganisation, ServerKeys
from hrd_cases.store.log import LogHead
from hrd_cases.store.log_tags import LogTags, NotedHead

_SECONDS = 60
_KEPT = PerProcess[list[float]](list)  # when this process kept the head last


def note(ctx: Context) -> str:
    """The size and root of the log as this act sees it, as a signed note."""
    return note_of(ctx.runtime, ctx.work.log.head())


def note_of(runtime: Runtime, head: LogHead) -> str:
    """A head of the log as a signed note: origin, size, root, and the signature of this server's checkpoint key."""
    return Checkpoint(origin=origin(runtime), size=head.size, root=head.root).encode(_seed(runtime))


def origin(runtime: Runtime) -> str:
    """The name under which this organisation's log is known: it says nothing but a random id."""
    return f"hrd-cases/{runtime.organisation.org}"


def public(runtime: Runtime) -> bytes:
    """The 32-byte Ed25519 key that checks this server's notes."""
    return signing_public(_seed(runtime))


def verifier(runtime: Runtime) -> str:
    """The key in the form that checkers of transparency logs take: name+id+key."""
    name, key = origin(runtime), public(runtime)
    written = base64.b64encode(ED25519_NOTE + key).decode("ascii")
    return f"{name}+{key_id(name, key).hex()}+{written}"


def keep(runtime: Runtime, head: LogHead) -> None:
    """Keep the newest head in the instance folder, where whoever writes the database does not reach it."""
    instance.save_note(runtime.instance, note_of(runtime, head))


def keep_each_minute(runtime: Runtime) -> None:
    """Keep it when the last one is a minute old: after a write, whoever made it."""
    with _KEPT.of(runtime) as kept:
        now = monotonic()
        if kept and now - kept[0] < _SECONDS:
            return
        kept[:] = [now]
    _keep_last(runtime)


def keep_at_exit(runtime: Runtime) -> None:
    """Keep it once more when this process wrote anything."""
    with _KEPT.of(runtime) as kept:
        wrote = bool(kept)
    if wrote:
        _keep_last(runtime)


def _keep_last(runtime: Runtime) -> None:
    """Keep the newest head as it is committed, unless the log is not the one that this server wrote."""
    with runtime.database.reading() as work:
        if not work.log.fault:
            keep(runtime, work.log.head())
            ended_keys.save(runtime, work, runtime.instance)


def latest(runtime: Runtime) -> tuple[LogHead, ...]:
    """The head kept last, none before the first or when the file holds nothing that this server signed."""
    checkpoint = _read(runtime.instance, runtime.server)
    return (LogHead(size=checkpoint.size, root=checkpoint.root),) if checkpoint else ()


def tags_of(folder: Path, organisation: PinnedOrganisation, server: ServerKeys) -> LogTags:
    """What authenticates the rows of the log, and the head that was kept last."""
    checkpoint = _read(folder, server)
    return LogTags(
        org=bytes.fromhex(organisation.org),
        key=Secret(server.log_key),
        generations=organisation.generations,
        noted=NotedHead(size=checkpoint.size, root=checkpoint.root) if checkpoint else None,
    )


def _read(folder: Path, server: ServerKeys) -> Checkpoint | None:
    """The note in the instance folder, if this server signed it."""
    text = instance.read_note(folder)
    if not text:
        return None
    try:
        return Checkpoint.parse(text, signing_public(Secret(server.checkpoint_seed)))
    except CryptoError:
        return None


def _seed(runtime: Runtime) -> Secret:
    return Secret(runtime.server.checkpoint_seed)
