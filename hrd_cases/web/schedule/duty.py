"""Who is on duty: the list, and for coordinators and leads the form beside it."""

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.duty import Duty
from hrd_cases.domain.fields import entity_for
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.words import N_
from hrd_cases.services.schedule import duty
from hrd_cases.web.forms.model import Choice
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages.form_fields import SimpleForm, line, refusal
from hrd_cases.web.pages.form_page import Sheet, answer, opening
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import lists
from hrd_cases.web.pages.request import again

COLLEAGUE = entity_for(ColleagueCard).code
bp = Blueprint("duty", __name__, url_prefix=f"{urls.path('calls')}/j")
DUTY = entity_for(Duty)


@bp.get("")
def show() -> ResponseReturnValue:
    """The list from today on."""
    return _page()


@bp.get("/new")
def new() -> ResponseReturnValue:
    """Whom to put on duty."""
    return opening(_sheet())


@bp.post("/new")
def put_on() -> ResponseReturnValue:
    """Put somebody on duty."""

    def keep(value: object, _versions: object) -> ResponseReturnValue:
        duty.put_on(g.ctx, value)  # type: ignore[arg-type]  # the sheet is one of a line of duty
        return go("on_duty", ".show")

    return answer(_sheet, keep)


@bp.post("/<record>/x")
def take_off(record: RecordId) -> ResponseReturnValue:
    """End somebody's duty early."""
    duty.take_off(g.ctx, record)
    return go("off_duty", ".show")


@bp.post("/e")
def every_call() -> ResponseReturnValue:
    """Share every call with those on duty, or only those in danger."""
    duty.share_every_call(g.ctx, on=request.form.get("on") == "yes")
    return go("saved", ".show")


@bp.post("/n")
def number() -> ResponseReturnValue:
    """Set the number that the locked page shows."""
    again(_page)
    duty.set_number(g.ctx, request.form.get("number", ""))
    return go("saved", ".show")


def _page(broken: Exception | None = None) -> tuple[str, int]:
    view = duty.view(g.ctx)
    typed = request.form.get("number", view.number) if broken else view.number
    form_field = line(
        "number",
        _(N_("Number that the locked page shows")),
        value=typed,
        hint=_(
            N_("It is stored unencrypted: anyone who copies the database can read it. Leave it empty to show none.")
        ),
        error=refusal(broken) if broken else "",
        autocomplete="tel",
    )
    return render_template(
        "schedule/duty/show.html", view=view, form=SimpleForm(fields=(form_field,))
    ), 422 if broken else 200


def _sheet() -> Sheet:
    usual = lists(g.ctx)

    def linked(to: str) -> Sequence[Choice]:
        return duty.candidates(g.ctx) if to == COLLEAGUE else usual.linked(to)

    return Sheet(
        entity=DUTY,
        base=duty.start(g.ctx),
        allowed=frozenset(DUTY.compartments),
        lists=replace(usual, linked=linked),
        url=url_for("duty.new"),
        title=_(DUTY.new),
        back=url_for("duty.show"),
    )
