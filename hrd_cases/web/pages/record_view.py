"""A stored record as its page shows it: answered fields under headings, links by title, masks kept until asked."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from functools import partial

from markupsafe import Markup

from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.fields import (
    Ask,
    Coded,
    CodedMany,
    Count,
    Counted,
    Day,
    Declared,
    Entity,
    Field,
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
from hrd_cases.domain.ids import CaseId, RecordId, record_id
from hrd_cases.domain.people import Person
from hrd_cases.domain.per_kind import PerKind
from hrd_cases.domain.words import N_
from hrd_cases.services.records.records import Doubt, Stored
from hrd_cases.web.forms.controls import ASK_WORDS, LANGUAGE_WORDS
from hrd_cases.web.forms.model import Lists
from hrd_cases.web.kernel import urls
from hrd_cases.web.pages import filters
from hrd_cases.web.pages.layout import PART_WORDS, _
from hrd_cases.web.pages.lists import certainty, label

MASK = "•••••"
LONG = 200  # letters of one text, from where rows stand under each other instead of in a table


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A repeating group as a table."""

    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    long: bool  # holds texts too long for a column


@dataclass(frozen=True, kw_only=True)
class PagePart:
    """What stands under one heading of a page: facts as the macro takes them, and tables."""

    title: str
    facts: list[dict[str, object]] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ShownRecord:
    """A record ready for its page."""

    title: str
    mark: str
    parts: tuple[PagePart, ...]
    unanswered: tuple[str, ...]
    closed: bool
    broken: tuple[str, ...]
    unproven: tuple[str, ...]
    masked: bool
    authors: tuple[str, ...]
    doubts: tuple[Doubt, ...]  # what is not as its last writer left it


@dataclass(frozen=True, kw_only=True)
class Reader:
    """How values are said on this page: titles of links, the case the record is in, and whether masks are lifted."""

    lists: Lists
    case: CaseId | None = None
    revealed: bool = False

    def title_of(self, to: str, record: RecordId) -> str:
        """The title of a linked record."""
        return dict(self.lists.linked(to)).get(record) or self.lists.stranger(to, record)

    def link(self, to: str, record: RecordId) -> dict[str, str]:
        """A linked record as a cell or fact: its title, and its address where it may be opened."""
        existing = dict(self.lists.linked(to)).get(record)
        url = urls.of(to, record, self.case) if existing else ""
        return {"text": existing or self.lists.stranger(to, record), "url": url}


def show(stored: Stored[Declared], reader: Reader, apart: Collection[str] = ()) -> ShownRecord:
    """Lay a stored record out; fields in parts that the reader cannot open are left out, answered ones among `apart`
    stand elsewhere on the page (facts_of)."""
    readable = _readable(stored)
    answered = [f for f in readable if not blank(getattr(stored.value, f.name), f.kind)]
    names = reader.lists.names(ColleagueCard)
    return ShownRecord(
        title=headline(stored, reader.lists),
        mark=str(getattr(stored.value, "mark", "") or ""),
        parts=(
            *_parts((f for f in answered if f.name not in apart), stored.value, reader),
            *odd_parts(stored, reader),
        ),
        unanswered=tuple(_(f.label) for f in readable if f not in answered and f.name not in stored.odd),
        closed=bool(stored.closed),
        broken=parts(stored.broken - {doubt.compartment for doubt in stored.doubts}),
        doubts=stored.doubts,
        unproven=parts(stored.unproven),
        masked=not reader.revealed and any(_has_mask(f, getattr(stored.value, f.name)) for f in answered),
        authors=tuple(dict.fromkeys(names.get(user, "") or _(N_("a colleague")) for user in stored.authors.values())),
    )


def facts_of(stored: Stored[Declared], names: Collection[str], reader: Reader) -> list[dict[str, object]]:
    """The answered fields of these names as facts, as far as the reader can open them."""
    fields = (f for f in _readable(stored) if f.name in names and not blank(getattr(stored.value, f.name), f.kind))
    return [fact for f in fields for fact in _facts(f, getattr(stored.value, f.name), reader)]


def _readable(stored: Stored[Declared]) -> list[Field]:
    opened = stored.versions.keys() - stored.broken
    return [f for f in stored.entity.fields if not isinstance(f.kind, Hidden) and f.at in opened]


def headline(stored: Stored[Declared], lists: Lists) -> str:
    """What a record's own page calls it: with its person, where it is of one and has no title of its own."""
    person = getattr(stored.value, "person", "")
    return title(stored, lists.names(Person).get(person, "") if person else "")


def title(stored: Stored[Declared], whose: str = "") -> str:
    """What a page calls a record; `whose` is the name of its person."""
    own_title = str(stored.entity.title(stored.value))
    if own_title and not only_head(stored.entity, own_title):
        return _(own_title)
    content = whose or coded_facts(stored.entity, stored.value)
    return headed(stored.entity, own_title, content)


