"""Lists for outside: every record of one kind that the actor may open, as rows; the purpose is asked for and logged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.calls import Call, left_behind
from hrd_cases.domain.companies import Body, Company
from hrd_cases.domain.errors import Forbidden, RuleBroken
from hrd_cases.domain.fields import Declared, entity_for
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.ids import NO_CASE, CaseId, RecordId, record_id
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.notes import Task
from hrd_cases.domain.people import Person
from hrd_cases.domain.typed_text import stated_purpose
from hrd_cases.domain.vaults import CASE_VAULT, CORE, PERSON_VAULT, REFERENCE
from hrd_cases.domain.words import N_
from hrd_cases.services.exports.export_size import Agreed, check
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import allow, every, may, open_vault
from hrd_cases.services.records.across import across
from hrd_cases.services.records.records import look_up, title
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored, of_class

LISTED: tuple[type[Declared], ...] = (Person, Company, Body, Call, Incident, LegalAction, Hearing, Letter, Task)
MOST_ROWS = 5_000
WHOLE, CODED = "w", "c"
SAY_WHY = N_("Write what the file is for. The audit log keeps it.")
CHOOSE_KIND = N_("Choose what the rows are.")
CHOOSE_PARTS = N_("Choose what of each record is in the file.")
TOO_MANY = N_("There are %(rows)s rows. One file holds at most %(most)s: choose one case.")


@dataclass(frozen=True, kw_only=True)
class ListChoice:
    """What is wanted: `kind` is the code of an entity, `case` one case or empty for all, `parts` WHOLE or CODED."""

    kind: str
    case: CaseId = NO_CASE
    parts: str = WHOLE
    purpose: str = ""


@dataclass(frozen=True, kw_only=True)
class ExportedRecord:
    """One record: the case it is in, by id and title, empty for people and the directory, and what is open of it."""

    stored: Stored[Declared]
    case: CaseId
    case_title: str
    open_parts: frozenset[str]


def ready(ctx: Context) -> None:
    """Refuse, before the page is shown, whoever may export no lists; what they export is asked for again."""
    allow(ctx, Act.SEE_DESK)
    if not may(ctx, Act.EXPORT_LIST):
        raise Forbidden


def export(ctx: Context, choice: ListChoice, agreed: Agreed | None = None) -> list[ExportedRecord]:
    """Every record of a kind that the actor may open; RuleBroken at the field, NotFound for a case not theirs.

    NeedsSecond for more than one person exports alone, unless a second person `agreed`.
    """
    allow(ctx, Act.EXPORT_LIST)
    cls = _listed(choice.kind)
    if choice.parts not in (WHOLE, CODED):
        raise RuleBroken(CHOOSE_PARTS, place="parts")
    why = stated_purpose(choice.purpose, SAY_WHY)
    records = list(_records(ctx, cls, choice.case, whole=choice.parts == WHOLE))
    second = check(ctx, len(records), agreed)
    for case in {record.case: record for record in records}:
        rows = _rows_of(records, case)
        ctx.note("read", "export a list", vault=case, kind=choice.kind, rows=rows, purpose=why, **second)
    if not records:
        ctx.note("read", "export a list", kind=choice.kind, rows=0, purpose=why)
    return records


def _rows_of(records: Sequence[ExportedRecord], case: CaseId) -> int:
    return sum(1 for record in records if record.case == case)


def _listed(kind: str) -> type[Declared]:
    cls = next((cls for cls in LISTED if entity_for(cls).code == kind), None)
    if cls is None:
        raise RuleBroken(CHOOSE_KIND, place="kind")
    return cls


def _records(ctx: Context, cls: type[Declared], case: CaseId, *, whole: bool) -> Iterator[ExportedRecord]:
    if cls is Person:
        yield from _people(ctx, whole=whole)
    elif entity_for(cls).vault == "directory":
        desk = open_vault(ctx, Act.READ_DIRECTORY, ctx.runtime.organisation.directory, kind="directory")
        yield from _of(ctx, desk, [card.id for card in ctx.work.records.cards([desk], of=(cls,))], "", whole=whole)
    else:
        yield from _of_cases(ctx, cls, case, whole=whole)


def _people(ctx: Context, *, whole: bool) -> Iterator[ExportedRecord]:
    vaults = [vault for vault in every(ctx, Act.SEE_DESK, PERSON_VAULT) if may(ctx, Act.READ_PERSON, vault)]
    _check_size(len(vaults))
    for listed in vaults:
        vault = open_vault(ctx, Act.READ_PERSON, listed.id, kind=PERSON_VAULT, record=record_id(listed.id))
        yield from _of(ctx, vault, [record_id(vault.id)], "", whole=whole)


def _of_cases(ctx: Context, cls: type[Declared], case: CaseId, *, whole: bool) -> Iterator[ExportedRecord]:
    mine = across(ctx)
    every_card = mine.cards((cls,), within={case} if case else None)
    cards = [card for card in of_class(every_card, cls) if not _gone_on(card.value)]
    _check_size(len(cards))
    by_vault: dict[CaseId, list[RecordId]] = {}
    for card in cards:
        by_vault.setdefault(card.case, []).append(card.id)
    if case and not by_vault:
        open_vault(ctx, Act.READ_CASE, case)  # a case that is not theirs is not there
    titles = {root.id: title(root) for root in mine.roots(by_vault)}
    for vault_id, ids in by_vault.items():
        vault = open_vault(ctx, Act.READ_CASE, vault_id)
        yield from _of(ctx, vault, ids, titles.get(vault_id, ""), whole=whole)


def _of(
    ctx: Context, vault: OpenVault, ids: Sequence[RecordId], case_title: str, *, whole: bool
) -> Iterator[ExportedRecord]:
    _check_size(len(ids))
    for record in ids:
        stored = look_up(ctx, vault, record)
        if not stored.opened:
            continue
        parts = frozenset(stored.versions.keys() - stored.broken)
        case = vault.case if vault.kind == CASE_VAULT else NO_CASE
        open_parts = parts if whole else parts & {CORE, REFERENCE}
        yield ExportedRecord(stored=stored, case=case, case_title=case_title, open_parts=open_parts)


def _gone_on(value: Declared) -> bool:
    """Whether a record is what a call left behind that went on in a case: it is there."""
    return isinstance(value, Call) and left_behind(value)


def _check_size(rows: int) -> None:
    if rows > MOST_ROWS:
        raise RuleBroken(TOO_MANY, place="where", values={"rows": rows, "most": MOST_ROWS})
