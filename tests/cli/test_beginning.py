"""Founding an organisation, its cards read back, and the demo printed once."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hrd_cases.crypto.core.passphrases import word_list
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.store import instance

CARD = r"CARD: [^\n]*\n(# (?:root|recovery) [^\n]*\n(?:[^#\n][^\n]*\n){4})"


@pytest.fixture
def prepared(here, tmp_path, monkeypatch) -> Path:
    """A folder that somebody made beforehand as most systems make one, with a space in its path."""
    folder = tmp_path / "our folder"
    folder.mkdir()
    folder.chmod(0o755)
    monkeypatch.setenv("HRD_INSTANCE", str(folder))
    return folder


def read_back(folder: Path) -> bool:
    return bool(json.loads((folder / "organisation.json").read_text())["cards_read_back"])


def test_an_organisation_is_founded_and_only_its_owner_reads_the_folder(founder, here):
    assert here.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in here.iterdir())
    assert len(founder.codes) == 10
    assert len(founder.passphrase.split()) == 6


def test_a_new_organisation_is_whole_in_a_folder_that_was_there_before(run, prepared):
    text = run("init", "--read-back", "later", typed="Group\nFounder\nen\n")
    assert text.status == 0, text.err
    assert prepared.stat().st_mode & 0o777 == 0o700
    assert run("init", "--read-back", typed="".join(re.findall(CARD, text.out))).status == 0
    checked = run("check")
    assert checked.status == 0, checked.out
    to_do, whole = checked.out.splitlines()
    assert to_do.startswith("TO DO backups: No backup was ever made")
    assert whole.startswith("All checks passed: folder, database")


def place_of_work(folder: Path) -> tuple[str, str]:
    saved = json.loads((folder / "organisation.json").read_text())
    return saved["zone"], saved["calendar"]


def test_an_organisation_says_where_it_works_when_it_is_founded(run, here):
    words = ("init", "--read-back", "later", "--zone", "bishkek", "--calendar", "weekends")
    text = run(*words, typed="Group\nFounder\nen\n")
    assert text.status == 0, text.err
    assert place_of_work(here) == ("Asia/Bishkek", "")
    assert "Time zone: Asia/Bishkek. Public holidays: weekends." in text.out


def test_a_script_that_names_no_zone_gets_the_usual_one_and_reads_which(run, here):
    text = run("init", "--read-back", "later", typed="Group\nFounder\nen\n")
    assert place_of_work(here) == ("Asia/Almaty", "kz")
    assert "Time zone: Asia/Almaty. Public holidays: kz." in text.out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--zone", "Mars"), "There is no time zone with this name"),
        (("--calendar", "xx"), "Choose one of the calendars that are here: kz, weekends."),
    ],
)
def test_a_wrong_zone_or_calendar_is_refused_before_the_first_question(run, here, words, complaint):
    text = run("init", *words, typed="")
    assert text.status == 1
    assert complaint in text.complaint
    assert not here.exists()


def test_a_terminal_is_asked_for_zone_and_calendar(here):
    """Asked again while there is none of that name."""
    ours, theirs = os.openpty()
    os.write(ours, "\n".join(["Group", "Founder", "en", "Mars", "Bishkek", "xx", "weekends", ""]).encode())
    command = [sys.executable, "-m", "hrd_cases.cli", "init", "--read-back", "later"]
    try:
        done = subprocess.run(command, stdin=theirs, capture_output=True, text=True, timeout=120, check=False)
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == 0, done.stderr
    assert place_of_work(here) == ("Asia/Bishkek", "")
    assert "There is no time zone with this name" in done.stderr


def test_a_folder_whose_zone_this_machine_lacks_says_what_to_install(run, founder, here):
    file = here / "organisation.json"
    file.write_text(file.read_text().replace("Asia/Almaty", "Mars/Olympus"))
    text = run("clock")
    assert text.status == 1
    assert "does not know the time zone Mars/Olympus" in text.complaint
    with pytest.raises(RuleBroken, match="tzdata"):
        instance.load(here)  # before anything is served, not at the first page that shows a day


def test_the_command_that_check_prints_mends_a_folder_with_a_space(run, founder, here, prepared):
    prepared.rmdir()
    here.rename(prepared)
    run("init", "--read-back", typed=founder.root + founder.recovery)
    prepared.chmod(0o755)
    text = run("check")
    assert text.status == 1
    command = re.search(r"^WRONG folder: .*: (chmod .*)$", text.out, re.MULTILINE)[1]
    subprocess.run(command, shell=True, check=True)
    assert prepared.stat().st_mode & 0o777 == 0o700
    assert run("check").status == 0


@pytest.mark.slow
def test_a_new_demo_is_whole_in_a_folder_that_was_there_before(run, prepared):
    assert run("demo").status == 0
    assert prepared.stat().st_mode & 0o777 == 0o700
    checked = run("check")
    assert checked.status == 0, checked.out
    assert checked.out.count("\n") == 1
    assert checked.out.startswith("All checks passed: folder, database")


def test_what_init_shows_is_kept_nowhere(founder, here):
    everything = b"".join(path.read_bytes() for path in here.rglob("*") if path.is_file())
    for secret in (founder.passphrase, *founder.codes, *founder.root.splitlines()[1:], founder.handle):
        assert secret.encode() not in everything


def test_both_cards_are_read_back_later(run, founder, here):
    assert not read_back(here)
    text = run("init", "--read-back", typed=founder.root + founder.recovery)
    assert text.status == 0, text.err
    assert read_back(here)


def test_cards_typed_in_the_wrong_order_are_refused(run, founder, here):
    text = run("init", "--read-back", typed=founder.recovery + founder.root)
    assert text.status == 1
    assert "other card" in text.complaint
    assert not read_back(here)


def test_a_slip_of_the_pen_is_named_by_its_group(run, founder):
    lines = founder.root.splitlines()
    groups = lines[1].split()
    letter = "2" if groups[1][0] != "2" else "3"
    lines[1] = " ".join([groups[0], letter + groups[1][1:], *groups[2:]])
    text = run("init", "--read-back", typed="\n".join(lines) + "\n")
    assert text.status == 1
    assert "Group 2" in text.complaint


def test_the_card_of_another_organisation_is_refused(run, founder, tmp_path, monkeypatch):
    monkeypatch.setenv("HRD_INSTANCE", str(tmp_path / "second"))
    words = ("init", "--organisation", "Two", "--founder", "F", "--language", "en", "--read-back")
    text = run(*words, typed=founder.root + founder.recovery)
    assert text.status == 1
    assert "another organisation" in text.complaint


def test_nothing_is_founded_twice_in_one_place(run, founder, here):
    before = (here / "organisation.json").read_bytes()
    text = run("init", typed="Other\nOther\nru\n")
    assert text.status == 1
    assert "already" in text.complaint
    assert (here / "organisation.json").read_bytes() == before


def test_a_database_in_use_is_left_alone(run, founder, here, tmp_path, monkeypatch):
    monkeypatch.setenv("HRD_INSTANCE", str(tmp_path / "second"))
    monkeypatch.setenv("HRD_DATABASE_URL", f"sqlite:///{here}/cases.sqlite")
    text = run("init", typed="Other\nOther\nru\n")
    assert text.status == 1
    assert "not empty" in text.complaint


def test_an_answer_that_is_missing_is_wrong_use(run, here):
    assert run("init", typed="Only a name\n").status == 2
    assert not (here / "organisation.json").exists()


def test_words_to_read_out_are_the_same_whatever_language_was_typed(run, here, tmp_path):
    public, request = str(tmp_path / "public"), str(tmp_path / "request")
    assert run("recovery", "create", "--needed", "2", "--cards", "2", "--public", public).status == 0
    text = run("init", "--recovery", public, "--request", request, typed="Group\nFounder\nkk\n")
    assert text.status == 2, "nobody said where the answer lies"
    for line in ("Words of the founder's key", "Words on the cards"):
        words = re.search(rf"{line}[^:]*: ([^\n]+)", text.out)[1].split()
        assert set(words) <= set(word_list("latin")), "another person compares them, who may read another language"
    assert not (here / "organisation.json").exists()


def test_an_empty_name_is_refused(run):
    assert run("init", typed="\nFounder\nru\n").status == 1


def test_a_real_organisation_is_never_made_a_demo(run, founder, here):
    before = (here / "organisation.json").read_bytes()
    for option in ((), ("--fresh",), ("--remove",)):
        text = run("demo", *option)
        assert text.status == 1
        assert "real organisation" in text.complaint
    assert (here / "organisation.json").read_bytes() == before


@pytest.mark.slow
def test_the_demo_prints_its_accounts_once_and_makes_them_anew_when_asked(run, here):
    first = run("demo")
    assert first.status == 0
    printed = re.findall(r" passphrase (.+)", first.out)
    assert len(printed) == 5
    again = run("demo")
    assert again.status == 0
    assert "--fresh" in again.out
    assert not any(passphrase in again.out for passphrase in printed)
    fresh = re.findall(r" passphrase (.+)", run("demo", "--fresh").out)
    assert len(fresh) == 5
    assert not set(fresh) & set(printed)
    assert run("init", typed="A\nB\nru\n").complaint.endswith("hrd-cases demo --remove")
    assert run("demo", "--remove").status == 0
    assert not (here / "organisation.json").exists()
