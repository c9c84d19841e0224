"""Recommendations for a round table or a shadow report: by body, each with its state and the number of cases."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import record_id
from hrd_cases.domain.recommendations import Recommendation, title_of
from hrd_cases.domain.typed_text import stated_purpose
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.domain.words import N_
from hrd_cases.services.figures.exports import DOCX, PDF
from hrd_cases.services.figures.trends import CHOOSE
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import allow
from hrd_cases.services.recommendations import recommendation_cases, recommendations, state_history
from hrd_cases.services.recommendations.state_history import StateChange

NO_BODY = ""


@dataclass(frozen=True, kw_only=True)
class RoundTableFilter:
    """Codes of what is asked for; empty means all."""

    body: str = ""
    state: str = ""
    pillar: str = ""


@dataclass(frozen=True, kw_only=True)
class RoundTableRow:
    """A recommendation, and how many cases that the actor opens show that it is not carried out.

    `cases`: everybody in them agreed to be counted, or nobody is in them; `others`: the rest, which no paper counts.
    `earlier`: the states before the one of now.
    """

    id: str
    value: Recommendation
    cases: int
    others: int
    earlier: tuple[StateChange, ...] = ()  # of a report


@dataclass(frozen=True, kw_only=True)
class RoundTableBody:
    """The recommendations of one body; the code is empty for those of none."""

    code: str
    rows: tuple[RoundTableRow, ...]


def prepare(ctx: Context, requested: RoundTableFilter) -> tuple[RoundTableBody, ...]:
    """Each recommendation once: under the body asked for, else under the first of its bodies in the list of bodies."""
    counted = recommendation_cases.counted(ctx)
    rows = [
        RoundTableRow(
            id=stored.id, value=stored.value, cases=counted.agreed[stored.id], others=counted.others[stored.id]
        )
        for stored in recommendations.every(ctx)
        if _is_requested(stored.value, requested)
    ]
    return tuple(_by_body(sorted(rows, key=lambda row: title_of(row.value).casefold()), requested.body))


def _is_requested(value: Recommendation, requested: RoundTableFilter) -> bool:
    return (
        (not requested.body or requested.body in value.bodies)
        and requested.state in ("", value.state)
        and (not requested.pillar or requested.pillar in value.pillars)
    )


def _by_body(rows: list[RoundTableRow], body: str) -> Iterator[RoundTableBody]:
    codes = [body] if body else [entry.code for entry in vocabulary("recommending_bodies").entries]
    left = rows
    for code in codes:
        own = tuple(row for row in left if code in row.value.bodies)
        left = [row for row in left if code not in row.value.bodies]
        if own:
            yield RoundTableBody(code=code, rows=own)
    if left:
        yield RoundTableBody(code=NO_BODY, rows=tuple(left))


def leaving(ctx: Context, requested: RoundTableFilter, purpose: str, *, form: str) -> tuple[RoundTableBody, ...]:
    """The recommendations asked for, for a report; what it is for is kept in the log. RuleBroken at the field."""
    allow(ctx, Act.EXPORT_LIST)
    if form not in (PDF, DOCX):
        raise RuleBroken(CHOOSE)
    why = stated_purpose(purpose, N_("Write what the report is for. The audit log keeps it."))
    bodies = tuple(_with_history(ctx, body) for body in prepare(ctx, requested))
    rows = sum(len(body.rows) for body in bodies)
    ctx.note("read", "export recommendations", form=form, rows=rows, purpose=why)
    return bodies


def _with_history(ctx: Context, body: RoundTableBody) -> RoundTableBody:
    rows = (replace(row, earlier=state_history.earlier(ctx, record_id(row.id))) for row in body.rows)
    return replace(body, rows=tuple(rows))
