"""Many recommendations pasted at once: the text, then its rows to be corrected, then all are saved or none."""

from flask import Blueprint, g, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.pasted_recommendations import PastedRecommendations, form_without, in_rows
from hrd_cases.domain.recommendations import Recommendation
from hrd_cases.domain.words import N_
from hrd_cases.services.recommendations import pasted_recommendations
from hrd_cases.services.records import records
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages.form_page import Sheet, answer, opening
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import lists

bp = Blueprint("pasted_recommendations", __name__, url_prefix=f"{urls.path('recommendations')}/m")


@bp.get("")
def paste() -> ResponseReturnValue:
    """An empty text."""
    records.ready(g.ctx, Recommendation)
    return opening(_text_sheet())


@bp.post("")
def split() -> ResponseReturnValue:
    """The text as rows, to be corrected before anything is saved."""

    def keep(value: PastedRecommendations, _versions: object) -> ResponseReturnValue:
        return opening(_rows_sheet(in_rows(value)))

    return answer(_text_sheet, keep)


@bp.get("/c")
def check() -> ResponseReturnValue:
    """The form of the rows, for what was kept of it; nothing stands in it yet otherwise."""
    records.ready(g.ctx, Recommendation)
    return opening(_rows_sheet(PastedRecommendations()))


@bp.post("/c")
def add() -> ResponseReturnValue:
    """Save every row, or none."""

    def keep(value: PastedRecommendations, _versions: object) -> ResponseReturnValue:
        pasted_recommendations.add(g.ctx, value)
        return go("made", "recommendations.index")

    return answer(lambda: _rows_sheet(PastedRecommendations()), keep)


def _text_sheet() -> Sheet:
    records.start(g.ctx, Recommendation)
    entity = form_without("rows")
    return Sheet(
        entity=entity,
        base=PastedRecommendations(),
        allowed=records.writable(g.ctx, Recommendation),
        shut=records.shut(g.ctx),
        lists=lists(g.ctx),
        url=url_for(".paste"),
        title=_(entity.label),
        back=url_for("recommendations.index"),
        save=_(N_("Look at them")),
    )


def _rows_sheet(base: PastedRecommendations) -> Sheet:
    records.start(g.ctx, Recommendation)
    entity = form_without("text")
    return Sheet(
        entity=entity,
        base=base,
        allowed=records.writable(g.ctx, Recommendation),
        shut=records.shut(g.ctx),
        lists=lists(g.ctx),
        url=url_for(".check"),
        title=_(N_("Correct them, then save all")),
        kicker=_(entity.label),
        back=url_for("recommendations.index"),
        save=_(N_("Save all")),
    )
