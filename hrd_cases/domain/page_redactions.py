"""Places of an exhibit's pages that one kind of reader must not see: black in the redacted copy made for them.

A place is measured on the page as it is printed, both ways in parts of its width, so that nobody has to know how high
the page is. Places are bound to what was seen of the page; a copy is bound to the files and to all places.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from hashlib import sha256

from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.fields import RuleRows
from hrd_cases.domain.papers import Variant
from hrd_cases.domain.typed_text import plain_digits
from hrd_cases.domain.words import N_

UNIT = 10_000  # the width of a page
HIGHEST = 15_000  # no page is higher: A4 standing is 14,142 of these
SHOWN = 100  # parts in a hundredth of the width, which is how exactly a page shows a place
SMALLEST = 40  # a place is at least this wide and high
MOST = 200  # places on one page
COLUMNS, ROWS = "ABCDEFGHIJKLMNOP", 23
SQUARE = UNIT // len(COLUMNS)
SAME_POINT = N_("Both corners are at the same point. Touch the opposite corner of the place.")
NO_SQUARES = N_("We cannot read which squares are meant. Write B3-D7, or B3 for one square.")
# Letters that look like A, B, C, E, H, K, M, O, P on another keyboard.
_LOOKALIKES = str.maketrans("АВСЕНКМОРІ", "ABCEHKMOPI")
_SQUARES = re.compile(r"([A-P])(\d{1,2})(?:[-–—:.]*([A-P])(\d{1,2}))?\Z")


class BadPlace(ValueError):
    """Two corners or squares that are no place; `text` says why."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


@dataclass(frozen=True, kw_only=True)
class Place:
    """A rectangle of a page, in parts (UNIT) of the width of the page, from its upper left corner."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def shown(self) -> "Place":
        """The same in hundredths of the width, as a page shows it: none of its edges lies inside."""
        return Place(
            left=self.left // SHOWN,
            top=self.top // SHOWN,
            right=-(-self.right // SHOWN),
            bottom=-(-self.bottom // SHOWN),
        )

    @property
    def covered(self) -> "Place":
        """What is painted: all that is shown black."""
        edges = self.shown
        return Place(
            left=edges.left * SHOWN, top=edges.top * SHOWN, right=edges.right * SHOWN, bottom=edges.bottom * SHOWN
        )

    @property
    def squares(self) -> str:
        """The squares that it touches, as 'B3-D7'."""
        first = f"{_column(self.left)}{_row(self.top)}"
        last = f"{_column(self.right - 1)}{_row(self.bottom - 1)}"
        return first if first == last else f"{first}-{last}"


@dataclass(frozen=True, kw_only=True)
class MarkedPage:
    """The places of one page: `key` names the page wherever it is moved, `seen` stands for what was seen of it."""

    variant: str
    key: str
    seen: str
    places: tuple[Place, ...]

    def entry(self) -> dict[str, object]:
        """The same as the sealed record holds it."""
        return {"for": self.variant, "key": self.key, "seen": self.seen, "places": [*map(astuple, self.places)]}


def between(first: tuple[int, int], second: tuple[int, int]) -> Place:
    """The place between two corners (across, down); raises BadPlace."""
    (left, right), (top, bottom) = (
        sorted((_within(one), _within(other))) for one, other in zip(first, second, strict=True)
    )
    if right - left < SMALLEST or bottom - top < SMALLEST:
        raise BadPlace(SAME_POINT)
    return Place(left=left, top=top, right=min(right, UNIT), bottom=bottom)


def around(corner: tuple[int, int]) -> Place:
    """A small place to show where one corner is."""
    left, top = (
        min(max(SHOWN, number), highest - SHOWN) for number, highest in zip(corner, (UNIT, HIGHEST), strict=True)
    )
    return Place(left=left - SHOWN, top=top - SHOWN, right=left + SHOWN, bottom=top + SHOWN)


def of_squares(typed: str) -> Place:
    """The place that 'B3-D7' names; raises BadPlace."""
    text = plain_digits(typed).upper().translate(_LOOKALIKES)
    match = _SQUARES.match("".join(text.split()))
    if match is None:
        raise BadPlace(NO_SQUARES)
    across = sorted(COLUMNS.index(letter) for letter in (match[1], match[3] or match[1]))
    down = sorted(int(number) for number in (match[2], match[4] or match[2]))
    if not 1 <= down[0] <= down[1] <= ROWS:
        raise BadPlace(NO_SQUARES)
    return Place(
        left=across[0] * SQUARE, top=(down[0] - 1) * SQUARE, right=(across[1] + 1) * SQUARE, bottom=down[1] * SQUARE
    )


def marked(value: Evidence, variant: str) -> tuple[MarkedPage, ...]:
    """The pages of an exhibit that have places for these readers."""
    return tuple(page for page in _pages(value) if page.variant == variant)


def with_page(value: Evidence, page: MarkedPage) -> RuleRows:
    """All that is marked in an exhibit, with these places of one page in place of those before."""
    others = (item for item in _pages(value) if (item.variant, item.key) != (page.variant, page.key))
    return tuple(item.entry() for item in (*others, page) if item.places)


def made_of(value: Evidence, variant: str) -> str:
    """What a copy for these readers is made of: its files in their order, turned as they are, and every place."""
    files = (f"{entry['sha256']} {entry.get('turn', 0)} {entry.get('pages', '')}" for entry in value.files or ())
    places = sorted(f"{page.key} {page.seen} {sorted(map(astuple, page.places))}" for page in marked(value, variant))
    return sha256("\n".join((variant, *files, *places)).encode()).hexdigest()


def copies(value: Evidence, variant: str) -> RuleRows | None:
    """The files that stand for an exhibit in papers for these readers; None where nothing is redacted for them.

    Empty where places are marked and no copy has been made of just these: then they get nothing of the exhibit.
    """
    if not marked(value, variant):
        return None
    now = made_of(value, variant)
    return tuple(entry for entry in value.copies or () if (entry["for"], entry["made_of"]) == (variant, now))


def with_copies(value: Evidence, variant: str, entries: Iterable[Mapping[str, object]]) -> RuleRows:
    """Every redacted copy of an exhibit, with these for one kind of reader in place of those before."""
    others = (entry for entry in value.copies or () if entry["for"] != variant)
    now = made_of(value, variant)
    return (*others, *({**entry, "for": variant, "made_of": now} for entry in entries))


def sign(places: Sequence[Place]) -> str:
    """What stands for the places of a page in a form: others have another."""
    return sha256(repr(sorted(map(astuple, places))).encode()).hexdigest()[:16]


def is_variant(text: str) -> bool:
    """Whether these are readers for whom a copy can be made."""
    return text in set(Variant)


def _pages(value: Evidence) -> Iterator[MarkedPage]:
    for entry in value.redactions or ():
        places = (Place(left=place[0], top=place[1], right=place[2], bottom=place[3]) for place in entry["places"])
        yield MarkedPage(
            variant=str(entry["for"]), key=str(entry["key"]), seen=str(entry["seen"]), places=tuple(places)
        )


def _within(number: int) -> int:
    return min(max(0, number), HIGHEST)


def _column(across: int) -> str:
    return COLUMNS[min(max(0, across) // SQUARE, len(COLUMNS) - 1)]


def _row(down: int) -> int:
    return min(max(0, down) // SQUARE, ROWS - 1) + 1
