"""To whom a released paper was sent, when and how: rows on the paper, each also a filing of the legal action."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, g, render_template, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.errors import Forbidden
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.fields import entity_for
from hrd_cases.domain.filings import Paper, Sending
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.vaults import IDENTITY
from hrd_cases.domain.words import N_
from hrd_cases.services.drafting.plans import plan_of, step
from hrd_cases.services.papers import paper_lists, releasing
from hrd_cases.services.records import records
from hrd_cases.web.evidence.evidence import sent
from hrd_cases.web.forms.model import Choice as Offer
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages.form_page import Sheet, answer, opening
from hrd_cases.web.pages.layout import _
from hrd_cases.web.papers import paper_forms, papers

bp = Blueprint("sendings", __name__, url_prefix=urls.path("papers"))
bp.register_error_handler(Forbidden, papers.refused)
SIZES = (3, 5, 10, 20, 50, 100)  # megabytes: what portals may take at once
MEGABYTE = 1000**2  # the smaller of the two in use
SENDING = step("paper_sending", Sending, N_("Sent"))


@bp.get("/<case>/z")
def listing(case: CaseId) -> ResponseReturnValue:
    """Who was sent which paper, when and how: a sheet to print."""
    return render_template("papers/sent.html", case=case, found=paper_lists.service_list(g.ctx, case))


@bp.get("/<case>/<record>/o")
def new(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """The form for one sending."""
    sheet = _sheet(case, record)
    records.ready(g.ctx, Paper, case)
    return opening(sheet)


@bp.post("/<case>/<record>/o")
def save(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Keep it."""

    def keep(value: Sending, versions: Mapping[str, int]) -> ResponseReturnValue:
        releasing.send(g.ctx, case, record, value, versions)
        return go("saved", "papers.show", case=case, record=record)

    return answer(lambda: _sheet(case, record), keep)


@bp.post("/<case>/<record>/o/<int:number>")
def remove(case: CaseId, record: RecordId, number: int) -> ResponseReturnValue:
    """Take one off the paper."""
    releasing.unsend(g.ctx, case, record, number)
    return go("saved", "papers.show", case=case, record=record)


@bp.get("/<case>/<record>/z/<int:number>")
def parts(case: CaseId, record: RecordId, number: int) -> ResponseReturnValue:
    """The files of a released paper in archives of at most `number` megabytes."""
    return render_template(
        "papers/parts.html",
        case=case,
        record=record,
        most=number,
        sizes=SIZES,
        parts=releasing.parts(g.ctx, case, record, number * MEGABYTE),
    )


@bp.get("/<case>/<record>/z/<int:number>/<int:key>")
def part(case: CaseId, record: RecordId, number: int, key: int) -> ResponseReturnValue:
    """One of these archives."""
    return sent(releasing.part(g.ctx, case, record, number * MEGABYTE, key))


def _sheet(case: CaseId, record: RecordId) -> Sheet:
    stored = releasing.to_send(g.ctx, case, record)
    evidence = records.listing(g.ctx, Evidence, case)
    titles = [(each.id, each.value.title or _(N_("Untitled"))) for each in evidence]

    def linked(to: str) -> Sequence[Offer]:
        return titles if to == entity_for(Evidence).code else []

    return Sheet(
        entity=SENDING,
        base=Sending(to=plan_of(stored.value.plan).filing.court),
        allowed=frozenset({IDENTITY}),
        lists=paper_forms.lists_for(linked),
        url=url_for(".new", case=case, record=record),
        title=_(N_("Where it was sent")),
        kicker=stored.value.title,
        back=url_for("papers.show", case=case, record=record),
        versions=stored.versions,
        authors=stored.authors,
        day=stored.day,
    )
