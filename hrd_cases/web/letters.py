"""A letter on paper: PDF to print, DOCX to edit; and the rule by which its answer is due."""

from functools import partial

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.deadlines import read_only_rules
from hrd_cases.services import letter_dates
from hrd_cases.services.evidence import OpenedFile
from hrd_cases.services.papers import letters
from hrd_cases.web import naming, places, sheet
from hrd_cases.web.evidence import sent
from hrd_cases.web.frame import _
from hrd_cases.web.request import again, reading, typed
from hrd_cases.web.signs import sign_places
from hrd_cases.web.simple import refusal
from hrd_cases.web.site import site
from hrd_cases.web.turning import go

bp = Blueprint("letters", __name__, url_prefix=places.path("cases"))
KINDS = ("pdf", "docx")


@bp.get("/<case>/r/<record>/print")
def show(case: str, record: str) -> ResponseReturnValue:
    """What the letter will say, and in which form it is wanted."""
    shown = letters.preview(g.ctx, case, record)
    return render_template(
        "letters/print.html",
        case=case,
        record=record,
        wanted=shown.letter,
        refusal=_(shown.refusal) if shown.refusal else "",
        signer_hidden=shown.signer_hidden,
        named=shown.named,
        unprinted=sign_places(shown.unprinted, case=case, letter=record),
        unanswered=shown.unanswered,
    )


@bp.get("/<case>/r/<record>/w")
def names(case: str, record: str) -> ResponseReturnValue:
    """Who is named in the letter: asked where only its writer can say."""
    found = letters.names(g.ctx, case, record)
    address = partial(url_for, ".names", case=case, record=record)
    return naming.page(
        case, record, found.names, found.called, people=found.colleagues, steps=False, here=address(),
        here_open=address(o=1), kicker=found.subject, back=url_for(".show", case=case, record=record),
    )  # fmt: skip


@bp.post("/<case>/r/<record>/w")
def save_names(case: str, record: str) -> ResponseReturnValue:
    """Keep the answers given so far."""
    changed = letters.save_names(g.ctx, case, record, request.form)
    only = {"o": "1"} if request.args.get("o") else {}
    return go("names_changed" if changed else "saved", ".names", case=case, record=record, **only)


@bp.get("/<case>/r/<record>/print/<any(pdf, docx):kind>")
def make(case: str, record: str, kind: str) -> ResponseReturnValue:
    """The letter itself; entered in the log before it is made."""
    with reading() as g.ctx:
        wanted = letters.request(g.ctx, case, record, signs=request.args.get("s", ""))
    with site().runtime.passphrase_slots.one():  # as heavy as a passphrase: two at a time
        made = letters.make(wanted)
    data = made.pdf if kind == "pdf" else made.docx
    return sent(OpenedFile(name="", neutral=f"letter.{kind}", length=len(data), pieces=iter((data,))))


@bp.get("/<case>/r/<record>/d")
def due(case: str, record: str) -> ResponseReturnValue:
    """Which rule of law sets this addressee a time to answer: each one counted, or why there is none."""
    return _due_page(case, record)


@bp.post("/<case>/r/<record>/d")
def set_due(case: str, record: str) -> ResponseReturnValue:
    """Take the date of the chosen rule."""
    again(lambda broken: _due_page(case, record, problem=refusal(broken), status=422))
    letter_dates.use(g.ctx, case, record, request.form.get("rule", ""), sheet.expected(typed()))
    return go("saved", "records.show", case=case, record=record)


def _due_page(case: str, record: str, *, problem: str = "", status: int = 200) -> ResponseReturnValue:
    clock = letter_dates.clock(g.ctx, case, record)
    reason = _(clock.reason) % (clock.values or {}) if clock.reason else ""
    told = {"reason": reason, "problem": problem, "periods": read_only_rules()}
    return make_response(render_template("letters/due.html", case=case, record=record, clock=clock, **told), status)
