"""My desk: the first page after coming in."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.entities import ENTITIES
from hrd_cases.domain.words import N_
from hrd_cases.services import desk
from hrd_cases.services.access import ending_access, missing_keys
from hrd_cases.services.exports import export_requests, figure_requests
from hrd_cases.services.install import first_steps
from hrd_cases.services.install.health import NAMES
from hrd_cases.services.kernel.pagination import page_of
from hrd_cases.services.schedule import alarms, coding, workload
from hrd_cases.services.schedule.agenda import AgendaLine
from hrd_cases.services.schedule.coding import Uncoded
from hrd_cases.services.signin import login_notices
from hrd_cases.services.team import key_replacement, readmission, sealing_office, second_factor_lost
from hrd_cases.services.travel import travel
from hrd_cases.web.deletion import deletion
from hrd_cases.web.figures.figure_requests import in_words as figures_in_words
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages import due_dates, filters, record_view
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.request import page_number
from hrd_cases.web.team import export_lines

MOST_UNCODED = 5  # on the desk
bp = Blueprint("desk", __name__, url_prefix=urls.path("desk"))
# Each first step: what it is, how it is done, and the endpoint of its place (empty: on this page).
STEPS = {
    first_steps.LETTERHEAD: (
        N_("Write the letterhead"),
        N_("address and contact, for the head of letters and reports"),
        "letterhead.show",
    ),
    first_steps.ADMINISTRATORS: (
        N_("Have a second administrator"),
        N_("new keys and a lost second factor take two"),
        "administration.show",
    ),
    first_steps.BACKUP: (
        N_("Make a backup and open it once"),
        N_("the server operator does it: hrd-cases backup, then hrd-cases backup verify"),
        "",
    ),
    first_steps.CUSTODIANS: (
        N_("Give the recovery keys to custodians"),
        N_("cards for several people, read back once: hrd-cases recovery create"),
        "",
    ),
    first_steps.ON_DUTY: (
        N_("Put somebody on duty"),
        N_("a coordinator or somebody who leads a case does it: they see calls in danger"),
        "duty.show",
    ),
    first_steps.SECOND: (
        N_("Have a second person for every act"),
        N_("the page says what could be finished by nobody now"),
        "second_people.show",
    ),
}


@bp.post("/k")
def renew() -> ResponseReturnValue:
    """New keys for what is the organisation's own."""
    ending_access.renew_offices(g.ctx)
    return go("renewed", ".show")


@bp.post("/b")
def dismiss() -> ResponseReturnValue:
    """The person knows of the log-ins that the desk told of."""
    login_notices.dismiss(g.ctx, request.form.get("n", "").split())
    return go("login_notices_dismissed", ".show")


@bp.get("/u")
def to_code() -> ResponseReturnValue:
    """Incidents whose kind or region is to be coded."""
    return render_template("desk/to_code.html", found=page_of(_uncoded(coding.view(g.ctx)), page_number()))


@bp.get("/w")
def forgotten() -> ResponseReturnValue:
    """Open cases in which nothing is planned, or those in which nothing was entered for long."""
    if request.args.get("o"):
        found = page_of(workload.quiet(g.ctx), page_number())
        return render_template("desk/quiet.html", found=found, days=workload.QUIET)
    return render_template("desk/forgotten.html", found=page_of(workload.forgotten(g.ctx), page_number()))


@bp.get("")
def show() -> ResponseReturnValue:
    """What is due, who waits, what was shared."""
    view = desk.view(g.ctx, request.args.get("d", "")[:32], request.args.get("p", "")[:40])
    return render_template(
        "desk/show.html",
        view=view,
        to_code=_uncoded(view.to_code[:MOST_UNCODED]),
        finished=_in_words(view, view.finished),
        overdue=_in_words(view, view.overdue),
        due={
            "today": _in_words(view, view.due_today.lines),
            "week": _in_words(view, view.due_in_week.lines),
            "later": _in_words(view, view.due_later.lines),
        },
        next_day=view.today + timedelta(days=1),
        week_end=view.today + timedelta(days=desk.WEEK_DAYS),
        until=desk.horizon(view.today),
        login_notices=login_notices.undismissed(g.ctx),
        travelling={"own": travel.own(g.ctx), "others": travel.waiting_for(g.ctx)},
        new_keys={
            "own": key_replacement.for_me(g.ctx),
            "factor": second_factor_lost.for_me(g.ctx),
            "mine": readmission.mine(g.ctx),
            "colleagues": readmission.waiting(g.ctx),
        },
        missing={"mine": missing_keys.mine(g.ctx), "colleagues": missing_keys.of_colleagues(g.ctx)},
        ending={"soon": ending_access.soon(g.ctx), "over": ending_access.ended(g.ctx)},
        alarms=alarms.offices(g.ctx),
        ends=alarms.ends(g.ctx),
        lost_calls=alarms.calls(g.ctx),
        asked_to_hold=sealing_office.requests(g.ctx),
        renewals=ending_access.waiting_renewals(g.ctx),
        clearing=deletion.in_words(view.clearing),
        figures=figures_in_words(figure_requests.waiting(g.ctx)),
        exports=export_lines.in_words(export_requests.waiting(g.ctx)),
        first_steps=_first_steps(view),
        check_names=[_(NAMES[name]) for name in view.server.check.wrong] if view.server and view.server.check else [],
    )


def _uncoded(lines: Sequence[Uncoded]) -> list[dict[str, object]]:
    """Incidents that wait; one whose title is not the reader's is told from others by its day, and by a number."""
    named, results = Counter[str](), []
    for line in lines:
        name = line.title
        if not name:
            day = record_view.headed(ENTITIES["incident"], "", filters.when(line.when) if line.when else "")
            named[day] += 1
            name = day if named[day] == 1 else f"{day} ({named[day]})"
        results.append({**vars(line), "title": name})
    return results


def _first_steps(view: desk.DeskView) -> list[dict[str, object]]:
    """The steps in words, for administrators, while one of them is to be done."""
    if view.server is None:
        return []
    steps = first_steps.first_steps(g.ctx, backup_opens=view.server.backups.verified is not None)
    return [
        {"text": _(text), "hint": _(hint), "url": url_for(place) if place else "#server", "done": step.done}
        for step in steps
        for text, hint, place in [STEPS[step.code]]
    ]


def _in_words(view: desk.DeskView, lines: Sequence[AgendaLine]) -> list[dict[str, object]]:
    return [due_dates.in_words(line, view.today, view.writable) for line in lines]
