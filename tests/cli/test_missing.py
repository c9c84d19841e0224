"""What is missing is named at each command: a database that is not this organisation's, each file of its folder."""

import os
import shutil
from pathlib import Path

import pytest
from hrd_world import NOW, plan

from hrd_cases import app as application
from hrd_cases.config import settings_from
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.services.signin import organisation_setup
from hrd_cases.store import instance, migrate
from hrd_cases.store.blobs import BlobStore
from hrd_cases.store.work import Database

COMMANDS = (
    ("check",),
    ("serve", "--port", "18099"),
    ("migrate",),
    ("backup",),
    ("backup", "confirm", "2026-11-22"),
    ("log", "verify"),
    ("user", "list"),
    ("held", "show"),
    ("clock",),
    ("recovery", "newcomer"),
    ("dossier", "X", "--action", "1", "--language", "ru", "--out", "x.pdf"),
)
EACH = pytest.mark.parametrize("words", COMMANDS, ids=" ".join)


def log_in(founder, code: int = 0) -> str:
    return f"{founder.handle}\n{founder.passphrase}\n{founder.codes[code]}\n"


def _remove(folder: Path) -> None:
    for name in ("cases.sqlite", "cases.sqlite-wal", "cases.sqlite-shm"):
        (folder / name).unlink(missing_ok=True)


def _gone(here: Path, tmp_path: Path) -> None:
    _remove(here)


def _empty(here: Path, tmp_path: Path) -> None:
    _remove(here)
    database = Database(f"sqlite:///{here / 'cases.sqlite'}", bytes(16))
    migrate.upgrade(database)
    database.close()


def _nothing(here: Path, tmp_path: Path) -> None:
    _remove(here)
    (here / "cases.sqlite").write_bytes(b"")


def _foreign(here: Path, tmp_path: Path) -> None:
    _remove(here)
    runtime, _ = organisation_setup.create_organisation(plan(tmp_path / "other"), NOW)
    runtime.database.settle()
    runtime.database.close()
    shutil.copy(tmp_path / "other" / "cases.sqlite", here / "cases.sqlite")


@pytest.mark.parametrize("damage", [_gone, _empty, _nothing, _foreign])
@EACH
def test_a_database_that_is_not_this_organisations_is_refused_by_name(run, founder, here, tmp_path, words, damage):
    damage(here, tmp_path)
    before = {path.name: path.read_bytes() for path in here.iterdir() if path.name.startswith("cases")}
    wording = run(*words, typed=log_in(founder))
    assert wording.status == 1
    text = wording.out + wording.err
    assert "cases.sqlite" in text
    assert "HRD_DATABASE_URL" in text
    assert "Unforeseen" not in text
    assert "hrd-cases init" not in text
    after = {path.name: path.read_bytes() for path in here.iterdir() if path.name.startswith("cases")}
    if damage in (_gone, _nothing):
        assert {name for name in after if after[name]} == {name for name in before if before[name]}, "nothing is filled"


@EACH
def test_an_older_copy_of_the_database_is_refused(run, founder, here, words, tmp_path):
    shutil.copy(here / "cases.sqlite", tmp_path / "old")
    assert run("user", "list", "--json", typed=log_in(founder, 1)).status == 0
    assert run("user", "list", "--json", typed=log_in(founder, 2)).status == 0
    _remove(here)
    shutil.copy(tmp_path / "old", here / "cases.sqlite")
    text = run(*words, typed=log_in(founder))
    assert text.status == 1
    assert "older copy" in text.out + text.err
    assert "log.checkpoint" in text.out + text.err


def test_a_server_started_past_the_command_line_touches_nothing(founder, here, tmp_path):
    """Its sweeping would take every file of evidence for a leftover."""
    store = BlobStore(here / "evidence")
    writer = store.writer("7" * 32)
    writer.write(b"sealed")
    writer.commit()
    _empty(here, tmp_path)
    with pytest.raises(RuleBroken):
        application.create_app(settings_from({"HRD_INSTANCE": str(here)}))
    assert list(store.ids()) == ["7" * 32]


def test_check_names_evidence_that_belongs_to_nothing_and_evidence_that_is_gone(run, founder, here, tmp_path):
    store = BlobStore(here / "evidence")
    for name in ("7" * 32, "8" * 32):
        writer = store.writer(name)
        writer.write(b"sealed")
        writer.commit()
    os.utime(next((here / "evidence").rglob("7" * 32)), (0, 0))
    result = run("check", "--json").told["findings"]
    texts = [item["text"] for item in result if item["name"] == "evidence"]
    assert len(texts) == 1
    assert "7" * 32 in texts[0]
    assert "8" * 32 not in texts[0], "an upload may be going on"


