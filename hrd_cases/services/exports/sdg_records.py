"""What the actor's incidents lack for SDG indicator 16.10.1, the newest first."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hrd_cases.domain import sdg_records
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.dates import earliest_day
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import CaseId, PersonId, RecordId
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.people import Person
from hrd_cases.domain.vaults import PERSON_VAULT
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.kernel.pagination import Page, page_of
from hrd_cases.services.keys.gate import may, open_vault, peek
from hrd_cases.services.records.across import across
from hrd_cases.services.records.records import look_up, save
from hrd_cases.services.schedule.agenda import case_titles
from hrd_cases.store.records import Stored, of_class


@dataclass(frozen=True, kw_only=True)
class SdgRecord:
    """An incident that may count, and what it lacks: codes of sdg_records.MISSING.

    `chosen`: its class, '' where nobody chose one; `possible`: those of its kinds; `sources`: how many are named.
    """

    incident: Stored[Incident]
    case_title: str
    missing: tuple[str, ...]
    chosen: str
    possible: tuple[str, ...]
    sources: int
    may_choose: bool


def listing(ctx: Context, page: int) -> Page[SdgRecord]:
    """The incidents of the actor's cases of which a kind has a class in the indicator; only one page is read whole."""
    mine = across(ctx)
    cards = [card for card in of_class(mine.cards((Incident,)), Incident) if sdg_records.may_count(card.value.kinds)]
    cards.sort(key=lambda card: (earliest_day(card.value.when), card.entered), reverse=True)
    found = page_of(cards, page)
    shown = {card.vault for card in found.items}
    titles = case_titles(mine.roots(shown))
    return found.showing(_record(ctx, card, titles) for card in found.items)


def _record(ctx: Context, card: Stored[Incident], titles: Mapping[str, str]) -> SdgRecord:
    vault = open_vault(ctx, Act.READ_CASE, card.case)
    stored = look_up(ctx, vault, card.id, Incident)
    people = [_person(ctx, part.person) for part in stored.value.attacked if part.person]
    return SdgRecord(
        incident=card,
        case_title=titles.get(card.vault, ""),
        missing=sdg_records.missing(stored.value, people),
        chosen=stored.value.sdg_class,
        possible=sdg_records.possible(stored.value),
        sources=sdg_records.sources_of(stored.value),
        may_choose=may(ctx, Act.CHOOSE_SDG_CLASS, vault),
    )


def choose(ctx: Context, case: CaseId, record: RecordId, code: str) -> None:
    """Keep the class that a reviewer chose for an incident; RuleBroken for what is no class."""
    vault = open_vault(ctx, Act.CHOOSE_SDG_CLASS, case)
    if not vocabulary(sdg_records.CLASSES).has(code):
        raise RuleBroken(N_("Choose one from the list."), place="class")
    stored = look_up(ctx, vault, record, Incident)
    save(ctx, case, record, replace(stored.value, sdg_class=code), stored.versions)


def _person(ctx: Context, person: PersonId) -> Person | None:
    """The file of somebody, as far as the actor opens it; None where it stays closed."""
    vault = peek(ctx, person)
    if vault is None or vault.kind != PERSON_VAULT or not may(ctx, Act.READ_PERSON, vault):
        return None
    stored = look_up(ctx, vault, person)
    return stored.value if isinstance(stored.value, Person) and not stored.broken else None
