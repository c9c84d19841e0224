"""What hearings are called: by their matter, which is the title of their legal action, another record of the case."""

from collections.abc import Collection, Iterable, Mapping

from hrd_cases.domain.fields import Declared
from hrd_cases.domain.hearings import Hearing, by_day
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.store.records import Stored, is_of, of_class


def matters(cards: Iterable[Stored[Declared]]) -> dict[str, str]:
    """The titles of the legal actions among these cards, by id."""
    return {card.id: card.entity.title(card.value) for card in of_class(cards, LegalAction)}


def matter_of(card: Stored[Declared], actions: Mapping[str, str]) -> str:
    """What a row calls a record that says its day: a hearing by its legal action, without one by its room."""
    own = str(card.entity.title(card.value))
    return (actions.get(card.value.action, "") if is_of(card, Hearing) else "") or own


def called(card: Stored[Declared], actions: Mapping[str, str]) -> str:
    """What a record is called where nothing beside it says its day: a hearing by matter, day and hour."""
    matter = matter_of(card, actions)
    return by_day(matter, card.value) if is_of(card, Hearing) else matter


def called_on_day(card: Stored[Declared], actions: Mapping[str, str]) -> str:
    """What a row that says the day calls a record: a hearing by matter and hour."""
    matter = matter_of(card, actions)
    return " · ".join(filter(None, (matter, card.value.at))) if is_of(card, Hearing) else matter


def hearings_called(cards: Collection[Stored[Declared]]) -> dict[str, str]:
    """The hearings among these cards by id, each by matter, day and hour."""
    actions = matters(cards)
    return {card.id: called(card, actions) for card in of_class(cards, Hearing)}
