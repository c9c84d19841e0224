"""What is counted of what was written, sealed to the trend desk: once, at the end of the transaction that wrote it.

So no way of writing a record can forget it. A person's answer about statistics is a statement of its own: a no counts
at once in every incident that names the person, also in cases which its writer can not open.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from hrd_cases.crypto.core.encoding import pae
from hrd_cases.crypto.core.primitives import digest, random
from hrd_cases.domain import consents
from hrd_cases.domain import trend_facts as facts
from hrd_cases.domain.consents import Consent, Statement, says
from hrd_cases.domain.fields import Declared, entity_of
from hrd_cases.domain.ids import NO_CASE, CaseId, PersonId, RecordId, person_id
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.people import Person
from hrd_cases.domain.trend_facts import Answer, Values, answer_of, values_of
from hrd_cases.domain.vaults import FACTS, IDENTITY, PERSON_VAULT
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys import deleted_vaults
from hrd_cases.services.keys.gate import peek
from hrd_cases.services.keys.vault_membership import look_up, roster_if_verified
from hrd_cases.services.records import answers
from hrd_cases.store.opened import OpenVault

STATISTICS = consents.STATISTICS


@dataclass(frozen=True, kw_only=True)
class _Desk:
    """Where facts are sealed to: the trend desk's newest key."""

    vault: str
    public: bytes
    epoch: int


def count(ctx: Context) -> None:
    """Seal the facts of every counted record that this transaction wrote, and of everybody who answered in it."""
    written, ctx.work.records.written = ctx.work.records.written, {}
    people = dict[PersonId, CaseId]()  # who is to be said anew, and the case in which they answered
    for record, (vault, value) in written.items():
        people.update(_people_of(record, vault, value))
    values = {record: pair for record, pair in written.items() if _is_counted(pair[1])}
    if not values and not people:
        return
    desk = _desk(ctx)
    if desk is None:
        return
    tokens = _tokens(ctx, {*people, *(person for _, value in values.values() for person in _named(value))})
    for vault, value in values.values():
        _seal_record(ctx, desk, vault, value, tokens)
    for person, case in people.items():
        _seal_person(ctx, desk, person, case, tokens)


def withdraw(ctx: Context, value: Declared) -> None:
    """Let what was counted of a record be gone: it is deleted, and was wrong or counted twice."""
    token = getattr(value, "token", "")
    if not token or values_of(value) is None:
        return
    desk = _desk(ctx)
    if desk is not None:
        _seal(ctx, desk, facts.gone(token, _position(ctx)))


def unsay(ctx: Context, case: OpenVault, consent: Consent) -> None:
    """Let figures forget an answer that is deleted: the person's others count."""
    desk = _desk(ctx)
    if desk is not None and consent.token:
        nothing = Answer(token=consent.token, revision=consent.revision + 1, day="", time="", word="")
        tokens = _tokens(ctx, {consent.person})
        _seal_person(ctx, desk, consent.person, case.case, tokens, without=nothing)


def _people_of(record: RecordId, vault: OpenVault, value: Declared) -> dict[PersonId, CaseId]:
    if isinstance(value, Consent):
        return {value.person: vault.case}
    if isinstance(value, Statement):
        return {person_id(vault.id): value.case}
    return {person_id(record): NO_CASE} if isinstance(value, Person) else {}


def _is_counted(value: Declared) -> bool:
    counted = not isinstance(value, Person) and bool(getattr(value, "token", ""))
    return counted and values_of(value) is not None


def _named(value: Declared) -> Iterator[PersonId]:
    values = values_of(value)
    yield from (person_id(person) for person, _part in values.people) if values is not None else ()


def _desk(ctx: Context) -> _Desk | None:
    desk = ctx.runtime.organisation.trends
    look_up(ctx, [desk, ctx.runtime.organisation.directory])
    roster = roster_if_verified(ctx, desk)
    directory = peek(ctx, ctx.runtime.organisation.directory)
    if roster is None or directory is None:  # casework goes on; the next save that can seals what stands then
        ctx.note("refused", "leave a fact out of the trends: its desk does not verify")
        return None
    header = roster.chains[FACTS].newest
    return _Desk(vault=desk, public=header.public, epoch=header.epoch)


def _tokens(ctx: Context, people: Collection[PersonId]) -> dict[str, str]:
    """The tokens of these people, as far as the actor opens their files."""
    vaults = [vault for person in sorted(people) if (vault := peek(ctx, person)) is not None]
    files = [vault for vault in vaults if vault.kind == PERSON_VAULT]
    cards = ctx.work.records.root_cards(files) if files else []
    return {
        card.id: card.value.token
        for card in cards
        if isinstance(card.value, Person) and card.value.token and not card.broken
    }


