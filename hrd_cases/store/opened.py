"""A vault as one person holds it: the keys, rights and newest header hashes that the services have checked."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from hrd_cases.crypto.core.envelope import SealedPlace
from hrd_cases.crypto.core.keys import CompartmentKey
from hrd_cases.crypto.core.manifests import SignedHead
from hrd_cases.domain.errors import Forbidden, RuleBroken
from hrd_cases.domain.ids import CaseId, case_id
from hrd_cases.domain.sealing import REFUSALS
from hrd_cases.domain.vaults import GRANT, READ, WRITE


@dataclass(frozen=True, kw_only=True)
class OpenVault:
    """`keys`: compartment -> epoch -> key; `headers`: newest header hash; `rights`: what the holder may do there.

    A compartment is in `headers` only when the holder has the key that its newest header names and it is not due;
    else `shut` says why nothing is sealed to it: DUE or MISSING of domain/sealing.py. `foreign`: whether a key is held
    that no verified header fixes, by compartment and `Member.ident` of who would hold it, the reader or a case that
    opens a person; it opens and seals nothing. `left_by`: whether a manifest is signed by somebody who may have left
    the compartment so; lists, which trust the keyring, do not ask.
    """

    id: str
    kind: str
    keys: Mapping[str, Mapping[int, CompartmentKey]] = field(repr=False)
    headers: Mapping[str, bytes]
    rights: Mapping[str, frozenset[str]]
    shut: Mapping[str, str] = field(default_factory=dict)
    foreign: Mapping[tuple[str, bytes], bool] = field(default_factory=dict)
    left_by: Callable[[SignedHead, SealedPlace], bool] | None = field(default=None, repr=False, compare=False)

    @property
    def case(self) -> CaseId:
        """The id of the case whose vault it is; for a vault of a case."""
        return case_id(self.id)

    @property
    def raw_id(self) -> bytes:
        """The id as 16 bytes."""
        return bytes.fromhex(self.id)

    def key(self, compartment: str, epoch: int) -> CompartmentKey | None:
        """The key of one epoch, if it is held."""
        return self.keys.get(compartment, {}).get(epoch)

    def sealing_key(self, compartment: str) -> tuple[int, CompartmentKey] | None:
        """The epoch and key that the newest header names; None when nothing may be sealed here: never an older key."""
        compartment_keys = self.keys.get(compartment)
        if not compartment_keys or compartment not in self.headers:
            return None
        epoch = max(compartment_keys)
        return epoch, compartment_keys[epoch]

    def may_read(self, compartment: str) -> bool:
        """True when a key and the right to read are held."""
        return bool(self.keys.get(compartment)) and READ in self.rights.get(compartment, frozenset())

    def may_write(self, compartment: str) -> bool:
        """True when a key, the right to write and the newest header are held."""
        return (
            bool(self.keys.get(compartment))
            and compartment in self.headers
            and WRITE in self.rights.get(compartment, frozenset())
        )

    def may_grant(self, compartment: str) -> bool:
        """True when the right to let others in is held."""
        return GRANT in self.rights.get(compartment, frozenset())

    def must_write(self, compartments: Iterable[str]) -> None:
        """Raise RuleBroken that says why a compartment cannot be sealed to now, Forbidden when it is not theirs."""
        for compartment in compartments:
            if not self.may_write(compartment):
                raise refusal(self.shut.get(compartment))


def refusal(why: str | None) -> Exception:
    """What is raised in place of sealing: in words where it is for a time, else Forbidden."""
    return Forbidden() if why is None else RuleBroken(REFUSALS[why])
