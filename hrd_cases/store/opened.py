"""A vault as one person holds it: the keys, rights and newest header hashes that the services have checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hrd_cases.crypto.keys import CompartmentKey
from hrd_cases.domain.vaults import READ, WRITE


@dataclass(frozen=True, kw_only=True)
class OpenVault:
    """`keys`: compartment -> epoch -> key; `headers`: newest header hash; `rights`: what the holder may do there."""

    id: str
    kind: str
    keys: Mapping[str, Mapping[int, CompartmentKey]] = field(repr=False)
    headers: Mapping[str, bytes]
    rights: Mapping[str, frozenset[str]]

    @property
    def raw_id(self) -> bytes:
        """The id as 16 bytes."""
        return bytes.fromhex(self.id)

    def key(self, compartment: str, epoch: int) -> CompartmentKey | None:
        """The key of one epoch, if it is held."""
        return self.keys.get(compartment, {}).get(epoch)

    def newest(self, compartment: str) -> tuple[int, CompartmentKey] | None:
        """The newest epoch held and its key."""
        held = self.keys.get(compartment)
        if not held:
            return None
        epoch = max(held)
        return epoch, held[epoch]

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
