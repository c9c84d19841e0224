"""How an entity is declared, once: a frozen dataclass whose fields carry what every layer needs to know.

From a declaration follow the sealed document and its codec, the form and its errors, the page, the card, the columns
of a sheet, the data inventory and the tests that walk all of them. Adding a field is one line; an entity, one file.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, ClassVar, Protocol, TypedDict, TypeVar, Unpack

from hrd_cases.domain.agenda import DATED, DatedLine
from hrd_cases.domain.dates import PartialDate


class Declared(Protocol):
    """A value of a declared class: its fields are known by their declaration, its kind by its class."""

    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]


T = TypeVar("T", bound=Declared)
RuleRows = tuple[Mapping[str, Any], ...]  # rows that a rule writes into a hidden field, as JSON has them


@dataclass(frozen=True, kw_only=True)
class FieldKind:
    """What sort of value a field holds; `empty` is the value of an unanswered question."""

    @property
    def empty(self) -> object:
        """The value that means "nothing was entered"."""
        return ""


@dataclass(frozen=True, kw_only=True)
class TextLine(FieldKind):
    """One line of text (str), at most `max` characters; `masked` shows only the last two until asked."""

    max: int = 200
    masked: bool = False
    suggest: str = ""  # a hint to the browser's keyboard: tel, email
    pages: bool = False  # a choice of pages: read as meant or refused, empty for all


@dataclass(frozen=True, kw_only=True)
class Text(FieldKind):
    """Several lines of text (str), at most `max` characters."""

    max: int = 150_000
    rows: int = 6


@dataclass(frozen=True, kw_only=True)
class LangText:
    """The text in one language: who translated it, and whether it is a draft or checked."""

    language: str
    text: str
    translator: str = ""
    state: str = "draft"


@dataclass(frozen=True, kw_only=True)
class Texts(FieldKind):
    """The same text in several languages: tuple[LangText, ...]; the first is the original."""

    max: int = 150_000
    rows: int = 8

    @property
    def empty(self) -> tuple[LangText, ...]:
        """No language yet."""
        return ()


@dataclass(frozen=True, kw_only=True)
class When(FieldKind):
    """A PartialDate or None; `past` where it tells what has happened, which no day to come can."""

    past: bool = False

    @property
    def empty(self) -> None:
        """No date yet."""
        return None


@dataclass(frozen=True, kw_only=True)
class Day(FieldKind):
    """An exact calendar day (datetime.date) or None; `past` as for When.

    `certain` where "unknown" is no answer, because the day decides what counts.
    """

    past: bool = False
    certain: bool = False

    @property
    def empty(self) -> None:
        """No day yet."""
        return None


@dataclass(frozen=True, kw_only=True)
class TimeOfDay(FieldKind):
    """A time of day as 'HH:MM' (str), local to where it happens."""


@dataclass(frozen=True, kw_only=True)
class Coded(FieldKind):
    """One code (str) of the vocabulary `list`."""

    list: str


@dataclass(frozen=True, kw_only=True)
class CodedMany(FieldKind):
    """Several codes (tuple[str, ...]) of the vocabulary `list`."""

    list: str
    folded: bool = False  # its headings stand behind one fold, where an answer is proposed that mostly stays
    whole: bool = False  # the form shows every code, however long the list is

    @property
    def empty(self) -> tuple[str, ...]:
        """No code chosen."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Flag(FieldKind):
    """A tick (bool)."""

    @property
    def empty(self) -> bool:
        """Not ticked."""
        return False


@dataclass(frozen=True, kw_only=True)
class Ask(FieldKind):
    """'yes', 'no', 'unknown' or '' (not asked)."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How many: the lowest and highest figure given, the one we use, and whose figure that is."""

    low: int | None = None
    high: int | None = None
    used: int | None = None
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Count(FieldKind):
    """A Counted or None."""

    @property
    def empty(self) -> None:
        """Not counted."""
        return None


