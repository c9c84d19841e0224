"""Writing down and reading any declared entity.

One function, one act; which vault it rests in follows from the declaration.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import TypeVar, overload

from hrd_cases.crypto.core.primitives import random
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.calls import Call
from hrd_cases.domain.cases import Case
from hrd_cases.domain.cases import settled as closed_or_open
from hrd_cases.domain.companies import Body, Company
from hrd_cases.domain.consents import Consent
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.evidence import Evidence, bound
from hrd_cases.domain.fields import ENTITIES, Declared, Entity, Field, Hidden, Proposal, entity_for, entity_of
from hrd_cases.domain.filings import FROZEN, RELEASED, Paper
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.ids import NO_RECORD, CaseId, RecordId, is_id
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.letters import Letter, settled
from hrd_cases.domain.people import Person
from hrd_cases.domain.ready_plans import ReadyPlan
from hrd_cases.domain.recommendations import Recommendation
from hrd_cases.domain.studies import Study
from hrd_cases.domain.vaults import CASE_VAULT, DIRECTORY, PERSON_VAULT, PRIVILEGED
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys import integrity, sealed_answers
from hrd_cases.services.keys import vault_membership as rosters
from hrd_cases.services.keys.gate import allow, may, open_vault, peek, people_of
from hrd_cases.services.keys.integrity import check_for
from hrd_cases.services.records import answering
from hrd_cases.services.records.hearing_titles import called as called_by_day
from hrd_cases.services.records.hearing_titles import matters
from hrd_cases.services.records.people_cards import LinkChoice, people_of_cases
from hrd_cases.services.records.timeline import in_order
from hrd_cases.services.sharing import deleted_records
from hrd_cases.store.doubts import Doubt as Doubt  # pages speak of it
from hrd_cases.store.opened import OpenVault, refusal
from hrd_cases.store.records import Stored as Stored  # pages speak of it
from hrd_cases.store.records import as_class, is_of, of_class
from hrd_cases.store.stored import new_record_id

# These begin a vault of their own, so there is nothing yet to open.
BEGUN: Mapping[type[Declared], Act] = {
    Call: Act.TAKE_CALL,
    Case: Act.CREATE_CASE,
    Person: Act.CREATE_PERSON,
}
# Of the directory, all that is written by the common rules. Nobody renames a colleague, since names decide whom people
# let in; what waits for a second person, and what was published, is written by acts of its own.
IN_DIRECTORY = (Company, Body, Recommendation, Study, ReadyPlan)

T = TypeVar("T", bound=Declared)


def start(ctx: Context, cls: type[T], case: CaseId | None = None) -> T:
    """An empty value of an entity, with what can be guessed filled in; `ready` says whether it can be kept now."""
    entity = _entity(cls)
    if cls in BEGUN:
        allow(ctx, BEGUN[cls])
    else:
        _open(ctx, entity, case, write=True, sealing=False)
    proposed = {field.name: _proposed(ctx, field) for field in entity.fields if field.proposed is not None}
    return cls(**proposed)


def _proposed(ctx: Context, field: Field) -> object:
    if field.proposed is Proposal.TODAY:
        return ctx.today
    return ctx.actor.user if field.proposed is Proposal.ACTOR else field.proposed


def ready(ctx: Context, cls: type[Declared], case: CaseId | None = None) -> None:
    """Refuse an empty form, in words, before anybody fills it in in vain."""
    vault = _open(ctx, _entity(cls), case, write=True)
    for compartment in {field.at for field in _entity(cls).fields if field.required}:
        if compartment in vault.shut:
            raise refusal(vault.shut[compartment])


def create(ctx: Context, case: CaseId | None, value: Declared) -> RecordId:
    """Keep a new record and return its id."""
    entity = entity_of(value)
    if not entity.in_case and not isinstance(value, IN_DIRECTORY):
        raise NotFound  # cases, people, calls and papers are begun by rules of their own
    if isinstance(value, Consent):
        return answering.give(ctx, case, value)
    vault = _open(ctx, entity, case, write=True)
    record = new_record_id()
    ctx.work.records.add(vault, ctx.author, record, _settled(ctx, vault, value, before=None), ctx.today)
    ctx.note("write", f"new {entity.code}", vault=vault.id, record=record)
    return record


@overload
def read(ctx: Context, case: CaseId | None, record: RecordId, cls: type[T]) -> Stored[T]: ...
@overload
def read(ctx: Context, case: CaseId | None, record: RecordId) -> Stored[Declared]: ...
def read(ctx: Context, case: CaseId | None, record: RecordId, cls: type[Declared] | None = None) -> Stored[Declared]:
    """A record in full, its authorship checked; NotFound when it is not there or not of `cls`."""
    vault = _open(ctx, _entity(cls) if cls else None, case, record=record)
    return read_in(ctx, vault, record, cls) if cls else read_in(ctx, vault, record)


@overload
def read_in(ctx: Context, vault: OpenVault, record: RecordId, cls: type[T]) -> Stored[T]: ...
@overload
def read_in(ctx: Context, vault: OpenVault, record: RecordId) -> Stored[Declared]: ...
def read_in(ctx: Context, vault: OpenVault, record: RecordId, cls: type[Declared] | None = None) -> Stored[Declared]:
    """A record of a vault that the gate has opened, for somebody who opens it."""
    try:
        return look_up(ctx, vault, record, cls) if cls else look_up(ctx, vault, record)
    except NotFound:
        gone = deleted_records.of(ctx, vault, record)
        if gone is None:
            raise
        raise gone from None


@overload
def look_up(ctx: Context, vault: OpenVault, record: RecordId, cls: type[T]) -> Stored[T]: ...
@overload
def look_up(ctx: Context, vault: OpenVault, record: RecordId) -> Stored[Declared]: ...
def look_up(ctx: Context, vault: OpenVault, record: RecordId, cls: type[Declared] | None = None) -> Stored[Declared]:
    """The same record, its authorship checked, for a rule or a list that needs it: nobody opened it.

    Of one of which nothing opens, the value is an empty one of `cls`; its `entity` and what is `broken` say so.
    """
    if not is_id(record):
        raise NotFound
    stored = ctx.work.records.read(vault, record, check_for(ctx, vault.id))
    integrity.tell(ctx, vault.id, stored.doubts if stored else ())
    if stored is None:
        raise NotFound
    if cls is None:
        return stored
    if stored.opened and not is_of(stored, cls):
        raise NotFound
    return as_class(stored, cls)


def save(ctx: Context, case: CaseId | None, record: RecordId, value: Declared, expected: Mapping[str, int]) -> None:
    """Keep a changed record; raises Changed with the stored one when a colleague was faster."""
    entity = entity_of(value)
    if isinstance(value, Person | Call) or (entity.vault == DIRECTORY.name and not isinstance(value, IN_DIRECTORY)):
        raise NotFound
    vault = _open(ctx, entity, case, record=record, write=True)
    before = read_in(ctx, vault, record, entity.cls)
    consent = keep_unopened(vault, before, value)
    if isinstance(consent, Consent) and is_of(before, Consent):
        answering.correct(ctx, vault, before, consent, expected)
        return
    settled_value = _settled(ctx, vault, consent, before=before.value)
    ctx.work.records.update(vault, ctx.author, record, settled_value, expected, ctx.today)
    ctx.note("write", f"change {entity.code}", vault=vault.id, record=record)


def writable(ctx: Context, cls: type[Declared], case: CaseId | None = None) -> frozenset[str]:
    """The compartments of an entity that the actor may write in this case."""
    entity = _entity(cls)
    vault = peek(ctx, case) if entity.vault == CASE_VAULT and case else _directory(ctx)
    if vault is None:
        return frozenset()
    if cls is Consent:
        return sealed_answers.writable(vault) & frozenset(entity.compartments)
    return frozenset(name for name in entity.compartments if vault.may_write(name))


def shut(ctx: Context, vault: str = "") -> Mapping[str, str]:
    """The parts of a vault, by default the directory, that are the actor's and cannot be written now, and why."""
    opened = peek(ctx, vault or ctx.runtime.organisation.directory)
    return opened.shut if opened is not None else {}


