"""Two editions of a screening side by side."""

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.screening import RESULTS
from hrd_cases.services.screening import comparison
from hrd_cases.web.kernel import urls
from hrd_cases.web.pages.request import page_number

bp = Blueprint("edition_comparison", __name__, url_prefix=urls.path("screenings"))


@bp.get("/<record>/c/<other>")
def show(record: RecordId, other: RecordId) -> ResponseReturnValue:
    """What changed from the older to the newer of two editions."""
    compared = comparison.compare(g.ctx, record, other, page_number())
    return render_template(
        "screening/compared.html", record=record, other=other, compared=compared, results=(*RESULTS, "")
    )
