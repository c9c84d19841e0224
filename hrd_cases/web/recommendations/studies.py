"""Meetings and studies: the list, a page for each, and its form."""

from collections.abc import Mapping

from flask import Blueprint, g, render_template, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.fields import Declared
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.recommendations import title_of
from hrd_cases.domain.studies import Study
from hrd_cases.services.recommendations import studies
from hrd_cases.services.records import records
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages import filters, record_view
from hrd_cases.web.pages.form_page import answer, new_in_directory, opening, stored_in_directory
from hrd_cases.web.pages.layout import language
from hrd_cases.web.pages.lists import label, lists
from hrd_cases.web.pages.record_view import Reader
from hrd_cases.web.pages.request import page_number

bp = Blueprint("studies", __name__, url_prefix=f"{urls.path('recommendations')}/s")


@bp.get("")
def index() -> ResponseReturnValue:
    """Meetings and studies page by page, the newest first."""
    found, may_write = studies.listing(g.ctx, page_number())
    lines = [
        {
            "title": card.value.title,
            "url": url_for(".show", record=card.id),
            "when": filters.when(card.value.on) if card.value.on is not None else "",
            "kind": label("study_kinds", card.value.kind) if card.value.kind else "",
        }
        for card in found.items
    ]
    return render_template("recommendations/studies.html", found=found, lines=lines, may_write=may_write)


@bp.get("/new")
def new() -> ResponseReturnValue:
    """An empty form."""
    records.ready(g.ctx, Study)
    return opening(new_in_directory(Study, bp.name))


@bp.post("/new")
def create() -> ResponseReturnValue:
    """Keep a new meeting or study."""

    def keep(value: Declared, _versions: Mapping[str, int]) -> ResponseReturnValue:
        return go("made", ".show", record=records.create(g.ctx, None, value))

    return answer(lambda: new_in_directory(Study, bp.name), keep)


@bp.get("/<record>")
def show(record: RecordId) -> ResponseReturnValue:
    """A meeting or study, and the recommendations that come from it."""
    view = studies.view(g.ctx, record)
    own = [(card.id, title_of(card.value, language())) for card in view.recommendations]
    visible = record_view.show(view.stored, Reader(lists=lists(g.ctx)))
    return render_template("recommendations/study.html", record=record, view=view, shown=visible, own=own)


@bp.get("/<record>/e")
def edit(record: RecordId) -> ResponseReturnValue:
    """The form of a meeting or study."""
    return opening(stored_in_directory(Study, bp.name, record))


@bp.post("/<record>/e")
def save(record: RecordId) -> ResponseReturnValue:
    """Keep a changed meeting or study."""

    def keep(value: Declared, versions: Mapping[str, int]) -> ResponseReturnValue:
        records.save(g.ctx, None, record, value, versions)
        return go("saved", ".show", record=record)

    return answer(lambda: stored_in_directory(Study, bp.name, record), keep)
