"""A call becomes a case, or is added to one: one page, each thing found in the call a tick with its value beside it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from flask import Blueprint, g, render_template, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.carrying import Carried, page_of, proposed
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.fields import entity_for
from hrd_cases.domain.ids import NO_CASE, CaseId, RecordId
from hrd_cases.domain.words import N_
from hrd_cases.services.casework import call_to_case, calls, cases, duplicates
from hrd_cases.services.casework.cases import CaseFilter
from hrd_cases.web.forms.model import Choice, Lists
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages import filters
from hrd_cases.web.pages.form_page import Sheet, answer, opening, sure
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import lists
from hrd_cases.web.pages.request import page_number, typed

COLLEAGUE = entity_for(ColleagueCard).code
bp = Blueprint("carrying", __name__, url_prefix=urls.path("calls"))


@bp.get("/<call>/c")
def case_form(call: RecordId) -> ResponseReturnValue:
    """What of a call goes into the case it becomes."""
    return opening(_sheet(call))


@bp.post("/<call>/c")
def make_case(call: RecordId) -> ResponseReturnValue:
    """Make a call a case."""

    def keep(value: Carried, _versions: object) -> ResponseReturnValue:
        _ask(value)
        return go("made", "cases.show", case=call_to_case.make_case(g.ctx, call, value))

    return answer(partial(_sheet, call), keep)


@bp.get("/<call>/a")
def choose(call: RecordId) -> ResponseReturnValue:
    """To which case a call is added: none is chosen beforehand."""
    stored = calls.read(g.ctx, call)
    page = cases.listing(g.ctx, CaseFilter(page=page_number()))
    return render_template("casework/calls/choose.html", call=call, title=stored.value.who, found=page)


@bp.get("/<call>/a/<case>")
def add_form(call: RecordId, case: CaseId) -> ResponseReturnValue:
    """What of a call goes into a case there is."""
    return opening(_sheet(call, case))


@bp.post("/<call>/a/<case>")
def add(call: RecordId, case: CaseId) -> ResponseReturnValue:
    """Add a call to a case."""

    def keep(value: Carried, _versions: object) -> ResponseReturnValue:
        _ask(value)
        call_to_case.add_to(g.ctx, call, case, value)
        return go("attached", "cases.show", case=case)

    return answer(partial(_sheet, call, case), keep)


def _ask(value: Carried) -> None:
    """Ask before a second person of one name or number is entered."""
    if value.with_person and not value.person and not sure(typed()):
        duplicates.ask_about_person(g.ctx, call_to_case.newcomer(value))


def _sheet(call: RecordId, case: CaseId = NO_CASE) -> Sheet:
    start = call_to_case.start(g.ctx, call, case)
    base = proposed(start.stored.value, pseudonym=_free_pseudonym(start.taken), untitled=_untitled(start))
    if case:
        base = replace(base, title="", priority="", topics=())
    entity = page_of(new_case=not case, duty=bool(start.duty), counted=base.people is not None)
    return Sheet(
        entity=entity,
        base=base,
        allowed=call_to_case.COMPARTMENTS,
        lists=_lists(case or start.stored.case, start.duty),
        url=url_for("carrying.add_form", call=call, case=case) if case else url_for("carrying.case_form", call=call),
        title=_(entity.label),
        kicker=start.stored.value.who,
        dense=True,
        back=url_for("calls.show", call=call),
        save=_(N_("Add to this case")) if case else _(N_("Create the case")),
    )


def _lists(case: CaseId, duty: Sequence[Choice]) -> Lists:
    """The usual lists, but of colleagues only those on duty."""
    usual = lists(g.ctx, case)

    def linked(to: str) -> Sequence[Choice]:
        return [(user, name or _(N_("a colleague"))) for user, name in duty] if to == COLLEAGUE else usual.linked(to)

    return replace(usual, linked=linked)


def _free_pseudonym(values: frozenset[str]) -> str:
    """The first of "Caller 1", "Caller 2" ... that nobody bears yet."""
    number = 1
    while (result := _(N_("Caller %(number)s")) % {"number": number}).casefold() in values:
        number += 1
    return result


def _untitled(start: call_to_case.Start) -> str:
    return _(N_("Call of %(day)s")) % {"day": filters.day(start.stored.day)}
