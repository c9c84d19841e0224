"""What seems to be there already: said before a second one is kept, with a link, among what this person may open only.

A hint, never a refusal: two people can have one name. Whoever has looked sends the same form once more.
"""

from collections.abc import Iterable

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import Body, Company
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.people import Person
from hrd_cases.domain.words import N_
from hrd_cases.services.context import Context
from hrd_cases.services.gate import every, peek
from hrd_cases.services.lists import folded
from hrd_cases.services.records import title
from hrd_cases.store.records import Stored

SEEMS_KNOWN = N_("This seems to be here already. Look first; if it is another one, save once more.")


class SeemsKnown(RuleBroken):
    """Something like it is there: `found` are kind, id and title of what the actor may open."""

    def __init__(self, found: Iterable[Stored]) -> None:
        super().__init__(SEEMS_KNOWN)
        self.found = tuple((card.entity.code, card.id, title(card)) for card in found)


def ask_about_person(ctx: Context, value: Person) -> None:
    """Raise SeemsKnown where a person of the actor's cases has this pseudonym, or one of these names in any script."""
    cards = ctx.work.records.cards(every(ctx, Act.SEE_DESK, "person"))
    wanted = _names(value)
    _ask(card for card in cards if isinstance(card.value, Person) and wanted & _names(card.value))


def ask_about_entry(ctx: Context, value: Company | Body) -> None:
    """Raise SeemsKnown where the directory has a company or body of this name."""
    directory = peek(ctx, ctx.runtime.organisation.directory)
    cards = ctx.work.records.cards([directory]) if directory else []
    wanted = folded(value.name).strip()
    _ask(card for card in cards if type(card.value) is type(value) and folded(card.value.name).strip() == wanted)


def _ask(found: Iterable[Stored]) -> None:
    like = list(found)
    if like:
        raise SeemsKnown(like)


def _names(person: Person) -> set[str]:
    said = [person.pseudonym, *(one.name for one in person.names)]
    return {" ".join(sorted(folded(name).split())) for name in said if name.strip()}
