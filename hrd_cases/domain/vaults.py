"""Which vaults there are, which compartments each has, and who is normally granted. Every field of every entity
names one of these.

Free text that may name a person belongs in `identity`; `core` is coded or pseudonymous. docs/crypto-format.md section
3.
"""

from dataclasses import dataclass

CORE, IDENTITY, SOURCE, PRIVILEGED = "core", "identity", "source", "privileged"
PROTECTION = "protection"
REFERENCE, STAFF = "reference", "staff"
FACTS, LOAD = "facts", "load"
DETAILS = "details"

READ, WRITE, GRANT = "read", "write", "grant"
ALL_RIGHTS = frozenset({READ, WRITE, GRANT})


@dataclass(frozen=True, kw_only=True)
class VaultKind:
    """A kind of vault: `compartments` in order, the first being the one every member holds."""

    name: str
    compartments: tuple[str, ...]
    founded: tuple[str, ...]  # made with the vault; the others are founded later by whoever may

    @property
    def base(self) -> str:
        """The compartment that every member of the vault is in."""
        return self.compartments[0]


CASE_VAULT, PERSON_VAULT = "case", "person"
CASE = VaultKind(name=CASE_VAULT, compartments=(CORE, IDENTITY, SOURCE, PRIVILEGED), founded=(CORE, IDENTITY, SOURCE))
PERSON = VaultKind(name=PERSON_VAULT, compartments=(CORE, IDENTITY, PROTECTION), founded=(CORE, IDENTITY, PROTECTION))
DIRECTORY = VaultKind(name="directory", compartments=(REFERENCE, STAFF), founded=(REFERENCE, STAFF))
TRENDS = VaultKind(name="trends", compartments=(FACTS, LOAD), founded=(FACTS, LOAD))
LOG = VaultKind(name="log", compartments=(DETAILS,), founded=(DETAILS,))

KINDS = {kind.name: kind for kind in (CASE, PERSON, DIRECTORY, TRENDS, LOG)}

# A person vault is opened through the cases it belongs to: which case compartment receives which person compartments.
THROUGH_CASE = {CORE: (CORE,), IDENTITY: (IDENTITY, PROTECTION)}
