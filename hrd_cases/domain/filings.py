"""The papers of a case: a frozen, numbered version of what was filed, and the choices it was made from."""

from dataclasses import dataclass
from datetime import date

from hrd_cases.domain.fields import Coded, Day, Hidden, Link, RuleRows, TextLine, declare, entity
from hrd_cases.domain.vaults import CORE, IDENTITY
from hrd_cases.domain.words import N_

DRAFT, RELEASED = "draft", "released"  # the states of a paper
FROZEN = N_("This paper is released and frozen. Begin a new one for another version.")


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
    action: str = declare(Link(to="action"), N_("Legal action"), at=CORE, required=True, card=True)
    language: str = declare(Coded(list="languages"), N_("Language of the paper"), at=CORE, required=True, card=True)
    variant: str = declare(Hidden(default="full"), N_("Variant"), at=CORE, card=True)
    number: int = declare(Hidden(default=0), N_("Number"), at=CORE, card=True)
    state: str = declare(Hidden(default=DRAFT), N_("State"), at=CORE, card=True)
    released_on: date | None = declare(Day(past=True), N_("Released on"), at=CORE, card=True)
    second_asked: str = declare(Hidden(default=""), N_("Who waits for a second person to agree"), at=CORE, card=True)
    plan: object = declare(Hidden(default=()), N_("Choices"), at=IDENTITY)
    named: RuleRows = declare(Hidden(default=()), N_("Who is named in it, by which consent"), at=CORE, card=True)
    files: RuleRows = declare(Hidden(default=()), N_("Files"), at=IDENTITY)
