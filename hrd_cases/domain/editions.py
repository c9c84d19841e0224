"""The three editions of figures that leave: who gets what, and what each file says of itself.

*Inside* is all figures. *Partner* is for a named recipient under agreement: small figures too, but few cuts. *Public*
hides small figures (publishing.py).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from hrd_cases.domain import counting
from hrd_cases.domain.counting import Question
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.typed_text import single, stated_purpose
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.domain.words import N_

INSIDE, PARTNER, PUBLIC = "inside", "partner", "public"
EVERY = (INSIDE, PARTNER, PUBLIC)
LABELS = {
    INSIDE: N_("Inside: all figures, for our own work"),
    PARTNER: N_("Partner: a named recipient under agreement"),
    PUBLIC: N_("Public: years that are over, small figures hidden"),
}
SAID = {
    INSIDE: N_("For our own work: all figures, small ones too. Not to be handed on."),
    PARTNER: N_("For a named recipient under agreement: small figures too. Not to be published."),
    PUBLIC: N_("To be published: small figures are hidden, and nobody is named."),
}
RECIPIENTS = "figure_recipients"
MOST_NAME = 120  # characters of a recipient's name

# What a partner gets figures by. A kind is finer than its group, and people are told apart by kind, gender and part.
PARTNER_CUTS = (counting.GROUP, counting.REGION, counting.COUNTRY, counting.COMPANY, counting.WHOLE)
PARTNER_STEPS = (counting.YEAR, counting.QUARTER)

CHOOSE_EDITION = N_("Choose for whom the file is.")
CHOOSE_RECIPIENT = N_("Choose what kind of recipient it is.")
NAME_RECIPIENT = N_("Write who gets the file: the agreement is with somebody.")
ONLY_PARTNER = N_("Only the partner edition has a recipient. Choose it, or take the recipient out.")
WHAT_FOR = N_("Write what the figures are for. The audit log keeps it.")
NOT_FOR_PARTNERS = N_("The partner edition does not have this. It has figures by group of kinds, region or company.")
NO_MONTHS = N_("The partner edition has no figures by month. It has them by year or by quarter.")
ROWS_ARE_PERIODS = N_("Only the file for our own work has rows of something else than periods.")
ROWS_AND_COLUMNS = N_("Rows and columns are of the same. Choose something else for one of them.")
NO_COMPANY_BY_GROUP = N_("The partner edition has no figures of a company by group of kinds. Take one of them out.")


Cut = tuple[str, str]  # a dimension in columns; one in rows, '' for periods


class CutRefused(RuleBroken):
    """An edition may not have a cut of a question; `place` is the dimension, or the step."""


@dataclass(frozen=True, kw_only=True)
class HandOut:
    """For whom figures are and what for: an edition; of a partner the kind of recipient (a code) and its name."""

    edition: str
    purpose: str
    recipient: str = ""
    name: str = ""

    def stated(self, editions: Collection[str] = EVERY) -> "HandOut":
        """The same, as it is kept; RuleBroken at the field of what is missing."""
        if self.edition not in editions:
            raise RuleBroken(CHOOSE_EDITION, place="edition")
        name = single(self.name, "name", MOST_NAME)
        if self.edition != PARTNER and (name or self.recipient):
            raise RuleBroken(ONLY_PARTNER, place="name" if name else "recipient")
        if self.edition == PARTNER and not vocabulary(RECIPIENTS).has(self.recipient):
            raise RuleBroken(CHOOSE_RECIPIENT, place="recipient")
        if self.edition == PARTNER and not name:
            raise RuleBroken(NAME_RECIPIENT, place="name")
        return replace(self, name=name, purpose=stated_purpose(self.purpose, WHAT_FOR))

    @property
    def logged(self) -> Mapping[str, str]:
        """What the audit log keeps of it: the kind of recipient, not its name."""
        values = {"edition": self.edition, "recipient": self.recipient, "purpose": self.purpose}
        return {key: value for key, value in values.items() if value}


def refuse_cuts(edition: str, question: Question, cut: Cut) -> None:
    """Raise CutRefused for what an edition may not have of a question by columns and rows."""
    by, rows = cut
    if rows and edition != INSIDE:
        raise CutRefused(ROWS_ARE_PERIODS, place="rows")
    if rows == by:
        raise RuleBroken(ROWS_AND_COLUMNS, place="rows")
    if edition != PARTNER:
        return
    if question.step not in PARTNER_STEPS:
        raise CutRefused(NO_MONTHS, place="step")
    asked = [dimension for dimension, codes in question.only.items() if codes]
    for dimension in (*asked, by):
        if dimension not in PARTNER_CUTS:
            raise CutRefused(NOT_FOR_PARTNERS, place="by" if dimension == by else dimension)
    if {counting.COMPANY, counting.GROUP} <= {*asked, by}:
        here = by in (counting.COMPANY, counting.GROUP)
        raise CutRefused(NO_COMPANY_BY_GROUP, place="by" if here else counting.COMPANY)
