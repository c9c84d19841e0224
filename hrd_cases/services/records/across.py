"""What lists show of all cases of the actor: out of their packed digest, and from the digests that changed since.

Rights are asked of the index each time; the pack only saves opening again what was opened before. Of a case that is
not as it was packed, or that the actor does not open whole, the digests themselves are opened.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.cases import Case
from hrd_cases.domain.fields import Declared, entity_for
from hrd_cases.domain.ids import CaseId, RecordId, case_id, is_id, record_id
from hrd_cases.domain.vaults import CASE_VAULT
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import allow, allowing, cases_among, claim_all
from hrd_cases.services.records.card_standing import standing
from hrd_cases.services.records.packing import LOOSE, PERSON, NewVault, opened, repack
from hrd_cases.store.digests import UNREAD
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.pack_format import CardStanding, Pack, PackEntry, Parts
from hrd_cases.store.packs import VaultBasis
from hrd_cases.store.records import Stored
from hrd_cases.store.stored import stored_from

Test = Callable[[int, int, int, int], bool]  # of the marks and days of a CardStanding


class Loose(NamedTuple):
    """A record that is not in the pack, and how it stands."""

    code: str
    parts: Parts
    standing: CardStanding
    stored: Stored[Declared]


@dataclass(frozen=True, kw_only=True)
class Across:
    """The actor's cases as lists see them: `vaults` by id, those packed without keys."""

    ctx: Context = field(repr=False)
    vaults: tuple[OpenVault, ...]
    packed: Mapping[int, OpenVault]  # by their number in the pack
    pack: Pack = field(repr=False)
    loose: Mapping[str, tuple[Loose, ...]] = field(repr=False)  # by vault

    def cards(
        self,
        of: Collection[type[Declared]],
        where: Test | None = None,
        *,
        ids: Collection[str] | None = None,
        within: Collection[str] | None = None,
    ) -> list[Stored[Declared]]:
        """The records of these classes whose standing passes, vault by vault, each in the order entered.

        `ids`: only records with these ids; `within`: only of these vaults. One of which nobody knows the class is
        always looked at.
        """
        codes = {entity_for(cls).code for cls in of}
        wanted = None if ids is None else {bytes.fromhex(record) for record in ids if is_id(record)}
        places = {number for number, vault in self.packed.items() if within is None or vault.id in within}
        packed = (
            self._stored(code, PackEntry._make(entry))
            for code in codes
            for entry in self.pack.of(code)
            if (where is None or where(*entry[2:6])) and entry[0] in places and (wanted is None or entry[1] in wanted)
        )
        loose = (
            item.stored
            for item in self._loose({*codes, UNREAD})
            if (within is None or item.stored.vault in within)
            and (ids is None or item.stored.id in ids)
            and (where is None or where(*item.standing))
        )
        return self._in_order((*packed, *loose))

    def roots(self, vaults: Iterable[str] | None = None) -> list[Stored[Declared]]:
        """The records of cases that have the id of their vault, of these vaults or of all."""
        ids = {vault.id for vault in self.vaults} if vaults is None else set(vaults)
        return [stored for stored in self.cards((Case,), ids=ids, within=ids) if stored.id == stored.vault]

    def marked(self, of: type[Declared], mark: int) -> list[tuple[str, str]]:
        """Vault and id of the records of a class that have a mark, none of them decoded."""
        code = entity_for(of).code
        packed = (
            (self.packed[entry[0]].id, entry[1].hex())
            for entry in self.pack.of(code)
            if entry[2] & mark and entry[0] in self.packed
        )
        loose = (
            (item.stored.vault, item.stored.id)
            for item in self._loose({code, UNREAD})
            if isinstance(item.stored.value, of) and item.standing.marks & mark
        )
        return sorted((*packed, *loose))

    def cases(self, mark: int) -> set[CaseId]:
        """The cases whose root has a mark."""
        return {case_id(record) for vault, record in self.marked(Case, mark) if record == vault}

    def naming(self, linked: str) -> list[Stored[Declared]]:
        """The records in which this id stands, and the roots of the cases that have any."""
        text = linked.encode()
        packed = [self._stored(code, entry) for code, entry in self.pack.naming(text) if entry.vault in self.packed]
        loose = [item.stored for item in self._loose() if _names(item.parts, text)]
        named = (*packed, *loose)
        there = {(stored.vault, stored.id) for stored in named}
        missing = {stored.vault for stored in named if (stored.vault, stored.vault) not in there}
        return self._in_order((*named, *(self.roots(missing) if missing else ())))

    def _loose(self, codes: Collection[str] | None = None) -> Iterator[Loose]:
        return (item for own in self.loose.values() for item in own if codes is None or item.code in codes)

    def _stored(self, code: str, entry: PackEntry) -> Stored[Declared]:
        vault = self.packed[entry.vault]
        return self.ctx.work.records.shown(vault, record_id(entry.record.hex()), self.pack.parts(code, entry))

    def _in_order(self, every: Iterable[Stored[Declared]]) -> list[Stored[Declared]]:
        by_vault: dict[str, list[Stored[Declared]]] = {}
        for stored in every:
            by_vault.setdefault(stored.vault, []).append(stored)
        return [stored for vault in sorted(by_vault) for stored in stored_from(by_vault[vault])]


