"""Recommendations by body, on a page to be printed for a round table or a shadow report."""

from collections.abc import Mapping

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
    requested = requested_in(request.args)
    bodies = round_table.prepare(g.ctx, requested)
    return render_template(
        "recommendations/round_table.html",
        bodies=[(body_words(item.code), list(map(line, item.rows))) for item in bodies],
        total=sum(len(item.rows) for item in bodies),
        others=sum(row.others for item in bodies for row in item.rows),
        chosen=chosen(requested),
        asked=address(requested),
        requested=requested,
        choices={
            "bodies": flat("recommending_bodies"),
            "state": flat("recommendation_states"),
            "pillar": flat("ungp_pillars"),
        },
        day=g.ctx.today,
    )


def requested_in(form: Mapping[str, str]) -> RoundTableFilter:
    """What an address or a form asks for."""
    return RoundTableFilter(body=form.get("b", "")[:40], state=form.get("s", "")[:40], pillar=form.get("p", "")[:40])


def address(requested: RoundTableFilter) -> dict[str, str]:
    """The same as it stands in an address."""
    letters = {"b": requested.body, "s": requested.state, "p": requested.pillar}
    return {letter: code for letter, code in letters.items() if code}


def body_words(code: str) -> str:
    """The name of a body; of none, that none is named."""
    return label("recommending_bodies", code) if code else _(N_("No body named"))


def chosen(requested: RoundTableFilter) -> str:
    """What was asked for, in words."""
    asked = {
        "recommending_bodies": requested.body,
        "recommendation_states": requested.state,
        "ungp_pillars": requested.pillar,
    }
    return " · ".join(label(name, code) for name, code in asked.items() if code)


def line(row: RoundTableRow) -> dict[str, object]:
    """A recommendation in words."""
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
