"""What the tests of the command line stand on: a folder of their own, a terminal that is none."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest

from hrd_cases.cli import main
from hrd_cases.cli.command import ROOT as PROGRAM

Typed = Callable[..., "Answer"]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a command said: exit status, stdout, stderr."""

    status: int
    out: str
    err: str

    @property
    def told(self) -> Any:
        """The answer as JSON."""
        return json.loads(self.out)

    @property
    def complaint(self) -> str:
        """The one line that is no progress."""
        lines = [line for line in self.err.splitlines() if not line.startswith("- ")]
        assert len(lines) == 1, self.err
        return lines[0]


@dataclass(frozen=True, kw_only=True)
class Founder:
    """What init printed: where, who, and the two cards."""

    folder: Path
    handle: str
    passphrase: str
    codes: tuple[str, ...]
    root: str
    recovery: str


def run_with(patch: pytest.MonkeyPatch, capture: Callable[[], tuple[str, str]], *words: str, typed: str = "") -> Answer:
    """Run one command with lines on its input. A command that would go on as another program fails the test: it would
    take the place of the tests themselves."""
    patch.setattr("sys.stdin", io.StringIO(typed))
    patch.setattr("os.execv", lambda *program: pytest.fail(f"went on as {program}"))
    patch.setattr("gunicorn.app.wsgiapp.run", lambda: pytest.fail("went on as the server"))
    mask = os.umask(0o022)
    try:
        status = main(words)
    except SystemExit as ended:
        status = int(ended.code or 0)
    finally:
        os.umask(mask)
    out, err = capture()
    return Answer(status=status, out=out, err=err)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty instance folder, and no other setting."""
    for name in [name for name in os.environ if name.startswith("HRD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HRD_INSTANCE", str(tmp_path / "instance"))
    return tmp_path / "instance"


@pytest.fixture
def run(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Runs a command in the folder `here`."""

    def command(*words: str, typed: str = "") -> Answer:
        return run_with(monkeypatch, lambda: tuple(capsys.readouterr()), *words, typed=typed)

    return command


def paths(group: click.Group = PROGRAM, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command there is, as it is typed."""
    yield above
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None, name
        if isinstance(command, click.Group):
            yield from paths(command, (*above, name))
        else:
            yield (*above, name)


@pytest.fixture
def commands() -> list[tuple[str, ...]]:
    """Every command there is, the program itself first."""
    return list(paths())


@pytest.fixture(scope="session")
def founded_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An organisation founded once, as a person does it, and what was printed: measuring the machine takes a while."""
    folder = tmp_path_factory.mktemp("founded") / "instance"
    done = subprocess.run(
        [sys.executable, "-m", "hrd_cases.cli", "init", "--read-back", "later"],
        env={**os.environ, "HRD_INSTANCE": str(folder)},
        input="Группа поддержки\nОснователь\nru\n",
        capture_output=True,
        text=True,
        check=True,
    )
    return folder, done.stdout


@pytest.fixture
def founder(founded_once: tuple[Path, str], here: Path) -> Founder:
    """A real organisation of this test's own, its cards not yet read back."""
    folder, out = founded_once
    shutil.copytree(folder, here)
    root, recovery = re.findall(r"CARD: [^\n]*\n(# (?:root|recovery) [^\n]*\n(?:[^#\n][^\n]*\n){4})", out)
    codes = re.search(r"lost:\n((?:    [^\n]*\n)+)", out)
    handle, passphrase = re.search(r"handle:\s+(\S+)", out), re.search(r"passphrase:\s+([^\n]+)", out)
    assert codes
    assert handle
    assert passphrase
    return Founder(
        folder=here,
        handle=handle[1],
        passphrase=passphrase[1],
        codes=tuple(codes[1].split()),
        root=root,
        recovery=recovery,
    )
