"""A stick: `./run stick` fills a folder, and the script in it installs without a network, again and again.

The wheels are two small ones of this test's own and pip's; the scripts are the real ones.
"""

import base64
import ensurepip
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow

COMMAND = """
import os, sys, notes_for_tests
print(notes_for_tests.VERSION, os.environ["HRD_INSTANCE"], *sys.argv[1:])
"""
REAL = ("run", "deploy/stick/install", "deploy/stick/make_stick.py", "deploy/systemd/hrd-cases-user.service")
PAGES = ("docs/manual/install.md", "docs/manual/install.ru.md", "docs/manual/install.kk.md")


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def _wheel(folder: Path, version: str) -> Path:
    """A wheel of one module, as an index would give it."""
    info = f"notes_for_tests-{version}.dist-info"
    files = {
        "notes_for_tests.py": f"VERSION = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: notes-for-tests\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},sha256={_digest(text.encode())},{len(text)}\n" for name, text in files.items())
    path = folder / f"notes_for_tests-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in {**files, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
            archive.writestr(name, text)
    return path


def _wheel_of_pip() -> Path:
    """The one that this Python brings along: what makes .venv needs it, too."""
    places = [Path(ensurepip.__file__).parent / "_bundled", Path(sysconfig.get_config_var("WHEEL_PKG_DIR") or "/none")]
    return next(path for place in places for path in sorted(place.glob("pip-*.whl")))


def _lock(path: Path, wheel: Path) -> None:
    name, version = wheel.name.split("-")[:2]
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    path.write_text(f"{name.replace('_', '-')}=={version} --hash=sha256:{digest}\n")


def _clean() -> dict[str, str]:
    """The environment without the settings of git, pip and this program."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PIP_", "HRD_"))}


class Clone:
    """A small program with the real scripts, in a clone made by git, beside an index of two wheels."""

    def __init__(self, folder: Path) -> None:
        self.place, self.index = folder / "clone", folder / "index"
        self.index.mkdir(parents=True)
        self.environment = {**_clean(), "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.index)}
        self.environment |= {"PIP_CONFIG_FILE": os.devnull, "HRD_PYTHON": sys.executable}
        for name in (*REAL, *PAGES):
            (self.place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.place / name)
        for name in ("requirements", "hrd_cases", "instance"):
            (self.place / name).mkdir()
        (self.place / "hrd_cases" / "cli.py").write_text(COMMAND)
        (self.place / "instance" / "README.md").write_text("Of the organisation\n")
        (self.place / "untracked").write_text("not of the program\n")
        (self.place / ".gitignore").write_text(".venv\nuntracked\n")
        pip = Path(shutil.copy(_wheel_of_pip(), self.index))
        _lock(self.place / "requirements" / "pip.txt", pip)
        self.change("1")
        subprocess.run(["git", "init", "-q", str(self.place)], check=True, env=self.environment)

    def change(self, version: str) -> None:
        """Need another version of the package."""
        _lock(self.place / "requirements" / "run.txt", _wheel(self.index, version))

    def _set_up(self) -> None:
        """What `./run setup` leaves behind, with the Python of the tests: making another takes many seconds."""
        (self.place / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
        (self.place / ".venv" / "pyvenv.cfg").touch()
        python = self.place / ".venv" / "bin" / "python"
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        python.chmod(0o755)
        content = (self.place / "requirements" / "run.txt").read_bytes() + str(self.place.resolve()).encode()
        stamp = subprocess.run(["cksum"], input=content, capture_output=True, check=True).stdout
        (self.place / ".venv" / ".installed-run").write_bytes(stamp)

    def stick(self, folder: Path) -> subprocess.CompletedProcess[str]:
        """Fill a folder."""
        subprocess.run(["git", "-C", str(self.place), "add", "-A"], check=True, env=self.environment)
        self._set_up()
        command = [str(self.place / "run"), "stick", str(folder)]
        return subprocess.run(command, capture_output=True, text=True, env=self.environment)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    return Clone(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def made(clone: Clone, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stick, its name as sticks have them."""
    folder = tmp_path_factory.mktemp("media") / "ФЛЕШКА 16 GB"
    folder.mkdir()
    done = clone.stick(folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def stick(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "a stick"))


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """The home of somebody who has nothing yet; where this machine keeps programs, `systemctl` among them."""
    folder, programs = tmp_path / "home", tmp_path / "programs"
    folder.mkdir()
    programs.mkdir()
    (programs / "systemctl").write_text("#!/bin/sh\nexit 1\n")
    (programs / "systemctl").chmod(0o755)
    yield folder
    assert not (folder / "hrd-cases" / ".new").exists() or (folder / "hrd-cases" / ".installing").exists()


