"""The worked example of CONTRIBUTING.md, replayed: what one declaration brings, without another line of code."""

from collections.abc import Iterator
from dataclasses import make_dataclass
from datetime import date
from typing import Any

import pytest
from hrd_example import PAGE, declared_visit, example

from hrd_cases.domain import entities, incidents
from hrd_cases.domain.fields import Counted, Entity, by_letter, fields_of
from hrd_cases.domain.vaults import CORE, IDENTITY
from hrd_cases.store import codec
from hrd_cases.web.forms.engine import form_of, read_form
from hrd_cases.web.forms.model import Lists


@pytest.fixture
def visit() -> Iterator[Entity]:
    """The entity of the example, declared for the length of a test, unless somebody has followed the example."""
    with declared_visit() as entity:
        yield entity


def test_a_declared_entity_is_sealed_by_compartment_and_read_back(visit: Entity) -> None:
    value = visit.cls(person="0" * 32, on=date(2026, 11, 22), heard="Цел, здоров, адвокат был.")
    documents = {name: codec.encode(value, name) for name in visit.compartments}
    assert "адвокат" not in documents[CORE].decode()
    assert "адвокат" in documents[IDENTITY].decode()
    assert codec.decode(documents) == (visit, value)


def test_a_declared_entity_has_a_form_with_its_errors(visit: Entity) -> None:
    lists = Lists(linked=lambda _code: [("0" * 32, "Miners' leader A")])
    form = form_of(visit, visit.cls(), lists, visit.compartments)
    assert [control.label for control in form.fields] == ["Whom", "When", "What was heard and seen"]
    typed = {"_at": [" ".join(visit.compartments)], "person": ["0" * 32], "on": ["31.02.2026"], "heard": ["Цел."]}
    _, errors = read_form(visit, typed, visit.cls(), lists, visit.compartments)
    assert set(errors) == {"on"}
    value, errors = read_form(visit, {**typed, "on": ["22.11.2026"]}, visit.cls(), lists, visit.compartments)
    assert not errors
    assert value == visit.cls(person="0" * 32, on=date(2026, 11, 22), heard="Цел.")


def test_a_declared_entity_is_found_by_its_letter_and_listed_by_its_title(visit: Entity) -> None:
    assert by_letter("q") is visit
    assert visit.title(visit.cls(heard="Цел.")) == "Цел."
    assert visit in entities.in_case()


def test_a_declared_field_joins_the_document_the_form_and_the_value() -> None:
    names: dict[str, Any] = {**vars(incidents), "Counted": Counted}
    exec(compile("from hrd_cases.domain.fields import Count\n" + example("field"), str(PAGE), "exec"), names)
    grown = make_dataclass(
        "Incident",
        [("witnesses", Counted | None, names["witnesses"])],
        bases=(incidents.Incident,),
        frozen=True,
        kw_only=True,
    )
    declared = {field.name: field for field in fields_of(grown)}["witnesses"]
    assert (declared.at, declared.label) == (CORE, "How many people saw it")
