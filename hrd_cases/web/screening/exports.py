"""The table of a screening to take out, and what it is for."""

from flask import Blueprint, g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.words import N_
from hrd_cases.services.figures.exports import XLSX
from hrd_cases.services.screening import editions, exports
from hrd_cases.web.kernel import urls
from hrd_cases.web.pages.downloads import download
from hrd_cases.web.pages.form_fields import SimpleForm, line, radios, refused_at
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import label
from hrd_cases.web.pages.request import again

bp = Blueprint("screening_exports", __name__, url_prefix=urls.path("screenings"))
CONTENT, PURPOSE, FORM = "content", "purpose", "x"  # fields, and the button


@bp.get("/<record>/x")
def show(record: RecordId) -> ResponseReturnValue:
    """What to take out, and what for."""
    return _page(record)


@bp.post("/<record>/x")
def export(record: RecordId) -> ResponseReturnValue:
    """The file; what it is for is kept in the log."""
    again(lambda broken: _page(record, broken))
    form = request.form.get(FORM, XLSX)
    data = exports.export(
        g.ctx,
        record,
        request.form.get(PURPOSE, ""),
        content=request.form.get(CONTENT, exports.TABLE),
        form=form,
        say=_,
        label=lambda code: label("screening_results", code),
    )
    return download(data, "table", form)


def _page(record: RecordId, broken: Exception | None = None) -> ResponseReturnValue:
    edition = editions.view(g.ctx, record).edition.value
    place, error = refused_at(broken)
    content = radios(
        CONTENT,
        _(N_("What the file holds")),
        [(code, _(text)) for code, text in exports.CONTENTS.items()],
        request.form.get(CONTENT, exports.TABLE),
        error=error if place == CONTENT else "",
    )
    purpose = line(
        PURPOSE,
        _(N_("What the file is for")),
        hint=_(N_("The audit log records who exported it, when and why.")),
        value=request.form.get(PURPOSE, ""),
        error=error if place == PURPOSE else "",
        required=True,
    )
    form = SimpleForm(fields=(content, purpose))
    page = render_template("screening/export.html", record=record, edition=edition, form=form)
    return make_response(page, 422 if broken else 200)
