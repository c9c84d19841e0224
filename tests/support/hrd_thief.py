"""Somebody with a copy of the disks and perhaps one passphrase, who tries everything on everything.

Nothing here goes through the services: keys are derived from what rests in the tables, and each key is tried on each
sealed thing, whatever the tables say about whose it is.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from hrd_cases.crypto.core.bundles import unlock
from hrd_cases.crypto.core.envelope import UNDER_KEY, SealedPlace, unseal, unseal_from
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.grants import accept
from hrd_cases.crypto.core.headers import Header
from hrd_cases.crypto.core.keyrings import Keyring
from hrd_cases.crypto.core.keys import RECOVERY, CompartmentKey, UserKeys
from hrd_cases.crypto.core.passphrases import CHEAP_FOR_TESTS, KdfParams, passphrase_keys
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.domain.vaults import FACTS, KINDS
from hrd_cases.store import tables
from hrd_cases.store.log_sealing import LogVault, open_entry, open_key
from hrd_cases.store.work import Database

Name = tuple[str, str, int]  # vault, compartment, epoch


@dataclass
class Copy:
    """Every row of every table, as dictionaries by column name."""

    org: bytes
    rows: dict[str, list[dict[str, Any]]]

    @classmethod
    def of(cls, database: Database) -> "Copy":
        """Take the copy."""
        with database.reading() as work:
            result = {
                table.name: [
                    {column.name: row._mapping[column] for column in table.columns}
                    for row in work.connection.execute(select(table))
                ]
                for table in tables.metadata.sorted_tables
            }
        return cls(org=database.org, rows=result)

    def kind(self, vault: str) -> str:
        """What kind of vault an id names."""
        return next(str(row["kind"]) for row in self.rows["vaults"] if row["id"] == vault)

    def headers(self) -> dict[tuple[str, str], list[Header]]:
        """Every header by vault and compartment, unchecked."""
        result: dict[tuple[str, str], list[Header]] = {}
        for row in self.rows["headers"]:
            result.setdefault((row["vault_id"], row["compartment"]), []).append(Header.decode(row["body"]))
        return result


@dataclass
class Loot:
    """Keys that were found, and what they opened."""

    copy: Copy
    keys: dict[Name, CompartmentKey] = field(default_factory=dict)
    personal: UserKeys | None = None

    def opened(self) -> set[tuple[str, str]]:
        """(vault, compartment) of every record, card or old version that any of the keys opens."""
        return {place for place, _ in self.documents()}

    def documents(self) -> Iterator[tuple[tuple[str, str], bytes]]:
        """Everything that opens: where it rests and what it says."""
        for table, column, name, row_id, version in (
            ("records", "body_sealed", "records", "id", "version"),
            ("digests", "digest_sealed", "digests", "vault_id", "number"),
            ("text_packs", "digest_sealed", "text_packs", "vault_id", "number"),
            ("record_history", "body_sealed", "records", "id", "version"),
        ):
            for row in self.copy.rows[table]:
                place = SealedPlace(
                    org=self.copy.org,
                    vault=bytes.fromhex(row["vault_id"]),
                    table=name,
                    row=bytes.fromhex(row[row_id]),
                    compartment=row["compartment"],
                    epoch=row["epoch"],
                    version=row[version],
                )
                for key in self.keys.values():
                    with suppress(CryptoError):
                        yield (row["vault_id"], row["compartment"]), unseal(key.envelope, place, row[column])

    def log(self, vault: str) -> list[bytes]:
        """Every log entry that opens."""
        at = LogVault(org=self.copy.org, vault=bytes.fromhex(vault))
        result: dict[str, Secret] = {}
        for row in self.copy.rows["log_keys"]:
            for key in self.keys.values():
                with suppress(CryptoError):
                    raw = bytes.fromhex(row["id"])
                    result[row["id"]] = open_key(row["key_sealed"], raw, at=at, seed=key.seed, epoch=row["epoch"])
        opened = []
        for row in self.copy.rows["log"]:
            key = result.get(row["entry_sealed"][:16].hex())
            if key is not None:
                opened.append(open_entry(row["entry_sealed"], at=at, key=key).details)
        return opened

    def facts(self, vault: str) -> list[bytes]:
        """Every trend fact that opens."""
        opened = []
        for row in self.copy.rows["trend_facts"]:
            place = SealedPlace(
                org=self.copy.org,
                vault=bytes.fromhex(vault),
                table="trend_facts",
                row=bytes.fromhex(row["id"]),
                compartment=FACTS,
                epoch=row["epoch"],
                version=0,
            )
            for key in self.keys.values():
                with suppress(CryptoError):
                    opened.append(unseal_from(key.seed, place, row["fact_sealed"]))
        return opened

    def access(self) -> set[str]:
        """The vaults of which a row about who opened them opens; tries the first rows of each vault."""
        tried: dict[str, int] = {}
        opened = set()
        for row in self.copy.rows["access_rows"]:
            tried[row["vault_id"]] = tried.get(row["vault_id"], 0) + 1
            if tried[row["vault_id"]] > 2:
                continue
            place = SealedPlace(
                org=self.copy.org,
                vault=bytes.fromhex(row["vault_id"]),
                table="access_rows",
                row=bytes.fromhex(row["id"]),
                compartment=KINDS[self.copy.kind(row["vault_id"])].base,
                epoch=row["epoch"],
                version=0,
            )
            for key in self.keys.values():
                with suppress(CryptoError):
                    _open_row(key, place, row["row_sealed"])
                    opened.add(row["vault_id"])
        return opened


def _open_row(key: CompartmentKey, place: SealedPlace, sealed: bytes) -> None:
    """Open what rests under a key or to its public key."""
    if sealed[0] == UNDER_KEY:
        unseal(key.envelope, place, sealed)
    else:
        unseal_from(key.seed, place, sealed)


def with_passphrase(copy: Copy, passphrase: str, floor: KdfParams = CHEAP_FOR_TESTS) -> Loot:
    """Everything that follows from one passphrase: it is tried on every account."""
    loot = Loot(copy)
    for row in copy.rows["users"]:
        _, memory, passes, lanes = row["kdf"].split()
        params = KdfParams(memory_kib=int(memory), iterations=int(passes), lanes=int(lanes))
        user = bytes.fromhex(row["id"])
        derived = passphrase_keys(passphrase, row["salt"], params, copy.org, user, floor=floor)
        with suppress(CryptoError):
            bundle = unlock(row["bundle_sealed"], derived.kek, copy.org, user, row["bundle_version"])
            loot.personal = bundle.user_keys
    if loot.personal is not None:
        _rings(loot, loot.personal)
        _wraps(loot, loot.personal.kem_seed, loot.personal.fingerprint)
        _vault_keyrings(loot)
    return loot


def with_recovery(copy: Copy, kem_seed: Secret) -> Loot:
    """Everything that follows from the recovery card."""
    loot = Loot(copy)
    _wraps(loot, kem_seed, RECOVERY)
    _vault_keyrings(loot)
    return loot


def with_keys(copy: Copy, personal: UserKeys) -> Loot:
    """Everything that follows from one person's bundle."""
    loot = Loot(copy, personal=personal)
    _rings(loot, personal)
    _wraps(loot, personal.kem_seed, personal.fingerprint)
    _vault_keyrings(loot)
    return loot


