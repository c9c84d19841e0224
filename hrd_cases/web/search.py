"""Search: what is looked for is sent, kept sealed in the session, and never stands in an address."""

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.fields import ENTITIES
from hrd_cases.domain.words import N_
from hrd_cases.services.casework import search
from hrd_cases.services.keys import gate
from hrd_cases.web.kernel import urls
from hrd_cases.web.pages.form_fields import SimpleForm, line, refusal
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.request import again

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
    """What was found, in groups."""
    text = search.recall(g.ctx, page)
    groups = [
        {
            "code": group.code,
            "label": _(ENTITIES[group.code].plural),
            "hits": list(map(_line, group.hits)),
            "total": len(group.hits) + group.more,
            "more": group.more,
        }
        for group in search.find(g.ctx, text)
    ]
    return _page(text, groups=groups)


def _again(text: str, error: str) -> ResponseReturnValue:
    gate.allow(g.ctx, Act.SEE_DESK)
    return make_response(_page(text, error=error), 422)


def _page(text: str, *, error: str = "", groups: list[dict[str, object]] | None = None) -> str:
    field = line(
        "text",
        _(N_("A name, a title or a number, or part of one")),
        hint=_(N_("Names in any script. Look-alike letters count as the same.")),
        value=text,
        error=error,
        required=True,
    )
    return render_template("search/show.html", form=SimpleForm(fields=(field,)), text=text, groups=groups)


def _line(hit: search.Hit) -> dict[str, str]:
    matched = f"{_(hit.label)}: {hit.text}" if hit.label else ""
    return {
        "title": hit.title or _(ENTITIES[hit.code].label),
        "url": urls.of(hit.code, hit.record, hit.case or None),
        "case_title": hit.case_title,
        "case_url": url_for("cases.show", case=hit.case) if hit.case_title else "",
        "matched": matched,
    }