def may_write(ctx: Context, cls: type[Declared], case: CaseId | None = None) -> bool:
    """True when the actor may write every compartment that has a required field of the entity."""
    entity = _entity(cls)
    needed = {field.at for field in entity.fields if field.required}
    vault = peek(ctx, case) if entity.vault == CASE_VAULT and case else _directory(ctx)
    act = _act(entity, write=True)
    return vault is not None and may(ctx, act, vault) and needed <= writable(ctx, cls, case)


def listing(ctx: Context, cls: type[T], case: CaseId | None = None) -> list[Stored[T]]:
    """The cards of every record of an entity in a case, or in the directory, as a person looks for them."""
    vault = _open(ctx, _entity(cls), case)
    return in_order(of_class(ctx.work.records.cards([vault], of=(cls,)), cls), cls)


def choices(ctx: Context, to: type[Declared], case: CaseId | None = None) -> list[tuple[str, str]]:
    """(id, label) of what a link may point to: in the same case, people of my cases, or the directory."""
    return called(offered(ctx, to, case))


def called(offers: Iterable[LinkChoice]) -> list[tuple[str, str]]:
    """(id, label) of what may be chosen, by label."""
    return sorted(((offer.id, offer.label) for offer in offers), key=lambda pair: pair[1].casefold())


def newest_in_case(ctx: Context, case: CaseId | None) -> list[Stored[Declared]]:
    """The cards of a case, those entered last first; none without a case that the actor opens."""
    vault = peek(ctx, case) if case else None
    cards = ctx.work.records.cards([vault]) if vault else []
    return sorted((card for card in cards if card.opened), key=lambda card: -card.entered)


