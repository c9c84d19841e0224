"""What whoever runs the server types about backups, from two keys to the day one is needed. Catalogue 68, 69."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from shutil import disk_usage

import pytest

from hrd_cases.crypto.core.keys import Pins
from hrd_cases.services.install import last_check
from hrd_cases.services.papers.seals import root_words
from hrd_cases.store import rewriting
from hrd_cases.store.work import Database

ROOT = Path(__file__).resolve().parents[2]


def _key(run, folder: Path, name: str) -> tuple[Path, str]:
    """An identity in a file, as somebody keeps it on a stick; its recipient."""
    text = run("backup", "keygen")
    assert text.status == 0
    assert text.out.count("AGE-SECRET-KEY-PQ-1") == 1
    (folder / name).write_text(text.out)
    return folder / name, re.search(r"age1pq1[a-z0-9]+", text.out)[0]


@pytest.fixture
def keys(run, tmp_path) -> tuple[Path, list[str]]:
    """Two people's keys: the first one's file, and both recipients; and an empty folder `to` for backups."""
    (tmp_path / "to").mkdir()
    first, item = _key(run, tmp_path, "first.txt")
    _, two = _key(run, tmp_path, "second.txt")
    assert item != two
    return first, ["--recipient", item, "--recipient", two]


def test_an_identity_saved_by_notepad_opens_a_backup(run, founder, keys, tmp_path):
    identity, recipients = keys
    created = run("backup", "--json", *recipients, "--to", str(tmp_path / "to"))
    text = identity.read_text().replace("\n", " \r\n")
    for number, encoding in enumerate(("utf-8-sig", "utf-16")):
        saved = tmp_path / f"saved{number}.txt"
        saved.write_bytes(text.encode(encoding))
        saved.chmod(0o600)
        wording = run("backup", "verify", created.told["file"], "--identity", str(saved), "--json")
        assert wording.status == 0, wording.err


def test_from_the_keys_to_the_restored_organisation(run, founder, here, keys, tmp_path, monkeypatch):
    identity, recipients = keys
    for name in ("stick", "second stick"):
        (tmp_path / name).mkdir()
    text = run("backup", "setup", *recipients, "--to", str(tmp_path / "stick"), "--keep", "3", "2", "1")
    assert text.status == 0
    assert "each of 3 days, 2 weeks and 1 months" in text.out
    created = run("backup", "--json")
    assert created.status == 0, created.err
    file = Path(created.told["file"])
    assert file.parent == tmp_path / "stick"
    assert created.told["missing"] == []
    verified = run("backup", "verify", str(file), "--identity", str(identity), "--json")
    assert verified.status == 0, verified.err
    assert verified.told["noted"]
    assert verified.told["findings"] == []
    text = run("restore", str(file), "--identity", str(identity), *root_of(here), "--into", str(tmp_path / "new"))
    assert text.status == 0, text.err
    assert "can not tell" in text.out
    monkeypatch.setenv("HRD_INSTANCE", str(tmp_path / "new"))
    listed = run("user", "list", "--json", typed=f"{founder.handle}\n{founder.passphrase}\n{founder.codes[0]}\n")
    assert [line["state"] for line in listed.told] == ["active"]
    assert (tmp_path / "new" / "backups.json").exists(), "the restored server goes on making backups"
    assert run("backup", "--to", str(tmp_path / "second stick")).status == 0


def test_a_backup_writes_a_large_database_anew_where_there_is_room(run, founder, keys, here, tmp_path, monkeypatch):
    _, recipients = keys
    database = Database(f"sqlite:///{here / 'cases.sqlite'}", bytes(16))
    command = ("backup", *recipients, "--to", str(tmp_path / "to"))
    with database.writing() as work:
        work.settings.compact_due()
    with monkeypatch.context() as full:
        full.setattr(rewriting, "disk_usage", lambda folder: disk_usage(folder)._replace(free=database.size))
        text = run(*command)
        assert text.status == 0
        assert "no room for a second copy" in text.err
    assert database.compact_due
    (tmp_path / "later").mkdir()
    text = run(*command[:-1], str(tmp_path / "later"))
    assert (text.status, "no room" in text.err) == (0, False), text.err
    assert not database.compact_due
    database.close()


def test_a_backup_refuses_to_be_openable_by_one_person_alone(run, founder, keys, tmp_path):
    _, recipients = keys
    for wrong, word in (
        ([], "two recipients"),
        (recipients[:2], "two recipients"),
        ([*recipients[:2], *recipients[:2]], "two recipients"),
        ([*recipients, "--recipient", "age1pq1nonsense"], "Recipient 3"),
        (
            [*recipients, "--recipient", "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"],
            "old kind",
        ),
    ):
        text = run("backup", "--to", str(tmp_path / "to"), *wrong)
        assert text.status == 2
        assert word in text.complaint
        assert run("backup", "setup", *wrong, "--to", str(tmp_path / "to")).status == 2
    assert list((tmp_path / "to").iterdir()) == []


def test_a_folder_that_is_not_there_is_not_made(run, founder, keys, tmp_path):
    """A stick that is not in its place, or a typing error, must not put the backups on the server's own disk."""
    missing = tmp_path / "media" / "stcik"
    for command in (("backup",), ("backup", "setup")):
        text = run(*command, *keys[1], "--to", str(missing))
        assert text.status == 2
        assert str(missing) in text.complaint
    assert not missing.parent.exists()
    assert run("backup", "setup", *keys[1], "--to", str(tmp_path / "to")).status == 0
    (tmp_path / "to").rmdir()
    text = run("backup")
    assert text.status == 2
    assert str(tmp_path / "to") in text.complaint


