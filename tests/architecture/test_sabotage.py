"""The list of seeded defects fits what it breaks: each place is there once, and what it becomes can still be read."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "sabotage"))

from break_and_test import Defect, broken, defects  # noqa: E402  # a program beside the tests, not a package

DEFECTS = defects()
TEMPLATES = Environment()


def test_there_are_at_least_forty_of_them_with_names_of_their_own() -> None:
    assert len(DEFECTS) >= 40
    assert len({item.name for item in DEFECTS}) == len(DEFECTS)
    assert len({(item.file, item.find, item.put) for item in DEFECTS}) == len(DEFECTS)


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda item: item.name)
def test_a_defect_can_be_put_in_and_the_program_still_starts(defect: Defect) -> None:
    assert read(defect.file, broken(defect, whole(defect.file))) != read_whole(defect.file), "it changes nothing"
    for test in defect.tests:
        assert (ROOT / test.partition("::")[0]).exists(), test


@cache
def whole(file: str) -> str:
    """The text of a file as it is."""
    return (ROOT / file).read_text(encoding="utf-8")


@cache
def read_whole(file: str) -> str:
    """What is made of a file as it is: many defects are of the same file."""
    return read(file, whole(file))


def read(file: str, text: str) -> str:
    """What Python, or the language of templates, makes of the text; their errors where it is none of theirs."""
    return ast.dump(ast.parse(text)) if file.endswith(".py") else repr(TEMPLATES.parse(text))


def test_a_defect_names_nothing_that_is_not_there(tmp_path: Path) -> None:
    """A test that fails for an unknown name would notice nothing of the defect itself."""
    for at, defect in enumerate(DEFECTS):
        if defect.file.endswith(".py"):
            (tmp_path / f"defect_{at}.py").write_text(broken(defect, whole(defect.file)), encoding="utf-8")
    lint = [str(Path(sys.executable).with_name("ruff")), "check", "--isolated", "--no-cache", "--select", "F821"]
    looked = subprocess.run([*lint, "--quiet", str(tmp_path)], capture_output=True, text=True, check=False)
    assert looked.returncode == 0, looked.stdout
