"""Deleting for good: one person asks with a reason, another confirms; what is lost and what stays is said before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hrd_cases.crypto.core import deletions
from hrd_cases.crypto.core.deletions import DeletionOrder
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.primitives import random
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.cases import Case
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.dates import day_number, iso_day
from hrd_cases.domain.deleting import CALL, CASE, PERSON, DeletionRequest
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.fields import Declared
from hrd_cases.domain.file_texts import FileText
from hrd_cases.domain.filings import Paper
from hrd_cases.domain.holds import Hold
from hrd_cases.domain.ids import NO_RECORD, CaseId, PersonId, RecordId, is_id, person_id, record_id
from hrd_cases.domain.trend_facts import values_of
from hrd_cases.domain.typed_text import several
from hrd_cases.domain.vaults import CASE_VAULT, CORE, GRANT, PERSON_VAULT
from hrd_cases.domain.words import N_
from hrd_cases.services.backups.keeping import expires_on
from hrd_cases.services.deletion import erasing, holds
from hrd_cases.services.deletion.holds import ALTERED
from hrd_cases.services.kernel.audit_messages import DELETED
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import may, open_vault, peek
from hrd_cases.services.keys.vault_membership import roster
from hrd_cases.services.records.hearing_titles import called, matters
from hrd_cases.services.records.records import look_up, read_in, title
from hrd_cases.services.sharing.sharing import names_of, people_called, team_of
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored, is_of, of_class

# Deleted with the case, with the exhibit, or by refusing and lifting.
OWN = (DeletionRequest, Hold, FileText)
ELSEWHERE = N_("This person is also in a case that you do not lead. Its lead has to take part: let them ask, or join.")
_READ = {CASE_VAULT: Act.READ_CASE, PERSON_VAULT: Act.READ_PERSON}


@dataclass(frozen=True, kw_only=True)
class DeletionTarget:
    """What is to be deleted: a whole vault of a kind ("case" or "person"), or one record of a case."""

    vault: str
    record: RecordId = NO_RECORD
    kind: str = CASE_VAULT


@dataclass(frozen=True, kw_only=True)
class Loss:
    """What goes and what does not, in numbers and names; `team`: who else loses it, without the reader."""

    records: int
    files: int
    papers: int
    team: tuple[str, ...]
    alone: tuple[str, ...]
    staying: tuple[str, ...]
    cases: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PendingDeletion:
    """What somebody asked for; `right` when exactly they signed exactly this, and may still ask for it."""

    id: str
    by: str
    on: date | None
    reason: str
    uncount: bool
    mine: bool
    right: bool


@dataclass(frozen=True, kw_only=True)
class DeletionView:
    """What the page of a deletion says; `kind`: case, call, person or an entity code."""

    kind: str
    title: str
    loss: Loss
    request: PendingDeletion | None
    held: bool
    may_ask: bool
    may_confirm: bool
    second: bool  # somebody else is there who may confirm
    uncountable: bool
    backups_until: date | None


@dataclass(frozen=True, kw_only=True)
class WaitingLine:
    """A deletion that waits for the actor's yes or no, or for somebody else's."""

    target: DeletionTarget
    kind: str
    case_title: str
    on: date | None
    mine: bool


def view(ctx: Context, target: DeletionTarget) -> DeletionView:
    """What would be lost, what stays, and how far it is; for everybody who may read it."""
    vault = open_vault(ctx, _READ[target.kind], target.vault, kind=target.kind, record=target.record)
    stored = _record(ctx, vault, target)
    around = _around(ctx, target)
    cards = ctx.work.records.cards(around)
    record = _request(ctx, target, around, cards)
    leads = [member.user for case in around for member in team_of(ctx, case) if member.lead]
    return DeletionView(
        kind=_kind(target, stored),
        title=called(stored, matters(cards)) if stored else "",
        loss=_loss(ctx, vault, target, stored, around, cards),
        request=_pending(ctx, target, record, around) if record else None,
        held=bool(holds.is_held(cards)),
        may_ask=may(ctx, Act.ASK_DELETION, vault),
        may_confirm=may(ctx, Act.CONFIRM_DELETION, vault),
        second=any(user != ctx.actor.user for user in leads),
        uncountable=bool(target.record and stored and values_of(stored.value) is not None),
        backups_until=expires_on(ctx),
    )


def ask(ctx: Context, target: DeletionTarget, reason: str, *, uncount: bool = False) -> None:
    """Ask that something be deleted: nothing is, until somebody else confirms."""
    vault = open_vault(ctx, Act.ASK_DELETION, target.vault, kind=target.kind, record=target.record)
    stored = _record(ctx, vault, target)
    why = several(reason, "reason", 2_000)
    if not why:
        raise RuleBroken(N_("Give the reason: the second person reads it to decide."), place="reason")
    around = _around(ctx, target)
    _refuse_led_elsewhere_or_held(ctx, target, around)
    if _request(ctx, target, around, ctx.work.records.cards(around)) is not None:
        raise RuleBroken(N_("Somebody has asked for this already."))
    request = random(16)
    text = _statement(ctx, target, request, ctx.today, ctx.keys.fingerprint)
    value = DeletionRequest(
        reason=why,
        uncount=uncount,
        about=target.record or (target.vault if target.kind == PERSON_VAULT else ""),
        kind=_kind(target, stored),
        asked_on=ctx.today.isoformat(),
        signature=deletions.ask(text, ctx.keys).hex(),
    )
    ctx.work.records.add(around[0], ctx.author, record_id(request.hex()), value, ctx.today)
    ctx.note("write", "new deletion", vault=around[0].id, record=request.hex())


def refuse(ctx: Context, target: DeletionTarget) -> None:
    """Keep it after all: whoever may ask may also say no, whoever asked."""
    open_vault(ctx, Act.REFUSE_DELETION, target.vault, kind=target.kind, record=target.record)
    around = _around(ctx, target)
    stored = _request(ctx, target, around, ctx.work.records.cards(around))
    if stored is None:
        raise NotFound
    home = around[0]
    ctx.work.records.remove(home, stored.id)
    ctx.settle = True
    ctx.note("write", "keep what was to be deleted", vault=home.id, record=target.record)


def confirm(ctx: Context, target: DeletionTarget, *, sure: bool) -> list[str]:
    """Delete what somebody else asked for; returns the files whose bytes go after the transaction (erasing.finish).

    `sure`: the actor has said that they read what is lost.
    """
    vault = open_vault(ctx, Act.CONFIRM_DELETION, target.vault, kind=target.kind, record=target.record)
    around = _around(ctx, target)
    cards = ctx.work.records.cards(around)
    record = _request(ctx, target, around, cards)
    if record is None:
        raise NotFound
    request = _pending(ctx, target, record, around)
    if not request.right:
        raise RuleBroken(ALTERED)
    if request.mine:
        raise RuleBroken(N_("You asked for this yourself. Somebody else who leads this case has to confirm it."))
    if not sure:
        raise RuleBroken(N_("Tick that you have read what is lost: it cannot be brought back."), place="sure")
    _refuse_led_elsewhere_or_held(ctx, target, around)
    stored = _record(ctx, vault, target)
    _note(ctx, vault, target, stored, record, _loss(ctx, vault, target, stored, around, cards))
    if target.record and stored is not None:
        files = erasing.erase_one(ctx, vault, stored, uncount=request.uncount)
        ctx.work.records.remove(around[0], record.id)
        return files
    wanted = _statement(ctx, target, bytes.fromhex(record.id), request.on or ctx.today, _author(record))
    deletion = deletions.confirm(wanted, bytes.fromhex(record.value.signature), ctx.keys)
    if target.kind == PERSON_VAULT:
        _leave_cases(ctx, around, person_id(target.vault))
        ctx.work.records.remove(around[0], record.id)
    return erasing.whole(ctx, vault, deletion)


def waiting(ctx: Context, cards: Sequence[Stored[Declared]], titles: Mapping[str, str]) -> tuple[WaitingLine, ...]:
    """What waits for a second person, in the cases that the actor leads; the actor's own last."""
    waiting_lines = []
    for card in of_class(cards, DeletionRequest):
        vault = peek(ctx, card.vault)
        if vault is None or not may(ctx, Act.CONFIRM_DELETION, vault):
            continue
        stored = look_up(ctx, vault, card.id)
        value = card.value
        person = value.kind == PERSON
        target = DeletionTarget(
            vault=value.about if person else card.vault,
            record=NO_RECORD if person else record_id(value.about),
            kind=PERSON_VAULT if person else CASE_VAULT,
        )
        mine = stored.authors.get(CORE, "") == ctx.actor.user
        label = titles.get(card.vault, "")
        waiting_lines.append(
            WaitingLine(target=target, kind=value.kind, case_title=label, on=iso_day(value.asked_on), mine=mine)
        )
    return tuple(sorted(waiting_lines, key=lambda line: (line.mine, line.on or date.min, line.target.vault)))


