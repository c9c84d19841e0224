"""A copy that was carried away on a medium that cannot be written is checked there, on a real one (as root)."""

import re
import shutil
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hrd_disks import small_disk

from hrd_cases.services.signin import organisation_setup
from hrd_cases.store.log import LogEntry


def _on_a_medium(folder: Path, medium: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy an organisation there, and let nothing be written there any more."""
    copy = medium / "instance"
    shutil.copytree(folder, copy)
    subprocess.run(("mount", "-o", "remount,ro", str(medium)), check=True)
    with pytest.raises(OSError, match="Read-only"):
        (copy / "x").touch()
    monkeypatch.setenv("HRD_INSTANCE", str(copy))
    return copy


def _entries(text: str) -> int:
    found = re.search(r"(\d+) entries", text)
    assert found, text
    return int(found[1])


def test_a_copy_is_checked_where_nothing_can_be_written(run, founder, here, tmp_path, monkeypatch) -> None:
    size, findings = _entries(run("log", "verify").out), run("check", "--json").told["findings"]
    assert {item["name"] for item in findings if item["text"]} == {"cards"}, "this organisation has only just begun"
    with small_disk(tmp_path / "medium", 60) as medium:
        _on_a_medium(here, medium, monkeypatch)
        assert run("check", "--json").told["findings"] == findings
        assert _entries(run("log", "verify").out) == size


def test_what_is_altered_in_a_copy_is_found_there(run, founder, here, tmp_path, monkeypatch) -> None:
    runtime = organisation_setup.load(here, f"sqlite:///{here / 'cases.sqlite'}", here / "evidence")
    with closing(runtime.database), runtime.database.writing() as work:
        work.connection.exec_driver_sql("UPDATE log SET entry_sealed = x'00' WHERE seq = 2")
    with small_disk(tmp_path / "medium", 60) as medium:
        _on_a_medium(here, medium, monkeypatch)
        assert "log" in {item["name"] for item in run("check", "--json").told["findings"] if item["text"]}


def test_what_still_stands_in_the_write_ahead_log_of_a_copy_counts(run, founder, here, tmp_path, monkeypatch) -> None:
    size = _entries(run("log", "verify").out)
    runtime = organisation_setup.load(here, f"sqlite:///{here / 'cases.sqlite'}", here / "evidence")
    with small_disk(tmp_path / "medium", 60) as medium, closing(runtime.database):
        with runtime.database.writing() as work:
            work.log.append([LogEntry(day=datetime.now(UTC).date(), klass="system", sealed=b"x")])
        _on_a_medium(here, medium, monkeypatch)
        assert _entries(run("log", "verify").out) == size + 1
