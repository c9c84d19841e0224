"""The worked examples of CONTRIBUTING.md: their code, and their entity declared for the length of a test."""

import re
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hrd_cases.domain.fields import ENTITIES, Entity

PAGE = Path(__file__).parents[2] / "CONTRIBUTING.md"


def example(name: str) -> str:
    """The code block of the page with this name."""
    result = re.search(rf"```python {name}\n(.*?)```", PAGE.read_text("utf-8"), flags=re.DOTALL)
    assert result is not None, f"CONTRIBUTING.md has lost its example {name}"
    return result.group(1)


@contextmanager
def declared_visit() -> Iterator[Entity]:
    """The entity of the example, unless somebody has followed it: then it is there."""
    if "visit" in ENTITIES:
        yield ENTITIES["visit"]
        return
    module = types.ModuleType("hrd_cases_worked_example")
    sys.modules[module.__name__] = module
    exec(compile(example("entity"), str(PAGE), "exec"), module.__dict__)
    try:
        yield ENTITIES["visit"]
    finally:
        del ENTITIES["visit"]
        del sys.modules[module.__name__]
