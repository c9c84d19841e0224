"""The published recommendations: seen with their sources and marks before they are added."""

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from hrd_cases.domain.published_recommendations import checked_on
from hrd_cases.domain.recommendations import Recommendation, title_of
from hrd_cases.services.recommendations import published_recommendations
from hrd_cases.services.records import records
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages.layout import language

bp = Blueprint("published_recommendations", __name__, url_prefix=f"{urls.path('recommendations')}/p")


@bp.get("")
def show() -> ResponseReturnValue:
    """What of the published list is not here yet."""
    records.ready(g.ctx, Recommendation)
    missing = published_recommendations.missing(g.ctx)
    lines = [
        {"title": title_of(item, language()), "mark": item.mark, "source": item.source, "addressee": item.addressee}
        for item in missing
    ]
    return render_template("recommendations/published.html", lines=lines, checked_on=checked_on())


@bp.post("")
def add() -> ResponseReturnValue:
    """Add what is missing."""
    added = published_recommendations.add(g.ctx)
    return go("made" if added else "unchanged", "recommendations.index")
