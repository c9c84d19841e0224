"""A ready plan in a case: chosen, seen and changed before anything is made, made in one act, and undone in one.

Our own plans are edited beside the directory.
"""

from collections.abc import Mapping
from datetime import date
from functools import partial

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from hrd_cases.domain.fields import entity_for
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.plan_days import periods_of
from hrd_cases.domain.plans import PlanForm, form_of_plan, planned
from hrd_cases.domain.ready_plans import ReadyPlan
from hrd_cases.domain.words import N_
from hrd_cases.services.deletion.erasing import undo_plan
from hrd_cases.services.records import records
from hrd_cases.services.schedule import plans
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages import filters, record_lines
from hrd_cases.web.pages.form_fields import refusal
from hrd_cases.web.pages.form_page import Sheet, answer, opening, sheet_of
from hrd_cases.web.pages.layout import _, language
from hrd_cases.web.pages.lists import lists
from hrd_cases.web.pages.request import again
from hrd_cases.web.schedule.agenda import day_typed

bp = Blueprint("plans", __name__, url_prefix=urls.path("cases"))
own = Blueprint("ready_plans", __name__, url_prefix=f"{urls.path('agenda')}/p")


@bp.get("/<case>/t/p")
def choose(case: CaseId) -> ResponseReturnValue:
    """What happened."""
    plans.ready(g.ctx, case)
    typed = request.args.get("d", "")
    day, problem = day_typed(typed, g.ctx.today, last=False)
    if not problem and day > g.ctx.today:
        problem = _(N_("This day has not come yet."))
    offers = plans.offered(g.ctx)
    page = {"offers": offers, "typed": typed or filters.day(day), "day": day.isoformat(), "problem": problem}
    return make_response(render_template("schedule/plans/choose.html", case=case, **page), 422 if problem else 200)


@bp.get("/<case>/t/p/f")
def fill(case: CaseId) -> ResponseReturnValue:
    """Everything that the plan would make, to be changed; nothing is made by looking."""
    return opening(_sheet(case))


@bp.post("/<case>/t/p/f")
def make(case: CaseId) -> ResponseReturnValue:
    """Make the entries, all of them or none."""

    def keep(value: PlanForm, _versions: Mapping[str, int]) -> ResponseReturnValue:
        return go("made", ".show", case=case, record=plans.make(g.ctx, case, value))

    return answer(partial(_sheet, case), keep)


@bp.get("/<case>/t/p/<record>")
def show(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """The entries that were made together."""
    return _made(case, record)


@bp.post("/<case>/t/p/<record>")
def undo(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Take all of them out again."""
    again(lambda broken: (_made(case, record, refusal(broken)), 422))
    undo_plan(g.ctx, case, record)
    return go("undone", "cases.show", case=case)


def _made(case: CaseId, run: RecordId, problem: str = "") -> str:
    lines = [record_lines.line(stored, case, {}) for stored in plans.made(g.ctx, case, run)]
    return render_template("schedule/plans/made.html", case=case, run=run, lines=lines, problem=problem)


def _sheet(case: CaseId) -> Sheet:
    plans.ready(g.ctx, case)
    key = request.args.get("p", "")
    plan = plans.chosen(g.ctx, key)
    happened = _day(request.args.get("d", ""))
    label = plan.title
    return Sheet(
        entity=form_of_plan(label),
        base=planned(plan, happened, g.ctx.actor.user),
        allowed=records.writable(g.ctx, Hearing, case),
        shut=records.shut(g.ctx, case),
        lists=lists(g.ctx, case),
        url=url_for(".fill", case=case, p=key, d=happened.isoformat()),
        title=label,
        back=url_for(".choose", case=case),
        save=_(N_("Make these entries")),
        dense=True,
        before=_periods(plan),
    )


def _day(text: str) -> date:
    """The day of the event as the address says it, else today; one that lies ahead is none."""
    today: date = g.ctx.today
    try:
        return min(date.fromisoformat(text), today)
    except ValueError:
        return today


def _periods(plan: ReadyPlan) -> Markup:
    """The periods of law that days were counted by, each with its source and how certain it is."""
    page = render_template("schedule/plans/_periods.html", periods=periods_of(plan), language=language())
    return Markup(page)  # noqa: S704


@own.get("")
def index() -> ResponseReturnValue:
    """Our own plans, and those of the program."""
    mine = records.listing(g.ctx, ReadyPlan)
    rest = [offer for offer in plans.offered(g.ctx) if not offer.own]
    may_write = records.may_write(g.ctx, ReadyPlan)
    return render_template("schedule/plans/index.html", mine=mine, rest=rest, may_write=may_write)


@own.get("/new")
def new() -> ResponseReturnValue:
    """An empty form, or one filled with a plan of the program, which ours then replaces."""
    records.ready(g.ctx, ReadyPlan)
    return opening(_new_sheet())


@own.post("/new")
def create() -> ResponseReturnValue:
    """Keep a new plan."""

    def keep(value: ReadyPlan, _versions: Mapping[str, int]) -> ResponseReturnValue:
        records.create(g.ctx, None, value)
        return go("made", ".index")

    return answer(_new_sheet, keep)


@own.get("/<record>")
def edit(record: RecordId) -> ResponseReturnValue:
    """The form of a plan of ours."""
    return opening(_edit_sheet(record))


@own.post("/<record>")
def save(record: RecordId) -> ResponseReturnValue:
    """Keep a changed plan."""

    def keep(value: ReadyPlan, versions: Mapping[str, int]) -> ResponseReturnValue:
        records.save(g.ctx, None, record, value, versions)
        return go("saved", ".index")

    return answer(partial(_edit_sheet, record), keep)


def _new_sheet() -> Sheet:
    entity, key = entity_for(ReadyPlan), request.args.get("p", "")
    base = plans.chosen(g.ctx, key) if key else records.start(g.ctx, ReadyPlan)
    return Sheet(
        entity=entity,
        base=base,
        allowed=records.writable(g.ctx, ReadyPlan),
        shut=records.shut(g.ctx),
        lists=lists(g.ctx),
        url=url_for(".new", p=key) if key else url_for(".new"),
        title=_(entity.new),
        back=url_for(".index"),
        dense=True,
    )


def _edit_sheet(record: RecordId) -> Sheet:
    return sheet_of(
        records.read(g.ctx, None, record, ReadyPlan),
        allowed=records.writable(g.ctx, ReadyPlan),
        shut=records.shut(g.ctx),
        lists=lists(g.ctx),
        url=url_for(".edit", record=record),
        back=url_for(".index"),
    )
