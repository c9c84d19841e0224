"""Figures for a partner or the public leave once a second person has seen exactly them and agreed."""

import json
from dataclasses import dataclass, replace
from datetime import date

from hrd_cases.domain import leaving_text
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.counting import Question
from hrd_cases.domain.dates import iso_day
from hrd_cases.domain.editions import INSIDE, PUBLIC, Cut, HandOut, refuse_cuts
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.figure_requests import AGREED, ASKED, FiguresRequest
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.leaving import LeavingTable, leaving
from hrd_cases.domain.vaults import STAFF
from hrd_cases.domain.words import N_
from hrd_cases.services.exports import published_years
from hrd_cases.services.exports.agreed_requests import WaitingRequest, directory, opened, own
from hrd_cases.services.figures import exports, facts, quarter, trends
from hrd_cases.services.figures.facts import Facts
from hrd_cases.services.figures.quarter import QuarterView
from hrd_cases.services.figures.trends import TrendQuestion
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import may, peek
from hrd_cases.services.records.records import read_in
from hrd_cases.services.sharing.sharing import names_of
from hrd_cases.store.records import Stored, of_class
from hrd_cases.store.stored import new_record_id

Leaving = LeavingTable | QuarterView
OWN = N_("You asked for this yourself. Somebody else has to see the figures and agree.")
AGREED_BEFORE = N_("Somebody has agreed to this already.")
NOT_AGREED = N_("Nobody has agreed to this yet. Somebody else has to see the figures first.")
ANOTHER_ASKED = N_("Somebody else asked for these figures. Only they can take the file.")
FACTS_CHANGED = N_(
    "The figures are not as they were when somebody agreed to them. Ask again: what leaves is what was seen."
)


@dataclass(frozen=True, kw_only=True)
class RequestLine(WaitingRequest):
    """Figures that wait, in a list."""

    edition: str


@dataclass(frozen=True, kw_only=True)
class RequestView:
    """A request with exactly the figures that would leave; `by` and `agreed_by` are names of colleagues."""

    hand_out: HandOut
    figures: Leaving
    by: str
    on: date | None
    mine: bool
    agreed: bool
    agreed_by: str
    may_agree: bool


def ask_table(ctx: Context, request: TrendQuestion, cut: Cut, hand_out: HandOut) -> str:
    """Ask that the answer to a question may leave; the id of the request. RuleBroken at the field."""
    source = facts.read(ctx, Act.EXPORT_TRENDS)
    question = trends.question_of(ctx, request, source.counted)
    exports.check_cut(cut)
    stated = _stated(hand_out)
    refuse_cuts(stated.edition, question, cut)
    return _ask(ctx, _table_text(ctx, source, question, cut[0], stated.edition), stated)


def ask_quarter(ctx: Context, code: str, hand_out: HandOut) -> str:
    """Ask that the figures of a quarter may leave; the id of the request. RuleBroken at the field."""
    source, chosen = facts.read(ctx, Act.EXPORT_TRENDS), quarter.chosen(ctx, code)
    stated = _stated(hand_out, quarter.EDITIONS)
    return _ask(ctx, quarter.written(quarter.view_of(source, chosen)), stated)


def waiting(ctx: Context) -> tuple[RequestLine, ...]:
    """What waits for the actor to agree, and what the actor asked for; what is for the actor first."""
    vault = peek(ctx, ctx.runtime.organisation.directory)
    if vault is None or not may(ctx, Act.SEE_FIGURES_ASKED, vault):
        return ()
    cards = of_class(ctx.work.records.cards([vault], of=(FiguresRequest,)), FiguresRequest)
    lines = [_line(ctx, card) for card in cards if not card.broken]
    shown = [line for line in lines if line.mine or not line.agreed]
    return tuple(sorted(shown, key=lambda line: (line.mine, line.on or date.min, line.id)))


def listing(ctx: Context) -> tuple[RequestLine, ...]:
    """The same, for a page of its own."""
    directory(ctx, Act.SEE_FIGURES_ASKED)
    return waiting(ctx)


def view(ctx: Context, record: RecordId) -> RequestView:
    """A request with exactly its figures."""
    vault, stored = opened(ctx, Act.SEE_FIGURES_ASKED, record, FiguresRequest)
    value, author, names = stored.value, stored.authors.get(STAFF, ""), names_of(ctx, ColleagueCard)
    agreed = value.state == AGREED
    asker = value.asked_by if agreed else author
    mine = asker == ctx.actor.user
    return RequestView(
        hand_out=value.hand_out,
        figures=_read(value.table),
        by=names.get(asker, ""),
        on=iso_day(value.asked_on),
        mine=mine,
        agreed=agreed,
        agreed_by=names.get(author, "") if agreed else "",
        may_agree=not agreed and not mine and may(ctx, Act.AGREE_FIGURES, vault),
    )