def _rings(loot: Loot, personal: UserKeys) -> None:
    for row in loot.copy.rows["keyrings"]:
        user = bytes.fromhex(row["user_id"])
        with suppress(CryptoError):
            _take(loot, Keyring.opened(personal.keyring, loot.copy.org, user, row["version"], row["keyring_sealed"]))
    for row in loot.copy.rows["keyring_deltas"]:
        user, own = bytes.fromhex(row["user_id"]), bytes.fromhex(row["id"])
        with suppress(CryptoError):
            _take(loot, Keyring.opened(personal.keyring, loot.copy.org, user, 0, row["delta_sealed"], row=own))


def _take(loot: Loot, ring: Keyring) -> None:
    for entry in ring.entries():
        loot.keys[entry.vault.hex(), entry.compartment, entry.epoch] = entry.key


def _wraps(loot: Loot, seed: Secret, own: bytes) -> None:
    """Try every wrap under every header of its compartment, as the member it is for and as oneself."""
    headers = loot.copy.headers()
    for row in loot.copy.rows["grants"]:
        addressed = RECOVERY if row["member"] == "recovery" else bytes.fromhex(row["member"])
        for header in headers.get((row["vault_id"], row["compartment"]), ()):
            for member in {own, addressed}:
                with suppress(CryptoError):
                    key = accept(seed, row["wrap"], header, member)
                    loot.keys[row["vault_id"], row["compartment"], header.epoch] = key


def _vault_keyrings(loot: Loot) -> None:
    """Try every key on every key that rests sealed in a vault, until nothing more opens."""
    grew = True
    while grew:
        grew = False
        for row in loot.copy.rows["vault_keyrings"]:
            name = (row["vault_id"], row["compartment"], row["epoch"])
            if name in loot.keys:
                continue
            result = _first_open(loot.copy, row, loot.keys.values())
            if result is not None:
                loot.keys[name] = CompartmentKey(Secret(result))
                grew = True


def _first_open(copy: Copy, row: dict[str, Any], keys: Iterable[CompartmentKey]) -> bytes | None:
    place = SealedPlace(
        org=copy.org,
        vault=bytes.fromhex(row["grantee_vault"]),
        table=f"vault_keyrings/{row['compartment']}/{row['epoch']}",
        row=bytes.fromhex(row["vault_id"]),
        compartment=row["grantee_compartment"],
        epoch=row["grantee_epoch"],
        version=0,
    )
    for key in keys:
        with suppress(CryptoError):
            return unseal(key.envelope, place, row["key_sealed"])
    return None
