"""Definitions of the product that nothing of the product uses; `./run check` asks. A use by a test alone is none.

Vulture reads Python. What it cannot see is added here: names that templates use, and the fields of declared entities,
which forms, pages and the codec walk. What a library or the interpreter calls stands, with its reason, in
tests/support/called_from_outside.py.
"""

import ast
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, nodes
from vulture.core import Item, Vulture

from hrd_cases.domain.entities import ENTITIES
from hrd_cases.domain.fields import Rows, fields_of

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("hrd_cases", "wsgi.py", "migrations")
OUTSIDE = "tests/support/called_from_outside.py"
# Flask, click and the registry of entities keep what these register.
REGISTERS = ["@*.get", "@*.post", "@*.route", "@after_this_request", "@command", "@*.command", "@group", "@entity"]
SURE = 60  # per cent; below, vulture guesses


def in_templates() -> Iterator[str]:
    """Every name that a template reads of a value."""
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"])  # nothing is rendered
    for path in (ROOT / "templates").rglob("*.*"):
        tree = environment.parse(path.read_text("utf-8"))
        yield from (node.attr for node in tree.find_all(nodes.Getattr))


def declared() -> Iterator[str]:
    """Every field of an entity, and of the rows inside it."""
    waiting: list[type[object]] = [entity.cls for entity in ENTITIES.values()]
    while waiting:
        for field in fields_of(waiting.pop()):
            yield field.name
            if isinstance(field.kind, Rows):
                waiting.append(field.kind.item)


def outside() -> set[str]:
    """The names that something outside of our code uses."""
    tree = ast.parse((ROOT / OUTSIDE).read_text("utf-8"))
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def unused(*parts: str) -> list[Item]:
    """What nothing in these files and folders uses, but for templates and the walks over declared fields."""
    vulture = Vulture(ignore_decorators=REGISTERS)
    with tempfile.NamedTemporaryFile("w", suffix=".py", encoding="utf-8") as used:
        used.write("".join(f"_.{name}\n" for name in sorted({*in_templates(), *declared()})))
        used.flush()
        vulture.scavenge([*parts, used.name])
    result: list[Item] = vulture.get_unused_code(min_confidence=SURE)
    return result


def complaints() -> list[str]:
    """One line for each definition that nothing uses, and for each name that is listed without need."""
    result, listed = unused(*(str(ROOT / part) for part in PRODUCT)), outside()
    dead = [item for item in result if item.name not in listed]
    needless = sorted(listed - {item.name for item in result})
    return [
        *(f"{item.filename.relative_to(ROOT)}:{item.first_lineno}: unused {item.typ} {item.name}" for item in dead),
        *(f"{OUTSIDE}: {name} need not be listed" for name in needless),
    ]


if __name__ == "__main__":
    lines = complaints()
    print("".join(f"{line}\n" for line in lines), end="")
    sys.exit(1 if lines else 0)
