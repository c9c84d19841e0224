"""Calls: taken on one page, then made a case or added to one (call_to_case.py), split, closed, opened again."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from hrd_cases.domain.calls import CLOSED, OPEN, Call
from hrd_cases.domain.fields import entity_for
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.words import N_
from hrd_cases.services.casework import calls, duplicates
from hrd_cases.services.kernel.pagination import page_of
from hrd_cases.services.records import records
from hrd_cases.services.schedule import duty
from hrd_cases.web.forms.model import FormField
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages import record_view
from hrd_cases.web.pages.form_fields import refused_at
from hrd_cases.web.pages.form_page import Sheet, answer, opening, sheet_of
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import groups, lists
from hrd_cases.web.pages.record_view import Reader
from hrd_cases.web.pages.request import again, page_number

bp = Blueprint("calls", __name__, url_prefix=urls.path("calls"))
CALL = entity_for(Call)
STATES = ((OPEN, N_("Open")), ("sorted", N_("In a case")), (CLOSED, N_("Closed")))


@bp.get("")
def index() -> ResponseReturnValue:
    """Calls from which nothing has followed yet; by a filter also those in a case, and closed ones."""
    state = request.args.get("g", OPEN)
    results = (
        calls.sorted_out(g.ctx) if state == "sorted" else calls.listing(g.ctx, CLOSED if state == CLOSED else OPEN)
    )
    filters = [(code, _(text)) for code, text in STATES]
    return render_template(
        "casework/calls/list.html",
        found=page_of(results, page_number()),
        state=state,
        filters=filters,
        duty=duty.may_see(g.ctx),
    )


@bp.get("/new")
def new() -> ResponseReturnValue:
    """An empty form: in danger or not, what, when, who, how to reach them."""
    return opening(_new_sheet())


@bp.post("/new")
def take() -> ResponseReturnValue:
    """Keep a call."""
    return answer(_new_sheet, lambda value, _versions: go("taken", ".show", call=calls.take(g.ctx, value)))


@bp.get("/<call>")
def show(call: RecordId) -> ResponseReturnValue:
    """A call, and what may become of it."""
    view = calls.view(g.ctx, call)
    copy = calls.goes_on(g.ctx, view.stored)
    if copy:
        return redirect(url_for(".show", call=copy), 303)
    return _page(call, view=view)


@bp.get("/<call>/e")
def edit(call: RecordId) -> ResponseReturnValue:
    """The form of a call."""
    return opening(_edit_sheet(call))


@bp.post("/<call>/e")
def save(call: RecordId) -> ResponseReturnValue:
    """Keep a changed call."""

    def keep(value: object, versions: Mapping[str, int]) -> ResponseReturnValue:
        calls.save(g.ctx, call, value, versions)  # type: ignore[arg-type]  # the sheet is one of a call
        return go("saved", ".show", call=call)

    return answer(partial(_edit_sheet, call), keep)


@bp.post("/<call>/s")
def split(call: RecordId) -> ResponseReturnValue:
    """Begin a second call from the same conversation."""
    return go("split", ".edit", call=calls.split(g.ctx, call))


@bp.post("/<call>/x")
def close(call: RecordId) -> ResponseReturnValue:
    """Close a call, for a reason."""
    again(lambda broken: _page(call, broken=broken, status=422))
    form = request.form
    calls.close(g.ctx, call, form.get("ending", ""), form.get("advice", ""))
    return go("closed", ".show", call=call)


@bp.post("/<call>/o")
def reopen(call: RecordId) -> ResponseReturnValue:
    """Open a closed call again."""
    again(lambda broken: _page(call, broken=broken, status=422))
    calls.reopen(g.ctx, call)
    return go("reopened", ".show", call=call)


@bp.post("/<call>/d")
def reached(call: RecordId) -> ResponseReturnValue:
    """The person in danger was reached."""
    again(lambda broken: _page(call, broken=broken, status=422))
    calls.reached(g.ctx, call)
    return go("reached", ".show", call=call)


@bp.post("/<call>/n")
def not_reached(call: RecordId) -> ResponseReturnValue:
    """They were not reached after all, or are in danger again."""
    again(lambda broken: _page(call, broken=broken, status=422))
    calls.not_reached(g.ctx, call)
    return go("in_danger", ".show", call=call)


@bp.post("/<call>/p")
def take_over(call: RecordId) -> ResponseReturnValue:
    """Whose locked page it was written on says that it is theirs."""
    again(lambda broken: _page(call, broken=broken, status=422))
    calls.take_over(g.ctx, call)
    return go("saved", ".show", call=call)


@bp.post("/<call>/b")
def take_back(call: RecordId) -> ResponseReturnValue:
    """Take a call out of the case it was added to."""
    again(lambda broken: _page(call, broken=broken, status=422))
    return go("taken_back", ".show", call=calls.take_back(g.ctx, call))


def _page(
    call: RecordId, *, view: calls.CallView | None = None, broken: Exception | None = None, status: int = 200
) -> tuple[str, int]:
    view = view or calls.view(g.ctx, call)
    case = view.stored.case
    place, problem = refused_at(broken)
    page = render_template(
        "casework/calls/show.html",
        call=call,
        view=view,
        shown=record_view.show(view.stored, Reader(lists=lists(g.ctx, case), case=case)),
        known=[
            (urls.of(code, record), text and _(text)) for code, record, text in duplicates.at_number(g.ctx, view.stored)
        ],
        close_fields=_close_fields({place: problem}),
        problem="" if place in ("ending", "advice") else problem,
    )
    return page, status


def _close_fields(error: Mapping[str, str]) -> tuple[FormField, ...]:
    """Why a call is closed, nothing chosen beforehand, and what was advised."""
    chosen = request.form.get("ending", "")
    endings = [choice for _heading, choices in groups("call_endings") for choice in choices]
    options = (("", "\u2014", not chosen), *((code, label, code == chosen) for code, label in endings))
    advised = request.form.get("advice", "")
    return (
        FormField(
            name="ending",
            id="f-ending",
            kind="select",
            label=_(N_("Why")),
            error=error.get("ending", ""),
            options=options,
        ),
        FormField(
            name="advice",
            id="f-advice",
            kind="text",
            label=_(N_("What we advised")),
            lines=3,
            value=advised,
            error=error.get("advice", ""),
        ),
    )


def _new_sheet() -> Sheet:
    return Sheet(
        entity=CALL,
        base=records.start(g.ctx, Call),
        allowed=frozenset(CALL.compartments),
        lists=lists(g.ctx),
        url=url_for("calls.new"),
        title=_(CALL.new),
        back=url_for("calls.index"),
        before=_who_else_sees(),
    )


def _who_else_sees(*, is_taken: bool = False) -> Markup:
    """Who will see a call that is saved now, said before it is; of one taken earlier others may hold keys already."""
    every_call = duty.every_call(g.ctx)
    duty_turns = duty.shared_with(g.ctx, urgent=True)
    text = render_template("casework/calls/_who_sees.html", told=duty_turns, every_call=every_call, taken=is_taken)
    return Markup(text)  # noqa: S704  # a template of ours


def _edit_sheet(call: RecordId) -> Sheet:
    stored = calls.read(g.ctx, call)
    sheet = sheet_of(
        stored,
        allowed=records.writable(g.ctx, Call, stored.case),
        shut=records.shut(g.ctx, stored.case),
        lists=lists(g.ctx, stored.case),
        url=url_for("calls.edit", call=call),
        back=url_for("calls.show", call=call),
    )
    return replace(sheet, before=_who_else_sees(is_taken=True))