def offered(ctx: Context, to: type[Declared], case: CaseId | None) -> list[LinkChoice]:
    """What a link may point to."""
    entity = _entity(to)
    if entity.vault == PERSON_VAULT and not (case and peek(ctx, case)):
        return people_of_cases(ctx).named()
    cards = _near(ctx, to, case)
    if to is not Hearing:
        return [LinkChoice(card.id, title(card), card.entered) for card in cards]
    actions = matters(_near(ctx, LegalAction, case))
    return [LinkChoice(card.id, called_by_day(card, actions), card.entered) for card in cards]


def _near(ctx: Context, to: type[Declared], case: CaseId | None) -> list[Stored[Declared]]:
    """The cards of the people of a case, of its records, or of those of the directory."""
    entity = _entity(to)
    vault = _directory(ctx) if entity.vault == DIRECTORY.name else peek(ctx, case or "")
    if vault is None:
        return []
    if entity.vault == PERSON_VAULT:
        return of_class(ctx.work.records.root_cards(people_of(ctx, vault)), to)
    return of_class(ctx.work.records.cards([vault], of=(to,)), to)


def title(stored: Stored[Declared]) -> str:
    """What a list calls a record; empty when its title is not the reader's to see."""
    return stored.entity.title(stored.value)


def keep_unopened(vault: OpenVault, before: Stored[Declared], value: T) -> T:
    """What the form did not show stays as it was: what a rule wrote, and parts the writer may not write."""
    if before.entity is not entity_of(value):  # nothing of it opened, so nothing of it could have been shown
        raise RuleBroken(N_("This record was altered in the database and does not open. Nothing is saved over it."))
    saved = {
        field.name: getattr(before.value, field.name)
        for field in entity_of(value).fields
        if (isinstance(field.kind, Hidden) and not getattr(value, field.name)) or not vault.may_write(field.at)
    }
    return replace(value, **saved)


def hashes_of(ctx: Context, vault: OpenVault, record: RecordId) -> str:
    """The hashes of the files of an exhibit, in part; empty where there is none, or its names are closed."""
    stored = ctx.work.records.read(vault, record) if record else None
    return stored.value.hashes if stored is not None and is_of(stored, Evidence) else ""


def _settled(ctx: Context, vault: OpenVault, value: Declared, *, before: Declared | None) -> Declared:
    if isinstance(value, Paper) and isinstance(before, Paper) and before.state == RELEASED:
        raise RuleBroken(FROZEN)
    if isinstance(value, Evidence):
        return bound(value, hashes_of(ctx, vault, value.made_from), before if isinstance(before, Evidence) else None)
    if isinstance(value, Letter):
        return settled(value, before if isinstance(before, Letter) else None)
    if isinstance(value, Case):
        last = before if isinstance(before, Case) else None
        kept = value.reference or (last.reference if last is not None else reference(ctx.today))
        return closed_or_open(replace(value, reference=kept), last, ctx.today)
    return value


def reference(day: date) -> str:
    """A case number that tells nothing but its year.

    Eight random letters would be no better to say on the telephone.
    """
    letters = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
    drawn = random(4)
    return f"{day.year}-" + "".join(letters[byte % len(letters)] for byte in drawn)


def _open(  # one of the two kinds of vault, to read or to write, now or only to show a form again
    ctx: Context,
    entity: Entity | None,
    case: CaseId | None,
    *,
    record: RecordId = NO_RECORD,
    write: bool = False,
    sealing: bool = True,
) -> OpenVault:
    if case is None or (entity is not None and entity.vault == "directory"):
        act = Act.WRITE_DIRECTORY if write else Act.READ_DIRECTORY
        desk = ctx.runtime.organisation.directory
        return open_vault(ctx, act, desk, kind="directory", record=record, sealing=sealing)
    act = _act(entity, write=write)
    if write:  # what is counted of it is sealed to the trend desk: all three in one look
        rosters.look_up(ctx, (case, ctx.runtime.organisation.trends, ctx.runtime.organisation.directory))
    return open_vault(ctx, act, case, record=record, sealing=sealing)


def _act(entity: Entity | None, *, write: bool) -> Act:
    if entity is not None and entity.vault == "directory":
        return Act.WRITE_DIRECTORY if write else Act.READ_DIRECTORY
    if write and entity is not None and entity.cls is Consent:
        return Act.ANSWER
    if write and entity is not None and entity.compartments == (PRIVILEGED,):
        return Act.WRITE_PRIVILEGED
    return Act.WRITE_CASE if write else Act.READ_CASE


def in_directory(ctx: Context, record: RecordId, cls: type[T]) -> T | None:
    """A record of the directory, as far as the actor reads it; None where there is none of this kind."""
    directory = _directory(ctx) if record else None
    stored = ctx.work.records.read(directory, record) if directory else None
    return stored.value if stored is not None and isinstance(stored.value, cls) else None


def _directory(ctx: Context) -> OpenVault | None:
    return peek(ctx, ctx.runtime.organisation.directory)


def _entity(cls: type[Declared]) -> Entity:
    if all(cls is not entity.cls for entity in ENTITIES.values()):
        raise NotFound
    return entity_for(cls)
