"""Typed text made fit to keep: one spelling of letters and line ends, no invisible trickery."""

import re
import unicodedata

from hrd_cases.domain.words import N_

_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile(r"[\u200b\u2060\ufeff\ufff9-\ufffb]")
_DIRECTION = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
# What telephones and messengers put round a number when it is copied. An override from left to right (U+202D) shows
# figures and Latin or Cyrillic letters as they stand; one from right to left (U+202E) never does, and stays.
_PAIRS = (
    re.compile(r"[\u202a\u202b]([^\u202a-\u202e]*)\u202c"),
    re.compile(r"\u202d([^\u202a-\u202e\u0590-\u08ff]*)\u202c"),
    re.compile(r"[\u2066-\u2068]([^\u2066-\u2069]*)\u2069"),
)
_AT_ENDS = "\u200c\u200d\u200e\u200f\u061c\u202a\u202c\u2066\u2068\u2069\ufe0e\ufe0f\u00ad"


class BadText(ValueError):
    """The text cannot be kept; the message is a msgid for the person."""


def line(text: str) -> str:
    """One line: line ends become spaces; control and direction characters, which disguise a name, raise BadText."""
    text = _LINE_ENDS.sub("\n", _bare(text)).replace("\n", " ").replace("\t", " ")
    text = _stripped(unicodedata.normalize("NFC", text))
    if _CONTROLS.search(text) or _DIRECTION.search(text):
        raise BadText(N_("There are invisible control characters in it. Type it anew instead of pasting it."))
    return text


def lines(text: str) -> str:
    """Several lines: line ends become one kind, control characters are dropped, spaces at the end too."""
    text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", _bare(text)))
    return unicodedata.normalize("NFC", text).strip("\n").rstrip()


def _bare(text: str) -> str:
    """Without what says nothing: byte order marks, joiners of no width, and pairs of direction marks."""
    text = _INVISIBLE.sub("", text)
    if not _DIRECTION.search(text):
        return text
    before = ""
    while before != text:  # pairs stand in pairs
        before = text
        for pair in _PAIRS:
            text = pair.sub(r"\1", text)
    return text


def _stripped(text: str) -> str:
    """Without spaces and marks of direction at both ends."""
    before = ""
    while before != text:
        before, text = text, text.strip().strip(_AT_ENDS)
    return text