def install(stick: Path, home: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the script as a person does, from a folder that is not the stick's."""
    programs = f"{home.parent / 'programs'}:{os.environ['PATH']}"
    environment = {**_clean(), "HOME": str(home), "PATH": programs, "HRD_PYTHON": sys.executable, "LC_ALL": "C"}
    environment.pop("XDG_CONFIG_HOME", None)
    command = ["sh", str(stick / "install")]
    return subprocess.run(command, cwd="/", capture_output=True, text=True, env={**environment, **settings})


def answer(home: Path) -> str:
    """What the installed command says."""
    command = [str(home / "hrd-cases" / "hrd-cases"), "check"]
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, env=_clean())
    return done.stdout + done.stderr


def test_a_stick_has_what_belongs_to_the_program_and_nothing_else(made: Path) -> None:
    names = {path.name for path in made.iterdir()}
    pages = {f"INSTALL.{language}.{kind}" for language in ("en", "ru", "kk") for kind in ("txt", "html")}
    assert names == {"SHA256SUMS", "install", "made-for", "program.tar", "python-versions", "wheels", *pages}
    assert (made / "python-versions").read_text().split() == ["3.11", "3.12", "3.13", "3.14"]
    listed = subprocess.run(["tar", "-tf", made / "program.tar"], capture_output=True, text=True, check=True).stdout
    assert "hrd_cases/cli.py" in listed
    assert "untracked" not in listed
    assert "sh install" in (made / "INSTALL.kk.txt").read_text()
    page = (made / "INSTALL.ru.html").read_text()
    assert "<pre>sh install</pre>" in page
    assert "<em>Первые шаги</em>" in page
    assert not set(page.partition("<body>")[2]) & {"*", "`"}


