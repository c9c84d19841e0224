"""Who opened this case: what its own people may see of the log, sealed to the case and to nobody else."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.fields import Declared
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.kernel.pagination import Page, page_of
from hrd_cases.services.keys.audit_writer import moment
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.records.records import title
from hrd_cases.services.sharing.sharing import names_of
from hrd_cases.store.records import Stored


@dataclass(frozen=True, kw_only=True)
class Opening:
    """One act on a case: when (UTC, to the minute), whose, what; `act` is a msgid of audit_messages.py."""

    at: datetime | None
    user: str
    name: str
    act: str
    record: str
    code: str  # what kind of record, as far as it is still there and the reader's to see
    title: str
    refused: bool


@dataclass(frozen=True, kw_only=True)
class Openings:
    """One page of them, newest first, and how many rows could not be opened: altered, or older than one's key."""

    page: Page[Opening]
    unread: int


def who_opened(ctx: Context, case: str, page: int = 1) -> Openings:
    """Every act on a case that the log tells its people."""
    vault = open_vault(ctx, Act.WHO_OPENED, case)
    names = names_of(ctx, ColleagueCard)
    cards = {card.id: card for card in ctx.work.records.cards([vault]) if card.id != case}
    rows = ctx.work.access.of(vault)
    read = [access_line for row in rows if (access_line := _opening(row.body, names, cards)) is not None]
    unknown = datetime.min.replace(tzinfo=UTC)
    newest = sorted(read, key=lambda line: (line.at or unknown, line.user, line.act), reverse=True)
    return Openings(page=page_of(newest, page), unread=len(rows) - len(read))


def _opening(body: bytes | None, names: Mapping[str, str], cards: Mapping[str, Stored[Declared]]) -> Opening | None:
    try:
        text = json.loads(body or b"")
        user, act, record = str(text.get("user", "")), str(text["act"]), str(text.get("record", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    card = cards.get(record)
    return Opening(
        at=moment(text.get("at")),
        user=user,
        name=names.get(user, ""),
        act=act,
        record=record,
        code=card.entity.code if card else "",
        title=title(card) if card else "",
        refused="answer" in text,
    )
