"""What somebody asks to delete, and why: a sealed record beside what it is about, until a second person confirms."""

from dataclasses import dataclass

from hrd_cases.domain.fields import Flag, Hidden, Text, declare, entity
from hrd_cases.domain.vaults import CORE, IDENTITY
from hrd_cases.domain.words import N_

# What can be deleted besides one record of a case, whose kind is its entity code.
CASE, CALL, PERSON = "case", "call", "person"


@entity(
    "deletion",
    letter="x",
    vault="case",
    label=N_("Deletion asked for"),
    plural=N_("Deletions asked for"),
    new=N_("Ask for deletion"),
    title=lambda deletion: N_("Deletion asked for"),
)
@dataclass(frozen=True, kw_only=True)
class DeletionRequest:
    """`about`: the id of one record, empty for everything; `kind`: CASE, CALL, PERSON or the record's entity code."""

    reason: str = declare(
        Text(max=2_000, rows=3),
        N_("Why it should be deleted"),
        at=IDENTITY,
        required=True,
        printed=False,
        hint=N_("The second person reads this. It is deleted with the rest."),
    )
    uncount: bool = declare(Flag(), N_("Remove it from the trends too"), at=CORE)
    about: str = declare(Hidden(default=""), N_("What is to be deleted"), at=CORE, card=True)
    kind: str = declare(Hidden(default=""), N_("Kind"), at=CORE, card=True)
    asked_on: str = declare(Hidden(default=""), N_("Asked on"), at=CORE, card=True)
    signature: str = declare(Hidden(default=""), N_("Signature"), at=CORE)
