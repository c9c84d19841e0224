"""Long lists behind a search: a control offers what is chosen, what was used lately, and at most 25 that were found.

A button of the same form searches, so that everything typed stays; whoever presses another button with a search still
unanswered, Enter in its line included, gets the answer first. Nothing of a long list is on a page otherwise.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from hrd_cases.domain.fields import Coded, CodedMany, Link, Links
from hrd_cases.domain.likeness import plain
from hrd_cases.domain.search.folding import fold
from hrd_cases.domain.search.query import Term, terms_of
from hrd_cases.web.forms.model import FIND, LOOK, LOOKED, Choice, Choosing, Group, Lists, Picker, Typed, first

MOST = 25
LATELY = 5


class Longest(NamedTuple):
    """How many choices stand in a form without a search: records, codes of which one is chosen, and codes to tick."""

    records: int
    codes: int
    boxes: int


SEARCHED = {False: Longest(25, 60, 25), True: Longest(6, 20, 20)}  # a row repeats its list, so it holds less


def is_long(kind: Choosing, groups: Sequence[Group], most: Longest) -> bool:
    """Whether a list is too long to stand in a form."""
    number = sum(len(choices) for _, choices in groups)
    if isinstance(kind, Link | Links):
        return number > most.records
    if isinstance(kind, CodedMany):
        return number > most.boxes and not kind.whole
    return number > most.codes


def picked(
    name: str, kind: Choosing, groups: Sequence[Group], chosen: Sequence[str], typed: Typed, lists: Lists
) -> tuple[Picker, list[Group]]:
    """What is said of a search, and the few choices to show; after a search with no words the whole list of codes."""
    if first(typed, LOOK) != name:
        answered = chosen and not isinstance(kind, CodedMany | Links)
        near = [*chosen, *(() if answered else _lately(name, kind, typed, lists, but=chosen))]
        return Picker(name=name), [("", _of(groups, near))]
    text = first(typed, FIND + name)
    if isinstance(kind, Coded | CodedMany) and not text.strip():
        return Picker(name=name, pressed=True, text=text), list(groups)
    choices = [choice for _, inside in groups for choice in inside if choice[0] not in chosen]
    results = list(matching(choices, text))
    return (
        Picker(name=name, pressed=True, text=text, found=len(results), more=max(0, len(results) - MOST)),
        [("", [*_of(groups, chosen), *results[:MOST]])],
    )


def searched(name: str, choices: Sequence[Choice], chosen: str, typed: Typed) -> tuple[Picker | None, list[Choice]]:
    """A list of records in a form of its own: whole where it is short, else what is chosen, and 25 that were found."""
    if len(choices) <= MOST:
        return None, list(choices)
    near = [choice for choice in choices if choice[0] == chosen]
    if not asks(name, typed):
        return Picker(name=name), near or list(choices[:LATELY])
    text = first(typed, FIND + name)
    results = [choice for choice in matching(choices, text) if choice[0] != chosen]
    more = max(0, len(results) - MOST)
    return Picker(name=name, pressed=True, text=text, found=len(results), more=more), near + results[:MOST]


def asks(name: str, typed: Typed) -> bool:
    """Whether a form was sent to search in this list: by its button, or by another with a search not answered yet."""
    text = first(typed, FIND + name)
    return first(typed, LOOK) == name or (bool(text.strip()) and first(typed, LOOKED) != f"{name} {text}")


def matching(choices: Sequence[Choice], text: str) -> Iterable[Choice]:
    """The choices that hold every word of a text as it looks, else as it sounds or in another case form."""
    words = plain(text).split()
    by_letters = [choice for choice in choices if _holds(choice[1], words)]
    if by_letters or not words:
        return by_letters
    terms = terms_of(text)
    return [choice for choice in choices if _sounds(choice[1], terms)]


def _holds(label: str, words: Iterable[str]) -> bool:
    spelt = plain(label)
    return all(word in spelt for word in words)


def _sounds(label: str, terms: Iterable[Term]) -> bool:
    document = fold([label])
    return all(term.rank(document) for term in terms)


def _of(groups: Sequence[Group], codes: Iterable[str]) -> list[Choice]:
    labels = {code: label for _, choices in groups for code, label in choices}
    return [(code, labels[code]) for code in dict.fromkeys(codes) if code in labels]


def _lately(name: str, kind: Choosing, typed: Typed, lists: Lists, *, but: Sequence[str]) -> list[str]:
    """What the other rows of the form hold, then what was used last in the case and in the organisation."""
    column = name.rpartition("-")[2]
    of_rows = [code for other, texts in typed.items() if other.rpartition("-")[2] == column for code in texts if code]
    every = dict.fromkeys([*of_rows, *lists.lately(kind)])
    return list(islice((code for code in every if code not in but), LATELY))
