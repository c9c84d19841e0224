"""Words that must be nowhere in a file: the one place that compares them with a text."""

from collections.abc import Sequence
from functools import lru_cache

from hrd_cases.render.reading import bare


def word_in(text: str, terms: Sequence[str]) -> str:
    """The first of these words that stands in a text, or nothing; white space and case make no difference."""
    squeezed = bare(text)
    return next((term for wanted, term in _wanted(tuple(terms)) if wanted in squeezed), "") if squeezed else ""


@lru_cache(maxsize=4)
def _wanted(terms: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((wanted, term) for term in terms if (wanted := bare(term)))
