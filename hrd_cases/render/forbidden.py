"""Words that must be nowhere in a file: the one place that compares them with a text.

Names are looked for by the recogniser of domain/names, in any case form, order and script; every word also letter for
letter, as it is recorded.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from hrd_cases.domain.ids import named_id
from hrd_cases.domain.names.finding import Names
from hrd_cases.domain.names.places import Beside, How, NamePlace, Somebody
from hrd_cases.domain.names.questions import sentence_ends
from hrd_cases.render.reading import bare

# Parts of a name that point to one person; a given name alone, or a word, does not.
POINTING = frozenset({How.FULL, How.INITIALS, How.SURNAME, How.NUMBER, How.MARK})
NEIGHBOURS = 10  # letters before or after a place by which a settled sentence is known again
FEWEST = 3


class Unwanted(tuple[str, ...]):  # noqa: SLOT001  # a tuple takes no slots of its own
    """Words that must not be here; `names` those of people; `settled` the sentences of which somebody has said whose
    name stands in them."""

    names: tuple[str, ...]
    settled: tuple[str, ...]

    def __new__(cls, words: Iterable[str], names: Iterable[str] = (), settled: Iterable[str] = ()) -> "Unwanted":
        """The same words as a tuple of them."""
        unwanted = super().__new__(cls, words)
        unwanted.names, unwanted.settled = tuple(names), tuple(settled)
        return unwanted


def word_in(text: str, terms: Sequence[str]) -> str:
    """The first of these words that stands in a text, or nothing; white space and case make no difference."""
    return next((word for word, _sentence in words_in(text, terms)), "")


def words_in(text: str, terms: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Every place where one of these words stands in a text: the word, and its sentence where a name was recognised
    by its form. A word that stands there letter for letter comes first and alone."""
    squeezed = bare(text)
    exact = next((term for bared, term in _wanted(tuple(terms)) if bared in squeezed), "") if squeezed else ""
    if exact:
        yield exact, ""
    if exact or not isinstance(terms, Unwanted) or len(squeezed) < FEWEST:
        return
    settled = _letters_of(terms.settled)
    ends = sentence_ends(text)
    for place in _compiled(tuple(terms), terms.names).find(text):
        pointing = place.how in POINTING and place.beside is not Beside.OTHER
        if pointing and not _is_settled(text, place, settled):
            begin = max((end for end in ends if end <= place.start), default=0)
            end = min((end for end in ends if end >= place.end), default=len(text))
            yield place.within(text), " ".join(text[begin:end].split())


def _is_settled(text: str, place: NamePlace, settled: tuple[str, ...]) -> bool:
    """Whether a place stands in a sentence about which somebody has answered, as far as its neighbours tell."""
    words = _letters(place.within(text))
    before = _letters(text[max(0, place.start - 4 * NEIGHBOURS) : place.start])[-NEIGHBOURS:]
    after = _letters(text[place.end : place.end + 4 * NEIGHBOURS])[:NEIGHBOURS]
    return any(
        sentence == words
        or (bool(before) and before + words in sentence)
        or (bool(after) and words + after in sentence)
        for sentence in settled
    )


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


@lru_cache(maxsize=4)
def _letters_of(settled: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(_letters, settled))


@lru_cache(maxsize=4)
def _compiled(terms: tuple[str, ...], names: tuple[str, ...]) -> Names:
    people = [Somebody(id=named_id(name), names=(name,)) for name in names]
    return Names(
        (*people, *(Somebody(id=named_id(term), names=(), marks=(term,)) for term in terms if term not in names))
    )


@lru_cache(maxsize=4)
def _wanted(terms: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((bared, term) for term in terms if (bared := bare(term)))
