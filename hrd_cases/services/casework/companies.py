"""Companies, courts and authorities: kept in the directory; their pages gather what the actor's cases say of them."""

from dataclasses import dataclass

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import Body, Company
from hrd_cases.domain.fields import Declared
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.likeness import needle
from hrd_cases.services.casework.people import Related, gather
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.kernel.pagination import Page, page_of
from hrd_cases.services.keys.gate import may, open_vault, peek
from hrd_cases.services.records.records import read_in
from hrd_cases.store.records import Stored, is_of


@dataclass(frozen=True, kw_only=True)
class DirectoryLine:
    """One company, court or authority in a list."""

    id: str
    name: str
    other_names: tuple[str, ...]
    kind: str
    broken: bool


@dataclass(frozen=True, kw_only=True)
class CompanyView:
    """A company or body with the incidents, actions and letters of the actor's cases that point to it."""

    company: Stored[Declared]
    cases: tuple[tuple[str, str], ...]
    incidents: tuple[Related, ...]
    actions: tuple[Related, ...]
    letters: tuple[Related, ...]
    observed: tuple[Related, ...]  # hearings that somebody from there came to watch
    may_write: bool


def listing(ctx: Context, cls: type[Company | Body] = Company, text: str = "", page: int = 1) -> Page[DirectoryLine]:
    """Companies (or bodies), by name; `text` searches present and earlier names."""
    directory = open_vault(ctx, Act.READ_DIRECTORY, ctx.runtime.organisation.directory, kind="directory")
    requested = needle(text)
    directory_lines = []
    for card in ctx.work.records.cards([directory]):
        if not isinstance(card.value, cls):
            continue
        others = tuple(name.name for name in card.value.names if name.name != card.value.name)
        if requested.within([card.value.name, *others]):
            kind = card.value.sector if isinstance(card.value, Company) else card.value.kind
            directory_lines.append(
                DirectoryLine(id=card.id, name=card.value.name, other_names=others, kind=kind, broken=bool(card.broken))
            )
    return page_of(sorted(directory_lines, key=lambda line: line.name.casefold()), page)


def view(ctx: Context, company: RecordId, cls: type[Company | Body] = Company) -> CompanyView:
    """A company or body and what points to it."""
    directory = open_vault(
        ctx, Act.READ_DIRECTORY, ctx.runtime.organisation.directory, kind="directory", record=company
    )
    stored = read_in(ctx, directory, company, cls)
    related = gather(ctx, company)
    return CompanyView(
        company=stored,
        cases=tuple({related_record.case: related_record.case_title for related_record in related}.items()),
        incidents=tuple(related_record for related_record in related if is_of(related_record.card, Incident)),
        actions=tuple(related_record for related_record in related if is_of(related_record.card, LegalAction)),
        letters=tuple(related_record for related_record in related if is_of(related_record.card, Letter)),
        observed=tuple(related_record for related_record in related if is_of(related_record.card, Hearing)),
        may_write=may(ctx, Act.WRITE_DIRECTORY, peek(ctx, directory.id)),
    )
