"""What lawyers answered about names in the papers and letters of a case, kept in the case for every later one."""

from dataclasses import dataclass

from hrd_cases.domain.fields import Hidden, RuleRows, declare, entity
from hrd_cases.domain.vaults import IDENTITY
from hrd_cases.domain.words import N_

LABEL = N_("Answers about names")


@entity(
    "naming",
    letter="d",
    vault="case",
    label=LABEL,
    plural=LABEL,
    new=LABEL,
    title=lambda _naming: LABEL,
)
@dataclass(frozen=True, kw_only=True)
class Naming:
    """Each answer with the sign of its sentence, who gave it, and on which day."""

    answers: RuleRows = declare(Hidden(default=()), N_("Answers"), at=IDENTITY, printed=False)
