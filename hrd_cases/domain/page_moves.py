"""Pages that a paper names by number, when pages of the exhibit change their places: the numbers go with the pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from hrd_cases.domain.page_choices import in_file


@dataclass(frozen=True, kw_only=True)
class PageMove:
    """The pages of an exhibit by key, file by file: as they stood `before`, and as they stand `after` a move."""

    before: tuple[tuple[str, ...], ...]
    after: tuple[tuple[str, ...], ...]

    @property
    def changed(self) -> bool:
        """True when some page has another number now."""
        return [*_joined(self.before)] != [*_joined(self.after)]

    def chosen(self, pages: Sequence[int]) -> tuple[int, ...]:
        """The same choice of pages in the numbers of now; one that was written upwards still is.

        A number behind the last page stays what it is.
        """
        keys, places = _joined(self.before), {key: at for at, key in enumerate(_joined(self.after), start=1)}
        numbers = tuple(places[keys[page - 1]] if page <= len(keys) else page for page in pages)
        return tuple(sorted(numbers)) if list(pages) == sorted(pages) else numbers

    def printed(self, page: int, pages: Sequence[int]) -> int:
        """As which page of the print (from 1) a page is printed now; `pages` are the pages chosen before."""
        old, new = _printed(self.before, pages), _printed(self.after, self.chosen(pages))
        return new.index(old[page - 1]) + 1 if page <= len(old) else page


def _joined(files: Sequence[Sequence[str]]) -> list[str]:
    return [key for file in files for key in file]


def _printed(files: Sequence[Sequence[str]], pages: Sequence[int]) -> list[str]:
    """The chosen pages (none: all) in the order printed: one file after the other, in each as they are written."""
    keys: list[str] = []
    before = 0
    for file in files:
        keys += (file[at] for at in in_file(pages, skip=before, of=len(file)))
        before += len(file)
    return keys