def _kind(target: DeletionTarget, stored: Stored[Declared] | None) -> str:
    if target.kind == PERSON_VAULT:
        return PERSON
    if target.record:
        return stored.entity.code if stored else ""
    return CASE if stored is not None else CALL


def _record(ctx: Context, vault: OpenVault, target: DeletionTarget) -> Stored[Declared] | None:
    """The record that is to go; of a whole case or person its root, None for a call."""
    if target.record:
        stored = read_in(ctx, vault, target.record)
        if isinstance(stored.value, OWN) or target.record == vault.id:
            raise NotFound
        return stored
    return ctx.work.records.read(vault, record_id(vault.id))


def _around(ctx: Context, target: DeletionTarget) -> list[OpenVault]:
    """The cases a deletion concerns, as far as the actor may read them; its request rests in the first."""
    ids = erasing.cases_of(ctx, person_id(target.vault)) if target.kind == PERSON_VAULT else (target.vault,)
    opened = (peek(ctx, case) for case in ids if is_id(case))
    return [case for case in opened if case is not None and may(ctx, Act.READ_CASE, case)]


def _refuse_led_elsewhere_or_held(ctx: Context, target: DeletionTarget, around: Sequence[OpenVault]) -> None:
    """Raise RuleBroken unless the actor leads every case that a deletion concerns and no hold stands on any."""
    every = erasing.cases_of(ctx, person_id(target.vault)) if target.kind == PERSON_VAULT else (target.vault,)
    if not around or len(around) != len(every) or not all(may(ctx, Act.ASK_DELETION, case) for case in around):
        raise RuleBroken(ELSEWHERE)
    holds.refuse_if_held(ctx, around)


