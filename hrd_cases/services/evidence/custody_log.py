"""The custody log of an exhibit: its files with their hashes, where the original has been, what was made of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.evidence import CustodyStep, Evidence
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.services.evidence import evidence
from hrd_cases.services.evidence.evidence import DerivedExhibit, ExhibitView
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.records import versions
from hrd_cases.services.records.versions import Version
from hrd_cases.services.sharing.sharing import names_of


@dataclass(frozen=True, kw_only=True)
class CustodyLog:
    """What the sheet says of an exhibit. `changes`: oldest first, `whole` False where one of them is missing;
    `colleagues`: names by user id."""

    view: ExhibitView
    changes: tuple[Version, ...]
    whole: bool
    colleagues: Mapping[str, str]

    @property
    def exhibit(self) -> Evidence:
        """The exhibit."""
        return self.view.stored.value

    @property
    def steps(self) -> tuple[CustodyStep, ...]:
        """Where the original has been."""
        return self.exhibit.custody

    @property
    def derived(self) -> tuple[DerivedExhibit, ...]:
        """What was made of it."""
        return self.view.derived


def of(ctx: Context, case: CaseId, record: RecordId) -> CustodyLog:
    """The log of an exhibit whose files the actor may open."""
    open_vault(ctx, Act.OPEN_FILE, case, record=record)
    view = evidence.view(ctx, case, record)
    history = versions.of_case(ctx, case, record)
    ctx.note("read", "look at a custody log", vault=case, record=record)
    return CustodyLog(
        view=view, changes=history.items[::-1], whole=history.whole, colleagues=names_of(ctx, ColleagueCard)
    )
