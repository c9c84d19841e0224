"""The arrows of the architecture, and what must never stand in a file of this tree."""

import ast
import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "hrd_cases"
# Parts of Flask that are used by their own names.
COMES_WITH = {"flask": {"werkzeug", "jinja2", "markupsafe", "click"}}
# What the tests themselves and a binary package put into sys.modules.
PLUMBING = {"_cffi_backend", "hrd_cases", "hrd_outward", "sitecustomize"}


def test_every_import_contract_is_kept() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([command, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def modules_of(folder: Path) -> list[str]:
    """The dotted names of every module below a folder of the package."""
    names = (".".join(path.relative_to(ROOT).with_suffix("").parts) for path in folder.rglob("*.py"))
    return sorted(name.removesuffix(".__init__") for name in names)


def foreign_packages_loaded_by(modules: list[str]) -> set[str]:
    """What a new Python has loaded, beyond its own library, once it has imported the modules."""
    code = (
        "import importlib, json, sys\n"
        "before = set(sys.modules)\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in set(sys.modules) - before})))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout)) - sys.stdlib_module_names - PLUMBING


@pytest.mark.parametrize(("layer", "allowed"), [("domain", set()), ("crypto", {"cryptography", "cffi"})])
def test_a_lowest_layer_loads_nothing_but_what_it_may(layer: str, allowed: set[str]) -> None:
    modules = modules_of(PACKAGE / layer)
    assert modules, f"hrd_cases/{layer} is empty"
    loaded = {name for name in foreign_packages_loaded_by(modules) if not name.startswith("_")}
    assert loaded <= allowed


# What makes papers and pictures runs in processes of its own; Alembic is for who migrates.
HEAVY = {
    "weasyprint",
    "pydyf",
    "pypdfium2",
    "pypdfium2_raw",
    "docx",
    "pypdf",
    "fontTools",
    "PIL",
    "pillow_heif",
    "alembic",
}
PAGES = {"flask", "flask_login", "werkzeug", "jinja2", "gunicorn", "a2wsgi"}
NEVER = {
    "wsgi's application": (["hrd_cases.app", "hrd_cases.web.door.connections"], HEAVY),
    "hrd-cases --help": (["hrd_cases.cli.command"], HEAVY | PAGES | {"sqlalchemy", "webauthn"}),
    "hrd-cases serve, before it serves": (["hrd_cases.cli.serve"], HEAVY | PAGES),
    "hrd-cases check": (["hrd_cases.cli.check"], HEAVY | PAGES),
    "hrd-cases log": (["hrd_cases.cli.log"], HEAVY | PAGES),
    "hrd-cases migrate, before it migrates": (["hrd_cases.cli.migrate"], HEAVY | PAGES),
}


@pytest.mark.parametrize("process", NEVER)
def test_a_process_loads_nothing_that_it_does_not_need(process: str) -> None:
    """Each of these takes tenths of a second of a processor, and memory, in every process that loads it."""
    modules, never = NEVER[process]
    assert foreign_packages_loaded_by(modules) & never == set()


def imported_names(path: Path) -> Iterator[str]:
    """The top-level names of everything that a file imports, wherever it does."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


# Libraries that decide whether a key opens or a signature holds, and the one file of ours that calls each.
CALLED_BY_ONE = {
    "cryptography": "crypto/core/primitives.py",
    # The checks of a security key's answer are a protocol, not a cipher; the library brings its own.
    "webauthn": "services/signin/key_signatures.py",
}


@pytest.mark.parametrize("library", CALLED_BY_ONE)
def test_one_file_calls_a_library_of_keys(library: str) -> None:
    files = [path for path in PACKAGE.rglob("*.py") if library in set(imported_names(path))]
    assert [str(path.relative_to(PACKAGE)) for path in files] == [CALLED_BY_ONE[library]]


def declared_packages() -> set[str]:
    """The packages that requirements/run.in names, spelt as the package index spells them."""
    lines = (ROOT / "requirements" / "run.in").read_text(encoding="utf-8").splitlines()
    names = (re.match(r"[A-Za-z0-9._-]+", line) for line in lines)
    return {re.sub(r"[-_.]+", "-", name.group()).lower() for name in names if name}


def test_everything_imported_is_declared() -> None:
    declared = declared_packages()
    declared |= set().union(*(extra for name, extra in COMES_WITH.items() if name in declared))
    packages = importlib.metadata.packages_distributions()
    undeclared = []
    for path in PACKAGE.rglob("*.py"):
        for name in set(imported_names(path)) - sys.stdlib_module_names - {"hrd_cases"}:
            owners = {re.sub(r"[-_.]+", "-", owner).lower() for owner in packages.get(name, [name])}
            if not owners & declared:
                undeclared.append(f"{path.relative_to(ROOT)}: {name}")
    assert not undeclared


@pytest.mark.parametrize("name", ["run", "test", "uv", "pip"])
def test_every_locked_package_has_a_hash_and_no_address(name: str) -> None:
    lock = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert "://" not in lock
    entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"^#.*\n", "", lock, flags=re.MULTILINE).strip())
    assert entries
    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)


def test_no_package_is_only_for_some_versions_of_python() -> None:
    """`./run stick` fetches wheels for every Python, and pip judges such a condition by the one that runs it."""
    lock = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8")
    assert "python_version" not in lock
    assert "python_full_version" not in lock


def test_the_tests_run_on_the_versions_that_are_shipped() -> None:
    def versions(name: str) -> dict[str, str]:
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        return dict(re.findall(r"^([a-z0-9._-]+)==([^\s;]+)", text, flags=re.MULTILINE))

    assert versions("run").items() <= versions("test").items()


def files_of_the_tree() -> list[Path]:
    """Every file that git keeps or would keep; without git, every file outside of .venv and the operator's folder."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        command = [git, "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]
    outside = {".venv", ".git", ".mypy_cache", ".ruff_cache", ".pytest_cache", "instance", "__pycache__"}
    return [path for path in ROOT.rglob("*") if path.is_file() and outside.isdisjoint(path.relative_to(ROOT).parts)]


# Written in pieces, so that this file does not find itself.
FOREIGN = re.compile(
    "|".join(
        [
            r"(?<![\w.$}/~])/(?:work|root|home/\w+|Users/\w+)" + r"/\w",  # a folder of somebody's machine
            r"--(?:extra-)?index" + r"-url[ =]",
            r"--find" + r"-links",
            r"\bfiles\.python" + r"hosted\.org",
            r"\bregistry\.npm" + r"js\.org",
        ]
    )
)


def test_no_file_names_a_folder_of_one_machine_or_the_address_of_an_index() -> None:
    result = []
    for path in files_of_the_tree():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a font or a picture
        result += [f"{path.relative_to(ROOT)}: {match.group()}" for match in FOREIGN.finditer(text)]
    assert not result


@pytest.mark.parametrize("word", ["x = '/work" + "/main'", "--extra-index" + "-url https://", "(/home/" + "me/x)"])
def test_such_a_folder_or_address_would_be_found(word: str) -> None:
    assert FOREIGN.search(word)


@pytest.mark.parametrize("word", ["hrd_cases/work/x", "https://example.org/home/me/", "~/work/x", "$HOME/root/x"])
def test_ordinary_paths_are_left_alone(word: str) -> None:
    assert not FOREIGN.search(word)
