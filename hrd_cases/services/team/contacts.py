"""Where colleagues are reached at work, for the papers they sign: written by themselves or by an administrator.

Their names stay as they were certified: names decide whom people let in.
"""

from collections.abc import Mapping
from dataclasses import replace

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.errors import NotFound
from hrd_cases.domain.ids import record_id
from hrd_cases.domain.vaults import STAFF
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import allow, peek
from hrd_cases.services.records.records import look_up
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored


def read(ctx: Context, user: str) -> Stored[ColleagueCard]:
    """The card of a colleague; raises Forbidden for another's, unless an administrator asks, and NotFound for external
    counsel, who does not see what concerns staff."""
    return _opened(ctx, user)[1]


def save(ctx: Context, user: str, value: ColleagueCard, expected: Mapping[str, int]) -> None:
    """Keep how a colleague is reached."""
    vault, stored = _opened(ctx, user)
    vault.must_write([STAFF])
    changed = replace(value, name=stored.value.name)
    ctx.work.records.update(vault, ctx.author, record_id(user), changed, expected, ctx.today)
    ctx.note("write", "change contacts of a colleague", record=user)


def may_write(ctx: Context) -> bool:
    """Whether the actor writes their own: all but external counsel."""
    vault = peek(ctx, ctx.runtime.organisation.directory)
    return vault is not None and vault.may_write(STAFF)


def _opened(ctx: Context, user: str) -> tuple[OpenVault, Stored[ColleagueCard]]:
    allow(ctx, Act.OWN_ACCOUNT if user == ctx.actor.user else Act.MANAGE_ACCOUNTS)
    vault = peek(ctx, ctx.runtime.organisation.directory)
    if vault is None or not vault.may_read(STAFF):
        raise NotFound
    return vault, look_up(ctx, vault, record_id(user), ColleagueCard)
