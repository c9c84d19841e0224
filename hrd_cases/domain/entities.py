"""Every declared entity, in the order lists and menus show them. Importing this fills ENTITIES."""

from hrd_cases.domain import (
    calls,
    cases,
    companies,
    consents,
    deleting,
    duty,
    evidence,
    export_requests,
    fact_segments,
    figure_requests,
    file_texts,
    filings,
    hearings,
    holds,
    incidents,
    legal_actions,
    letters,
    naming,
    notes,
    own_templates,
    people,
    published_years,
    ready_plans,
    recommendations,
    saved_questions,
    screening,
    studies,
    support,
)
from hrd_cases.domain.fields import ENTITIES, Entity

MODULES = (
    cases,
    calls,
    people,
    companies,
    screening,
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
    export_requests,
    figure_requests,
    fact_segments,
    saved_questions,
    published_years,
    naming,
    file_texts,
    recommendations,
    studies,
    own_templates,
    ready_plans,
)

_PLACES = {module.__name__: place for place, module in enumerate(MODULES)}


def in_case() -> tuple[Entity, ...]:
    """What may be added to a case from its page, in the order of its menu."""
    declared = (entity for entity in ENTITIES.values() if entity.in_case)
    return tuple(sorted(declared, key=lambda entity: _PLACES.get(entity.cls.__module__, len(MODULES))))


__all__ = ["ENTITIES", "MODULES", "in_case"]
