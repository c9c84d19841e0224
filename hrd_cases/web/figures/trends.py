"""Trends: one table, with its unit, base, gaps and rule; and the same for a spreadsheet, small figures protected."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain import counting
from hrd_cases.domain.counting import CountRow, Table
from hrd_cases.domain.words import N_
from hrd_cases.services.figures import trends
from hrd_cases.services.figures.trends import NOTES, TrendQuestion
from hrd_cases.web.forms.model import FormField, identifier
from hrd_cases.web.kernel import urls
from hrd_cases.web.pages import filters, form_fields
from hrd_cases.web.pages.form_fields import SimpleForm, refused_at
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import label
from hrd_cases.web.pages.request import again

bp = Blueprint("trends", __name__, url_prefix=urls.path("trends"))

LISTS = {counting.KIND: "attack_kinds", counting.REGION: "regions", counting.COMPANY_ROLE: "company_roles"}
LONG_RUN = 3  # months without an incident that are told in one line
NAMES = {"by": "b", "unit": "u", "since": "f", "until": "t"}  # one letter each in the address
GRIEVANCES = "g"
FORM = "w"  # what is exported
TYPES = {
    trends.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    trends.CSV: "text/csv; charset=utf-8",
}


@bp.get("")
def show() -> ResponseReturnValue:
    """The table that was asked for."""
    question = _asked(request.args)
    again(lambda broken: make_response(_page(TrendQuestion(), typed=question, broken=broken), 422))
    return _page(question)


@bp.get("/x")
def export_form() -> ResponseReturnValue:
    """What these figures are for: a page of its own, so that neither this nor a typed question loses the other."""
    question = _asked(request.args)
    again(lambda broken: make_response(_page(TrendQuestion(), typed=question, broken=broken), 422))
    return make_response(_export_page(question))


@bp.post("/x")
def export() -> ResponseReturnValue:
    """The table as a file for a spreadsheet; what it is for is kept in the log."""
    question = _asked(request.form)
    purpose = request.form.get("purpose", "")

    def refused(broken: Exception) -> ResponseReturnValue:
        if getattr(broken, "place", "") in ("", "purpose"):
            return make_response(_export_page(question, broken, purpose), 422)
        return make_response(_page(TrendQuestion(), typed=question, broken=broken), 422)

    again(refused)
    form = request.form.get(FORM, trends.XLSX)
    data = trends.export(g.ctx, question, purpose, form=form, say=_, label=lambda code: name_of(question.by, code))
    response = make_response(data)
    response.headers["Content-Type"] = TYPES[form]
    response.headers["Content-Disposition"] = f'attachment; filename="table.{form}"'
    return response


def name_of(by: str, code: str) -> str:
    """A column's heading."""
    return label(LISTS[by], code) if code else _(N_("not stated"))


def _asked(value: object) -> TrendQuestion:
    values = {name: str(value.get(short, ""))[:40] for name, short in NAMES.items()}  # type: ignore[attr-defined]
    return TrendQuestion(
        by=values["by"] or counting.KIND,
        unit=values["unit"] or counting.INCIDENTS,
        since=values["since"],
        until=values["until"],
        grievances=bool(value.get(GRIEVANCES)),  # type: ignore[attr-defined]
    )


def _export_page(typed: TrendQuestion, broken: Exception | None = None, purpose: str = "") -> str:
    question = trends.view(g.ctx, typed).table.question
    error = dict([refused_at(broken)]) if broken is not None else {}
    return render_template(
        "figures/export.html",
        form=_export_form(purpose, error),
        carried=_carried(question),
        unit=_(counting.UNITS[question.unit]),
        by=_(counting.DIMENSIONS[question.by]),
        period=(_month(question.since), _month(question.until)),
    )


def _carried(question: counting.CountQuestion) -> dict[str, str]:
    grievances = {GRIEVANCES: "1"} if question.grievances else {}
    return {**{NAMES[name]: getattr(question, name) for name in NAMES}, **grievances}


