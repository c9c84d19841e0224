"""What lists show of the people of the actor's cases: out of their packed digest, and of those who changed since.

As of cases (services/records/across.py): who may see whom is asked of the index each time, and of a file that is not
as it was packed, or that the actor does not open whole, the digests themselves are opened.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.fields import Declared
from hrd_cases.domain.ids import PersonId, person_id, record_id
from hrd_cases.domain.people import Person
from hrd_cases.domain.vaults import PERSON_VAULT
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import allow, allowing, claim_all, people_besides, people_held
from hrd_cases.services.records.packing import LOOSE, PERSON, NewVault, opened, repack
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.pack_format import CardStanding, Pack, PackEntry, packed_title
from hrd_cases.store.packs import VaultBasis
from hrd_cases.store.records import Stored
from hrd_cases.store.stored import of_class


class LinkChoice(NamedTuple):
    """What a link may point to, as forms and lists call it; `entered`: its place in the order of entering."""

    id: str
    label: str
    entered: int


@dataclass(frozen=True, kw_only=True)
class PeopleOfCases:
    """Everybody of the actor's cases whom the table lets them read: packed, or opened in this act."""

    ctx: Context = field(repr=False)
    pack: Pack = field(repr=False)
    packed: Mapping[int, OpenVault]  # by their number in the pack
    loose: Collection[Stored[Person]] = field(repr=False)

    def named(self) -> list[LinkChoice]:
        """All of them by id, none decoded."""
        packed = (LinkChoice(entry.record.hex(), *self.pack.title(entry)) for entry in self._entries())
        loose = (LinkChoice(card.id, card.entity.title(card.value), card.entered) for card in self.loose)
        return sorted((*packed, *loose))

    def cards(self, ids: Collection[str] | None = None) -> list[Stored[Person]]:
        """The cards of all of them, or of these, by id."""
        wanted = None if ids is None else {bytes.fromhex(person) for person in ids}
        packed = (
            self.ctx.work.records.shown(
                self.packed[entry.vault], record_id(entry.record.hex()), self.pack.parts(PERSON, entry)
            )
            for entry in self._entries()
            if wanted is None or entry.record in wanted
        )
        loose = (card for card in self.loose if ids is None or card.id in ids)
        return sorted(of_class((*packed, *loose), Person), key=lambda stored: stored.id)

    def _entries(self) -> Iterator[PackEntry]:
        entries = map(PackEntry._make, self.pack.of(PERSON))
        return (entry for entry in entries if entry.vault in self.packed)


def people_cards(ctx: Context) -> list[Stored[Person]]:
    """The card of everybody of the actor's cases whom the table lets them read, by id."""
    return people_of_cases(ctx).cards()


def people_of_cases(ctx: Context) -> PeopleOfCases:
    """Who stands in the actor's cases; a pack that lacks many of them is made anew."""
    allow(ctx, Act.SEE_DESK)
    claim_all(ctx)
    others = people_besides(ctx)
    every = ctx.work.packs.people_basis(ctx.actor.fingerprint, ctx.day_number)
    bases = {bytes.fromhex(basis.id): basis for basis in every if basis.id not in others}
    ended, pack = ctx.work.packs.ended(), opened(ctx, ctx.work.packs.of(ctx.actor.user))
    packed = {
        number: OpenVault(id=vault.hex(), kind=PERSON_VAULT, keys={}, headers={}, rights=bases[vault].rights)
        for number, (vault, basis) in enumerate(pack.vaults)
        if vault in bases and bases[vault].basis == basis
    }
    readable = {vault.id for vault in allowing(ctx, Act.READ_PERSON, packed.values())}
    known = {vault.id for vault in packed.values()}
    changed = {person_id(basis.id): basis for basis in bases.values() if basis.id not in known}
    loose, new = _loose(ctx, changed, None if not packed else {*changed, *map(person_id, others)})
    if len(new) > len(packed) // LOOSE:
        _pack(ctx, pack, packed, new, ended)
    shown = {number: vault for number, vault in packed.items() if vault.id in readable}
    return PeopleOfCases(ctx=ctx, pack=pack, packed=shown, loose=of_class(loose, Person))


def names_of_people(ctx: Context) -> dict[str, str]:
    """Title by id of everybody of the actor's cases; kept within the act."""
    if Person not in ctx.labels:
        ctx.labels[Person] = {person.id: person.label for person in people_of_cases(ctx).named()}
    return ctx.labels[Person]


def _loose(
    ctx: Context, changed: Mapping[PersonId, VaultBasis], only: Collection[PersonId] | None
) -> tuple[list[Stored[Declared]], list[NewVault]]:
    """The cards of people who are not packed, and what is to be packed of them: files that the actor opens whole."""
    cards, new = list[Stored[Declared]](), list[NewVault]()
    for vault, records, whole in ctx.work.records.parts(people_held(ctx, only)):
        root = record_id(vault.id)
        parts = records.get(root)
        if parts is None:
            continue
        card, basis = ctx.work.records.shown(vault, root, parts), changed.get(person_id(vault.id))
        cards.append(card)
        if basis is not None and whole and not card.broken and all(map(vault.keys.get, basis.rights)):
            title = packed_title(card.entity.title(card.value), card.entered)
            new.append(NewVault(basis, [(PERSON, vault.id, CardStanding(), parts)], title))
    return cards, new


def _pack(ctx: Context, pack: Pack, packed: Iterable[int], new: Iterable[NewVault], ended: str) -> None:
    """Make the pack anew with these people; cases stay as they are."""
    cases = set(range(len(pack.vaults))) - {entry[0] for entry in pack.of(PERSON)}
    day = pack.day if pack.vaults else ctx.today.toordinal()
    repack(ctx, pack, cases.union(packed), new, ended=ended, day=day)
