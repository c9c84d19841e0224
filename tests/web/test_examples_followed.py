"""The worked examples of CONTRIBUTING.md, followed: all of them at once, in a copy of the tree that is then used."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = "hrd_cases"
# example -> the file that it is
FILES = {
    "entity": f"{CODE}/domain/visits.py",
    "list": f"{CODE}/vocabularies/visit_places.toml",
    "page": f"{CODE}/web/casework/case_size.py",
    "page-template": "templates/casework/case_size/show.html",
    "paper": f"{CODE}/vocabularies/paper_kinds/rapporteur.toml",
    "paper-template": "templates/pdf/rapporteur.html",
    "importer": f"{CODE}/domain/importers/support.py",
}
# example, or the line that the page tells in words -> its file, and the text before which it goes
LINES = [
    ("field", f"{CODE}/domain/incidents.py", "    title: str = declare("),
    ("list-field", f"{CODE}/domain/incidents.py", "    title: str = declare("),
    ("role", f"{CODE}/domain/access/roles.py", "    ADMINISTRATOR: Role("),
    ("policy", f"{CODE}/web/kernel/policy.py", '    "cases.show": Act.'),
    ("importer-field", f"{CODE}/domain/support.py", "    note: str = declare("),
]
IN_WORDS = [
    ("from hrd_cases.domain import visits", f"{CODE}/domain/entities.py", "from hrd_cases.domain import ("),
    (
        "    visits,",
        f"{CODE}/domain/entities.py",
        "    cases,\n    calls,\n    people,\n    companies,\n    screening,\n    incidents,",
    ),
    ("from hrd_cases.web.casework import case_size", f"{CODE}/web/blueprints.py", "from hrd_cases.web import desk"),
    ("    case_size.bp,", f"{CODE}/web/blueprints.py", "    cases.bp,"),
    (
        "from hrd_cases.domain.fields import Count",
        f"{CODE}/domain/incidents.py",
        "from hrd_cases.domain.fields import (",
    ),
    ("from hrd_cases.domain.fields import Hidden", f"{CODE}/domain/support.py", "from hrd_cases.domain.fields import"),
    (
        "from hrd_cases.domain.importers import support",
        f"{CODE}/domain/importers/registry.py",
        "from hrd_cases.domain.importers.model import Importer",
    ),
    ("    support,", f"{CODE}/domain/importers/registry.py", "    tasks,"),
]


def example(name: str) -> str:
    """The code block of CONTRIBUTING.md with this name."""
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    result = re.search(rf"```\w+ {name}\n(.*?)```", page, flags=re.DOTALL)
    assert result is not None, f"CONTRIBUTING.md has lost its example {name}"
    return result.group(1)


def enter(text: str, file: Path, before: str) -> None:
    """Enter lines into a file, unless somebody who followed the page has entered them already."""
    content = file.read_text("utf-8")
    if text.strip() not in content:
        assert before in content, f"{file.name} has no more {before}"
        file.write_text(content.replace(before, f"{text.rstrip()}\n{before}", 1), "utf-8")


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a copy of the tree does in which every example was followed (tests/support/hrd_followed.py)."""
    copy = tmp_path_factory.mktemp("followed")
    for name in (CODE, "templates", "migrations", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "browser", "vectors"))
    for name, place in FILES.items():
        file = copy / place
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.write_text(example(name), "utf-8")
    for name, place, before in LINES:
        enter("".join(f"    {line}\n" for line in example(name).splitlines()), copy / place, before)
    for line, place, before in IN_WORDS:
        enter(line, copy / place, before)
    (copy / "of-this-test").mkdir()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (copy, copy / "tests" / "support")))}
    done = subprocess.run(
        [sys.executable, "-m", "hrd_followed", str(copy / "of-this-test")],
        cwd=copy, env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    facts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert facts["from"].startswith(str(copy)), "the copy was not used"
    return facts


def test_a_field_and_a_coded_list_stand_in_the_form_of_an_incident(followed: dict[str, Any]) -> None:
    assert followed["incident_form"]["How many people saw it"]
    assert followed["incident_form"]["Where they were held"]
    assert followed["incident_form"]["Police station"]


def test_an_entity_is_entered_on_its_page_and_listed(followed: dict[str, Any]) -> None:
    assert followed["visit"] == {"created": 303, "listed": True}


def test_a_role_is_offered_certified_and_says_its_name(followed: dict[str, Any]) -> None:
    assert followed["role"] == {"offered": True, "invited": True, "command": True, "desk": True, "table": True}


def test_a_page_is_shown_to_whoever_may_read_the_case_and_to_nobody_else(followed: dict[str, Any]) -> None:
    assert followed["page"] == {"anna": 200, "says": True, "outsider": 404, "without_policy": "Unlisted"}


def test_a_kind_of_paper_is_offered_printed_and_refused_by_its_own_file(followed: dict[str, Any]) -> None:
    assert followed["paper"] == {
        "recipient": "un_letter",
        "printed": True,
        "kazakh": "language",
        "long": "too_many_pages",
        "offered": True,
    }


def test_an_importer_brings_in_a_list_once(followed: dict[str, Any]) -> None:
    assert followed["importer"] == {"columns": ["what", "kind", "state"], "saved": 2, "again": 0, "listed": True}
