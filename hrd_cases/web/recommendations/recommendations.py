"""Recommendations: the list, a page for each, and its form."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.fields import Declared
from hrd_cases.domain.ids import NO_CASE, RecordId
from hrd_cases.domain.recommendations import Recommendation, title_of
from hrd_cases.domain.words import N_
from hrd_cases.services.recommendations import recommendation_cases, recommendations, state_history
from hrd_cases.services.recommendations.recommendations import RecommendationView
from hrd_cases.services.recommendations.state_history import StateChange
from hrd_cases.services.records import records
from hrd_cases.services.records.records import Stored
from hrd_cases.services.schedule import agenda
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages import due_dates, filters, record_view
from hrd_cases.web.pages.form_page import answer, new_in_directory, opening, stored_in_directory
from hrd_cases.web.pages.layout import _, language
from hrd_cases.web.pages.lists import flat, label, lists
from hrd_cases.web.pages.record_view import Reader
from hrd_cases.web.pages.request import page_number

bp = Blueprint("recommendations", __name__, url_prefix=urls.path("recommendations"))
BACK = "?h=r"  # after a date is ticked off on the page of its recommendation


@bp.get("")
def index() -> ResponseReturnValue:
    """Recommendations page by page, the next review first, narrowed by state."""
    state = request.args.get("s", "")
    found = recommendations.listing(g.ctx, state, page_number())
    return render_template(
        "recommendations/list.html",
        found=found.page,
        lines=[_line(stored) for stored in found.page.items],
        state=state,
        states=[(code, f"{word} ({found.states[code]})") for code, word in flat("recommendation_states")],
        may_write=found.may_write,
        unpublished=found.unpublished if found.may_write else 0,
    )


@bp.get("/new")
def new() -> ResponseReturnValue:
    """An empty form."""
    records.ready(g.ctx, Recommendation)
    return opening(new_in_directory(Recommendation, bp.name))


@bp.post("/new")
def create() -> ResponseReturnValue:
    """Keep a new recommendation."""

    def keep(value: Declared, _versions: Mapping[str, int]) -> ResponseReturnValue:
        return go("made", ".show", record=records.create(g.ctx, None, value))

    return answer(lambda: new_in_directory(Recommendation, bp.name), keep)


@bp.get("/<record>")
def show(record: RecordId) -> ResponseReturnValue:
    """A recommendation."""
    view = recommendations.view(g.ctx, record)
    shown = record_view.show(view.stored, Reader(lists=lists(g.ctx)))
    title = title_of(view.stored.value, language()) or shown.title
    showing = recommendation_cases.showing(g.ctx, record)
    history = state_history.of(g.ctx, record)
    values = {"view": view, "shown": shown, "title": title, "showing": showing, "dates": _dates(view)}
    values |= {"states": list(map(_state, history.changes)), "states_whole": history.whole}
    return render_template("recommendations/show.html", record=record, **values)


@bp.get("/<record>/e")
def edit(record: RecordId) -> ResponseReturnValue:
    """The form of a recommendation."""
    return opening(stored_in_directory(Recommendation, bp.name, record))


@bp.post("/<record>/e")
def save(record: RecordId) -> ResponseReturnValue:
    """Keep a changed recommendation."""

    def keep(value: Declared, versions: Mapping[str, int]) -> ResponseReturnValue:
        records.save(g.ctx, None, record, value, versions)
        return go("saved", ".show", record=record)

    return answer(lambda: stored_in_directory(Recommendation, bp.name, record), keep)


def _dates(view: RecommendationView) -> list[dict[str, object]]:
    """Its dates as the desk has them, to be ticked off here; each is called by what is due."""
    writable = {NO_CASE} if view.may_write else set[str]()
    lines = []
    for line in agenda.named(g.ctx, agenda.lines(g.ctx, [view.stored]), []):
        due = label(line.words, line.detail) if line.words and line.detail else ""
        said = due_dates.in_words(replace(line, title=due, words=""), g.ctx.today, writable, BACK)
        lines.append({**said, "kind": "", "url": ""})
    return lines


def _state(change: StateChange) -> dict[str, str]:
    """A state that was written down: as of when, from which source, by whom and on which day."""
    said = [filters.when(change.on) if change.on else "", change.source]
    day = filters.day(change.day) if change.day else ""
    return {
        "state": label("recommendation_states", change.state) if change.state else _(N_("No answer")),
        "said": " · ".join(filter(None, said)),
        "by": ", ".join(filter(None, (record_view.author_words(change.name, proven=change.proven), day))),
    }


def _line(stored: Stored[Recommendation]) -> dict[str, object]:
    """A row of the list: who gave it to whom, what became of it and as of when."""
    value = stored.value
    by = filters.coded(value.bodies, "recommending_bodies") or value.body_name
    state = label("recommendation_states", value.state) if value.state else ""
    return {
        "url": url_for(".show", record=stored.id),
        "title": title_of(value, language()),
        "by": by,
        "addressee": value.addressee,
        "state": state,
        "state_on": value.state_on,
        "review": value.review,
        "next_review": value.next_review,
        "over": value.next_review is not None and value.next_review.last < g.ctx.today,
        "broken": bool(stored.broken),
    }
