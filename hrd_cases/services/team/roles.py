"""Other roles on the same keys: a certificate that follows the last one, and new keys of what the old role opened."""

from hrd_cases.crypto.core.certificates import Certificate
from hrd_cases.domain.access.facts import ACTIVE
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.roles import ADMINISTRATOR, can_be_held
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys import key_rotation
from hrd_cases.services.keys.gate import allow
from hrd_cases.services.keys.vault_access import retrust
from hrd_cases.services.keys.vault_membership import roster
from hrd_cases.services.sharing.sharing import is_external
from hrd_cases.services.signin import live_sessions
from hrd_cases.services.team.administration import OFFICES, office_vault
from hrd_cases.services.team.admitting import admit, may_be_external
from hrd_cases.store.failpoints import reach
from hrd_cases.store.replacements import LaterCertificateRow
from hrd_cases.store.users import UserRow


def change(ctx: Context, user: str, roles: frozenset[str]) -> None:
    """Certify other roles for the keys that somebody has; what an office gave up is renewed, as far as the actor may.

    Of one's own roles one only gives up. External counsel who is more than a lawyer from now on becomes a member.
    """
    allow(ctx, Act.CERTIFY)
    row, newest = _certified(ctx, user)
    if not can_be_held(roles):
        raise RuleBroken(N_("Choose at least one role."), place="roles")
    if roles == newest.roles:
        raise RuleBroken(N_("These are the roles your colleague has already."), place="roles")
    if user == ctx.actor.user and not roles < newest.roles:
        raise RuleBroken(N_("You can give a role up, not give yourself one: ask another administrator."), place="roles")
    if user != ctx.actor.user and ADMINISTRATOR in newest.roles - roles:
        text = N_("Administrators give this role up themselves. Two others can close their account.")
        raise RuleBroken(text, place="roles")
    _refuse_last(ctx, user, row.fingerprint, newest.roles - roles)
    certificate = newest.followed_by(issuer=ctx.keys.fingerprint, day=ctx.day_number, roles=roles)
    ctx.work.replacements.add_certificate(
        LaterCertificateRow(
            user_id=user,
            serial=certificate.serial,
            fingerprint=row.fingerprint,
            body=certificate.encode(),
            signature=certificate.sign(ctx.keys.sign_seed),
            issuer=ctx.keys.fingerprint.hex(),
        )
    )
    ctx.entering.marks += certificate.marks
    retrust(ctx)
    if ctx.trust.chain(certificate.user)[-1] != certificate:
        raise RuleBroken(N_("The certificates of this account were changed in the database."))
    reach("replace.roles")
    key_rotation.renew_offices(ctx)
    if ADMINISTRATOR in roles - newest.roles or (is_external(ctx, row.fingerprint) and not may_be_external(roles)):
        admit(ctx, row.fingerprint, roles)
    live_sessions.end_of(ctx, user)
    ctx.note("key", "change roles", record=user, roles=sorted(roles))


def _certified(ctx: Context, user: str) -> tuple[UserRow, Certificate]:
    """An account that works here and the certificate of its present keys; NotFound otherwise."""
    row = ctx.work.users.by_id(user)
    chain = ctx.trust.chain(bytes.fromhex(row.id)) if row is not None else ()
    if row is None or row.state != ACTIVE or not chain or chain[-1].fingerprint.hex() != row.fingerprint:
        raise NotFound
    return row, chain[-1]


def _refuse_last(ctx: Context, user: str, fingerprint: str, lost: frozenset[str]) -> None:
    """Somebody must remain who administers, and who holds what is given up."""
    others = [
        certificate
        for certificate in ctx.trust.current()
        if certificate.user.hex() != user and not ctx.trust.is_revoked(certificate.fingerprint, ctx.day_number)
    ]
    if ADMINISTRATOR in lost and not any(ADMINISTRATOR in other.roles for other in others):
        raise RuleBroken(N_("Nobody else is an administrator. Certify another one first."), place="roles")
    for role in lost & set(OFFICES):
        membership = roster(ctx, office_vault(ctx, OFFICES[role][0]))
        newest = membership.newest(membership.base) if membership else None
        members = {member.id for member in newest.members} if newest else set()
        if bytes.fromhex(fingerprint) not in members:
            continue
        if not any(other.fingerprint in members and role in other.roles for other in others):
            raise RuleBroken(
                N_("Nobody else has the keys of this role. Hand them to a colleague first."), place="roles"
            )