def agree(ctx: Context, record: RecordId) -> None:
    """Let figures leave that somebody else asked for; RuleBroken for one's own."""
    vault, stored = opened(ctx, Act.AGREE_FIGURES, record, FiguresRequest)
    author = stored.authors.get(STAFF, "")
    if stored.value.state != ASKED:
        raise RuleBroken(AGREED_BEFORE)
    if author == ctx.actor.user:
        raise RuleBroken(OWN)
    changed = replace(stored.value, state=AGREED, asked_by=author)
    ctx.work.records.update(vault, ctx.author, record, changed, stored.versions, ctx.today)
    ctx.note("write", "agree that figures leave", vault=vault.id, record=record, asked_by=author)


def refuse(ctx: Context, record: RecordId) -> None:
    """Take a request away: whoever may agree says no, or whoever asked needs it no longer."""
    vault = directory(ctx, Act.REFUSE_FIGURES, record)
    read_in(ctx, vault, record, FiguresRequest)
    ctx.work.records.remove(vault, record)
    ctx.note("write", "refuse that figures leave", vault=vault.id, record=record)


def taken(ctx: Context, record: RecordId, form: str) -> tuple[HandOut, Leaving]:
    """The figures that somebody agreed to, for the file of whoever asked; RuleBroken where they are others by now."""
    source = facts.read(ctx, Act.EXPORT_TRENDS)
    _vault, stored = opened(ctx, Act.SEE_FIGURES_ASKED, record, FiguresRequest)
    value, author = stored.value, stored.authors.get(STAFF, "")
    if value.state != AGREED:
        raise RuleBroken(NOT_AGREED)
    if value.asked_by != ctx.actor.user or author == ctx.actor.user:
        raise RuleBroken(ANOTHER_ASKED)
    figures = _read(value.table)
    if _now(ctx, source, figures) != value.table:
        raise RuleBroken(FACTS_CHANGED)
    exports.check_form(form)
    stated = value.hand_out
    if isinstance(figures, LeavingTable) and figures.edition == PUBLIC:
        published_years.keep(ctx, directory(ctx, Act.ASK_FIGURES), source, figures.question)
    act = "export the quarter" if isinstance(figures, QuarterView) else "export trends"
    ctx.note("read", act, record=record, form=form, second=author, **stated.logged)
    return stated, figures


def _stated(hand_out: HandOut, offered: tuple[str, ...] = exports.SECOND) -> HandOut:
    """For whom and what for; RuleBroken for what needs no second person."""
    return hand_out.stated([edition for edition in offered if edition != INSIDE])


def _now(ctx: Context, source: Facts, figures: Leaving) -> str:
    """The text that the same figures have now."""
    if isinstance(figures, QuarterView):
        return quarter.written(quarter.view_of(source, figures.code))
    return _table_text(ctx, source, figures.question, figures.by, figures.edition)


def _table_text(ctx: Context, source: Facts, question: Question, by: str, edition: str) -> str:
    if edition == PUBLIC:
        vault = directory(ctx, Act.ASK_FIGURES)
        return leaving_text.written(published_years.table(ctx, vault, source, question, by))
    table = leaving(source.counted, question, (by, ""), edition, today=ctx.today)
    return leaving_text.written(replace(table, altered=source.altered))


def _read(text: str) -> Leaving:
    return quarter.read(text) if "quarter" in json.loads(text) else leaving_text.read(text)


def _ask(ctx: Context, text: str, stated: HandOut) -> str:
    vault = directory(ctx, Act.ASK_FIGURES)
    value = FiguresRequest(
        edition=stated.edition,
        recipient=stated.recipient,
        name=stated.name,
        purpose=stated.purpose,
        table=text,
        asked_by=ctx.actor.user,
        asked_on=ctx.today.isoformat(),
    )
    same = next((stored.id for stored in own(ctx, vault, FiguresRequest) if stored.value == value), "")
    if same:  # sent twice
        return same
    record = new_record_id()
    ctx.work.records.add(vault, ctx.author, record, value, ctx.today)
    ctx.note("write", "ask that figures leave", vault=vault.id, record=record, **stated.logged)
    return record


def _line(ctx: Context, card: Stored[FiguresRequest]) -> RequestLine:
    value = card.value
    return RequestLine(
        id=card.id,
        edition=value.edition,
        on=iso_day(value.asked_on),
        mine=value.asked_by == ctx.actor.user,
        agreed=value.state == AGREED,
    )
