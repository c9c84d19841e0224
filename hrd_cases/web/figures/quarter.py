"""The quarter: one page of figures with their definitions, beside the quarter before; and the same as a file."""

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain import counting
from hrd_cases.domain.editions import HandOut
from hrd_cases.domain.first_seen import FirstSeen, FirstSeenLists
from hrd_cases.domain.periods import after, before
from hrd_cases.domain.reports import Report
from hrd_cases.domain.words import N_
from hrd_cases.services.exports import figure_requests
from hrd_cases.services.figures import exports, quarter
from hrd_cases.web.figures import edition_fields
from hrd_cases.web.figures.figure_words import amount_words, code_words, part_words, period_words
from hrd_cases.web.figures.quarter_report import quarter_file
from hrd_cases.web.figures.report_files import asked_for, handed_out
from hrd_cases.web.figures.trends import FORM
from hrd_cases.web.kernel import urls
from hrd_cases.web.pages import filters
from hrd_cases.web.pages.form_fields import SimpleForm, refused_at
from hrd_cases.web.pages.layout import _, words
from hrd_cases.web.pages.request import again

bp = Blueprint("quarter", __name__, url_prefix=f"{urls.path('trends')}/q")

QUARTER = "q"
LEDE = N_("The numbers of the page, small ones too: for our own work, or for a named recipient under agreement.")


@bp.get("")
def show() -> ResponseReturnValue:
    """The figures of a quarter."""
    again(lambda broken: make_response(_page("", broken), 422))
    return _page(request.args.get(QUARTER, "")[:20])


@bp.get("/x")
def export_form() -> ResponseReturnValue:
    """For whom and what the file is."""
    again(lambda broken: make_response(_page("", broken), 422))
    return make_response(_export_page(request.args.get(QUARTER, "")[:20]))


@bp.post("/x")
def export() -> ResponseReturnValue:
    """The same numbers as a file."""
    code, hand_out = request.form.get(QUARTER, "")[:20], edition_fields.typed(request.form)

    def refused(broken: Exception) -> ResponseReturnValue:
        known = getattr(broken, "place", "") != "quarter"
        return make_response(_export_page(code, broken, hand_out) if known else _page("", broken), 422)

    again(refused)
    if hand_out.edition in exports.SECOND:
        return asked_for(lambda: figure_requests.ask_quarter(g.ctx, code, hand_out))
    form = request.form.get(FORM, exports.XLSX)
    return handed_out(lambda: _file(code, hand_out, form), form)


def _file(code: str, hand_out: HandOut, form: str) -> bytes | Report:
    view = quarter.leaving(g.ctx, code, hand_out, form=form)
    return quarter_file(view, hand_out, form)


def _page(code: str, broken: Exception | None = None) -> str:
    view, first = quarter.view(g.ctx, code)
    rows = [
        {
            "text": part_words(figure.line, figure.code) if figure.code else _(figure.line.label),
            "definition": "" if figure.code else _(figure.line.definition),
            "part": bool(figure.code),
            "now": amount_words(figure.now),
            "before": amount_words(figure.before),
        }
        for figure in view.figures
    ]
    return render_template(
        "figures/quarter.html",
        view=view,
        rows=rows,
        wrong=refused_at(broken)[1],
        altered=_(exports.ALTERED) if view.altered else "",
        names=(period_words(view.code), period_words(before(view.code))),
        periods=[(words, url_for("quarter.show", q=code)) for words, code in _others(view.code)],
        export_url=url_for("quarter.export_form", q=view.code),
        first=_first_words(first),
        begins=first.begins,
        left_out=first.left_out,
    )


def _others(code: str) -> list[tuple[str, str]]:
    """The periods that lead on from one: before, after, and the year of a quarter or the quarters of a year."""
    around = [before(code), after(code)]
    other = [code[:4]] if len(code) > 4 else [f"{code}-Q{number}" for number in range(1, 5)]
    return [(period_words(one), one) for one in (*around, *other)]


def _first_words(first: FirstSeenLists) -> list[tuple[str, str]]:
    """What is seen for the first time, in words, for each dimension that has any."""
    lines = [(_words_of(counting.DIMENSIONS[part.by]), _codes_words(part)) for part in first.lists]
    people = "; ".join(f"{code_words(counting.WHO, code)} {filters.number(number)}" for code, number in first.people)
    lines.append((_(N_("Named people, by kind of defender")), people))
    return [line for line in lines if line[1]]


def _words_of(msgid: str) -> str:
    words = _(msgid)
    return words[:1].upper() + words[1:]


def _codes_words(part: FirstSeen) -> str:
    texts = ["; ".join(sorted(code_words(part.by, code) for code in part.codes))]
    if part.doubtful:
        text = words().ungettext(
            "Of %(num)s more nobody can say it: an incident without an exact date may have been earlier.",
            "Of %(num)s more nobody can say it: incidents without an exact date may have been earlier.",
            part.doubtful,
        )
        texts.append(text % {"num": part.doubtful})
    return ". ".join(filter(None, texts))


def _export_page(code: str, broken: Exception | None = None, hand_out: HandOut = edition_fields.NOTHING) -> str:
    chosen = quarter.asked(g.ctx, code)
    error = dict([refused_at(broken)]) if broken is not None else {}
    return render_template(
        "figures/export.html",
        form=SimpleForm(fields=edition_fields.fields(hand_out, error, quarter.EDITIONS)),
        carried={QUARTER: chosen},
        lede=_(LEDE),
        about=period_words(chosen),
        back=url_for("quarter.show", q=chosen),
        action=url_for("quarter.export"),
    )
