"""A hearing that was adjourned makes the next one, and an SMS summons makes one with its legal action."""

from collections.abc import Iterable
from dataclasses import replace

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import Body
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.hearings import Hearing, in_court
from hrd_cases.domain.ids import NO_RECORD, CaseId, RecordId, record_id
from hrd_cases.domain.legal_actions import CaseNumber, LegalAction
from hrd_cases.domain.summons import SMS, ReadSummons, SummonedHearing, only, read_summons
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.records import records
from hrd_cases.store.records import Stored

ADJOURNED, TOLD_THERE, PLANNED = "adjourned", "in_hearing", "planned"
COURT = "court"
NOT_HELD = frozenset({"", "planned", "unknown"})


def proposed(ctx: Context, case: CaseId, hearing: RecordId) -> Hearing:
    """The next hearing as far as the last one tells it: same court, hour and action; told in the hearing."""
    last = _last(ctx, case, hearing).value
    return Hearing(
        at=last.at, room=last.room, notified=TOLD_THERE, action=last.action, kind=last.kind, adjourned_from=hearing
    )


def court(ctx: Context, case: CaseId, hearing: Hearing) -> str:
    """The court of a hearing, as far as its legal action says it and the reader may see it."""
    if not hearing.action:
        return ""
    forums = {card.id: card.value.forum for card in records.listing(ctx, LegalAction, case)}
    return dict(records.choices(ctx, Body)).get(forums.get(hearing.action, ""), "")


def adjourn(ctx: Context, case: CaseId, hearing: RecordId, following: Hearing) -> RecordId:
    """Keep the next hearing and mark the last one adjourned to it, in one transaction; returns the next one's id."""
    last = _last(ctx, case, hearing)
    if last.value.adjourned_to:
        raise RuleBroken(N_("This hearing was adjourned already: the next one is linked from it."))
    if following.on is not None and last.value.on is not None and following.on < last.value.on:
        raise RuleBroken(N_("The next hearing cannot be before this one."), place="on")
    linked = replace(
        following,
        action=following.action or last.value.action,
        kind=following.kind or last.value.kind,
        adjourned_from=hearing,
    )
    created = records.create(ctx, case, linked)
    outcome = ADJOURNED if last.value.outcome in NOT_HELD else last.value.outcome
    changed = replace(last.value, adjourned_to=created, outcome=outcome)
    records.save(ctx, case, hearing, changed, last.versions)
    return created


def matter(ctx: Context, case: CaseId, hearing: Hearing) -> str:
    """What a hearing is about: its legal action, or else its court and room."""
    actions = {card.id: records.title(card) for card in records.listing(ctx, LegalAction, case)}
    return actions.get(hearing.action, "") or in_court(court(ctx, case, hearing), hearing.room)


def read_sms(ctx: Context, case: CaseId, text: str) -> ReadSummons:
    """What an SMS summons says, with the courts of the directory that it names."""
    open_vault(ctx, Act.WRITE_CASE, case, sealing=False)
    courts = [card for card in records.listing(ctx, Body) if card.value.kind == COURT]
    return read_summons(text, ctx.today, [(card.id, _names(card.value)) for card in courts])


def proposed_from(ctx: Context, case: CaseId, text: str, read: ReadSummons) -> SummonedHearing:
    """The form as far as the SMS tells it: of what has two readings, nothing."""
    body = only(read.courts)
    return SummonedHearing(
        sms=text,
        on=read.days[0] if len(read.days) == 1 else None,
        at=only(read.hours),
        court=record_id(body),
        room=only(read.rooms),
        action=_matching_action(ctx, case, body, read.numbers),
        notified=SMS,
    )


def summoned(ctx: Context, case: CaseId, value: SummonedHearing) -> RecordId:
    """Keep the hearing of a summons, and its legal action if that is new, in one transaction; the hearing's id."""
    if value.action and (value.new_title or value.new_kind):
        raise RuleBroken(N_("Choose a legal action, or begin a new one: not both."), place="action")
    if value.new_title and not value.new_kind:
        raise RuleBroken(N_("Choose the kind of the new legal action."), place="new_kind")
    if value.new_kind and not value.new_title:
        raise RuleBroken(N_("Say in one line what the new legal action is about."), place="new_title")
    room = value.room or dict(records.choices(ctx, Body)).get(value.court, "")
    if not room:
        raise RuleBroken(N_("Choose the court, or write the room."), place="room")
    action = _begun(ctx, case, value) if value.new_kind else value.action
    hearing = Hearing(
        on=value.on, at=value.at, room=room, notified=value.notified, action=action, outcome=PLANNED, summons=value.sms
    )
    return records.create(ctx, case, hearing)


def _begun(ctx: Context, case: CaseId, value: SummonedHearing) -> RecordId:
    number = only(read_summons(value.sms, ctx.today, ()).numbers)
    numbers = (CaseNumber(number=number),) if number else ()
    action = LegalAction(title=value.new_title, kind=value.new_kind, forum=value.court, numbers=numbers)
    return records.create(ctx, case, action)


def _matching_action(ctx: Context, case: CaseId, court: str, numbers: Iterable[str]) -> RecordId:
    """The one legal action of the case that has this number; without a number, the one before this court."""
    actions, wanted = records.listing(ctx, LegalAction, case), set(numbers)
    numbered = [card.id for card in actions if wanted & _numbers(card.value)]
    there = numbered or [card.id for card in actions if court and card.value.forum == court]
    return there[0] if len(there) == 1 else NO_RECORD


def _numbers(action: LegalAction) -> set[str]:
    return {item.number for item in action.numbers}


def _names(body: Body) -> list[str]:
    return [body.name, *(item.name for item in body.names)]


def _last(ctx: Context, case: CaseId, hearing: RecordId) -> Stored[Hearing]:
    vault = open_vault(ctx, Act.WRITE_CASE, case, record=hearing, sealing=False)
    return records.read_in(ctx, vault, hearing, Hearing)
