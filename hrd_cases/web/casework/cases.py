"""Cases: the list, a new one, and the page from which everything in a case is reached."""

from collections import Counter
from collections.abc import Mapping
from functools import partial

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.calls import Call
from hrd_cases.domain.cases import Case
from hrd_cases.domain.entities import in_case
from hrd_cases.domain.fields import entity_for, original
from hrd_cases.domain.ids import CaseId
from hrd_cases.domain.vaults import IDENTITY
from hrd_cases.domain.words import N_
from hrd_cases.services.access import ending_access
from hrd_cases.services.casework import cases, consents
from hrd_cases.services.casework.cases import CaseFilter
from hrd_cases.services.kernel.pagination import page_of
from hrd_cases.services.keys import integrity
from hrd_cases.services.records import records
from hrd_cases.services.records.hearing_titles import hearings_called, matters
from hrd_cases.services.schedule import agenda
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages import doubt_lines, due_dates, record_lines, record_view
from hrd_cases.web.pages.form_page import Sheet, answer, opening, sheet_of
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import flat, lists, whose
from hrd_cases.web.pages.record_view import Reader
from hrd_cases.web.pages.request import page_number

bp = Blueprint("cases", __name__, url_prefix=urls.path("cases"))
CASE = entity_for(Case)
UNDONE = 4  # how many dated lines the page of a case shows at once
PEOPLE = 5
RECOMMENDATIONS = ("recommendations",)  # the field that stands apart
SUMMARY = 160  # letters, about five lines on a phone


@bp.get("")
def index() -> ResponseReturnValue:
    """Cases of mine, page by page, narrowed by stage and priority."""
    form = request.args
    return _list(CaseFilter(stage=form.get("g", ""), priority=form.get("r", ""), page=page_number()))


@bp.post("/q")
def find() -> ResponseReturnValue:
    """Cases whose title or reference holds what was typed, which must not stand in an address."""
    return _list(CaseFilter(text=request.form.get("text", "")[:200].strip()))


@bp.get("/new")
def new() -> ResponseReturnValue:
    """An empty form."""
    return opening(_new_sheet())


@bp.post("/new")
def create() -> ResponseReturnValue:
    """Begin a case."""
    return answer(_new_sheet, lambda value, _versions: go("made", ".show", case=cases.create(g.ctx, value)))


@bp.get("/<case>")
def show(case: CaseId) -> ResponseReturnValue:
    """A case: what it is, its timeline, people, team, and everything in it."""
    view = cases.overview(g.ctx, case)
    if not view.case.versions and view.calls:
        return redirect(url_for("calls.show", call=view.calls[0].id), 303)
    reader = Reader(lists=lists(g.ctx, case), case=case)
    visible = record_view.show(view.case, reader, RECOMMENDATIONS)
    kinds = [entity_for(Call), *in_case()]
    addable = [entity for entity in kinds if entity.in_case and records.may_write(g.ctx, entity.cls, case)]
    names = whose(dict(view.people), (card.value for card in view.newest)) | matters(view.cards)
    return render_template(
        "casework/cases/show.html",
        case=case,
        view=view,
        shown=visible,
        recommended=record_view.facts_of(view.case, RECOMMENDATIONS, reader),
        kinds=kinds,
        addable=addable,
        summary=_beginning(str(original(view.case.value.summary, g.language) or "")),
        undone=[due_dates.in_words(line, g.ctx.today) for line in agenda.undone(g.ctx, view.cards)],
        years=_years(view),
        newest=[record_lines.line(card, case, names) for card in view.newest],
        answered=consents.answered(g.ctx, case, [person for person, _name in view.people[:PEOPLE]]),
        may_reach=IDENTITY in view.rights,
        at_once={"undone": UNDONE, "people": PEOPLE},
        broken_records=_broken(view),
        last_day=ending_access.own_last_day(g.ctx, case),
        doubts=doubt_lines.lines(view.doubts, _titles(view) if view.doubts else {}),
    )