def _local(event: str, person: PersonId) -> str:
    """What stands for a person in one incident, where the writer of it does not open their file."""
    return digest(pae(b"hrd/v1/local-person", bytes.fromhex(event), person.encode()))[:16].hex()


def _seal_record(ctx: Context, desk: _Desk, vault: OpenVault, value: Declared, tokens: Mapping[str, str]) -> None:
    values, token = values_of(value), str(getattr(value, "token", ""))
    if values is None:
        return
    if values.elsewhere:
        _seal(ctx, desk, facts.gone(token, _position(ctx)))
        return
    people = [
        (tokens.get(person) or _local(token, person_id(person)), part)
        for person, part in values.people
        if person in tokens or not deleted_vaults.was_deleted(ctx, person)
    ]
    linked = replace(
        values, people=people, links=list(_linked(ctx, vault, values)), when=values.when or _day(ctx, values)
    )
    sort = facts.EVENT if isinstance(value, Incident) else facts.ENTRY
    body = facts.statement(linked, sort=sort, entity=entity_of(value).code, token=token, at=_position(ctx))
    if vault.keys.get(IDENTITY) and values.named:
        body["named"] = facts.named(values)
    _seal(ctx, desk, body)
    for person in dict.fromkeys(person for person in _named(value) if person not in tokens):
        _seal_local(ctx, desk, person, vault.case, token)


def _day(ctx: Context, values: Values) -> date | None:
    """The day of a moment, where the work is done."""
    try:
        return ctx.runtime.today(datetime.fromisoformat(values.moment)) if values.moment else None
    except ValueError:
        return None


def _linked(ctx: Context, vault: OpenVault, values: Values) -> Iterator[tuple[str, str]]:
    """The links to other incidents of the case, by their tokens."""
    links = list(values.links)
    cards = ctx.work.records.cards([vault], of=(Incident,)) if links else []
    tokens = {str(card.id): card.value.token for card in cards if isinstance(card.value, Incident)}
    yield from ((kind, tokens[record]) for kind, record in links if tokens.get(record))


def _seal_person(
    ctx: Context,
    desk: _Desk,
    person: PersonId,
    case: CaseId,
    tokens: Mapping[str, str],
    *,
    without: Answer | None = None,
) -> None:
    """Who a person is and what they answered; where the actor does not open their file, in incidents of the case."""
    token, file = tokens.get(person), peek(ctx, person)
    if token and file is not None:
        stored = ctx.work.records.read(file, person)
        values = values_of(stored.value) if stored is not None and not stored.broken else None
        said = _answers(ctx, person, case)
        if without is not None:
            said = [*(answer for answer in said if answer.token != without.token), without]
        _seal_answers(ctx, desk, token, values or Values(), said)
        return
    opened = peek(ctx, case) if case else None
    if opened is None:
        return
    for stored in ctx.work.records.all(opened):
        value = stored.value
        if isinstance(value, Incident) and value.token and not stored.broken and person in _named(value):
            _seal_record(ctx, desk, opened, value, _tokens(ctx, set(_named(value))))


def _seal_local(ctx: Context, desk: _Desk, person: PersonId, case: CaseId, event: str) -> None:
    said = _answers(ctx, person, case)
    if said:
        _seal_answers(ctx, desk, _local(event, person), Values(), said)


def _seal_answers(ctx: Context, desk: _Desk, token: str, values: Values, every: Iterable[Answer]) -> None:
    every = tuple(every)
    refuses = answer_of(every) == consents.NO
    _seal(ctx, desk, facts.about_person(values, every, token=token, refuses=refuses, at=_position(ctx)))


def _answers(ctx: Context, person: PersonId, case: CaseId) -> list[Answer]:
    statements = answers.of_person(ctx, person, case=case).statements
    return [
        Answer(
            token=statement.token,
            revision=statement.revision,
            day=statement.said_on.isoformat() if statement.said_on is not None else "",
            time=statement.said_at,
            word=says(statement, STATISTICS),
        )
        for statement in statements
        if statement.token
    ]


def _position(ctx: Context) -> tuple[int, int]:
    """Later than every fact sealed before: where the log stands, and how many were sealed in this transaction."""
    return ctx.work.log.head().size, ctx.work.trends.added


def _seal(ctx: Context, desk: _Desk, body: dict[str, object]) -> None:
    ctx.work.trends.add(
        vault_id=desk.vault,
        public=desk.public,
        epoch=desk.epoch,
        row_id=random(16).hex(),
        body=json.dumps(body, ensure_ascii=False, sort_keys=True).encode(),
        position=_position(ctx)[0],
    )
