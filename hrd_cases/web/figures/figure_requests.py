"""Figures that wait for a second person: exactly what would leave, to agree or refuse; then the file."""

from collections.abc import Iterator

from flask import Blueprint, g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from hrd_cases.domain import editions
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.leaving import LeavingTable
from hrd_cases.domain.reports import Report
from hrd_cases.domain.words import N_
from hrd_cases.services.exports import figure_requests
from hrd_cases.services.exports.figure_requests import Leaving, RequestLine, RequestView
from hrd_cases.services.figures import exports, quarter
from hrd_cases.services.figures.quarter import QuarterView
from hrd_cases.services.kernel.pagination import page_of
from hrd_cases.web.figures.figure_words import code_words, part_words, period_words, question_title
from hrd_cases.web.figures.quarter_report import quarter_file
from hrd_cases.web.figures.report_files import handed_out
from hrd_cases.web.figures.reports import question_file
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages.form_fields import refusal
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import label
from hrd_cases.web.pages.record_lines import request_line
from hrd_cases.web.pages.request import again, page_number

bp = Blueprint("figure_requests", __name__, url_prefix=f"{urls.path('trends')}/a")
FORM = "x"


@bp.get("")
def index() -> ResponseReturnValue:
    """What waits for somebody to agree."""
    lines = in_words(figure_requests.listing(g.ctx))
    return render_template("figures/requests.html", found=page_of(lines, page_number()))


@bp.get("/<record>")
def show(record: RecordId) -> ResponseReturnValue:
    """Exactly what would leave."""
    return _page(record)


@bp.post("/<record>/y")
def agree(record: RecordId) -> ResponseReturnValue:
    """Let it leave."""
    again(lambda broken: make_response(_page(record, broken), 422))
    figure_requests.agree(g.ctx, record)
    return go("figures_agreed", ".show", record=record)


@bp.post("/<record>/n")
def refuse(record: RecordId) -> ResponseReturnValue:
    """Take the request away."""
    figure_requests.refuse(g.ctx, record)
    return go("figures_refused", ".index")


@bp.post("/<record>/x")
def take(record: RecordId) -> ResponseReturnValue:
    """The file that somebody agreed to."""
    again(lambda broken: make_response(_page(record, broken), 422))
    form = request.form.get(FORM, exports.XLSX)
    return handed_out(lambda: _file(record, form), form, looks=False)  # of what is published the years are kept


def in_words(lines: tuple[RequestLine, ...]) -> list[dict[str, object]]:
    """Requests as a list shows them."""
    return [
        request_line(line, _(editions.LABELS.get(line.edition, N_("Figures to agree to"))), "figure_requests.show")
        for line in lines
    ]


def _file(record: RecordId, form: str) -> bytes | Report:
    hand_out, figures = figure_requests.taken(g.ctx, record, form)
    if isinstance(figures, QuarterView):
        return quarter_file(figures, hand_out, form)
    return question_file(figures, hand_out, form)


def _page(record: RecordId, broken: Exception | None = None) -> str:
    view = figure_requests.view(g.ctx, record)
    heads, *rows = _rows(view.figures)
    return render_template(
        "figures/request.html",
        record=record,
        view=view,
        problem=refusal(broken) if broken else "",
        title=_title(view.figures),
        facts=[(head, str(cell)) for head, cell in _facts(view)],
        heads=[heads[0], *({"label": head, "kind": "number"} for head in heads[1:])],
        rows=rows,
        altered=_(exports.ALTERED) if view.figures.altered else "",
        wide=True,
    )


def _title(figures: Leaving) -> str:
    return period_words(figures.code) if isinstance(figures, QuarterView) else question_title(figures.question)


def _facts(view: RequestView) -> Iterator[tuple[str, object]]:
    """For whom it is and what for, then what stands above the table of the file."""
    hand_out = view.hand_out
    yield from exports.for_whom(hand_out, _)
    if hand_out.recipient:
        yield _(N_("Kind of recipient")), label(editions.RECIPIENTS, hand_out.recipient)
    yield _(N_("What the figures are for")), hand_out.purpose
    if isinstance(view.figures, LeavingTable):
        yield from exports.about(view.figures, _, code_words)
    else:
        yield _(N_("Entries without a date, in no period")), view.figures.undated
        left_out = N_("Incidents in which everybody attacked said no to statistics, of whatever time")
        yield _(left_out), view.figures.left_out


def _rows(figures: Leaving) -> Iterator[list[str]]:
    """The table of the file, its headings first; of a quarter without what is counted, which its page says."""
    if isinstance(figures, QuarterView):
        rows = (row[:3] for row in quarter.rows_of(figures, _, part_words, period_words))
    else:
        periods = [period_words(line.code) for line in figures.lines[:-1]]
        rows = (row for row in exports.rows_of(figures, _, code_words, periods))
    for row in rows:
        yield ["" if cell is None else str(cell) for cell in row]
