"""What log entries say, sealed under a key of the session, which itself rests sealed to the log vault.

An entry is sealed before its place in the log is known, so it is bound to its key and the key's counter:
key id (16 bytes) | u32 counter | envelope.
"""

from dataclasses import dataclass

from hrd_cases.crypto.core.authorship import EntryBody
from hrd_cases.crypto.core.encoding import u32
from hrd_cases.crypto.core.envelope import SealedPlace, seal, seal_to, unseal, unseal_from
from hrd_cases.crypto.core.errors import NotSigned, UnknownFormat
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.domain.vaults import DETAILS

_PREFIX = 20


@dataclass(frozen=True, kw_only=True)
class LogVault:
    """The organisation's id and its log vault's, 16 bytes each."""

    org: bytes
    vault: bytes

    def entry_place(self, key_id: bytes, counter: int) -> SealedPlace:
        """Where the entry number `counter` under a log key rests."""
        return self._place("log", key_id, 0, counter)

    def key_place(self, key_id: bytes, epoch: int) -> SealedPlace:
        """Where a log key rests."""
        return self._place("log_keys", key_id, epoch, 0)

    def _place(self, table: str, row: bytes, epoch: int, version: int) -> SealedPlace:
        return SealedPlace(
            org=self.org, vault=self.vault, table=table, row=row, compartment=DETAILS, epoch=epoch, version=version
        )


def seal_key(key: Secret, key_id: bytes, *, at: LogVault, public: bytes, epoch: int) -> bytes:
    """A log key sealed to the public key of the log vault's details at `epoch`."""
    return seal_to(public, at.key_place(key_id, epoch), key.reveal())


def open_key(sealed: bytes, key_id: bytes, *, at: LogVault, seed: Secret, epoch: int) -> Secret:
    """Undo seal_key with the compartment's seed; raises a CryptoError."""
    return Secret(unseal_from(seed, at.key_place(key_id, epoch), sealed))


def seal_entry(body: EntryBody, *, at: LogVault, key: Secret) -> bytes:
    """An entry sealed under its log key; its counter must never be used twice with one key."""
    place = at.entry_place(body.key, body.counter)
    return body.key + u32(body.counter) + seal(key, place, body.encode())


def key_of(sealed: bytes) -> str:
    """The id (32 hex digits) of the log key that an entry was sealed under; raises UnknownFormat."""
    if len(sealed) < _PREFIX:
        raise UnknownFormat
    return sealed[:16].hex()


def open_entry(sealed: bytes, *, at: LogVault, key: Secret) -> EntryBody:
    """Undo seal_entry; raises a CryptoError, also for what was signed as another entry."""
    key_id = bytes.fromhex(key_of(sealed))
    counter = int.from_bytes(sealed[16:_PREFIX], "big")
    body = EntryBody.decode(unseal(key, at.entry_place(key_id, counter), sealed[_PREFIX:]))
    if (body.key, body.counter) != (key_id, counter):
        raise NotSigned
    return body
