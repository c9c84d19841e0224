"""The facts of the trend desk, opened and put together: only those that this server entered for our staff."""

import json
from dataclasses import dataclass

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.counted import CountedFacts, put_together
from hrd_cases.domain.trend_facts import GONE, VERSION, decode, position, standing
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.trends import TrendFact, Trends


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that is counted; `unread` could not be opened or read, `altered`: not those that this server entered."""

    counted: CountedFacts
    unread: int
    altered: bool


def open_trends(ctx: Context, act: Act = Act.SEE_TRENDS) -> OpenVault:
    """The vault of the facts, for somebody who may do `act`."""
    return open_vault(ctx, act, ctx.runtime.organisation.trends, kind="trends")


def read(ctx: Context, act: Act = Act.SEE_TRENDS) -> Facts:
    """Everything that is counted, for somebody who may do `act`."""
    vault = open_trends(ctx, act)
    bodies = [_body(ctx.work.trends, row) for row in ctx.work.trends.all(vault)]
    right = [body for body in bodies if body is not None]
    return Facts(
        counted=put_together(standing(right)),
        unread=len(bodies) - len(right),
        altered=not ctx.work.trends.whole(),
    )


def _body(rows: Trends, row: TrendFact) -> dict[str, object] | None:
    """A statement that can be read, else None: one bad row must not hide the others.

    One of before a restore that the backup did not have is none: another generation has its place in the log.
    """
    if row.body is None:
        return None
    try:
        body = dict(json.loads(row.body))
        if body["s"] != GONE or body["v"] != VERSION or not isinstance(body["id"], str):
            decode(body)
        if rows.generation_at(position(body)[0]) != row.generation:
            return None
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None
    return body