@bp.get("/<case>/f")
def timeline(case: CaseId) -> ResponseReturnValue:
    """Everything dated in a case, a year at a time."""
    view = cases.overview(g.ctx, case)
    years = _years(view)
    year = request.args.get("y", "")
    if year not in years:
        year = next(iter(years), "")
    entries = [entry for entry in view.timeline if str(entry.first.year) == year]
    page = page_of(entries, page_number())
    names = whose(dict(view.people), (entry.value for entry in page.items))
    return render_template(
        "casework/cases/timeline.html",
        case=case,
        years=years,
        year=year,
        page=page,
        lines=record_lines.timeline(page.items, case, names),
        broken_records=_broken(view),
        doubts=doubt_lines.lines(view.doubts, _titles(view) if view.doubts else {}),
    )


@bp.get("/<case>/c")
def edit(case: CaseId) -> ResponseReturnValue:
    """The form of a case."""
    return opening(_edit_sheet(case))


@bp.post("/<case>/c")
def save(case: CaseId) -> ResponseReturnValue:
    """Keep a changed case."""

    def keep(value: Case, versions: Mapping[str, int]) -> ResponseReturnValue:
        records.save(g.ctx, case, case, value, versions)
        return go("saved", ".show", case=case)

    return answer(partial(_edit_sheet, case), keep)


@bp.post("/<case>/renew")
def renew(case: CaseId) -> ResponseReturnValue:
    """New keys for a case after somebody left it."""
    cases.renew_keys(g.ctx, case)
    return go("renewed", ".show", case=case)


@bp.post("/<case>/j")
def accept(case: CaseId) -> ResponseReturnValue:
    """Take what is in the case now for right, after something was changed outside."""
    integrity.accept(g.ctx, case)
    return go("accepted", ".show", case=case)


def _list(case_filter: CaseFilter) -> ResponseReturnValue:
    page = cases.listing(g.ctx, case_filter)
    choices = {"stages": flat("case_stages"), "priorities": flat("priorities")}
    return render_template("casework/cases/list.html", found=page, wanted=case_filter, **choices)


def _years(view: cases.CaseView) -> dict[str, int]:
    """How many dated records each year has, the newest year first."""
    counts = Counter(str(entry.first.year) for entry in view.timeline)
    return dict(sorted(counts.items(), reverse=True))


def _beginning(text: str) -> tuple[str, str]:
    """A long text as its beginning, which ends with a word, and the rest."""
    if len(text) <= SUMMARY:
        return text, ""
    cut = text.rfind(" ", SUMMARY // 2, SUMMARY)
    cut = cut if cut > 0 else SUMMARY
    return text[:cut], text[cut:]


def _titles(view: cases.CaseView) -> dict[str, str]:
    titles = {card.id: record_view.title(card) for card in (*view.cards, view.case)}
    return titles | hearings_called(view.cards)


def _broken(view: cases.CaseView) -> list[dict[str, str]]:
    lines = {doubt.record for doubt in view.doubts}
    return [{"label": _(N_("A record")), "reference": record[:8]} for record in view.broken if record not in lines]


def _new_sheet() -> Sheet:
    return Sheet(
        entity=CASE,
        base=records.start(g.ctx, Case),
        allowed=frozenset(CASE.compartments),
        lists=lists(g.ctx),
        url=url_for("cases.new"),
        title=_(CASE.new),
        back=url_for("cases.index"),
    )


def _edit_sheet(case: CaseId) -> Sheet:
    stored = records.read(g.ctx, case, case, Case)
    return sheet_of(
        stored,
        allowed=records.writable(g.ctx, Case, case),
        shut=records.shut(g.ctx, case),
        lists=lists(g.ctx, case),
        url=url_for("cases.edit", case=case),
        back=url_for("cases.show", case=case),
    )
