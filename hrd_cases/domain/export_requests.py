"""Large exports that wait for a second person before they leave: what each is, how large, and what it is for."""

from dataclasses import dataclass

from hrd_cases.domain.fields import Hidden, Number, declare, entity
from hrd_cases.domain.ids import CaseId, case_id
from hrd_cases.domain.vaults import STAFF
from hrd_cases.domain.words import N_

ASKED, AGREED = "asked", "agreed"
WHOLE_CASE = "case_file"  # in place of the kind of a list: the archive of a case


@entity(
    "export_request",
    letter="8",
    vault="directory",
    label=N_("Export to agree to"),
    plural=N_("Exports to agree to"),
    new=N_("Ask somebody to agree"),
    title=lambda _request: N_("Export to agree to"),
)
@dataclass(frozen=True, kw_only=True)
class ExportRequest:
    """`kind`: what the rows are, or WHOLE_CASE; `matter`: the id of its case, empty for all; `rows`: at most so many.

    `asked_by` says who asked, and counts only once the second person has signed it.
    """

    kind: str = declare(Hidden(default=""), N_("What is exported"), at=STAFF, card=True)
    matter: str = declare(Hidden(default=""), N_("Case"), at=STAFF)
    parts: str = declare(Hidden(default=""), N_("What of each record"), at=STAFF)
    purpose: str = declare(Hidden(default=""), N_("What the file is for"), at=STAFF)
    rows: int | None = declare(Number(), N_("Records"), at=STAFF, card=True)
    asked_by: str = declare(Hidden(default=""), N_("Who asked"), at=STAFF, card=True)
    asked_on: str = declare(Hidden(default=""), N_("Asked on"), at=STAFF, card=True)
    state: str = declare(Hidden(default=ASKED), N_("State"), at=STAFF, card=True)

    @property
    def case(self) -> CaseId:
        """The case that the records are of; none for all."""
        return case_id(self.matter)
