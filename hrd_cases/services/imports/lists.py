"""A list on its way in: read in memory, kept sealed to whoever brings it until its rows are records, then forgotten.

Nothing of it rests in the clear, and nobody else opens it. It is put away after as many days as a draft.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from hrd_cases.crypto.core.envelope import SealedPlace, seal_to, unseal_from
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.primitives import random
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.ids import NO_CASE, CaseId, is_id
from hrd_cases.domain.importers.model import Importer, known_headings
from hrd_cases.domain.importers.registry import importer
from hrd_cases.domain.sheets.model import SheetRow, TableSheet
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import allow
from hrd_cases.store.imports import STATE, ImportPart

BATCH = 200  # rows that are checked, and become records, at once
MOST_SHEETS = 5  # lists of one person on their way in
MOST_COLUMNS = 400  # headings whose meaning is remembered

TOO_MANY = N_("You are importing %(most)s lists already. Finish or remove one of them first.")


@dataclass(frozen=True, kw_only=True)
class SheetPlace:
    """One sheet of the file: its name, its rows, how many of them are hidden, and the part in which they begin."""

    name: str
    rows: int
    first: int
    hidden: int

    @property
    def parts(self) -> int:
        """How many parts its rows fill."""
        return -(-self.rows // BATCH)


@dataclass(frozen=True, kw_only=True)
class ImportState:
    """How far a list is.

    `case`: where its rows go, empty for the directory. `head`: the number of the row with the headings.
    `columns`: what each column means, by its place. `same`: what holds for every row that leaves it empty.
    `words`: by field, which codes a word means that no list has; said of one row, it holds for all.
    `fixed`: what was typed in place of a cell, by row and control. `choices`: what becomes of a row that seems to be
    here: "new", "out" or the id of what is here. `part`: which rows come next.
    """

    kind: str
    case: CaseId = NO_CASE
    name: str = ""
    language: str = "ru"
    sheets: tuple[SheetPlace, ...] = ()
    sheet: int = 0
    head: int = 0
    columns: Mapping[str, str] = field(default_factory=dict)
    same: Mapping[str, list[str]] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)
    fixed: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    part: int = 1
    made: int = 0
    used: int = 0
    left_out: int = 0
    done: bool = False

    @property
    def place(self) -> SheetPlace:
        """The sheet whose rows come in."""
        return self.sheets[self.sheet]

    @property
    def last(self) -> bool:
        """Whether no rows follow those that come next."""
        return self.part >= self.place.parts


@dataclass(frozen=True, kw_only=True)
class OpenImport:
    """A list of the actor's with how far it is."""

    id: str
    state: ImportState


def may_begin(ctx: Context) -> None:
    """Refuse, before anything is read, whoever may bring in no lists, or has too many under way."""
    allow(ctx, Act.IMPORT_LIST)
    if len(ctx.work.imports.states(ctx.actor.user)) >= MOST_SHEETS:
        raise RuleBroken(TOO_MANY, place="file", values={"most": MOST_SHEETS})


def begin(ctx: Context, state: ImportState, sheets: Sequence[TableSheet]) -> str:
    """Keep what was read, sealed to the actor; returns the id of the list."""
    may_begin(ctx)
    sheet_id = random(16).hex()
    places, number = [], 1
    parts: list[ImportPart] = []
    for sheet in sheets:
        place = SheetPlace(name=sheet.name, rows=len(sheet.rows), first=number, hidden=sheet.hidden)
        places.append(place)
        for rows in _batches(sheet.rows):
            parts.append(_part(ctx, sheet_id, number, [[row.number, list(row.cells)] for row in rows]))
            number += 1
    ready = replace(state, sheets=tuple(places), head=heading_row(importer(state.kind), sheets[0].rows))
    ctx.work.imports.add([_part(ctx, sheet_id, STATE, asdict(ready)), *parts])
    ctx.note("write", "send a list to import", rows=sum(place.rows for place in places))
    return sheet_id


