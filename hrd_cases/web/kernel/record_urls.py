"""Where the page of a record is."""

from flask import url_for

from hrd_cases.domain.entities import IN_CASE
from hrd_cases.domain.errors import NotFound
from hrd_cases.domain.fields import ENTITIES, Entity, by_letter

OWN_PAGES = {"person": "people.show", "company": "companies.show", "body": "bodies.show"}
KEPT_IN_CASE = (*IN_CASE, "paper")
PAGES_IN_CASE = {"evidence": "evidence.show", "paper": "papers.show"}
OWN_ADDRESS = frozenset({*PAGES_IN_CASE, "call"})  # records of a case whose page is another than the usual one


def of(code: str, record: str, case: str | None = None) -> str:
    """The address of a record; empty where it has no page."""
    if code in OWN_PAGES:
        return url_for(OWN_PAGES[code], record=record)
    if code == "case":
        return url_for("cases.show", case=record)
    if code == "call":
        return url_for("calls.show", call=record)
    if code in KEPT_IN_CASE and case:
        return url_for(PAGES_IN_CASE.get(code, "records.show"), case=case, record=record)
    return ""


def in_case(letter: str) -> Entity:
    """The kind of record that a letter in a case's address stands for; NotFound for any other."""
    result = by_letter(letter)
    if result is None or result.code not in IN_CASE:
        raise NotFound
    return result


def listed_in_case(letter: str) -> Entity:
    """The same for a list: calls are listed in their case too, and begun elsewhere."""
    result = by_letter(letter)
    return result if result is not None and result.code == "call" else in_case(letter)


def entity(code: str) -> Entity:
    """A declared kind of record."""
    return ENTITIES[code]
