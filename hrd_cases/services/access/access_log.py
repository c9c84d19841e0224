"""Who opened this case: what its own people may see of the log, sealed to the case and to nobody else."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from hrd_cases.crypto.core.authorship import SaidBy
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.fields import Declared
from hrd_cases.domain.ids import CaseId, RecordId, record_id
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.kernel.pagination import Page, page_of
from hrd_cases.services.keys.audit_writer import Attributed, EntryContent, Read, case_entries, moment, reads_of
from hrd_cases.services.keys.gate import is_read, open_vault
from hrd_cases.services.records.hearing_titles import called, matters
from hrd_cases.services.sharing.sharing import names_of
from hrd_cases.store.records import Stored

BEFORE = datetime.min.replace(tzinfo=UTC)  # whatever tells no time


@dataclass(frozen=True, kw_only=True)
class Opening:
    """One act on a case: when (UTC), what, how often; `act` is a msgid of audit_messages.py.

    `at` is the minute; of reads, which are counted by the hour, the hour's beginning: then `hour` is set.
    """

    at: datetime | None
    hour: bool = False
    act: str
    times: int = 1
    record: RecordId
    code: str  # what kind of record, as far as it is still there and the reader's to see
    title: str
    refused: bool


@dataclass(frozen=True, kw_only=True)
class DayOfOpenings(Attributed):
    """What one person did to a case on one day where the work is done, or is said to have; `openings` newest first."""

    day: date | None
    user: str
    name: str
    own: bool
    openings: tuple[Opening, ...]

    @property
    def read(self) -> int:
        """How often something was read."""
        return sum(opening.times for opening in self.openings if opening.hour or is_read(opening.act))

    @property
    def changed(self) -> int:
        """How many records were changed, each once a minute."""
        changes = (opening for opening in self.openings if not opening.hour and not is_read(opening.act))
        return len({(opening.at, opening.record) for opening in changes if not opening.refused})

    @property
    def refused(self) -> int:
        """How many acts were refused."""
        return sum(opening.refused for opening in self.openings)


@dataclass(frozen=True, kw_only=True)
class Openings:
    """One page of them, newest first, one's own last.

    `unread`: how many rows could not be opened, altered or older than one's key; `made_up`: how many carry a signature
    that is not that of the person named, or repeat another row.
    """

    page: Page[DayOfOpenings]
    unread: int
    made_up: int


def who_opened(ctx: Context, case: CaseId, page: int = 1) -> Openings:
    """Every act on a case that the log tells its people, by person and day."""
    vault = open_vault(ctx, Act.WHO_OPENED, case)
    names = names_of(ctx, ColleagueCard)
    cards = {card.id: card for card in ctx.work.records.cards([vault]) if card.id != case}
    actions = matters(cards.values())
    rows = case_entries(ctx, vault)
    readable = [entry for entry in rows if entry is not None and ("act" in entry.text or reads_of(entry.text))]
    days: defaultdict[tuple[date | None, str, SaidBy], list[Opening]] = defaultdict(list)
    for entry in readable:
        at = moment(entry.text.get("at"))
        day = at.astimezone(ctx.runtime.zone).date() if at is not None else None
        days[day, entry.user, entry.by] += _openings(entry, at, cards, actions)
    every = [
        DayOfOpenings(
            day=day,
            user=user,
            name=names.get(user, ""),
            own=user == ctx.actor.user,
            by=by,
            openings=tuple(sorted(openings, key=lambda opening: (opening.at or BEFORE, opening.act), reverse=True)),
        )
        for (day, user, by), openings in days.items()
    ]
    newest = sorted(
        every, key=lambda person: (not person.own, person.day or date.min, person.name, person.user), reverse=True
    )
    made_up = sum(entry.made_up for entry in readable)
    return Openings(page=page_of(newest, page), unread=len(rows) - len(readable), made_up=made_up)


def _openings(
    entry: EntryContent, at: datetime | None, cards: Mapping[RecordId, Stored[Declared]], actions: Mapping[str, str]
) -> Iterator[Opening]:
    """The acts that a row tells of: one, or the reads of an hour."""
    counted = reads_of(entry.text)
    reads = counted or {Read(act=str(entry.text["act"]), record=str(entry.text.get("record", ""))): 1}
    for read, times in reads.items():
        card = cards.get(record_id(read.record))
        yield Opening(
            at=at,
            hour=bool(counted),
            act=read.act,
            times=times,
            record=record_id(read.record),
            code=card.entity.code if card else "",
            title=called(card, actions) if card else "",
            refused="answer" in entry.text,
        )
