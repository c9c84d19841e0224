"""Every declared kind of record of a case, on the same pages: list, new, show, edit."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from hrd_cases.domain.consents import Consent
from hrd_cases.domain.fields import Declared, Entity, entity_of
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.ids import NO_RECORD, CaseId, RecordId, record_id
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.legal_actions import LegalAction, unreviewed
from hrd_cases.domain.letters import Letter, ours
from hrd_cases.domain.notes import Task
from hrd_cases.domain.people import Person
from hrd_cases.services.casework import duplicates
from hrd_cases.services.kernel.pagination import page_of
from hrd_cases.services.letters import company_letters
from hrd_cases.services.letters.letter_chain import chain as chain_of
from hrd_cases.services.records import records
from hrd_cases.services.schedule import due_dates, tasks
from hrd_cases.web.casework.consents import aloud
from hrd_cases.web.casework.hearing_titles import headline
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages import record_lines, record_view
from hrd_cases.web.pages.form_page import Sheet, answer, look_first, next_part, opening, sheet_of, sure
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import lists, span_of, whose
from hrd_cases.web.pages.record_view import Reader
from hrd_cases.web.pages.request import page_number, typed

bp = Blueprint("records", __name__, url_prefix=urls.path("cases"))
IN_PARTS = (Incident, LegalAction)  # long forms, saved part by part


@bp.get("/<case>/<letter>")
def listing(case: CaseId, letter: str) -> ResponseReturnValue:
    """Every record of one kind in a case."""
    entity = urls.listed_in_case(letter)
    results = records.listing(g.ctx, entity.cls, case)
    may_add = entity.in_case and records.may_write(g.ctx, entity.cls, case)
    people = dict(records.choices(g.ctx, Person, case)) if entity.cls is Consent else {}
    people = whose(people, (stored.value for stored in results))
    actions = dict(records.choices(g.ctx, LegalAction, case)) if entity.cls is Hearing else {}
    found = page_of(results, page_number())
    return render_template(
        "casework/records/list.html",
        entity=entity,
        case=case,
        found=found,
        lines=[record_lines.line(stored, case, people | actions) for stored in found.items],
        may_add=may_add,
        unopened=record_lines.unopened(results),
    )


@bp.get("/<case>/<letter>/new")
def new(case: CaseId, letter: str) -> ResponseReturnValue:
    """An empty form; of a letter that was begun on the page of a company, one with its addressee."""
    entity = urls.in_case(letter)
    records.ready(g.ctx, entity.cls, case)
    return opening(new_sheet(entity, case, record_id(request.args.get("o", ""))))


@bp.post("/<case>/<letter>/new")
def create(case: CaseId, letter: str) -> ResponseReturnValue:
    """Keep a new record."""
    entity = urls.in_case(letter)

    def keep(value: Declared, _versions: Mapping[str, int]) -> ResponseReturnValue:
        if isinstance(value, Incident) and not sure(typed()):
            duplicates.ask_about_incident(g.ctx, value)
        if isinstance(value, Hearing) and not sure(typed()):
            duplicates.ask_about_hearing(g.ctx, value)
        if isinstance(value, Letter) and not sure(typed()):
            duplicates.ask_about_addressee(g.ctx, case, value)
        return _made(case, records.create(g.ctx, case, value), "made", entity)

    return answer(partial(new_sheet, entity, case), keep)


@bp.get("/<case>/r/<record>")
def show(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """One record; exhibits and papers have pages of their own."""
    stored = records.read(g.ctx, case, record)
    if urls.has_own_address(stored.entity):
        return redirect(urls.of(stored.entity.code, record, case), 303)
    return _page(case, record, revealed=False)


@bp.post("/<case>/r/<record>/v")
def reveal(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """The same with its masked values in full."""
    g.ctx.note("read", "show what is masked", vault=case, record=record)
    return _page(case, record, revealed=True)


@bp.get("/<case>/r/<record>/e")
def edit(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """The form of a record."""
    return opening(edit_sheet(case, record))


@bp.post("/<case>/r/<record>/e")
def save(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Keep a changed record."""

    def keep(value: Declared, versions: Mapping[str, int]) -> ResponseReturnValue:
        records.save(g.ctx, case, record, value, versions)
        if isinstance(value, Task):
            tasks.repeat(g.ctx, case, record, value)
        return _made(case, record, "saved", entity_of(value))

    return answer(partial(edit_sheet, case, record), keep)


