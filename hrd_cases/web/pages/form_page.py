"""A page with a form, from opening it to what follows: more rows, errors, a broken rule, a colleague who was faster."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from flask import g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.errors import Changed, Confirmed, RuleBroken
from hrd_cases.domain.fields import Declared, Entity, entity_for
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.sealing import REFUSALS
from hrd_cases.domain.words import N_
from hrd_cases.services.casework.duplicates import SeemsKnown, whom_to_ask
from hrd_cases.services.records import records
from hrd_cases.services.records.records import Stored
from hrd_cases.web.forms.engine import AT, form_of, read_form, typed_form, wants_more, with_search, without_row
from hrd_cases.web.forms.model import PART, Errors, Form, Lists, Typed
from hrd_cases.web.kernel import urls
from hrd_cases.web.pages import filters, record_view
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import lists
from hrd_cases.web.pages.request import again, typed
from hrd_cases.web.pages.sending import KEPT

SURE = "_sure"  # somebody has looked at what seems to be the same
VERSION = "_v-"  # + compartment: the version that the form was made from

NOT_WRITABLE = N_(
    "Nothing was saved: a part of this form cannot be saved now, because its key is "
    "missing or must be changed. What you typed is below. The team page says who can help."
)

Keeping = Callable[[Any, Mapping[str, int]], ResponseReturnValue]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A form page: `base` is what it starts from, `url` its own address, `back` where one returns without saving."""

    entity: Entity
    base: Any
    allowed: frozenset[str]
    lists: Lists
    url: str
    title: str
    back: str
    kicker: str = ""
    versions: Mapping[str, int] = field(default_factory=dict)
    authors: Mapping[str, str] = field(default_factory=dict)
    day: date | None = None
    odd: Mapping[str, str] = field(default_factory=dict)  # stored values that fit no field, by name of control
    before: Markup = Markup("")  # what stands between the heading and the form
    save: str = ""  # the word on the button, if it does more than save
    shut: Mapping[str, str] = field(default_factory=dict)  # parts that are theirs and cannot be written now, and why
    inside: str = "casework/records/_form.html"  # the template of the form itself
    extra: Mapping[str, object] = field(default_factory=dict)  # what that template wants beside the form
    dense: bool = False  # mostly filled in beforehand: its fields stand close together
    page: str = "casework/records/form.html"  # the whole page
    carries: tuple[tuple[str, str], ...] = ()  # what the form carries unseen besides what every sheet does
    parts: bool = False  # a long form that is saved part by part: each part leads on to the next


def sheet_of(
    stored: Stored[Declared],
    *,
    allowed: frozenset[str],
    shut: Mapping[str, str],
    lists: Lists,
    url: str,
    back: str,
    parts: bool = False,
) -> Sheet:
    """The form page of a stored record: what stands there, and the versions that the form is made from."""
    return Sheet(
        entity=stored.entity,
        base=stored.value,
        allowed=allowed - stored.broken,
        shut=shut,
        lists=lists,
        url=url,
        title=record_view.title(stored),
        kicker=_(stored.entity.label),
        back=back,
        versions=stored.versions,
        odd=stored.odd,
        authors=stored.authors,
        day=stored.day,
        parts=parts,
    )


def new_in_directory(cls: type[Declared], place: str) -> Sheet:
    """The form page of a new entry of the directory; `place` has the pages index, new, show and edit."""
    entity = entity_for(cls)
    return Sheet(
        entity=entity,
        base=records.start(g.ctx, cls),
        allowed=records.writable(g.ctx, cls),
        shut=records.shut(g.ctx),
        lists=lists(g.ctx),
        url=url_for(f"{place}.new"),
        title=_(entity.new),
        back=url_for(f"{place}.index"),
    )


def stored_in_directory(cls: type[Declared], place: str, record: RecordId) -> Sheet:
    """The same of an entry that is there."""
    return sheet_of(
        records.read(g.ctx, None, record, cls),
        allowed=records.writable(g.ctx, cls),
        shut=records.shut(g.ctx),
        lists=lists(g.ctx),
        url=url_for(f"{place}.edit", record=record),
        back=url_for(f"{place}.show", record=record),
    )


def opening(sheet: Sheet) -> ResponseReturnValue:
    """The page as it is first seen, or filled with what was kept for this person."""
    if not sheet.allowed and sheet.shut:  # nobody fills in a form that has no fields
        raise RuleBroken(REFUSALS[min(sheet.shut.values())])
    restored = g.get("restored")
    if restored is None or restored.form != sheet.url:
        form = form_of(sheet.entity, sheet.base, sheet.lists, sheet.allowed, sheet.odd)
        if sheet.parts and not sheet.versions:
            form = folded(form)
        return draw(sheet, part_opened(form, request.args.get("p", "")), {})
    g.filled = True
    values: dict[str, list[str]] = {}
    for name, text in restored.fields:
        values.setdefault(name, []).append(text)
    return draw(sheet, typed_form(sheet.entity, values, sheet.lists, sheet.allowed), values)


