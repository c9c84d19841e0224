"""Documents say what the code does: two are made from it, and the others name only what exists."""

import re
from pathlib import Path

import pytest
from hrd_documents import DOCUMENTS, TELLS
from hrd_manuals import ROLES, labels, manual, same

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.fields import ENTITIES
from hrd_cases.store import columns
from hrd_cases.store.classified import classification

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_made_from_code_is_up_to_date(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == DOCUMENTS[name](), "run ./run docs"


def test_every_act_field_and_column_is_described() -> None:
    permissions = DOCUMENTS["permissions.md"]()
    inventory = DOCUMENTS["data-inventory.md"]()
    assert all(f"| {act.value} |" in permissions for act in Act)
    assert all(f"`{field.name}` " in inventory for entity in ENTITIES.values() for field in entity.fields)
    assert all(f"| `{place}` |" in inventory for place in classification())


def test_no_sentence_describes_a_column_that_is_gone() -> None:
    budget = {place for place, rests in classification().items() if rests == columns.BUDGET}
    assert set(TELLS) == budget


WRITTEN = sorted(path.name for path in DOCS.glob("*.md"))


@pytest.mark.parametrize("name", WRITTEN)
def test_a_document_names_only_files_that_exist(name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8")
    by_name = set(re.findall(r"`((?:hrd_cases|tests|docs|migrations|templates|benchmarks)/[A-Za-z0-9_/.]+)`", text))
    by_name |= {f"docs/{link}" for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", text)}
    missing = [item for item in sorted(by_name) if not (ROOT / item).exists()]
    assert missing == []


@pytest.mark.parametrize("name", ["threat-model.md"])
def test_the_threat_model_names_only_tests_that_exist(name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8")
    existing = {path.stem for path in (ROOT / "tests").rglob("test_*.py")}
    assert set(re.findall(r"\btest_[a-z_]+\b", text)) <= existing


def test_every_number_of_the_catalogue_is_answered_once() -> None:
    text = (DOCS / "threat-model.md").read_text(encoding="utf-8")
    numbers = [int(number) for number in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)]
    assert numbers == list(range(1, 81))


@pytest.mark.parametrize("role", ROLES)
def test_a_manual_calls_what_one_presses_as_the_page_does(role: str) -> None:
    assert [label for label in labels(manual(role)) if not same(label, "ru")] == []


def test_every_decision_has_a_number_of_its_own() -> None:
    decisions = sorted((DOCS / "adr").glob("*.md"))
    numbers = [int(path.name[:4]) for path in decisions]
    assert numbers == list(range(1, len(numbers) + 1))
    assert [int(path.read_text(encoding="utf-8").split(".")[0].removeprefix("# ")) for path in decisions] == numbers