def _made(case: CaseId, record: RecordId, code: str, entity: Entity) -> ResponseReturnValue:
    """On to the record or, part by part, to the next part of its form: what was typed so far is kept by then."""
    number = next_part(typed()) if entity.cls in IN_PARTS else ""
    if not number:
        return go(code, "records.show", case=case, record=record)
    return go("part_saved", "records.edit", case=case, record=record, p=number, _anchor=f"part-{number}")


def _page(case: CaseId, record: RecordId, *, revealed: bool) -> ResponseReturnValue:
    stored = records.read(g.ctx, case, record)
    reader = Reader(lists=lists(g.ctx, case), case=case, revealed=revealed)
    visible = replace(record_view.show(stored, reader), title=headline(stored, case, reader.lists))
    may_edit = stored.entity.in_case and bool(records.writable(g.ctx, stored.entity.cls, case))
    more = _of_letter(case, record, stored.value)
    more["ask_review"] = isinstance(stored.value, LegalAction) and unreviewed(stored.value, g.ctx.today)
    return render_template(
        "casework/records/show.html", case=case, stored=stored, shown=visible, may_edit=may_edit, **more
    )


def _of_letter(case: CaseId, record: RecordId, letter: Declared) -> dict[str, object]:
    """What the page of a letter shows besides: how its date was counted, and the letters before and after."""
    if not isinstance(letter, Letter):
        return {"counted": None, "chain": (), "may_answer": False}
    chain = record_lines.chain_rows(case, chain_of(g.ctx, case, record), record)
    may_answer = ours(letter) and records.may_write(g.ctx, Letter, case)
    return {"counted": due_dates.counted(g.ctx, letter), "chain": chain, "may_answer": may_answer}


def new_sheet(entity: Entity, case: CaseId, company: RecordId = NO_RECORD) -> Sheet:
    """The form of a new record; of a letter to a company, with its addressee."""
    base = records.start(g.ctx, entity.cls, case)
    if company and isinstance(base, Letter):
        base = company_letters.proposed(g.ctx, base, company)
    sheet = Sheet(
        entity=entity,
        base=base,
        allowed=records.writable(g.ctx, entity.cls, case),
        shut=records.shut(g.ctx, case),
        lists=lists(g.ctx, case, on=span_of(base, case)),
        url=url_for("records.new", case=case, letter=entity.letter),
        title=_(entity.new),
        back=url_for("cases.show", case=case),
        parts=entity.cls in IN_PARTS,
        before=look_first() if entity.cls in (Incident, Hearing) else Markup(""),
    )
    return aloud(sheet, case, url_for("consent_files.take", case=case)) if isinstance(base, Consent) else sheet


def edit_sheet(case: CaseId, record: RecordId) -> Sheet:
    """The form of a record that is there."""
    stored = records.read(g.ctx, case, record)
    urls.in_case(stored.entity.letter)
    sheet = sheet_of(
        stored,
        allowed=records.writable(g.ctx, stored.entity.cls, case),
        shut=records.shut(g.ctx, case),
        lists=lists(g.ctx, case, but=record, on=span_of(stored.value, case)),
        url=url_for("records.edit", case=case, record=record),
        back=url_for("records.show", case=case, record=record),
        parts=stored.entity.cls in IN_PARTS,
    )
    if isinstance(stored.value, Hearing):
        return replace(sheet, title=headline(stored, case, sheet.lists))
    if not isinstance(stored.value, Consent):
        return sheet
    return aloud(sheet, case, url_for("consent_files.take_more", case=case, record=record))
