"""The register of letters, on the screen and on paper: which days, which body, how they stand."""

from datetime import date

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.letter_chain import ANSWERED_STATE, GIVEN_UP, OVERDUE, RECEIVED, WAITING
from hrd_cases.domain.words import N_
from hrd_cases.services.letters.letter_register import MOST_ON_PAPER, RegisterFilter, RegisterLine, register
from hrd_cases.web.forms.model import FormField, identifier
from hrd_cases.web.kernel import urls
from hrd_cases.web.pages import filters
from hrd_cases.web.pages.form_fields import SimpleForm, line
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import label
from hrd_cases.web.pages.request import page_number
from hrd_cases.web.schedule.agenda import day_typed

bp = Blueprint("letter_register", __name__, url_prefix=f"{urls.path('agenda')}/k")

STATES = {
    "": N_("All letters"),
    WAITING: N_("Waiting for an answer"),
    OVERDUE: N_("The answer is overdue"),
    ANSWERED_STATE: N_("Answered"),
    GIVEN_UP: N_("No answer came"),
    RECEIVED: N_("Letters to us"),
}


@bp.get("")
def show() -> ResponseReturnValue:
    """A page of the register; of this year when nobody said which days."""
    form, today = request.args, g.ctx.today
    since, bad_since = day_typed(form.get("f", ""), date(today.year, 1, 1), last=False)
    until, bad_until = day_typed(form.get("t", ""), date(today.year, 12, 31), last=True)
    if not bad_until and until < since:
        bad_until, until = _(N_("The period ends before it begins.")), date.max
    state = form.get("w", "") if form.get("w", "") in STATES else ""
    selection = RegisterFilter(since=since, until=until, body=form.get("b", "")[:32], state=state)
    whole = bool(form.get("a"))
    found = register(g.ctx, selection, page_number(), whole=whole)
    more = {"f": since.isoformat(), "t": until.isoformat(), "b": selection.body or None, "w": state or None}
    page = render_template(
        "papers/letters/register.html",
        found=found.page,
        undated=found.undated,
        rows=[_row(item) for item in found.page.items],
        form=_filters(form, (since, until), (bad_since, bad_until), selection, found.bodies),
        shown=" · ".join(filter(None, (_(STATES[state]), dict(found.bodies).get(selection.body, "")))),
        days=_(N_("%(since)s to %(until)s")) % {"since": filters.day(since), "until": filters.day(until)},
        more={**more, "a": "1" if whole else None},
        paper="" if whole else url_for(".show", a="1", f=more["f"], t=more["t"], b=more["b"], w=more["w"]),
        most=MOST_ON_PAPER,
    )
    return make_response(page, 422 if bad_since or bad_until else 200)


def _filters(
    form: dict[str, str],
    period: tuple[date, date],
    bad: tuple[str, str],
    selection: RegisterFilter,
    bodies: tuple[tuple[str, str], ...],
) -> SimpleForm:
    typed = [
        form.get(name, "") if wrong else f"{day:%d.%m.%Y}" for name, wrong, day in zip("ft", bad, period, strict=True)
    ]
    choices = (("", _(N_("all")), not selection.body), *((code, name, code == selection.body) for code, name in bodies))
    states = tuple((code, _(text), code == selection.state) for code, text in STATES.items())
    return SimpleForm(
        fields=(
            line("f", _(N_("From")), value=typed[0], error=bad[0]),
            line("t", _(N_("To")), value=typed[1], error=bad[1]),
            FormField(kind="select", name="b", id=identifier("b"), label=_(N_("Addressee")), options=choices),
            FormField(kind="select", name="w", id=identifier("w"), label=_(N_("Show only")), options=states),
        )
    )


def _row(letter: RegisterLine) -> list[object]:
    numbers = [number for number in (letter.our_number, letter.their_number) if number]
    direction = _(N_("Letter from us")) if letter.ours else _(N_("Letter to us"))
    late = letter.state == OVERDUE
    result = label("letter_results", letter.result) if letter.result else ""
    if letter.state == ANSWERED_STATE:
        answered: object = {"text": filters.short_day(letter.answered) or _(N_("answered")), "sub": result}
    else:
        answered = result or None
    return [
        {"text": filters.visible(numbers[0]), "sub": filters.visible(" · ".join(numbers[1:]))} if numbers else None,
        filters.short_day(letter.day),
        {"text": filters.visible(letter.body or "—"), "sub": direction},
        {
            "text": filters.visible(letter.title or _(N_("Letter"))),
            "url": url_for("records.show", case=letter.case, record=letter.record),
            "sub": filters.visible(letter.case_title),
        },
        {"text": filters.short_day(letter.due), "sub": _(N_("overdue")) if late else ""} if letter.due else None,
        answered,
    ]
