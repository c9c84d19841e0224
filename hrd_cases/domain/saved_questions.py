"""Questions of the trends page that coordinators keep under a name: sealed to their desk, for all of them."""

from dataclasses import dataclass

from hrd_cases.domain.fields import Hidden, declare, entity
from hrd_cases.domain.vaults import FACTS
from hrd_cases.domain.words import N_

MOST_SAVED = 25  # of all coordinators together: one page
MOST_NAME = 120  # characters
NAME_IT = N_("Write a name for the question.")
NAMED_ALREADY = N_("A saved question has this name already.")
TOO_MANY = N_("25 questions are saved already. Remove one first.")


@entity(
    "saved_question",
    letter="5",
    vault="trends",
    label=N_("Saved question"),
    plural=N_("Saved questions"),
    new=N_("Save this question"),
    title=lambda question: question.name,
)
@dataclass(frozen=True, kw_only=True)
class SavedQuestion:
    """`question` is what was chosen and typed, by the names of TrendQuestion; figures are never kept."""

    name: str = declare(Hidden(default=""), N_("Name"), at=FACTS, card=True)
    question: str = declare(Hidden(default=""), N_("Question"), at=FACTS, card=True)
