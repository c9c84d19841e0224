"""Where the page of a record is."""

from collections.abc import Mapping

from flask import url_for

from hrd_cases.domain.calls import Call
from hrd_cases.domain.cases import Case
from hrd_cases.domain.companies import Body, Company
from hrd_cases.domain.errors import NotFound
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.fields import ENTITIES, Declared, Entity, by_letter
from hrd_cases.domain.filings import Paper
from hrd_cases.domain.people import Person

# Pages of records that stand outside of cases: endpoint, and what it calls the record.
OWN_PAGES: Mapping[type[Declared], tuple[str, str]] = {
    Person: ("people.show", "record"),
    Company: ("companies.show", "record"),
    Body: ("bodies.show", "record"),
    Case: ("cases.show", "case"),
    Call: ("calls.show", "call"),
}
PAGES_IN_CASE: Mapping[type[Declared], str] = {Evidence: "evidence.show", Paper: "papers.show"}


def of(code: str, record: str, case: str | None = None) -> str:
    """The address of a record; empty where it has no page."""
    entity = ENTITIES.get(code)
    if entity is None:
        return ""
    if entity.cls in OWN_PAGES:
        endpoint, name = OWN_PAGES[entity.cls]
        return url_for(endpoint, _external=False, **{name: record})
    if case and (entity.in_case or entity.cls in PAGES_IN_CASE):
        return url_for(PAGES_IN_CASE.get(entity.cls, "records.show"), case=case, record=record)
    return ""


def has_own_address(entity: Entity) -> bool:
    """Whether records of a case have another page than the usual one."""
    return entity.cls in PAGES_IN_CASE or entity.cls is Call


def in_case(letter: str) -> Entity:
    """The kind of record that a letter in a case's address stands for; NotFound for any other."""
    result = by_letter(letter)
    if result is None or not result.in_case:
        raise NotFound
    return result


def listed_in_case(letter: str) -> Entity:
    """The same for a list: calls are listed in their case too, and begun elsewhere."""
    result = by_letter(letter)
    return result if result is not None and result.cls is Call else in_case(letter)
