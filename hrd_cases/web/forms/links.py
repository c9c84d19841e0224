"""Links by their titles: the words that a file has for them, and the way back."""

import re

from hrd_cases.domain.importers.near_words import folded
from hrd_cases.web.forms.model import Lists

_ID = re.compile(r" \(([0-9a-f]{8})\)\Z")  # the beginning of an id, where two have one title
_SHOWN = 8


def link_words(lists: Lists, to: str) -> dict[str, str]:
    """What a file calls each record that a link may point to; two of one title have the beginning of their id."""
    first: dict[str, str] = {}
    words: dict[str, str] = {}
    for record, title in lists.linked(to):
        line = " ".join(title.split())
        alone = first.setdefault(folded(line), record) == record and folded(line)
        words[record] = line if alone else f"{line} ({record[:_SHOWN]})"
    return words


def linked_by(lists: Lists, to: str, text: str) -> str:
    """The id of what a cell names; the text itself where there is no such thing."""
    wanted, ending = folded(text), _ID.search(text)
    for record, title in lists.linked(to):
        if folded(title) == wanted and wanted:
            return record
    for record, _title in lists.linked(to):
        if ending and record.startswith(ending[1]):
            return record
    return text