# --- files of the folder -----------------------------------------------------------------------------------------

DAMAGES = {
    "cut at 0": lambda path: path.write_bytes(b""),
    "cut at 100": lambda path: path.write_bytes(path.read_bytes()[:100]),
    "cut at 2000": lambda path: path.write_bytes(path.read_bytes()[:2000]),
    "missing": lambda path: path.unlink(),
    "altered": lambda path: path.write_bytes(_altered(path.read_bytes())),
    "no text": lambda path: path.write_bytes(b"\xff\xfe\x00" * 20),
}
FILES = (instance.ORGANISATION, instance.SERVER_KEY)


def _altered(data: bytes) -> bytes:
    at = len(data) // 2
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_each_damaged_file_is_named_with_what_to_do(run, founder, here, words, name, damage):
    path = here / name
    before = path.read_bytes()
    DAMAGES[damage](path)
    if path.exists() and path.read_bytes() == before:
        pytest.skip("shorter than that")
    wording = run(*words, typed=log_in(founder))
    assert wording.status == 1
    text = wording.out + wording.err
    # An organisation whose pinned facts were altered is one that the database does not know.
    assert str(path) in text or "belongs to another organisation than this folder" in text
    assert "estore" in text
    assert "hrd-cases init" not in text
    assert "Unforeseen" not in text
    assert len(text.strip().splitlines()) <= 2


@pytest.mark.parametrize("damage", ["cut at 0", "cut at 100", "altered", "no text"])
@pytest.mark.parametrize("name", [instance.CHECKPOINT, instance.CLOCK, "backups.json"])
def test_damaged_notes_of_the_server_are_named_by_check(run, founder, here, tmp_path, name, damage):
    recipients = [word for _ in range(2) for word in ("--recipient", _recipient(run))]
    (tmp_path / "stick").mkdir()
    assert run("backup", "setup", *recipients, "--to", str(tmp_path / "stick")).status == 0
    assert run("user", "list", "--json", typed=log_in(founder)).status == 0
    path = here / name
    before = path.read_bytes()
    DAMAGES[damage](path)
    if path.read_bytes() == before:
        pytest.skip("shorter than that")
    if name == "backups.json" and damage == "altered":
        path.write_bytes(before.replace(b"recipients", b"recipient"))
    if name == instance.CLOCK and damage == "altered":
        path.write_bytes(before.replace(b"-", b"_"))
    text = run("check")
    assert text.status == 1
    assert str(path) in text.out
    if name == "backups.json":
        nightly = run("backup")
        assert nightly.status in (1, 2)
        assert str(path) in nightly.complaint
        assert "Unforeseen" not in nightly.err


def _recipient(run) -> str:
    return next(word for word in run("backup", "keygen").out.split() if word.startswith("age1pq1"))


def test_check_looks_at_the_backups(run, founder, here, tmp_path):
    assert "No backup was ever made" in run("check").out
    recipients = [word for _ in range(2) for word in ("--recipient", _recipient(run))]
    (tmp_path / "stick").mkdir()
    assert run("backup", "setup", *recipients, "--to", str(tmp_path / "stick")).status == 0
    assert run("backup").status == 0
    assert "No backup was ever verified" in run("check").out
    shutil.rmtree(tmp_path / "stick")
    text = run("check")
    assert text.status == 1
    assert str(tmp_path / "stick") in text.out


def test_a_database_elsewhere_is_remembered_and_asked_for(run, here, tmp_path, monkeypatch):
    monkeypatch.setenv("HRD_DATABASE_URL", f"sqlite:///{tmp_path / 'elsewhere.sqlite'}")
    words = ("--organisation", "O", "--founder", "F", "--language", "en", "--read-back", "later")
    assert run("init", *words).status == 0
    assert run("check").out.count("database") == 0
    monkeypatch.delenv("HRD_DATABASE_URL")
    for command in (("check",), ("migrate",), ("log", "verify"), ("backup",)):
        text = run(*command)
        assert text.status == 1
        assert f"HRD_DATABASE_URL=sqlite:///{tmp_path / 'elsewhere.sqlite'}" in text.complaint
    assert not (here / "cases.sqlite").exists()
