"""Figures that wait for a second person before they leave: exactly the table that is agreed to, and for whom it is."""

from dataclasses import dataclass

from hrd_cases.domain.editions import HandOut
from hrd_cases.domain.fields import Hidden, declare, entity
from hrd_cases.domain.vaults import STAFF
from hrd_cases.domain.words import N_

ASKED, AGREED = "asked", "agreed"


@entity(
    "figures_request",
    letter="2",
    vault="directory",
    label=N_("Figures to agree to"),
    plural=N_("Figures to agree to"),
    new=N_("Ask somebody to agree"),
    title=lambda _request: N_("Figures to agree to"),
)
@dataclass(frozen=True, kw_only=True)
class FiguresRequest:
    """`table` is its text (domain/leaving_text.py, services/figures/quarter.py); `state`: ASKED or AGREED.

    `asked_by` says who asked, and counts only once the second person has signed it.
    """

    edition: str = declare(Hidden(default=""), N_("Edition"), at=STAFF, card=True)
    recipient: str = declare(Hidden(default=""), N_("Kind of recipient"), at=STAFF)
    name: str = declare(Hidden(default=""), N_("Recipient"), at=STAFF)
    purpose: str = declare(Hidden(default=""), N_("What the figures are for"), at=STAFF)
    table: str = declare(Hidden(default=""), N_("The table"), at=STAFF)
    asked_by: str = declare(Hidden(default=""), N_("Who asked"), at=STAFF, card=True)
    asked_on: str = declare(Hidden(default=""), N_("Asked on"), at=STAFF, card=True)
    state: str = declare(Hidden(default=ASKED), N_("State"), at=STAFF, card=True)

    @property
    def hand_out(self) -> HandOut:
        """For whom it is, and what for."""
        return HandOut(edition=self.edition, purpose=self.purpose, recipient=self.recipient, name=self.name)
