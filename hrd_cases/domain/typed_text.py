"""Typed text made fit to keep: one spelling of letters and line ends, no invisible trickery.

`tidy` takes from everything that is typed or pasted what says nothing; `line` and `lines` are what a field keeps of it,
`plain_digits` reads figures of any script.
"""

import re
import unicodedata

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_

MOST_PURPOSE = 300  # characters of what a file is for
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
# Ends of lines and pages of other systems: the layout of papers stumbles over some of them.
LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile(r"[\u200b\u2060\ufeff\ufff9-\ufffb]")
_DIRECTION = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_AT_ENDS = "\u200c\u200d\u200e\u200f\u061c\u202a\u202c\u2066\u2068\u2069\ufe0e\ufe0f\u00ad"
_WITHOUT_MARKS = dict.fromkeys(map(ord, _AT_ENDS))
_EDGE = _AT_ENDS + "".join(chr(number) for number in range(0x3001) if chr(number).isspace())
# What telephones and messengers put round a number when it is copied comes in pairs.
_EMBEDDED = re.compile(r"[\u202a-\u202e]|[\u0590-\u08ff]+")
_ISOLATED = re.compile(r"[\u2066-\u2069]")
_OTHER_FIGURE = re.compile(r"[^\D0-9]")  # of a script that has decimal figures of its own
_LEFT_EMBEDDING, _RIGHT_EMBEDDING, _POP, _LEFT_OVERRIDE, _RIGHT_OVERRIDE = "\u202a\u202b\u202c\u202d\u202e"
_POP_ISOLATE = "\u2069"

TOO_LONG = N_("At most %(most)s characters fit here; these are %(over)s too many. Nothing was cut off.")
INVISIBLE_SIGNS = N_("There are invisible control characters in it. Type it again instead of pasting it.")


class BadText(ValueError):
    """The text cannot be kept; the message is a msgid for the person."""


def tidy(text: str) -> str:
    """Typed or pasted text without what says nothing; spaces and line ends as they came."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", _bare(text))
    first, last = len(text) - len(text.lstrip(_EDGE)), len(text.rstrip(_EDGE))
    return (
        text[:first].translate(_WITHOUT_MARKS) + text[first:last] + text[max(first, last) :].translate(_WITHOUT_MARKS)
    )


def line(text: str) -> str:
    """One line: line ends become spaces; control and direction characters, which disguise a name, raise BadText."""
    text = LINE_ENDS.sub("\n", _bare(text)).replace("\n", " ").replace("\t", " ")
    text = _stripped(unicodedata.normalize("NFC", text))
    if _CONTROLS.search(text) or _DIRECTION.search(text):
        raise BadText(INVISIBLE_SIGNS)
    return text


def lines(text: str) -> str:
    """Several lines: line ends become one kind, control characters are dropped, spaces at the end too."""
    text = _CONTROLS.sub("", LINE_ENDS.sub("\n", _bare(text)))
    return unicodedata.normalize("NFC", text).strip("\n").rstrip()


def single(text: str, place: str, most: int) -> str:
    """One line as a service keeps it, one space between words; RuleBroken at the field `place`."""
    try:
        return _short_enough(" ".join(line(text).split()), place, most)
    except BadText as bad:
        raise RuleBroken(str(bad), place=place) from None


def stated_purpose(typed: str, missing: str) -> str:
    """What a file that leaves is for, as the log keeps it; RuleBroken with `missing` at the field else."""
    purpose = single(typed, "purpose", MOST_PURPOSE)
    if not purpose:
        raise RuleBroken(missing, place="purpose")
    return purpose


def several(text: str, place: str, most: int) -> str:
    """Several lines as a service keeps them; RuleBroken at the field `place`."""
    return _short_enough(lines(text).strip(), place, most)


def _short_enough(text: str, place: str, most: int) -> str:
    if len(text) > most:
        raise RuleBroken(TOO_LONG, place=place, values={"most": most, "over": len(text) - most})
    return text


def _bare(text: str) -> str:
    """Without what says nothing: byte order marks, joiners of no width, and pairs of direction marks."""
    text = _INVISIBLE.sub("", text)
    if not _DIRECTION.search(text):
        return text
    dropped = _embedding_pairs(text) | _isolate_pairs(text)
    return "".join(sign for at, sign in enumerate(text) if at not in dropped)


def _embedding_pairs(text: str) -> set[int]:
    """Where pairs of embeddings stand, from inside out, in one pass.

    An override from left to right (U+202D) shows figures and Latin or Cyrillic letters as they stand, one from right to
    left (U+202E) never does: it stays, with what stands round it.
    """
    dropped: set[int] = set()
    open_pairs: list[tuple[int, str]] = []
    stays = [False]  # for each open pair, and for the text outside: whether something in it stays
    turned = [False]  # whether letters in it run from right to left
    for match in _EMBEDDED.finditer(text):
        sign = match[0]
        if sign[0] > _RIGHT_OVERRIDE or sign[0] < _LEFT_EMBEDDING:
            turned[-1] = True
        elif sign != _POP:
            open_pairs.append((match.start(), sign))
            stays.append(False)
            turned.append(False)
        elif open_pairs:
            at, opened = open_pairs.pop()
            is_kept, runs_back = stays.pop(), turned.pop()
            is_kept = is_kept or opened == _RIGHT_OVERRIDE or (opened == _LEFT_OVERRIDE and runs_back)
            dropped |= set() if is_kept else {at, match.start()}
            stays[-1] = stays[-1] or is_kept
            turned[-1] = turned[-1] or runs_back
    return dropped


def _isolate_pairs(text: str) -> set[int]:
    dropped: set[int] = set()
    open_pairs: list[int] = []
    for match in _ISOLATED.finditer(text):
        if match[0] != _POP_ISOLATE:
            open_pairs.append(match.start())
        elif open_pairs:
            dropped |= {open_pairs.pop(), match.start()}
    return dropped


def _stripped(text: str) -> str:
    """Without spaces and marks of direction at both ends."""
    return text.strip(_EDGE)


def plain_digits(text: str) -> str:
    """The text with every decimal figure as one of 0 to 9; everything else stays."""
    return text if text.isascii() else _OTHER_FIGURE.sub(_plain, text)


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a typed text: an empty line begins a new one."""
    parts = re.split(r"\n\s*\n", text.replace("\r\n", "\n"))
    return [" ".join(part.split()) for part in parts if part.strip()]


def typed_code(text: str) -> str:
    """A code as typed or pasted, with plain figures and without spaces, hyphens and marks that have no width."""
    signs = (sign for sign in text if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Pd"))
    return plain_digits("".join(signs))


def _plain(figure: re.Match[str]) -> str:
    return str(unicodedata.decimal(figure[0]))
