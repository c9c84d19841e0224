"""The references to exhibits that a lawyer typed into a paper: links, printed with the page of the whole."""

import re
from collections.abc import Callable, Iterator

from markupsafe import Markup, escape

from hrd_cases.domain.papers import Exhibit, SharedCase
from hrd_cases.domain.typed_references import TypedReference, references_in, with_texts, wrong_in
from hrd_cases.domain.wrong_references import WrongReference
from hrd_cases.render.places import Places

PRINTED = re.compile(r"\d+(?=(?:–\d+)?\Z)")  # the numbers at the end of a link's words
Piece = tuple[str, str]  # words, and the key of the link that they are; none for words that are no link


class TypedReferences:
    """Those of one paper; `label` and `count` say how each exhibit is called and how many of its pages are printed."""

    def __init__(
        self, case: SharedCase, label: Callable[[Exhibit[str]], str], count: Callable[[Exhibit[str]], int]
    ) -> None:
        self._case = case
        self._labels = {label(exhibit): exhibit.id for exhibit in case.exhibits}
        self._count = count

    def pieces(self, text: str, places: Places) -> tuple[Piece, ...]:
        """A text with its references as the paper prints them, and what each is a link to."""
        counts = self._counts()
        results: list[Piece] = []
        at = 0
        for reference in references_in(text, self._labels):
            last = max((last for _first, last in reference.pages), default=0)
            if reference.exhibit and last <= counts[reference.exhibit]:
                results.append((text[at : reference.start], ""))
                results += _linked(text, reference, places)
                at = reference.end
        return (*results, (text[at:], ""))

    def marked(self, words: str, key: str) -> Markup:
        """The words of a link; numbers of pages are marked as what changes with the layout."""
        if not key.startswith("page-"):
            return escape(words)
        return Markup(PRINTED.sub(r"<data>\g<0></data>", str(escape(words))))  # noqa: S704  # escaped before

    def printed(self, case: SharedCase, places: Places) -> SharedCase:
        """The case with its texts as the paper prints them."""
        return with_texts(case, lambda text: "".join(words for words, _key in self.pieces(text, places)))

    def wrong(self, *, edited: bool) -> tuple[WrongReference, ...]:
        """The references that lead nowhere: these stay as they were typed. `edited`: the filing is not printed."""
        return tuple(wrong_in(self._case, self._labels, self._counts(), edited=edited))

    def _counts(self) -> dict[str, int]:
        return {exhibit.id: self._count(exhibit) for exhibit in self._case.exhibits}


def _linked(text: str, reference: TypedReference, places: Places) -> Iterator[Piece]:
    """A reference in its own words, each number of a page as the number of the whole."""
    exhibit = reference.exhibit
    if not reference.pages:
        yield text[reference.start : reference.end], f"slip-{exhibit}"
        return
    at = reference.start
    for (start, end), (first, last) in zip(reference.numbers, reference.pages, strict=True):
        inside = places[f"inside-{exhibit}"] - 1
        number = "–".join(str(max(0, inside + page)) for page in dict.fromkeys((first, last)))
        words = f"{text[at:start]}{number}"
        lead = "" if at == reference.start else text[at:start]
        if lead:
            yield lead, ""
            words = number
        yield words, f"page-{exhibit}-{first}"
        at = end
    yield text[at : reference.end], ""