def author_words(name: str, *, proven: bool) -> str:
    """Who wrote something: a colleague by name, and whether the signature is theirs."""
    called = name or _(N_("a colleague"))
    return called if proven else _(N_("%(name)s, but the signature is not theirs")) % {"name": called}


def headed(entity: Entity, own_title: str, content: str) -> str:
    """A title that says only what a record is, with something that tells it from others."""
    head = _(own_title or entity.label)
    return f"{head}: {content}" if content else head


def only_head(entity: Entity, own_title: str) -> bool:
    """Whether a title says no more than what a record is."""
    return own_title == entity.label or own_title in entity.heads


_SAYS_LITTLE = ("mark", "region", "language", "direction", "state", "said", "about")


def coded_facts(entity: Entity, value: object) -> str:
    """What the coded part says first of a record whose title is not the reader's to see."""
    for declared in entity.fields:
        if not declared.card or not isinstance(declared.kind, Coded | CodedMany) or declared.name in _SAYS_LITTLE:
            continue
        codes = getattr(value, declared.name, "")
        if codes:
            return filters.coded([codes] if isinstance(codes, str) else codes, declared.kind.list)
    return ""


def parts(compartments: Iterable[str]) -> tuple[str, ...]:
    """Which parts of a record are meant, in plain words."""
    return tuple(_(PART_WORDS[name]) if name in PART_WORDS else name for name in sorted(compartments))


def differences(entity: Entity, mine: object, theirs: object, lists: Lists) -> list[dict[str, str]]:
    """What differs between two versions of a record, as a person reads it."""
    reader = Reader(lists=lists, revealed=True)
    return [
        {
            "label": _(f.label),
            "mine": plain(f.kind, getattr(mine, f.name), reader),
            "theirs": plain(f.kind, getattr(theirs, f.name), reader),
        }
        for f in entity.fields
        if not isinstance(f.kind, Hidden) and getattr(mine, f.name) != getattr(theirs, f.name)
    ]


def plain(kind: FieldKind, value: object, reader: Reader) -> str:
    """A value as plain text, on one or several lines."""
    if blank(value, kind):
        return ""
    return _SAY.of(kind)(kind, value, reader)


def _texts(_kind: Texts, value: Iterable[LangText], _reader: Reader) -> str:
    return "\n\n".join(f"{_language(part.language)}: {part.text}" for part in value)


def _rows(kind: Rows, value: Iterable[object], reader: Reader) -> str:
    return "\n".join(_plain_row(kind.item, item, reader) for item in value)


def _plain_row(item: type[Declared], row: object, reader: Reader) -> str:
    wording = ((part, plain(part.kind, getattr(row, part.name), reader)) for part in fields_of(item))
    return "; ".join(f"{_(part.label)}: {text}" for part, text in wording if text)


def _parts(answered: Iterable[Field], value: object, reader: Reader) -> Iterable[PagePart]:
    created: dict[str, PagePart] = {}
    for declared in answered:
        part = created.setdefault(declared.section, PagePart(title=_(declared.section) if declared.section else ""))
        answer = getattr(value, declared.name)
        if isinstance(declared.kind, Rows):
            part.grids.append(_grid(declared, answer, reader))
        else:
            part.facts.extend(_facts(declared, answer, reader))
    return created.values()


def odd_parts(stored: Stored[Declared], reader: Reader) -> Iterable[PagePart]:
    """What stands in fields that cannot hold it, as it is: nothing stored is hidden, and no page fails on it."""
    facts = [_odd_fact(stored.entity, name, text, reader) for name, text in stored.odd.items()]
    if facts:
        yield PagePart(title=_(N_("Cannot be shown as what it should be")), facts=facts)


def _odd_fact(entity: Entity, name: str, text: str, reader: Reader) -> dict[str, object]:
    head, _row, cell = name.partition("-")
    declared = [entity.field(head)]
    if isinstance(declared[0].kind, Rows):
        declared += [part for part in fields_of(declared[0].kind.item) if part.name == cell.partition("-")[2]]
    kind = declared[-1].kind
    covered = isinstance(kind, TextLine) and kind.masked and not reader.revealed
    why = (
        N_("Stored so; it is no date.")
        if isinstance(kind, When | Day)
        else N_("Stored so; it does not fit this field.")
    )
    label_ = ": ".join(_(part.label) for part in declared)
    return {"label": label_, "value": MASK if covered else filters.visible(text), "source": _(why)}


