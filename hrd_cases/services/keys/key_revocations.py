"""Ending keys: anybody's by one administrator or by themselves, an administrator's by two others.

What the first of two signed rests among the settings until a second one agrees. It ends nothing, and
counts for nothing once the keys that signed it do not count any more.
"""

from dataclasses import dataclass

from hrd_cases.crypto.core.certificates import (
    AgreedRevocation,
    Certificate,
    Revocation,
    Signed,
    revoked_mark,
)
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.domain.access.roles import ADMINISTRATOR
from hrd_cases.services.kernel.context import Context
from hrd_cases.store.keys import RevocationRow
from hrd_cases.store.users import UserRow

_ASKED = "closing/"  # and the account: the name of the setting


@dataclass(frozen=True, kw_only=True)
class AskedRevocation:
    """What one administrator signed about another's keys; `by`: the account of who asked."""

    said: Revocation
    signature: bytes
    by: str


def needs_two(ctx: Context, fingerprint: str) -> bool:
    """True for the present keys of an administrator: no other ends them alone."""
    certificate = _counting(ctx, bytes.fromhex(fingerprint))
    return certificate is not None and ADMINISTRATOR in certificate.roles


def asked(ctx: Context, row: UserRow) -> AskedRevocation | None:
    """What one administrator asks, if it is about the present keys and they still count."""
    statement, _, signature = ctx.work.settings.get(f"{_ASKED}{row.id}").partition(" ")
    try:
        said = Revocation.decode(bytes.fromhex(statement))
        issuer = ctx.trust.check(said.issuer, ctx.day_number)
        said.check_signature(issuer.sign_public, bytes.fromhex(signature))
    except (ValueError, CryptoError):
        return None
    about = (said.org, said.fingerprint.hex()) == (ctx.runtime.org, row.fingerprint)
    if not about or ADMINISTRATOR not in issuer.roles or issuer.user.hex() == row.id:
        return None
    return AskedRevocation(said=said, signature=bytes.fromhex(signature), by=issuer.user.hex())


def accounts_asked(ctx: Context) -> frozenset[str]:
    """The accounts about which something was asked, whether or not it still counts."""
    names = (name for name in ctx.work.settings.all() if name.startswith(_ASKED))
    return frozenset(name.removeprefix(_ASKED) for name in names)


def ask(ctx: Context, row: UserRow) -> None:
    """Sign, as the first of two, that an administrator's keys end; nothing follows yet."""
    said = _revocation(ctx, row.fingerprint)
    signature = said.sign(ctx.keys.sign_seed)
    ctx.work.settings.put(f"{_ASKED}{row.id}", f"{said.encode().hex()} {signature.hex()}")


def agree(ctx: Context, first: AskedRevocation) -> None:
    """End an administrator's keys, as the second of two."""
    both = AgreedRevocation(
        revocation=first.said,
        revocation_signature=first.signature,
        day=ctx.day_reached,
        issuer=ctx.keys.fingerprint,
    )
    _enter(ctx, both.fingerprint, both.signed(ctx.keys.sign_seed))


def forget(ctx: Context, user: str) -> bool:
    """Forget what one asked; False when nobody did."""
    there = bool(ctx.work.settings.get(f"{_ASKED}{user}"))
    ctx.work.settings.remove(f"{_ASKED}{user}")
    return there


def revoke(ctx: Context, fingerprint: str) -> None:
    """End keys from today, unless they were ended before."""
    if any(row.fingerprint == fingerprint for row in ctx.work.keys.revocations()):
        return
    said = _revocation(ctx, fingerprint)
    _enter(ctx, said.fingerprint, said.signed(ctx.keys.sign_seed))


def _revocation(ctx: Context, fingerprint: str) -> Revocation:
    return Revocation(
        org=ctx.runtime.org,
        fingerprint=bytes.fromhex(fingerprint),
        day=ctx.day_reached,
        issuer=ctx.keys.fingerprint,
    )


def _enter(ctx: Context, fingerprint: bytes, signed: Signed) -> None:
    ctx.work.keys.add_revocation(
        RevocationRow(
            fingerprint=fingerprint.hex(),
            body=signed.statement,
            signature=signed.signature,
            issuer=ctx.keys.fingerprint.hex(),
        )
    )
    ctx.entering.ends.append(revoked_mark(ctx.runtime.org, fingerprint))


def _counting(ctx: Context, fingerprint: bytes) -> Certificate | None:
    try:
        return ctx.trust.check(fingerprint, ctx.day_number)
    except CryptoError:
        return None