def across(ctx: Context) -> Across:
    """The cases of the actor that the table lets them read; a pack that lacks many of them is made anew."""
    allow(ctx, Act.SEE_DESK)
    claim_all(ctx)
    bases = ctx.work.packs.basis(ctx.actor.fingerprint, ctx.day_number)
    readable = _readable(ctx, bases)
    ended, pack = ctx.work.packs.ended(), opened(ctx, ctx.work.packs.of(ctx.actor.user))
    known = {vault: (number, basis) for number, (vault, basis) in enumerate(pack.vaults)}
    packed, changed = dict[int, OpenVault](), list[VaultBasis]()
    for basis in bases:
        number, packed_from = known.get(bytes.fromhex(basis.id), (0, b""))
        if basis.id in readable and packed_from == basis.basis:
            packed[number] = readable[basis.id]
        elif basis.id in readable:
            changed.append(basis)
    stale = cases_among(ctx, [basis.id for basis in changed])
    loose, whole = _loose(ctx, stale)
    vaults = sorted((*packed.values(), *stale), key=lambda vault: vault.id)
    mine = Across(ctx=ctx, vaults=tuple(vaults), packed=packed, pack=pack, loose=loose)
    if len(whole) > len(packed) // LOOSE:
        _pack(ctx, mine, [basis for basis in changed if basis.id in whole], ended)
    return mine


def _readable(ctx: Context, bases: Iterable[VaultBasis]) -> dict[str, OpenVault]:
    """Those that the table lets the actor read, without keys: asked once for each way of holding one."""
    ways = {id(basis.rights): basis for basis in bases}
    allowed = {id(vault.rights) for vault in allowing(ctx, Act.READ_CASE, map(_without_keys, ways.values()))}
    return {basis.id: _without_keys(basis) for basis in bases if id(basis.rights) in allowed}


def _without_keys(basis: VaultBasis) -> OpenVault:
    return OpenVault(id=basis.id, kind=CASE_VAULT, keys={}, headers={}, rights=basis.rights)


def _loose(ctx: Context, stale: Collection[OpenVault]) -> tuple[dict[str, tuple[Loose, ...]], frozenset[str]]:
    """The records of cases that are not packed, and which of these cases the actor opens whole."""
    loose, whole = dict[str, tuple[Loose, ...]](), set[str]()
    for vault, records, entire in ctx.work.records.parts(stale):
        loose[vault.id] = tuple(_one(ctx, vault, record, parts) for record, parts in records.items())
        if entire and not any(item.code == UNREAD or item.stored.broken for item in loose[vault.id]):
            whole.add(vault.id)
    return loose, frozenset(whole)


def _one(ctx: Context, vault: OpenVault, record: RecordId, parts: Parts) -> Loose:
    stored = ctx.work.records.shown(vault, record, parts)
    codes = {part.code for part in parts.values()}
    code = UNREAD if UNREAD in codes or len(codes) > 1 else codes.pop()
    return Loose(code=code, parts=parts, standing=standing(stored, ctx.today), stored=stored)


def _pack(ctx: Context, mine: Across, changed: Collection[VaultBasis], ended: str) -> None:
    """Make the pack anew of what is still as it was packed and what changed; files of people stay as they are."""
    new = [NewVault(basis, list(map(_packed, mine.loose[basis.id]))) for basis in changed]
    kept = {*mine.packed, *(entry[0] for entry in mine.pack.of(PERSON))}
    repack(ctx, mine.pack, kept, new, ended=ended, day=mine.pack.day if mine.packed else ctx.today.toordinal())


def _packed(item: Loose) -> tuple[str, str, CardStanding, Parts]:
    return item.code, item.stored.id, item.standing, item.parts


def _names(parts: Parts, text: bytes) -> bool:
    return any(text in part.document for part in parts.values())
