"""Search: what is looked for is sent, kept sealed in the session, and never stands in an address.

Saved searches are run, renamed and deleted by their random ids.
"""

from collections.abc import Iterator, Mapping, Sequence

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.fields import ENTITIES, by_letter
from hrd_cases.domain.words import N_
from hrd_cases.services.casework import duplicates, saved_searches, search
from hrd_cases.services.casework.saved_searches import SavedSearch
from hrd_cases.services.keys import gate
from hrd_cases.web.forms.model import FormField
from hrd_cases.web.kernel import urls
from hrd_cases.web.kernel.flash import go
from hrd_cases.web.pages.form_fields import SimpleForm, line, refusal
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.request import again, page_number

bp = Blueprint("search", __name__, url_prefix=urls.path("search"))


@bp.get("")
def show() -> ResponseReturnValue:
    """An empty search."""
    gate.allow(g.ctx, Act.SEE_DESK)
    return _page("")


@bp.post("")
def ask() -> ResponseReturnValue:
    """Remember what is looked for, and go to the page that shows it."""
    text = request.form.get("text", "")
    again(lambda broken: _again(text[:1000], refusal(broken)))
    return redirect(url_for(".found", page=search.remember(g.ctx, text)), 303)


@bp.get("/<page>")
def found(page: str) -> ResponseReturnValue:
    """What was found, by case: of one kind (`k`) and year (`y`), one page of the list (`n`)."""
    return _results(page, _name(), request.args)


@bp.post("/<page>/k")
def keep(page: str) -> ResponseReturnValue:
    """Save what a page searched for, and how it is narrowed, under a name."""
    form = request.form
    kind, year = by_letter(form.get("k", "")), form.get("y", type=int)
    text = search.recall(g.ctx, page)
    again(lambda broken: _saving(form.get("name", "")[:1000], page, broken))
    letter = kind.letter if kind else ""
    year_text = "" if year is None else str(year)
    saved_searches.keep(g.ctx, SavedSearch(name=form.get("name", ""), text=text, kind=letter, year=year_text))
    return go("saved", ".show")


@bp.get("/k/<search_id>")
def saved(search_id: str) -> ResponseReturnValue:
    """A saved search, to be renamed or deleted."""
    return _saved(saved_searches.one(g.ctx, search_id))


@bp.post("/k/<search_id>")
def rename(search_id: str) -> ResponseReturnValue:
    """Give a saved search another name."""
    name = request.form.get("name", "")
    again(lambda broken: _renaming(search_id, name[:1000], broken))
    saved_searches.rename(g.ctx, search_id, name)
    return go("saved", ".show")


@bp.post("/k/<search_id>/d")
def forget(search_id: str) -> ResponseReturnValue:
    """Delete a saved search."""
    saved_searches.forget(g.ctx, search_id)
    return go("search_deleted", ".show")


@bp.post("/k/<search_id>/r")
def run(search_id: str) -> ResponseReturnValue:
    """Search once more for what was saved."""
    chosen = saved_searches.one(g.ctx, search_id)
    page = search.remember(g.ctx, chosen.text)
    return redirect(url_for(".found", page=page, k=chosen.kind or None, y=chosen.year or None), 303)


def _name(value: str = "", error: str = "") -> FormField:
    return line("name", _(N_("Name")), value=value, error=error, required=True, hint=_(N_("Only you see it.")))


def _saving(name: str, page: str, broken: Exception) -> ResponseReturnValue:
    """The results once more, with what was wrong with the name."""
    return make_response(_results(page, _name(name, refusal(broken)), request.form), 422)


def _renaming(search_id: str, name: str, broken: Exception) -> ResponseReturnValue:
    return make_response(_saved(saved_searches.one(g.ctx, search_id), _name(name, refusal(broken))), 422)


def _saved(chosen: SavedSearch, name: FormField | None = None) -> str:
    form = SimpleForm(fields=(name or _name(chosen.name),))
    return render_template("search/saved.html", form=form, search=chosen)


def _results(page: str, name: FormField, chosen_by: MultiDict[str, str]) -> str:
    """What a page of this session searched for, and the form that saves it under a name."""
    text = search.recall(g.ctx, page)
    kind, year = by_letter(chosen_by.get("k", "")), chosen_by.get("y", type=int)
    code = kind.code if kind else ""
    results = search.find(g.ctx, text, kind=code, year=year, page=page_number())
    chosen = {"page": page, "k": kind.letter if kind else None, "y": year}
    return _page(
        text,
        groups=[_group(group) for group in results.groups],
        found=results.page,
        near=results.near,
        chosen=chosen,
        ask=duplicates.whom_to_ask(g.ctx),
        filters=_filters(results, chosen),
        saving=SimpleForm(fields=(name,)),
    )


def _again(text: str, error: str) -> ResponseReturnValue:
    gate.allow(g.ctx, Act.SEE_DESK)
    return make_response(_page(text, error=error), 422)


def _page(text: str, *, error: str = "", groups: list[dict[str, object]] | None = None, **more: object) -> str:
    field = line(
        "text",
        _(N_("A name, a title or a number, or part of one")),
        hint=_(N_("Names in any script. Look-alike letters count as the same.")),
        value=text,
        error=error,
        required=True,
    )
    kept = saved_searches.mine(g.ctx) if groups is None else ()
    form = SimpleForm(fields=(field,))
    return render_template("search/show.html", form=form, text=text, groups=groups, kept=kept, **more)


def _filters(results: search.Results, chosen: Mapping[str, object]) -> list[dict[str, object]]:
    """The choices above the list: a kind, a year; none where there is nothing to choose between."""
    kinds = [(ENTITIES[code].letter, _(ENTITIES[code].plural), count) for code, count in results.kinds.items()]
    years = [(year, str(year) if year else _(N_("No date")), count) for year, count in results.years.items()]
    every = (("k", _(N_("Kind")), kinds), ("y", _(N_("Year")), years))
    return [
        {"label": label, "choices": list(_choices(chosen, key, values))}
        for key, label, values in every
        if len(values) > 1 or chosen[key] is not None
    ]


def _choices(
    chosen: Mapping[str, object], key: str, values: Sequence[tuple[object, str, int]]
) -> Iterator[dict[str, object]]:
    yield {"label": _(N_("Everything")), "url": _chosen(chosen, key, None), "current": chosen[key] is None}
    for value, word, count in values:
        yield {"label": word, "count": count, "url": _chosen(chosen, key, value), "current": chosen[key] == value}


def _chosen(chosen: Mapping[str, object], key: str, value: object) -> str:
    return url_for(".found", **{**chosen, key: value})  # type: ignore[arg-type]  # letters of ours, never its options


def _group(group: search.HitGroup) -> dict[str, object]:
    return {
        "label": group.case_title if group.case else _(ENTITIES[group.code].plural),
        "url": url_for("cases.show", case=group.case) if group.case else "",
        "hits": [_line(hit) for hit in group.hits],
    }


def _line(hit: search.Hit) -> dict[str, object]:
    kind = _(ENTITIES[hit.code].label)
    return {
        "title": hit.title_pieces or ((kind, False),),
        "url": urls.of(hit.code, hit.record, hit.case or None),
        "on": hit.on,
        "kind": kind,
        "label": _(hit.label) if hit.label else "",
        "file": hit.file,
        "excerpt": hit.excerpt,
    }
