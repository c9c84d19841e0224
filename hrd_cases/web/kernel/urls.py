"""Every place and its address, in one table, and the address of each record.

A letter for each place, so that an address tells nothing over a shoulder.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from hrd_cases.domain.calls import Call
from hrd_cases.domain.cases import Case
from hrd_cases.domain.companies import Body, Company
from hrd_cases.domain.errors import NotFound
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.fields import ENTITIES, Declared, Entity, by_letter
from hrd_cases.domain.filings import Paper
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.people import Person
from hrd_cases.domain.recommendations import Recommendation
from hrd_cases.domain.screening import Assessment, Screening
from hrd_cases.domain.studies import Study
from hrd_cases.domain.words import N_


@dataclass(frozen=True, kw_only=True)
class SitePlace:
    """A place: its address, the endpoint it opens with, and its name in the menu (empty: not in the menu)."""

    path: str
    endpoint: str
    label: str = ""


PLACES: dict[str, SitePlace] = {
    "desk": SitePlace(path="/d", endpoint="desk.show", label=N_("My desk")),
    "calls": SitePlace(path="/i", endpoint="calls.index", label=N_("Calls")),
    "cases": SitePlace(path="/c", endpoint="cases.index", label=N_("Cases")),
    "people": SitePlace(path="/p", endpoint="people.index", label=N_("People")),
    "companies": SitePlace(path="/o", endpoint="companies.index", label=N_("Companies")),
    "bodies": SitePlace(path="/b", endpoint="bodies.index", label=N_("Courts and authorities")),
    "agenda": SitePlace(path="/h", endpoint="agenda.show", label=N_("Hearings and letters")),
    "trends": SitePlace(path="/t", endpoint="trends.show", label=N_("Trends")),
    "recommendations": SitePlace(path="/r", endpoint="recommendations.index", label=N_("Recommendations")),
    "search": SitePlace(path="/s", endpoint="search.show", label=N_("Search")),
    "account": SitePlace(path="/m", endpoint="account.show", label=N_("My account")),
    "log": SitePlace(path="/l", endpoint="log.show", label=N_("Audit log")),
    "administration": SitePlace(path="/a", endpoint="administration.show", label=N_("Administration")),
    "files": SitePlace(path="/f", endpoint="files.open"),
    "deleting": SitePlace(path="/z", endpoint="deleting.index"),
    "papers": SitePlace(path="/w", endpoint="papers.index"),
    "imports": SitePlace(path="/j", endpoint="imports.index"),
    "screenings": SitePlace(path="/k", endpoint="screenings.index"),
    "exports": SitePlace(path="/u", endpoint="record_lists.form"),
    "enter": SitePlace(path="/e", endpoint="enter.show"),
    "leave": SitePlace(path="/x", endpoint="leave.out"),
    "language": SitePlace(path="/y", endpoint="language.choose"),
}


def path(place: str) -> str:
    """The address a place begins with."""
    return PLACES[place].path


# Pages of records that stand outside of cases: endpoint, and what it calls the record.
OWN_PAGES: Mapping[type[Declared], tuple[str, str]] = {
    Person: ("people.show", "record"),
    Company: ("companies.show", "record"),
    Body: ("bodies.show", "record"),
    Recommendation: ("recommendations.show", "record"),
    Study: ("studies.show", "record"),
    Screening: ("screenings.show", "record"),
    Assessment: ("assessments.show", "record"),
    Case: ("cases.show", "case"),
    Call: ("calls.show", "call"),
}
PAGES_IN_CASE: Mapping[type[Declared], str] = {Evidence: "evidence.show", Paper: "papers.show"}


def of(code: str, record: RecordId, case: CaseId | None = None) -> str:
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
