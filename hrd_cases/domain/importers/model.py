"""How rows of a list become records of a declared entity: which columns, and what people call them."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from hrd_cases.domain.fields import (
    Declared,
    Entity,
    FieldKind,
    Hidden,
    Link,
    Links,
    Rows,
    Text,
    TextLine,
    Texts,
    entity_for,
    fields_of,
)
from hrd_cases.domain.importers.near_words import code_of, folded, near
from hrd_cases.domain.vocabulary import vocabulary

_LINKED = frozenset({"person", "company", "body", "colleague"})  # found again by the name in the cell
_LEAST = 3  # letters of a name that stands in a longer heading
_LEAST_INSIDE = 5  # the same of one that stands inside of it, where a word has another ending
_ENDING = 3  # letters
YES = frozenset({"yes", "да", "иә", "ия", "true", "1", "+", "x", "х", "v"})
NO = frozenset({"no", "нет", "жоқ", "false", "0", "-", "–", "—"})
UNKNOWN = frozenset({"unknown", "неизвестно", "не известно", "белгісіз", "?"})


def _none() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class RowColumn:
    """A column whose cell becomes a row of a repeating group: `preset` is what else that row says.

    `joined`: several such columns make one row together, as surname and first name do. `beside`: the column that a
    telephone number in the same cell belongs to.
    """

    code: str
    group: str
    part: str
    label: str
    words: tuple[str, ...]
    preset: Mapping[str, str] = field(default_factory=_none)
    joined: bool = False
    beside: str = ""


@dataclass(frozen=True, kw_only=True)
class Importer:
    """What a list of one kind of record is: `words` are what columns are called besides the labels of the fields.

    `filled`: what a record gets where the list has no such column, with the number of the row and one
    of its content. `says`: by field, words
    that people write for a code besides its labels. `told`: the text whose first line is the title where a list has
    none. `limits`: the days until which something is to be done.
    """

    cls: type[Declared]
    words: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    columns: tuple[RowColumn, ...] = ()
    filled: Mapping[str, str] = field(default_factory=_none)
    says: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    told: Mapping[str, str] = field(default_factory=_none)
    limits: tuple[str, ...] = ()

    @property
    def entity(self) -> Entity:
        """The declaration of what the rows become."""
        return entity_for(self.cls)

    @property
    def in_case(self) -> bool:
        """Whether a case has to be chosen: companies and bodies stand in the directory."""
        return self.entity.vault != "directory"

    def columns_of(self, group: str) -> Iterator[RowColumn]:
        """The columns that fill a repeating group."""
        return (column for column in self.columns if column.group == group)


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What a column can mean: a field, or a part of a group of the record. `code` names it in forms."""

    code: str
    kind: FieldKind
    label: str
    at: str
    words: tuple[str, ...]
    row: RowColumn | None = None
    exact: bool = False  # a column that this program exported: it stands for one control of the form

    @property
    def several(self) -> bool:
        """Whether several columns can mean this: their texts are joined, or make a row each."""
        return self.row is not None or isinstance(self.kind, TextLine | Text | Texts)


def meanings(importer: Importer) -> tuple[Meaning, ...]:
    """Everything that a column of such a list can mean, in the order of the form."""
    every = []
    for declared in importer.entity.fields:
        if isinstance(declared.kind, Rows):
            every += [_of_group(column, declared.kind, declared.at) for column in importer.columns_of(declared.name)]
        elif not isinstance(declared.kind, Hidden | Links) and _reachable(declared.kind):
            words = tuple(importer.words.get(declared.name, ()))
            every.append(
                Meaning(code=declared.name, kind=declared.kind, label=declared.label, at=declared.at, words=words)
            )
    return tuple(every)


def meanings_at(importer: Importer, allowed: Collection[str]) -> dict[str, Meaning]:
    """What a column can mean to somebody who may fill in these parts of a record, by its code."""
    return {meaning.code: meaning for meaning in meanings(importer) if meaning.at in allowed}


def _reachable(kind: FieldKind) -> bool:
    return not isinstance(kind, Link) or kind.to in _LINKED


def _of_group(column: RowColumn, kind: Rows, at: str) -> Meaning:
    part = next(part for part in fields_of(kind.item) if part.name == column.part)
    return Meaning(code=column.code, kind=part.kind, label=column.label, at=at, words=column.words, row=column)


def proposed(heading: str, names: Mapping[str, tuple[str, ...]]) -> str:
    """The code of what a heading most likely means, from every name of every code; empty where none fits."""
    words = folded(heading).split()
    best, most = "", (0, 0, 0)
    for code, spelled in names.items():
        for name in spelled:
            worth = _worth(words, folded(name).split())
            if worth > most:
                best, most = code, worth
    return best


def _worth(words: Sequence[str], name: Sequence[str]) -> tuple[int, int, int]:
    """How well a name fits a heading: whole, at its beginning or inside; by how many letters; letter by letter."""
    letters = sum(map(len, name))
    if words == name:
        return 3, letters, 1
    for at in range(len(words) - len(name) + 1) if letters >= _LEAST else ():
        piece = words[at : at + len(name)]
        like = letters >= _LEAST_INSIDE or not at
        if piece == name or (like and all(map(_word_fits, piece, name))):
            return (1 if at else 2), letters, int(piece == name)
    return 0, 0, 0


def _word_fits(word: str, of_name: str) -> bool:
    """Whether a word of a heading is one of a name, shortened (рожд.) or with an ending (облысы)."""
    shortened = len(word) >= _LEAST and of_name.startswith(word)
    return shortened or (len(of_name) > _LEAST and word.startswith(of_name) and len(word) - len(of_name) <= _ENDING)


def known_headings(importer: Importer, cells: Iterable[str]) -> int:
    """How many of these cells are what people call a column of such a list."""
    names = {meaning.code: (*meaning.words, meaning.label) for meaning in meanings(importer)}
    return sum(1 for cell in cells if proposed(cell, names))


def code_meant(name: str, text: str) -> str:
    """The same of a cell that somebody wrote by hand: also of words that are nearly those of one entry."""
    code = code_of(name, text)
    return code if vocabulary(name).has(code) else near(name, text) or text


def word_for(name: str, code: str, language: str) -> str:
    """The label of a code, by which `code_of` finds it again: with the code itself where the label alone does not."""
    entry = vocabulary(name).get(code) if vocabulary(name).has(code) else None
    label = entry.text(language) if entry is not None else code
    return label if code_of(name, label) == code else f"{label} ({code})"


def codes_of(name: str, text: str) -> list[str]:
    """The same of a cell that says several, parted by semicolons, lines or commas."""
    whole = code_meant(name, text)
    if whole != text or not text:
        return [whole] if text else []
    codes: list[str] = []
    for sign in ("\n", "[;\n]", "[;\n,]"):
        parts = [part.strip() for part in re.split(sign, text) if part.strip()]
        codes = [code_meant(name, part) for part in parts]
        if codes and all(vocabulary(name).has(code) for code in codes):
            return codes
    return codes


def answer_of(text: str) -> str:
    """'yes', 'no' or 'unknown' as a cell says it; the text itself where it says neither."""
    word = text.strip().casefold().rstrip(".")
    for code, words in (("yes", YES), ("no", NO), ("unknown", UNKNOWN)):
        if word in words:
            return code
    return text
