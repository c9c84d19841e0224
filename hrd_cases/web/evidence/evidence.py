"""Exhibits: several files at once go in sealed, the page of an exhibit shows its hashes, order and custody."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from urllib.parse import quote

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from hrd_cases.domain.arranging import TURNS
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.fields import entity_for
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.printing import NOT_PRINTED, WHAT_TO_DO
from hrd_cases.domain.words import N_
from hrd_cases.services.drafting import page_moves
from hrd_cases.services.evidence import evidence, file_texts, messenger_transcripts, page_order, previews, uploads
from hrd_cases.services.evidence.sealed_files import IncomingFile, TooLong
from hrd_cases.services.evidence.uploads import Intake
from hrd_cases.services.kernel.pagination import page_of
from hrd_cases.services.kernel.upload_limits import Limits
from hrd_cases.services.letters import mail_letters
from hrd_cases.services.records import records
from hrd_cases.services.signin.saved_drafts import SentBefore
from hrd_cases.web.evidence.print_preview import PAGES, in_words
from hrd_cases.web.forms.controls import control
from hrd_cases.web.forms.model import FormField, Lists
from hrd_cases.web.forms.parsing import read
from hrd_cases.web.kernel.flash import go, say
from hrd_cases.web.kernel.handling import MEGABYTE
from hrd_cases.web.kernel.site import site
from hrd_cases.web.kernel.upload_stream import Arrival, Dropped, arriving
from hrd_cases.web.pages import record_view
from hrd_cases.web.pages.form_fields import refusal
from hrd_cases.web.pages.form_page import expected
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import groups, lists, when
from hrd_cases.web.pages.record_view import Reader
from hrd_cases.web.pages.request import again, page_number
from hrd_cases.web.pages.sending import answer_to_second, once_of

bp = Blueprint("evidence", __name__)
ENTITY = entity_for(Evidence)
ASKED = ("title", "kind", "dated", "language", "got_from", "got_on", "got_how")
TOGETHER, APART = "one", "each"
ORIGIN = ("got_from", "got_on", "got_how", "may_name_source")


@bp.get("/c/<case>/e/new")
def add(case: CaseId) -> ResponseReturnValue:
    """The form that takes files in."""
    evidence.may_add(g.ctx, case)
    return _form(case, {})


@bp.post("/c/<case>/e/new")
def take(case: CaseId) -> ResponseReturnValue:
    """Take files in: one exhibit of all of them, or each its own."""
    intake = uploads.begin(site().runtime, g.session, g.now, case=case)
    return _receive(intake, partial(_kept, case))


@bp.get("/f/<case>/<record>")
def show(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """An exhibit: its files, hashes, order, custody."""
    return _page(case, record)


@bp.post("/f/<case>/<record>/a")
def take_more(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Take further files into an exhibit."""
    intake = uploads.begin(site().runtime, g.session, g.now, case=case, record=record)
    return _receive(intake, lambda _made: url_for(".show", case=case, record=record))


