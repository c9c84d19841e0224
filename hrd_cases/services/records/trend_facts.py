"""What of an incident is counted, sealed to the trend desk: at each save of it, and of an answer of those attacked."""

import json
from dataclasses import replace
from typing import TypeVar

from hrd_cases.crypto.core.primitives import random
from hrd_cases.domain import consents, trends
from hrd_cases.domain.companies import Company
from hrd_cases.domain.fields import Declared
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.vaults import FACTS
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import peek
from hrd_cases.services.keys.vault_membership import roster_if_verified
from hrd_cases.services.records import answers
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import is_of

T = TypeVar("T", bound=Declared)


def counted(ctx: Context, case: OpenVault, value: T) -> T | Incident:
    """The incident with its token, its fact sealed in this transaction; anything else unchanged."""
    if not isinstance(value, Incident):
        return value
    incident = value if value.token else replace(value, token=random(16).hex())
    _seal_fact(ctx, case.id, incident)
    return incident


def renew(ctx: Context, person: str, *, case: str) -> None:
    """Seal the facts anew of all incidents that attacked this person, in `case` and the others that the actor opens."""
    for item in dict.fromkeys((case, *answers.cases_of(ctx, person))):
        opened = peek(ctx, item)
        for stored in ctx.work.records.all(opened) if opened is not None else ():
            value = stored.value
            if isinstance(value, Incident) and value.token and not stored.broken and _attacked(value, person):
                _seal_fact(ctx, item, value)


def withdraw(ctx: Context, incident: Incident) -> None:
    """Let the fact of an incident that is deleted be gone."""
    if incident.token:
        position = _position(ctx)
        _seal(ctx, trends.gone(incident.token, position), position)


def _attacked(incident: Incident, person: str) -> bool:
    return any(part.person == person for part in incident.attacked)


def _seal_fact(ctx: Context, case: str, incident: Incident) -> None:
    text = _consent(ctx, case, incident)
    position = _position(ctx)
    fact = trends.fact_of(incident, sectors=_sectors(ctx, incident), consent=text, at=position)
    _seal(ctx, fact.encode(), position)


def _position(ctx: Context) -> tuple[int, int]:
    """Later than every fact sealed before: where the log stands, and how many were sealed in this transaction."""
    return ctx.work.log.head().size, ctx.work.trends.added


def _seal(ctx: Context, body: dict[str, object], position: tuple[int, int]) -> None:
    desk = ctx.runtime.organisation.trends
    roster = roster_if_verified(ctx, desk)
    directory = peek(ctx, ctx.runtime.organisation.directory)
    if roster is None or directory is None:  # casework goes on; the next save that can seals what stands then
        ctx.note("refused", "leave a fact out of the trends: its desk does not verify")
        return
    header = roster.chains[FACTS].newest
    ctx.work.trends.add(
        vault_id=desk,
        public=header.public,
        epoch=header.epoch,
        row_id=random(16).hex(),
        body=json.dumps(body, ensure_ascii=False, sort_keys=True).encode(),
        position=position[0],
    )


def _sectors(ctx: Context, incident: Incident) -> tuple[str, ...]:
    directory = peek(ctx, ctx.runtime.organisation.directory)
    values = {part.company for part in incident.companies if part.company}
    if directory is None or not values:
        return ()
    cards = ctx.work.records.cards([directory])
    return tuple(card.value.sector for card in cards if card.id in values and is_of(card, Company))


def _consent(ctx: Context, case: str, incident: Incident) -> str:
    """No when one of those attacked said no; yes when all said yes."""
    people = [part.person for part in incident.attacked if part.person]
    if not people:
        return trends.NOT_ASKED
    people_answers = answers.of_people(ctx, people, case=case).values()
    lines = {answer.answer("statistics", case) for answer in people_answers}
    if consents.NO in lines:
        return trends.NO
    return trends.YES if lines == {consents.YES} else trends.NOT_ASKED