def heading_row(kind: Importer, rows: Sequence[SheetRow]) -> int:
    """The number of the row that most likely holds the headings: the first as full as most rows are, or as well known.

    Headings can stand in two rows, one above the other: then the row that names more columns counts.
    """
    start = rows[:30]
    usual = sorted(_filled(row) for row in start)[len(start) // 2]
    full = next((row for row in start if _filled(row) >= max(1, usual * 3 // 4)), rows[0])
    best = max(start, key=lambda row: (known_headings(kind, row.cells), row is full))
    return best.number if known_headings(kind, best.cells) > 1 else full.number


def _filled(row: SheetRow) -> int:
    return sum(1 for cell in row.cells if cell)


def _batches(rows: Sequence[SheetRow]) -> Iterator[Sequence[SheetRow]]:
    return (rows[at : at + BATCH] for at in range(0, len(rows), BATCH))


def mine(ctx: Context) -> tuple[OpenImport, ...]:
    """The lists that the actor is bringing in, oldest first."""
    allow(ctx, Act.IMPORT_LIST)
    opened = (_opened(ctx, part) for part in ctx.work.imports.states(ctx.actor.user))
    return tuple(item for item in opened if item is not None)


def read(ctx: Context, sheet: str) -> OpenImport:
    """One list of the actor's; NotFound for any other."""
    allow(ctx, Act.IMPORT_LIST)
    part = ctx.work.imports.part(ctx.actor.user, sheet) if is_id(sheet) and sheet != ctx.actor.user else None
    opened = _opened(ctx, part) if part is not None else None
    if opened is None:
        raise NotFound
    return opened


def rows_of(ctx: Context, item: OpenImport, part: int) -> list[SheetRow]:
    """The rows of one part of the chosen sheet, from 1."""
    place = item.state.place
    if not 1 <= part <= place.parts:
        return []
    row = ctx.work.imports.part(ctx.actor.user, item.id, place.first + part - 1)
    content = _content(ctx, row) if row is not None else None
    if not isinstance(content, list):
        raise NotFound
    return [SheetRow(number=number, cells=cells) for number, cells in content]


def headings(rows: Sequence[SheetRow], head: int) -> list[str]:
    """The texts of the row with the headings; none when there is no such row."""
    return next((list(row.cells) for row in rows if row.number == head), [])


def put(ctx: Context, item: OpenImport, state: ImportState) -> None:
    """Keep how far a list is; once it is done, nothing of its rows and names is kept."""
    if not state.done:
        ctx.work.imports.put_state(ctx.actor.user, item.id, _part(ctx, item.id, STATE, asdict(state)).part_sealed)
        return
    ctx.work.imports.remove(ctx.actor.user, item.id)
    counted = ImportState(
        kind=state.kind, case=state.case, made=state.made, used=state.used, left_out=state.left_out, done=True
    )
    ctx.work.imports.add([_part(ctx, item.id, STATE, asdict(counted))])


def remove(ctx: Context, sheet: str) -> None:
    """Forget a list with everything that was typed to correct it; what came in stays."""
    item = read(ctx, sheet)
    ctx.work.imports.remove(ctx.actor.user, item.id)
    ctx.note("write", "remove a list that was to be imported")


def remembered(ctx: Context, kind: str) -> Mapping[str, str]:
    """What headings meant the last time that the actor brought in a list of this kind."""
    row = ctx.work.imports.part(ctx.actor.user, ctx.actor.user)
    content = _content(ctx, row) if row is not None else None
    columns = content.get(kind) if isinstance(content, dict) else None
    return {str(name): str(code) for name, code in columns.items()} if isinstance(columns, dict) else {}


def remember(ctx: Context, kind: str, columns: Mapping[str, str]) -> None:
    """Remember what headings meant, for the actor's next list of this kind."""
    user = ctx.actor.user
    row = ctx.work.imports.part(user, user)
    content = _content(ctx, row) if row is not None else None
    before = content if isinstance(content, dict) else {}
    merged = {**remembered(ctx, kind), **columns}
    content = {**before, kind: dict(list(merged.items())[-MOST_COLUMNS:])}
    part = _part(ctx, user, STATE, content)
    if row is None:
        ctx.work.imports.add([part])
    else:
        ctx.work.imports.put_state(user, user, part.part_sealed)


def _part(ctx: Context, sheet: str, number: int, content: object) -> ImportPart:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    owner = ctx.work.users.by_id(ctx.actor.user)
    if owner is None:
        raise NotFound
    sealed = seal_to(owner.kem_public, _place(ctx, sheet, number), text)
    return ImportPart(id=sheet, number=number, user_id=owner.id, day=ctx.now.date(), part_sealed=sealed)


def _content(ctx: Context, part: ImportPart) -> Any:  # noqa: ANN401  # as json.loads() gives it
    try:
        return json.loads(unseal_from(ctx.keys.kem_seed, _place(ctx, part.id, part.number), part.part_sealed))
    except (CryptoError, ValueError):
        return None


def _opened(ctx: Context, part: ImportPart) -> OpenImport | None:
    content = _content(ctx, part)
    if not isinstance(content, dict):
        return None
    try:
        places = tuple(SheetPlace(**place) for place in content.pop("sheets"))
        state = ImportState(**content, sheets=places)
        importer(state.kind)
    except (TypeError, KeyError, NotFound):  # of an earlier version of the program
        return None
    return OpenImport(id=part.id, state=state)


def _place(ctx: Context, sheet: str, number: int) -> SealedPlace:
    user, row = bytes.fromhex(ctx.actor.user), bytes.fromhex(sheet)
    return SealedPlace(
        org=ctx.runtime.org, vault=user, table="imports", row=row, compartment="", epoch=0, version=number
    )
