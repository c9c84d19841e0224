"""The pack of the actor: opened, and made anew of what is kept of it and what changed (store/packs.py)."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from hrd_cases.domain.fields import entity_for
from hrd_cases.domain.people import Person
from hrd_cases.services.kernel.context import Context
from hrd_cases.store.pack_format import (
    EMPTY,
    CardStanding,
    NewEntry,
    Pack,
    PackVault,
    Parts,
    encode,
    packed_parts,
)
from hrd_cases.store.packs import PackRow, VaultBasis, opened_pack, sealed_pack

DAYS = 30  # that a pack is used: the longer, the more it looks at lines that are over by now
LOOSE = 128  # one case in so many may have changed before a pack is made anew: each costs its digests at every view
PERSON = entity_for(Person).code  # of the entries of files of people; no case has any


class NewVault(NamedTuple):
    """A vault to be packed: its records with the code of their entity, their standing and their documents."""

    basis: VaultBasis
    records: Collection[tuple[str, str, CardStanding, Parts]]
    title: bytes = b""  # of the person whose file it is, as `packed_title` writes it


def opened(ctx: Context, row: PackRow | None) -> Pack:
    """The pack of the actor. As days pass lines go and none comes: it is good for some days, and for none before."""
    if row is None:
        return EMPTY
    try:
        with ctx.runtime.blobs.packs.open(row.user_id) as file:
            sealed = file.read()
    except FileNotFoundError:
        return EMPTY
    pack = opened_pack(ctx.keys.keyring, ctx.runtime.org, row, sealed)
    return pack if pack is not None and 0 <= ctx.today.toordinal() - pack.day < DAYS else EMPTY


def repack(ctx: Context, pack: Pack, staying: Iterable[int], new: Iterable[NewVault], *, ended: str, day: int) -> None:
    """Make the pack anew of vaults of `pack` by their number, and of new ones; entered when the visit is.

    `ended`: as it was before anything of it was read; `day`: the ordinal that the pack is of.
    """
    vaults, entries = list[PackVault](), list[NewEntry]()
    for basis, records, title in new:
        entries += (
            NewEntry(code, len(vaults), bytes.fromhex(record), standing, title + packed_parts(parts))
            for code, record, standing, parts in records
        )
        vaults.append((bytes.fromhex(basis.id), basis.basis))
    places = {number: len(vaults) + place for place, number in enumerate(sorted(staying))}
    vaults += (pack.vaults[number] for number in places)
    for code in pack.spans:
        for number, record, *days, place, length in pack.of(code):
            if number in places:
                documents = bytes(pack.documents[place : place + length])
                entries.append(NewEntry(code, places[number], record, CardStanding(*days), documents))
    row, sealed = sealed_pack(ctx.keys.keyring, ctx.runtime.org, ctx.actor.user, encode(day, vaults, entries))
    ctx.runtime.blobs.packs.put(row.user_id, sealed)
    # Not entered when access ended or something was removed since what it holds was read.
    ctx.after.append(lambda later: later.work.packs.put(row, ended=ended))
