"""The command line as a person at a terminal sees it: help at once, secrets not shown, a bar for what lasts."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from hrd_cases.cli.command import ROOT as PROGRAM
from hrd_cases.cli.options import Entry
from hrd_cases.cli.terminal import say_rows

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("sqlalchemy", "cryptography", "pikepdf", "PIL", "hrd_cases.store", "hrd_cases.services.kernel.context")


@pytest.mark.parametrize("words", [[], ["recovery"]])
def test_the_list_of_commands_loads_nothing_heavy(words):
    code = (
        "import sys\nfrom hrd_cases.cli import main\n"
        f"status = main({[*words, '--help']!r})\n"
        f"print('loaded', [name for name in {HEAVY!r} if name in sys.modules])\n"
        "sys.exit(status)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("loaded []\n")


def test_every_command_says_what_it_is_for(run, commands):
    for words in commands:
        assert run(*words, "--help").out.split("\n\n")[1].strip(), words


def test_an_entry_names_a_command_that_there_is():
    entries = [*PROGRAM.entries.values()]
    assert all(isinstance(entry, Entry) and isinstance(entry.load(), click.Command) for entry in entries)
    assert [entry.load().name for entry in entries] == list(PROGRAM.entries)


def test_an_option_before_a_command_below_is_not_lost_in_silence(run, tmp_path):
    text = run("backup", "--to", str(tmp_path), "setup")
    assert text.status == 2
    assert text.complaint == "hrd-cases backup: Write --to after setup. See hrd-cases backup --help."


def at_a_terminal(here: Path, words: tuple[str, ...], answers: tuple[tuple[str, str], ...] = ()) -> tuple[int, str]:
    """Run a command in a terminal of its own, answering each question when it comes; exit status and what was seen."""
    child, terminal = pty.fork()
    if child == 0:
        # Who is started in the background inherits that the keyboard's signal is ignored.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        environment = {**os.environ, "HRD_INSTANCE": str(here), "COLUMNS": "100", "TERM": "xterm"}
        os.execve(sys.executable, [sys.executable, "-m", "hrd_cases.cli", *words], environment)
    visited, waiting, until = "", list(answers), time.monotonic() + 300
    while time.monotonic() < until:
        if not select.select([terminal], [], [], 0.1)[0]:
            continue
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # it ended
            break
        if not piece:
            break
        visited += piece.decode(errors="replace")
        if waiting and waiting[0][0] in visited.rsplit("\n", 1)[-1]:
            time.sleep(0.2)  # hiding what is typed begins after the question was written
            os.write(terminal, waiting.pop(0)[1].encode() + b"\n")
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), visited


def test_a_passphrase_is_not_shown_while_it_is_typed(founder, here):
    answers = (("Handle", founder.handle), ("Passphrase", founder.passphrase), ("Code", founder.codes[0]))
    status, visited = at_a_terminal(here, ("user", "list"), answers)
    assert status == 0, visited
    assert founder.handle in visited
    assert founder.passphrase not in visited
    assert "active" in visited


def test_a_question_stopped_with_the_keyboard_ends_in_one_line(founder, here):
    status, visited = at_a_terminal(here, ("user", "list"), (("Handle", "\x03"),))
    assert status == 1, visited
    assert "hrd-cases: Stopped." in visited
    assert "Traceback" not in visited


@pytest.mark.slow
def test_what_lasts_has_a_bar(here, tmp_path):
    sizes = ("--needed", "2", "--cards", "2", "--public", str(tmp_path / "set"), "--out", str(tmp_path / "cards"))
    status, visited = at_a_terminal(here, ("recovery", "create", *sizes))
    assert status == 0, visited
    assert "Setting card" in visited
    assert "100%" in visited


def test_reading_a_backup_has_a_bar(run, founder, here, tmp_path):
    keys = [run("backup", "keygen", "--out", str(tmp_path / name)) for name in ("first", "second")]
    recipients = [word for key in keys for word in ("--recipient", key.out.split()[-1])]
    (tmp_path / "to").mkdir()
    file = run("backup", *recipients, "--to", str(tmp_path / "to"), "--json").told["file"]
    status, visited = at_a_terminal(here, ("backup", "verify", file, "--identity", str(tmp_path / "first")))
    assert status in (0, 1), visited
    assert "Reading and comparing every part" in visited
    assert {"0", "100"} < set(re.findall(r"(\d+)%", visited)), "and something between them"


def test_the_backups_are_listed(run, founder, tmp_path):
    assert run("backup", "list").status == 2
    keys = [run("backup", "keygen", "--out", str(tmp_path / name)) for name in ("first", "second")]
    recipients = [word for key in keys for word in ("--recipient", key.out.split()[-1])]
    (tmp_path / "to").mkdir()
    assert run("backup", "setup", *recipients, "--to", str(tmp_path / "to")).status == 0
    assert "There is no backup in" in run("backup", "list").out
    file = run("backup", "--json").told["file"]
    assert [item["opened"] for item in run("backup", "list", "--json").told["backups"]] == [False]
    assert run("backup", "verify", file, "--identity", str(tmp_path / "first")).status == 0
    listed = run("backup", "list", "--json").told["backups"]
    assert listed == [
        {"file": file, "day": listed[0]["day"], "size": Path(file).stat().st_size, "opened": True},
    ]
    assert run("backup", "list").out.rstrip().endswith("verified")


def test_who_waits_for_the_root_is_reported(run, founder):
    assert run("recovery", "newcomer", "--list", "--json").told == []
    assert run("recovery", "newcomer", "--json").status == 2


def test_a_shell_can_complete_the_commands(here):
    words = {"COMP_WORDS": "hrd-cases ver", "COMP_CWORD": "1", "_HRD_CASES_COMPLETE": "bash_complete"}
    done = subprocess.run(
        [sys.executable, "-m", "hrd_cases.cli"], env={**os.environ, **words}, capture_output=True, text=True
    )
    assert done.stdout.split() == ["plain,verify"]
    assert done.stderr == ""


def test_what_somebody_wrote_into_a_row_hides_no_other_line(capsys):
    say_rows(("Why:", "Потерян телефон, ёжик\x1b[8m\rCase:\u202e none"), ("Cases in all:", 14))
    assert capsys.readouterr().out.splitlines() == [
        "Why:           Потерян телефон, ёжик<U+001B>[8m<U+000D>Case:<U+202E> none",
        "Cases in all:  14",
    ]
