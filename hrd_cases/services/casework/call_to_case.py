"""A call becomes a case, or is added to one: what was ticked is entered, nothing is typed twice, all in one act."""

from dataclasses import dataclass, replace

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.calls import OPEN, Call
from hrd_cases.domain.carrying import Carried
from hrd_cases.domain.cases import Case
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.fields import LangText
from hrd_cases.domain.ids import NO_CASE, NO_PERSON, CaseId, PersonId, RecordId
from hrd_cases.domain.incidents import Attacked, Incident, InformationSource
from hrd_cases.domain.people import Channel, Name, Person
from hrd_cases.domain.vaults import CORE, IDENTITY, SOURCE
from hrd_cases.domain.words import N_
from hrd_cases.services.casework import calls, people
from hrd_cases.services.casework.cases import begin_in
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import allow, open_vault
from hrd_cases.services.keys.vault_keys import held_of
from hrd_cases.services.records import records
from hrd_cases.services.records.people_cards import people_cards
from hrd_cases.services.sharing.sharing import names_of
from hrd_cases.store.records import Stored


@dataclass(frozen=True, kw_only=True)
class Start:
    """What the page begins with: the call, who of those on duty could stay, and pseudonyms that are taken."""

    stored: Stored[Call]
    duty: tuple[tuple[str, str], ...]
    taken: frozenset[str]


def start(ctx: Context, call: RecordId, case: CaseId = NO_CASE) -> Start:
    """What the page needs; refused where a call can not be carried."""
    stored = calls.read(ctx, call)
    vault = open_vault(ctx, Act.WRITE_CASE, stored.vault, record=call)
    if case:
        open_vault(ctx, Act.WRITE_CASE, case)
    else:
        allow(ctx, Act.CREATE_CASE)
    names = names_of(ctx, ColleagueCard)
    duty = tuple((user, names.get(user, "")) for user in calls.on_duty_in(ctx, vault, stored))
    values = frozenset(card.value.pseudonym.casefold() for card in people_cards(ctx))
    return Start(stored=stored, duty=duty, taken=values)


def make_case(ctx: Context, call: RecordId, carried: Carried) -> str:
    """Make a call's own vault a case with what was ticked; returns its id."""
    stored = calls.read(ctx, call)
    vault = open_vault(ctx, Act.WRITE_CASE, stored.vault, record=call)
    allow(ctx, Act.CREATE_CASE)
    if stored.value.state != OPEN or ctx.work.records.root_cards([vault]):
        raise RuleBroken(N_("This call is not open any more."))
    _check(carried)
    calls.let_go(ctx, call, carried.keep)
    case = Case(title=carried.title, priority=carried.priority, topics=carried.topics)
    begin_in(ctx, held_of(ctx, vault.id), case)
    calls.become(ctx, call)
    _enter(ctx, vault.case, stored.value, carried)
    return vault.id


def add_to(ctx: Context, call: RecordId, case: CaseId, carried: Carried) -> RecordId:
    """Add a call to a case with what was ticked; returns the record id of the call there."""
    stored = calls.read(ctx, call)
    _check(carried)
    record = calls.attach(ctx, call, case)
    calls.let_go(ctx, call, carried.keep)
    _enter(ctx, case, stored.value, carried)
    return record


def _check(carried: Carried) -> None:
    """What a ticked thing can not be without; the field that is empty says so."""
    if carried.with_person and not carried.person and not carried.pseudonym.strip():
        raise RuleBroken(N_("Write a pseudonym, or take the tick away."), place="pseudonym")
    if not carried.with_event:
        return
    if not carried.event.strip():
        raise RuleBroken(N_("Say in one line what happened, or take the tick away."), place="event")
    if carried.when is None:
        raise RuleBroken(N_("Say when it happened, or take the tick away."), place="when")
    if not carried.region:
        raise RuleBroken(N_("Choose a region; “not known yet” is an answer too."), place="region")
    if not carried.kinds:
        raise RuleBroken(N_("Choose what was done; “not known yet” is an answer too."), place="kinds")


def _enter(ctx: Context, case: CaseId, call: Call, carried: Carried) -> None:
    person = _person(ctx, case, carried, calls.day_of(ctx, call)) if carried.with_person else NO_PERSON
    if carried.with_event:
        records.create(ctx, case, _incident(ctx, case, call, carried, person))


def _person(ctx: Context, case: CaseId, carried: Carried, called: str) -> PersonId:
    """The person who called, new or known in this case, with the channel by which they are reached safely.

    What they told has been kept since the day of the call, so that day counts until consent is asked.
    """
    if not carried.person:
        return people.create(ctx, replace(newcomer(carried), since=called), case)
    stored = people.read(ctx, carried.person)
    existing = stored.value
    more = tuple(channel for channel in _channels(carried) if channel not in existing.channels)
    since = min((day for day in (existing.since, called) if day), default="")
    if more or since != existing.since:
        value = replace(existing, channels=(*existing.channels, *more), since=since)
        people.save(ctx, carried.person, value, stored.versions)
    return carried.person


def newcomer(carried: Carried) -> Person:
    """The person who called, as they were typed in."""
    names = (Name(name=carried.name),) if carried.name.strip() else ()
    return Person(pseudonym=carried.pseudonym, names=names, channels=_channels(carried))


def _channels(carried: Carried) -> tuple[Channel, ...]:
    channel = Channel(kind=carried.channel, value=carried.address, safety=carried.safety, note=carried.note)
    return (channel,) if carried.address or carried.note else ()


def _incident(ctx: Context, case: CaseId, call: Call, carried: Carried, person: PersonId) -> Incident:
    attacked = (Attacked(person=person),) if person and carried.attacked else ()
    account = (
        (LangText(language=call.language or ctx.language, text=carried.account),) if carried.account.strip() else ()
    )
    return Incident(
        title=carried.event,
        when=carried.when,
        region=carried.region,
        kinds=carried.kinds,
        count=carried.people,
        mark=carried.mark,
        attacked=attacked,
        narrative=account,
        sources=(InformationSource(who=call.who),) if call.who and held_of(ctx, case).may_write(SOURCE) else (),
    )


COMPARTMENTS = frozenset({CORE, IDENTITY, SOURCE})