def answer(make: Callable[[], Sheet], keep: Keeping) -> ResponseReturnValue:
    """What follows from a sent form; `keep` gets the value and the versions it was made from, and answers."""
    sheet, values = make(), with_search(typed())
    lost = frozenset(" ".join(values.get(AT, ())).split()) & sheet.shut.keys() - sheet.allowed
    if not sheet.versions and not lost:  # of a new record, everything was shown
        values[AT] = [" ".join(sheet.allowed)]
    drawn = replace(sheet, allowed=sheet.allowed | lost)  # what was typed is shown again also where it is refused
    if wants_more(values):
        values = without_row(values)
        return draw(drawn, typed_form(sheet.entity, values, sheet.lists, drawn.allowed), values)
    value, errors = read_form(sheet.entity, values, sheet.base, sheet.lists, drawn.allowed)
    if errors:
        return with_errors(drawn, values, errors)
    again(lambda broken: refused(replace(make(), allowed=drawn.allowed), values, broken))
    if lost:
        raise RuleBroken(NOT_WRITABLE)
    return keep(value, expected(values))


def expected(values: Typed) -> dict[str, int]:
    """The versions that a form was made from."""
    results = {name.removeprefix(VERSION): texts[0] for name, texts in values.items() if name.startswith(VERSION)}
    return {compartment: int(text) for compartment, text in results.items() if text.isdecimal() and len(text) < 10}


def with_errors(sheet: Sheet, values: Typed, errors: Errors) -> ResponseReturnValue:
    """The page again, with every error at its field and everything typed still there."""
    form = typed_form(sheet.entity, values, sheet.lists, sheet.allowed, errors=errors)
    left = [text for name, text in errors.items() if name not in _names(form)]
    return draw(replace(sheet), form, values, status=422, problem=" ".join(left))


def refused(sheet: Sheet, values: Typed, broken: Exception) -> ResponseReturnValue:
    """The page again after the service said no."""
    if isinstance(broken, Confirmed):
        return draw(sheet, typed_form(sheet.entity, values, sheet.lists, sheet.allowed), values)
    if isinstance(broken, SeemsKnown):
        form = typed_form(sheet.entity, values, sheet.lists, sheet.allowed)
        return draw(sheet, form, {**values, SURE: ["yes"]}, status=422, likeness=broken)
    if isinstance(broken, RuleBroken):
        return with_errors(sheet, values, {broken.place: sheet.lists.words(broken.text) % broken.values})
    if not isinstance(broken, Changed):
        raise broken
    mine, _ = read_form(sheet.entity, values, sheet.base, sheet.lists, sheet.allowed)
    names = sheet.lists.names(ColleagueCard)
    conflict = {
        "rows": record_view.differences(sheet.entity, mine, sheet.base, sheet.lists),
        "theirs_by": ", ".join(dict.fromkeys(names.get(user, "?") for user in sheet.authors.values())),
        "theirs_at": filters.day(sheet.day),
    }
    form = typed_form(sheet.entity, values, sheet.lists, sheet.allowed)
    newest = {name: texts for name, texts in values.items() if not name.startswith(VERSION)}
    inside = render_template(sheet.inside, sheet=sheet, form=form, hidden=_hidden(sheet, newest), problem="")
    page = render_template("errors/409.html", conflict=conflict, again=Markup(inside), theirs_url=sheet.back)  # noqa: S704
    return make_response(page, 409)


def next_part(values: Typed) -> str:
    """The number of the part to go on with, if that is what the button says; empty otherwise."""
    number = (values.get(PART) or [""])[0]
    return number if number.isascii() and number.isdecimal() and len(number) < 3 else ""


def folded(form: Form) -> Form:
    """The form of a new record: what the program proposes unfolds no part, only what somebody filled in does."""
    parts = (part if part.open is None else replace(part, open=False) for part in form.sections)
    return replace(form, sections=tuple(parts))


def part_opened(form: Form, number: str) -> Form:
    """The form with one of its parts unfolded: the one to go on with."""
    parts = (
        replace(part, open=True) if str(at) == number and part.open is not None else part
        for at, part in enumerate(form.sections, start=1)
    )
    return replace(form, sections=tuple(parts))


def draw(
    sheet: Sheet, form: Form, value: Typed, *, status: int = 200, problem: str = "", likeness: SeemsKnown | None = None
) -> ResponseReturnValue:
    """The page of a form."""
    hidden = [*_hidden(sheet, value), *([(SURE, "yes")] if likeness else [])]
    results = likeness.found if likeness else ()
    values = {
        "like": [{"title": name, "url": urls.of(code, record, case or None)} for code, record, name, case in results],
        "like_said": sheet.lists.words(likeness.text) if likeness else "",
    }
    page = render_template(sheet.page, sheet=sheet, form=form, hidden=hidden, problem=problem, **values)
    return make_response(page, status)


def look_first() -> Markup:
    """What stands above the form of what may be there already: where to look, and whom to ask about the rest."""
    return Markup(render_template("casework/duplicates/look_first.html", ask=whom_to_ask(g.ctx)))  # noqa: S704


def sure(values: Typed) -> bool:
    """True when somebody has looked at what seems to be the same, and sends the form once more."""
    return bool(values.get(SURE))


def _hidden(sheet: Sheet, values: Typed) -> list[tuple[str, str]]:
    """What the form carries unseen: the parts it shows, and the versions it was made from."""
    lines = values.get(AT) if sheet.versions else None
    versions = {VERSION + name: str(number) for name, number in sheet.versions.items()}
    versions |= {name: texts[0] for name, texts in values.items() if name.startswith(VERSION)}
    fixed = {AT: (lines or [" ".join(sorted(sheet.allowed))])[0]}
    restored = [] if g.get("restored") else [(KEPT, chosen) for chosen in values.get(KEPT, ())]
    return [*versions.items(), *fixed.items(), *restored, *sheet.carries]


def _names(form: Form) -> set[str]:
    return {place.removeprefix("f-") for place, _ in form.errors}
