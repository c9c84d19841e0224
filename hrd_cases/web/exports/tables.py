"""Records as rows of a table: a column for each control of a form, so that nothing is lost when the rows come back."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, partial
from itertools import chain

from flask import g
from flask.typing import ResponseReturnValue

from hrd_cases.domain.companies import Body, Company
from hrd_cases.domain.crosswalk import headings
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.fields import (
    ENTITIES,
    Ask,
    Coded,
    CodedMany,
    Day,
    Entity,
    Field,
    FieldKind,
    Flag,
    Hidden,
    Link,
    Links,
    Number,
    Rows,
    Texts,
    When,
)
from hrd_cases.domain.ids import RecordId, record_id
from hrd_cases.domain.importers.exported import CASE, REMARK, STATE, ExportedColumn, Shape, columns
from hrd_cases.domain.importers.model import word_for
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.vaults import CORE
from hrd_cases.domain.words import N_
from hrd_cases.render.tables import Cell, TextHead
from hrd_cases.services.exports.record_lists import WHOLE, ExportedRecord, ListChoice
from hrd_cases.services.figures.exports import SHEETS, XLSX, sheet
from hrd_cases.services.figures.trends import CHOOSE
from hrd_cases.web.exports import crosswalk_columns
from hrd_cases.web.forms.controls import ASK_WORDS
from hrd_cases.web.forms.links import link_words
from hrd_cases.web.forms.model import CHECKED, Lists
from hrd_cases.web.forms.spelling import spell
from hrd_cases.web.pages.downloads import download
from hrd_cases.web.pages.layout import _, language
from hrd_cases.web.pages.lists import lists

TOO_LONG = N_("A text is longer than a cell of XLSX holds. Export as CSV: it has no such limit.")

ALTERED = N_("It was changed outside this program. Look at its page.")
_FIRST_YEAR = 1901  # dates before that are no dates to a spreadsheet
YES, NO = "yes", "no"

Controls = Mapping[str, Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class RecordTable:
    """Records of one kind in the words of `language`; `lists_of` gives the titles of links in a case.

    `dates`: days are cells of their own kind, as XLSX has them; else they are text as people here write it.
    `names`: without them, titles of cases and of what a record links to are left out, but for the directory.
    """

    entity: Entity
    records: Sequence[ExportedRecord]
    language: str
    say: Callable[[str], str]
    lists_of: Callable[[str], Lists]
    dates: bool
    names: bool = True
    _titles: dict[tuple[str, str], dict[str, str]] = dataclasses.field(default_factory=dict)

    def rows(self) -> Iterable[list[Cell]]:
        """The headings, then each record; columns of groups that nobody filled are left out."""
        chosen = self._columns
        crosswalk = self.entity.cls is Incident and any(CORE in record.open_parts for record in self.records)
        beside = [CASE] if self._in_cases else []
        remarks = any(record.stored.doubts or record.stored.odd for record in self.records)
        beside += [REMARK] if remarks else []
        heads: list[Cell] = [TextHead(column.heading) for column in chosen]
        others = headings(self.language, self.say) if crosswalk else []
        yield heads + [TextHead(text) for text in (*map(self.say, beside), *others)]
        for record, controls in zip(self.records, self._controls, strict=True):
            cells = [self._cell(column, controls.get(column.control, ()), record) for column in chosen]
            cells += [record.case_title] if self._in_cases else []
            altered = record.stored.doubts or record.stored.odd
            cells += [self.say(ALTERED) if altered else None] if remarks else []
            codes = crosswalk_columns.cells(record.stored.value, self.language, self.say) if crosswalk else []
            yield [*cells, *codes]

    @property
    def _in_cases(self) -> bool:
        return self.names and any(record.case for record in self.records)

    @cached_property
    def _controls(self) -> list[Controls]:
        """What a form of each record would hold, of its open parts alone."""
        return [
            spell(filter(partial(_open_in, record), self.entity.fields), record.stored.value) for record in self.records
        ]

    @cached_property
    def _columns(self) -> list[ExportedColumn]:
        every = columns(self.entity, self._shape(), self.language, self.say)
        every_control = chain.from_iterable(controls.items() for controls in self._controls)
        filled = {name for name, texts in every_control if _filled(name, texts)}
        plain = {field.name for field in self.entity.fields if not isinstance(field.kind, Texts | Rows | Hidden)}
        open_parts = frozenset[str]().union(*(record.open_parts for record in self.records))
        return [
            column
            for column in every
            if column.at in open_parts
            and (self.names or not _may_name(column.kind))
            and (column.control in filled or column.control.removesuffix("-used") in plain)
        ]

    def _shape(self) -> Shape:
        rows: dict[str, int] = {}
        languages: dict[str, None] = {}
        for record in self.records:
            for declared in self.entity.fields:
                value = getattr(record.stored.value, declared.name)
                if isinstance(declared.kind, Rows):
                    rows[declared.name] = max(rows.get(declared.name, 0), len(value))
                elif isinstance(declared.kind, Texts):
                    languages.update(dict.fromkeys(part.language for part in value))
        return Shape(rows=rows, languages=tuple(languages))

    def _cell(self, column: ExportedColumn, texts: Sequence[str], record: ExportedRecord) -> Cell:
        filled = [text for text in texts if text]
        match column.kind:
            case Coded(list=name) | CodedMany(list=name):
                return "\n".join(word_for(name, code, self.language) for code in filled)
            case Link(to=to) | Links(to=to):
                return "\n".join(self._title(record, to, record_id(linked)) for linked in filled)
            case Ask():
                return self.say(ASK_WORDS[filled[0]]) if filled and filled[0] in ASK_WORDS else "".join(filled)
            case Flag():
                ticked = filled == [CHECKED if column.control.endswith(STATE) else YES]
                return self.say(ASK_WORDS[YES if ticked else NO])
        return self._plain(column.kind, "\n".join(filled))

    def _plain(self, kind: FieldKind, text: str) -> Cell:
        if isinstance(kind, Number) and text.isdecimal():
            return int(text)
        if isinstance(kind, Day | When) and self.dates:
            return _day(text) or text
        return text

    def _title(self, record: ExportedRecord, to: str, linked: RecordId) -> str:
        """The title of what a record links to; of several with one title, with the beginning of its id."""
        known = self._titles.get((record.case, to))
        if known is None:
            known = link_words(self.lists_of(record.case), to)
            self._titles[record.case, to] = known
        return known.get(linked) or self.lists_of(record.case).stranger(to, linked)


def _open_in(record: ExportedRecord, declared: Field) -> bool:
    return declared.at in record.open_parts


def _may_name(kind: FieldKind) -> bool:
    """Whether the title of what is linked to may name somebody."""
    return isinstance(kind, Link | Links) and ENTITIES[kind.to].cls not in (Company, Body)


def _filled(control: str, texts: Sequence[str]) -> bool:
    return any(text for text in texts) and not (control.endswith(STATE) and list(texts) != [CHECKED])


def _day(text: str) -> date | None:
    """The day that a text of a form says in full; None for what is less exact, or older than spreadsheets count."""
    parts = text.split(".")
    if [len(part) for part in parts] != [2, 2, 4] or not "".join(parts).isdecimal():
        return None
    day = date(int(parts[2]), int(parts[1]), int(parts[0]))
    return day if day.year >= _FIRST_YEAR else None


def list_file(choice: ListChoice, records: Sequence[ExportedRecord], form: str) -> ResponseReturnValue:
    """The records as XLSX or CSV in the reader's language; RuleBroken for another form, or a text that is too long."""
    if form not in SHEETS:
        raise RuleBroken(CHOOSE)
    table = RecordTable(
        entity=ENTITIES[choice.kind],
        records=list(records),
        language=language(),
        say=_,
        lists_of=cache(lambda case: lists(g.ctx, case or None)),
        dates=form == XLSX,
        names=choice.parts == WHOLE,
    )
    try:
        data = sheet(list(table.rows()), form, language())
    except ValueError:
        raise RuleBroken(TOO_LONG) from None
    return download(data, "list", form)
