"""Dead code is found: by the step of ./run check, which asks the whole product."""

from pathlib import Path

import pytest

dead_code = pytest.importorskip("hrd_dead_code", reason="vulture is not installed: ./run check installs it")


def test_what_nothing_uses_is_found_and_what_is_used_is_not(tmp_path: Path) -> None:
    (tmp_path / "rules.py").write_text("def used():\n    return 1\n\n\ndef unused():\n    return used()\n")
    assert [item.name for item in dead_code.unused(str(tmp_path))] == ["unused"]


def test_a_use_by_a_template_or_a_declared_field_counts(tmp_path: Path) -> None:
    (tmp_path / "rows.py").write_text("class Row:\n    ring_count = 1\n    narrative = 2\n\n\nROW = Row()\n")
    names = {item.name for item in dead_code.unused(str(tmp_path))}
    assert names == {"ring_count", "ROW"}
    assert "narrative" in set(dead_code.declared())
