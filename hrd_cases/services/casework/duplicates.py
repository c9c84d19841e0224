"""What seems to be there already: said before a second one is kept, with a link, among what this person may open only.

A hint, never a refusal: two people can have one name. Whoever has looked sends the same form once more.
"""

from collections.abc import Iterable, Sequence

from hrd_cases.domain import likeness
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.roles import COORDINATOR
from hrd_cases.domain.calls import Call, left_behind
from hrd_cases.domain.companies import Body, Company
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.fields import Declared
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.ids import NO_CASE, CaseId, RecordId, case_id
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.letters import Letter, linked_addressees
from hrd_cases.domain.likeness import same_number
from hrd_cases.domain.people import Person
from hrd_cases.domain.vaults import CASE_VAULT, PERSON_VAULT
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import open_vault, peek, people_of
from hrd_cases.services.records.across import across
from hrd_cases.services.records.people_cards import people_cards
from hrd_cases.services.records.records import title
from hrd_cases.services.schedule.agenda import readable
from hrd_cases.services.sharing.sharing import colleagues
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored, of_class

SEEMS_KNOWN = N_("This seems to be here already. Check it; if yours is another one, save again.")


Found = tuple[str, RecordId, str]  # kind, id and title of what the actor may open


class SeemsKnown(RuleBroken):
    """Something like it is there: `found` has kind, id, title, and the case where it rests in one."""

    def __init__(self, records: Iterable[Stored[Declared]]) -> None:
        super().__init__(SEEMS_KNOWN)
        self.found = tuple((*_found(record), _case_of(record)) for record in records)


def spellings(person: Person) -> tuple[str, ...]:
    """Every way in which a person is written: pseudonym and names."""
    written = [person.pseudonym, *(name.name for name in person.names)]
    return tuple(text for text in written if text.strip())


def ask_about_person(ctx: Context, value: Person) -> None:
    """Raise SeemsKnown where a person of the actor's cases has this pseudonym, one of these names or numbers."""
    requested = _names(value)
    records = {card.id: card for card in people_cards(ctx) if requested & _names(card.value)}
    reached = {stored.id: stored for stored in _people_at(ctx, _numbers(value))}
    _ask((reached | records).values())


def at_number(ctx: Context, call: Stored[Declared]) -> tuple[Found, ...]:
    """Who is known at the number of a call, and earlier calls from it: said after it was kept, never one step more."""
    if not isinstance(call.value, Call) or not call.value.reach:
        return ()
    itself = {call.id, call.value.copy, call.value.origin}
    calls = [stored for stored in _calls_from(ctx, call.value.reach) if stored.id not in itself]
    return tuple(_found(stored) for stored in (*_people_at(ctx, call.value.reach), *calls))


def ask_about_entry(ctx: Context, value: Company | Body) -> None:
    """Raise SeemsKnown where the directory has a company or body of one of these names, or of this number."""
    directory = peek(ctx, ctx.runtime.organisation.directory)
    cards = ctx.work.records.cards([directory], of=(type(value),)) if directory else []
    requested = marks_of(value)
    _ask(card for card in of_class(cards, type(value)) if requested & marks_of(card.value))


def ask_about_addressee(ctx: Context, case: CaseId, value: Letter) -> None:
    """Raise SeemsKnown where whom a letter goes to was typed, and is a body, a company or a person of the case."""
    heard = likeness.sounds_of_name(value.addressee_name)
    if not heard or linked_addressees(value):
        return
    directory = peek(ctx, ctx.runtime.organisation.directory)
    entries = ctx.work.records.cards([directory], of=(Body, Company)) if directory else []
    people = of_class(ctx.work.records.root_cards(people_of(ctx, open_vault(ctx, Act.READ_CASE, case))), Person)
    known: list[Stored[Declared]] = [card for card in people if heard in _names(card.value)]
    known += [card for card in of_class(entries, Company) if heard in marks_of(card.value)]
    known += [card for card in of_class(entries, Body) if heard in marks_of(card.value)]
    _ask(known)


