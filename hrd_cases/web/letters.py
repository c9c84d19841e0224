"""A letter on paper: PDF to print, DOCX to edit."""

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from hrd_cases.services.evidence import OpenedFile
from hrd_cases.services.papers import letters
from hrd_cases.web import places
from hrd_cases.web.evidence import sent
from hrd_cases.web.frame import _
from hrd_cases.web.request import reading
from hrd_cases.web.site import site

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
        refusal=_(letters.SIGNER_HIDDEN) if shown.signer_hidden else "",
    )


@bp.get("/<case>/r/<record>/print/<any(pdf, docx):kind>")
def make(case: str, record: str, kind: str) -> ResponseReturnValue:
    """The letter itself; entered in the log before it is made."""
    with reading() as g.ctx:
        wanted = letters.request(g.ctx, case, record)
    with site().runtime.passphrase_slots.one():  # as heavy as a passphrase: two at a time
        made = letters.make(wanted)
    data = made.pdf if kind == "pdf" else made.docx
    return sent(OpenedFile(name="", neutral=f"letter.{kind}", length=len(data), pieces=iter((data,))))
