"""Where no administrator can log in: a code without a log-in, for somebody whom only the root can admit afterwards."""

from dataclasses import dataclass

from hrd_cases.domain.access.facts import DISABLED, WAITING
from hrd_cases.domain.access.roles import ADMINISTRATOR
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.kernel.key_words import words_of
from hrd_cases.services.team.administration import make_code

NO_ACCOUNT = N_("There is no such account, or it never had keys that counted: leave out --account.")


@dataclass(frozen=True, kw_only=True)
class WaitingNewcomer:
    """An account whose key the root could certify: its id and the eight words of that key."""

    account: str
    words: tuple[str, ...]


def code(ctx: Context, account: str = "") -> str:
    """A one-time code for a newcomer or, with `account`, for new keys of that account. It admits nobody."""
    ctx.asked = True
    if account:
        row = ctx.work.users.by_id(account)
        if row is None or row.state == DISABLED or not ctx.trust.chain(bytes.fromhex(row.id)):
            raise RuleBroken(NO_ACCOUNT)
    ctx.note("key", "code for somebody whom the root admits", record=account)
    return make_code(ctx, frozenset() if account else frozenset({ADMINISTRATOR}), account)


def waiting(ctx: Context) -> tuple[WaitingNewcomer, ...]:
    """Who made keys and was not admitted yet."""
    newcomers = [(row.id, row.fingerprint) for row in ctx.work.users.all() if row.state == WAITING]
    others = [(row.user_id, row.fingerprint) for row in ctx.work.replacements.waiting()]
    return tuple(
        WaitingNewcomer(account=account, words=words_of(fingerprint)) for account, fingerprint in newcomers + others
    )
