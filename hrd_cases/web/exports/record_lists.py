"""A list for outside, as XLSX or CSV: what, from which case, and what it is for."""

from flask import Blueprint, g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from hrd_cases.domain.export_requests import ExportRequest
from hrd_cases.domain.fields import entity_for
from hrd_cases.domain.ids import case_id
from hrd_cases.domain.words import N_
from hrd_cases.services.casework import cases
from hrd_cases.services.exports import record_lists
from hrd_cases.services.exports.record_lists import CODED, LISTED, WHOLE, ListChoice
from hrd_cases.services.figures.exports import XLSX
from hrd_cases.web.exports.export_requests import leaving
from hrd_cases.web.exports.tables import list_file
from hrd_cases.web.forms.model import FormField, identifier
from hrd_cases.web.forms.pickers import asks, searched
from hrd_cases.web.kernel import urls
from hrd_cases.web.pages import form_fields
from hrd_cases.web.pages.form_fields import SimpleForm, refused_at
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.request import again, carried, typed

bp = Blueprint("record_lists", __name__, url_prefix=urls.path("exports"))

KIND, CASE, PARTS, PURPOSE, FORM = "t", "c", "p", "purpose", "x"


@bp.get("")
def form() -> ResponseReturnValue:
    """What is exported; the address may say it already."""
    record_lists.ready(g.ctx)
    return _page(ListChoice(kind=request.args.get(KIND, "")[:40], case=case_id(request.args.get(CASE, "")[:32])))


@bp.post("")
def export() -> ResponseReturnValue:
    """The file; the audit log keeps who exported how many records of which kind, and what for."""
    sent = request.form
    choice = ListChoice(
        kind=sent.get(KIND, "")[:40],
        case=case_id(sent.get(CASE, "")[:32]),
        parts=sent.get(PARTS, ""),
        purpose=sent.get(PURPOSE, ""),
    )
    again(lambda broken: _page(choice, broken))
    if asks(CASE, typed()):
        return carried(lambda: make_response(_page(choice)), looks=True)
    form = sent.get(FORM, XLSX)
    return leaving(
        lambda: list_file(choice, record_lists.export(g.ctx, choice), form),
        lambda rows: ExportRequest(
            kind=choice.kind, matter=choice.case, parts=choice.parts, purpose=choice.purpose, rows=rows
        ),
    )


def _page(choice: ListChoice, broken: Exception | None = None) -> ResponseReturnValue:
    place, text = refused_at(broken)
    kinds = [(entity.code, _(entity.plural)) for entity in map(entity_for, LISTED)]
    titles = sorted(cases.titles(g.ctx).items(), key=lambda pair: pair[1].casefold())
    picker, few = searched(CASE, titles, choice.case, typed() if request.method == "POST" else {})
    options = (("", _(N_("All cases I can open")), not choice.case), *((c, t, c == choice.case) for c, t in few))
    parts = [
        (WHOLE, _(N_("everything I can open of them, with names and texts"))),
        (CODED, _(N_("only what names nobody: dates, places, kinds, numbers"))),
    ]
    page = render_template(
        "exports/list.html",
        form=SimpleForm(
            fields=(
                form_fields.radios(KIND, _(N_("What each row is")), kinds, choice.kind, error=_at("kind", place, text)),
                FormField(
                    kind="select",
                    name=CASE,
                    id=identifier(CASE),
                    label=_(N_("From which case")),
                    hint=_(N_("People, companies, courts and authorities are exported from everywhere.")),
                    options=options,
                    picker=picker,
                    error=_at("where", place, text),
                ),
                form_fields.radios(
                    PARTS, _(N_("What of each record")), parts, choice.parts, error=_at("parts", place, text)
                ),
                purpose_field(choice.purpose, _at("purpose", place, text)),
            )
        ),
        problem="" if place else text,
    )
    return make_response(page, 422 if broken is not None else 200)


def purpose_field(purpose: str, error: str) -> FormField:
    """What a file is for."""
    return form_fields.line(
        PURPOSE,
        _(N_("What the file is for")),
        hint=_(N_("The audit log records who exported what kind of records, how many, when and why.")),
        value=purpose,
        error=error,
        required=True,
    )


def _at(name: str, place: str, text: str) -> str:
    return text if place == name else ""
