"""What incidents lack for SDG indicator 16.10.1: a list, each with what is missing."""

from flask import Blueprint, g, render_template, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.sdg_records import MISSING
from hrd_cases.services.exports import sdg_records
from hrd_cases.services.exports.sdg_records import SdgRecord
from hrd_cases.web.kernel import urls
from hrd_cases.web.pages import filters, record_view
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.request import page_number

bp = Blueprint("sdg_records", __name__, url_prefix=f"{urls.path('exports')}/g")


@bp.get("")
def show() -> ResponseReturnValue:
    """The incidents that may count, 25 on a page."""
    found = sdg_records.listing(g.ctx, page_number())
    return render_template("exports/sdg_records.html", found=found, lines=[_line(item) for item in found.items])


def _line(item: SdgRecord) -> dict[str, object]:
    return {
        "title": record_view.title(item.incident),
        "url": url_for("records.show", case=item.incident.case, record=item.incident.id),
        "sub": " · ".join(filter(None, (filters.when(item.incident.value.when), item.case_title))),
        "missing": [_(MISSING[code]) for code in item.missing],
    }
