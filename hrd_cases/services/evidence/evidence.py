"""An exhibit as its page shows it: its files with hash and intake, their order and turn, what translates what."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.arranging import TURNS
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.evidence import Evidence, brief, still_original, with_files
from hrd_cases.domain.fields import Declared
from hrd_cases.domain.ids import NO_RECORD, CaseId, RecordId
from hrd_cases.domain.vaults import CORE
from hrd_cases.domain.words import N_
from hrd_cases.services.evidence.file_types import ending
from hrd_cases.services.evidence.sealed_files import KeptFile, contents, stored_file
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import may, open_vault, peek
from hrd_cases.services.records.across import across
from hrd_cases.services.records.records import read_in, title
from hrd_cases.services.records.records import writable as records_writable
from hrd_cases.services.sharing.sharing import names_of
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored, is_of, of_class


@dataclass(frozen=True, kw_only=True)
class ShownFile:
    """One file on the page of its exhibit, `number` from 1, `by` the name of who took it in if it may be seen.

    `same`: where the same bytes are in this case too: id and title of the exhibit, number of the file there.
    """

    number: int
    file: KeptFile
    by: str
    same: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True, kw_only=True)
class DerivedExhibit:
    """An exhibit made from another, or the one it was made from: how (a code), and the hashes of its files, in part.

    `unchanged`: whether the files of the original are still those it was made from; None where nobody wrote them down.
    """

    id: str
    title: str
    how: str
    hashes: tuple[str, ...]
    unchanged: bool | None


@dataclass(frozen=True, kw_only=True)
class ExhibitView:
    """An exhibit, its files in order, the exhibits that translate it and the one it translates (id, title).

    `made_from`: the one it was made from; `derived`: those made from it.
    """

    stored: Stored[Evidence]
    files: tuple[ShownFile, ...]
    original: tuple[str, str] | None
    translations: tuple[tuple[str, str], ...]
    made_from: DerivedExhibit | None
    derived: tuple[DerivedExhibit, ...]
    may_change: bool
    closed: bool  # the files rest in a part that is not the reader's
    may_open: bool


@dataclass(frozen=True, kw_only=True)
class OpenedFile:
    """A file on its way out: true `name` (given only when asked for), neutral name, exact `length`, the bytes."""

    name: str
    neutral: str
    length: int
    pieces: Iterator[bytes] = field(repr=False)


def view(ctx: Context, case: CaseId, record: RecordId) -> ExhibitView:
    """An exhibit for its page."""
    vault = open_vault(ctx, Act.READ_CASE, case, record=record)
    stored = read_in(ctx, vault, record, Evidence)
    cards = {card.id: card for card in ctx.work.records.cards([vault]) if is_of(card, Evidence)}
    names = names_of(ctx, ColleagueCard)
    there = by_hash(cards.values()) if stored.value.files else {}
    files = []
    for at, file in enumerate(files_of(stored), start=1):
        same = [place for place in there.get(brief(file.sha256), ()) if (place[0], place[2]) != (record, at)]
        files.append(ShownFile(number=at, file=file, by=names.get(file.by, ""), same=tuple(same)))
    original, source = cards.get(stored.value.translation_of), cards.get(stored.value.made_from)
    return ExhibitView(
        stored=stored,
        files=tuple(files),
        original=(original.id, title(original)) if original else None,
        translations=tuple((card.id, title(card)) for card in cards.values() if card.value.translation_of == record),
        made_from=_derived(source, stored.value, source.value) if source and source.id != record else None,
        derived=tuple(
            _derived(card, card.value, stored.value)
            for card in cards.values()
            if card.value.made_from == record and card.id != record
        ),
        may_change=may(ctx, Act.ADD_EVIDENCE, vault),
        closed="identity" in stored.closed,
        may_open="identity" not in stored.closed and may(ctx, Act.OPEN_FILE, vault),
    )


def _derived(card: Stored[Evidence], copy: Evidence, original: Evidence) -> DerivedExhibit:
    """One of the two, as the page of the other shows it."""
    return DerivedExhibit(
        id=card.id,
        title=title(card),
        how=copy.made_how,
        hashes=tuple(card.value.hashes.split()),
        unchanged=still_original(copy.made_of, original.hashes) if copy.made_of else None,
    )


def elsewhere(ctx: Context, case: CaseId, record: RecordId) -> tuple[tuple[str, str, str, int], ...]:
    """Where a file of this exhibit is in other cases that the actor opens: case, exhibit, its title, number there."""
    vault = open_vault(ctx, Act.READ_CASE, case, record=record)
    mine = {brief(file.sha256) for file in files_of(read_in(ctx, vault, record, Evidence))}
    cards = [card for card in across(ctx).cards((Evidence,)) if card.vault != case]
    places = by_hash(cards)
    at = {card.id: card.vault for card in cards}
    results = [place for hashed in sorted(mine) for place in places.get(hashed, ())]
    return tuple((at[exhibit], exhibit, name, number) for exhibit, name, number in results)


def may_look_elsewhere(ctx: Context) -> bool:
    """Whether the actor has a list of cases of their own."""
    return may(ctx, Act.SEE_DESK)


def hashes_in(ctx: Context, vault: OpenVault) -> frozenset[str]:
    """The SHA-256, as `brief` cuts it, of every file of a case that the actor opens."""
    return frozenset(by_hash(ctx.work.records.cards([vault])))


def holding(ctx: Context, vault: OpenVault, hashes: Collection[str]) -> RecordId:
    """The exhibit of a case that has all of these files; empty when none has."""
    places = by_hash(ctx.work.records.cards([vault]))
    holders: set[RecordId] | None = None
    for item in hashes:
        having = {record for record, _title, _at in places.get(brief(item), ())}
        holders = having if holders is None else holders & having
    return min(holders or (), default=NO_RECORD)


def by_hash(cards: Iterable[Stored[Declared]]) -> dict[str, list[tuple[RecordId, str, int]]]:
    """Where each file of the exhibits among these is, by `brief`: id and title of the exhibit, number of the file."""
    places: dict[str, list[tuple[RecordId, str, int]]] = {}
    for card in of_class(cards, Evidence):
        result = str(card.value.hashes or "").split()
        for at, item in enumerate(result, start=1):
            places.setdefault(item, []).append((card.id, title(card), at))
    return places


def files_of(stored: Stored[Evidence]) -> tuple[KeptFile, ...]:
    """The files a record names, in the order of the exhibit."""
    return tuple(stored_file(entry) for entry in stored.value.files or ())


def open_file(ctx: Context, case: CaseId, record: RecordId, number: int) -> OpenedFile:
    """A file of an exhibit, `number` from 1; the caller sends the bytes only after the act is entered in the log."""
    vault = open_vault(ctx, Act.OPEN_FILE, case, record=record)
    files = files_of(read_in(ctx, vault, record, Evidence))
    if not 1 <= number <= len(files):
        raise NotFound
    ctx.note("read", "send a file", vault=case, record=record, number=number)
    file = files[number - 1]
    return OpenedFile(
        name=file.name,
        neutral=f"download-{number:02d}.{ending(file.sniffed)}",
        length=file.length,
        pieces=contents(ctx.runtime, case, file),
    )


def arrange(  # which exhibit, and the two things a person sets for each file
    ctx: Context,
    case: CaseId,
    record: RecordId,
    places: Sequence[int],
    turns: Sequence[int],
    expected: Mapping[str, int],
) -> None:
    """Put the files of an exhibit in order (`places` by present position) and turn them; the files stay as they are."""
    vault = open_vault(ctx, Act.ADD_EVIDENCE, case, record=record)
    stored = read_in(ctx, vault, record, Evidence)
    files = files_of(stored)
    if len(places) != len(files) or len(turns) != len(files) or any(turn not in TURNS for turn in turns):
        raise RuleBroken(N_("The exhibit has other files now. Look at it again."), place="order")
    ordered = sorted(range(len(files)), key=lambda at: (places[at], at))
    entries = [replace(files[at], turn=turns[at]).entry() for at in ordered]
    ctx.work.records.update(vault, ctx.author, record, with_files(stored.value, entries), expected, ctx.today)
    ctx.note("write", "arrange an exhibit", vault=case, record=record)


def may_add(ctx: Context, case: CaseId) -> None:
    """Ask before the form is shown; raises NotFound or Forbidden."""
    open_vault(ctx, Act.ADD_EVIDENCE, case)


def may_take(ctx: Context, case: CaseId) -> bool:
    """Whether the actor may add files to a case now."""
    vault = peek(ctx, case)
    return vault is not None and may(ctx, Act.ADD_EVIDENCE, vault) and vault.may_write(CORE)


def writable(ctx: Context, case: CaseId) -> frozenset[str]:
    """The parts of a case's evidence that the actor may write."""
    return records_writable(ctx, Evidence, case)
