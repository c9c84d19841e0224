"""People.

Each a file of their own, opened through the cases they belong to, gathered on one page across those cases.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.case_names import tells
from hrd_cases.domain.cases import Case
from hrd_cases.domain.consents import Consent
from hrd_cases.domain.errors import Forbidden, RuleBroken
from hrd_cases.domain.fields import Declared, FieldKind, Link, Rows, fields_of
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.ids import CaseId, PersonId, person_id, record_id
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.likeness import needle
from hrd_cases.domain.people import Person
from hrd_cases.domain.support import Support
from hrd_cases.domain.vaults import IDENTITY, PERSON_VAULT, THROUGH_CASE, WRITE
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.kernel.pagination import Page, page_of
from hrd_cases.services.keys import integrity, vault_keys
from hrd_cases.services.keys.gate import allow, forget, may, open_vault, peek
from hrd_cases.services.records import answers, records
from hrd_cases.services.records.across import across
from hrd_cases.services.records.answers import PersonAnswers
from hrd_cases.services.records.hearing_titles import called, matters
from hrd_cases.services.records.people_cards import PeopleOfCases, people_cards, people_of_cases
from hrd_cases.services.records.records import keep_unopened, look_up, read_in, title
from hrd_cases.services.records.timeline import in_order
from hrd_cases.store.opened import OpenVault, refusal
from hrd_cases.store.records import Stored, is_of, of_class

TELLS = N_("The pseudonym holds a part of the name, and papers would print it. Choose one that tells nobody who it is.")


@dataclass(frozen=True, kw_only=True)
class PersonLine:
    """One person in a list: pseudonym always, name only with its key."""

    id: str
    pseudonym: str
    name: str
    roles: tuple[str, ...]
    organisation: str
    broken: bool


@dataclass(frozen=True, kw_only=True)
class Related:
    """A card of a case this person may open, with the case's title."""

    card: Stored[Declared]
    case: CaseId
    case_title: str
    title: str


@dataclass(frozen=True, kw_only=True)
class PersonView:
    """A person, and what the actor's cases say of them."""

    person: Stored[Person]
    cases: tuple[tuple[str, str], ...]
    incidents: tuple[Related, ...]
    actions: tuple[Related, ...]
    support: tuple[Related, ...]
    letters: tuple[Related, ...]
    observed: tuple[Related, ...]  # hearings at which they were to watch
    consents: tuple[Related, ...]
    answered: PersonAnswers
    may_write: bool


def start(ctx: Context, case: CaseId) -> Person:
    """An empty person, for the form within a case; `ready` says whether it can be kept now."""
    open_vault(ctx, Act.WRITE_CASE, case, sealing=False)
    return records.start(ctx, Person)


def ready(ctx: Context, case: CaseId) -> None:
    """Refuse an empty form before anybody fills it in in vain: in words, where a key is due or missing."""
    if not _may_name(ctx, case):
        raise Forbidden
    _within(ctx, case)


def _may_name(ctx: Context, case: CaseId) -> bool:
    """Whether the actor has the part of a case that holds names, whether or not its key can be used now."""
    within = open_vault(ctx, Act.WRITE_CASE, case, sealing=False)
    return WRITE in within.rights.get(IDENTITY, frozenset())


def create(ctx: Context, value: Person, case: CaseId) -> PersonId:
    """Begin a person's file within a case and enter them in it; returns the id."""
    within = _within(ctx, case)
    _refuse_telling(value)
    person = _begin(ctx, value, within)
    ctx.note("write", "new person", vault=case, record=person)
    _enter(ctx, within, person)
    return person


def add_many(ctx: Context, values: Iterable[Person], existing: Iterable[PersonId], case: CaseId) -> None:
    """Begin the files of many people within a case, let it open those known elsewhere, and enter all in it."""
    within = _within(ctx, case)
    persons = [_begin(ctx, value, within) for value in values]
    stored = look_up(ctx, within, record_id(within.id), Case)
    for item in dict.fromkeys(existing):
        if item not in stored.value.people:
            vault = open_vault(ctx, Act.READ_PERSON, item, kind=PERSON_VAULT)
            vault_keys.link_person(ctx, vault, within)
            persons.append(item)
    _enter(ctx, within, *persons)


def _begin(ctx: Context, value: Person, within: OpenVault) -> PersonId:
    """The file of a person, whose keys a case holds; its id."""
    vault = vault_keys.create_vault(ctx, PERSON_VAULT, within=within)
    person = replace(value, since=value.since or ctx.today.isoformat())
    ctx.work.records.add(vault, ctx.author, record_id(vault.id), person, ctx.today)
    return person_id(vault.id)


def _within(ctx: Context, case: CaseId) -> OpenVault:
    """A case in which the actor can begin a person's file now."""
    within = open_vault(ctx, Act.WRITE_CASE, case)
    allow(ctx, Act.CREATE_PERSON)
    for through in THROUGH_CASE:  # the person's keys are sealed to both
        if through in within.shut:
            raise refusal(within.shut[through])
    if not within.may_write(IDENTITY):
        raise RuleBroken(N_("Who may see no names in this case cannot enter a person: their name would be lost."))
    return within


def link(ctx: Context, person: PersonId, case: CaseId) -> None:
    """Let another case of the actor open a person, and enter them in it."""
    within = open_vault(ctx, Act.WRITE_CASE, case)
    vault = open_vault(ctx, Act.READ_PERSON, person, kind=PERSON_VAULT)
    vault_keys.link_person(ctx, vault, within)
    ctx.note("write", "link person", vault=case, record=person)
    _enter(ctx, within, person)


