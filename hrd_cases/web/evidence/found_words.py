"""The words found on a page, as its form carries them while places are marked: the page is read once for each."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from flask import request

from hrd_cases.domain.page_redactions import BadPlace, Place, between
from hrd_cases.domain.page_words import FoundWord, WordKind, covered
from hrd_cases.domain.words import N_
from hrd_cases.services.evidence.page_words import LayerState, WordsOnPage

ROWS = 25  # of a page; the rest comes when these are marked
BETWEEN, NEXT = "|", ";"
SAYS = {
    LayerState.NONE: N_(
        "This page has no text layer: it is a scan, a photograph, or was printed as one. No words can be looked for in "
        "it. Mark the places by touching the picture."
    ),
    LayerState.UNREAD: N_("The text layer of this page could not be read now. Reload this page to try again."),
    LayerState.BEGINNING: N_("This page has very much text. Only its beginning was searched."),
}
NOTHING_FOUND = N_("The text layer of this page holds no name of a person of this case, and no long number.")


@dataclass(frozen=True, kw_only=True)
class FoundRow:
    """A word to tick: its number in the form, and its squares."""

    number: int
    word: FoundWord

    @property
    def squares(self) -> str:
        """Where it stands, as 'B3-D3, E9'."""
        return ", ".join(place.squares for place in self.word.places)


@dataclass(frozen=True, kw_only=True)
class FoundRows:
    """What a form shows of the words of its page: rows to tick, what else to say, and what it carries."""

    rows: tuple[FoundRow, ...]
    more: int
    says: str
    state: str
    carried: tuple[str, ...]


def rows(words: WordsOnPage, marked: Sequence[Place]) -> FoundRows:
    """The words of a page that are not hidden yet."""
    left = [FoundRow(number=number, word=word) for number, word in enumerate(words.words) if not covered(word, marked)]
    says = SAYS.get(words.state, "")
    if words.state is LayerState.WHOLE and not words.words:
        says = NOTHING_FOUND
    return FoundRows(
        rows=tuple(left[:ROWS]),
        more=len(left[ROWS:]),
        says=says,
        state=words.state.value,
        carried=tuple(map(_written, words.words)),
    )


def sent(numbers: Callable[[str], list[int]]) -> WordsOnPage:
    """The words that a form carries."""
    state = request.form.get("s", "")
    words = (_read(text, numbers) for text in request.form.getlist("w"))
    return WordsOnPage(
        state=LayerState(state) if state in set(LayerState) else LayerState.UNREAD,
        words=tuple(word for word in words if word is not None),
    )


def ticked(words: WordsOnPage, marked: Sequence[Place]) -> tuple[Place, ...]:
    """The places of what was ticked; of all that is not hidden yet, where that was pressed."""
    if "every" in request.form:
        chosen = [word for word in words.words if not covered(word, marked)]
    else:
        numbers = {int(text) for text in request.form.getlist("t") if text.isdecimal() and len(text) < 5}
        chosen = [word for number, word in enumerate(words.words) if number in numbers]
    return tuple(place for word in chosen for place in word.places)


def _written(word: FoundWord) -> str:
    places = NEXT.join(f"{place.left} {place.top} {place.right} {place.bottom}" for place in word.places)
    return BETWEEN.join((word.kind.value, places, word.word))


def _read(text: str, numbers: Callable[[str], list[int]]) -> FoundWord | None:
    """A word as the form carries it; None for what the form did not write."""
    kind, _, rest = text.partition(BETWEEN)
    places, _, word = rest.partition(BETWEEN)
    if kind not in set(WordKind) or not word:
        return None
    read = tuple(_places(map(numbers, places.split(NEXT))))
    return FoundWord(kind=WordKind(kind), word=word, places=read) if read else None


def _places(rows: Iterator[list[int]]) -> Iterator[Place]:
    for row in rows:
        if len(row) == len(("left", "top", "right", "bottom")):
            with suppress(BadPlace):
                yield between((row[0], row[1]), (row[2], row[3]))
