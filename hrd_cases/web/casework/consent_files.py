"""The signed sheet or the recording in the same form as the answers: the files are taken in, then the answers kept.

What goes wrong with the answers leaves the file in the case, ticked in the form; sending it again doubles neither.
"""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, g, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from hrd_cases.domain.consents import Consent
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.fields import entity_for
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.words import N_
from hrd_cases.services.evidence import uploads
from hrd_cases.services.evidence.sealed_files import IncomingFile, TooLong
from hrd_cases.services.evidence.uploads import Intake
from hrd_cases.services.signin import saved_drafts
from hrd_cases.services.signin.saved_drafts import Once
from hrd_cases.web.casework.consents import check_sheet, many
from hrd_cases.web.casework.records import create, edit_sheet, new_sheet, save
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.handling import MEGABYTE
from hrd_cases.web.kernel.site import site
from hrd_cases.web.kernel.upload_stream import Arrival, Dropped, arriving
from hrd_cases.web.pages import filters
from hrd_cases.web.pages.form_fields import refusal
from hrd_cases.web.pages.form_page import Sheet, with_errors
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.request import asked_or_nothing, carried, reading, typed
from hrd_cases.web.pages.sending import answer_to_second, once_of, use_up

bp = Blueprint("consent_files", __name__, url_prefix=urls.path("cases"))

SCAN = "scan"
Act = Callable[[], ResponseReturnValue]


@bp.post("/<case>/y/f")
def take(case: CaseId) -> ResponseReturnValue:
    """Keep a new consent with its signed sheet or recording."""
    entity = entity_for(Consent)
    url = url_for("records.new", case=case, letter=entity.letter)
    return _receive(case, partial(new_sheet, entity, case), url, partial(create, case, entity.letter))


@bp.post("/<case>/y/f/<record>")
def take_more(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Keep a changed consent with its signed sheet or recording."""
    make = partial(edit_sheet, case, record)
    return _receive(case, make, url_for("records.edit", case=case, record=record), partial(save, case, record))


@bp.post("/<case>/y/m/f")
def take_sheet(case: CaseId) -> ResponseReturnValue:
    """Take in the one sheet that many people signed, and look at its names."""
    url = url_for("consents.sheet", case=case)
    return _receive(case, partial(many, case), url, partial(check_sheet, case), looks=True)


def _receive(
    case: CaseId, make: Callable[[], Sheet], url: str, act: Act, *, looks: bool = False
) -> ResponseReturnValue:
    intake = uploads.begin(site().runtime, g.session, g.now, case=case)
    arrival = arriving(intake, intake.runtime.upload_limits.form, url)
    problem = ""
    try:
        arrival.read()
    except (Dropped, OSError):
        return _dropped(intake, arrival, url)
    except (RuleBroken, TooLong, RequestEntityTooLarge) as broken:
        arrival.drain()
        problem = _too_much(broken, intake)
    g.arrived = arrival.fields
    once = once_of(arrival.fields, url)  # before the file is ticked: sent twice, it says the same
    problem = _take_in(intake, arrival) or problem
    if problem:
        with reading() as g.ctx:
            return asked_or_nothing(g.ctx, make_response(with_errors(make(), typed(), {SCAN: problem})))
    return _carry_out(act, once, looks=looks)


def _take_in(intake: Intake, arrival: Arrival[IncomingFile]) -> str:
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
    return Evidence(title=title % {"day": filters.day(site().runtime.today(g.now))}, kind="document")


def _carry_out(act: Act, once: Once, *, looks: bool) -> ResponseReturnValue:
    """Do the form's act once."""
    origin, texts = once.origin, once.fields

    def carry_out() -> Response:
        before = saved_drafts.first(g.ctx, origin, texts) if origin is not None and not looks else None
        if before is not None and origin is not None:
            return answer_to_second(before, texts, origin.form)
        response = make_response(act())
        if origin is not None and response.status_code == 303:
            use_up(g.ctx, origin, texts, response.location or "/", once.restored)
        return response

    return carried(carry_out, looks=looks)


def _dropped(intake: Intake, arrival: Arrival[IncomingFile], url: str) -> Response:
    """The line dropped: files that arrived whole stay in the case, what was typed is kept for its writer."""
    intake.rescue(_evidence(), site().clock(), _)
    once = once_of(arrival.fields, url)
    if once.origin is not None:
        saved_drafts.keep(site().runtime, once.origin, once.fields, g.now)
    return make_response(render_template("errors/400.html"), 400)


def _too_much(broken: Exception, intake: Intake) -> str:
    if isinstance(broken, RuleBroken):
        return refusal(broken)
    bounds = intake.runtime.upload_limits
    most = bounds.form if isinstance(broken, RequestEntityTooLarge) else bounds.file
    return _(N_("This is too large: at most %(size)s MB.")) % {"size": most // MEGABYTE}