def listing(ctx: Context, text: str = "", page: int = 1) -> Page[PersonLine]:
    """People of the actor's cases, by name; `text` searches names in every script and pseudonyms."""
    requested = needle(text)
    if requested.empty:
        return _page(people_of_cases(ctx), page)
    person_lines = []
    for card in people_cards(ctx):
        names = " ".join(name.name for name in card.value.names)
        if requested.within([names, card.value.pseudonym, card.value.organisation]):
            person_lines.append(_line(card, card.value))
    return page_of(sorted(person_lines, key=lambda line: (line.name or line.pseudonym).casefold()), page)


def _page(everybody: PeopleOfCases, page: int) -> Page[PersonLine]:
    """One page of all of them by name: of the others nothing is decoded."""
    by_name = sorted(everybody.named(), key=lambda person: person.label.casefold())
    part = page_of([person.id for person in by_name], page)
    lines = {str(card.id): _line(card, card.value) for card in everybody.cards(part.items)}
    return part.showing(lines[person] for person in part.items)


def view(ctx: Context, person: PersonId) -> PersonView:
    """A person with the incidents, actions, support, letters and consents of the actor's cases."""
    vault = open_vault(ctx, Act.READ_PERSON, person, kind=PERSON_VAULT)
    stored = read_in(ctx, vault, person, Person)
    foreign = integrity.other_keys(ctx, vault)
    integrity.tell(ctx, person, foreign)
    related = gather(ctx, person)
    consents = _in_order(related, Consent)
    answer = answers.of_person(ctx, person)
    answers.enter_later(ctx, answer.waiting)
    cases = {
        related_record.case: related_record.case_title for related_record in related if is_of(related_record.card, Case)
    }
    return PersonView(
        person=replace(stored, doubts=(*stored.doubts, *foreign)),
        cases=tuple(cases.items()),
        incidents=_in_order(related, Incident),
        actions=_in_order(related, LegalAction),
        support=_in_order(related, Support),
        letters=_in_order(related, Letter),
        observed=_in_order(related, Hearing),
        consents=consents,
        answered=answer,
        may_write=may(ctx, Act.WRITE_PERSON, vault),
    )


def read(ctx: Context, person: PersonId) -> Stored[Person]:
    """A person's record in full."""
    vault = open_vault(ctx, Act.READ_PERSON, person, kind=PERSON_VAULT)
    return read_in(ctx, vault, person, Person)


def writable(ctx: Context, person: PersonId) -> frozenset[str]:
    """The parts of a person's file that the actor may write."""
    vault = peek(ctx, person)
    return frozenset(name for name in vault.keys if vault.may_write(name)) if vault else frozenset()


def save(ctx: Context, person: PersonId, value: Person, expected: Mapping[str, int]) -> None:
    """Keep a changed person; raises Changed when a colleague was faster."""
    vault = open_vault(ctx, Act.WRITE_PERSON, person, kind=PERSON_VAULT)
    before = read_in(ctx, vault, person, Person)
    if (value.pseudonym, value.names) != (before.value.pseudonym, before.value.names):
        _refuse_telling(value)
    ctx.work.records.update(vault, ctx.author, person, keep_unopened(vault, before, value), expected, ctx.today)


def _refuse_telling(value: Person) -> None:
    """Refuse a pseudonym that tells the name: papers print it, and colleagues read it who may see no names."""
    if tells(value):
        raise RuleBroken(TELLS, place="pseudonym")


def gather(ctx: Context, linked: str) -> tuple[Related, ...]:
    """Every card of the actor's cases that points to a person or company."""
    mine = across(ctx)
    cards = mine.naming(linked)
    named = {card.value.action for card in of_class(cards, Hearing) if card.value.action}
    actions = matters(mine.cards((LegalAction,), ids=named)) if named else {}
    titles = {card.vault: title(card) for card in cards if isinstance(card.value, Case)}
    return tuple(
        Related(card=card, case=card.case, case_title=titles.get(card.vault, ""), title=called(card, actions))
        for card in cards
        if linked in _links(card)
    )


def _in_order(related: Iterable[Related], cls: type[Declared]) -> tuple[Related, ...]:
    by_id = {item.card.id: item for item in related if is_of(item.card, cls)}
    cards = in_order([item.card for item in by_id.values()], cls)
    return tuple(by_id[card.id] for card in cards)


def _links(card: Stored[Declared]) -> frozenset[str]:
    """The ids a card points to: people, companies, parts of rows."""
    values: set[str] = set()
    for field in card.entity.fields:
        value = getattr(card.value, field.name, None)
        if isinstance(value, str):
            values.add(value)
        elif isinstance(value, tuple):
            values.update(part for part in value if isinstance(part, str))
            values.update(_row_links(field.kind, value))
    return frozenset(values)


def _row_links(kind: FieldKind, rows: tuple[object, ...]) -> Iterator[str]:
    """The ids that the rows of a repeating group point to."""
    parts = fields_of(kind.item) if isinstance(kind, Rows) else ()
    names = [part.name for part in parts if isinstance(part.kind, Link)]
    return (str(getattr(row, name)) for row in rows for name in names)


def _enter(ctx: Context, case: OpenVault, *persons: PersonId) -> None:
    """Name people among the people of a case."""
    stored = ctx.work.records.read(case, record_id(case.id))
    if stored is not None and isinstance(stored.value, Case):
        together = tuple(dict.fromkeys((*stored.value.people, *persons)))
        if together != stored.value.people:
            changed = replace(stored.value, people=together)
            ctx.work.records.update(case, ctx.author, record_id(case.id), changed, stored.versions, ctx.today)
    for person in persons:
        forget(ctx, person)


def _line(card: Stored[Declared], value: Person) -> PersonLine:
    return PersonLine(
        id=card.id,
        pseudonym=value.pseudonym,
        name=value.names[0].name if value.names else "",
        roles=value.roles,
        organisation=value.organisation,
        broken=bool(card.broken),
    )