def test_a_folder_on_the_disk_of_the_server_itself_is_warned_of(run, founder, keys, tmp_path):
    text = run("backup", "setup", *keys[1], "--to", str(tmp_path / "to"))
    assert "the same disk" in text.out
    assert "the same disk" in run("backup").out


def test_without_a_folder_it_asks_for_one(run, founder, keys):
    text = run("backup", *keys[1])
    assert text.status == 2
    assert "--to" in text.complaint


def test_what_is_restored_goes_into_an_empty_place_only(run, founder, here, keys, tmp_path):
    identity, recipients = keys
    file = run("backup", "--to", str(tmp_path / "to"), *recipients, "--json").told["file"]
    text = run("restore", file, "--identity", str(identity), *root_of(here))
    assert text.status == 1
    assert "empty place" in text.complaint
    damaged = tmp_path / "damaged.age"
    damaged.write_bytes(Path(file).read_bytes()[:-100])
    text = run("restore", str(damaged), "--identity", str(identity), *root_of(here), "--into", str(tmp_path / "new"))
    assert text.status == 1
    assert "damaged" in text.complaint
    assert not (tmp_path / "new" / "organisation.json").exists()


@pytest.fixture
def backed_up(run, founder, here, keys, tmp_path) -> tuple[Path, list[str]]:
    """A backup of a whole organisation, and the words that open it."""
    identity, recipients = keys
    assert run("init", "--read-back", typed=founder.root + founder.recovery).status == 0
    file = run("backup", "--to", str(tmp_path / "to"), *recipients, "--json").told["file"]
    return Path(file), ["--identity", str(identity), *root_of(here)]


def root_of(folder: Path) -> list[str]:
    """What whoever restores says of whose it is."""
    organisation = json.loads((folder / "organisation.json").read_text())
    words = root_words(Pins.decode(bytes.fromhex(organisation["pins"])).root_public)
    return ["--root", " ".join(words)]


def test_a_restore_asks_whose_it_is_and_takes_no_other(run, backed_up, here, tmp_path):
    file, opening = backed_up
    identity, into = opening[:2], ["--into", str(tmp_path / "new")]
    text = run("restore", str(file), *identity, *into)
    assert text.status == 2
    assert "--root" in text.complaint
    words = root_of(here)[1].split()
    text = run("restore", str(file), *identity, *into, "--root", " ".join(reversed(words)))
    assert text.status == 1
    assert "another organisation" in text.complaint
    assert not (tmp_path / "new" / "organisation.json").exists()
    listed = tmp_path / "to" / "ended.keys"
    text = run("restore", str(file), *opening, *into, "--ended", str(listed), "--json")
    assert (text.status, text.told["ended"]) == (0, 0), text.err


def test_a_restore_into_a_folder_that_is_used_changes_nothing_there(run, backed_up, tmp_path):
    file, opening = backed_up
    folder = tmp_path / "our folder"
    folder.mkdir()
    (folder / "notes.txt").write_text("of somebody")
    text = run("restore", str(file), *opening, "--into", str(folder))
    assert text.status == 1
    assert text.complaint.startswith(f"hrd-cases: {folder} is not empty, there is notes.txt.")
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]
    assert (folder / "notes.txt").read_text() == "of somebody"


@pytest.mark.parametrize("database", ["", "elsewhere.sqlite"], ids=["in the folder", "elsewhere"])
@pytest.mark.parametrize("share", [0.3, 0.99])
def test_a_restore_that_failed_leaves_nothing_and_the_next_one_works(run, backed_up, tmp_path, database, share):
    file, opening = backed_up
    folder, place = tmp_path / "our folder", tmp_path / "databases"
    place.mkdir()
    where = ["--into", str(folder), *(("--database", f"sqlite:///{place / database}") if database else ())]
    whole = file.read_bytes()
    cut = tmp_path / "cut.age"
    cut.write_bytes(whole[: int(len(whole) * share)])
    text = run("restore", str(cut), *opening, *where)
    assert text.status == 1
    assert "Unforeseen" not in text.complaint
    assert list(folder.rglob("*")) + list(place.iterdir()) == []
    assert run("restore", str(file), *opening, *where).status == 0


