"""Step 3 of a paper: its facts and its exhibits as rows, and one fact or exhibit on a page of its own."""

from collections.abc import Callable, Mapping
from typing import cast

from flask import Blueprint, g, redirect, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.errors import Forbidden
from hrd_cases.domain.filings import Paper
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.paper_matter import MatterPlan
from hrd_cases.services.papers import papers as drafted
from hrd_cases.services.records import records
from hrd_cases.web.forms.model import Errors
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages.form_page import Sheet, answer, opening, with_errors
from hrd_cases.web.pages.request import typed
from hrd_cases.web.papers import matter_forms, papers
from hrd_cases.web.papers.matter_forms import ExhibitForm, FactForm, MatterDesk, open_matter

bp = Blueprint("paper_matter", __name__, url_prefix=urls.path("papers"))
bp.register_error_handler(Forbidden, papers.refused)
Making = Callable[[MatterDesk], Sheet]
Choosing = Callable[[MatterDesk, object], tuple[MatterPlan, Errors]]  # from what the form made, of its own class


@bp.get("/<case>/<record>/3")
def facts(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """The facts, a page of rows; of a form that never has any, the exhibits."""
    if "facts" in open_matter(case, record).never:
        return redirect(url_for(".exhibits", case=case, record=record), 302)
    return _opening(case, record, matter_forms.facts_sheet)


@bp.post("/<case>/<record>/3")
def save_facts(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Keep a page of facts and go on to the next one, at last to the exhibits."""
    return _answer(case, record, matter_forms.facts_sheet, matter_forms.with_facts, ".facts", ".exhibits")


@bp.get("/<case>/<record>/3/<int:key>")
def fact(case: CaseId, record: RecordId, key: int) -> ResponseReturnValue:
    """One fact: its words, its day, what carries it; 0 for a new one."""
    return _opening(case, record, lambda here: matter_forms.fact_sheet(here, key))


@bp.post("/<case>/<record>/3/<int:key>")
def save_fact(case: CaseId, record: RecordId, key: int) -> ResponseReturnValue:
    """Keep one fact."""
    return _answer(
        case,
        record,
        lambda here: matter_forms.fact_sheet(here, key),
        lambda here, value: matter_forms.with_fact(here, key, cast(FactForm, value)),
        ".facts",
        ".facts",
    )


@bp.get("/<case>/<record>/3/e")
def exhibits(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """The exhibits, a page of rows, and the further parts of the bundle."""
    return _opening(case, record, matter_forms.exhibits_sheet)


@bp.post("/<case>/<record>/3/e")
def save_exhibits(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Keep a page of exhibits and go on to the next one, at last to step 4."""
    return _answer(
        case,
        record,
        matter_forms.exhibits_sheet,
        lambda here, value: (matter_forms.with_exhibits(here, value), {}),
        ".exhibits",
        "papers.consents",
    )


@bp.get("/<case>/<record>/3/e/<evidence>")
def exhibit(case: CaseId, record: RecordId, evidence: RecordId) -> ResponseReturnValue:
    """One exhibit: its pages, and who is in it."""
    return _opening(case, record, lambda here: matter_forms.exhibit_sheet(here, evidence))


@bp.post("/<case>/<record>/3/e/<evidence>")
def save_exhibit(case: CaseId, record: RecordId, evidence: RecordId) -> ResponseReturnValue:
    """Keep one exhibit."""
    return _answer(
        case,
        record,
        lambda here: matter_forms.exhibit_sheet(here, evidence),
        lambda here, value: (matter_forms.with_exhibit(here, cast(ExhibitForm, value)), {}),
        ".exhibits",
        ".exhibits",
    )


def _opening(case: CaseId, record: RecordId, make: Making) -> ResponseReturnValue:
    sheet = make(open_matter(case, record))
    records.ready(g.ctx, Paper, case)
    return opening(sheet)


def _answer(  # a form, what it chooses, where its next page and what comes after the last one are
    case: CaseId, record: RecordId, make: Making, choose: Choosing, rows: str, following: str
) -> ResponseReturnValue:
    """Keep what was chosen; where a row is wrong, the page again with every error at its row."""
    here = open_matter(case, record)

    def keep(value: object, versions: Mapping[str, int]) -> ResponseReturnValue:
        matter, errors = choose(here, value)
        if errors:
            return with_errors(make(here), typed(), errors)
        drafted.save_matter(g.ctx, case, record, matter, versions)
        page = _next_page(sheet)
        return go("saved", rows if page else following, case=case, record=record, n=page)

    sheet = make(here)
    return answer(lambda: make(open_matter(case, record)), keep)


def _next_page(sheet: Sheet) -> int | None:
    """The page of rows to go on with, if another one follows."""
    page, pages = sheet.extra.get("page"), sheet.extra.get("pages")
    return page + 1 if isinstance(page, int) and isinstance(pages, int) and page < pages else None