@bp.post("/f/<case>/<record>/o")
def arrange(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Put the files in order and turn them."""
    again(lambda broken: _page(case, record, problem=refusal(broken), status=422))
    places, turns = _numbers("place"), _numbers("turn")
    versions = expected({name: request.form.getlist(name) for name in request.form})
    page_moves.arrange(g.ctx, case, record, places, turns, versions)
    return go("saved", ".show", case=case, record=record)


@bp.post("/f/<case>/<record>/t")
def press(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Move or turn one page, and come back to it."""
    again(lambda broken: _page(case, record, problem=refusal(broken), status=422))
    what = next((name for name in (page_order.UP, page_order.DOWN, page_order.TURN) if name in request.form), "")
    number, _dot, seen_mark = request.form.get(what, "").partition(".")
    at = int(number) if number.isdecimal() and len(number) < 6 else 0
    page = page_moves.press(g.ctx, case, record, what, at, seen_mark)
    n = -(-page.number // PAGES) if page.number > PAGES else None
    return go("", ".show", case=case, record=record, n=n, _anchor=f"p-{page.key}")


def _receive(intake: Intake, leads_to: Callable[[list[RecordId]], str]) -> ResponseReturnValue:
    """Read the form to its end and name what arrived; whatever goes wrong, a file that came whole is kept."""
    bounds = intake.runtime.upload_limits
    arrival = arriving(intake, bounds.form)
    try:
        arrival.read()
    except (RuleBroken, TooLong, RequestEntityTooLarge, Dropped) as broken:
        _rescue(intake, arrival)
        return _broken_off(broken, bounds)
    except OSError:
        _rescue(intake, arrival)
        raise
    g.arrived = arrival.fields
    if not intake.finished:
        return _nothing(intake)
    value, unread = _value(arrival.fields)
    intake.once = once_of(arrival.fields)
    intake.leads_to = partial(_to_be_read, intake.case) if unread else leads_to
    try:
        record_ids = intake.keep(value, site().clock(), each_its_own=arrival.fields.get("how") == [APART])
    except SentBefore as before:
        return answer_to_second(before.first, intake.once.fields)
    say("files_kept_unread" if unread else "files_kept")
    if intake.empty:
        say("file_empty")
    if intake.seen_before:
        say("file_seen_before")
    return redirect(intake.leads_to(record_ids), 303)


def _to_be_read(case: CaseId, record_ids: list[RecordId]) -> str:
    return url_for("records.edit", case=case, record=record_ids[0])


def _rescue(intake: Intake, arrival: Arrival[IncomingFile]) -> None:
    arrival.drain()
    value, _unread = _value(arrival.fields)
    intake.once = once_of(arrival.fields)
    intake.rescue(value, site().clock(), _, each_its_own=arrival.fields.get("how") == [APART])


def _broken_off(broken: Exception, bounds: Limits) -> ResponseReturnValue:
    if isinstance(broken, RuleBroken):
        return make_response(render_template("errors/422.html", reason=refusal(broken)), 422)
    if isinstance(broken, Dropped):
        return make_response(render_template("errors/400.html"), 400)
    most = bounds.form if isinstance(broken, RequestEntityTooLarge) else bounds.file
    return make_response(render_template("errors/413.html", megabytes=most // MEGABYTE), 413)


def _nothing(intake: Intake) -> ResponseReturnValue:
    """Nothing came: the form again, with what was typed."""
    text = _(N_("Choose at least one file.")) if not intake.empty else _(N_("The file is empty (0 bytes)."))
    with site().runtime.reading(g.session, g.now, g.language) as g.ctx:
        if intake.record:
            return make_response(_page(intake.case, intake.record, no_file=text, status=422))
        return make_response(_form(intake.case, g.arrived, {"files": text}), 422)


def _kept(case: CaseId, record_ids: list[RecordId]) -> str:
    if len(record_ids) == 1:
        return url_for(".show", case=case, record=record_ids[0])
    return url_for("records.listing", case=case, letter=ENTITY.letter)


def _value(fields: Mapping[str, list[str]]) -> tuple[Evidence, bool]:
    """What was typed beside the files; what cannot be read is kept word for word in the notes (True)."""
    declared = [ENTITY.field(name) for name in ASKED]
    today = site().runtime.today(g.now)  # files come outside any transaction
    value, errors = read(declared, fields, Evidence(), Lists(words=_, coded=groups, today=today, when=when))
    wrong = [
        f"{_(field.label)}: {' '.join(fields[field.name])}"
        for field in declared
        if field.name in errors and field.name in fields
    ]
    typed = [text for text in wrong if text.partition(": ")[2]]
    return replace(value, notes="\n".join(typed)), bool(typed)


def _form(case: CaseId, typed: Mapping[str, list[str]], errors: Mapping[str, str] | None = None) -> str:
    choices = lists(g.ctx, case)
    allowed = evidence.writable(g.ctx, case)
    fields = [
        replace(control(ENTITY.field(name), typed, choices, {}), required=False)
        for name in ASKED
        if ENTITY.field(name).at in allowed
    ]
    return render_template(
        "evidence/add.html",
        case=case,
        fields_asked=fields,
        how=(typed.get("how") or [TOGETHER])[0],
        **_files_asked((errors or {}).get("files", "")),
        url=url_for(".add", case=case),
    )


def _page(
    case: CaseId, record: RecordId, *, problem: str = "", no_file: str = "", status: int = 200
) -> tuple[str, int]:
    view = evidence.view(g.ctx, case, record)
    reader = Reader(lists=lists(g.ctx, case), case=case)
    apart = ORIGIN if view.files and not view.closed else ()
    printed = previews.of(g.ctx, case, record) if view.may_open and view.files else None
    may_look = bool(view.files) and view.may_open and evidence.may_look_elsewhere(g.ctx)
    page = render_template(
        "evidence/show.html",
        case=case,
        view=view,
        shown=record_view.show(view.stored, reader, apart),
        origin=record_view.facts_of(view.stored, apart, reader),
        problem=problem,
        turns=TURNS,
        printed=printed,
        pages=page_of(printed.pages, page_number(), PAGES) if printed else None,
        may_turn={file.number for file in view.files if page_order.may_turn(file.file)},
        reasons=NOT_PRINTED,
        advice=WHAT_TO_DO,
        said=in_words,
        elsewhere=evidence.elsewhere(g.ctx, case, record) if may_look and "a" in request.args else None,
        may_look=may_look,
        exports=messenger_transcripts.KINDS,
        mails=mail_letters.KINDS if records.may_write(g.ctx, Letter, case) else (),
        searched=file_texts.look(g.ctx, view.stored) if printed else None,
        **_files_asked(no_file),
    )
    return page, status


def _files_asked(error: str) -> dict[str, object]:
    """The field for files, and what the summary above says of it."""
    form_field = _file_field(error, site().runtime.upload_limits)
    return {"file_field": form_field, "wrong": {"errors": [(form_field.id, error)] if error else []}}


def _file_field(error: str, bounds: Limits) -> FormField:
    hint = _(N_("Up to %(files)s files at once, %(size)s MB each. Photos, PDF, documents, voice: any kind is taken."))
    return FormField(
        name="files",
        id="f-files",
        kind="file",
        label=_(N_("Files")),
        hint=hint % {"files": bounds.files, "size": bounds.file // MEGABYTE},
        error=error,
        required=True,
        multiple=True,
    )


def _numbers(name: str) -> list[int]:
    """Numbers typed one for each file; anything else counts as the place it has."""
    texts = request.form.getlist(name)
    return [int(text) if text.isdecimal() and len(text) < 6 else at for at, text in enumerate(texts, start=1)]


def sent(file: evidence.OpenedFile, name: str = "") -> Response:
    """A decrypted file on its way out: an attachment that no browser opens by itself, of exactly the known length."""
    response = Response(file.pieces, mimetype="application/octet-stream", direct_passthrough=True)
    real = f"; filename*=UTF-8''{quote(name, safe='')}" if name else ""  # RFC 6266
    response.headers["Content-Disposition"] = f"attachment; filename={file.neutral}{real}"
    response.content_length = file.length
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
