"""Redaction of an exhibit: its pages as pictures on which two touches mark a place, and the copy that is made of it.

What is marked travels in the form until it is saved, since a picture is touched twice for each place. Where a touch
lies is told in points of the picture as it is shown, so it is shown in one of two sizes, each with a name of its own.
"""

from contextlib import suppress
from dataclasses import dataclass

from flask import Blueprint, Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.page_redactions import UNIT, BadPlace, Place, around, between, of_squares
from hrd_cases.domain.papers import Variant
from hrd_cases.domain.words import N_
from hrd_cases.services.evidence import page_redactions, page_words, previews
from hrd_cases.services.evidence.page_redactions import PageToMark
from hrd_cases.services.evidence.page_words import WordsOnPage
from hrd_cases.services.kernel.pagination import page_of
from hrd_cases.web.evidence import found_words
from hrd_cases.web.evidence.print_preview import picture_response
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.kernel.site import site
from hrd_cases.web.pages.form_fields import refusal
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.request import again, page_number, reading

bp = Blueprint("page_redactions", __name__)
SIZES = {"narrow": 320, "wide": 640}  # points across, as style.css shows the picture
AT_A_TIME = 12
READERS = {
    Variant.FULL.value: N_("Readers of the full version"),
    Variant.PROTECTED.value: N_("Readers of the protected version"),
}
TOUCH = N_("Touch the picture, or write squares such as B3-D7.")
TICK = N_("Tick the words to mark, or touch the picture.")
Corner = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class MarkForm:
    """What the form of a page carries until it is saved: its places, what was there `before`, words, one corner."""

    places: tuple[Place, ...]
    before: str
    words: WordsOnPage
    corner: Corner | None = None


