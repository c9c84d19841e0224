"""The public list of keys that have ended, for a restore of a backup that was made before.

It lies in the instance folder and beside every backup, holds nothing but signed statements, and is
signed by the key of the log's checkpoints: docs/crypto-format.md 17 says its form.
"""

from collections.abc import Iterable
from pathlib import Path

from hrd_cases.crypto.core.certificates import revoked_mark
from hrd_cases.crypto.core.encoding import pae
from hrd_cases.crypto.core.primitives import sign, signing_public, verify
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.domain.access.facts import DISABLED
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.store.instance import ENDED
from hrd_cases.store.keys import RevocationRow
from hrd_cases.store.safe_files import replace_file
from hrd_cases.store.work import Work

_SIGNED = "— "


def save(runtime: Runtime, work: Work, folder: Path) -> None:
    """Write the list into a folder, unless it is there as it would be written."""
    text = _text(runtime, work).encode()
    path = folder / ENDED
    if not path.exists() or path.read_bytes() != text:
        replace_file(path, text)


def read(runtime: Runtime, text: str) -> tuple[RevocationRow, ...]:
    """The statements of a list; RuleBroken unless the server of this organisation signed it."""
    body, _, signature = text.rpartition(_SIGNED)
    head, *lines = body.splitlines() or [""]
    rows = []
    try:
        signed = verify(signing_public(_seed(runtime)), _message(body), bytes.fromhex(signature))
        for line in lines:
            fingerprint, issuer, statement, said = line.split(" ")
            rows.append(
                RevocationRow(
                    fingerprint=fingerprint,
                    issuer=issuer,
                    body=bytes.fromhex(statement),
                    signature=bytes.fromhex(said),
                )
            )
    except ValueError:
        raise RuleBroken(OTHER_LIST) from None
    if not signed or head != _head(runtime):
        raise RuleBroken(OTHER_LIST)
    return tuple(rows)


def enter(ctx: Context, rows: Iterable[RevocationRow]) -> int:
    """End again what has ended since the backup, and close its accounts; how many keys."""
    accounts = {row.fingerprint: row.id for row in ctx.work.users.all()}
    there, added = {row.fingerprint for row in ctx.work.keys.revocations()}, 0
    for row in rows:
        mark = revoked_mark(ctx.runtime.org, bytes.fromhex(row.fingerprint))
        if ctx.work.log.position(mark) is not None:
            continue
        if row.fingerprint not in there:
            ctx.work.keys.add_revocation(row)
        ctx.entering.ends.append(mark)
        if row.fingerprint in accounts:
            ctx.work.users.set_state(accounts[row.fingerprint], DISABLED)
        account = accounts.get(row.fingerprint, "")
        ctx.note("key", "end keys again after a restore", record=account)
        added += 1
    return added


def _text(runtime: Runtime, work: Work) -> str:
    """Every statement that the log has, in its order: who signed one may have ended behind it."""
    placed = []
    for row in work.keys.revocations():
        place = work.log.position(revoked_mark(runtime.org, bytes.fromhex(row.fingerprint)))
        if place is not None:
            placed.append((place, row))
    lines = [
        f"{row.fingerprint} {row.issuer} {row.body.hex()} {row.signature.hex()}"
        for _, row in sorted(placed, key=lambda pair: pair[0])
    ]
    body = "\n".join([_head(runtime), *lines]) + "\n"
    return f"{body}{_SIGNED}{sign(_seed(runtime), _message(body)).hex()}\n"


def _head(runtime: Runtime) -> str:
    return f"hrd-cases/{runtime.organisation.org} ended keys"


def _message(body: str) -> bytes:
    return pae(b"hrd/v1/ended-keys", body.encode())


def _seed(runtime: Runtime) -> Secret:
    return Secret(runtime.server.checkpoint_seed)


OTHER_LIST = N_(
    "The list of ended keys is not of the organisation in this backup, or was altered. Take the newest "
    "ended.keys from the instance folder, or the one beside the newest backup."
)
