"""New keys of an account that has some: they wait beside the old ones until two administrators certified them."""

from datetime import date

from hrd_cases.domain.access.facts import DISABLED
from hrd_cases.domain.dates import day_of
from hrd_cases.domain.errors import NotFound
from hrd_cases.services.kernel.context import Context
from hrd_cases.store.failpoints import reach
from hrd_cases.store.replacements import ReplacementRow, Replacements
from hrd_cases.store.users import UserRow, Users, WaitingKeys


def wait(ctx: Context, user_row: UserRow) -> None:
    """Let new keys wait; NotFound when the account was closed, or never had certified keys."""
    row = ctx.work.users.by_id(user_row.id)
    if row is None or row.state == DISABLED or not ctx.trust.chain(bytes.fromhex(user_row.id)):
        raise NotFound
    ctx.work.replacements.put(ReplacementRow.of(user_row))
    reach("replace.waiting")
    ctx.note("key", "new keys wait", record=user_row.id)


def changed_on(ctx: Context, user: str) -> date | None:
    """The day since which an account has its present keys; None when it never had others."""
    chain = ctx.trust.chain(bytes.fromhex(user))
    present = [certificate for certificate in chain if certificate.fingerprint == chain[-1].fingerprint]
    return None if len(present) == len(chain) else day_of(present[0].day)


def keeper(ctx: Context, row: UserRow) -> Replacements | Users:
    """Where the bundle and the second factor of an account's row rest."""
    return ctx.work.replacements if isinstance(row, WaitingKeys) else ctx.work.users
