"""A mail among the evidence kept as a letter: its form, filled in with what the mail says."""

from collections.abc import Mapping
from functools import partial

from flask import Blueprint, g, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from hrd_cases.domain.errors import Forbidden
from hrd_cases.domain.fields import entity_for
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.words import N_
from hrd_cases.services.casework import duplicates
from hrd_cases.services.letters import mail_letters
from hrd_cases.services.letters.mail_letters import ProposedLetter
from hrd_cases.services.records import records
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages.form_page import Sheet, answer, opening, sure
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import lists
from hrd_cases.web.pages.request import typed

bp = Blueprint("mail_letters", __name__)


@bp.get("/f/<case>/<record>/m/<int:number>")
def show(case: CaseId, record: RecordId, number: int) -> ResponseReturnValue:
    """The form of a letter, filled in with what its mail says; nothing is kept yet."""
    return opening(_sheet(case, record, number, mail_letters.proposed(g.ctx, case, record, number)))


@bp.post("/f/<case>/<record>/m/<int:number>")
def keep(case: CaseId, record: RecordId, number: int) -> ResponseReturnValue:
    """Keep the letter; the mail stays whole among the evidence."""
    records.read(g.ctx, case, record)

    def save(value: Letter, _versions: Mapping[str, int]) -> ResponseReturnValue:
        if not sure(typed()):
            duplicates.ask_about_addressee(g.ctx, case, value)
        return go("made", "records.show", case=case, record=mail_letters.keep(g.ctx, case, record, value))

    return answer(partial(_sheet, case, record, number, ProposedLetter(letter=Letter())), save)


def _sheet(case: CaseId, record: RecordId, number: int, mail: ProposedLetter) -> Sheet:
    records.ready(g.ctx, Letter, case)
    if not records.may_write(g.ctx, Letter, case):
        raise Forbidden
    remarks = [_(text) % values for text, values in mail.remarks]
    before = render_template("evidence/_mail_remarks.html", remarks=remarks) if remarks else ""
    return Sheet(
        entity=entity_for(Letter),
        base=mail.letter,
        allowed=records.writable(g.ctx, Letter, case),
        shut=records.shut(g.ctx, case),
        lists=lists(g.ctx, case),
        url=url_for(".show", case=case, record=record, number=number),
        title=_(N_("Letter from a mail")),
        back=url_for("evidence.show", case=case, record=record),
        before=Markup(before),  # noqa: S704
    )
