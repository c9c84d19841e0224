"""The published vectors of docs/crypto-format.md: what opened before opens, what was refused is refused."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


def _maker() -> Any:
    spec = importlib.util.spec_from_file_location("make_vectors", HERE / "make_vectors.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MAKER = _maker()
FILES = sorted((HERE / "vectors").glob("*.json"))
VECTORS = [(path.stem, load) for path in FILES for load in json.loads(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("vector", [pytest.param(item, id=f"{stem}: {item['name']}") for stem, item in VECTORS])
def test_vector(vector: dict[str, Any]) -> None:
    expected = {key: vector[key] for key in ("out", "refused") if key in vector}
    assert len(expected) == 1
    assert MAKER.outcome(vector["op"], vector["in"]) == expected


def test_there_are_at_least_150_and_a_third_are_refusals() -> None:
    assert len(VECTORS) >= 150
    assert 3 * sum("refused" in item for _stem, item in VECTORS) >= len(VECTORS)
    assert len({(stem, item["name"]) for stem, item in VECTORS}) == len(VECTORS)


def test_every_operation_has_a_vector() -> None:
    assert {item["op"] for _stem, item in VECTORS} == set(MAKER.OPERATIONS)
