"""What each compartment consists of, kept beside its records, so that a row taken away or put back is noticed.

Every write notes what it changed; `settle` seals the new state once and hands out the marks that the log must carry in
the same transaction. Whoever reads compares rows with the newest state, and the state with the log.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, select

from hrd_cases.crypto.core.envelope import SealedPlace, seal, unseal
from hrd_cases.crypto.core.errors import CryptoError, UnknownFormat
from hrd_cases.crypto.core.keys import CompartmentKey
from hrd_cases.crypto.core.manifests import (
    HEAD,
    PACK,
    ManifestRow,
    SignedHead,
    bucket_of,
    bucket_place,
    decode_bucket,
    decode_head,
    encode_bucket,
    encode_head,
    root_of_head,
)
from hrd_cases.crypto.core.merkle import MARK_AT_LENGTH, mark, mark_at
from hrd_cases.crypto.core.primitives import digest
from hrd_cases.domain.ids import RecordId
from hrd_cases.store.doubts import ALTERED, GONE, PUT_BACK, Doubt, NotAsLeft
from hrd_cases.store.failpoints import reach
from hrd_cases.store.manifest_changes import Change, ManifestState
from hrd_cases.store.manifest_marks import LoggedMarks, Own
from hrd_cases.store.opened import OpenVault, refusal
from hrd_cases.store.rows import put_rows, read_rows
from hrd_cases.store.tables import manifests

_ROWS = select(
    manifests.c.compartment,
    manifests.c.bucket,
    manifests.c.epoch,
    manifests.c.number,
    manifests.c.manifest_sealed.label("sealed"),
).where(
    manifests.c.vault_id == bindparam("vault"),
    manifests.c.compartment.in_(bindparam("parts", expanding=True)),
)
_ROWS_OF_BUCKETS = _ROWS.where(manifests.c.bucket.in_(bindparam("buckets", expanding=True)))
_MOST_REMEMBERED = 20_000  # buckets; one has a few hundred bytes
_REMEMBERED: dict[bytes, dict[bytes, ManifestRow]] = {}


class _Row(NamedTuple):
    compartment: str
    bucket: int
    epoch: int
    number: int
    sealed: bytes


@dataclass(frozen=True, kw_only=True)
class KnownManifests:
    """What the manifests of a vault say: `entries` of each compartment that could be judged, and what is wrong.

    `packs`: the hash of the text pack of each compartment that has one.
    """

    entries: Mapping[str, Mapping[bytes, ManifestRow]]
    packs: Mapping[str, bytes]
    doubts: tuple[Doubt, ...]


class Manifests:
    """The manifests of the organisation `org` (16 bytes) in one transaction."""

    def __init__(self, connection: Connection, org: bytes, own: Own) -> None:
        self._connection = connection
        self._org = org
        self._own = own
        self._marks = LoggedMarks(connection, own.fits)
        self._vaults: dict[tuple[str, str], OpenVault] = {}
        self._pending: dict[tuple[str, str], list[tuple[bytes, Change]]] = {}
        self._packs: dict[tuple[str, str], bytes] = {}
        self._drained = 0
        self._last: tuple[OpenVault, str | None, KnownManifests] | None = None  # until anything is written

    # Writing

    def note(self, vault: OpenVault, compartment: str, record_id: RecordId, change: Change) -> None:
        """Remember what a write did to one row."""
        self._last = None
        self._vaults[vault.id, compartment] = vault
        self._pending.setdefault((vault.id, compartment), []).append((bytes.fromhex(record_id), change))

    def touch(self, vault: OpenVault, compartment: str) -> None:
        """Have a compartment's manifest sealed under its newest key, though no row changes."""
        self._last = None
        self._vaults[vault.id, compartment] = vault
        self._pending.setdefault((vault.id, compartment), [])

    def list_pack(self, vault: OpenVault, compartment: str, sealed: bytes) -> None:
        """List the text pack that rests in a compartment now, by the hash of its ciphertext."""
        self.touch(vault, compartment)
        self._packs[vault.id, compartment] = digest(sealed)

    def marks(self) -> list[bytes]:
        """Seal what was noted; the marks (48 bytes each) that the log must carry in this transaction, each once."""
        self._settle()
        new, self._drained = self._marks.issued[self._drained :], len(self._marks.issued)
        return new

    def remove_vault(self, vault: str) -> None:
        """Forget a vault that is removed whole."""
        self._last = None
        self._pending = {key: changes for key, changes in self._pending.items() if key[0] != vault}
        self._packs = {key: pack for key, pack in self._packs.items() if key[0] != vault}
        self._connection.execute(delete(manifests).where(manifests.c.vault_id == vault))

    def rebuild(self, vault: OpenVault, compartment: str, entries: Mapping[bytes, ManifestRow]) -> None:
        """Take what rests there now for right: a new state, numbered behind every one that the log knows."""
        pack = self._packs.pop((vault.id, compartment), None)
        self._settle()
        epoch, key = _newest(vault, compartment)
        state = ManifestState(
            vault=vault, compartment=compartment, epoch=epoch, key=key, number=self._marks.highest(key)
        )
        state.list_pack(pack)
        here = (manifests.c.vault_id == vault.id, manifests.c.compartment == compartment)
        self._connection.execute(delete(manifests).where(*here))
        state.entries[HEAD] = dict(entries)
        self._keep([state])

    def _settle(self) -> None:
        if not self._pending:
            return
        reach("manifest.before_settle")
        pending, self._pending = self._pending, {}
        states = []
        for vault_id in dict.fromkeys(vault for vault, _ in pending):
            changed = {name: changes for (owner, name), changes in pending.items() if owner == vault_id}
            touched = {bucket_of(row) for changes in changed.values() for row, _ in changes}
            rows = self._rows(vault_id, [*sorted(touched), HEAD], changed)
            for name, changes in changed.items():
                try:
                    vault = self._vaults[vault_id, name]
                    state = self._before(vault, name, rows, {bucket_of(row) for row, _ in changes})
                except NotAsLeft:
                    if changes:
                        raise
                    continue  # a key is renewed all the same; what is wrong stays wrong, and is told
                pack = self._packs.pop((vault_id, name), None)
                if changes or state.closed or pack:
                    state.list_pack(pack)
                    state.apply(changes)
                    states.append(state)
        self._refuse_forked(states)
        self._keep(states)

    def _before(
        self, vault: OpenVault, compartment: str, rows: Mapping[tuple[str, int], _Row], touched: Iterable[int]
    ) -> ManifestState:
        """The state that a change begins from, with the entries of the touched buckets; NotAsLeft when it is none."""
        epoch, key = _newest(vault, compartment)
        head = rows.get((compartment, HEAD))
        state = ManifestState(vault=vault, compartment=compartment, epoch=epoch, key=key)
        if head is None:
            return state
        opened = self._head(vault, head)
        state.number, state.root = head.number, root_of_head(opened)
        state.buckets, state.entries[HEAD] = said = decode_head(opened)
        state.whole = head.epoch != epoch or not said.has_buckets
        if said.has_buckets:
            if state.whole:
                rows, touched = self._rows(vault.id, None, [compartment]), said.lines.keys() - {PACK}
            every = {at: self._entries(vault, compartment, at, said.lines.get(at), rows) for at in touched}
            state.entries = {HEAD: _joined(every.values())} if state.whole else every
        if head.epoch != epoch:
            older = _older(vault, head)
            newest, following = mark(older.secret, head.number, state.root), mark_at(older.secret, head.number + 1)
            if self._marks.among([newest, following]) != {newest}:
                raise NotAsLeft
            # Under the earlier key one more state is marked, which is nowhere: who puts the earlier one back is told.
            state.closed = [mark(older.secret, head.number + 1, state.root)]
            state.number, state.root = 0, b""
            state.buckets = {place: sealed for place, sealed in state.buckets.items() if place == PACK}
        return state

    def _refuse_forked(self, states: Iterable[ManifestState]) -> None:
        """Nothing is written over a state that is not the newest one the log knows."""
        present = [mark(state.key.secret, state.number, state.root) for state in states if state.number]
        absent = [mark_at(state.key.secret, state.number + 1) for state in states]
        chunks = self._marks.among([*present, *absent])
        if not set(present) <= chunks or any(data[:MARK_AT_LENGTH] in absent for data in chunks):
            raise NotAsLeft

    def _keep(self, states: Iterable[ManifestState]) -> None:
        self._last = None
        values: list[dict[str, object]] = []
        for state in states:
            if state.closed:  # nothing stays behind under the earlier key
                here = (manifests.c.vault_id == state.vault.id, manifests.c.compartment == state.compartment)
                self._connection.execute(delete(manifests).where(*here))
            number = state.number + 1
            state.spread()
            in_head = state.entries.pop(HEAD, {})
            for bucket, entries in state.entries.items():
                sealed = self._sealed(state, bucket, number, encode_bucket(entries))
                state.buckets[bucket] = digest(sealed)
                values.append(_values(state, bucket, number, sealed))
            head = encode_head(state.buckets, in_head)
            values.append(_values(state, HEAD, number, self._head_sealed(state, number, head)))
            self._marks.issued += [*state.closed, mark(state.key.secret, number, root_of_head(head))]
        if values:
            self._connection.execute(put_rows(manifests, self._connection.dialect.name), values)
            reach("manifest.after_state")

    # Reading

    def known(self, vault: OpenVault, record_id: RecordId | None = None) -> KnownManifests:
        """What the manifests say of one record, or of all, in every compartment whose newest key is held."""
        self._settle()
        if self._last is None or self._last[0] is not vault or self._last[1] != record_id:
            self._last = (vault, record_id, self._known(vault, record_id))
        return self._last[2]

    def _known(self, vault: OpenVault, record_id: RecordId | None) -> KnownManifests:
        row = bytes.fromhex(record_id) if record_id else None
        buckets = None if row is None else [bucket_of(row), HEAD]
        rows = self._rows(vault.id, buckets, vault.keys)
        entries: dict[str, Mapping[bytes, ManifestRow]] = {}
        packs: dict[str, bytes] = {}
        doubts: list[Doubt] = []
        heads: dict[str, tuple[CompartmentKey, int, bytes]] = {}
        for name in vault.keys:
            head = rows.get((name, HEAD))
            epoch = max(vault.keys[name])
            key = vault.keys[name][epoch]
            if head is None:
                heads[name] = (key, 0, b"")
                entries[name] = {}
            elif head.epoch <= epoch:  # a newer one's key is on its way to the reader
                try:
                    root, pack = self._judged(vault, head, rows, buckets, entries)
                    heads[name] = (key, head.number, root)
                    packs |= {name: pack} if pack else {}
                except (CryptoError, NotAsLeft):
                    doubts.append(Doubt(compartment=name, what=ALTERED))
                if head.epoch < epoch:
                    heads.pop(name, None)
                    doubts.append(Doubt(compartment=name, what=PUT_BACK))
        doubts += self._marks.against(heads)
        gone = {doubt.compartment for doubt in doubts if doubt.what in (ALTERED, GONE)}
        return KnownManifests(
            entries={name: own for name, own in entries.items() if name not in gone},
            packs={name: pack for name, pack in packs.items() if name not in gone},
            doubts=tuple(doubts),
        )

    def _judged(
        self,
        vault: OpenVault,
        head: _Row,
        rows: Mapping[tuple[str, int], _Row],
        buckets: Iterable[int] | None,
        entries: dict[str, Mapping[bytes, ManifestRow]],
    ) -> tuple[bytes, bytes | None]:
        """Open a compartment's head and buckets into `entries`; returns the root, and the hash of the text pack."""
        opened = self._head(vault, head)
        hashes, results = decode_head(opened)
        pack = hashes.pop(PACK, None)
        for bucket in hashes if buckets is None else hashes.keys() & set(buckets):
            results |= self._entries(vault, head.compartment, bucket, hashes[bucket], rows)
        entries[head.compartment] = results
        return root_of_head(opened), pack

    # Rows

    def _rows(
        self, vault: str, buckets: Iterable[int] | None, compartments: Iterable[str]
    ) -> dict[tuple[str, int], _Row]:
        query, values = _ROWS, dict[str, object](vault=vault, parts=list(compartments))
        if buckets is not None:
            query, values = _ROWS_OF_BUCKETS, {**values, "buckets": list(buckets)}
        rows = read_rows(_Row, self._connection.execute(query, values))
        return {(row.compartment, row.bucket): row for row in rows}

    def _entries(
        self,
        vault: OpenVault,
        compartment: str,
        bucket: int,
        expected: bytes | None,
        rows: Mapping[tuple[str, int], _Row],
    ) -> dict[bytes, ManifestRow]:
        row = rows.get((compartment, bucket))
        if expected is None:
            return {}
        if row is None or digest(row.sealed) != expected:
            raise NotAsLeft
        # Who opened the head may know what the bucket of this hash says: only hashes, and of nothing else.
        entries = _REMEMBERED.get(expected)
        if entries is None:
            entries = decode_bucket(self._opened(vault, row))
            if len(_REMEMBERED) >= _MOST_REMEMBERED:
                _REMEMBERED.clear()
            _REMEMBERED[expected] = entries
        return dict(entries)

    def _opened(self, vault: OpenVault, row: _Row) -> bytes:
        try:
            return unseal(_older(vault, row).envelope, self._place(vault, row), row.sealed)
        except CryptoError:
            raise NotAsLeft from None

    def _head(self, vault: OpenVault, row: _Row) -> bytes:
        """The head as whoever may write there left it; NotAsLeft when nobody who may did."""
        try:
            signed = SignedHead.decode(self._opened(vault, row))
        except UnknownFormat:
            raise NotAsLeft from None
        if vault.left_by is not None and not vault.left_by(signed, self._place(vault, row)):
            raise NotAsLeft
        return signed.head

    def _head_sealed(self, state: ManifestState, number: int, head: bytes) -> bytes:
        row = _Row(compartment=state.compartment, bucket=HEAD, epoch=state.epoch, number=number, sealed=b"")
        place, signed, signer = self._place(state.vault, row), SignedHead(head=head), self._own.signer()
        if signer is not None:
            signed = signed.signed_by(signer, place)
        return seal(state.key.envelope, place, signed.encode())

    def _sealed(self, state: ManifestState, bucket: int, number: int, data: bytes) -> bytes:
        row = _Row(compartment=state.compartment, bucket=bucket, epoch=state.epoch, number=number, sealed=b"")
        return seal(state.key.envelope, self._place(state.vault, row), data)

    def _place(self, vault: OpenVault, row: _Row) -> SealedPlace:
        return bucket_place(
            org=self._org,
            vault=vault.raw_id,
            compartment=row.compartment,
            bucket=row.bucket,
            epoch=row.epoch,
            number=row.number,
        )


def _newest(vault: OpenVault, compartment: str) -> tuple[int, CompartmentKey]:
    newest = vault.sealing_key(compartment)
    if newest is None:
        raise refusal(vault.shut.get(compartment))
    return newest


def _older(vault: OpenVault, row: _Row) -> CompartmentKey:
    key = vault.key(row.compartment, row.epoch)
    if key is None:
        raise NotAsLeft
    return key


def _values(state: ManifestState, bucket: int, number: int, sealed: bytes) -> dict[str, object]:
    return {
        "vault_id": state.vault.id,
        "compartment": state.compartment,
        "bucket": bucket,
        "epoch": state.epoch,
        "number": number,
        "manifest_sealed": sealed,
    }


def _joined(buckets: Iterable[Mapping[bytes, ManifestRow]]) -> dict[bytes, ManifestRow]:
    """The rows of all of these."""
    rows: dict[bytes, ManifestRow] = {}
    for entries in buckets:
        rows |= entries
    return rows
