"""Templates are compiled once, of this very source, and a page says what Jinja alone would have it say."""

from collections.abc import Callable

import pytest
from flask import Flask
from jinja2 import DictLoader, Environment, pass_context
from jinja2.runtime import Context

from hrd_cases.web.templating import CompiledTemplates, QuickEnvironment

TEMPLATES = {
    "macros.html": "{% macro cell(text, head=false) %}<{{ tag(head) }}>{{ text }}{{ here() }}"
    "</{{ tag(head) }}>{% endmacro %}"
    "{% macro row(first) %}{{ first }}{{ varargs|join }}{{ kwargs.last }}{{ caller(2) }}{% endmacro %}",
    "base.html": "{% block main %}{% endblock %}{{ own }}",
    "page.html": "{% extends 'base.html' %}{% import 'macros.html' as macros %}"
    "{% from 'macros.html' import row with context %}"
    "{% block main %}{% for one in ones %}{% set at = loop.index %}"
    "{{ macros.cell(one, head=loop.first) }}{{ one.upper() }}{{ seen('at') }}{% endfor %}"
    "{% call(n) row('<', '>', last='&') %}{{ n }}{{ self.other() }}{% endcall %}{% endblock %}"
    "{% block other %}{% set inner = 1 %}{{ seen('inner') }}{{ Thing('<') }}"
    "{{ macros.cell(none)|length }}{% autoescape false %}{{ macros.cell(2)|e }}{% endautoescape %}{% endblock %}",
}


class Thing:
    """Something that a template may make."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text


@pass_context
def seen(context: Context, name: str) -> object:
    """What a name of the template holds where it is asked."""
    return context.get(name)


def _page(environment: Environment) -> str:
    environment.globals.update(tag=lambda head: "th" if head else "td", here=lambda: "!", seen=seen, Thing=Thing)
    return environment.get_template("page.html").render(ones=["<a>", "b"], own="'", at=7)


@pytest.mark.parametrize("escaped", [True, False, lambda name: name is not None])
def test_a_page_is_as_jinja_makes_it(escaped: bool | Callable[[str | None], bool]) -> None:
    quick = QuickEnvironment(Flask("one"), loader=DictLoader(TEMPLATES), autoescape=escaped)
    plain = Environment(loader=DictLoader(TEMPLATES), autoescape=escaped)
    assert ("&lt;a&gt;" in _page(quick)) == bool(escaped)
    assert _page(quick) == _page(plain)


def test_globals_of_one_template_are_no_globals_of_another() -> None:
    quick = QuickEnvironment(Flask("one"), loader=DictLoader({"a.html": "{{ mine }}", "b.html": "{{ mine }}"}))
    assert quick.get_template("a.html", globals={"mine": "a"}).render() == "a"
    assert quick.get_template("b.html").render() == ""


def test_a_template_is_compiled_once_and_again_when_it_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = CompiledTemplates()

    def shown(source: str, name: str = "page.html") -> str:
        return Environment(loader=DictLoader({name: source}), bytecode_cache=shared).get_template(name).render(a=1)

    assert [shown("one {{ a }}"), shown("one {{ a }}"), shown("two {{ a }}"), shown("one {{ a }}")] == [
        "one 1",
        "one 1",
        "two 1",
        "one 1",
    ]
    assert shown("three", "other.html") == "three"
    shared = CompiledTemplates()
    shown("one {{ a }}")
    monkeypatch.setattr(Environment, "compile", lambda *_: pytest.fail("compiled a second time"))
    assert shown("one {{ a }}") == "one 1"
