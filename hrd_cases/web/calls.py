"""Calls: taken in two pages, then made a case, attached to one, split, or closed."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.services import calls, cases, records
from hrd_cases.web import addresses, places, present
from hrd_cases.web.frame import _
from hrd_cases.web.lists import lists
from hrd_cases.web.present import Reader
from hrd_cases.web.request import again
from hrd_cases.web.sheet import Sheet, answer, opening
from hrd_cases.web.simple import refusal
from hrd_cases.web.turning import go

bp = Blueprint("calls", __name__, url_prefix=places.path("calls"))
CALL, CASE = addresses.entity("call"), addresses.entity("case")


@bp.get("")
def index() -> ResponseReturnValue:
    """Calls from which nothing has followed yet."""
    return render_template("calls/list.html", found=calls.listing(g.ctx))


@bp.get("/new")
def new() -> ResponseReturnValue:
    """An empty form: what, when, who, how to reach them."""
    return opening(_new_sheet())


@bp.post("/new")
def take() -> ResponseReturnValue:
    """Keep a call."""
    return answer(_new_sheet, lambda value, _versions: go("taken", ".show", call=calls.take(g.ctx, value)))


@bp.get("/<call>")
def show(call: str) -> ResponseReturnValue:
    """A call, and what may become of it."""
    return _page(call)


@bp.get("/<call>/e")
def edit(call: str) -> ResponseReturnValue:
    """The form of a call."""
    return opening(_edit_sheet(call))


@bp.post("/<call>/e")
def save(call: str) -> ResponseReturnValue:
    """Keep a changed call."""

    def keep(value: object, versions: Mapping[str, int]) -> ResponseReturnValue:
        records.save(g.ctx, call, calls.read(g.ctx, call).id, value, versions)
        return go("saved", ".show", call=call)

    return answer(partial(_edit_sheet, call), keep)


@bp.get("/<call>/c")
def case_form(call: str) -> ResponseReturnValue:
    """The form of the case that a call becomes."""
    return opening(_case_sheet(call))


@bp.post("/<call>/c")
def make_case(call: str) -> ResponseReturnValue:
    """Make a call a case."""
    return answer(
        partial(_case_sheet, call),
        lambda value, _versions: go("made", "cases.show", case=calls.make_case(g.ctx, call, value)),
    )


@bp.post("/<call>/a")
def attach(call: str) -> ResponseReturnValue:
    """Put a call into a case that there is already."""
    again(lambda broken: _page(call, problem=refusal(broken), status=422))
    case = request.form.get("case", "")
    calls.attach(g.ctx, call, case)
    return go("attached", "cases.show", case=case)


@bp.post("/<call>/s")
def split(call: str) -> ResponseReturnValue:
    """Begin a second call from the same conversation."""
    return go("split", ".edit", call=calls.split(g.ctx, call))


@bp.post("/<call>/x")
def close(call: str) -> ResponseReturnValue:
    """Nothing follows from this call."""
    calls.close(g.ctx, call)
    return go("closed", ".index")


def _page(call: str, *, problem: str = "", status: int = 200) -> tuple[str, int]:
    stored = calls.read(g.ctx, call)
    shown = present.show(stored, Reader(lists=lists(g.ctx, call), case=call))
    known = sorted(cases.titles(g.ctx).items(), key=lambda pair: pair[1].casefold())
    others = [pair for pair in known if pair[0] != call]
    page = render_template("calls/show.html", call=call, stored=stored, shown=shown, cases=others, problem=problem)
    return page, status


def _new_sheet() -> Sheet:
    return Sheet(
        entity=CALL,
        base=records.start(g.ctx, "call"),
        allowed=frozenset(CALL.compartments),
        lists=lists(g.ctx),
        url=url_for("calls.new"),
        title=_(CALL.new),
        back=url_for("calls.index"),
    )


def _edit_sheet(call: str) -> Sheet:
    stored = calls.read(g.ctx, call)
    return Sheet(
        entity=CALL,
        base=stored.value,
        allowed=records.writable(g.ctx, "call", call) - stored.broken,
        lists=lists(g.ctx, call),
        url=url_for("calls.edit", call=call),
        title=present.title(stored),
        kicker=_(CALL.label),
        back=url_for("calls.show", call=call),
        versions=stored.versions,
        authors=stored.authors,
        day=stored.day,
    )


def _case_sheet(call: str) -> Sheet:
    stored = calls.read(g.ctx, call)
    said = stored.value.what.splitlines() or [""]
    return Sheet(
        entity=CASE,
        base=replace(records.start(g.ctx, "case"), title=said[0][:120]),
        allowed=frozenset(CASE.compartments),
        lists=lists(g.ctx, call),
        url=url_for("calls.case_form", call=call),
        title=_(CASE.new),
        back=url_for("calls.show", call=call),
    )