def _request(
    ctx: Context, target: DeletionTarget, around: Sequence[OpenVault], cards: Iterable[Stored[Declared]]
) -> Stored[DeletionRequest] | None:
    """What somebody asked for, among the `cards` of the cases around; it rests in the first of them."""
    about = target.vault if target.kind == PERSON_VAULT else target.record
    here = [card for card in of_class(cards, DeletionRequest) if card.vault == around[0].id]
    records = [card for card in here if card.value.about == about]
    stored = next((card for card in records if (card.value.kind == PERSON) == (target.kind == PERSON_VAULT)), None)
    return read_in(ctx, around[0], stored.id, DeletionRequest) if stored else None


def _pending(
    ctx: Context, target: DeletionTarget, stored: Stored[DeletionRequest], around: Iterable[OpenVault]
) -> PendingDeletion:
    author = stored.authors.get(CORE, "")
    return PendingDeletion(
        id=stored.id,
        by=names_of(ctx, ColleagueCard).get(author, ""),
        on=iso_day(stored.value.asked_on),
        reason=stored.value.reason,
        uncount=stored.value.uncount,
        mine=author == ctx.actor.user,
        right=_right(ctx, target, stored, around),
    )


def _right(ctx: Context, target: DeletionTarget, stored: Stored[DeletionRequest], around: Iterable[OpenVault]) -> bool:
    """True when the request's author signed this very deletion and still leads every case it concerns."""
    on = iso_day(stored.value.asked_on)
    if stored.broken or stored.unproven or CORE not in stored.signatures or on is None:
        return False
    text = _statement(ctx, target, bytes.fromhex(stored.id), on, _author(stored))
    try:
        deletions.check_asked(text, bytes.fromhex(stored.value.signature), ctx.trust)
        ctx.trust.check(text.by, ctx.day_number)
    except (CryptoError, ValueError):
        return False
    return all(_is_lead(ctx, case.case, text.by) for case in around)


