"""Order and turns of the pages of a file: no page is lost or doubled, whatever was kept of it."""

from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.domain.arranging import SourcePage, arranged, moved, turned

KEPT = st.lists(st.builds(SourcePage, number=st.integers(-2, 12), turn=st.sampled_from((0, 90, 180, 270))), max_size=15)
NUMBERS = st.lists(st.integers(1, 10), unique=True, max_size=10).map(sorted)


@given(KEPT, NUMBERS)
def test_every_page_of_a_file_is_printed_once_whatever_was_arranged(kept: list[SourcePage], numbers: list[int]) -> None:
    assert sorted(item.number for item in arranged(kept, numbers)) == numbers


def test_what_was_arranged_comes_first_and_in_its_order() -> None:
    saved = [SourcePage(number=3, turn=90), SourcePage(number=1)]
    assert arranged(saved, (1, 2, 3, 4)) == [*saved, SourcePage(number=2), SourcePage(number=4)]


def test_a_page_moves_by_one_place_and_not_beyond_the_ends() -> None:
    pages = [SourcePage(number=number) for number in (1, 2, 3)]
    assert [item.number for item in moved(pages, 2, 1) or ()] == [1, 3, 2]
    assert [item.number for item in moved(pages, 2, -1) or ()] == [2, 1, 3]
    assert moved(pages, 1, -1) is None
    assert moved(pages, 3, 1) is None


def test_four_turns_are_none() -> None:
    pages = [SourcePage(number=1), SourcePage(number=2)]
    once = turned(pages, 2)
    assert [item.turn for item in once] == [0, 90]
    assert turned(turned(turned(once, 2), 2), 2) == pages
