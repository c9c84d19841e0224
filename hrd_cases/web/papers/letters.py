"""A letter on paper: PDF to print, DOCX to edit; and the rule by which its answer is due."""

from flask import Blueprint, g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from hrd_cases.domain.deadlines import read_only_rules
from hrd_cases.domain.ids import CaseId, RecordId, named_id
from hrd_cases.services.evidence.evidence import OpenedFile
from hrd_cases.services.letters import letter_gate, letters
from hrd_cases.services.schedule import due_dates
from hrd_cases.web.evidence.evidence import sent
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.kernel.site import site
from hrd_cases.web.pages import form_page
from hrd_cases.web.pages.form_fields import refusal
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.request import again, reading, typed
from hrd_cases.web.papers import consent_notes, name_questions
from hrd_cases.web.papers.signs import sign_places

bp = Blueprint("letters", __name__, url_prefix=urls.path("cases"))
KINDS = ("pdf", "docx")


@bp.get("/<case>/r/<record>/print")
def show(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """What the letter will say, whose consent is missing, and in which form it is wanted."""
    return _page(case, record)


@bp.get("/<case>/r/<record>/w")
def names(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Who is named in the letter: asked where only its writer can say."""
    here = letter_gate.opened(g.ctx, case, record)
    return name_questions.page(
        case,
        record,
        here.names,
        here.draft.people,
        colleagues=here.colleagues,
        steps=False,
        kicker=here.letter.subject,
    )


@bp.post("/<case>/r/<record>/w")
def save_names(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Keep the answers given so far."""
    changed = letter_gate.save_names(g.ctx, case, record, request.form)
    return name_questions.saved(case, record, changed=bool(changed))


@bp.post("/<case>/r/<record>/print/g")
def decide(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Answer for one person whom the letter names."""
    again(lambda broken: _page(case, record, problem=refusal(broken), status=422))
    form = request.form
    letter_gate.decide(
        g.ctx, case, record, named_id(form.get("person", "")), form.get("choice", ""), form.get("reason", "")
    )
    return go("saved", ".show", case=case, record=record)


@bp.post("/<case>/r/<record>/print/s")
def agree(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Agree, as a second person, that it is done without consent."""
    again(lambda broken: _page(case, record, problem=refusal(broken), status=422))
    letter_gate.agree(g.ctx, case, record, named_id(request.form.get("person", "")), request.form.get("mark", ""))
    return go("saved", ".show", case=case, record=record)


@bp.get("/<case>/r/<record>/print/<any(pdf, docx):kind>")
def make(case: CaseId, record: RecordId, kind: str) -> ResponseReturnValue:
    """The letter itself; entered in the log before it is made."""
    with reading() as g.ctx:
        letter_request = letters.request(g.ctx, case, record, signs=request.args.get("s", ""))
    with site().runtime.passphrase_slots.one():  # as heavy as a passphrase: two at a time
        built_letter = letters.make(letter_request)
    data = built_letter.pdf if kind == "pdf" else built_letter.docx
    return sent(OpenedFile(name="", neutral=f"letter.{kind}", length=len(data), pieces=iter((data,))))


@bp.get("/<case>/r/<record>/d")
def due(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Which rule of law sets this addressee a time to answer: each one counted, or why there is none."""
    return _due_page(case, record)


@bp.post("/<case>/r/<record>/d")
def set_due(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Take the date of the chosen rule."""
    again(lambda broken: _due_page(case, record, problem=refusal(broken), status=422))
    due_dates.use(g.ctx, case, record, request.form.get("rule", ""), form_page.expected(typed()))
    return go("saved", "records.show", case=case, record=record)


def _page(case: CaseId, record: RecordId, *, problem: str = "", status: int = 200) -> ResponseReturnValue:
    preview = letters.preview(g.ctx, case, record)
    page = render_template(
        "papers/letters/print.html",
        case=case,
        record=record,
        wanted=preview.letter,
        refusal=_(preview.refusal) if preview.refusal else "",
        signer_hidden=preview.signer_hidden,
        desk=preview.desk,
        names=preview.people,
        readers=consent_notes.readers(sorted(preview.desk.recipients)),
        scopes=consent_notes.scopes(),
        choices=consent_notes.CHOICES,
        said=consent_notes.consent_lines,
        in_words=consent_notes.readers,
        colleagues=preview.desk.colleagues,
        me=g.session.actor.user,
        left_out=consent_notes.left_out(preview.left_out),
        problem=problem,
        unprinted=sign_places(preview.unprinted, case=case, letter=record),
    )
    return make_response(page, status)


def _due_page(case: CaseId, record: RecordId, *, problem: str = "", status: int = 200) -> ResponseReturnValue:
    clock = due_dates.clock(g.ctx, case, record)
    reason = _(clock.reason) % (clock.values or {}) if clock.reason else ""
    content = {"reason": reason, "problem": problem, "periods": read_only_rules()}
    return make_response(
        render_template("papers/letters/due.html", case=case, record=record, clock=clock, **content), status
    )
