"""A court dossier and its check without a browser."""

import json
import os
import re
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from hrd_address import Visit, free_port

from hrd_cases.crypto.core.passphrases import CHEAP_FOR_TESTS
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.letters import Letter
from hrd_cases.services.casework import cases
from hrd_cases.services.demo import demo
from hrd_cases.services.install.install import InstallPlace
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.letters import letters
from hrd_cases.services.records import records
from hrd_cases.services.signin import accounts, organisation_setup

pytestmark = pytest.mark.slow


@dataclass(frozen=True, kw_only=True)
class Demo:
    """A demo with the log-ins of two roles and the reference of the strike case."""

    folder: Path
    lawyer: str
    caseworker: str
    case: str
    letter: str  # the page that prints one

    def run(self, *words: str, typed: str = "", **besides: str) -> subprocess.CompletedProcess[str]:
        """Run a command in a process of its own."""
        return subprocess.run(
            [sys.executable, "-m", "hrd_cases.cli", *words],
            env=self.environment(**besides),
            input=typed,
            capture_output=True,
            text=True,
        )

    def environment(self, **besides: str) -> dict[str, str]:
        """The variables of a process that works on this demo."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("HRD_")}
        return {**clean, "HRD_INSTANCE": str(self.folder), **besides}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    now = datetime.now(UTC)
    folder = tmp_path_factory.mktemp("papers") / "instance"
    folder.mkdir()
    place = InstallPlace(folder=folder, database_url=f"sqlite:///{folder}/cases.sqlite", evidence=folder / "evidence")
    result = {item.role: item for item in demo.build(place, now, say=lambda _: None, kdf=CHEAP_FOR_TESTS)}
    runtime = organisation_setup.load(place.folder, place.database_url, place.evidence)
    lawyer, caseworker = result["lawyer"], result["caseworker"]
    session = accounts.sign_in(runtime, lawyer.handle, lawyer.passphrase, "", now)
    with runtime.reading(session, now) as ctx:
        lines = cases.listing(ctx, cases.CaseFilter()).items
        strike = next(line for line in lines if "Подземная" in line.title)
        letter = next(_printable(ctx, strike.id))
    runtime.database.close()
    return Demo(
        folder=folder,
        lawyer=f"{lawyer.handle}\n{lawyer.passphrase}\n",
        caseworker=f"{caseworker.handle}\n{caseworker.passphrase}\n",
        case=strike.reference,
        letter=f"/c/{strike.id}/r/{letter}/print",
    )


def _printable(ctx: Context, case: str) -> Iterator[str]:
    """The letters of a case that nothing speaks against."""
    for card in records.listing(ctx, Letter, case):
        with suppress(RuleBroken):
            letters.request(ctx, case, card.id)
            yield card.id


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


def test_what_is_left_out_and_what_nobody_translated_is_said_before_building(made: Demo, tmp_path: Path) -> None:
    out = str(tmp_path / "x.pdf")
    words = ("dossier", made.case, "--action", "1", "--language", "en", "--variant", "protected", "--out", out)
    done = made.run(*words, typed=made.lawyer)
    assert done.returncode == 1
    assert "Parts that this form requires are left out" in done.stderr
    assert re.search(r"^Left out: Party: .+ \(not approved\)$", done.stdout, re.MULTILINE)
    assert re.search(r"^Left out: Exhibit: .+ \(exhibit not approved", done.stdout, re.MULTILINE)
    assert re.search(r"^In another language: .+ \(looks like this language: Russian\)$", done.stdout, re.MULTILINE)


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


# --- on a machine without Pango ----------------------------------------------------------------------------------

MISSING = "The library Pango, which lays out the pages, is missing here. The server operator runs: ./run setup"


@pytest.fixture(scope="module")
def without_pango(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Variables for a process in which the system cannot load the library."""
    folder = tmp_path_factory.mktemp("libraries")
    for name in ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0.0.dylib"):
        (folder / name).write_text("no library\n")
    return {"LD_LIBRARY_PATH": str(folder), "DYLD_LIBRARY_PATH": str(folder)}


def test_cards_as_files_name_pango_before_keys_are_made(
    made: Demo, tmp_path: Path, without_pango: dict[str, str]
) -> None:
    names = ("--public", str(tmp_path / "set.hrd"), "--out", str(tmp_path / "cards"))
    done = made.run("recovery", "create", "--needed", "2", "--cards", "2", *names, **without_pango)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"hrd-cases: {MISSING}\n"
    assert list(tmp_path.iterdir()) == []


def test_a_dossier_names_pango_before_anybody_logs_in(
    made: Demo, tmp_path: Path, without_pango: dict[str, str]
) -> None:
    words = ("dossier", made.case, "--action", "1", "--language", "ru", "--out", str(tmp_path / "x.pdf"))
    done = made.run(*words, **without_pango)
    assert done.returncode == 1
    assert done.stderr == f"hrd-cases: {MISSING}\n"
    assert list(tmp_path.iterdir()) == []


@contextmanager
def _served(created: Demo, besides: dict[str, str]) -> Iterator[Visit]:
    """The demo at an address of this machine, visited by its lawyer."""
    port = free_port()
    command = [sys.executable, "-m", "hrd_cases.cli", "serve", "--port", str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=created.environment(**besides), **quiet) as server:
        try:
            visit = Visit(port, {"__Host-g": "en"})
            for _ in range(300):
                with suppress(OSError):
                    visit.get("/e")
                    break
                time.sleep(0.1)
            handle, passphrase = created.lawyer.splitlines()
            assert visit.fill("/e", handle=handle, passphrase=passphrase) == "/"
            yield visit
        finally:
            server.terminate()


def test_a_letter_on_the_page_names_pango(made: Demo, without_pango: dict[str, str]) -> None:
    with _served(made, without_pango) as lawyer:
        status, _, page = lawyer.ask("GET", f"{made.letter}/pdf")
    assert status == 422
    assert MISSING in page.decode()
    assert "something unusual" not in page.decode()
    with _served(made, {}) as lawyer:
        status, _, page = lawyer.ask("GET", f"{made.letter}/pdf")
    assert (status, page[:4]) == (200, b"%PDF")
