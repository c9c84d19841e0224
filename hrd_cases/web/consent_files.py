"""The signed sheet or the recording in the same form as the answers: the files are taken in, then the answers kept.

What goes wrong with the answers leaves the file in the case, ticked in the form; sending it again doubles neither.
"""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, g, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.words import N_
from hrd_cases.services import kept, uploads
from hrd_cases.services.context import ZONE
from hrd_cases.services.kept import Fields, Origin
from hrd_cases.services.sealed_files import Incoming, TooLong
from hrd_cases.services.uploads import Intake
from hrd_cases.web import addresses, filters, places
from hrd_cases.web.consents import check_sheet, many
from hrd_cases.web.frame import _
from hrd_cases.web.limits import MEGABYTE
from hrd_cases.web.records import create_from, edit_sheet, new_sheet, save_from
from hrd_cases.web.request import asked_or_nothing, carried, reading, typed
from hrd_cases.web.sending import KEEP, KEPT, UNSAID, answer_to_second, origin_of, use_up
from hrd_cases.web.sheet import Sheet, with_errors
from hrd_cases.web.simple import refusal
from hrd_cases.web.site import site
from hrd_cases.web.streaming import Arrival, Dropped, arriving

bp = Blueprint("consent_files", __name__, url_prefix=places.path("cases"))

SCAN = "scan"
Act = Callable[[], ResponseReturnValue]


@bp.post("/<case>/y/f")
def take(case: str) -> ResponseReturnValue:
    """Keep a new consent with its signed sheet or recording."""
    make = partial(new_sheet, addresses.entity("consent"), case)
    url = url_for("records.new", case=case, letter=addresses.entity("consent").letter)
    return _receive(case, make, url, partial(create_from, addresses.entity("consent"), case))


@bp.post("/<case>/y/f/<record>")
def take_more(case: str, record: str) -> ResponseReturnValue:
    """Keep a changed consent with its signed sheet or recording."""
    make = partial(edit_sheet, case, record)
    return _receive(case, make, url_for("records.edit", case=case, record=record), partial(save_from, case, record))


@bp.post("/<case>/y/m/f")
def take_sheet(case: str) -> ResponseReturnValue:
    """Take in the one sheet that many people signed, and look at its names."""
    url = url_for("consents.sheet", case=case)
    return _receive(case, partial(many, case), url, partial(check_sheet, case), looks=True)


def _receive(case: str, make: Callable[[], Sheet], url: str, act: Act, *, looks: bool = False) -> ResponseReturnValue:
    intake = uploads.begin(site().runtime, g.session, g.now, case=case)
    arrival = arriving(intake, uploads.limits(intake.runtime).form)
    problem = ""
    try:
        arrival.read()
    except (Dropped, OSError):
        return _dropped(intake, arrival, url)
    except (RuleBroken, TooLong, RequestEntityTooLarge) as broken:
        arrival.drain()
        problem = _too_much(broken, intake)
    g.arrived = arrival.fields
    said = _said(arrival)
    problem = _take_in(intake, arrival) or problem
    if problem:
        with reading() as g.ctx:
            return asked_or_nothing(g.ctx, make_response(with_errors(make(), typed(), {SCAN: problem})))
    return _carry_out(act, _origin(arrival, url), said, looks=looks)


def _take_in(intake: Intake, arrival: Arrival[Incoming]) -> str:
    """Name what arrived, and tick it in the form; what is wrong with it, in words."""
    if not intake.finished:
        return _(N_("The file is empty (0 bytes).")) if intake.empty else _(N_("Choose at least one file."))
    try:
        record = intake.keep_once(_evidence(), site().clock())
    except RuleBroken as broken:
        return refusal(broken)
    chosen = arrival.fields.setdefault(SCAN, [])
    chosen[:] = dict.fromkeys([*chosen, record])
    return ""


def _evidence() -> Evidence:
    title = _(N_("Signed sheet or recording of consent, %(day)s"))
    return Evidence(title=title % {"day": filters.day(g.now.astimezone(ZONE).date())}, kind="document")


def _carry_out(act: Act, found: Origin | None, said: Fields, *, looks: bool) -> ResponseReturnValue:
    """Do the form's act once."""

    def once() -> Response:
        before = kept.first(g.ctx, found, said) if found is not None and not looks else None
        if before is not None and found is not None:
            return answer_to_second(before, said, found.form)
        response = make_response(act())
        if found is not None and response.status_code == 303:
            use_up(g.ctx, found, said, response.location or "/", typed().get(KEPT, []))
        return response

    return carried(once, looks=looks)


def _dropped(intake: Intake, arrival: Arrival[Incoming], url: str) -> Response:
    """The line dropped: files that arrived whole stay in the case, what was typed is kept for its writer."""
    intake.rescue(_evidence(), site().clock(), _)
    found = _origin(arrival, url)
    if found is not None:
        kept.keep(site().runtime, found, _said(arrival), g.now)
    return make_response(render_template("errors/400.html"), 400)


def _too_much(broken: Exception, intake: Intake) -> str:
    if isinstance(broken, RuleBroken):
        return refusal(broken)
    bounds = uploads.limits(intake.runtime)
    most = bounds.form if isinstance(broken, RequestEntityTooLarge) else bounds.file
    return _(N_("This is too large: at most %(size)s MB.")) % {"size": most // MEGABYTE}


def _origin(arrival: Arrival[Incoming], url: str) -> Origin | None:
    """The form that was sent, if it is the actor's own and of this page."""
    found = origin_of((arrival.fields.get(KEEP) or [""])[0])
    ours = found is not None and found.user == g.session.actor.user and found.form.partition("?")[0] == url
    return found if ours else None


def _said(arrival: Arrival[Incoming]) -> Fields:
    return tuple((name, text) for name, texts in arrival.fields.items() for text in texts if name not in UNSAID)