@pytest.mark.parametrize("database", ["", "elsewhere.sqlite"], ids=["in the folder", "elsewhere"])
def test_the_next_command_that_restore_prints_works_when_pasted(run, backed_up, tmp_path, database):
    file, opening = backed_up
    address = ("--database", f"sqlite:///{tmp_path / 'our databases' / database}") if database else ()
    (tmp_path / "our databases").mkdir()
    text = run("restore", str(file), *opening, "--into", str(tmp_path / "our folder"), *address)
    assert text.status == 0, text.err
    line = next(line.strip() for line in text.out.splitlines() if line.endswith(" hrd-cases check"))
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HRD_")}
    clean["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{clean['PATH']}"
    done = subprocess.run(["sh", "-c", line], env=clean, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All checks passed: folder, database" in done.stdout


def test_the_wrong_identity_is_said_in_one_line_that_repeats_nothing(run, founder, keys, tmp_path):
    _, recipients = keys
    file = run("backup", "--to", str(tmp_path / "to"), *recipients, "--json").told["file"]
    stranger, _ = _key(run, tmp_path, "stranger.txt")
    text = run("backup", "verify", file, "--identity", str(stranger))
    assert text.status == 1
    assert "identity" in text.complaint
    secret = re.search(r"AGE-SECRET-KEY-PQ-1\w+", stranger.read_text())[0]
    assert secret not in text.out + text.err
    (tmp_path / "empty.txt").write_text("# nothing\n")
    text = run("backup", "verify", file, "--identity", str(tmp_path / "empty.txt"))
    assert text.status == 2
    assert "keygen" in text.complaint


@pytest.mark.parametrize("text", [b"", b"\n \r\n", b"\xff\xfe", b"\xef\xbb\xbf", b"\xff\xfe\xff", b"\x89PNG"])
def test_a_checkpoint_that_is_no_text_is_named(run, keys, tmp_path, text):
    note = tmp_path / "note"
    note.write_bytes(text)
    words = ("--identity", str(keys[0]), "--against", str(note))
    for command in (("backup", "verify"), ("restore",)):
        wording = run(*command, str(tmp_path / "no.age"), *words)
        assert (wording.status, wording.complaint) == (1, f"hrd-cases: {note} is no checkpoint.")


def test_a_backup_verified_on_another_machine_is_told_to_the_server(run, founder, here, keys, tmp_path, monkeypatch):
    identity, recipients = keys
    file = run("backup", "--to", str(tmp_path / "to"), *recipients, "--json").told["file"]
    monkeypatch.setenv("HRD_INSTANCE", str(tmp_path / "another machine"))
    text = run("backup", "verify", file, "--identity", str(identity))
    assert text.status == 0, text.err
    day = re.search(r"backup confirm (\S+)", text.out)[1]
    assert not (tmp_path / "another machine").exists()
    monkeypatch.setenv("HRD_INSTANCE", str(here))
    assert run("backup", "confirm", day).status == 0
    assert run("backup", "confirm", "yesterday").status == 2
    text = run("backup", "confirm", "2026-01-01")
    assert (text.status, "No backup was made here on 2026-01-01" in text.complaint) == (1, True)


def test_the_nightly_unit_makes_a_backup(run, founder, keys, tmp_path):
    unit = (ROOT / "deploy" / "systemd" / "hrd-cases-backup.service").read_text()
    words = re.search(r"^ExecStart=\S+/hrd-cases (.+)$", unit, re.MULTILINE)[1].split()
    assert run("backup", "setup", *keys[1], "--to", str(tmp_path / "to")).status == 0
    assert run(*words).status == 0
    assert len(list((tmp_path / "to").glob("hrd-cases-*.age"))) == 1
    assert "hrd-cases-backup" in (ROOT / "docs" / "operations.md").read_text()


def test_the_weekly_unit_checks_and_keeps_what_it_found(run, founder, here):
    unit = (ROOT / "deploy" / "systemd" / "hrd-cases-check.service").read_text()
    assert run(*re.search(r"^ExecStart=\S+/hrd-cases (.+)$", unit, re.MULTILINE)[1].split()).status == 1
    assert last_check.read(here).wrong == ("cards",)
    assert "hrd-cases-check.timer" in (ROOT / "docs" / "operations.md").read_text()
