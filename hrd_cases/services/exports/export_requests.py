"""An export of many records leaves once a second person has read what it is and what it is for, and agreed."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.dates import iso_day
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.export_requests import AGREED, ASKED, ExportRequest
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.typed_text import stated_purpose
from hrd_cases.domain.vaults import STAFF
from hrd_cases.domain.words import N_
from hrd_cases.services.casework import cases
from hrd_cases.services.exports.agreed_requests import WaitingRequest, directory, opened, own
from hrd_cases.services.exports.export_size import Agreed, most
from hrd_cases.services.exports.record_lists import SAY_WHY
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import may, peek
from hrd_cases.services.records.records import read_in
from hrd_cases.services.sharing.sharing import names_of
from hrd_cases.store.records import Stored, of_class
from hrd_cases.store.stored import new_record_id

LASTS = timedelta(days=7)  # from the day on which somebody asked

NOBODY_TO_ASK = N_("One person exports at most %(most)s records here. Ask a colleague of the office to export these.")
OWN = N_("You asked for this yourself. Somebody else has to agree.")
AGREED_BEFORE = N_("Somebody has agreed to this already.")
NOT_AGREED = N_("Nobody has agreed to this yet.")
ANOTHER_ASKED = N_("Somebody else asked for this export. Only they can take the file.")
OVER = N_("This was asked more than seven days ago. Ask again.")


@dataclass(frozen=True, kw_only=True)
class ExportLine(WaitingRequest):
    """An export that waits, in a list."""

    kind: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class ExportRequestView:
    """A request; `case_title` is empty where the case is not the actor's; `by`, `agreed_by`: names of colleagues."""

    request: ExportRequest
    case_title: str
    by: str
    on: date | None
    mine: bool
    agreed_by: str
    may_agree: bool

    @property
    def agreed(self) -> bool:
        """Whether somebody agreed."""
        return self.request.state == AGREED


def ask(ctx: Context, request: ExportRequest) -> RecordId:
    """Ask that an export may leave; the id of the request. RuleBroken where the actor can ask nobody."""
    known = peek(ctx, ctx.runtime.organisation.directory)
    if known is None or not may(ctx, Act.ASK_EXPORT, known):
        raise RuleBroken(NOBODY_TO_ASK, values={"most": most(ctx)})
    vault = directory(ctx, Act.ASK_EXPORT)
    why = stated_purpose(request.purpose, SAY_WHY)
    value = replace(request, purpose=why, asked_by=ctx.actor.user, asked_on=ctx.today.isoformat(), state=ASKED)
    for stored in own(ctx, vault, ExportRequest):
        if stored.value == value:  # sent twice
            return stored.id
        if _over(ctx, stored.value):
            ctx.work.records.remove(vault, stored.id)
    record = new_record_id()
    ctx.work.records.add(vault, ctx.author, record, value, ctx.today)
    ctx.note("write", "ask that an export leaves", vault=vault.id, record=record, kind=value.kind, rows=value.rows)
    return record


def waiting(ctx: Context) -> tuple[ExportLine, ...]:
    """What waits for the actor to agree, and what the actor asked for; what is for the actor first."""
    vault = peek(ctx, ctx.runtime.organisation.directory)
    if vault is None or not may(ctx, Act.SEE_EXPORTS_ASKED, vault):
        return ()
    cards = of_class(ctx.work.records.cards([vault], of=(ExportRequest,)), ExportRequest)
    lines = [_line(ctx, card) for card in cards if not card.broken and not _over(ctx, card.value)]
    shown = [line for line in lines if line.mine or not line.agreed]
    return tuple(sorted(shown, key=lambda line: (line.mine, line.on or date.min, line.id)))


def view(ctx: Context, record: RecordId) -> ExportRequestView:
    """A request, for whoever is asked and whoever asked."""
    vault, stored = opened(ctx, Act.SEE_EXPORTS_ASKED, record, ExportRequest)
    value, author, names = stored.value, stored.authors.get(STAFF, ""), names_of(ctx, ColleagueCard)
    agreed = value.state == AGREED
    asker = value.asked_by if agreed else author
    mine = asker == ctx.actor.user
    return ExportRequestView(
        request=value,
        case_title=cases.titles(ctx).get(value.case, "") if value.case else "",
        by=names.get(asker, ""),
        on=iso_day(value.asked_on),
        mine=mine,
        agreed_by=names.get(author, "") if agreed else "",
        may_agree=not agreed and not mine and may(ctx, Act.AGREE_EXPORT, vault),
    )


def agree(ctx: Context, record: RecordId) -> None:
    """Let an export leave that somebody else asked for; RuleBroken for one's own."""
    vault, stored = opened(ctx, Act.AGREE_EXPORT, record, ExportRequest)
    author = stored.authors.get(STAFF, "")
    if stored.value.state != ASKED:
        raise RuleBroken(AGREED_BEFORE)
    if author == ctx.actor.user:
        raise RuleBroken(OWN)
    if _over(ctx, stored.value):
        raise RuleBroken(OVER)
    changed = replace(stored.value, state=AGREED, asked_by=author)
    ctx.work.records.update(vault, ctx.author, record, changed, stored.versions, ctx.today)
    ctx.note("write", "agree that an export leaves", vault=vault.id, record=record, asked_by=author)


def refuse(ctx: Context, record: RecordId) -> None:
    """Take a request away: whoever may agree says no, or whoever asked needs it no longer."""
    vault = directory(ctx, Act.REFUSE_EXPORT, record)
    read_in(ctx, vault, record, ExportRequest)
    ctx.work.records.remove(vault, record)
    ctx.note("write", "refuse that an export leaves", vault=vault.id, record=record)


def taken(ctx: Context, record: RecordId) -> tuple[ExportRequest, Agreed]:
    """What somebody agreed to, for whoever asked; the export itself asks for everything again."""
    _vault, stored = opened(ctx, Act.SEE_EXPORTS_ASKED, record, ExportRequest)
    value, author = stored.value, stored.authors.get(STAFF, "")
    if value.state != AGREED:
        raise RuleBroken(NOT_AGREED)
    if value.asked_by != ctx.actor.user or author == ctx.actor.user:
        raise RuleBroken(ANOTHER_ASKED)
    if _over(ctx, value):
        raise RuleBroken(OVER)
    return value, Agreed(second=author, rows=value.rows or 0)


def _over(ctx: Context, value: ExportRequest) -> bool:
    asked = iso_day(value.asked_on)
    return asked is None or ctx.today - asked > LASTS


def _line(ctx: Context, card: Stored[ExportRequest]) -> ExportLine:
    value = card.value
    return ExportLine(
        id=card.id,
        kind=value.kind,
        rows=value.rows or 0,
        on=iso_day(value.asked_on),
        mine=value.asked_by == ctx.actor.user,
        agreed=value.state == AGREED,
    )
