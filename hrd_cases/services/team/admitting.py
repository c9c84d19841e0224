"""Letting certified keys into the directory: members into all of it, external counsel not into the names of colleagues.

Who is external counsel stands in the signed headers alone: named among everybody, not among the staff.
"""

from hrd_cases.domain.access.roles import ADMINISTRATOR, LAWYER
from hrd_cases.domain.vaults import ALL_RIGHTS, DIRECTORY, READ, REFERENCE, WRITE
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys import vault_keys
from hrd_cases.services.keys.vault_membership import roster_if_verified

MEMBERS = DIRECTORY.compartments
EXTERNAL = (REFERENCE,)


def may_be_external(roles: frozenset[str]) -> bool:
    """Whether somebody with these roles can do without the names of colleagues: a lawyer who is nothing else."""
    return roles == {LAWYER}


def rights_in(parts: tuple[str, ...], roles: frozenset[str]) -> dict[str, frozenset[str]]:
    """What certified keys may do in these parts of the directory; an administrator's may let others in."""
    return dict.fromkeys(parts, ALL_RIGHTS if ADMINISTRATOR in roles else frozenset({READ, WRITE}))


def admit(ctx: Context, fingerprint: str, roles: frozenset[str], parts: tuple[str, ...] = MEMBERS) -> None:
    """Let certified keys into these parts of the directory."""
    values = rights_in(parts, roles)
    vault_keys.share(ctx, ctx.runtime.organisation.directory, bytes.fromhex(fingerprint), values)


def parts_before(ctx: Context, user: str, roles: frozenset[str]) -> tuple[str, ...]:
    """The parts that keys of an account were ever let into, for new keys with these roles; all when there were none.

    Nobody who was let into a part is ever taken out of it while the account goes on, so the past is the present.
    """
    if not may_be_external(roles):
        return MEMBERS
    roster = roster_if_verified(ctx, ctx.runtime.organisation.directory)
    had = {certificate.fingerprint for certificate in ctx.trust.chain(bytes.fromhex(user))}
    if roster is None:  # planted headers say nothing of the past, and nobody is let in under them either
        return EXTERNAL
    values = {
        part for part, chain in roster.chains.items() for header in chain.headers for data in had if header.names(data)
    }
    return tuple(part for part in MEMBERS if part in values) or MEMBERS
