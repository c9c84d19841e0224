"""The shapes between a declaration and the form macros; contract: the top of templates/macros/fields.html."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.fields import Coded, CodedMany, Declared, Link, Links, entity_for
from hrd_cases.domain.words import N_

Typed = Mapping[str, Sequence[str]]  # what a form sent: name -> the texts under it, in the order of the form
Choice = tuple[str, str]  # code or id, label
Group = tuple[str, Sequence[Choice]]  # heading, choices
Option = tuple[str, str, bool]  # value, label, chosen
Choosing = Coded | CodedMany | Link | Links  # kinds of fields whose value is chosen from a list
Errors = dict[str, str]  # name of a control -> sentence for the person

DRAFT, CHECKED = "draft", "checked"
TEXT_LANGUAGES = ("ru", "kk", "en")
ASK = ("yes", "no", "unknown", "")
MORE = "_more"  # the button that asks for one more row of a group; no declared field begins with an underscore
PART = "_part"  # the button that saves and goes on: the number of the part that comes next
DROP = "_drop"  # the button that takes out a row: its group, a dash, its number
LOOK = "_look"  # the button that searches in a long list: the name of its control
FIND = "_find-"  # + name of a control: what is searched for
LOOKED = "_looked"  # the search that the page has answered: Picker.asked
SHOWN = "_shown-"  # + group: how many rows its form shows
MOST_ROWS = 300


def _no_groups(_name: str) -> Sequence[Group]:
    return ()


def _no_remark(_name: str) -> str:
    return ""


def _no_title(_code: str, _record: str) -> str:
    return N_("Something not shared with you")


def _no_choices(_name: str) -> Sequence[Choice]:
    return ()


def _nothing(_kind: Choosing) -> Sequence[str]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Lists:
    """What a form asks from outside: words in the reader's language, coded lists, titles of other records."""

    words: Callable[[str], str] = str
    coded: Callable[[str], Sequence[Group]] = field(default=_no_groups)  # list name -> headings with their choices
    every: Callable[[str], Sequence[Group]] = field(default=_no_groups)  # the same, of any time
    remark: Callable[[str], str] = field(default=_no_remark)  # list name -> what to know before choosing from it
    linked: Callable[[str], Sequence[Choice]] = field(default=_no_choices)  # entity code -> id and title
    lately: Callable[[Choosing], Sequence[str]] = field(default=_nothing)  # ids or codes, those used last first
    stranger: Callable[[str, str], str] = field(default=_no_title)  # entity code and id of what `linked` does not name
    today: date = date.max  # what "yesterday" is counted from
    when: Callable[[PartialDate], str] = str  # a date in the reader's language

    def names(self, cls: type[Declared]) -> dict[str, str]:
        """Title by id of what a link to a class may point to."""
        return dict(self.linked(entity_for(cls).code))


@dataclass(frozen=True, kw_only=True)
class Picker:
    """The search of a control whose list is long; `found` and `more`, those not shown, only where it was `pressed`."""

    name: str
    pressed: bool = False
    text: str = ""
    found: int | None = None
    more: int = 0

    @property
    def asked(self) -> str:
        """The search as the page remembers it."""
        return f"{self.name} {self.text}"


@dataclass(frozen=True, kw_only=True)
class FormField:
    """One field as the macros draw it; `value` is always the text that stands in the control."""

    name: str
    id: str
    kind: str
    label: str
    hint: str = ""
    error: str = ""
    required: bool = False
    value: str = ""
    options: tuple[Option, ...] = ()
    groups: tuple[tuple[str, bool, tuple[Option, ...]], ...] = ()
    parts: tuple["FormField", ...] = ()
    rows: tuple[tuple["FormField", ...], ...] = ()
    indexes: tuple[int, ...] = ()  # what stands for each of the rows in the names of its controls
    opened: bool = False  # the first of the empty rows stands open
    autocomplete: str = ""
    lines: int = 0
    multiple: bool = False
    accept: str = ""
    folded: bool = False  # the groups stand behind one fold
    picker: Picker | None = None  # its list is long: one searches in it
    pills: bool = False  # each box with its label in a frame of its own, side by side


@dataclass(frozen=True, kw_only=True)
class FormSection:
    """Fields under one heading; `open` is None for an ordinary heading, else whether the fold is open."""

    title: str
    fields: tuple[FormField, ...]
    open: bool | None = None
    filled: int = 0  # how many of the fields hold something


@dataclass(frozen=True, kw_only=True)
class Form:
    """A whole form: its sections, and its errors as (id of the field, sentence) in the order of the page."""

    sections: tuple[FormSection, ...]
    errors: tuple[tuple[str, str], ...] = ()

    @property
    def fields(self) -> tuple[FormField, ...]:
        """Every field, in order."""
        return tuple(form_field for section in self.sections for form_field in section.fields)


def identifier(name: str) -> str:
    """The id of the control called `name`."""
    return f"f-{name}"


def first(typed: Typed, name: str) -> str:
    """The one text under a name, or nothing."""
    values = typed.get(name) or ("",)
    return values[0]
