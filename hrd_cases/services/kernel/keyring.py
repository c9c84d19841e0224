"""The keys one person holds.

The packed keyring, what was added since, and what was handed to them and not yet claimed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.keyrings import Keyring, KeyringEntry
from hrd_cases.crypto.core.keys import CompartmentKey, UserKeys
from hrd_cases.crypto.core.primitives import random
from hrd_cases.store.failpoints import reach
from hrd_cases.store.keys import DeltaRow, GrantRow
from hrd_cases.store.work import Work

Where = tuple[bytes, str]  # raw vault id and compartment
FOLD_AT = 8  # deltas that may pile up before log-in folds them into the keyring


@dataclass(kw_only=True)
class Ring:
    """A person's keys within one transaction. Claims are written when the act is recorded."""

    runtime_org: bytes
    user: str
    keys: UserKeys
    work: Work
    claims: list[tuple[GrantRow, CompartmentKey]] = field(default_factory=list)
    added: dict[Where, dict[int, CompartmentKey]] = field(default_factory=dict)  # in this transaction
    away: set[tuple[bytes, str, int]] = field(default_factory=set)  # no header fixes these, and nothing is lost
    damaged: int = 0  # rows that did not open: the rest of one's keys still does

    @property
    def raw_user(self) -> bytes:
        """The account id as 16 bytes."""
        return bytes.fromhex(self.user)

    @cached_property
    def stored(self) -> tuple[Keyring, Keyring]:
        """What was added since the last fold, and the keyring: two, since the long one is not packed anew for a few.

        As the snapshot holds them; what was tampered with is left out and counted.
        """
        row = self.work.keys.keyring(self.user)
        ring = Keyring() if row is None else self._opened(row.version, row.keyring_sealed)
        deltas = self.work.keys.deltas(self.user)
        since = (self._opened(0, delta.delta_sealed, row=bytes.fromhex(delta.id)) for delta in deltas)
        return Keyring().merge(*since), ring

    @cached_property
    def waiting(self) -> dict[tuple[str, str], list[GrantRow]]:
        """Wraps handed to this person and not yet claimed, by vault and compartment."""
        results: dict[tuple[str, str], list[GrantRow]] = {}
        for row in self.work.keys.grants_for(self.keys.fingerprint.hex()):
            results.setdefault((row.vault_id, row.compartment), []).append(row)
        return results

    def held(self, vault: str, compartment: str) -> dict[int, CompartmentKey]:
        """Every epoch of one compartment that this person holds."""
        raw = bytes.fromhex(vault)
        compartment_keys = dict(self.added.get((raw, compartment), {}))
        for ring in self.stored:
            epochs = ring.epochs(raw, compartment).items()
            compartment_keys.update((epoch, key) for epoch, key in epochs if (raw, compartment, epoch) not in self.away)
        return compartment_keys

    def every(self) -> dict[Where, dict[int, CompartmentKey]]:
        """Everything that this person holds: for long lists, in one walk through the keyring."""
        results = {where: dict(epochs) for where, epochs in self.added.items()}
        for ring in self.stored:
            for vault, compartment, epoch, key in ring.entries():
                results.setdefault((vault, compartment), {})[epoch] = key
        return results

    def vaults(self) -> set[str]:
        """The vaults of which this person holds any key in the keyring, or what was added since."""
        held = {vault for ring in self.stored for vault in ring.vaults()} | {vault for vault, _ in self.added}
        return {vault.hex() for vault in held}

    def claim(self, row: GrantRow, key: CompartmentKey) -> None:
        """Remember a wrap that opened under a verified header."""
        self.claims.append((row, key))
        self._remember(_entry(row, key))

    def add(self, work: Work, entries: Iterable[KeyringEntry]) -> None:
        """Keep new keys at once, in this transaction."""
        new = list(entries)
        self._remember(*new)
        self._write(work, new)

    def write_claims(self, work: Work) -> None:
        """Move claimed keys into the keyring and their wraps out of the database."""
        if self.away and not self.damaged:
            self._write_without_foreign(work)
        mine = [(row, key) for row, key in self.claims if work.keys.take_grant(row)]
        self.claims.clear()
        if mine:
            reach("claim.after_wraps")
            self._write(work, [_entry(row, key) for row, key in mine])
            reach("claim.after_keys")

    def holds(self, vault: bytes) -> bool:
        """True when any key of this vault (16 bytes) rests in the keyring or what was added since."""
        return any(ring.holds(vault) for ring in self.stored)

    def fold(self, work: Work, deleted: frozenset[bytes] = frozenset()) -> None:
        """Fold many deltas into the keyring, and leave out keys of `deleted` vaults (16 bytes each), if there are any.

        When another log-in was faster nothing is lost.
        """
        deltas = work.keys.deltas(self.user)
        since, ring = self.stored
        if self.damaged:  # what does not open now may be put right from a backup
            return
        if len(deltas) < FOLD_AT and not deleted:
            return
        keyring = ring.merge(since).without(deleted) if deleted else ring.merge(since)
        self._replace(work, keyring, deltas)

    def give_up(self, work: Work, vaults: frozenset[bytes] | None) -> None:
        """Take the keys of these vaults (16 bytes each), or with None all keys, out of the keyring and what waits.

        What does not open goes too: an altered row could be put right later and would open what was given up.
        """
        since, ring = self.stored
        keyring = Keyring() if vaults is None else ring.merge(since).without(vaults)
        self._replace(work, keyring, work.keys.deltas(self.user))
        work.packs.end_of(self.user)
        work.successors.give_up(
            self.keys.fingerprint.hex(), None if vaults is None else [vault.hex() for vault in vaults]
        )
        reach("travel.after_fold")
        for wrap in work.keys.grants_for(self.keys.fingerprint.hex()):
            if vaults is None or bytes.fromhex(wrap.vault_id) in vaults:
                work.keys.take_grant(wrap)
        reach("travel.after_wraps")
        self.claims[:] = [
            claim for claim in self.claims if vaults is not None and bytes.fromhex(claim[0].vault_id) not in vaults
        ]
        self.added.clear()
        self.__dict__.pop("stored", None)
        self.__dict__.pop("waiting", None)

    def _write_without_foreign(self, work: Work) -> None:
        """Take what no header fixes out of the keyring, as this transaction finds it."""
        self.__dict__.pop("stored", None)
        since, ring = self.stored
        self._replace(work, ring.merge(since).without_keys(self.away), work.keys.deltas(self.user))
        self.__dict__.pop("stored", None)
        self.away.clear()

    def _replace(self, work: Work, keyring: Keyring, deltas: Iterable[DeltaRow]) -> None:
        row = work.keys.keyring(self.user)
        version = row.version if row else 0
        sealed = keyring.sealed(self.keys.keyring, self.runtime_org, self.raw_user, version + 1)
        work.keys.put_keyring(self.user, sealed, expected=version)
        work.keys.remove_deltas(self.user, [delta.id for delta in deltas])

    def _remember(self, *entries: KeyringEntry) -> None:
        for vault, compartment, epoch, key in entries:
            self.added.setdefault((vault, compartment), {})[epoch] = key

    def _opened(self, version: int, sealed: bytes, *, row: bytes | None = None) -> Keyring:
        try:
            return Keyring.opened(self.keys.keyring, self.runtime_org, self.raw_user, version, sealed, row=row)
        except CryptoError:
            self.damaged += 1
            return Keyring()

    def _write(self, work: Work, entries: list[KeyringEntry]) -> None:
        identity = random(16)
        sealed = Keyring.pack(entries).sealed(self.keys.keyring, self.runtime_org, self.raw_user, 0, row=identity)
        work.keys.add_delta(DeltaRow(id=identity.hex(), user_id=self.user, delta_sealed=sealed))


def _entry(row: GrantRow, key: CompartmentKey) -> KeyringEntry:
    return KeyringEntry(bytes.fromhex(row.vault_id), row.compartment, row.epoch, key)
