"""`log verify` of a copy, where there is no server, no instance folder and no key.

Catalogue of attacks 63.
"""

import base64
from datetime import date
from pathlib import Path

import pytest
from hrd_log import head_of, row_of

from hrd_cases.crypto.core.merkle import ED25519_NOTE, Checkpoint, key_id
from hrd_cases.crypto.core.primitives import signing_public
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.store.log import LogEntry, LogRow
from hrd_cases.store.log_proof import export

ORIGIN, SEED = "hrd-cases/test", Secret(b"s" * 32)


def _rows(count: int, altered: int = 0) -> list[LogRow]:
    created = []
    for seq in range(1, count + 1):
        entry = LogEntry(day=date(2026, 11, 22), klass="read", sealed=b"x" if seq == altered else str(seq).encode())
        created.append(row_of(seq, entry))
    return created


def _copy(folder: Path, rows: list[LogRow]) -> Path:
    path = folder / "log.jsonl"
    with path.open("w", encoding="utf-8") as out:
        export(rows, head_of(rows), out)
    return path


@pytest.fixture
def note(tmp_path: Path) -> Path:
    """A checkpoint of the first seven entries, kept elsewhere."""
    head = head_of(_rows(7))
    path = tmp_path / "checkpoint.txt"
    path.write_text(Checkpoint(origin=ORIGIN, size=head.size, root=head.root).encode(SEED), encoding="utf-8")
    return path


def _key(seed: Secret) -> str:
    public = signing_public(seed)
    return f"{ORIGIN}+{key_id(ORIGIN, public).hex()}+{base64.b64encode(ED25519_NOTE + public).decode()}"


def test_a_copy_that_leads_to_the_checkpoint_is_whole(run, tmp_path: Path, note: Path) -> None:
    text = run("log", "verify", str(_copy(tmp_path, _rows(12))), "--against", str(note), "--key", _key(SEED))
    assert text.status == 0
    assert "complete and unchanged: 12 entries" in text.out
    assert "agrees with the checkpoint" in text.out
    assert "not checked" not in text.out


def test_a_copy_rewritten_whole_does_not_lead_to_it(run, tmp_path: Path, note: Path) -> None:
    copy = str(_copy(tmp_path, _rows(12, altered=3)))
    alone = run("log", "verify", copy)
    assert alone.status == 0
    assert "Use --against" in alone.out
    text = run("log", "verify", copy, "--against", str(note))
    assert text.status == 1
    assert "CHANGED" in text.out


def test_an_altered_line_is_named_by_its_number(run, tmp_path: Path, note: Path) -> None:
    rows = _rows(12)
    rows[4] = LogRow(seq=5, day=rows[4].day, klass="auth", mark=None, sealed=rows[4].sealed, leaf=rows[4].leaf)
    text = run("log", "verify", str(_copy(tmp_path, rows)), "--against", str(note), "--json")
    assert text.status == 1
    assert '"altered": 5' in text.out


def test_what_is_no_checkpoint_no_copy_or_signed_by_another_is_said(run, tmp_path: Path, note: Path) -> None:
    copy, other = str(_copy(tmp_path, _rows(12))), tmp_path / "other.txt"
    other.write_text("nothing", encoding="utf-8")
    for words, content in (
        ((copy, "--against", str(other)), "is no checkpoint"),
        ((copy, "--against", str(note), "--key", _key(Secret(b"t" * 32))), "not signed with the key"),
        ((str(other), "--against", str(note)), "line 1"),
        ((str(tmp_path / "missing.jsonl"),), "No such file"),
    ):
        text = run("log", "verify", *words)
        assert text.status == 1
        assert content in text.complaint
        assert len(text.complaint.splitlines()) == 1


def test_of_several_checkpoints_the_one_that_is_none_is_named(run, tmp_path: Path, note: Path) -> None:
    copy, bytes_ = str(_copy(tmp_path, _rows(12))), tmp_path / "bytes.txt"
    bytes_.write_bytes(b"\xff\xfe")
    text = run("log", "verify", copy, "--against", str(bytes_), "--against", str(note))
    assert (text.status, text.complaint) == (1, f"hrd-cases: {bytes_} is no checkpoint.")


def test_a_checkpoint_saved_by_any_editor_is_the_checkpoint(run, tmp_path: Path, note: Path) -> None:
    note.write_bytes(b"\xef\xbb\xbf" + note.read_bytes().replace(b"\n", b" \r\n"))
    text = run("log", "verify", str(_copy(tmp_path, _rows(12))), "--against", str(note), "--key", _key(SEED))
    assert text.status == 0, text.err
    assert "agrees with the checkpoint" in text.out