@dataclass(frozen=True, kw_only=True)
class Number(FieldKind):
    """A whole number or None."""

    low: int = 0
    high: int = 10**12

    @property
    def empty(self) -> None:
        """No number."""
        return None


@dataclass(frozen=True, kw_only=True)
class Link(FieldKind):
    """The id (str) of one record of entity `to`: in the same case, or a person, a company, a colleague."""

    to: str


@dataclass(frozen=True, kw_only=True)
class Links(FieldKind):
    """Ids (tuple[str, ...]) of records of entity `to`."""

    to: str

    @property
    def empty(self) -> tuple[str, ...]:
        """No link."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Rows(FieldKind):
    """A repeating group.

    Tuple of `item` dataclasses, which declare fields of their own; `blank` empty rows are offered.
    """

    item: type[Declared]
    blank: int = 1

    @property
    def empty(self) -> tuple[Declared, ...]:
        """No row."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Hidden(FieldKind):
    """A JSON-ready value that a rule, not a form, writes (a hash, a file list); shown by the entity's own page."""

    default: object = None
    texts: tuple[str, ...] = ()  # which parts of its rows search finds

    @property
    def empty(self) -> object:
        """What a rule has not yet written."""
        return self.default


class Proposal(Enum):
    """What a new form proposes that is only known when it is opened."""

    TODAY = "today"
    ACTOR = "actor"  # the account of whoever opens it


@dataclass(frozen=True, kw_only=True)
class Field:
    """One declared field. `at` is the compartment; `card` keeps it in the small sealed card that lists read."""

    name: str = ""
    kind: FieldKind
    label: str
    at: str
    hint: str = ""
    required: bool = False
    card: bool = False
    after: str = ""  # the field of the same record or row that cannot be later than this one
    search: bool = False  # search finds it: domain/search
    names: str = ""  # whom it may name: person, source, staff
    consent: str = ""  # the consent scope that a paper needs to print it
    printed: bool = True  # may ever enter a paper
    plain: str = ""  # why free text may rest in core
    section: str = ""  # the heading it stands under in forms and pages
    proposed: object = None  # what a new form proposes: a value, or a Proposal


@dataclass(frozen=True, kw_only=True)
class Entity:
    """A declared kind of record: `code` names it everywhere, `letter`, or a digit, stands for it in addresses."""

    code: str
    letter: str
    vault: str
    label: str
    plural: str
    new: str
    cls: type[Declared]
    fields: tuple[Field, ...]
    title: Callable[..., str]
    root: bool = False  # the record that has the id of its vault
    heads: tuple[str, ...] = ()  # titles that say no more than what it is, as its label does
    in_case: bool = False  # it may be added to a case from its page
    dated: str = ""  # the field that says when it was, or will be: its place on the timeline
    ordered: str = ""  # the field that orders its list, where it is another
    newest_first: bool = False  # how its list stands
    as_entered: bool = False  # its list stands as its records arrived, whatever day is on them
    agenda: Callable[..., Iterable[DatedLine]] | None = None  # what of it waits; by default its own day
    undated: bool = False  # its versions do not say when they were written: people open it who did not see that

    @property
    def compartments(self) -> tuple[str, ...]:
        """The compartments its fields rest in, in order of first use."""
        return tuple(dict.fromkeys(field.at for field in self.fields))

    def field(self, name: str) -> Field:
        """The declared field called `name`."""
        return next(field for field in self.fields if field.name == name)

    def day_of(self, value: Declared) -> date | None:
        """The day, or the first day of what is dated less exactly, that puts a record on the timeline."""
        return first_day(value, self.dated)

    def lines(self, value: Declared, today: date) -> Iterable[DatedLine]:
        """What a record puts on the desk and into the agenda: what it declares, or its day where it may lie ahead."""
        own = (DatedLine(kind=DATED, on=day) for day in [self.day_of(value)] if self.has_lines and day is not None)
        return own if self.agenda is None else self.agenda(value, today)

    @property
    def has_lines(self) -> bool:
        """Whether its records can stand on the desk and in the agenda."""
        kind = self.field(self.dated).kind if self.dated else None
        return self.agenda is not None or (isinstance(kind, Day | When) and not kind.past)

    def within(self, compartment: str, *, card: bool = False) -> Iterator[Field]:
        """The fields that rest in `compartment` (only those on the card if `card`)."""
        return (field for field in self.fields if field.at == compartment and (field.card or not card))


