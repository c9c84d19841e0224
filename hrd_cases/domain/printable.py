"""What paper can show: every text is compared with the signs of our fonts before it is typeset.

The table of covered signs is made together with the fonts (static/fonts/make_fonts.sh). A sign that is not in it would
stand on paper as a blank; so it is named with its place, and a person says what is printed instead.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar

from hrd_cases.domain.data_files import DataTable, read_table
from hrd_cases.domain.typed_text import LINE_ENDS
from hrd_cases.domain.words import N_

T = TypeVar("T")
Path = tuple[str | int, ...]
_NO_BREAK_SPACES = "\u202f\u2007"
_TAGS = range(0xE0000, 0xE0080)  # they turn a flag into the flag of a region: printed, the meaning would be lost
_SELECTORS = range(0xFE00, 0xFE10)
NAMELESS = N_("a character without a name")


@dataclass(frozen=True, kw_only=True)
class PrintFont:
    """One font that papers are set in."""

    file: str
    name: str
    version: str
    bytes: int
    signs: int


@dataclass(frozen=True, kw_only=True)
class Unprintable:
    """Signs of one text that no font has: `path` leads to the text inside the value that was searched, `place` is the
    field that holds it ('Filing.title')."""

    path: Path
    place: str
    text: str
    signs: tuple[str, ...]


@lru_cache(maxsize=1)
def fonts() -> tuple[PrintFont, ...]:
    """The fonts of papers."""
    return tuple(PrintFont(**entry) for entry in _table()["font"])


@lru_cache(maxsize=1)
def covered() -> frozenset[int]:
    """The code points that the fonts of papers hold."""
    numbers: set[int] = set()
    for span in _table()["covered"]["ranges"]:
        first, _, last = span.partition("-")
        numbers.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(numbers)


def ready(text: str) -> str:
    """The text as it is typeset: letters composed, one kind of space and of line end, no control characters."""
    text = unicodedata.normalize("NFC", LINE_ENDS.sub("\n", text))
    return "".join(_plain(sign) for sign in text)


def unprintable(text: str) -> tuple[str, ...]:
    """The signs of a text that would stand on paper as a blank, each once, in the order of the text."""
    return tuple(dict.fromkeys(sign for sign in ready(text) if not _printable(sign)))


def search(value: object) -> Iterator[Unprintable]:
    """Every text inside a value that holds a sign without a font."""
    for path, place, text in _texts(value, (), ""):
        if signs := unprintable(text):
            yield Unprintable(path=path, place=place, text=text, signs=signs)


def with_signs(value: T, instead: Mapping[str, str]) -> T:
    """The value with its texts made ready, and what was chosen in place of signs that can not be printed."""
    changed: T = _changed(value, str.maketrans(dict(instead)))
    return changed


def without_invisible(text: str) -> str:
    """A text without the signs that draw nothing themselves: joiners, marks of direction, choices of a form."""
    return "".join(sign for sign in unicodedata.normalize("NFC", text) if not _invisible(sign))


def named(sign: str) -> str:
    """'U+77FF CJK UNIFIED IDEOGRAPH-77FF'."""
    return f"U+{ord(sign):04X} {unicodedata.name(sign, '')}".strip()


def _printable(sign: str) -> bool:
    code = ord(sign)
    if code in covered() or sign in "\n\t":
        return True
    return _invisible(sign) and code not in _TAGS


def _invisible(sign: str) -> bool:
    return unicodedata.category(sign) == "Cf" or ord(sign) in _SELECTORS


def _plain(sign: str) -> str:
    category = unicodedata.category(sign)
    if category == "Zs":
        return "\N{NO-BREAK SPACE}" if sign in _NO_BREAK_SPACES or sign == "\N{NO-BREAK SPACE}" else " "
    return "" if category == "Cc" and sign not in "\n\t" else sign


def _texts(value: object, path: Path, place: str) -> Iterator[tuple[Path, str, str]]:
    if isinstance(value, str):
        if not isinstance(value, Enum):
            yield path, place, value
    elif isinstance(value, tuple):
        for at, item in enumerate(value):
            yield from _texts(item, (*path, at), place)
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            place = f"{type(value).__name__}.{each.name}"
            yield from _texts(getattr(value, each.name), (*path, each.name), place)


def _changed(value: object, instead: dict[int, str]) -> Any:  # noqa: ANN401  # of the type of `value`
    if isinstance(value, str):
        return value if isinstance(value, Enum) else ready(value).translate(instead)
    if isinstance(value, tuple):
        return tuple(_changed(item, instead) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: _changed(getattr(value, each.name), instead) for each in fields(value)})
    return value


@lru_cache(maxsize=1)
def _table() -> DataTable:
    return read_table("printable_signs.toml")
