"""The manuals of docs/manual inside the program: a page for each part, in the language of the reader."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.errors import NotFound
from hrd_cases.services.keys.gate import allow
from hrd_cases.web.kernel import urls
from hrd_cases.web.pages.layout import language

bp = Blueprint("manuals", __name__, url_prefix=f"{urls.path('account')}/m")
FOLDER = Path(__file__).resolve().parents[3] / "docs" / "manual"
FIRST, LAST = ("caseworker", "lawyer", "coordinator", "administrator", "auditor"), ("custodian", "danger")
TO_MANUAL = re.compile(rf"({'|'.join(FIRST + LAST)})(\.[a-z]+)?\.md(#.*)?")
TEXT = MarkdownIt("commonmark", {"html": False})  # what is typed as HTML stays text


@dataclass(frozen=True, kw_only=True)
class ManualPart:
    """A heading of a manual with what stands below it; part 0 is what stands before the first."""

    title: str
    text: Markup


@bp.get("")
def index() -> ResponseReturnValue:
    """All manuals, those for the reader's own roles first."""
    allow(g.ctx, Act.OWN_ACCOUNT)
    own = [name for name in FIRST if name in g.session.actor.roles]
    names = [*own, LAST[-1], *(name for name in FIRST if name not in own), LAST[0]]
    return render_template("signin/manuals/index.html", manuals=[(name, _parts(name, language())) for name in names])


@bp.get("/<manual>/<int:number>")
def show(manual: str, number: int) -> ResponseReturnValue:
    """One part, with the ways to those before and after it."""
    allow(g.ctx, Act.OWN_ACCOUNT)
    parts = _parts(manual, language()) if manual in FIRST + LAST else ()
    if number >= len(parts):
        raise NotFound
    return render_template("signin/manuals/show.html", name=manual, part=number, parts=parts)


@cache
def _parts(name: str, code: str) -> Sequence[ManualPart]:
    """A manual of this program, cut at its headings; its own text, so it may be markup."""
    path = FOLDER / (f"{name}.md" if code == "en" else f"{name}.{code}.md")
    tokens = TEXT.parse(path.read_text(encoding="utf-8"))
    starts = [at for at, token in enumerate(tokens) if token.type == "heading_open" and token.tag in {"h1", "h2"}]
    return [
        ManualPart(title=tokens[start + 1].content, text=_text(tokens[start + 3 : end]))
        for start, end in zip(starts, [*starts[1:], len(tokens)], strict=True)
    ]


def _text(tokens: Sequence[Token]) -> Markup:
    for token in tokens:
        token.children = list(_inside(token.children or ()))
        token.hidden = token.hidden or (token.type == "inline" and not token.children)
        if token.tag == "h3":
            token.tag = "h2"  # the heading of the part is the heading of the page
    return Markup(TEXT.renderer.render(tokens, TEXT.options, {}))  # noqa: S704


def _inside(children: Sequence[Token]) -> Iterator[Token]:
    """The text of a paragraph: pictures stay in the files, and only links to other manuals lead somewhere."""
    kept: list[bool] = []
    for token in children:
        if token.type == "link_open":
            to = TO_MANUAL.fullmatch(str(token.attrs["href"]))
            kept.append(to is not None)
            if to:
                token.attrs = {"href": f"{bp.url_prefix}/{to[1]}/0"}
                yield token
        elif token.type == "link_close":
            if kept.pop():
                yield token
        elif token.type != "image":
            yield token
