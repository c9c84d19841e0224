"""People: the list, a new one within a case, and one page for everything that my cases say of a person."""

from collections.abc import Mapping
from functools import partial

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.fields import entity_for
from hrd_cases.domain.ids import CaseId, PersonId, case_id
from hrd_cases.domain.people import Channel, Person
from hrd_cases.services.casework import cases, duplicates, people
from hrd_cases.services.casework.cases import CaseFilter
from hrd_cases.services.casework.consents import heard
from hrd_cases.services.records import records
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages import record_view
from hrd_cases.web.pages.form_page import Sheet, answer, look_first, opening, sheet_of, sure
from hrd_cases.web.pages.layout import _, offers
from hrd_cases.web.pages.lists import label, lists
from hrd_cases.web.pages.record_view import Reader
from hrd_cases.web.pages.request import page_number, typed

bp = Blueprint("people", __name__, url_prefix=urls.path("people"))
PERSON = entity_for(Person)
NEVER = "do_not_use"  # how safe a channel is


@bp.get("")
def index() -> ResponseReturnValue:
    """People of my cases."""
    return render_template(
        "casework/people/list.html", found=people.listing(g.ctx, "", page_number()), **_list_values("")
    )


@bp.post("/q")
def find() -> ResponseReturnValue:
    """People by a name in any script, or by pseudonym."""
    text = request.form.get("text", "")[:200].strip()
    return render_template("casework/people/list.html", found=people.listing(g.ctx, text), **_list_values(text))


@bp.get("/new/<case>")
def new(case: CaseId) -> ResponseReturnValue:
    """An empty form; a person's file begins within a case."""
    people.ready(g.ctx, case)
    return opening(_new_sheet(case))


@bp.post("/new/<case>")
def create(case: CaseId) -> ResponseReturnValue:
    """Begin a person's file."""

    def keep(value: Person, _versions: Mapping[str, int]) -> ResponseReturnValue:
        if not sure(typed()):
            duplicates.ask_about_person(g.ctx, value)
        return go("made", ".show", record=people.create(g.ctx, value, case))

    return answer(partial(_new_sheet, case), keep)


@bp.get("/<record>")
def show(record: PersonId) -> ResponseReturnValue:
    """A person across my cases."""
    return _page(record, revealed=False)


@bp.post("/<record>/v")
def reveal(record: PersonId) -> ResponseReturnValue:
    """The same with number, address and channels in full."""
    g.ctx.note("read", "show what is masked", vault=record, record=record)
    return _page(record, revealed=True)


@bp.get("/<record>/e")
def edit(record: PersonId) -> ResponseReturnValue:
    """The form of a person."""
    return opening(_edit_sheet(record))


@bp.post("/<record>/e")
def save(record: PersonId) -> ResponseReturnValue:
    """Keep a changed person."""

    def keep(value: Person, versions: Mapping[str, int]) -> ResponseReturnValue:
        people.save(g.ctx, record, value, versions)
        return go("saved", ".show", record=record)

    return answer(partial(_edit_sheet, record), keep)


@bp.post("/<record>/l")
def link(record: PersonId) -> ResponseReturnValue:
    """Enter a person in another of my cases, or look for that case."""
    if "find" in request.form:
        return _page(record, revealed=False, text=request.form.get("text", "")[:200].strip())
    case = case_id(request.form.get("case", ""))
    people.link(g.ctx, record, case)
    return go("linked", "cases.show", case=case)


def _list_values(text: str) -> dict[str, object]:
    """What stands on the list beside the people found."""
    return {"text": text, "may_import": offers("imports.index")}


def _page(record: PersonId, *, revealed: bool, text: str = "") -> ResponseReturnValue:
    """The page of a person; it offers the cases changed last or, with a text, 25 that were found."""
    view = people.view(g.ctx, record)
    visible = record_view.show(view.person, Reader(lists=lists(g.ctx), revealed=revealed))
    within = {case for case, _title in view.cases}
    found = cases.listing(g.ctx, CaseFilter(text=text))
    others = [line for line in found.items if line.id not in within]
    heards = heard(g.ctx, view.answered)
    page = {"view": view, "shown": visible, "other_cases": others, "heard": heards}
    page["reach"] = _reach(view.person.value) if revealed else ()
    page |= {"text": text, "many_cases": bool(text) or found.pages > 1}
    return render_template("casework/people/show.html", record=record, **page)


def _reach(person: Person) -> list[dict[str, str]]:
    """The ways to somebody, those that are not to be used last; first on the page of whoever asked for them."""
    ways = sorted(person.channels, key=lambda channel: channel.safety == NEVER)
    return [
        {"title": channel.value, "sub": " · ".join(filter(None, _how(channel)))} for channel in ways if channel.value
    ]


def _how(channel: Channel) -> tuple[str, ...]:
    kind = label("contact_channels", channel.kind) if channel.kind else ""
    return kind, label("safety_levels", channel.safety) if channel.safety else "", channel.note


def _new_sheet(case: CaseId) -> Sheet:
    return Sheet(
        entity=PERSON,
        base=people.start(g.ctx, case),
        allowed=frozenset(PERSON.compartments),
        lists=lists(g.ctx, case),
        url=url_for("people.new", case=case),
        title=_(PERSON.new),
        back=url_for("cases.show", case=case),
        before=look_first(),
    )


def _edit_sheet(record: PersonId) -> Sheet:
    stored = people.read(g.ctx, record)
    return sheet_of(
        stored,
        allowed=people.writable(g.ctx, record),
        shut=records.shut(g.ctx, record),
        lists=lists(g.ctx),
        url=url_for("people.edit", record=record),
        back=url_for("people.show", record=record),
    )
