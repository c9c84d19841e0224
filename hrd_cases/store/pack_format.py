"""How a packed digest is written: cards of many vaults, found without decoding those that are not asked for.

Four pieces: what is said once, the vaults, one entry a record, and the documents. Entries stand by the code of their
entity; each says on which days its record stands on the desk and in the agenda, and where its documents are.
"""

import json
import struct
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from struct import Struct
from typing import NamedTuple

from hrd_cases.crypto.core.compartments import COMPARTMENT_CODES, COMPARTMENT_NAMES
from hrd_cases.crypto.core.encoding import pae, unpae_exactly
from hrd_cases.crypto.core.errors import UnknownFormat
from hrd_cases.store.digests import DigestEntry

_LABEL = b"hrd/v2/pack"
_VAULT = Struct(">16s16s")  # id, and what it was packed from
_ENTRY = Struct(">I16sBIIIII")  # vault, record, marks, first, since, until, and place and length of the documents
_PART = Struct(">BQI")  # compartment, version, length
_TITLE = 255  # in the place of a compartment: what a list calls the record; the version is its place of entering

Parts = dict[str, DigestEntry]  # of one record, by compartment
PackVault = tuple[bytes, bytes]  # id, and what it was packed from


class CardStanding(NamedTuple):
    """Why lists look at a record: marks, and days as ordinals, 0 for none.

    `first`: of its lines that are not done; `since` to `until`: of all its lines.
    """

    marks: int = 0
    first: int = 0
    since: int = 0
    until: int = 0


class PackEntry(NamedTuple):
    """One record of a pack: vaults are counted from 0."""

    vault: int
    record: bytes
    marks: int
    first: int
    since: int
    until: int
    place: int
    length: int


@dataclass(frozen=True, kw_only=True)
class Pack:
    """An opened packed digest, made on `day` (an ordinal)."""

    day: int
    vaults: Sequence[PackVault]
    spans: Mapping[str, tuple[int, int]]  # by the code of an entity: the entries from and to
    entries: memoryview = field(repr=False)
    documents: memoryview = field(repr=False)  # views of what was opened: it is megabytes

    def of(self, code: str) -> Iterator[tuple[int, bytes, int, int, int, int, int, int]]:
        """The entries of one entity as plain tuples, since walks are long and take few of them."""
        begin, end = self.spans.get(code, (0, 0))
        return _ENTRY.iter_unpack(self.entries[begin * _ENTRY.size : end * _ENTRY.size])

    def parts(self, code: str, entry: PackEntry) -> Parts:
        """The documents of a record."""
        parts: Parts = {}
        at, end = entry.place, entry.place + entry.length
        while at < end:
            compartment, version, length = _PART.unpack_from(self.documents, at)
            at += _PART.size + length
            if compartment == _TITLE:
                continue
            document = bytes(self.documents[at - length : at])
            parts[COMPARTMENT_NAMES[compartment]] = DigestEntry(version=version, code=code, document=document)
        return parts

    def title(self, entry: PackEntry) -> tuple[str, int]:
        """What a list calls a record that was packed with its title, and its place of entering."""
        compartment, entered, length = _PART.unpack_from(self.documents, entry.place)
        if compartment != _TITLE:
            raise UnknownFormat
        begin = entry.place + _PART.size
        return str(self.documents[begin : begin + length], "utf-8"), entered

    def naming(self, text: bytes) -> Iterator[tuple[str, PackEntry]]:
        """The entries in whose documents this stands, each once."""
        count = len(self.entries) // _ENTRY.size
        places, documents = _Places(self.entries, count), bytes(self.documents)
        at = documents.find(text)
        while at >= 0:
            index = bisect_right(places, at) - 1
            entry = PackEntry._make(_ENTRY.unpack_from(self.entries, index * _ENTRY.size))
            yield next(code for code, (begin, end) in self.spans.items() if begin <= index < end), entry
            at = documents.find(text, entry.place + entry.length)


EMPTY = Pack(day=0, vaults=(), spans={}, entries=memoryview(b""), documents=memoryview(b""))


class _Places(Sequence[int]):
    """Where the documents of each entry begin, ascending."""

    def __init__(self, entries: memoryview, count: int) -> None:
        self._entries = entries
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> int:  # type: ignore[override]
        place: int = _ENTRY.unpack_from(self._entries, index * _ENTRY.size)[6]
        return place


class NewEntry(NamedTuple):
    """A record to be packed, its documents as bytes."""

    code: str
    vault: int
    record: bytes
    standing: CardStanding
    documents: bytes


def packed_parts(parts: Parts) -> bytes:
    """The documents of one record."""
    return b"".join(
        _PART.pack(COMPARTMENT_CODES[name], part.version, len(part.document)) + part.document
        for name, part in sorted(parts.items())
    )


def packed_title(title: str, entered: int) -> bytes:
    """What stands before the documents of a record that lists show by its title alone."""
    text = title.encode()
    return _PART.pack(_TITLE, entered, len(text)) + text


def encode(day: int, vaults: Iterable[PackVault], new: Iterable[NewEntry]) -> bytes:
    """The bytes of a pack."""
    entries, documents, spans, place = [], [], dict[str, list[int]](), 0
    for index, entry in enumerate(sorted(new, key=lambda entry: entry[:3])):
        spans.setdefault(entry.code, [index, index])[1] = index + 1
        length = len(entry.documents)
        entries.append(_ENTRY.pack(entry.vault, entry.record, *entry.standing, place, length))
        documents.append(entry.documents)
        place += length
    head = json.dumps({"day": day, "spans": spans}, sort_keys=True).encode()
    rows = (_VAULT.pack(*vault) for vault in vaults)
    return pae(_LABEL, head, b"".join(rows), b"".join(entries), b"".join(documents))


def decode(data: memoryview) -> Pack:
    """Undo `encode`; UnknownFormat otherwise. The envelope proves who wrote it, so that entries are not walked here."""
    label, head, rows, entries, documents = unpae_exactly(data, 5)
    if label != _LABEL:
        raise UnknownFormat
    try:
        said = json.loads(bytes(head))
        vaults = list[PackVault](_VAULT.iter_unpack(rows))
    except (ValueError, struct.error):
        raise UnknownFormat from None
    spans = {str(code): (int(begin), int(end)) for code, (begin, end) in said["spans"].items()}
    return Pack(day=int(said["day"]), vaults=vaults, spans=spans, entries=entries, documents=documents)
