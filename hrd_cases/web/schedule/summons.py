"""A hearing from an SMS summons: the text, then one form with what it says, and the legal action, chosen or new."""

from collections.abc import Mapping

from flask import Blueprint, g, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from hrd_cases.domain.companies import Body
from hrd_cases.domain.errors import Forbidden
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.ids import CaseId
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.summons import ReadSummons, SummonedHearing, form_of_summons
from hrd_cases.domain.words import N_
from hrd_cases.services.records import records
from hrd_cases.services.schedule import hearings
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages import filters
from hrd_cases.web.pages.form_page import Sheet, answer, opening
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import lists

bp = Blueprint("summons", __name__, url_prefix=urls.path("cases"))


@bp.get("/<case>/h/t")
def paste(case: CaseId) -> ResponseReturnValue:
    """The text of the SMS."""
    return opening(_sheet(case))


@bp.post("/<case>/h/t")
def read(case: CaseId) -> ResponseReturnValue:
    """The form of the hearing, filled in with what the SMS says."""

    def keep(value: SummonedHearing, _versions: Mapping[str, int]) -> ResponseReturnValue:
        summons = hearings.read_sms(g.ctx, case, value.sms)
        return opening(_sheet(case, hearings.proposed_from(g.ctx, case, value.sms, summons), summons))

    return answer(lambda: _sheet(case), keep)


@bp.get("/<case>/h/t/c")
def check(case: CaseId) -> ResponseReturnValue:
    """The form for what was kept of it; nothing stands in it yet otherwise."""
    return opening(_sheet(case, SummonedHearing()))


@bp.post("/<case>/h/t/c")
def save(case: CaseId) -> ResponseReturnValue:
    """Keep the hearing, and the legal action if it is new."""

    def keep(value: SummonedHearing, _versions: Mapping[str, int]) -> ResponseReturnValue:
        return go("made", "records.show", case=case, record=hearings.summoned(g.ctx, case, value))

    return answer(lambda: _sheet(case, SummonedHearing()), keep)


def _sheet(case: CaseId, base: SummonedHearing | None = None, summons: ReadSummons | None = None) -> Sheet:
    records.ready(g.ctx, Hearing, case)
    if not (records.may_write(g.ctx, Hearing, case) and records.may_write(g.ctx, LegalAction, case)):
        raise Forbidden
    pasted = base is not None
    entity = form_of_summons(pasted=pasted)
    return Sheet(
        entity=entity,
        base=base or SummonedHearing(),
        allowed=records.writable(g.ctx, Hearing, case),
        shut=records.shut(g.ctx, case),
        lists=lists(g.ctx, case),
        url=url_for(".check" if pasted else ".paste", case=case),
        title=_(entity.label),
        back=url_for("records.listing", case=case, letter="h"),
        save="" if pasted else _(N_("Read the text")),
        before=_remarks(case, summons) if summons is not None else Markup(""),
    )


def _remarks(case: CaseId, summons: ReadSummons) -> Markup:
    """What stands in the text more than once, and so was not chosen."""
    courts = lists(g.ctx, case).names(Body)
    several = [
        (_(N_("Date")), [filters.day(day) for day in summons.days]),
        (_(N_("Time")), summons.hours),
        (_(N_("Room")), summons.rooms),
        (_(N_("Court or authority")), [courts.get(court, "") for court in summons.courts]),
    ]
    lines = [f"{name}: {'; '.join(readings)}" for name, readings in several if len(readings) > 1]
    return Markup(render_template("schedule/summons/_several.html", lines=lines)) if lines else Markup("")  # noqa: S704
