"""The papers of a case: a frozen, numbered version of what was filed, and the choices it was made from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from hrd_cases.domain.fields import Coded, Day, Hidden, Link, RuleRows, TextLine, declare, entity
from hrd_cases.domain.ids import RecordId, record_id
from hrd_cases.domain.legal_actions import Filed
from hrd_cases.domain.vaults import CORE, IDENTITY
from hrd_cases.domain.words import N_

DRAFT, RELEASED = "draft", "released"  # the states of a paper
FROZEN = N_("This paper is released and frozen. Begin a new one for another version.")


@dataclass(frozen=True, kw_only=True)
class Sending:
    """To whom a released paper went, when and how; `proof` is the exhibit that shows it."""

    to: str = declare(TextLine(max=300), N_("Addressee"), at=IDENTITY, required=True)
    on: date | None = declare(Day(past=True), N_("Sent on"), at=IDENTITY, required=True)
    way: str = declare(Coded(list="intake_channels"), N_("How it was sent"), at=IDENTITY)
    number: str = declare(TextLine(max=80), N_("Receipt or tracking number"), at=IDENTITY)
    proof: RecordId = declare(Link(to="evidence"), N_("Evidence that shows it"), at=IDENTITY)
    kind: str = declare(
        Coded(list="filing_kinds"),
        N_("Kind of filing"),
        at=IDENTITY,
        hint=N_("It is written among the filings of the legal action, too"),
    )

    def entry(self) -> dict[str, str]:
        """The row as the record of the paper holds it."""
        return {**vars(self), "on": self.on.isoformat() if self.on else ""}

    @property
    def receipt(self) -> str:
        """What the filing of the legal action says of it: to whom, and the number of the receipt."""
        return "; ".join(filter(None, (self.to, self.number)))

    def among(self, filings: Iterable[Filed]) -> Filed | None:
        """The filing of the legal action that this sending was written down as."""
        same = (self.kind, self.on, self.receipt)
        return next((filing for filing in filings if (filing.kind, filing.on, filing.proof) == same), None)


def sending(entry: Mapping[str, object]) -> Sending:
    """A row of a paper's record."""
    others = {name: str(value) for name, value in entry.items() if name != "on"}
    return Sending(on=date.fromisoformat(str(entry["on"])), proof=record_id(others.pop("proof", "")), **others)


@entity(
    "paper",
    letter="w",
    vault="case",
    label=N_("Paper"),
    plural=N_("Papers"),
    new=N_("New court dossier"),
    title=lambda paper: paper.title,
    dated="released_on",
)
@dataclass(frozen=True, kw_only=True)
class Paper:
    """One paper in preparation or released. `plan` holds the choices, `files` what was built; both written by rules."""

    title: str = declare(TextLine(), N_("Title"), at=IDENTITY, required=True, card=True, search=True)
    action: RecordId = declare(Link(to="action"), N_("Legal action"), at=CORE, required=True, card=True)
    language: str = declare(Coded(list="languages"), N_("Language of the paper"), at=CORE, required=True, card=True)
    variant: str = declare(Hidden(default="full"), N_("Variant"), at=CORE, card=True)
    number: int = declare(Hidden(default=0), N_("Number"), at=CORE, card=True)
    state: str = declare(Hidden(default=DRAFT), N_("State"), at=CORE, card=True)
    released_on: date | None = declare(Day(past=True), N_("Released on"), at=CORE, card=True)
    second_asked: str = declare(Hidden(default=""), N_("Who waits for a second person to agree"), at=CORE, card=True)
    plan: object = declare(Hidden(default=()), N_("Choices"), at=IDENTITY)
    named: RuleRows = declare(Hidden(default=()), N_("Who is named in it, by which consent"), at=CORE, card=True)
    files: RuleRows = declare(Hidden(default=()), N_("Files"), at=IDENTITY)
    sent: RuleRows = declare(Hidden(default=()), N_("To whom it was sent"), at=IDENTITY)

    @property
    def sendings(self) -> tuple[Sending, ...]:
        """To whom it was sent, by day."""
        return tuple(sorted(map(sending, self.sent or ()), key=lambda each: str(each.on)))
