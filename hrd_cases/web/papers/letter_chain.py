"""The answer to a letter, and the next letter of the ladder: two forms that a letter of ours leads to."""

from collections.abc import Mapping
from functools import partial

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from hrd_cases.domain.errors import Forbidden
from hrd_cases.domain.fields import entity_for
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.letter_chain import ANSWER_FORM, LADDER, LetterAnswer, steps_after
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.words import N_
from hrd_cases.services.letters import letter_chain
from hrd_cases.services.records import records
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages.form_page import Sheet, answer, opening
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import label, lists

bp = Blueprint("letter_chain", __name__, url_prefix=urls.path("cases"))


@bp.get("/<case>/r/<record>/b")
def answered(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """The short form of an answer."""
    return opening(_answer_sheet(case, record))


@bp.post("/<case>/r/<record>/b")
def receive(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Keep the answer as a letter of its own."""

    def keep(value: LetterAnswer, _versions: Mapping[str, int]) -> ResponseReturnValue:
        letter_chain.receive(g.ctx, case, record, value)
        return go("answer_kept", "records.show", case=case, record=record, _anchor="chain")

    return answer(partial(_answer_sheet, case, record), keep)


@bp.get("/<case>/r/<record>/s")
def following(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """The next letter, filled in from this one."""
    return opening(_next_sheet(case, record, request.args.get("s", "")[:40]))


@bp.post("/<case>/r/<record>/s")
def climb(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Keep the next letter; this one is before it."""

    def keep(value: Letter, _versions: Mapping[str, int]) -> ResponseReturnValue:
        created = letter_chain.climb(g.ctx, case, record, value)
        return go("made", "records.show", case=case, record=created)

    return answer(partial(_next_sheet, case, record), keep)


def _answer_sheet(case: CaseId, record: RecordId) -> Sheet:
    allowed = _ready(case)
    letter = letter_chain.answerable(g.ctx, case, record)
    return Sheet(
        entity=ANSWER_FORM,
        base=LetterAnswer(received=g.ctx.today),
        allowed=allowed,
        shut=records.shut(g.ctx, case),
        lists=lists(g.ctx, case),
        url=url_for("letter_chain.receive", case=case, record=record),
        title=_(ANSWER_FORM.label),
        kicker=f"{_(N_('Letter'))} · {letter.subject}",
        back=url_for("records.show", case=case, record=record),
        before=_part("answer_before", answered=letter.answered) if letter.answered else Markup(""),
    )


def _next_sheet(case: CaseId, record: RecordId, step: str = "") -> Sheet:
    allowed = _ready(case)
    base = letter_chain.proposed(g.ctx, case, record, step)
    last = letter_chain.answerable(g.ctx, case, record)
    steps = [
        {
            "url": url_for(".following", case=case, record=record, s=code),
            "label": label(LADDER, code),
            "current": code == base.step,
        }
        for code in steps_after(last)
    ]
    return Sheet(
        entity=entity_for(Letter),
        base=base,
        allowed=allowed,
        shut=records.shut(g.ctx, case),
        lists=lists(g.ctx, case),
        url=url_for("letter_chain.climb", case=case, record=record),
        title=_(N_("Next letter")),
        kicker=f"{_(N_('Letter'))} · {last.subject}",
        back=url_for("records.show", case=case, record=record),
        before=_part("ladder", steps=steps) if len(steps) > 1 else Markup(""),
    )


def _part(name: str, **values: object) -> Markup:
    return Markup(render_template(f"papers/letters/_{name}.html", **values))  # noqa: S704


def _ready(case: CaseId) -> frozenset[str]:
    """What of a letter the reader may write; Forbidden for whoever could not keep one."""
    records.ready(g.ctx, Letter, case)
    if not records.may_write(g.ctx, Letter, case):
        raise Forbidden
    return records.writable(g.ctx, Letter, case)