@pytest.mark.parametrize(("name", "says"), [("nowhere", "There is no folder"), ("full", "is not empty")])
def test_a_folder_that_cannot_be_used_is_refused_in_one_line(clone: Clone, made: Path, name: str, says: str) -> None:
    (made.parent / "full" / "something").mkdir(parents=True, exist_ok=True)
    refused = clone.stick(made.parent / name)
    assert refused.returncode == 2
    assert says in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_it_is_installed_again_and_newer_and_the_organisation_stays(clone: Clone, stick: Path, home: Path) -> None:
    done = install(stick, home)
    assert done.returncode == 0, done.stderr
    assert "~/hrd-cases/hrd-cases init\n    ~/hrd-cases/hrd-cases serve" in done.stdout
    assert answer(home) == f"1 {home}/hrd-cases/instance check\n"
    unit = home / ".config" / "systemd" / "user" / "default.target.wants" / "hrd-cases.service"
    assert unit.read_text() == (ROOT / "deploy" / "systemd" / "hrd-cases-user.service").read_text()
    assert "enable-linger" in done.stdout
    here = home / "hrd-cases"
    assert (here / "instance").stat().st_mode & 0o777 == 0o700

    (here / "instance" / "organisation.json").write_text("kept")
    (here / "hrd_cases" / "gone.py").write_text("of an older version\n")
    assert "~/hrd-cases/hrd-cases migrate\n" in install(stick, home).stdout
    assert answer(home).startswith("1 ")
    assert not (here / "hrd_cases" / "gone.py").exists()

    python = here / ".venv" / "bin" / "python"
    python.rename(python.with_name("python-itself"))
    python.write_text('#!/bin/sh\ncase $* in *pango*) exit 1 ;; esac\nexec "${0}-itself" "$@"\n')
    python.chmod(0o755)
    without_pango = install(stick, home)
    assert without_pango.returncode == 0
    assert "Pango is missing" in without_pango.stdout

    with (here / "instance" / "serving.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refused = install(stick, home)
    assert refused.returncode == 1
    assert "is running" in refused.stderr

    clone.change("2")
    newer = stick.parent / "newer"
    newer.mkdir()
    assert clone.stick(newer).returncode == 0
    assert install(newer, home).returncode == 0
    assert answer(home).startswith("2 ")
    assert (here / "instance" / "organisation.json").read_text() == "kept"


def test_after_a_pulled_stick_nothing_starts_until_it_is_installed_again(stick: Path, home: Path) -> None:
    wheel = next(stick.glob("wheels/notes*.whl"))
    lock = next(path for path in stick.glob("SHA256SUMS"))
    wheel.rename(stick / "away")
    whole = lock.read_text()
    lock.write_text("".join(line for line in whole.splitlines(keepends=True) if "notes" not in line))
    broken = install(stick, home)
    assert broken.returncode == 1
    assert "install again" in broken.stderr.splitlines()[-1]
    assert "half done" in answer(home)
    (stick / "away").rename(wheel)
    lock.write_text(whole)
    assert install(stick, home).returncode == 0
    assert answer(home).startswith("1 ")


@pytest.mark.parametrize("name", ["program.tar", "wheels/notes_for_tests-1-py3-none-any.whl", "install"])
def test_a_damaged_file_stops_it_before_anything_is_written(stick: Path, home: Path, name: str) -> None:
    with (stick / name).open("ab") as file:
        file.write(b"\n")
    refused = install(stick, home, LC_ALL="ru_RU.UTF-8")
    assert refused.returncode == 1
    assert refused.stderr.startswith("Флешка повреждена")
    assert name in refused.stderr
    assert not (home / "hrd-cases").exists()


def test_a_wheel_that_the_lock_does_not_name_is_not_installed(stick: Path, home: Path) -> None:
    """Whoever can write on the stick can write its check sums, too; not the hashes inside of the program."""
    other = _wheel(stick.parent, "1")
    with zipfile.ZipFile(other, "a") as archive:
        archive.writestr("more.py", "")
    shutil.copy(other, stick / "wheels")
    paths = sorted(path for path in stick.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(stick)}\n" for path in paths]
    (stick / "SHA256SUMS").write_text("".join(lines))
    refused = install(stick, home)
    assert refused.returncode == 1
    assert "HASHES" in refused.stderr.upper()
    assert "half done" in answer(home)


def test_what_is_no_installation_is_left_alone(stick: Path, home: Path) -> None:
    (home / "hrd-cases").mkdir()
    (home / "hrd-cases" / "letters.odt").write_text("mine")
    refused = install(stick, home)
    assert refused.returncode == 1
    assert "something else" in refused.stderr
    assert [path.name for path in (home / "hrd-cases").iterdir()] == ["letters.odt"]


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("made-for", "Linux riscv64\n", "This stick is for Linux riscv64"),
        ("python-versions", "3.99\n", "Python is missing"),
    ],
)
def test_another_machine_is_told_what_is_missing(stick: Path, home: Path, file: str, text: str, says: str) -> None:
    (stick / file).write_text(text)
    sums = (stick / "SHA256SUMS").read_text().splitlines(keepends=True)
    own = f"{hashlib.sha256(text.encode()).hexdigest()}  {file}\n"
    (stick / "SHA256SUMS").write_text("".join([*(line for line in sums if not line.endswith(f" {file}\n")), own]))
    refused = install(stick, home)
    assert refused.returncode == 1
    assert refused.stderr.startswith(says)
    assert not (home / "hrd-cases").exists()
