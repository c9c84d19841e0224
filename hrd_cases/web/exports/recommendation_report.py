"""Recommendations as a paper for a round table or a shadow report: what it is for, and the PDF or DOCX."""

from collections.abc import Iterator

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.reports import Report, ReportRow, ReportSection, ReportTable
from hrd_cases.domain.words import N_
from hrd_cases.services.figures.exports import PDF, few
from hrd_cases.services.recommendations import round_table as service
from hrd_cases.services.recommendations.round_table import RoundTableBody, RoundTableFilter, RoundTableRow
from hrd_cases.services.recommendations.state_history import StateChange
from hrd_cases.web.figures.report_files import handed_out
from hrd_cases.web.figures.reports import report_of
from hrd_cases.web.kernel import urls
from hrd_cases.web.pages import filters, form_fields
from hrd_cases.web.pages.form_fields import SimpleForm, refused_at
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import label
from hrd_cases.web.pages.request import again
from hrd_cases.web.recommendations import round_table

bp = Blueprint("recommendation_report", __name__, url_prefix=f"{urls.path('recommendations')}/t/x")

PURPOSE, FORM, CONFIRMED = "purpose", "x", ("", "confirmed")
EDITION = N_("For a round table or a shadow report. No case and nobody of a case is named.")


@bp.get("")
def form() -> ResponseReturnValue:
    """What the report is for."""
    service.prepare(g.ctx, round_table.requested_in(request.args))
    return _page(round_table.requested_in(request.args))


@bp.post("")
def export() -> ResponseReturnValue:
    """The report; the log keeps who made it, and what for."""
    requested = round_table.requested_in(request.form)
    purpose, form = request.form.get(PURPOSE, ""), request.form.get(FORM, PDF)
    again(lambda broken: _page(requested, broken, purpose))
    return handed_out(lambda: _report(requested, service.leaving(g.ctx, requested, purpose, form=form)), form)


def _page(requested: RoundTableFilter, broken: Exception | None = None, purpose: str = "") -> ResponseReturnValue:
    place, error = refused_at(broken)
    field = form_fields.line(
        PURPOSE,
        _(N_("What the report is for")),
        hint=_(N_("The audit log records who exported it, when and why.")),
        value=purpose,
        error=error if place == PURPOSE else "",
        required=True,
    )
    asked = round_table.address(requested)
    page = render_template(
        "exports/recommendation_report.html",
        form=SimpleForm(fields=(field,)),
        carried=asked,
        about=round_table.chosen(requested),
        back=url_for("round_table.show", **asked),  # type: ignore[arg-type]  # letters of ours
    )
    return make_response(page, 422 if broken else 200)


def _report(requested: RoundTableFilter, bodies: tuple[RoundTableBody, ...]) -> Report:
    return report_of(
        title=_(N_("Recommendations")),
        subtitle=round_table.chosen(requested) or _(N_("By the body that recommends")),
        edition=_(EDITION),
        sections=[*map(_section, bodies), _method()],
    )


def _section(body: RoundTableBody) -> ReportSection:
    heads = (N_("Recommendation"), N_("To whom"), N_("What became of it"), N_("Next review"))
    table = ReportTable(heads=tuple(map(_, heads)), rows=tuple(map(_row, body.rows)), figures=False)
    return ReportSection(heading=round_table.body_words(body.code), tables=(table,))


def _row(row: RoundTableRow) -> ReportRow:
    words = round_table.line(row)
    return ReportRow(
        cells=(
            str(words["words"]),
            str(words["addressee"] or "–"),
            "; ".join([_joined(words["state"], words["state_source"]), *map(_before, row.earlier)]),
            _joined(words["next_review"], words["review"]),
        ),
        remark="; ".join(_remarks(row, words["source"])),
    )


def _before(change: StateChange) -> str:
    """A state that was said before, as of when and from which source: never which colleague wrote it down."""
    said = [filters.when(change.on) if change.on else "", change.source]
    return _(N_("before: %(state)s")) % {"state": _joined(label("recommendation_states", change.state), said)}


def _joined(first: object, rest: object) -> str:
    """What was answered, and behind it its source; a dash where nothing was."""
    more = rest if isinstance(rest, list) else [rest]
    return "; ".join(str(text) for text in (first, *more) if text) or "–"


def _remarks(row: RoundTableRow, source: object) -> Iterator[str]:
    """The source, how sure we are of it, and how many cases show it where they are not few."""
    yield from source if isinstance(source, list) else ()
    if row.value.mark not in CONFIRMED:
        yield label("fact_marks", row.value.mark)
    if row.cases and few(row.cases, _) == row.cases:
        yield _(N_("cases of ours that show that it is not carried out: %(number)s")) % {"number": row.cases}


def _method() -> ReportSection:
    pairs = (
        (
            N_("Sources"),
            N_(
                "The words are those of the source named under each. How sure we are of a source is said beside it, "
                "unless it is confirmed."
            ),
        ),
        (
            N_("Cases"),
            N_(
                "Counted are the cases that whoever made this report can open, where everybody in them agreed to be "
                "counted. A number below five is not printed."
            ),
        ),
        (N_("What became of it"), N_("A dash says that nobody wrote it down, not that nothing happened.")),
    )
    return ReportSection(
        heading=_(N_("How it was put together")), pairs=tuple((_(what), _(text)) for what, text in pairs)
    )
