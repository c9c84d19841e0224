"""The keys one person holds.

The packed keyring, what was added since, and what was handed to them and not yet claimed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from hrd_cases.crypto.keyrings import Entry, Keyring
from hrd_cases.crypto.keys import CompartmentKey, UserKeys
from hrd_cases.crypto.primitives import random
from hrd_cases.store.keys import DeltaRow, GrantRow
from hrd_cases.store.work import Work

FOLD_AT = 8  # deltas that may pile up before log-in folds them into the keyring


@dataclass(kw_only=True)
class Ring:
    """A person's keys within one transaction. Claims are written when the act is recorded."""

    runtime_org: bytes
    user: str
    keys: UserKeys
    work: Work
    claims: list[tuple[GrantRow, CompartmentKey]] = field(default_factory=list)
    added: list[Entry] = field(default_factory=list)

    @property
    def raw_user(self) -> bytes:
        """The account id as 16 bytes."""
        return bytes.fromhex(self.user)

    @cached_property
    def stored(self) -> Keyring:
        """Keyring and deltas as the snapshot holds them."""
        row = self.work.keys.keyring(self.user)
        ring = Keyring()
        if row is not None:
            ring = Keyring.opened(self.keys.keyring, self.runtime_org, self.raw_user, row.version, row.keyring_sealed)
        for delta in self.work.keys.deltas(self.user):
            more = Keyring.opened(
                self.keys.keyring,
                self.runtime_org,
                self.raw_user,
                0,
                delta.delta_sealed,
                row=bytes.fromhex(delta.id),
            )
            ring = ring.merge(more)
        return ring

    @cached_property
    def waiting(self) -> dict[tuple[str, str], list[GrantRow]]:
        """Wraps handed to this person and not yet claimed, by vault and compartment."""
        found: dict[tuple[str, str], list[GrantRow]] = {}
        for row in self.work.keys.grants_for(self.keys.fingerprint.hex()):
            found.setdefault((row.vault_id, row.compartment), []).append(row)
        return found

    def held(self, vault: str, compartment: str) -> dict[int, CompartmentKey]:
        """Every epoch of one compartment that this person holds."""
        raw = bytes.fromhex(vault)
        found = {
            entry.epoch: entry.key for entry in self.added if (entry.vault, entry.compartment) == (raw, compartment)
        }
        newest = self.stored.newest(raw, compartment)
        for epoch in range(1, newest[0] + 1 if newest else 0):
            key = self.stored.lookup(raw, compartment, epoch)
            if key is not None:
                found[epoch] = key
        for row, key in self.claims:
            if (row.vault_id, row.compartment) == (vault, compartment):
                found[row.epoch] = key
        return found

    def claim(self, row: GrantRow, key: CompartmentKey) -> None:
        """Remember a wrap that opened under a verified header."""
        self.claims.append((row, key))

    def add(self, work: Work, entries: Iterable[Entry]) -> None:
        """Keep new keys at once, in this transaction."""
        new = list(entries)
        self.added.extend(new)
        self._write(work, new)

    def write_claims(self, work: Work) -> None:
        """Move claimed keys into the keyring and their wraps out of the database."""
        mine = [(row, key) for row, key in self.claims if work.keys.take_grant(row)]
        self.claims.clear()
        if mine:
            entries = [Entry(bytes.fromhex(row.vault_id), row.compartment, row.epoch, key) for row, key in mine]
            self.added.extend(entries)
            self._write(work, entries)

    def fold(self, work: Work) -> None:
        """Fold many deltas into the keyring; when another log-in was faster nothing is lost."""
        deltas = work.keys.deltas(self.user)
        if len(deltas) < FOLD_AT:
            return
        row = work.keys.keyring(self.user)
        version = row.version if row else 0
        sealed = self.stored.sealed(self.keys.keyring, self.runtime_org, self.raw_user, version + 1)
        work.keys.put_keyring(self.user, sealed, expected=version)
        work.keys.remove_deltas(self.user, [delta.id for delta in deltas])

    def _write(self, work: Work, entries: list[Entry]) -> None:
        identity = random(16)
        sealed = Keyring.pack(entries).sealed(self.keys.keyring, self.runtime_org, self.raw_user, 0, row=identity)
        work.keys.add_delta(DeltaRow(id=identity.hex(), user_id=self.user, delta_sealed=sealed))
