"""Sealed files: what was committed is there whole, what was not is nowhere, and nobody else can look."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hrd_cases.store.blobs import BlobStore

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SIZES = [0, 1, 255, 256, 257, 8191, 8192, 8193, 65_535, 65_536, 65_537, 1_048_575, 1_048_576, 1_048_577, 5_000_000]


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "evidence")


def keep(store: BlobStore, blob: str, data: bytes) -> None:
    writer = store.writer(blob)
    writer.write(data)
    writer.commit()


@pytest.mark.parametrize("size", SIZES)
def test_a_file_of_any_size_comes_back_as_it_was(store: BlobStore, size: int) -> None:
    data = os.urandom(size)
    writer = store.writer("ab" * 16)
    for at in range(0, size, 100_000):
        writer.write(data[at : at + 100_000])
    assert writer.commit() == size
    with store.open("ab" * 16) as stream:
        assert stream.read() == data
    assert store.size("ab" * 16) == size


def test_a_file_lies_two_folders_deep_and_only_its_owner_may_look(store: BlobStore, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        keep(store, "abcd" + "0" * 28, b"x")
    finally:
        os.umask(before)
    assert (tmp_path / "evidence" / "ab" / "cd" / ("abcd" + "0" * 28)).is_file()
    for path in (tmp_path / "evidence").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_file_not_committed_is_not_there(store: BlobStore, tmp_path: Path) -> None:
    writer = store.writer("ab" * 16)
    writer.write(b"half")
    with pytest.raises(FileNotFoundError):
        store.open("ab" * 16)
    writer.abort()
    writer.abort()
    assert list(store.ids()) == []
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_file_is_never_overwritten(store: BlobStore, tmp_path: Path) -> None:
    keep(store, "ab" * 16, b"first")
    with pytest.raises(FileExistsError):
        keep(store, "ab" * 16, b"second")
    with store.open("ab" * 16) as stream:
        assert stream.read() == b"first"
    half = store.writer("cd" * 16)
    with pytest.raises(FileExistsError):
        store.writer("cd" * 16)
    half.abort()
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_full_disk_leaves_nothing_half_written(store: BlobStore, tmp_path: Path, monkeypatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    writer = store.writer("ab" * 16)
    writer.write(b"x" * 100_000)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            writer.commit()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    "name", ["", "..", "../../etc/passwd", "AB" * 16, "ab" * 15, "ab" * 16 + "/x", "ab" * 16 + "\n"]
)
def test_only_an_id_becomes_a_path(store: BlobStore, name: str) -> None:
    for act in (store.open, store.writer, store.remove, store.size):
        with pytest.raises(ValueError, match="not a file id"):
            act(name)


def test_the_sweeper_removes_what_no_record_names_but_nothing_young(store: BlobStore, tmp_path: Path) -> None:
    names = {name: f"{number:032x}" for number, name in enumerate(("named", "old", "young", "part"))}
    for name in ("named", "old", "young"):
        keep(store, names[name], b"x")
    part = store.writer(names["part"])
    part.write(b"x")
    (tmp_path / "evidence" / "00" / "00" / "README").write_text("not ours")
    for path in tmp_path.rglob("*"):
        age = timedelta(hours=1) if path.name == names["young"] else timedelta(days=3)
        os.utime(path, ((NOW - age).timestamp(),) * 2)
    assert store.sweep({names["named"]}, NOW - timedelta(days=1)) == 2
    assert set(store.ids()) == {names["named"], names["young"]}
    assert not list((tmp_path / "evidence" / "incoming").iterdir())
    assert (tmp_path / "evidence" / "00" / "00" / "README").exists()
    assert store.sweep({names["named"]}, NOW - timedelta(days=1)) == 0
    part.abort()


def test_a_removed_file_is_gone(store: BlobStore) -> None:
    keep(store, "ab" * 16, b"x")
    store.remove("ab" * 16)
    store.remove("ab" * 16)
    with pytest.raises(FileNotFoundError):
        store.open("ab" * 16)