def _page(
    chosen: TrendQuestion, *, typed: TrendQuestion | None = None, broken: Exception | None = None
) -> ResponseReturnValue:
    view = trends.view(g.ctx, chosen)
    question = view.table.question
    error = dict([refused_at(broken)]) if broken is not None else {}
    return render_template(
        "figures/show.html",
        table=view.table,
        unread=view.unread,
        altered=_(trends.ALTERED) if view.altered else "",
        refused=view.refused,
        lines=list(_lines(view.table)),
        columns=[name_of(question.by, code) for code in view.table.columns],
        form=_form(typed or chosen, view.table, error),
        export_url=url_for("trends.export_form", **_carried(question)),  # type: ignore[arg-type]  # letters of ours
        unit=_(counting.UNITS[question.unit]),
        by=_(counting.DIMENSIONS[question.by]),
        period=(_month(question.since), _month(question.until)),
        rule=_(counting.RULES[question.unit]),
        several=_(counting.SEVERAL) if question.by != counting.REGION else "",
        share=filters.number(float(counting.share(view.table.not_asked, view.table.base) or 0)),
        wide=True,
    )


def _lines(table: Table) -> Iterator[dict[str, object]]:
    """The months; a long run of months in which nothing was recorded is one line that says so."""
    for empty, group in groupby(table.rows, key=lambda row: row.total == 0 and row.note != counting.NOT_YET):
        rows = list(group)
        if empty and len(rows) >= LONG_RUN:
            yield {**_line(rows[0], table), "month": f"{_month(rows[0].period)} – {_month(rows[-1].period)}"}
        else:
            yield from (_line(row, table) for row in rows)


def _line(row: CountRow, table: Table) -> dict[str, object]:
    most = max((row.total for row in table.rows), default=0)
    gap = row.note == counting.NOT_YET
    return {
        "month": _month(row.period),
        "note": _(NOTES[row.note]) if row.note else "",
        "total": None if gap else row.total,
        "width": None if gap else (100 * row.total / most if most else 0),
        "cells": [None if gap else cell for cell in row.cells],
    }


def _month(period: str) -> str:
    if len(period) == 4:
        return period
    return filters.month(date.fromisoformat(f"{period}-01"))


def _form(question: TrendQuestion, table: Table, error: dict[str, str]) -> SimpleForm:
    return SimpleForm(
        fields=(
            _select("by", N_("Columns"), question.by, counting.DIMENSIONS, error),
            _select("unit", N_("Counted"), question.unit, counting.UNITS, error),
            _month_field("since", N_("From month"), question.since or _typed(table.question.since), error),
            _month_field("until", N_("To month"), question.until or _typed(table.question.until), error),
            form_fields.checks(
                GRIEVANCES,
                _(N_("Labour grievances")),
                [("1", _(N_("count wages, hours and conditions too: they are no attack on a defender")))],
                ["1"] if question.grievances else [],
            ),
        )
    )


def _export_form(purpose: str, error: dict[str, str]) -> SimpleForm:
    field = form_fields.line(
        "purpose",
        _(N_("What the figures are for")),
        hint=_(N_("The audit log records who exported figures, when and why.")),
        value=purpose,
        error=error.get("purpose", ""),
        required=True,
    )
    return SimpleForm(fields=(field,))


def _select(name: str, text: str, chosen: str, choices: Mapping[str, str], error: dict[str, str]) -> FormField:
    short = NAMES[name]
    options = tuple((code, _(words), code == chosen) for code, words in choices.items())
    return FormField(
        kind="select", name=short, id=identifier(short), label=_(text), options=options, error=error.get(name, "")
    )


def _month_field(name: str, text: str, value: str, error: dict[str, str]) -> FormField:
    return form_fields.line(NAMES[name], _(text), value=value, error=error.get(name, ""))


def _typed(month: str) -> str:
    """A month as people here write it: 12.2017."""
    return f"{month[5:7]}.{month[:4]}"
