"""Companies, and courts and authorities: the same pages for both, each at its own place."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from hrd_cases.domain.companies import Body, Company
from hrd_cases.domain.fields import Declared, entity_for
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.screening import RESULTS
from hrd_cases.domain.words import N_
from hrd_cases.services.casework import companies, duplicates
from hrd_cases.services.casework.company_incidents import links_of_company
from hrd_cases.services.kernel.pagination import page_of
from hrd_cases.services.records import records
from hrd_cases.services.screening import assessments
from hrd_cases.web.casework import company_incidents
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages import record_view
from hrd_cases.web.pages.form_page import (
    Sheet,
    answer,
    look_first,
    new_in_directory,
    opening,
    stored_in_directory,
    sure,
)
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import lists
from hrd_cases.web.pages.record_view import Reader
from hrd_cases.web.pages.request import page_number, typed

CASES = "c"
# What cases say of an entry: the letter in the address, what it is called, and which part of the view it is.
RELATED = {
    CASES: (N_("In cases you can open"), "cases"),
    "n": (N_("Incidents"), "incidents"),
    "a": (N_("Legal actions"), "actions"),
    "k": (N_("Letters"), "letters"),
    "h": (N_("Observer at hearings"), "observed"),
}
LISTS: Mapping[type[Declared], str] = {Company: "sectors", Body: "body_kinds"}


def directory(place: str, cls: type[Company | Body]) -> Blueprint:
    """The pages of one kind of directory entry."""
    bp = Blueprint(place, __name__, url_prefix=urls.path(place))
    pages = DirectoryPages(place=place, cls=cls)
    bp.add_url_rule("", "index", pages.index)
    bp.add_url_rule("/q", "find", pages.find, methods=["POST"])
    bp.add_url_rule("/new", "new", pages.new)
    bp.add_url_rule("/new", "create", pages.create, methods=["POST"])
    bp.add_url_rule("/<record>", "show", pages.show)
    bp.add_url_rule("/<record>/e", "edit", pages.edit)
    bp.add_url_rule("/<record>/e", "save", pages.save, methods=["POST"])
    bp.add_url_rule("/<record>/r", "related", pages.related)
    if cls is Company:
        bp.add_url_rule("/<record>/i", "incidents", company_incidents.incidents)
        bp.add_url_rule("/<record>/k", "begin_letter", company_incidents.begin_letter)
    return bp


class DirectoryPages:
    """The views of one kind of directory entry."""

    def __init__(self, *, place: str, cls: type[Company | Body]) -> None:
        self.place = place
        self.cls = cls
        self.entity = entity_for(cls)

    def index(self) -> ResponseReturnValue:
        """Everything of this kind, by name."""
        return self._list("", page_number())

    def find(self) -> ResponseReturnValue:
        """By present and earlier names."""
        return self._list(request.form.get("text", "")[:200].strip(), 1)

    def new(self) -> ResponseReturnValue:
        """An empty form."""
        records.ready(g.ctx, self.entity.cls)
        return opening(self._new_sheet())

    def create(self) -> ResponseReturnValue:
        """Keep a new entry."""

        def keep(value: Company | Body, _versions: Mapping[str, int]) -> ResponseReturnValue:
            if not sure(typed()):
                duplicates.ask_about_entry(g.ctx, value)
            return go("made", ".show", record=records.create(g.ctx, None, value))

        return answer(self._new_sheet, keep)

    def show(self, record: RecordId) -> ResponseReturnValue:
        """An entry, and what my cases say of it."""
        view = companies.view(g.ctx, record, self.cls)
        of_company = self.cls is Company
        screened = assessments.of_company(g.ctx, record) if of_company else ()
        linked = links_of_company(g.ctx, record) if of_company else ()
        visible = record_view.show(view.company, Reader(lists=lists(g.ctx)))
        return render_template(
            "casework/companies/show.html",
            place=self.place,
            record=record,
            view=view,
            shown=visible,
            screened=screened,
            links=company_incidents.links_in_words(tuple(item for item in linked if item.link.theirs)),
            kinds=[(kind, _(words), getattr(view, name)) for kind, (words, name) in RELATED.items()],
            results=RESULTS,
        )

    def related(self, record: RecordId) -> ResponseReturnValue:
        """What my cases say of an entry, of one kind: 25 on a page."""
        kind = request.args.get("k", "")
        words, name = RELATED.get(kind, RELATED[CASES])
        view = companies.view(g.ctx, record, self.cls)
        found = page_of(getattr(view, name), page_number())
        kept = {"record": record, "k": kind or None}
        return render_template(
            "casework/companies/related.html", place=self.place, view=view, kind=_(words), found=found, kept=kept
        )

    def edit(self, record: RecordId) -> ResponseReturnValue:
        """The form of an entry."""
        return opening(self._edit_sheet(record))

    def save(self, record: RecordId) -> ResponseReturnValue:
        """Keep a changed entry."""

        def keep(value: Declared, versions: Mapping[str, int]) -> ResponseReturnValue:
            records.save(g.ctx, None, record, value, versions)
            return go("saved", ".show", record=record)

        return answer(partial(self._edit_sheet, record), keep)

    def _list(self, text: str, page: int) -> ResponseReturnValue:
        result = companies.listing(g.ctx, self.cls, text, page)
        may_add = records.may_write(g.ctx, self.cls)
        values = {"place": self.place, "entity": self.entity, "list_name": LISTS[self.cls]}
        return render_template("casework/companies/list.html", found=result, text=text, may_add=may_add, **values)

    def _new_sheet(self) -> Sheet:
        return replace(new_in_directory(self.cls, self.place), before=look_first())

    def _edit_sheet(self, record: RecordId) -> Sheet:
        return stored_in_directory(self.cls, self.place, record)
