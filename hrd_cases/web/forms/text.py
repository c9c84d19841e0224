"""Typed text made fit to keep: one spelling of letters and line ends, no invisible trickery."""

import re
import unicodedata

from hrd_cases.domain.words import N_

_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile(r"[\u200b\u2060\ufeff\ufff9-\ufffb]")
_DIRECTION = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


class BadText(ValueError):
    """The text cannot be kept; the message is a msgid for the person."""


def line(text: str) -> str:
    """One line: line ends become spaces; control and direction characters, which disguise a name, raise BadText."""
    text = _LINE_ENDS.sub("\n", _INVISIBLE.sub("", text)).replace("\n", " ").replace("\t", " ")
    if _CONTROLS.search(text) or _DIRECTION.search(text):
        raise BadText(N_("There are invisible control characters in it. Type it anew instead of pasting it."))
    return unicodedata.normalize("NFC", text).strip()


def lines(text: str) -> str:
    """Several lines: line ends become one kind, control characters are dropped, spaces at the end too."""
    text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", _INVISIBLE.sub("", text)))
    return unicodedata.normalize("NFC", text).strip("\n").rstrip()
