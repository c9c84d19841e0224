"""Search: what is looked for is sent, kept sealed in the session, and never stands in an address."""

from collections.abc import Iterator, Mapping, Sequence

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.fields import ENTITIES, by_letter
from hrd_cases.domain.words import N_
from hrd_cases.services.casework import duplicates, search
from hrd_cases.services.keys import gate
from hrd_cases.web.kernel import urls
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
    text = search.recall(g.ctx, page)
    kind, year = by_letter(request.args.get("k", "")), request.args.get("y", type=int)
    code = kind.code if kind else ""
    results = search.find(g.ctx, text, kind=code, year=year, page=page_number())
    chosen = {"page": page, "k": kind.letter if kind else None, "y": year}
    return _page(
        text,
        groups=[_group(group) for group in results.groups],
        found=results.page,
        chosen=chosen,
        ask=duplicates.whom_to_ask(g.ctx),
        filters=_filters(results, chosen),
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
    return render_template("search/show.html", form=SimpleForm(fields=(field,)), text=text, groups=groups, **more)


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