def _is_lead(ctx: Context, case: CaseId, fingerprint: bytes) -> bool:
    membership = roster(ctx, case)
    holdings = membership.rights_of(fingerprint, ctx.day_number) if membership else {}
    return GRANT in holdings.get(CORE, frozenset())


def _author(stored: Stored[Declared]) -> bytes:
    return stored.signatures[CORE].author.fingerprint


def _statement(ctx: Context, target: DeletionTarget, request: bytes, on: date, by: bytes) -> DeletionOrder:
    return DeletionOrder(
        org=ctx.runtime.org,
        vault=bytes.fromhex(target.vault),
        record=bytes.fromhex(target.record) if target.record else deletions.WHOLE,
        request=request,
        day=day_number(on),
        by=by,
    )


def _loss(
    ctx: Context,
    vault: OpenVault,
    target: DeletionTarget,
    stored: Stored[Declared] | None,
    around: Sequence[OpenVault],
    cards: Sequence[Stored[Declared]],
) -> Loss:
    team = {member.name for case in around for member in team_of(ctx, case) if member.user != ctx.actor.user}
    if target.record and stored is not None:
        files, papers = len(erasing.files_of(ctx, vault, stored)), int(is_of(stored, Paper))
        return Loss(records=1, files=files, papers=papers, team=tuple(sorted(team)), alone=(), staying=(), cases=())
    inside = cards if target.kind == CASE_VAULT else ctx.work.records.cards([vault])
    own = sum(isinstance(card.value, OWN) for card in inside)
    people = erasing.people_of(ctx, vault.case) if target.kind == CASE_VAULT else erasing.People(alone=(), staying=())
    names = people_called(ctx, (*people.alone, *people.staying))
    roots = [card for card in cards if card.id == card.vault] if target.kind == PERSON_VAULT else []
    return Loss(
        records=ctx.work.records.count(vault.id) - own + sum(ctx.work.records.count(item) for item in people.alone),
        files=len(ctx.work.files.of_vault(vault.id)),
        papers=sum(is_of(card, Paper) for card in inside),
        team=tuple(sorted(team)),
        alone=tuple(sorted(names.get(item, "") for item in people.alone)),
        staying=tuple(sorted(names.get(item, "") for item in people.staying)),
        cases=tuple(sorted(title(root) for root in roots)),
    )


def _leave_cases(ctx: Context, cases: Sequence[OpenVault], person: PersonId) -> None:
    """Take a person who goes out of the lists of people of their cases; what else names their id leads nowhere."""
    for case in cases:
        stored = ctx.work.records.read(case, record_id(case.id))
        if stored is None or not isinstance(stored.value, Case) or person not in stored.value.people:
            continue
        left = replace(stored.value, people=tuple(item for item in stored.value.people if item != person))
        ctx.work.records.update(case, ctx.author, record_id(case.id), left, stored.versions, ctx.today)


def _note(
    ctx: Context,
    vault: OpenVault,
    target: DeletionTarget,
    stored: Stored[Declared] | None,
    record: Stored[Declared],
    loss: Loss,
) -> None:
    """What the log keeps: how much went, and number and hash of each released paper, so that a copy is still known."""
    going = [stored] if target.record and stored else ctx.work.records.cards([vault])
    papers = [look_up(ctx, vault, paper.id, Paper).value for paper in of_class(going, Paper)]
    register = [
        f"{paper.number} {entry.get('sha256', '')}"
        for paper in papers
        for entry in (paper.files or ())[:1]
        if paper.number
    ]
    counts = {"records": loss.records, "files": loss.files, "papers": register or None}
    request = record.authors.get(CORE, "")
    ctx.note("write", DELETED, vault=target.vault, record=target.record, asked_by=request, **counts)
