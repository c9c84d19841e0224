"""Deleting for good, legal holds, and how long things are kept: what is lost is said before anybody agrees."""

from flask import Blueprint, after_this_request, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from hrd_cases.domain.fields import ENTITIES
from hrd_cases.domain.ids import NO_RECORD, CaseId, PersonId, RecordId, case_id, record_id
from hrd_cases.domain.vaults import PERSON_VAULT
from hrd_cases.domain.words import N_
from hrd_cases.services.deletion import clearing, deleting, erasing, holds, retention
from hrd_cases.services.deletion.clearing import Clearing
from hrd_cases.services.deletion.deleting import DeletionTarget, WaitingLine
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go, say
from hrd_cases.web.kernel.site import site
from hrd_cases.web.pages.form_fields import refusal, refused_at
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.request import again

bp = Blueprint("deleting", __name__, url_prefix=urls.path("deleting"))

UNITS = {"months": N_("months"), "years": N_("years")}


@bp.get("")
def index() -> ResponseReturnValue:
    """What waits for a second person, and what may go today."""
    view = clearing.view(g.ctx)
    return render_template("deletion/index.html", waiting=in_words(view), due=view.due, language=g.language)


@bp.get("/c/<case>/<record>")
def show(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """What would go with a case, a call, or one record of it."""
    return _page(_of_case(case, record))


@bp.post("/c/<case>/<record>")
def ask(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Ask for its deletion."""
    return _ask(_of_case(case, record))


@bp.post("/c/<case>/<record>/y")
def confirm(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Delete it for good."""
    target = _of_case(case, record)
    return _confirm(target, url_for("cases.show", case=case) if target.record else url_for("cases.index"))


@bp.post("/c/<case>/<record>/n")
def refuse(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Keep it after all."""
    return _refuse(_of_case(case, record))


@bp.get("/p/<person>")
def person(person: PersonId) -> ResponseReturnValue:
    """What would go with a person's file."""
    return _page(DeletionTarget(vault=person, kind=PERSON_VAULT))


@bp.post("/p/<person>")
def ask_person(person: PersonId) -> ResponseReturnValue:
    """Ask for the deletion of a person's file."""
    return _ask(DeletionTarget(vault=person, kind=PERSON_VAULT))


@bp.post("/p/<person>/y")
def confirm_person(person: PersonId) -> ResponseReturnValue:
    """Delete a person's file for good."""
    return _confirm(DeletionTarget(vault=person, kind=PERSON_VAULT), url_for("people.index"))


@bp.post("/p/<person>/n")
def refuse_person(person: PersonId) -> ResponseReturnValue:
    """Keep a person's file after all."""
    return _refuse(DeletionTarget(vault=person, kind=PERSON_VAULT))


@bp.get("/h/<case>")
def hold(case: CaseId) -> ResponseReturnValue:
    """The legal holds of a case."""
    return _holds(case)


@bp.post("/h/<case>")
def place_hold(case: CaseId) -> ResponseReturnValue:
    """Let nothing of a case be deleted."""
    again(lambda broken: _holds(case, problem=refusal(broken), status=422))
    holds.place(g.ctx, case, request.form.get("reason", ""))
    return go("hold_placed", ".hold", case=case)


@bp.post("/h/<case>/<record>/y")
def lift_hold(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Ask to lift a hold or, as the second person, lift it."""
    again(lambda broken: _holds(case, problem=refusal(broken), status=422))
    state = holds.lift(g.ctx, case, record, request.form.get("reason", ""))
    return go("hold_lifted" if state == "lifted" else "hold_asked", ".hold", case=case)


@bp.post("/h/<case>/<record>/n")
def keep_hold(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """A hold that somebody asked to lift stays."""
    holds.stays(g.ctx, case, record)
    return go("hold_stays", ".hold", case=case)


@bp.get("/k")
def periods() -> ResponseReturnValue:
    """How long things are kept before the desk offers them."""
    return _periods()


@bp.post("/k")
def save_periods() -> ResponseReturnValue:
    """Set how long."""
    again(lambda broken: _periods(broken=broken, status=422))
    retention.keep_for(g.ctx, request.form)
    return go("saved", ".periods")


def in_words(view: Clearing) -> list[tuple[str, str, WaitingLine]]:
    """Kind, address and line of each deletion that somebody asked for."""
    return [(_kind(line.kind), _url(line.target), line) for line in view.waiting]


def _ask(target: DeletionTarget) -> ResponseReturnValue:
    again(lambda broken: _page(target, problem=refusal(broken), status=422))
    form = request.form
    deleting.ask(g.ctx, target, form.get("reason", ""), uncount=form.get("uncount") == "yes")
    say("deletion_asked")
    return redirect(_url(target), 303)


def _confirm(target: DeletionTarget, back: str) -> ResponseReturnValue:
    again(lambda broken: _page(target, problem=refusal(broken), status=422))
    files = deleting.confirm(g.ctx, target, sure=request.form.get("sure") == "yes")
    runtime, session, now = site().runtime, g.session, g.now

    @after_this_request
    def bytes_too(response: Response) -> Response:
        """The transaction has landed: what it named is removed from the disk, and from who confirmed."""
        erasing.finish(runtime, session, now, files)
        return response

    say("deleted")
    return redirect(back, 303)


def _refuse(target: DeletionTarget) -> ResponseReturnValue:
    deleting.refuse(g.ctx, target)
    say("deletion_refused")
    return redirect(_url(target), 303)


def _page(target: DeletionTarget, *, problem: str = "", status: int = 200) -> ResponseReturnValue:
    view = deleting.view(g.ctx, target)
    page = render_template(
        "deletion/show.html",
        view=view,
        kind=_kind(view.kind),
        target=target,
        urls={name: _url(target, name) for name in ("ask", "confirm", "refuse")},
        back=_back(target, view.kind),
        problem=problem,
        typed=request.form.get("reason", ""),
    )
    return make_response(page, status)


def _holds(case: CaseId, *, problem: str = "", status: int = 200) -> ResponseReturnValue:
    view = holds.view(g.ctx, case)
    page = render_template(
        "deletion/hold.html",
        view=view,
        case=case,
        back=url_for("cases.show", case=case),
        problem=problem,
        typed=request.form.get("reason", ""),
    )
    return make_response(page, status)


def _periods(*, broken: Exception | None = None, status: int = 200) -> ResponseReturnValue:
    results = retention.form(g.ctx)
    form = request.form
    place, problem = refused_at(broken)
    page = render_template(
        "deletion/periods.html",
        periods=[
            (period, _(UNITS[period.rule.unit]), form.get(period.rule.id, str(period.amount))) for period in results
        ],
        language=g.language,
        problem=problem,
        place=place,
    )
    return make_response(page, status)


def _of_case(case: CaseId, record: RecordId) -> DeletionTarget:
    """The id of the case in the place of a record stands for the whole case."""
    return DeletionTarget(vault=case, record=NO_RECORD if record == case else record)


def _url(target: DeletionTarget, name: str = "show") -> str:
    """Where a deletion is shown, asked for, confirmed or refused; the desk leads here too."""
    if target.kind == PERSON_VAULT:
        return url_for("deleting.person" if name == "show" else f"deleting.{name}_person", person=target.vault)
    return url_for(f"deleting.{name}", case=target.vault, record=target.record or record_id(target.vault))


def _back(target: DeletionTarget, kind: str) -> str:
    of_record = (
        urls.of(kind, target.record or record_id(target.vault), case_id(target.vault)) if kind in ENTITIES else ""
    )
    return of_record or url_for("cases.show", case=target.vault)


def _kind(code: str) -> str:
    return _(ENTITIES[code].label) if code in ENTITIES else ""
