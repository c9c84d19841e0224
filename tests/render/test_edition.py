"""Whatever decides what is seen of a page decides the number that pictures and approvals of pages are bound to."""

import ast
import shutil
from importlib import metadata
from pathlib import Path

import pytest

from hrd_cases.render import edition

ROOT = edition.ROOT


def imported(module: str) -> set[str]:
    """The modules of our package that draw pages, as far as this one and those that it imports lead to them."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        path = ROOT / f"{name}.py"
        if name in seen or not path.is_file():
            continue
        seen.add(name)
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("hrd_cases."):
                parent = node.module.removeprefix("hrd_cases.").replace(".", "/")
                waiting += [parent, *(f"{parent}/{item.name}" for item in node.names)]
    return seen


def test_every_module_that_draws_a_page_counts() -> None:
    drawing = {name for name in imported("render/exhibits") if name.startswith("render/")}
    drawing -= {"render/failure"}  # only says why a page is not drawn
    assert drawing | {"domain/arranging", "domain/page_choices"} == {
        name.removesuffix(".py") for name in edition.MODULES
    }


def test_every_library_that_draws_a_page_counts() -> None:
    packages = metadata.packages_distributions()
    seen = {
        package.lower().replace("_", "-")
        for name in edition.MODULES
        for node in ast.walk(ast.parse((ROOT / name).read_text()))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for module in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [item.name for item in node.names])
        for package in packages.get(module.partition(".")[0], ())
    }
    assert seen - {"hrd-cases"} == set(edition.PACKAGES)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    for name in edition.MODULES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / name, tmp_path / name)
    (tmp_path / edition.FONTS).parent.mkdir(parents=True)
    for path in ROOT.glob(edition.FONTS):
        shutil.copyfile(path, (tmp_path / edition.FONTS).parent / path.name)
    return tmp_path


def test_the_same_files_and_libraries_have_the_same_number(copied: Path) -> None:
    assert edition.edition(copied) == edition.EDITION
    assert 0 < edition.EDITION < 2**32


@pytest.mark.parametrize("name", [*edition.MODULES, "static/fonts/NotoSans-Regular.ttf"])
def test_one_changed_byte_changes_it(copied: Path, name: str) -> None:
    with (copied / name).open("ab") as file:
        file.write(b"\n")
    assert edition.edition(copied) != edition.EDITION


def test_another_font_changes_it(copied: Path) -> None:
    (copied / edition.FONTS).with_name("Another.ttf").write_bytes(b"x")
    assert edition.edition(copied) != edition.EDITION


@pytest.mark.parametrize("name", edition.PACKAGES)
def test_another_version_of_a_library_changes_it(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    real = metadata.version
    monkeypatch.setattr(edition, "version", lambda item: "0" if item == name else real(item))
    assert edition.edition() != edition.EDITION
