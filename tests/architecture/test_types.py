"""What the middle of the program knows of its values: types instead of anything, classes instead of codes in quotes."""

import ast
import re
from collections import Counter
from pathlib import Path

from hrd_cases.domain.entities import ENTITIES

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "hrd_cases"
ANYTHING = re.compile(r"\bAny\b")
MOST_ANYTHING = 436  # lines that speak of Any, their imports counted too
MOST_CODES = 147


def _sources() -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))}


def test_hardly_any_line_says_that_a_value_may_be_anything() -> None:
    lines = Counter(
        {
            str(path.relative_to(ROOT)): sum(bool(ANYTHING.search(line)) for line in source.splitlines())
            for path, source in _sources().items()
        }
    )
    print(f"{lines.total()} lines speak of Any: {lines.most_common(20)}")
    assert lines.total() <= MOST_ANYTHING


def test_code_asks_for_the_class_of_a_record_and_not_for_its_code() -> None:
    places: Counter[str] = Counter()
    for path, source in _sources().items():
        if PACKAGE / "domain" not in path.parents:
            nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)]
            places[str(path.relative_to(ROOT))] = sum(node.value in ENTITIES for node in nodes if node.value.__hash__)
    print(f"{places.total()} codes of entities stand in quotes: {places.most_common(20)}")
    assert places.total() <= MOST_CODES
