"""A packed, sorted list of compartment keys that is searched without being unpacked."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from struct import Struct
from typing import NamedTuple

from hrd_cases.crypto.core.compartments import COMPARTMENT_CODES, COMPARTMENT_NAMES
from hrd_cases.crypto.core.encoding import ID_LENGTH, u8, u32
from hrd_cases.crypto.core.envelope import SealedPlace, seal, unseal
from hrd_cases.crypto.core.errors import UnknownFormat
from hrd_cases.crypto.core.keys import CompartmentKey
from hrd_cases.crypto.core.secrets import Secret

KEYRING_TABLE = "keyring"
DELTA_TABLE = "keyring_delta"
NAME_LENGTH = ID_LENGTH + 1 + 4
ENTRY_LENGTH = NAME_LENGTH + 32
_ENTRY = Struct(">16sBI32s")


class KeyringEntry(NamedTuple):
    """One key: of which compartment of which vault, in which epoch."""

    vault: bytes
    compartment: str
    epoch: int
    key: CompartmentKey


def _name(vault: bytes, compartment: str, epoch: int) -> bytes:
    if len(vault) != ID_LENGTH:
        raise UnknownFormat
    return vault + u8(COMPARTMENT_CODES[compartment]) + u32(epoch)


class Keyring:
    """Entries of 53 bytes, strictly rising by vault, compartment code and epoch."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes = b"") -> None:
        if len(data) % ENTRY_LENGTH:
            raise UnknownFormat
        self._data = data

    @classmethod
    def pack(cls, entries: Iterable[KeyringEntry | tuple[bytes, str, int, CompartmentKey]]) -> "Keyring":
        """Sort and pack entries; of two with the same name the later one counts."""
        compartment_keys = {_name(vault, compartment, epoch): key for vault, compartment, epoch, key in entries}
        return cls(b"".join(name + compartment_keys[name].secret.reveal() for name in sorted(compartment_keys)))

    def encode(self) -> bytes:
        """Return the packed bytes, for sealing only."""
        return self._data

    def __len__(self) -> int:
        return len(self._data) // ENTRY_LENGTH

    def _hidden(self) -> str:
        return "<keyring>"

    __repr__ = _hidden

    def vaults(self) -> Iterator[bytes]:
        """Yield the id of each vault of which any key is held, once, in rising order."""
        before = None
        for at in range(len(self)):
            vault = self._name_at(at)[:ID_LENGTH]
            if vault != before:
                yield vault
            before = vault

    def holds(self, vault: bytes) -> bool:
        """Tell whether any key of this vault is here."""
        at = bisect_left(range(len(self)), vault, key=lambda at: self._name_at(at)[:ID_LENGTH])
        return self._name_at(at)[:ID_LENGTH] == vault

    def epochs(self, vault: bytes, compartment: str) -> dict[int, CompartmentKey]:
        """Return every epoch held of one compartment."""
        if not self._data:  # as what was added since the last fold mostly is
            return {}
        first = _name(vault, compartment, 0)
        at = self._find(first)
        compartment_keys = {}
        while (name := self._name_at(at))[:-4] == first[:-4]:
            compartment_keys[int.from_bytes(name[-4:], "big")] = self._key(at)
            at += 1
        return compartment_keys

    def entries(self) -> Iterator[KeyringEntry]:
        """Yield every entry in order."""
        for vault, code, epoch, key in _ENTRY.iter_unpack(self._data):
            yield KeyringEntry(vault, COMPARTMENT_NAMES[code], epoch, CompartmentKey(Secret(key)))

    def merge(self, *others: "Keyring") -> "Keyring":
        """Return a keyring with the entries of all; what this one or an earlier one holds is not replaced."""
        by_name = {name: key for ring in (*reversed(others), self) for name, key in ring._raw()}
        return Keyring(b"".join(name + by_name[name] for name in sorted(by_name)))

    def without(self, vaults: Collection[bytes]) -> "Keyring":
        """Return a keyring that has forgotten every key of these vaults."""
        remaining = ((name, key) for name, key in self._raw() if name[:ID_LENGTH] not in vaults)
        return Keyring(b"".join(name + key for name, key in remaining))

    def without_keys(self, names: Collection[tuple[bytes, str, int]]) -> "Keyring":
        """Return a keyring without these keys, each by vault, compartment and epoch."""
        away = {_name(*name) for name in names}
        return Keyring(b"".join(name + key for name, key in self._raw() if name not in away))

    def sealed(self, key: Secret, org: bytes, user: bytes, version: int, *, row: bytes | None = None) -> bytes:
        """Seal as the user's keyring, or with `row` as a delta row of theirs."""
        return seal(key, _place(org, user, version, row), self._data)

    @classmethod
    def opened(
        cls, key: Secret, org: bytes, user: bytes, version: int, sealed: bytes, *, row: bytes | None = None
    ) -> "Keyring":
        """Open what `sealed` made for this user, version and row; NotOpened otherwise."""
        # The writer packed it in order and the envelope proves that it was the writer: not walked again here,
        # because opening stands before every page.
        return cls(unseal(key, _place(org, user, version, row), sealed))

    def _raw(self) -> Iterator[tuple[bytes, bytes]]:
        for at in range(0, len(self._data), ENTRY_LENGTH):
            yield self._data[at : at + NAME_LENGTH], self._data[at + NAME_LENGTH : at + ENTRY_LENGTH]

    def _find(self, name: bytes) -> int:
        return bisect_left(range(len(self)), name, key=self._name_at)

    def _name_at(self, at: int) -> bytes:
        start = at * ENTRY_LENGTH
        return self._data[start : start + NAME_LENGTH]

    def _key(self, at: int) -> CompartmentKey:
        start = at * ENTRY_LENGTH
        return CompartmentKey(Secret(self._data[start + NAME_LENGTH : start + ENTRY_LENGTH]))


def _place(org: bytes, user: bytes, version: int, row: bytes | None) -> SealedPlace:
    table, at = (KEYRING_TABLE, user) if row is None else (DELTA_TABLE, row)
    return SealedPlace(org=org, vault=user, table=table, row=at, compartment="", epoch=0, version=version)
