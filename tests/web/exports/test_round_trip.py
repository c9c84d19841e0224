"""What a list says when it leaves is what it says when it is imported: random records, in three languages and forms."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from hrd_cases.domain.dates import UNKNOWN, PartialDate
from hrd_cases.domain.entities import ENTITIES
from hrd_cases.domain.fields import (
    Ask,
    Coded,
    CodedMany,
    Count,
    Counted,
    Day,
    FieldKind,
    Flag,
    Hidden,
    LangText,
    Link,
    Links,
    Number,
    Rows,
    Text,
    TextLine,
    Texts,
    TimeOfDay,
    When,
    blank,
    fields_of,
)
from hrd_cases.domain.importers.registry import IMPORTERS
from hrd_cases.domain.sheets.reading import read_table
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.render.tables import csv_bytes, xlsx_bytes
from hrd_cases.services.exports.record_lists import ExportedRecord
from hrd_cases.services.imports.importing import Existing
from hrd_cases.services.imports.lists import ImportState, SheetPlace
from hrd_cases.services.kernel.catalogues import catalogues
from hrd_cases.store.stored import Stored
from hrd_cases.web.exports.tables import RecordTable
from hrd_cases.web.forms.engine import AT, read_form
from hrd_cases.web.forms.model import Lists
from hrd_cases.web.forms.spelling import spell
from hrd_cases.web.imports import rows as import_rows
from hrd_cases.web.imports.rows import RowCheck, propose

WORDS = catalogues()
NASTY = (
    *("=1+1", "+7 701 000 11 22", "-5", "@x", "'=x", "''=x", "'x", "0012", "1e5", "12.2017", "1,5", "a;b", 'say "x"'),
    *("_x0041_", "Қайрат; Ғазиз", "a\tb", "<b>&amp;</b>", "|x", "%x", "=СУММ(A1)", "yes", "?", "—", "ё", "TRUE", "№ 7"),
)
TITLES = ("Шахтёр А", "Шахтёр А", "Company; one", "=x", "x (12345678)", "№ 1", "№ 2")


def a_link(to: str) -> list[tuple[str, str]]:
    return [(f"{number}{to.encode().hex()}".ljust(32, "0")[:32], title) for number, title in enumerate(TITLES)]


LISTS = Lists(
    linked=a_link,
    every=lambda name: [("", [(entry.code, entry.code) for entry in vocabulary(name).entries])],
    today=date(2026, 11, 29),
)


class Dice:
    """Random answers to any kind of question."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)

    def a_day(self) -> date:
        return date(1899, 6, 1) + timedelta(days=self.draw.randrange(45_000))

    def a_when(self) -> PartialDate | None:
        day, more = self.a_day(), self.draw.randrange(1, 400)
        later = day + timedelta(days=more)
        return self.draw.choice(
            [
                None,
                UNKNOWN,
                PartialDate(start=str(max(day.year, 1900))),
                PartialDate(start=f"{max(day.year, 1900)}-{day.month:02}", about=True),
                PartialDate(start=max(day, date(1900, 1, 1)).isoformat()),
                PartialDate(start=max(day, date(1900, 1, 1)).isoformat(), end=max(later, date(1900, 1, 2)).isoformat()),
            ]
        )

    def a_count(self) -> Counted | None:
        low = self.draw.randrange(900)
        whole = Counted(low=low, used=low + 5, high=low + 9, source=self.a_line())
        return self.draw.choice([None, Counted(used=low), Counted(low=low), whole])

    def a_line(self) -> str:
        return self.draw.choice([*NASTY, *NASTY, ""])

    def a_text(self) -> str:
        return self.draw.choice(["", "\n\n".join(self.draw.sample(NASTY, 3)), "=a\n+b", self.a_line()])

    def texts(self) -> tuple[LangText, ...]:
        original = LangText(language="ru", text=f"x{self.a_text()}", translator="", state="draft")
        state = self.draw.choice(["draft", "checked"])
        translation = LangText(language="en", text=f"y{self.a_text()}", translator="=somebody", state=state)
        return self.draw.choice([(), (original,), (original, translation)])

    def of(self, kind: FieldKind) -> Any:
        code: Callable[[str], str] = lambda name: self.draw.choice(vocabulary(name).entries).code  # noqa: E731
        match kind:
            case Rows(item=item):
                return tuple(
                    item(**{part.name: self.of(part.kind) for part in fields_of(item)})
                    for _row in range(self.draw.randrange(4))
                )
            case Link(to=to):
                return self.draw.choice(["", self.draw.choice(a_link(to))[0]])
            case Links(to=to):
                return tuple(record for record, _title in self.draw.sample(a_link(to), self.draw.randrange(4)))
            case Coded(list=name):
                return self.draw.choice(["", code(name)])
            case CodedMany(list=name):
                return tuple({code(name): None for _time in range(self.draw.randrange(4))})
        answers: dict[type[FieldKind], Callable[[], Any]] = {
            Texts: self.texts,
            TextLine: self.a_line,
            Text: self.a_text,
            When: self.a_when,
            Day: lambda: self.draw.choice([None, max(self.a_day(), date(1900, 1, 1))]),
            TimeOfDay: lambda: self.draw.choice(["", "09:05", "16:00"]),
            Flag: lambda: self.draw.choice([True, False]),
            Ask: lambda: self.draw.choice(["", "yes", "no", "unknown"]),
            Count: self.a_count,
            Number: lambda: self.draw.choice([None, 0, 7, 10**6]),
            Hidden: lambda: kind.empty,
        }
        return answers[type(kind)]()


