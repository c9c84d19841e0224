"""A case as one archive: its records as JSON with a schema, and its exhibits as they came."""

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.export_requests import WHOLE_CASE, ExportRequest
from hrd_cases.domain.ids import CaseId
from hrd_cases.domain.words import N_
from hrd_cases.services.exports import case_files
from hrd_cases.services.exports.case_files import EVERYTHING, GUARDED
from hrd_cases.web.evidence.evidence import sent
from hrd_cases.web.exports.export_requests import leaving
from hrd_cases.web.exports.record_lists import PARTS, PURPOSE, purpose_field
from hrd_cases.web.kernel import urls
from hrd_cases.web.pages import form_fields
from hrd_cases.web.pages.form_fields import SimpleForm, refused_at
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.request import again

bp = Blueprint("case_files", __name__, url_prefix=f"{urls.path('exports')}/c")


@bp.get("/<case>")
def form(case: CaseId) -> ResponseReturnValue:
    """What leaves, and what it is for."""
    return _page(case, GUARDED, "")


@bp.post("/<case>")
def export(case: CaseId) -> ResponseReturnValue:
    """The archive, made while it is sent; the act is entered in the log first."""
    parts, purpose = request.form.get(PARTS, GUARDED), request.form.get(PURPOSE, "")
    again(lambda broken: _page(case, parts, purpose, broken))
    return leaving(
        lambda: sent(case_files.export(g.ctx, case, parts, purpose)),
        lambda rows: ExportRequest(kind=WHOLE_CASE, matter=case, parts=parts, purpose=purpose, rows=rows),
    )


def _page(case: CaseId, parts: str, purpose: str, broken: Exception | None = None) -> ResponseReturnValue:
    place, text = refused_at(broken)
    choices = [
        (GUARDED, _(N_("everything I can open, without sources and the lawyers' part"))),
        (EVERYTHING, _(N_("everything I can open"))),
    ]
    page = render_template(
        "exports/case.html",
        title=case_files.ready(g.ctx, case),
        form=SimpleForm(
            fields=(
                form_fields.radios(
                    PARTS, _(N_("What of the case")), choices, parts, error=text if place == "parts" else ""
                ),
                purpose_field(purpose, text if place == "purpose" else ""),
            )
        ),
        action=url_for(".export", case=case),
        back=url_for("cases.show", case=case),
    )
    return make_response(page, 422 if broken is not None else 200)
