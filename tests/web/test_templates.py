"""The code of a template is kept for a whole process: of this very source, never of another."""

import pytest
from jinja2 import DictLoader, Environment

from hrd_cases.app import CompiledTemplates


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
