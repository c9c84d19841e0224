"""One sealed text pack per vault and compartment: of every record there, the folded words that search finds.

It is written as the digest is (store/digests.py) and listed in the manifest by the hash of its ciphertext, so that one
taken away or put back is noticed when the vault is opened.
"""

from collections.abc import Callable, Collection, Iterator, Sequence

from sqlalchemy import Connection

from hrd_cases.crypto.core.primitives import digest
from hrd_cases.domain.fields import Declared, entity_of
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.search.folding import fold
from hrd_cases.domain.search.texts import has_texts, texts_of
from hrd_cases.store.digests import Cards, DigestEntry, DigestRow, Digests, FromBodies
from hrd_cases.store.doubts import ALTERED, GONE, Doubt
from hrd_cases.store.manifest_marks import Own
from hrd_cases.store.manifests import Manifests
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.shown import RecordCards
from hrd_cases.store.tables import text_packs

ListPack = Callable[[OpenVault, str, bytes], None]


class TextPacks(Digests):
    """The text packs of the organisation `org` (16 bytes) in one transaction; `list_pack` enters one in a manifest."""

    table = text_packs
    label = b"hrd/v1/text-pack"

    def __init__(self, connection: Connection, org: bytes, from_bodies: FromBodies, list_pack: ListPack) -> None:
        super().__init__(connection, org, from_bodies)
        self._list_pack = list_pack

    def hashes(self, vault: str) -> dict[str, bytes]:
        """The hash of what rests of each compartment, whoever can open it."""
        self.settle()
        rows = self._rows([vault], None)
        return {compartment: digest(row.digest_sealed) for (_, compartment), row in rows.items()}

    def _values(self, rows: Sequence[DigestRow]) -> list[dict[str, object]]:
        return [row._asdict() for row in rows]

    def _sealed(self, vault: OpenVault, compartment: str, number: int, cards: bytes) -> DigestRow:
        row = super()._sealed(vault, compartment, number, cards)
        self._list_pack(vault, compartment, row.digest_sealed)
        return row


class RecordTexts(RecordCards):
    """The text packs of the organisation `org` (16 bytes), and what is made of them."""

    def __init__(self, connection: Connection, org: bytes, own: Own) -> None:
        super().__init__(connection, org)
        self._manifests = Manifests(connection, org, own)
        self._packs = TextPacks(connection, org, self._texts_of_bodies, self._manifests.list_pack)

    def texts(self, vaults: Collection[OpenVault]) -> Iterator[tuple[OpenVault, list[Cards]]]:
        """What search finds of the records of these vaults, as far as their holder has keys, vault by vault."""
        packs = self._packs.of(vaults)
        for vault in vaults:
            own = {name: packs.get((vault.id, name), Cards()) for name in vault.keys}
            yield vault, [self._texts_of_bodies(vault, name) if pack is None else pack for name, pack in own.items()]

    def _put_texts(self, vault: OpenVault, record: RecordId, value: Declared, at: tuple[str, int]) -> None:
        """Let the text pack of one compartment say what search finds, if the entity has any field for it."""
        compartment, version = at
        texts = folded(value, compartment, version)
        if texts is not None:
            self._packs.note(vault, compartment, record, texts)

    def _texts_of_bodies(self, vault: OpenVault, compartment: str) -> Cards:
        """What the text pack of a compartment would say, from its records."""
        return self._of_bodies(vault, compartment, folded)

    def _pack_doubts(self, vault: OpenVault) -> Iterator[Doubt]:
        """Text packs that are not as their last writers left them, in each compartment that can be judged."""
        there = self._packs.hashes(vault.id)
        existing = self._manifests.known(vault)
        for compartment in existing.entries:
            listed, rests = existing.packs.get(compartment), there.get(compartment)
            if listed != rests:
                yield Doubt(compartment=compartment, what=ALTERED if rests else GONE, card=True)


def folded(value: Declared, compartment: str, version: int, _entered: int = 0) -> DigestEntry | None:
    """What search finds of one compartment of a record; None when its entity has no field there for it."""
    entity = entity_of(value)
    if not has_texts(entity, compartment):
        return None
    document = fold(item.text for item in texts_of(value, compartment))
    return DigestEntry(version=version, code=entity.code, document=document)