def ask_about_incident(ctx: Context, value: Incident) -> None:
    """Raise SeemsKnown where a case of the actor has an incident of the same day, region and place."""
    place = likeness.sounds_of_name(value.place)
    cards = of_class(across(ctx).cards((Incident,)), Incident) if place and value.when else []
    near = [card for card in cards if (card.value.when, card.value.region) == (value.when, value.region)]
    stored = of_class(filter(None, (_whole(ctx, card) for card in near)), Incident)
    _ask(item for item in stored if likeness.sounds_of_name(item.value.place) == place)


def ask_about_hearing(ctx: Context, value: Hearing) -> None:
    """Raise SeemsKnown where a case of the actor has a hearing of the same day and hour in the same room."""
    room = likeness.sounds_of_name(value.room)
    cards = of_class(across(ctx).cards((Hearing,)), Hearing) if room and value.on else []
    near = [card for card in cards if (card.value.on, card.value.at) == (value.on, value.at)]
    _ask(card for card in near if likeness.sounds_of_name(card.value.room) == room)


def whom_to_ask(ctx: Context) -> tuple[str, ...]:
    """The coordinators, by name: whom to ask about what one may not open. It is the same whatever there is.

    Nobody for counsel from outside, who are shown no staff.
    """
    every_colleague = colleagues(ctx)
    return tuple(item.name for item in every_colleague if COORDINATOR in item.roles and item.name)


def _ask(records: Iterable[Stored[Declared]]) -> None:
    like = list(records)
    if like:
        raise SeemsKnown(like)


def _found(card: Stored[Declared]) -> Found:
    return card.entity.code, card.id, title(card)


def _whole(ctx: Context, card: Stored[Declared]) -> Stored[Declared] | None:
    vault = peek(ctx, card.vault)
    return ctx.work.records.read(vault, card.id) if vault is not None else None


def _case_of(card: Stored[Declared]) -> CaseId:
    """The case a record rests in; NO_CASE for people and the directory."""
    return case_id(card.vault) if card.entity.vault == CASE_VAULT else NO_CASE


def _people_at(ctx: Context, numbers: str) -> list[Stored[Declared]]:
    """The people of the actor's cases whom one of these numbers reaches."""
    if not likeness.holds_number(numbers):
        return []
    people = of_class(_naming(ctx, readable(ctx, Act.READ_PERSON, PERSON_VAULT), numbers), Person)
    return [stored for stored in people if same_number(numbers, _numbers(stored.value))]


def _calls_from(ctx: Context, numbers: str) -> list[Stored[Call]]:
    """The calls that the actor opens, and that say one of these numbers; what went on in a case is named there."""
    if not likeness.holds_number(numbers):
        return []
    records = of_class(_naming(ctx, readable(ctx, Act.READ_CASE, CASE_VAULT), numbers), Call)
    there = {stored.id for stored in records}
    calls = [stored for stored in records if not (left_behind(stored.value) and stored.value.copy in there)]
    return [stored for stored in calls if same_number(numbers, stored.value.reach)]


def _naming(ctx: Context, vaults: Sequence[OpenVault], numbers: str) -> list[Stored[Declared]]:
    """The records of these vaults in whose texts one of these numbers may stand; only they are opened."""
    ends = [number[-likeness.LEAST_DIALLED :].encode() for number in likeness.numbers_in(numbers)]
    results = []
    for vault, packs in ctx.work.records.texts(vaults):
        texts = [(record, card.document) for cards in packs for record, card in cards.items()]
        ids = dict.fromkeys(record for end in ends for record, document in texts if end in document)
        results += [ctx.work.records.read(vault, record) for record in ids]
    return [stored for stored in results if stored is not None]


def marks_of(value: Company | Body) -> set[tuple[str, ...]]:
    """By what an entry is known: each of its names as it is heard, and the number it is registered under."""
    written = [value.name, *(item.name for item in value.names)]
    names = set(map(likeness.sounds_of_name, written))
    number = likeness.name_written(value.registration) if isinstance(value, Company) else ()
    return {mark for mark in (*names, number) if mark}


def _numbers(person: Person) -> str:
    return "\n".join(channel.value for channel in person.channels)


def _names(person: Person) -> set[tuple[str, ...]]:
    return {heard for heard in map(likeness.sounds_of_name, spellings(person)) if heard}
