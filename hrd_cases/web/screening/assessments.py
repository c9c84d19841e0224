"""The results of one company in one edition: read, and filled in on one page."""

from collections.abc import Mapping
from functools import partial

from flask import Blueprint, g, render_template, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.screening import ASSESSMENT_FORM, RESULTS, Assessment, AssessmentForm
from hrd_cases.services.records import records
from hrd_cases.services.screening import assessments
from hrd_cases.services.screening.assessments import AssessmentView
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages.form_page import Sheet, answer, opening
from hrd_cases.web.pages.lists import lists

bp = Blueprint("assessments", __name__, url_prefix=f"{urls.path('screenings')}/a")


@bp.get("/<record>")
def show(record: RecordId) -> ResponseReturnValue:
    """What was read about a company, an indicator after the other."""
    view = assessments.view(g.ctx, record)
    return render_template("screening/assessment.html", record=record, view=view, results=RESULTS)


@bp.get("/<record>/e")
def edit(record: RecordId) -> ResponseReturnValue:
    """The form with every indicator of the edition."""
    return opening(_sheet(record))


@bp.post("/<record>/e")
def save(record: RecordId) -> ResponseReturnValue:
    """Keep the results of a company."""

    def keep(value: AssessmentForm, versions: Mapping[str, int]) -> ResponseReturnValue:
        assessments.save(g.ctx, record, value, versions)
        return go("saved", ".show", record=record)

    return answer(partial(_sheet, record), keep)


def _sheet(record: RecordId) -> Sheet:
    view = assessments.view(g.ctx, record)
    stored = view.assessment
    return Sheet(
        entity=ASSESSMENT_FORM,
        base=_base(view),
        allowed=records.writable(g.ctx, Assessment) - stored.broken,
        shut=records.shut(g.ctx),
        lists=lists(g.ctx),
        url=url_for("assessments.edit", record=record),
        title=view.name,
        kicker=view.edition.value.title,
        back=url_for("assessments.show", record=record),
        versions=stored.versions,
        authors=stored.authors,
        day=stored.day,
        inside="screening/_form.html",
        extra={"indicators": {item.code: item for item, _result in view.lines}},
    )


def _base(view: AssessmentView) -> AssessmentForm:
    """The form with a row for every indicator, those without a result too."""
    values = {**vars(view.assessment.value), "results": tuple(result for _item, result in view.lines)}
    return AssessmentForm(**values, read_on=g.ctx.today)
