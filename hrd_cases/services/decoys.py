"""Decoy cases: nobody has a reason to open one, so whoever does is told of on the desks of its leads and of auditors.

That a case is a decoy rests sealed in it. Who opens it sees a case like any other.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.cases import DECOY, NO_DECOY, Case
from hrd_cases.domain.errors import NotFound
from hrd_cases.domain.vaults import CORE, GRANT
from hrd_cases.services.acts import DECOY_OPENED
from hrd_cases.services.context import Context
from hrd_cases.services.gate import may, open_vault, peek
from hrd_cases.services.logbook import moment
from hrd_cases.services.sharing import names_of
from hrd_cases.store.access import AccessRow
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored

SHOWN_DAYS = 30
MOST = 20


@dataclass(frozen=True, kw_only=True)
class Alert:
    """Somebody opened a decoy, or was refused it: when (UTC), who; `title` is empty for whom it is not to see."""

    at: datetime
    name: str
    case: str
    title: str
    refused: bool


def watch(ctx: Context, vault: OpenVault, value: object) -> None:
    """Tell those concerned when the case that was just opened is a decoy; `value` is its own record, if it opened."""
    if isinstance(value, Case) and value.is_decoy:
        ctx.note("read", "a decoy was opened", vault=vault.id)


def watch_record(ctx: Context, vault: OpenVault) -> None:
    """The same when not the case itself but a record in it was opened."""
    if vault.kind == "case":
        for card in ctx.work.records.root_cards([vault]):
            watch(ctx, vault, card.value)


def is_decoy(ctx: Context, case: str) -> bool | None:
    """Whether a case is a decoy, for those who lead it; None for everybody else."""
    vault = open_vault(ctx, Act.WHO_OPENED, case)
    if not may(ctx, Act.SHARE_CASE, vault):
        return None
    return any(isinstance(card.value, Case) and card.value.is_decoy for card in ctx.work.records.root_cards([vault]))


def turn(ctx: Context, case: str, *, decoy: bool) -> None:
    """Make a case a decoy, or a case like any other again; the log says only that the case was changed."""
    vault = open_vault(ctx, Act.SHARE_CASE, case)
    stored = ctx.work.records.read(vault, case)
    if stored is None or not isinstance(stored.value, Case):
        raise NotFound
    changed = replace(stored.value, decoy=DECOY if decoy else NO_DECOY)
    ctx.work.records.update(vault, ctx.author, case, changed, stored.versions, ctx.today)
    ctx.note("write", "change case", vault=case, record=case)


def alerts(ctx: Context, vaults: Iterable[OpenVault], cards: Iterable[Stored]) -> tuple[Alert, ...]:
    """What happened to decoys in the last 30 days, newest first: to the actor's own, and for auditors to any."""
    titles = {card.id: card for card in cards if isinstance(card.value, Case) and card.value.is_decoy}
    led = [one for one in vaults if one.id in titles and GRANT in one.rights.get(CORE, frozenset())]
    log = peek(ctx, ctx.runtime.organisation.log)
    watched = [*led, log] if log is not None and may(ctx, Act.READ_LOG, log) else led
    if not watched:
        return ()
    names = names_of(ctx, "colleague")
    since = ctx.now - timedelta(days=SHOWN_DAYS)
    told = {case: str(card.value.title or card.value.reference) for case, card in titles.items()}
    found = [alert for one in watched for alert in _of(ctx.work.access.of(one), names, told) if alert.at >= since]
    return tuple(sorted(dict.fromkeys(found), key=lambda alert: alert.at, reverse=True)[:MOST])


def _of(rows: Sequence[AccessRow], names: Mapping[str, str], titles: Mapping[str, str]) -> Iterable[Alert]:
    for row in rows:
        try:
            said = json.loads(row.body or b"")
            act, at, case = said["act"], moment(said.get("at")), str(said.get("vault", ""))
        except (ValueError, KeyError, TypeError):
            continue
        refused = "answer" in said
        if at is not None and (act == DECOY_OPENED or refused):
            name = names.get(str(said.get("user", "")), "")
            yield Alert(at=at.astimezone(UTC), name=name, case=case, title=titles.get(case, ""), refused=refused)
