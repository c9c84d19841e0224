"""Recommendations by body, on a page to be printed for a round table or a shadow report."""

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from hrd_cases.domain.fields import original
from hrd_cases.domain.words import N_
from hrd_cases.services.recommendations import round_table
from hrd_cases.services.recommendations.round_table import RoundTableFilter, RoundTableRow
from hrd_cases.web.kernel import urls
from hrd_cases.web.pages import filters
from hrd_cases.web.pages.layout import _, language
from hrd_cases.web.pages.lists import flat, label

bp = Blueprint("round_table", __name__, url_prefix=f"{urls.path('recommendations')}/t")


@bp.get("")
def show() -> ResponseReturnValue:
    """The recommendations asked for, by body."""
    form = request.args
    requested = RoundTableFilter(body=form.get("b", ""), state=form.get("s", ""), pillar=form.get("p", ""))
    bodies = round_table.prepare(g.ctx, requested)
    return render_template(
        "recommendations/round_table.html",
        bodies=[(_body(item.code), list(map(_line, item.rows))) for item in bodies],
        total=sum(len(item.rows) for item in bodies),
        chosen=_chosen(requested),
        requested=requested,
        choices={
            "bodies": flat("recommending_bodies"),
            "state": flat("recommendation_states"),
            "pillar": flat("ungp_pillars"),
        },
        day=g.ctx.today,
    )


def _body(code: str) -> str:
    return label("recommending_bodies", code) if code else _(N_("No body named"))


def _chosen(requested: RoundTableFilter) -> str:
    """What was asked for, in words."""
    asked = {
        "recommending_bodies": requested.body,
        "recommendation_states": requested.state,
        "ungp_pillars": requested.pillar,
    }
    return " · ".join(label(name, code) for name, code in asked.items() if code)


def _line(row: RoundTableRow) -> dict[str, object]:
    value = row.value
    return {
        "id": row.id,
        "words": original(value.words, language()),
        "source": [text for text in (value.source, value.article) if text],
        "mark": value.mark,
        "addressee": value.addressee,
        "state": label("recommendation_states", value.state) if value.state else "",
        "state_source": [
            text for text in (filters.when(value.state_on) if value.state_on else "", value.state_source) if text
        ],
        "next_review": filters.when(value.next_review) if value.next_review else "",
        "review": value.review,
        "cases": row.cases,
    }
