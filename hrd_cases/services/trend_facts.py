"""Each save of an incident seals its facts to the trend desk; an edit buries the fact before."""

import json
from dataclasses import replace
from typing import Any

from hrd_cases.crypto.primitives import random
from hrd_cases.domain import consent, trends
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.vaults import FACTS, WRITERS
from hrd_cases.services.context import Context
from hrd_cases.services.gate import peek
from hrd_cases.services.rosters import roster
from hrd_cases.store.opened import OpenVault


def replaced(ctx: Context, case: OpenVault, value: Any, *, before: Any) -> Any:
    """The incident with the id of its new fact, which is sealed in this transaction; anything else unchanged."""
    if not isinstance(value, Incident):
        return value
    for old in before.facts if isinstance(before, Incident) else ():
        _seal(ctx, {"gone": old})
    fact_id = random(16).hex()
    fact = trends.fact_of(value, fact_id=fact_id, sectors=_sectors(ctx, value), consent=_consent(ctx, case, value))
    if fact is None:
        return replace(value, facts=())
    _seal(ctx, fact.encode())
    return replace(value, facts=(fact_id,))


def withdraw(ctx: Context, incident: Incident) -> None:
    """Bury the facts of an incident that is deleted."""
    for old in incident.facts:
        _seal(ctx, {"gone": old})


def _seal(ctx: Context, body: dict[str, Any]) -> None:
    desk = ctx.runtime.organisation.trends
    known = roster(ctx, desk)
    directory = peek(ctx, ctx.runtime.organisation.directory)
    writers = directory.newest(WRITERS) if directory else None
    if known is None or writers is None:
        return
    header = known.chains[FACTS].newest
    ctx.work.trends.add(
        vault_id=desk,
        public=header.public,
        epoch=header.epoch,
        row_id=random(16).hex(),
        body=json.dumps(body, ensure_ascii=False, sort_keys=True).encode(),
        writers=writers[1].secret,
    )


def _sectors(ctx: Context, incident: Incident) -> tuple[str, ...]:
    directory = peek(ctx, ctx.runtime.organisation.directory)
    wanted = {part.company for part in incident.companies if part.company}
    if directory is None or not wanted:
        return ()
    cards = ctx.work.records.cards([directory])
    return tuple(card.value.sector for card in cards if card.id in wanted and card.entity.code == "company")


def _consent(ctx: Context, case: OpenVault, incident: Incident) -> str:
    people = [part.person for part in incident.attacked if part.person]
    if not people:
        return trends.NOT_ASKED
    consents = [card.value for card in ctx.work.records.cards([case]) if card.entity.code == "consent"]
    found = {consent.answer(consents, person, "statistics") for person in people}
    if consent.NO in found:
        return trends.NO
    return trends.YES if found == {consent.YES} else trends.NOT_ASKED
