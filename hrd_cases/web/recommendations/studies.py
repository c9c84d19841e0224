"""Meetings and studies: the list, a page for each, and its form."""

from collections.abc import Mapping
from functools import partial

from flask import Blueprint, g, render_template, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.fields import Declared, entity_for
from hrd_cases.domain.recommendations import title_of
from hrd_cases.domain.studies import Study
from hrd_cases.services.recommendations import studies
from hrd_cases.services.records import records
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages import filters, record_view
from hrd_cases.web.pages.form_page import Sheet, answer, opening, sheet_of
from hrd_cases.web.pages.layout import _, language
from hrd_cases.web.pages.lists import label, lists
from hrd_cases.web.pages.record_view import Reader
from hrd_cases.web.pages.request import page_number

bp = Blueprint("studies", __name__, url_prefix=f"{urls.path('recommendations')}/s")
ENTITY = entity_for(Study)


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
    return opening(_new_sheet())


@bp.post("/new")
def create() -> ResponseReturnValue:
    """Keep a new meeting or study."""

    def keep(value: Declared, _versions: Mapping[str, int]) -> ResponseReturnValue:
        return go("made", ".show", record=records.create(g.ctx, None, value))

    return answer(_new_sheet, keep)


@bp.get("/<record>")
def show(record: str) -> ResponseReturnValue:
    """A meeting or study, and the recommendations that come from it."""
    view = studies.view(g.ctx, record)
    own = [(card.id, title_of(card.value, language())) for card in view.recommendations]
    visible = record_view.show(view.stored, Reader(lists=lists(g.ctx)))
    return render_template("recommendations/study.html", record=record, view=view, shown=visible, own=own)


@bp.get("/<record>/e")
def edit(record: str) -> ResponseReturnValue:
    """The form of a meeting or study."""
    return opening(_edit_sheet(record))


@bp.post("/<record>/e")
def save(record: str) -> ResponseReturnValue:
    """Keep a changed meeting or study."""

    def keep(value: Declared, versions: Mapping[str, int]) -> ResponseReturnValue:
        records.save(g.ctx, None, record, value, versions)
        return go("saved", ".show", record=record)

    return answer(partial(_edit_sheet, record), keep)


def _new_sheet() -> Sheet:
    return Sheet(
        entity=ENTITY,
        base=records.start(g.ctx, Study),
        allowed=records.writable(g.ctx, Study),
        shut=records.shut(g.ctx),
        lists=lists(g.ctx),
        url=url_for(".new"),
        title=_(ENTITY.new),
        back=url_for(".index"),
    )


def _edit_sheet(record: str) -> Sheet:
    return sheet_of(
        records.read(g.ctx, None, record, Study),
        allowed=records.writable(g.ctx, Study),
        shut=records.shut(g.ctx),
        lists=lists(g.ctx),
        url=url_for(".edit", record=record),
        back=url_for(".show", record=record),
    )
