"""The page of the columns of a list: each with examples and a choice of what it means."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from hrd_cases.domain.fields import Field
from hrd_cases.domain.importers.exported import meaning_of
from hrd_cases.domain.importers.model import Importer, Meaning, meanings_at
from hrd_cases.domain.importers.near_words import folded
from hrd_cases.domain.importers.registry import importer
from hrd_cases.domain.sheets.model import SheetRow
from hrd_cases.domain.words import N_
from hrd_cases.services.imports import importing
from hrd_cases.services.imports import lists as import_lists
from hrd_cases.services.imports.lists import ImportState, OpenImport
from hrd_cases.services.kernel.context import Context
from hrd_cases.web.forms.controls import control
from hrd_cases.web.forms.model import FormField, Lists, Typed, first, identifier
from hrd_cases.web.forms.parsing import read
from hrd_cases.web.imports.rows import exported_headings

EXAMPLES = 3
SAME = "same."  # + the name of a control: what holds for rows that leave it empty
NOTHING = N_("not imported")
TWICE = N_("Another column means this already. Choose one of them.")
NONE = N_("Choose what at least one column means.")


@dataclass(frozen=True, kw_only=True)
class Columns:
    """The columns of the chosen sheet, with what they mean so far."""

    item: OpenImport
    importer: Importer
    rows: list[SheetRow]
    allowed: frozenset[str]
    lists: Lists
    ctx: Context

    @property
    def state(self) -> ImportState:
        """How far the list is."""
        return self.item.state

    @property
    def headings(self) -> list[str]:
        """The texts of the row with the headings."""
        return import_lists.headings(self.rows, self.state.head)

    @property
    def required(self) -> list[Field]:
        """The fields without which there is no record, which a form may be asked for once for all rows."""
        fields = self.importer.entity.fields
        wanted = (field for field in fields if field.required and field.at in self.allowed)
        return [field for field in wanted if field.name not in self.importer.filled]

    def fields(self, errors: Mapping[str, str]) -> Iterator[FormField]:
        """The controls of the page: sheet and headings, each column, what is the same for every row."""
        yield from self._where(errors)
        for at in range(self._width()):
            name, chosen = f"column.{at}", self.state.columns.get(str(at), "")
            known = self._known(at)
            labels = ((meaning.code, self.lists.words(meaning.label)) for meaning in known.values())
            yield FormField(
                name=name,
                id=identifier(f"column-{at}"),
                kind="select",
                label=self._heading(at),
                hint=" · ".join(self._examples(at)),
                error=errors.get(name, ""),
                options=(
                    ("", self.lists.words(NOTHING), not chosen),
                    *((code, label, code == chosen) for code, label in labels),
                ),
            )
        typed = {name: list(texts) for name, texts in self.state.same.items()}
        for field in self.required:
            asked = control(replace(field, required=False), typed, self.lists, dict(errors))
            yield replace(asked, name=SAME + asked.name, id=identifier(f"same-{asked.name}"))

    def moved(self, sent: Typed) -> ImportState | None:
        """The state with another sheet or row of headings, if the form says so."""
        sheet, head = first(sent, "sheet") or "0", first(sent, "head").strip()
        number = int(sheet) if sheet.isdecimal() and len(sheet) < 3 else 0
        if number < len(self.state.sheets) and number != self.state.sheet:
            state = replace(self.state, sheet=number, fixed={}, choices={}, part=1)
            rows = import_lists.rows_of(self.ctx, replace(self.item, state=state), 1)
            return replace(state, head=import_lists.heading_row(self.importer, rows))
        line = int(head) if head.isdecimal() and len(head) < 7 else self.state.head
        return replace(self.state, head=line) if line != self.state.head else None

    def read(self, sent: Typed) -> tuple[ImportState, dict[str, str]]:
        """The state with what was chosen, and what is wrong with it by name of control."""
        columns: dict[str, str] = {}
        errors: dict[str, str] = {}
        for at in range(self._width()):
            code, known = first(sent, f"column.{at}"), self._known(at)
            if code in known:
                if not known[code].several and code in columns.values():
                    errors[f"column.{at}"] = self.lists.words(TWICE)
                columns[str(at)] = code
        if not columns:
            errors["column.0"] = self.lists.words(NONE)
        same, wrong = self._same(sent)
        return replace(self.state, columns=columns, same=same, fixed={}, choices={}), errors | wrong

    @cached_property
    def _plain(self) -> Mapping[str, Meaning]:
        return meanings_at(self.importer, self.allowed)

    @cached_property
    def _exported(self) -> Mapping[str, str]:
        return exported_headings(self.importer, self.headings)

    def _known(self, at: int) -> Mapping[str, Meaning]:
        """What a column may mean: what any may, and what its heading says if this program wrote it."""
        control = self._exported.get(self.headings[at] if at < len(self.headings) else "", "")
        meaning = meaning_of(self.importer, control) if control and control not in self._plain else None
        if meaning is None or meaning.at not in self.allowed:
            return self._plain
        return {**self._plain, control: replace(meaning, label=self.headings[at])}

    def meant(self, chosen: ImportState) -> dict[str, str]:
        """What headings mean, to be remembered; also that one means nothing."""
        texts = enumerate(self.headings)
        return {folded(text): chosen.columns.get(str(at), "") for at, text in texts if folded(text)}

    def _same(self, sent: Typed) -> tuple[dict[str, list[str]], dict[str, str]]:
        pairs = ((name.removeprefix(SAME), texts) for name, texts in sent.items() if name.startswith(SAME))
        same = {name: list(filter(None, texts)) for name, texts in pairs if any(texts)}
        asked = {name.partition("-")[0] for name in same}
        filled = [field for field in self.required if field.name in asked]
        _value, errors = read(filled, same, self.importer.cls(), self.lists)
        return same, errors

    def _where(self, errors: Mapping[str, str]) -> Iterator[FormField]:
        sheets = self.state.sheets
        if len(sheets) > 1:
            options = ((str(at), f"{sheet.name} ({sheet.rows})") for at, sheet in enumerate(sheets))
            yield FormField(
                name="sheet",
                id="f-sheet",
                kind="select",
                label=self.lists.words(N_("Sheet")),
                hint=self.lists.words(N_("One sheet at a time. The number in brackets says how many rows it has.")),
                options=tuple((code, label, code == str(self.state.sheet)) for code, label in options),
            )
        yield FormField(
            name="head",
            id="f-head",
            kind="number",
            label=self.lists.words(N_("Row with the headings")),
            hint=self.lists.words(N_("Its number in the spreadsheet; 0 if there are no headings.")),
            value=str(self.state.head),
            error=errors.get("head", ""),
        )

    def _width(self) -> int:
        return max((len(row.cells) for row in self.rows if row.number >= self.state.head), default=0)

    def _heading(self, at: int) -> str:
        heading = self.headings[at] if at < len(self.headings) else ""
        return heading[:80] or self.lists.words(N_("Column %(name)s")) % {"name": named(at)}

    def _examples(self, at: int) -> list[str]:
        below = (row.cells[at] for row in self.rows if row.number > self.state.head and at < len(row.cells))
        return [text[:60] for text in dict.fromkeys(filter(None, below))][:EXAMPLES]


def named(at: int) -> str:
    """What a spreadsheet calls a column."""
    first_letter, last = divmod(at, 26)
    return (named(first_letter - 1) if first_letter else "") + chr(ord("A") + last)


def columns_of(ctx: Context, item: OpenImport, lists: Lists) -> Columns:
    """The columns of a list of the actor's."""
    kind = importer(item.state.kind)
    allowed = importing.writable(ctx, kind, item.state.case)
    rows = import_lists.rows_of(ctx, item, 1)
    return Columns(item=item, importer=kind, rows=rows, allowed=allowed, lists=lists, ctx=ctx)
