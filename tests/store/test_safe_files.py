"""What the server must know at its next start is there after a pulled plug, under its name."""

import os
import stat
from pathlib import Path

import pytest

from hrd_cases.store import instance
from hrd_cases.store.safe_files import replace_file


def test_a_file_of_the_instance_is_safe_and_so_is_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made_safe: list[tuple[str, list[str]]] = []
    sync = os.fsync

    def watched(handle: int) -> None:
        sync(handle)
        what = "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file"
        made_safe.append((what, [path.name for path in tmp_path.iterdir()]))

    monkeypatch.setattr(os, "fsync", watched)
    instance.save_note(tmp_path, "a note")
    assert made_safe == [("file", [f"{instance.CHECKPOINT}.new"]), ("folder", [instance.CHECKPOINT])]
    assert instance.read_note(tmp_path) == "a note"


def test_a_file_is_replaced_wholly_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    for data in (b"a long first one", b"short"):
        replace_file(path, data)
        assert path.read_bytes() == data
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]
