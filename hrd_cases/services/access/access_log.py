"""Who opened this case: what its own people may see of the log, sealed to the case and to nobody else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.fields import Declared
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.kernel.pagination import Page, page_of
from hrd_cases.services.keys.audit_writer import Attributed, SaidEntry, moment, told_case
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.records.records import title
from hrd_cases.services.sharing.sharing import names_of
from hrd_cases.store.records import Stored

ACTS = 50  # on one page: many of them are one visit


@dataclass(frozen=True, kw_only=True)
class Opening(Attributed):
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
    """One page of them, newest first.

    `unread`: how many rows could not be opened, altered or older than one's key; `made_up`: how many carry a signature
    that is not that of the person named, or repeat another row.
    """

    page: Page[Opening]
    unread: int
    made_up: int


def who_opened(ctx: Context, case: str, page: int = 1) -> Openings:
    """Every act on a case that the log tells its people."""
    vault = open_vault(ctx, Act.WHO_OPENED, case)
    names = names_of(ctx, ColleagueCard)
    cards = {card.id: card for card in ctx.work.records.cards([vault]) if card.id != case}
    rows = told_case(ctx, vault)
    read = [_opening(entry, names, cards) for entry in rows if entry is not None and "act" in entry.text]
    unknown = datetime.min.replace(tzinfo=UTC)
    newest = sorted(read, key=lambda line: (line.at or unknown, line.user, line.act), reverse=True)
    made_up = sum(line.made_up for line in read)
    return Openings(page=page_of(newest, page, ACTS), unread=len(rows) - len(read), made_up=made_up)


def _opening(entry: SaidEntry, names: Mapping[str, str], cards: Mapping[str, Stored[Declared]]) -> Opening:
    record = str(entry.text.get("record", ""))
    card = cards.get(record)
    return Opening(
        at=moment(entry.text.get("at")),
        user=entry.user,
        name=names.get(entry.user, ""),
        act=str(entry.text["act"]),
        record=record,
        code=card.entity.code if card else "",
        title=title(card) if card else "",
        refused="answer" in entry.text,
        by=entry.by,
    )
