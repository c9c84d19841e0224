"""The columns of a list that this program exported: each stands for one control of a form, so that nothing is lost.

A heading is the label of the field in the reader's language; of a repeating group, with the number of the row.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from hrd_cases.domain.fields import (
    ENTITIES,
    Count,
    Entity,
    Field,
    FieldKind,
    Flag,
    Hidden,
    Number,
    Rows,
    Text,
    TextLine,
    Texts,
    fields_of,
)
from hrd_cases.domain.importers.model import Importer, Meaning
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.domain.words import N_

Say = Callable[[str], str]

MOST_GROUPED = 300  # rows of one group, as in a form
CASE, REMARK = N_("Case"), N_("Remark")  # what stands beside the fields and is not imported
AT_LEAST, AT_MOST, WHO_SAYS = N_("at least"), N_("at most"), N_("who says so")
TRANSLATOR, CHECKED = N_("who translated it"), N_("checked")
STATE = "-state"  # the control of a translation that says whether somebody checked it
_NUMBER = re.compile(r"\d{1,3}")
_LANGUAGES = "languages"
_FIGURE = Number(high=10**9)


def _nothing() -> Mapping[str, int]:
    return MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How far the columns go: rows of each group by its name, and the languages of texts."""

    rows: Mapping[str, int] = field(default_factory=_nothing)
    languages: Collection[str] = ()


@dataclass(frozen=True, kw_only=True)
class ExportedColumn:
    """One column: the control it stands for, its heading, what its cells hold, and the part of the record it is in."""

    control: str
    heading: str
    kind: FieldKind
    at: str


def columns(entity: Entity, shape: Shape, language: str, say: Say) -> Iterator[ExportedColumn]:
    """Every column of an entity, in the order of its form; `say` translates a label into `language`."""
    for declared, label in _labelled(entity.fields, say):
        if not isinstance(declared.kind, Rows):
            yield from _single(declared, declared.name, label, declared.at, shape, language, say)
            continue
        for index in range(shape.rows.get(declared.name, 0)):
            for part, inner in _labelled(fields_of(declared.kind.item), say):
                control, heading = f"{declared.name}-{index}-{part.name}", f"{label} {index + 1}: {inner}"
                yield from _single(part, control, heading, declared.at, shape, language, say)


def _labelled(fields: Iterable[Field], say: Say) -> Iterator[tuple[Field, str]]:
    """Each field with its label; of two with one label, the second with a number."""
    seen: Counter[str] = Counter()
    for declared in fields:
        if not isinstance(declared.kind, Hidden):
            label = say(declared.label)
            seen[label] += 1
            yield declared, label if seen[label] == 1 else f"{label} ({seen[label]})"


def _single(  # what one field is called and where it stands
    declared: Field, control: str, heading: str, at: str, shape: Shape, language: str, say: Say
) -> Iterator[ExportedColumn]:
    def column(end: str, name: str, kind: FieldKind) -> ExportedColumn:
        return ExportedColumn(control=control + end, heading=name, kind=kind, at=at)

    match declared.kind:
        case Count():
            yield column("-used", heading, _FIGURE)
            yield column("-low", f"{heading}: {say(AT_LEAST)}", _FIGURE)
            yield column("-high", f"{heading}: {say(AT_MOST)}", _FIGURE)
            yield column("-source", f"{heading}: {say(WHO_SAYS)}", TextLine())
        case Texts():
            for code in shape.languages:
                name = f"{heading} ({vocabulary(_LANGUAGES).get(code).text(language)})"
                yield column(f"-{code}-text", name, Text())
                yield column(f"-{code}-translator", f"{name}: {say(TRANSLATOR)}", TextLine())
                yield column(f"-{code}{STATE}", f"{name}: {say(CHECKED)}", Flag())
        case kind:
            yield column("", heading, kind)


def controls_by_heading(
    entity: Entity, headings: Iterable[str], language: str, say: Say
) -> Mapping[str, ExportedColumn]:
    """What each of these headings stands for, where it is one that `columns` makes in this language."""
    wanted = set(headings)
    most = max((int(number) for text in wanted for number in _NUMBER.findall(text)), default=0)
    shape = _every(entity, min(most, MOST_GROUPED))
    return {column.heading: column for column in columns(entity, shape, language, say) if column.heading in wanted}


def _every(entity: Entity, most: int) -> Shape:
    groups = {declared.name: most for declared in entity.fields if isinstance(declared.kind, Rows)}
    return Shape(rows=groups, languages=[entry.code for entry in vocabulary(_LANGUAGES).entries])


def meaning_of(importer: Importer, control: str) -> Meaning | None:
    """What a column means that stands for a control of the form; None where the form has no such control."""
    return _meanings(importer.entity.code, _reach(control)).get(control)


def _reach(control: str) -> int:
    """How many rows of groups have to be looked at to find a control, in steps, so that few answers are kept."""
    most = max((int(number) + 1 for number in _NUMBER.findall(control)), default=0)
    return next(step for step in (0, 8, 60, 1000) if most <= step)


@cache
def _meanings(code: str, most: int) -> Mapping[str, Meaning]:
    entity = ENTITIES[code]
    every = columns(entity, _every(entity, min(most, MOST_GROUPED)), "en", str)
    return {
        one.control: Meaning(code=one.control, kind=one.kind, label=one.heading, at=one.at, words=(), exact=True)
        for one in every
    }