def _facts(declared: Field, value: object, reader: Reader) -> list[dict[str, object]]:
    name, kind = _(declared.label), declared.kind
    if isinstance(kind, Texts) and isinstance(value, tuple):
        return [_text_fact(name, part) for part in value]
    if isinstance(kind, Link):
        results = reader.link(kind.to, record_id(str(value)))
        return [{"label": name, "value": filters.visible(results["text"]), "url": results["url"]}]
    if isinstance(kind, Links) and isinstance(value, tuple):
        return [{"label": name, "value": Markup("<br>").join(_anchor(reader.link(kind.to, item)) for item in value)}]
    texts = {"label": name, "value": filters.visible(plain(kind, value, reader)), "prose": isinstance(kind, Text)}
    return [{**texts, "source": _certainty(kind, value)}]


def _certainty(kind: FieldKind, value: object) -> str:
    """What a reader has to know of a coded value that no text of the law confirms."""
    if isinstance(kind, Coded):
        return certainty(kind.list, [str(value)])
    return certainty(kind.list, value) if isinstance(kind, CodedMany) and isinstance(value, tuple) else ""


def _anchor(link: dict[str, str]) -> Markup:
    markup = filters.visible(link["text"])
    return Markup('<a href="{}">{}</a>').format(link["url"], markup) if link["url"] else markup


def _text_fact(name: str, part: LangText) -> dict[str, object]:
    state = _(N_("checked")) if part.state == "checked" else _(N_("not checked"))
    source = _(N_("Translated by %(name)s, %(state)s")) % {"name": part.translator, "state": state}
    return {
        "label": f"{name} · {_language(part.language)}",
        "value": filters.visible(part.text),
        "prose": True,
        "lang": part.language,
        "source": source if part.translator else "",
    }


def _blank_in(part: Field, row: object) -> bool:
    return blank(getattr(row, part.name), part.kind)


def _cells(row: object, parts: Iterable[Field], reader: Reader) -> tuple[object, ...]:
    return tuple(_cell(part.kind, getattr(row, part.name), reader) for part in parts)


def _grid(declared: Field, value: tuple[object, ...], reader: Reader) -> Grid:
    kind = declared.kind
    items = fields_of(kind.item) if isinstance(kind, Rows) else ()
    used = [part for part in items if not all(map(partial(_blank_in, part), value))]
    rows = tuple(_cells(row, used, reader) for row in value)
    long = any(isinstance(part.kind, Text) and len(getattr(row, part.name)) > LONG for part in used for row in value)
    return Grid(label=_(declared.label), columns=tuple(_(part.label) for part in used), rows=rows, long=long)


def _cell(kind: FieldKind, value: object, reader: Reader) -> object:
    if blank(value, kind):
        return None
    if isinstance(kind, Link):
        return reader.link(kind.to, record_id(str(value)))
    markup, doubt = filters.visible(plain(kind, value, reader)), _certainty(kind, value)
    return {"text": markup, "sub": doubt} if doubt else markup


def _has_mask(declared: Field, value: object) -> bool:
    if isinstance(declared.kind, Rows) and isinstance(value, tuple):
        return any(_has_mask(part, getattr(row, part.name)) for row in value for part in fields_of(declared.kind.item))
    return isinstance(declared.kind, TextLine) and declared.kind.masked and bool(value)


def _language(code: str) -> str:
    return _(LANGUAGE_WORDS[code]) if code in LANGUAGE_WORDS else label("languages", code)


def _line(kind: TextLine, value: str, reader: Reader) -> str:
    return MASK + value[-2:] if kind.masked and not reader.revealed else str(value)


def _ask(_kind: Ask, value: str, _reader: Reader) -> str:
    return _(ASK_WORDS[value]) if value in ASK_WORDS else _(value)


def _count(_kind: Count, value: Counted, _reader: Reader) -> str:
    texts = [
        _(word) % {"number": filters.number(number)}
        for word, number in (
            (N_("we use %(number)s"), value.used),
            (N_("at least %(number)s"), value.low),
            (N_("at most %(number)s"), value.high),
        )
        if number is not None
    ]
    return "; ".join([*texts, *([value.source] if value.source else [])])


# How a value is said on a page.
_SAY: PerKind[Callable[..., str]] = PerKind(
    {
        TextLine: _line,
        Text: lambda _kind, value, _reader: str(value),
        When: lambda _kind, value, _reader: filters.when(value),
        Day: lambda _kind, value, _reader: filters.day(value),
        TimeOfDay: lambda _kind, value, _reader: str(value),
        Coded: lambda kind, value, _reader: label(kind.list, value),
        CodedMany: lambda kind, value, _reader: "; ".join(label(kind.list, code) for code in value),
        Flag: lambda _kind, value, _reader: _(N_("yes")) if value else _(N_("no")),
        Ask: _ask,
        Count: _count,
        Number: lambda _kind, value, _reader: filters.number(value),
        Link: lambda kind, value, reader: reader.title_of(kind.to, value),
        Links: lambda kind, value, reader: "; ".join(reader.title_of(kind.to, item) for item in value),
        Texts: _texts,
        Rows: _rows,
    }
)
