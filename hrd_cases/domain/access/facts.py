"""The clear facts a rule may look at.

They come from verified headers and certificates, never from what a request says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

ACTIVE, WAITING, DISABLED = "active", "waiting", "disabled"
AWAY = "away"  # travels without any key: every act is refused until a colleague lets them in again


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts: account id, key fingerprint (hex), roles from the certificate, state of the account."""

    user: str
    fingerprint: str
    roles: frozenset[str] = frozenset()
    state: str = WAITING


@dataclass(frozen=True, kw_only=True)
class VaultFacts:
    """What the newest headers of a vault say of the actor: rights per compartment, the first one being the base."""

    kind: str
    base: str
    rights: Mapping[str, frozenset[str]] = field(default_factory=dict)
    counsel_of_record: bool = False  # the actor stands as counsel in the action asked about
    coordinates_or_leads: bool = False  # the actor is a coordinator, or leads a case


NOTHING = VaultFacts(kind="", base="")