@bp.get("/f/<case>/<record>/r")
def show(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """What is redacted of an exhibit, for each kind of reader."""
    return _overview(case, record)


@bp.get("/f/<case>/<record>/r/<variant>/<int:number>")
def page(case: CaseId, record: RecordId, variant: str, number: int) -> ResponseReturnValue:
    """One page with its places."""
    page = page_redactions.page_to_mark(g.ctx, case, record, variant, number)
    places = () if page.marks.stale else page.marks.places
    words = page_words.on_page(g.ctx, case, record, page.marks.page)
    form = MarkForm(places=places, before=page_redactions.state(page.marks), words=words)
    return _page(case, record, variant, page, form)


@bp.post("/f/<case>/<record>/r/<variant>/<int:number>/m")
def mark(case: CaseId, record: RecordId, variant: str, number: int) -> ResponseReturnValue:
    """A corner, a place by its squares, the words that were ticked, or one place fewer; nothing is saved yet."""
    page = page_redactions.page_to_mark(g.ctx, case, record, variant, number)
    words = found_words.sent(_numbers)
    places, corner, problem = _sent_places(), _corner("c"), ""
    try:
        places, corner = _acted(places, corner, words)
    except BadPlace as bad:
        problem = _(bad.text)
    form = MarkForm(places=places, before=request.form.get("b", ""), words=words, corner=corner)
    return _page(case, record, variant, page, form, problem=problem)


@bp.post("/f/<case>/<record>/r/<variant>/<int:number>")
def keep(case: CaseId, record: RecordId, variant: str, number: int) -> ResponseReturnValue:
    """Save the places of a page, and go on to the next one or back."""
    again(lambda broken: _again(case, record, variant, number, refusal(broken)))
    before = request.form.get("b", "")
    count = page_redactions.keep(g.ctx, case, record, variant, number, _sent_places(), before)
    if "next" in request.form and number < count:
        return go("", ".page", case=case, record=record, variant=variant, number=number + 1, _anchor="picture")
    return go("saved", ".show", case=case, record=record)


@bp.post("/f/<case>/<record>/r/<variant>/d")
def clear(case: CaseId, record: RecordId, variant: str) -> ResponseReturnValue:
    """Remove the places that fit no page any more."""
    again(lambda broken: make_response(_overview(case, record, problem=refusal(broken)), 422))
    page_redactions.clear(g.ctx, case, record, variant)
    return go("saved", ".show", case=case, record=record)


@bp.post("/f/<case>/<record>/r/<variant>/m")
def make(case: CaseId, record: RecordId, variant: str) -> ResponseReturnValue:
    """Make the redacted copy."""
    try:
        page_redactions.make(site().runtime, g.session, g.now, case, record, variant)
    except RuleBroken as broken:
        with reading() as g.ctx:
            return make_response(_overview(case, record, problem=refusal(broken)), 422)
    return go("copy_made", ".compare", case=case, record=record, variant=variant)


@bp.get("/f/<case>/<record>/r/<variant>/c")
def compare(case: CaseId, record: RecordId, variant: str) -> ResponseReturnValue:
    """Each page before and after."""
    printed = page_redactions.copy_pages(g.ctx, case, record, variant)
    return render_template(
        "evidence/redacted.html",
        case=case,
        record=record,
        variant=variant,
        title=printed.title,
        readers=READERS[variant],
        waiting=printed.waiting,
        shown=page_of(printed.pages, page_number(), AT_A_TIME),
    )


@bp.get("/f/<case>/<record>/q/<int:number>")
def before(case: CaseId, record: RecordId, number: int) -> Response:
    """A page as it is, upright."""
    with reading() as g.ctx:
        picture = page_redactions.before_picture(g.ctx, case, record, number)
    return picture_response(picture if isinstance(picture, bytes) else previews.draw_large(site().runtime, picture))


@bp.get("/f/<case>/<record>/r/<variant>/c/<int:number>")
def after(case: CaseId, record: RecordId, variant: str, number: int) -> Response:
    """A page of the redacted copy."""
    return picture_response(page_redactions.copy_picture(g.ctx, case, record, variant, number))


def _overview(case: CaseId, record: RecordId, *, problem: str = "") -> str:
    view = page_redactions.view(g.ctx, case, record)
    return render_template(
        "evidence/redactions.html", case=case, record=record, view=view, readers=READERS, problem=problem
    )


def _again(case: CaseId, record: RecordId, variant: str, number: int, problem: str) -> ResponseReturnValue:
    """The page as it is now, with what was sent; what is saved next is compared with what it says now."""
    page = page_redactions.page_to_mark(g.ctx, case, record, variant, number)
    places = page_redactions.refused(page.marks, _sent_places(), request.form.get("b", ""))
    words = page_words.on_page(g.ctx, case, record, page.marks.page)
    form = MarkForm(places=places, before=page_redactions.state(page.marks), words=words)
    return make_response(_page(case, record, variant, page, form, problem=problem), 422)


def _page(case: CaseId, record: RecordId, variant: str, page: PageToMark, form: MarkForm, *, problem: str = "") -> str:
    return render_template(
        "evidence/redact.html",
        case=case,
        record=record,
        variant=variant,
        title=page.title,
        readers=READERS[variant],
        number=page.marks.page.number,
        total=page.total,
        stale=page.marks.stale,
        marked=form.places,
        before=form.before,
        found=found_words.rows(form.words, form.places),
        corner=form.corner,
        corner_mark=around(form.corner) if form.corner else None,
        sizes=SIZES,
        problem=problem,
    )


def _acted(
    places: tuple[Place, ...], corner: Corner | None, words: WordsOnPage
) -> tuple[tuple[Place, ...], Corner | None]:
    """What was pressed, carried out; raises BadPlace."""
    form = request.form
    if "words" in form or "every" in form:
        chosen = found_words.ticked(words, places)
        if not chosen:
            raise BadPlace(TICK)
        return tuple(dict.fromkeys((*places, *chosen))), corner
    if form.get("delete", "").isdecimal():
        return tuple(place for at, place in enumerate(places) if at != int(form["delete"])), corner
    if "drop" in form:
        return places, None
    touched = _touched()
    if touched is None:
        if not form.get("squares", "").strip():
            raise BadPlace(TOUCH)
        return (*places, of_squares(form["squares"])), corner
    if corner is None:
        return places, touched
    return (*places, between(corner, touched)), None


def _touched() -> Corner | None:
    """Where the picture was touched; None where it was not: a key pressed on it says 0, 0."""
    for name, across in SIZES.items():
        values = (request.form.get(f"{name}.x", ""), request.form.get(f"{name}.y", ""))
        if all(value.isdecimal() and len(value) < 5 for value in values) and set(values) != {"0"}:
            return (int(values[0]) * UNIT // across, int(values[1]) * UNIT // across)
    return None


def _corner(name: str) -> Corner | None:
    numbers = _numbers(request.form.get(name, ""))
    return (numbers[0], numbers[1]) if len(numbers) == 2 else None


def _sent_places() -> tuple[Place, ...]:
    """The places that the form carries; what is none was not written by it."""
    places = []
    for numbers in map(_numbers, request.form.getlist("r")):
        if len(numbers) == len(("left", "top", "right", "bottom")):
            with suppress(BadPlace):
                places.append(between((numbers[0], numbers[1]), (numbers[2], numbers[3])))
    return tuple(places)


def _numbers(text: str) -> list[int]:
    return [int(item) for item in text.split(" ") if item.isdecimal() and len(item) < 6]
