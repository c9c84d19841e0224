"""A court dossier and its check without a browser."""

import json
import os
import re
import stat
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from hrd_cases.crypto.passphrases import CHEAP_FOR_TESTS
from hrd_cases.services import accounts, cases, founding
from hrd_cases.services.demo import demo
from hrd_cases.services.installing import Place

pytestmark = pytest.mark.slow


@dataclass(frozen=True, kw_only=True)
class Demo:
    """A demo with the log-ins of two roles and the reference of the strike case."""

    folder: Path
    lawyer: str
    caseworker: str
    case: str

    def run(self, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command in a process of its own."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("HRD_")}
        return subprocess.run(
            [sys.executable, "-m", "hrd_cases.cli", *words],
            env={**clean, "HRD_INSTANCE": str(self.folder)},
            input=typed,
            capture_output=True,
            text=True,
        )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    now = datetime.now(UTC)
    folder = tmp_path_factory.mktemp("papers") / "instance"
    folder.mkdir()
    place = Place(folder=folder, database_url=f"sqlite:///{folder}/cases.sqlite", evidence=folder / "evidence")
    found = {one.role: one for one in demo.build(place, now, say=lambda _: None, kdf=CHEAP_FOR_TESTS)}
    runtime = founding.load(place.folder, place.database_url, place.evidence)
    lawyer, caseworker = found["lawyer"], found["caseworker"]
    session = accounts.sign_in(runtime, lawyer.handle, lawyer.passphrase, "", now)
    with runtime.reading(session, now) as ctx:
        lines = cases.listing(ctx, cases.CaseFilter()).items
    runtime.database.close()
    return Demo(
        folder=folder,
        lawyer=f"{lawyer.handle}\n{lawyer.passphrase}\n",
        caseworker=f"{caseworker.handle}\n{caseworker.passphrase}\n",
        case=next(line.reference for line in lines if "Подземная" in line.title),
    )


@pytest.fixture(scope="module")
def released(made: Demo) -> Path:
    """The written response, released."""
    out = made.folder / "released.pdf"
    words = ("dossier", made.case, "--action", "1", "--language", "ru", "--release", "--out", str(out))
    done = made.run(*words, typed=made.lawyer)
    assert done.returncode == 0, done.stderr
    return out


def test_the_written_response_has_fifteen_pages_or_more_and_only_its_owner_reads_the_file(released: Path) -> None:
    with pikepdf.open(released) as paper:
        assert len(paper.pages) >= 15
    assert stat.S_IMODE(released.stat().st_mode) == 0o600


def test_a_released_paper_is_verified_with_and_without_the_root(made: Demo, released: Path) -> None:
    alone = json.loads(made.run("verify", str(released), "--json").stdout)
    assert alone["good"]
    assert not alone["root_checked"]
    with_root = made.run("verify", str(released), "--root", *alone["root_words"], "--json")
    assert json.loads(with_root.stdout)["root_checked"]
    assert made.run("verify", str(released), "--root", "some", "other", "words").returncode == 1


def test_one_changed_byte_is_found(made: Demo, released: Path, tmp_path: Path) -> None:
    data = bytearray(released.read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "changed.pdf").write_bytes(data)
    done = made.run("verify", str(tmp_path / "changed.pdf"))
    assert done.returncode == 1
    assert "Do not rely" in done.stdout


def test_a_file_that_is_no_paper_is_one_line(made: Demo, tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.4 nothing")
    assert made.run("verify", str(tmp_path / "x.pdf")).returncode == 1
    missing = made.run("verify", str(tmp_path / "none.pdf"))
    assert missing.returncode == 1
    assert len(missing.stderr.splitlines()) == 1


def test_nothing_is_overwritten(made: Demo, released: Path) -> None:
    before = released.read_bytes()
    words = ("dossier", made.case, "--action", "1", "--language", "ru", "--out", str(released))
    assert made.run(*words, typed=made.lawyer).returncode == 2
    assert released.read_bytes() == before


def test_whoever_is_not_counsel_gets_no_dossier(made: Demo, tmp_path: Path) -> None:
    words = ("dossier", made.case, "--action", "1", "--language", "ru", "--out", str(tmp_path / "x.pdf"))
    done = made.run(*words, typed=made.caseworker)
    assert done.returncode == 1
    assert "may not" in done.stderr
    assert not (tmp_path / "x.pdf").exists()


def test_an_action_that_is_not_there_is_answered_with_those_that_are(made: Demo, tmp_path: Path) -> None:
    words = ("dossier", made.case, "--action", "7", "--language", "ru", "--out", str(tmp_path / "x.pdf"))
    done = made.run(*words, typed=made.lawyer)
    assert done.returncode == 2
    assert re.search(r"1: Иск", done.stderr)


def test_an_unknown_case_is_one_line(made: Demo, tmp_path: Path) -> None:
    words = ("dossier", "2026-NONE", "--action", "1", "--language", "ru", "--out", str(tmp_path / "x.pdf"))
    done = made.run(*words, typed=made.lawyer)
    assert done.returncode == 1
    assert len([line for line in done.stderr.splitlines() if not line.startswith("- ")]) == 1