def random_value(code: str, dice: Dice) -> Any:
    """A value as a form would keep it: what a form refuses is left empty, what it tidies is tidied."""
    entity = ENTITIES[code]
    drawn = entity.cls(**{field.name: dice.of(field.kind) for field in entity.fields})
    typed = {AT: [" ".join(entity.compartments)], **spell(entity.fields, drawn)}
    for _time in range(30):
        value, errors = read_form(entity, typed, entity.cls(), LISTS, entity.compartments)
        missing = {name for name in errors if not typed.get(name) or not any(typed[name])}
        for name in errors:
            typed[name] = []
        for field in entity.fields:
            if field.name in missing and field.required:
                typed.update(spell([field], replace(entity.cls(), **{field.name: certain(field.kind, dice)})))
        if not errors:
            return value
    raise AssertionError(errors)


def certain(kind: FieldKind, dice: Dice) -> Any:
    """An answer that is one."""
    return next(
        answer for answer in (dice.of(kind) for _time in range(500)) if not blank(answer, kind) and answer != UNKNOWN
    )


def through(code: str, values: list[Any], language: str, form: str) -> list[Any]:
    """Values written to a file and read by the importer that is there for them."""
    entity, words = ENTITIES[code], WORDS.of(language)
    records = [
        ExportedRecord(
            stored=Stored(id="0" * 32, vault="0" * 32, entity=entity, value=value),
            case="",
            case_title="",
            open_parts=frozenset(entity.compartments),
        )
        for value in values
    ]
    say = words.gettext
    table = RecordTable(
        entity=entity, records=records, language=language, say=say, lists_of=lambda _case: LISTS, dates=form == "xlsx"
    )
    cells = list(table.rows())
    data = xlsx_bytes(cells) if form == "xlsx" else csv_bytes(cells, language)
    (sheet,) = read_table(data)
    importer, headings = IMPORTERS[code], list(sheet.rows[0].cells)
    state = ImportState(
        kind=code,
        language="kk",
        sheets=(SheetPlace(name="", rows=len(sheet.rows), first=1, hidden=sheet.hidden),),
        head=sheet.rows[0].number,
        columns=propose(importer, headings, {}),
    )
    check = RowCheck(
        importer=importer,
        state=state,
        headings=headings,
        base=replace(entity.cls(), **{field.name: field.proposed for field in entity.fields if field.proposed}),
        lists=LISTS,
        allowed=frozenset(entity.compartments),
        existing=Existing(),
    )
    checked = check.every(sheet.rows)
    assert [row.errors for row in checked] == [{}] * len(values)
    return [replace(row.value, sheet_row="") for row in checked]  # type: ignore[type-var]


@pytest.fixture
def words_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    """The importer asks the site for its catalogues: here they are without a site."""

    class Site:
        class catalogues:  # noqa: N801
            of = staticmethod(WORDS.of)

    monkeypatch.setattr(import_rows, "site", lambda: Site)


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("language", ["en", "ru", "kk"])
@pytest.mark.parametrize("code", sorted(IMPORTERS))
def test_a_list_comes_back_as_it_left(words_of_three: None, code: str, language: str, form: str) -> None:
    for seed in range(4):
        dice = Dice(seed)
        values = [random_value(code, dice) for _row in range(5)]
        back = through(code, values, language, form)
        for value, other in zip(values, back, strict=True):
            for field in ENTITIES[code].fields:
                if not isinstance(field.kind, Hidden):
                    assert getattr(other, field.name) == getattr(value, field.name), (seed, field.name)
