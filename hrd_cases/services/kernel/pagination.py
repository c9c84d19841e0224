"""One page of a long list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
Shown = TypeVar("Shown")
PER_PAGE = 25


@dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    """`items` of page `page` (from 1) of `pages`; `total` of the whole list."""

    items: tuple[T, ...]
    page: int
    pages: int
    total: int

    def showing(self, items: Iterable[Shown]) -> "Page[Shown]":
        """The same page with these in place of its items, one for each."""
        return Page(items=tuple(items), page=self.page, pages=self.pages, total=self.total)


def page_of(items: Sequence[T], page: int, per_page: int = PER_PAGE) -> Page[T]:
    """Cut one page out of a list; a page beyond the end is the last one."""
    pages = max(1, -(-len(items) // per_page))
    at = min(max(page, 1), pages)
    return Page(items=tuple(items[(at - 1) * per_page : at * per_page]), page=at, pages=pages, total=len(items))


def folded(text: str) -> str:
    """Text as search compares it: case and look-alike letters of Latin and Kazakh put together."""
    return text.casefold().translate(_ALIKE)


_ALIKE = str.maketrans(
    "\u0259\u04d9\u0493\u049b\u04a3\u04e9\u04b1\u04af\u04bb\u0456\u0451aceopxyi",
    "\u044d\u044d\u0433\u043a\u043d\u043e\u0443\u0443\u0445\u0438\u0435\u0430\u0441\u0435\u043e\u0440\u0445\u0443\u0438",
)
