"""What can be wrong with rows that nobody who holds the keys changed; words for it are the services'."""

from dataclasses import dataclass

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import NO_RECORD, RecordId
from hrd_cases.domain.words import N_

MISSING, OLD, ADDED, EXCHANGED = "missing", "old", "added", "exchanged"  # one row
WITHHELD = "withheld"  # an answer that waits for a key of its case
GONE, PUT_BACK, ALTERED = "gone", "put back", "altered"  # a whole compartment

OTHER_KEY = "other key"  # the reader holds one that the list of members does not fix
CASE_KEY = "other key of a case"  # a case that opens a person does


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """One thing that is not as its writer left it; `record` is empty when it concerns a whole compartment."""

    compartment: str
    what: str
    record: RecordId = NO_RECORD
    card: bool = False  # only what lists show of the record


class NotAsLeft(RuleBroken):
    """What would be written over is not what its last writer left there."""

    def __init__(self) -> None:
        super().__init__(N_("This was changed in the database without its key. Nothing is saved over it."))
