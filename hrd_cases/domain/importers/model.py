"""How rows of a list become records of a declared entity: which columns, and what people call them."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
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
from hrd_cases.domain.likeness import plain
from hrd_cases.domain.vocabulary import LANGUAGES, vocabulary

_LINKED = frozenset({"person", "company", "body", "colleague"})  # found again by the name in the cell
_NO_LETTER = re.compile(r"[\W_]+")
_CODE = re.compile(r" \((\w+)\)\Z")
_LEAST = 3  # letters of a heading that stands at the beginning of a longer one
YES = frozenset({"yes", "да", "иә", "ия", "true", "1", "+", "x", "х", "v"})
NO = frozenset({"no", "нет", "жоқ", "false", "0", "-", "–", "—"})
UNKNOWN = frozenset({"unknown", "неизвестно", "не известно", "белгісіз", "?"})


def _none() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class RowColumn:
    """A column whose cell becomes a row of a repeating group: `preset` is what else that row says.

    `joined`: several such columns make one row together, as surname and first name do.
    """

    code: str
    group: str
    part: str
    label: str
    words: tuple[str, ...]
    preset: Mapping[str, str] = field(default_factory=_none)
    joined: bool = False


@dataclass(frozen=True, kw_only=True)
class Importer:
    """What a list of one kind of record is: `words` are what columns are called besides the labels of the fields.

    `filled`: what a record gets where the list has no such column, with the number of the row and one
    of its content. `says`: by field, words
    that people write for a code besides its labels.
    """

    cls: type[Declared]
    words: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    columns: tuple[RowColumn, ...] = ()
    filled: Mapping[str, str] = field(default_factory=_none)
    says: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))

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


def folded(text: str) -> str:
    """A heading or a word of a list as it is compared: letters only, look-alikes put together."""
    return " ".join(_NO_LETTER.sub(" ", plain(text)).split())


def proposed(heading: str, names: Mapping[str, tuple[str, ...]]) -> str:
    """The code of what a heading most likely means, from every name of every code; empty where none fits."""
    text = folded(heading)
    if not text:
        return ""
    best, length = "", 0
    for code, spelled in names.items():
        for name in map(folded, spelled):
            fits = text == name or (len(name) >= _LEAST and text.startswith(f"{name} "))
            worth = len(name) * 2 + (text == name)
            if fits and worth > length:
                best, length = code, worth
    return best


def code_of(name: str, text: str) -> str:
    """The code of a list whose label, in any language, a cell says; the text itself where there is none."""
    if vocabulary(name).has(text):
        return text
    code = _labels(name).get(folded(text), "")
    ending = _CODE.search(text)
    return code or (ending[1] if ending and vocabulary(name).has(ending[1]) else text)


def word_for(name: str, code: str, language: str) -> str:
    """The label of a code, by which `code_of` finds it again: with the code itself where the label alone does not."""
    entry = vocabulary(name).get(code) if vocabulary(name).has(code) else None
    label = entry.text(language) if entry is not None else code
    return label if code_of(name, label) == code else f"{label} ({code})"


@cache
def _labels(name: str) -> Mapping[str, str]:
    """The code of every label of a list, in each language; of two that read the same, the first."""
    labels: dict[str, str] = {}
    for entry in vocabulary(name).entries:
        for language in LANGUAGES:
            labels.setdefault(folded(entry.label.get(language, "")), entry.code)
    return labels


def codes_of(name: str, text: str) -> list[str]:
    """The same of a cell that says several, parted by semicolons, lines or commas."""
    whole = code_of(name, text)
    if whole != text or not text:
        return [whole] if text else []
    codes: list[str] = []
    for sign in ("\n", "[;\n]", "[;\n,]"):
        parts = [part.strip() for part in re.split(sign, text) if part.strip()]
        codes = [code_of(name, part) for part in parts]
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
