"""The cases that show a recommendation, ticked by whoever may write them."""

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from hrd_cases.domain.ids import RecordId, case_id
from hrd_cases.domain.recommendations import title_of
from hrd_cases.services.recommendations import recommendation_cases, recommendations
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages.layout import language
from hrd_cases.web.pages.request import page_number

bp = Blueprint("recommendation_cases", __name__, url_prefix=urls.path("recommendations"))


@bp.get("/<record>/c")
def show(record: RecordId) -> ResponseReturnValue:
    """My cases, to be ticked."""
    view = recommendations.view(g.ctx, record)
    found = recommendation_cases.choices(g.ctx, record, page_number())
    title = title_of(view.stored.value, language())
    return render_template("recommendations/cases.html", record=record, title=title, found=found)


@bp.post("/<record>/c")
def save(record: RecordId) -> ResponseReturnValue:
    """Write the ticks into the cases."""
    form = request.form
    offered = form.getlist("offered", type=case_id)
    changed = recommendation_cases.save(g.ctx, record, offered, form.getlist("ticked"))
    return go("saved" if changed else "unchanged", "recommendations.show", record=record)
