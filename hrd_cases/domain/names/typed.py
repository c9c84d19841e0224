"""Names that are kept as typed text, not as a person: a source, an author, somebody named as a perpetrator."""

import re
from collections.abc import Iterator

from hrd_cases.domain.names.endings import words
from hrd_cases.domain.names.folding import reading, words_of
from hrd_cases.domain.names.known import is_personal

_NEAR = re.compile(r"[ \t\u00a0.]{0,3}\Z")
_LINE = re.compile(r"[\n;,/()«»\"]+")
LEAST, MOST = 2, 4


def names_in(text: str) -> Iterator[str]:
    """Each name of a person that a typed line holds: a surname with a given name or initials, or a surname alone."""
    for line in _LINE.split(text):
        row: list[tuple[str, bool]] = []
        end = 0
        for word in words_of(line):
            if row and not _NEAR.match(line[end : word.start]):
                yield from _name(row)
                row = []
            if word.capital and not (reading(word.text) in words().beside and len(word.text) > 1):
                row.append((word.text, word.initial))
            else:
                yield from _name(row)
                row = []
            end = word.end
        yield from _name(row)


def _name(row: list[tuple[str, bool]]) -> Iterator[str]:
    whole = [text for text, initial in row if not initial]
    if not whole or len(row) > MOST or any(text.isupper() and len(text) > 1 and len(row) > 3 for text in whole):
        return
    values = [text for text in whole if is_personal(text)]
    if values and (len(row) >= LEAST or reading(values[0]) not in words().names):
        yield " ".join(text if not initial else f"{text}." for text, initial in row)
