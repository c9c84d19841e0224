"""Every declared entity, in the order lists and menus show them. Importing this fills ENTITIES."""

from hrd_cases.domain import (
    calls,
    cases,
    companies,
    consents,
    deleting,
    duty,
    evidence,
    filings,
    hearings,
    holds,
    incidents,
    legal_actions,
    letters,
    naming,
    notes,
    people,
    support,
)
from hrd_cases.domain.fields import ENTITIES

MODULES = (
    cases,
    calls,
    people,
    companies,
    incidents,
    legal_actions,
    hearings,
    letters,
    evidence,
    consents,
    support,
    notes,
    filings,
    deleting,
    holds,
    duty,
    naming,
)

# What may be added to a case from its page, in this order.
IN_CASE = (
    "incident",
    "action",
    "hearing",
    "letter",
    "evidence",
    "consent",
    "support",
    "task",
    "note",
    "advice",
)

__all__ = ["ENTITIES", "IN_CASE", "MODULES"]
