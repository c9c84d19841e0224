"""New keys of an account that has some: they wait beside the old ones until two administrators certified them."""

from datetime import date, timedelta

from hrd_cases.domain.access.facts import DISABLED
from hrd_cases.domain.errors import NotFound
from hrd_cases.services.context import Context
from hrd_cases.store.failpoints import reach
from hrd_cases.store.replacements import ReplacementRow, Replacements
from hrd_cases.store.users import UserRow, Users, WaitingKeys

EPOCH = date(1970, 1, 1)


def wait(ctx: Context, made: UserRow) -> None:
    """Let new keys wait; NotFound when the account was closed, or never had certified keys."""
    known = ctx.work.users.by_id(made.id)
    if known is None or known.state == DISABLED or not ctx.trust.chain(bytes.fromhex(made.id)):
        raise NotFound
    ctx.work.replacements.put(
        ReplacementRow(
            user_id=made.id,
            handle_mac=made.handle_mac,
            kdf=made.kdf,
            salt=made.salt,
            bundle_sealed=made.bundle_sealed,
            bundle_version=made.bundle_version,
            second_sealed=made.second_sealed,
            second_version=made.second_version,
            sign_public=made.sign_public,
            kem_public=made.kem_public,
            fingerprint=made.fingerprint,
            day=made.day,
        )
    )
    reach("replace.waiting")
    ctx.note("key", "new keys wait", record=made.id)


def changed_on(ctx: Context, user: str) -> date | None:
    """The day since which an account has its present keys; None when it never had others."""
    chain = ctx.trust.chain(bytes.fromhex(user))
    present = [one for one in chain if one.fingerprint == chain[-1].fingerprint]
    return None if len(present) == len(chain) else EPOCH + timedelta(days=present[0].day)


def keeper(ctx: Context, row: UserRow) -> Replacements | Users:
    """Where the bundle and the second factor of an account's row rest."""
    return ctx.work.replacements if isinstance(row, WaitingKeys) else ctx.work.users
