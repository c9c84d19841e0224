"""Every role, told once: its code in certificates, its word, and what it does here. table.py says what it may do."""

from collections.abc import Collection
from dataclasses import dataclass

from hrd_cases.domain.words import N_


@dataclass(frozen=True, kw_only=True)
class Role:
    """A role in words: its name, and what somebody in it does."""

    label: str
    work: str


CASEWORKER, LAWYER, COORDINATOR, AUDITOR, ADMINISTRATOR = (
    "caseworker",
    "lawyer",
    "coordinator",
    "auditor",
    "administrator",
)
ROLES: dict[str, Role] = {
    CASEWORKER: Role(label=N_("caseworker"), work=N_("takes calls, writes letters, keeps consents")),
    LAWYER: Role(label=N_("lawyer"), work=N_("runs legal actions, files court papers")),
    COORDINATOR: Role(label=N_("coordinator"), work=N_("reads trends")),
    AUDITOR: Role(label=N_("auditor"), work=N_("reads and verifies the audit log")),
    ADMINISTRATOR: Role(label=N_("administrator"), work=N_("accounts; opens no case")),
}


def can_be_held(roles: Collection[str]) -> bool:
    """Whether somebody can have these roles: at least one, and none that does not exist."""
    return bool(roles) and set(roles) <= set(ROLES)


def role_labels(roles: Collection[str]) -> list[str]:
    """The names of roles in the order above; a role of a later version comes last, by its code."""
    unknown = sorted(set(roles) - set(ROLES))
    return [*(role.label for code, role in ROLES.items() if code in roles), *unknown]
