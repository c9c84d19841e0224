"""Trends: a question in words and links, its answer first, then the figures, then how they were made."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain import counting
from hrd_cases.domain.counted import share
from hrd_cases.domain.counting import Question, Row
from hrd_cases.domain.editions import Cut, CutRefused, HandOut
from hrd_cases.domain.reports import Report
from hrd_cases.domain.words import N_
from hrd_cases.services.exports import figure_requests
from hrd_cases.services.figures import exports, saved_questions, trends
from hrd_cases.services.figures.trends import TrendAnswer, TrendQuestion
from hrd_cases.web.figures import edition_fields
from hrd_cases.web.figures.beside import beside_words
from hrd_cases.web.figures.figure_words import (
    amount_words,
    bars,
    change_words,
    code_words,
    period_words,
    question_title,
)
from hrd_cases.web.figures.report_files import asked_for, handed_out
from hrd_cases.web.figures.reports import question_file
from hrd_cases.web.forms.model import Choice, FormField, Group, Option, identifier
from hrd_cases.web.kernel import urls
from hrd_cases.web.pages import filters, form_fields
from hrd_cases.web.pages.form_fields import SimpleForm, refused_at
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import groups
from hrd_cases.web.pages.request import again

bp = Blueprint("trends", __name__, url_prefix=urls.path("trends"))

SHOWN = 12  # rows of one dimension before the rest is folded
# One letter each in the address. A group of kinds stands in the place of a kind, behind a star.
LETTERS = {
    counting.KIND: "k",
    counting.REGION: "r",
    counting.WHO: "w",
    counting.GENDER: "e",
    counting.PERPETRATOR: "p",
    counting.COMPANY: "o",
    counting.COMPANY_ROLE: "c",
    counting.MARK: "m",
}
TYPED = {
    "unit": "u",
    "step": "s",
    "since": "f",
    "until": "t",
    "beside_region": "v",
    "beside_since": "y",
    "beside_until": "z",
}
GRIEVANCES, BY, ROWS, FORM, STAR = "g", "b", "l", "x", "*"
LABELS = {
    counting.KIND: N_("What happened"),
    counting.REGION: N_("Where"),
    counting.WHO: N_("To whom"),
    counting.GENDER: N_("Gender"),
    counting.PERPETRATOR: N_("By whom"),
    counting.COMPANY: N_("Which company"),
    counting.COMPANY_ROLE: N_("The company's role"),
    counting.MARK: N_("How certain"),
}
# What of a question an edition may not have, as its field is called.
CUTS = {
    **LABELS,
    counting.GROUP: LABELS[counting.KIND],
    "step": N_("Chart"),
    "unit": N_("Counted"),
    "until": N_("To month"),
    "grievances": N_("Labour grievances"),
    "rows": N_("Rows"),
}
OF_THE_FILE = ("", "by", "rows", "edition", "recipient", "name", "purpose")
# What a page shows, in its order.
SPREAD = (
    counting.COMPANY,
    *counting.OF_ACTION,
    counting.REGION,
    counting.PERPETRATOR,
    counting.GROUP,
    counting.KIND,
    counting.WHO,
    counting.GENDER,
    counting.MARK,
)
READY: tuple[tuple[str, Mapping[str, str]], ...] = (
    (
        N_("Is legal action against union leaders rising, and which company is named most?"),
        {"k": "*legal_action", "w": "union_leader"},
    ),
    (N_("How many people were attacked in each quarter?"), {"u": counting.PERSONS, "s": counting.QUARTER}),
    (N_("Who threatens, watches and smears defenders?"), {"k": "*threats"}),
    (N_("What happens to women?"), {"e": "woman"}),
)
LEDE = N_(
    "As a table for Excel and other spreadsheets, or as a report with charts and the method. What is in it depends on "
    "whom it is for."
)


@bp.get("")
def show() -> ResponseReturnValue:
    """The answer to what was asked."""
    question = asked(request.args)
    again(lambda broken: make_response(_page(TrendQuestion(), typed=question, broken=broken), 422))
    return _page(question)


@bp.get("/x")
def export_form() -> ResponseReturnValue:
    """What these figures are for: a page of its own, so that neither this nor a typed question loses the other."""
    question = asked(request.args)
    again(lambda broken: make_response(_page(TrendQuestion(), typed=question, broken=broken), 422))
    return make_response(_export_page(question, (request.args.get(BY, counting.KIND), "")))


@bp.post("/x")
def export() -> ResponseReturnValue:
    """The table as a file for a spreadsheet, or a report; what it is for is kept in the log."""
    question, cut = asked(request.form), (request.form.get(BY, counting.KIND), request.form.get(ROWS, ""))
    hand_out = edition_fields.typed(request.form)

    def refused(broken: Exception) -> ResponseReturnValue:
        if isinstance(broken, CutRefused) or getattr(broken, "place", "") in OF_THE_FILE:
            return make_response(_export_page(question, cut, broken, hand_out), 422)
        return make_response(_page(TrendQuestion(), typed=question, broken=broken), 422)

    again(refused)
    if hand_out.edition in exports.SECOND:
        return asked_for(lambda: figure_requests.ask_table(g.ctx, question, cut, hand_out))
    form = request.form.get(FORM, exports.XLSX)
    return handed_out(lambda: _file(question, cut, hand_out, form), form)


def _file(question: TrendQuestion, cut: Cut, hand_out: HandOut, form: str) -> bytes | Report:
    table = exports.leaving(g.ctx, question, cut, hand_out, form=form)
    return question_file(table, hand_out, form)


def asked(value: Mapping[str, str]) -> TrendQuestion:
    """The question of an address or a form."""
    only = {by: str(value.get(letter, ""))[:60] for by, letter in LETTERS.items()}
    kind = only.pop(counting.KIND)
    only[counting.GROUP if kind.startswith(STAR) else counting.KIND] = kind.removeprefix(STAR)
    typed = {name: str(value.get(letter, ""))[:40] for name, letter in TYPED.items()}
    return TrendQuestion(
        only={by: code for by, code in only.items() if code},
        unit=typed["unit"] or counting.INCIDENTS,
        step=typed["step"] or counting.YEAR,
        since=typed["since"],
        until=typed["until"],
        beside_region=typed["beside_region"],
        beside_since=typed["beside_since"],
        beside_until=typed["beside_until"],
        grievances=bool(value.get(GRIEVANCES)),
    )


def address(question: TrendQuestion, **changed: str) -> dict[str, str]:
    """A question as its address has it; `changed` by dimension, empty to take one out."""
    only = {**question.only, **changed}
    if counting.GROUP in changed or counting.KIND in changed:
        only.pop(counting.KIND if counting.GROUP in changed else counting.GROUP, None)
    codes = {LETTERS[by]: code for by, code in only.items() if by in LETTERS}
    if only.get(counting.GROUP):
        codes[LETTERS[counting.KIND]] = STAR + only[counting.GROUP]
    usual = {"unit": counting.INCIDENTS, "step": counting.YEAR}
    typed = {name: getattr(question, name) for name in TYPED}
    plain = {TYPED[name]: text for name, text in typed.items() if text != usual.get(name)}
    marked = {GRIEVANCES: "1"} if question.grievances else {}
    return {name: text for name, text in {**codes, **plain, **marked}.items() if text}


def _page(
    chosen: TrendQuestion, *, typed: TrendQuestion | None = None, broken: Exception | None = None
) -> ResponseReturnValue:
    answer = trends.ask(g.ctx, chosen)
    question = answer.selection.question
    error = dict([refused_at(broken)]) if broken is not None else {}
    first = broken is None and not request.args
    return render_template(
        "figures/show.html",
        title=question_title(question),
        answer=answer,
        total=amount_words(answer.total),
        unit=_(counting.UNITS[question.unit]),
        period=tuple(period_words(month) for month in (question.since, question.until)),
        change="" if question.unit in counting.OF_ACTIONS else change_words(answer.change),
        companies=_companies(answer),
        beside=beside_words(answer),
        altered=_(exports.ALTERED) if answer.altered else "",
        time=bars(answer.time, lambda row: period_words(row.code)),
        step=_(counting.STEPS[question.step]),
        spread=list(_spread(chosen, answer)),
        chosen=_chosen(chosen),
        ready=[(_(text), url(values)) for text, values in READY] if first else [],
        form=_form(typed or chosen, question, error),
        open=first or bool(error),
        export_url=url(address(chosen), "trends.export_form"),
        save_url=url(address(chosen), "saved_questions.show"),
        saved=[(line.name, url(address(line.question))) for line in saved_questions.listing(g.ctx)],
        rule=_(counting.RULES[question.unit]),
        several=_(counting.SEVERAL),
        of_actions=question.unit in counting.OF_ACTIONS,
        share=filters.number(float(share(answer.selection.not_asked, len(answer.selection.events)) or 0)),
        wide=True,
    )


def url(values: Mapping[str, str], endpoint: str = "trends.show") -> str:
    """The address of a page about a question."""
    return url_for(endpoint, **values)  # type: ignore[arg-type]  # letters of ours


def _chosen(question: TrendQuestion) -> list[tuple[str, str]]:
    """What the question is narrowed to: the words, and where it goes on without that."""
    return [(code_words(by, code), url(address(question, **{by: ""}))) for by, code in question.only.items()]


def _companies(answer: TrendAnswer) -> str:
    """Which company is named most, among how many; nothing where none is named."""
    rows = [row for row in answer.spread.get(counting.COMPANY, ()) if row.code]
    if not rows:
        return ""
    most = [row for row in rows if row.amount.used == rows[0].amount.used]
    unit = answer.selection.question.unit
    values = {
        "companies": ", ".join(code_words(counting.COMPANY, row.code) for row in most[:3]),
        "number": amount_words(most[0].amount),
        "all": amount_words(answer.total),
        "unit": _(counting.UNITS[unit]),
    }
    if len(most) > 1:
        return _(N_("Named most, equally often: %(companies)s, each %(number)s of %(all)s (%(unit)s).")) % values
    return _(N_("Named most: %(companies)s, %(number)s of %(all)s (%(unit)s).")) % values


def _spread(chosen: TrendQuestion, answer: TrendAnswer) -> Iterator[dict[str, object]]:
    """One chart for each dimension; each row leads to the same question about it alone."""
    for by in SPREAD:
        rows = answer.spread.get(by, ())
        if rows and not (len(rows) == 1 and by in chosen.only):
            charts = bars(rows, lambda row, by=by: _linked(chosen, by, row))  # type: ignore[misc]  # a row of this chart
            chart = {"by": by, "title": _(counting.COLUMNS[by]), "rows": charts[:SHOWN], "more": charts[SHOWN:]}
            yield {**chart, "open": by == counting.COMPANY}


def _linked(chosen: TrendQuestion, by: str, row: Row) -> object:
    words = code_words(by, row.code)
    if by in counting.OF_ACTION or not row.code or chosen.only.get(by) == row.code:
        return words
    return {"text": words, "url": url(address(chosen, **{by: row.code}))}


def _form(typed: TrendQuestion, question: Question, error: dict[str, str]) -> SimpleForm:
    selects = [_listed(by, typed, error) for by in LETTERS]
    return SimpleForm(
        fields=(
            *selects,
            _select("unit", N_("Counted"), typed.unit, counting.UNITS, error),
            _select("step", N_("Chart"), typed.step, counting.STEPS, error),
            _month_field("since", N_("From month"), typed.since or _typed(question.since), error),
            _month_field("until", N_("To month"), typed.until or _typed(question.until), error),
            _select("beside_region", N_("Beside: place"), typed.beside_region, _places(), error),
            _month_field("beside_since", N_("Beside: from month"), typed.beside_since, error),
            _month_field("beside_until", N_("Beside: to month"), typed.beside_until, error),
            form_fields.checks(
                GRIEVANCES,
                _(N_("Labour grievances")),
                [("1", _(N_("count wages, hours and conditions too: they are no attack on a defender")))],
                ["1"] if typed.grievances else [],
            ),
        )
    )


def _places() -> dict[str, str]:
    every = (choice for _heading, choices in groups(trends.LISTS[counting.REGION]) for choice in choices)
    return {"": N_("none"), **dict(every)}


def _listed(by: str, typed: TrendQuestion, error: dict[str, str]) -> FormField:
    """A list of everything that a dimension can be narrowed to."""
    picked = typed.only.get(by, "")
    headed: Sequence[Group] = _companies_listed() if by == counting.COMPANY else groups(trends.LISTS[by])
    if by == counting.KIND:
        picked = picked or (STAR + typed.only[counting.GROUP] if counting.GROUP in typed.only else "")
        headed = list(_with_groups(headed))
    plain = [choice for heading, choices in headed if not heading for choice in choices]
    anything: Choice = ("", _(N_("all")))
    return FormField(
        kind="select",
        name=LETTERS[by],
        id=identifier(LETTERS[by]),
        label=_(LABELS[by]),
        options=_options((anything, *plain), picked),
        groups=tuple((heading, False, _options(choices, picked)) for heading, choices in headed if heading),
        error=error.get(by, "") or (error.get(counting.GROUP, "") if by == counting.KIND else ""),
    )


def _options(choices: Iterable[Choice], picked: str) -> tuple[Option, ...]:
    return tuple((code, words, code == picked) for code, words in choices)


def _companies_listed() -> Sequence[Group]:
    return [("", sorted(trends.companies(g.ctx).items(), key=lambda pair: pair[1].casefold()))]


def _with_groups(headed: Sequence[Group]) -> Iterator[Group]:
    """Each heading of kinds may be chosen as a whole too."""
    whole = {code_words(counting.GROUP, group): group for group in trends.kind_groups()}
    for heading, choices in headed:
        everything = (
            [(STAR + whole[heading], _(N_("all of it: %(group)s")) % {"group": heading})] if heading in whole else []
        )
        yield heading, [*everything, *choices]


def _export_page(
    typed: TrendQuestion, cut: Cut, broken: Exception | None = None, hand_out: HandOut = edition_fields.NOTHING
) -> str:
    question = trends.understood(g.ctx, typed)
    return render_template(
        "figures/export.html",
        form=_export_form(cut, hand_out, _said(broken)),
        carried=address(typed),
        lede=_(LEDE),
        about=_about(question),
        back=url(address(typed)),
        action=url_for("trends.export"),
    )


def _said(broken: Exception | None) -> dict[str, str]:
    """What is refused, by field; a cut that the edition may not have is named beside the edition."""
    if broken is None:
        return {}
    place, text = refused_at(broken)
    if not isinstance(broken, CutRefused) or place == "by":
        return {place: text}
    return {"edition": f"{_(CUTS[place])}: {text}"}


def _about(question: Question) -> str:
    """What is exported, in one line."""
    since, until = (period_words(month) for month in (question.since, question.until))
    values = {"unit": _(counting.UNITS[question.unit]), "since": since, "until": until}
    return f"{question_title(question)} · {_(N_('%(unit)s, %(since)s to %(until)s')) % values}"


def _export_form(cut: Cut, hand_out: HandOut, error: dict[str, str]) -> SimpleForm:
    rows = {"": N_("periods"), **{code: words for code, words in counting.COLUMNS.items() if code != counting.WHOLE}}
    columns = _cut_field(BY, N_("Columns"), counting.COLUMNS, cut[0], error.get("by", ""))
    lines = _cut_field(ROWS, CUTS["rows"], rows, cut[1], error.get("rows", ""))
    return SimpleForm(fields=(columns, lines, *edition_fields.fields(hand_out, error)))


def _cut_field(name: str, text: str, choices: Mapping[str, str], chosen: str, error: str) -> FormField:
    options = tuple((code, _(words), code == chosen) for code, words in choices.items())
    return FormField(kind="select", name=name, id=identifier(name), label=_(text), options=options, error=error)


def _select(name: str, text: str, chosen: str, choices: Mapping[str, str], error: dict[str, str]) -> FormField:
    return _cut_field(TYPED[name], text, choices, chosen, error.get(name, ""))


def _month_field(name: str, text: str, value: str, error: dict[str, str]) -> FormField:
    return form_fields.line(TYPED[name], _(text), value=value, error=error.get(name, ""))


def _typed(month: str) -> str:
    """A month as people here write it: 12.2017."""
    return f"{month[5:7]}.{month[:4]}"
