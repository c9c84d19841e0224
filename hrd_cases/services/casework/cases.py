"""Cases: begun, listed, and seen as a whole with their timeline, people and team."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.table import TABLE
from hrd_cases.domain.calls import Call
from hrd_cases.domain.cases import Case, settled
from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.entities import ENTITIES
from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken
from hrd_cases.domain.fields import Declared, entity_for
from hrd_cases.domain.ids import CaseId, PersonId, RecordId, is_id, person_id, record_id
from hrd_cases.domain.sealing import DUE, WITHHELD
from hrd_cases.domain.vaults import CASE_VAULT, CORE, PRIVILEGED
from hrd_cases.domain.words import N_
from hrd_cases.services.access import missing_keys
from hrd_cases.services.access.missing_keys import MissingKey
from hrd_cases.services.casework.calls import Danger, in_danger_of
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.kernel.pagination import PER_PAGE, Page, folded, page_of
from hrd_cases.services.keys import integrity, key_rotation, reencryption, sealed_answers, successors, vault_keys
from hrd_cases.services.keys.gate import allow, claim_all, light, may, open_vault, peek, people_of
from hrd_cases.services.keys.integrity import check_for
from hrd_cases.services.records import answers
from hrd_cases.services.records.across import across
from hrd_cases.services.records.hearing_titles import matter_of, matters
from hrd_cases.services.records.records import reference, title
from hrd_cases.services.records.timeline import time_of
from hrd_cases.services.sharing.sharing import TeamMember, team_of
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Doubt, Stored, as_class, of_class
from hrd_cases.store.resealing import ResealingProgress


@dataclass(frozen=True, kw_only=True)
class CaseFilter:
    """What a list of cases is narrowed to; empty means all."""

    text: str = ""
    stage: str = ""
    priority: str = ""
    page: int = 1


@dataclass(frozen=True, kw_only=True)
class CaseLine:
    """One case in a list; `broken` when part of its card could not be opened."""

    id: CaseId
    title: str
    reference: str
    stage: str
    priority: str
    region: str
    next_review: date | None
    broken: bool


@dataclass(frozen=True, kw_only=True)
class TimelineEntry:
    """Something dated in a case. `when` is a PartialDate or a day; `first` sorts it."""

    when: PartialDate | date
    first: date
    code: str
    id: RecordId
    title: str
    mark: str
    value: Declared  # of the card


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """A case as its page shows it; `records` are cards by entity code, its calls apart."""

    case: Stored[Case]
    calls: tuple[Stored[Call], ...]
    records: Mapping[str, tuple[Stored[Declared], ...]]
    timeline: tuple[TimelineEntry, ...]
    people: tuple[tuple[PersonId, str], ...]
    team: tuple[TeamMember, ...]
    rights: Mapping[str, frozenset[str]]
    has_privileged: bool  # its lawyers' part was begun, whether or not the reader holds it
    broken: tuple[str, ...]
    doubts: tuple[Doubt, ...]
    may_accept: bool
    sole_holder: bool
    may_share: bool
    may_write: bool
    keys_due: bool
    list_withheld: bool  # the log has a newer list of who may open a part
    keys_missing: MissingKey | None
    end_stale: bool  # a planned end of somebody's access no longer fits, and this reader's visit does not mend it
    may_renew: bool
    resealing: ResealingProgress | None
    dangers: tuple[Danger, ...]

    @property
    def itself(self) -> Stored[Declared]:
        """The case or, before it is made one, the call."""
        return self.case if self.case.versions or not self.calls else self.calls[0]

    @property
    def cards(self) -> tuple[Stored[Declared], ...]:
        """The cards of the case and of everything in it."""
        return tuple(card for cards in self.records.values() for card in cards)

    @property
    def newest(self) -> tuple[Stored[Declared], ...]:
        """What was entered last, the newest first, without the case itself."""
        entered = sorted(self.cards, key=lambda card: card.entered, reverse=True)
        return tuple(card for card in entered if card.id != self.case.id)[:NEWEST]


NEWEST = 5  # how many records the page of a case names as the last ones entered

CARDS_WAIT = N_(
    "Before the first case the printed cards are read back: hrd-cases init --read-back, or hrd-cases recovery check"
)


def create(ctx: Context, value: Case) -> CaseId:
    """Begin a case: its keys, its record, the actor as lead; returns its id."""
    allow(ctx, Act.CREATE_CASE)
    vault = vault_keys.create_vault(ctx, CASE_VAULT)
    begin_in(ctx, vault, value)
    return vault.case


def begin_in(ctx: Context, vault: OpenVault, value: Case) -> None:
    """Make a case of a vault: add the record that has its id."""
    if not ctx.runtime.organisation.cards_read_back:
        raise RuleBroken(CARDS_WAIT)
    case = value if value.reference else replace(value, reference=reference(ctx.today))
    dated = case if case.opened else replace(case, opened=ctx.today)
    staged = dated if dated.stage else replace(dated, stage="new")
    ctx.work.records.add(vault, ctx.author, record_id(vault.id), settled(staged, None, ctx.today), ctx.today)
    ctx.note("write", "new case", vault=vault.id)


def listing(ctx: Context, case_filter: CaseFilter) -> Page[CaseLine]:
    """Cases of the actor, newest change first; only one page is opened unless a filter needs to look at all."""
    if not (case_filter.text or case_filter.stage or case_filter.priority):
        return _newest(ctx, case_filter.page)
    needle = folded(case_filter.text)
    case_lines = [
        line
        for line in map(_line, across(ctx).roots())
        if needle in folded(f"{line.title} {line.reference}")
        and case_filter.stage in ("", line.stage)
        and case_filter.priority in ("", line.priority)
    ]
    return page_of(case_lines, case_filter.page)


def overview(ctx: Context, case: CaseId) -> CaseView:
    """A case as its page shows it."""
    vault = open_vault(ctx, Act.READ_CASE, case)
    cards, doubts = ctx.work.records.examine(vault)
    whole = ctx.work.records.read(vault, case, check_for(ctx, case))
    lost = sealed_answers.withheld(ctx, vault)
    doubts = tuple(dict.fromkeys((*doubts, *(whole.doubts if whole else ()), *lost)))
    foreign = integrity.other_keys(ctx, vault)
    integrity.tell(ctx, case, (*doubts, *foreign))
    team = team_of(ctx, vault)
    existing = whole or next((card for card in cards if card.id == case), None)
    lead = as_class(existing, Case) if existing else _nothing(vault)
    files = ctx.work.records.cards(people_of(ctx, vault))
    answers.enter_later(ctx, answers.waiting_in(ctx, case, cards, files))
    reencryption.go_on_after(ctx, vault)
    successors.go_on_after(ctx, vault)
    return CaseView(
        case=lead,
        calls=tuple(of_class(cards, Call)),
        records={entity.code: tuple(of_class(cards, entity.cls)) for entity in ENTITIES.values()},
        timeline=timeline(cards),
        people=_people(files),
        team=team,
        rights=vault.rights,
        has_privileged=PRIVILEGED in vault_keys.roster_of(ctx, case).chains,
        broken=tuple(card.id for card in cards if card.broken),
        doubts=(*doubts, *foreign),
        may_accept=bool(doubts) and may(ctx, Act.ACCEPT_STATE, vault),
        sole_holder=len(team) < 2,
        may_share=may(ctx, Act.SHARE_CASE, vault),
        may_write=may(ctx, Act.WRITE_CASE, vault) and CORE not in vault.shut,
        keys_missing=missing_keys.of(ctx, vault, known_as=title(lead)),
        keys_due=DUE in vault.shut.values(),
        list_withheld=WITHHELD in vault.shut.values(),
        end_stale=successors.stale_for(ctx, vault),
        may_renew=bool(key_rotation.renewable(ctx, case)),
        resealing=reencryption.progress(ctx, vault),
        dangers=in_danger_of(ctx, cards)[0],
    )


def timeline(cards: list[Stored[Declared]]) -> tuple[TimelineEntry, ...]:
    """Everything dated, oldest first; of one day by time, then as entered."""
    actions, timeline_entries = matters(cards), []
    for card in cards:
        first = card.entity.day_of(card.value)
        if first is None:
            continue
        timeline_entries.append(
            TimelineEntry(
                when=getattr(card.value, card.entity.dated),
                first=first,
                code=card.entity.code,
                id=card.id,
                title=matter_of(card, actions),
                mark=getattr(card.value, "mark", ""),
                value=card.value,
            )
        )
    return tuple(sorted(timeline_entries, key=lambda entry: (entry.first, time_of(entry.value))))


def title_of(ctx: Context, case: CaseId) -> str | None:
    """What a case is called, empty where the title is not the reader's to see.

    None for who may not open it, and for a call that is no case yet.
    """
    vault = peek(ctx, case) if is_id(case) else None
    if vault is None or vault.kind != CASE_VAULT or not may(ctx, Act.READ_CASE, vault):
        return None
    return next((title(card) for card in _roots(ctx, [vault]) if isinstance(card.value, Case)), None)


def titles(ctx: Context) -> dict[str, str]:
    """Title (or reference) of every case of the actor, by id."""
    return {card.id: title(card) for card in across(ctx).roots()}


def _newest(ctx: Context, page: int) -> Page[CaseLine]:
    allow(ctx, Act.SEE_DESK)
    if not ctx.actor.roles & TABLE[Act.READ_CASE].roles:
        return Page(items=(), page=1, pages=1, total=0)
    claim_all(ctx)
    at = max(page, 1)
    ids, total = _ids(ctx, at)
    if not ids and at > 1:  # a page that is no more, or never was: the last one
        at = max(1, -(-_ids(ctx, 1)[1] // PER_PAGE))
        ids, total = _ids(ctx, at)
    cards = {card.vault: card for card in _roots(ctx, light(ctx, ids))}
    lines = tuple(_line(cards[vault]) for vault in ids if vault in cards)
    return Page(items=lines, page=at, pages=max(1, -(-total // PER_PAGE)), total=total)


def _ids(ctx: Context, page: int) -> tuple[list[str], int]:
    return ctx.work.records.newest_roots(ctx.actor.fingerprint, ctx.day_number, limit=PER_PAGE, page=page)


def _roots(ctx: Context, vaults: list[OpenVault]) -> list[Stored[Declared]]:
    return ctx.work.records.root_cards(vaults)


def _line(card: Stored[Declared]) -> CaseLine:
    value = card.value
    return CaseLine(
        id=card.case,
        title=title(card),
        reference=getattr(value, "reference", ""),
        stage=getattr(value, "stage", ""),
        priority=getattr(value, "priority", ""),
        region=getattr(value, "region", ""),
        next_review=getattr(value, "next_review", None),
        broken=bool(card.broken),
    )


def _people(cards: list[Stored[Declared]]) -> tuple[tuple[PersonId, str], ...]:
    """Id and name (or pseudonym) of the people whose files these are the cards of."""
    people = ((person_id(card.id), title(card)) for card in cards if card.id == card.vault)
    return tuple(sorted(people, key=lambda pair: pair[1].casefold()))


def renew_keys(ctx: Context, case: CaseId) -> None:
    """New keys for the parts of a case that wait for them, after somebody left: by who may share those parts."""
    vault = open_vault(ctx, Act.RENEW_KEYS, case)
    if not key_rotation.renew(ctx, case):
        raise Forbidden if vault.shut else NotFound


def _nothing(vault: OpenVault) -> Stored[Case]:
    """A case vault without its record: a call not yet made a case, or one whose record could not be opened."""
    return Stored(
        id=record_id(vault.id),
        vault=vault.id,
        entity=entity_for(Case),
        value=Case(),
        broken=frozenset({CORE}),
    )