ENTITIES: dict[str, Entity] = {}


class FieldExtras(TypedDict, total=False):
    """What else is said of a field, by the attributes of Field."""

    hint: str
    required: bool
    card: bool
    after: str
    search: bool
    names: str
    consent: str
    printed: bool
    plain: str
    section: str
    proposed: object


class EntityExtras(TypedDict, total=False):
    """What else is said of an entity, by the attributes of Entity."""

    root: bool
    heads: tuple[str, ...]
    in_case: bool
    dated: str
    ordered: str
    newest_first: bool
    as_entered: bool
    undated: bool
    agenda: Callable[..., Iterable[DatedLine]]


def declare(kind: FieldKind, label: str, *, at: str = "", **more: Unpack[FieldExtras]) -> Any:  # noqa: ANN401  # as dataclasses.field() does
    """Declare a dataclass field; `more` are the other attributes of Field. In a row's item, `at` is the group's own."""
    return dataclasses.field(default=kind.empty, metadata={"field": Field(kind=kind, label=label, at=at, **more)})


def fields_of(cls: type[Declared]) -> tuple[Field, ...]:
    """The declared fields of an entity's or row item's dataclass, in order."""
    return tuple(
        dataclasses.replace(part.metadata["field"], name=part.name)
        for part in dataclasses.fields(cls)
        if "field" in part.metadata
    )


def entity(
    code: str,
    *,
    letter: str,
    vault: str,
    label: str,
    plural: str,
    new: str,
    title: Callable[..., str],
    **more: Unpack[EntityExtras],
) -> Callable[[type[T]], type[T]]:
    """Class decorator: enter a frozen keyword-only dataclass in ENTITIES; `more`: the other attributes of Entity."""

    def register(cls: type[T]) -> type[T]:
        if code in ENTITIES or any(letter == other.letter for other in ENTITIES.values()):
            raise ValueError(f"declared twice: {code} {letter}")
        ENTITIES[code] = Entity(
            code=code,
            letter=letter,
            vault=vault,
            label=label,
            plural=plural,
            new=new,
            cls=cls,
            fields=fields_of(cls),
            title=title,
            **more,
        )
        return cls

    return register


def by_letter(letter: str) -> Entity | None:
    """The entity that a letter in an address stands for."""
    return next((declared for declared in ENTITIES.values() if declared.letter == letter), None)


def entity_for(cls: type[Declared]) -> Entity:
    """The declaration of a class."""
    return next(declared for declared in ENTITIES.values() if declared.cls is cls)


def entity_of(value: Declared) -> Entity:
    """The declaration of a value's class."""
    return entity_for(type(value))


def first_day(value: Declared, name: str) -> date | None:
    """The day, or the first day of what is dated less exactly, in the field `name` of a record."""
    when: date | PartialDate | None = getattr(value, name, None) if name else None
    return when.first if isinstance(when, PartialDate) else when


def original(texts: tuple[LangText, ...], language: str = "") -> str:
    """The text in `language` if there is one, else the original."""
    chosen = next((part for part in texts if part.language == language), None)
    return (chosen or (texts[0] if texts else LangText(language="", text=""))).text


def blank(value: object, kind: FieldKind) -> bool:
    """True when a value is as good as unanswered."""
    if isinstance(kind, Texts):
        return not isinstance(value, tuple) or not any(part.text.strip() for part in value)
    return value is None or value in ("", (), False)
