"""Exports that wait for a second person: what would leave and what for, to agree or refuse; then the file."""

from collections.abc import Callable, Iterator

from flask import Blueprint, Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from hrd_cases.domain.export_requests import WHOLE_CASE, ExportRequest
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.words import N_
from hrd_cases.services.exports import case_files, export_requests, record_lists
from hrd_cases.services.exports.case_files import EVERYTHING
from hrd_cases.services.exports.export_requests import ExportRequestView
from hrd_cases.services.exports.export_size import NeedsSecond
from hrd_cases.services.exports.record_lists import WHOLE, ListChoice
from hrd_cases.services.figures.exports import XLSX
from hrd_cases.web.evidence.evidence import sent
from hrd_cases.web.exports.tables import list_file
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages.form_fields import refusal
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.request import again, carried
from hrd_cases.web.team.export_lines import what

bp = Blueprint("export_requests", __name__, url_prefix=f"{urls.path('exports')}/a")
FORM = "x"


@bp.get("/<record>")
def show(record: RecordId) -> ResponseReturnValue:
    """What would leave."""
    return _page(record)


@bp.post("/<record>/y")
def agree(record: RecordId) -> ResponseReturnValue:
    """Let it leave."""
    again(lambda broken: make_response(_page(record, broken), 422))
    export_requests.agree(g.ctx, record)
    return go("export_agreed", ".show", record=record)


@bp.post("/<record>/n")
def refuse(record: RecordId) -> ResponseReturnValue:
    """Take the request away."""
    export_requests.refuse(g.ctx, record)
    return go("export_refused", "desk.show")


@bp.post("/<record>/x")
def take(record: RecordId) -> ResponseReturnValue:
    """The file that somebody agreed to."""
    again(lambda broken: make_response(_page(record, broken), 422))
    order, agreed = export_requests.taken(g.ctx, record)
    if order.kind == WHOLE_CASE:
        return sent(case_files.export(g.ctx, order.case, order.parts, order.purpose, agreed))
    choice = ListChoice(kind=order.kind, case=order.case, parts=order.parts, purpose=order.purpose)
    return list_file(choice, record_lists.export(g.ctx, choice, agreed), request.form.get(FORM, XLSX))


def leaving(
    make: Callable[[], ResponseReturnValue], request_for: Callable[[int], ExportRequest]
) -> ResponseReturnValue:
    """The file that `make` makes; where a second person has to agree first, the page of the request for it."""
    much: list[int] = []

    def act() -> Response:
        try:
            return make_response(make())
        except NeedsSecond as needs:
            much.append(needs.rows)
            return Response()

    def ask() -> Response:
        return make_response(
            go("export_asked", "export_requests.show", record=export_requests.ask(g.ctx, request_for(much[0])))
        )

    answer = carried(act, looks=True)
    return carried(ask, looks=False) if much else answer


def _page(record: RecordId, broken: Exception | None = None) -> str:
    view = export_requests.view(g.ctx, record)
    return render_template(
        "exports/request.html",
        record=record,
        view=view,
        problem=refusal(broken) if broken else "",
        facts=list(_facts(view)),
        archive=view.request.kind == WHOLE_CASE,
    )


def _facts(view: ExportRequestView) -> Iterator[tuple[str, str]]:
    order = view.request
    yield _(N_("What is exported")), what(order.kind)
    yield _(N_("From which case")), _where(order, view.case_title)
    yield _(N_("Records")), str(order.rows or 0)
    whole = order.parts in (WHOLE, EVERYTHING)
    parts = N_("everything that the person who asked can open") if whole else N_("without what is guarded most")
    yield _(N_("What of each record")), _(parts)
    yield _(N_("What the file is for")), order.purpose


def _where(order: ExportRequest, title: str) -> str:
    if not order.matter:
        return _(N_("All that the person who asked can open"))
    return title or _(N_("A case that is not shared with you"))
