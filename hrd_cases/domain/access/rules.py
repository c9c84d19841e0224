"""Conditions of the table: each is a sentence about facts, true or false."""

from collections.abc import Callable

from hrd_cases.domain.access.facts import VaultFacts

Condition = Callable[[VaultFacts], bool]


def is_counsel_of_record(facts: VaultFacts) -> bool:
    """The actor stands as counsel of record in the legal action."""
    return facts.counsel_of_record


def coordinates_or_leads(facts: VaultFacts) -> bool:
    """The actor is a coordinator, or leads a case."""
    return facts.coordinates_or_leads


def knows_of(facts: VaultFacts) -> bool:
    """The actor may read the base of the vault, and so may know that it exists."""
    return "read" in facts.rights.get(facts.base, frozenset())
