import pytest

from hrd_cases.domain.page_choices import BadPages, read_pages, written

MEANT = {
    "1-3, 7": (1, 2, 3, 7),
    "стр. 2": (2,),
    "2; 3": (2, 3),
    "2 и 5": (2, 5),
    "2-3.": (2, 3),
    "с 2 по 4": (2, 3, 4),
    "л. 4–6": (4, 5, 6),
    "pp. 3-5, 9": (3, 4, 5, 9),
    "3, 4 және 7": (3, 4, 7),
    "5 бет": (5,),
    "２-٤": (2, 3, 4),
    "3, 1, 3": (3, 1),
    "": (),
    "все": (),
}
REFUSED = ("7-3", "1-", "-3", "0", "2 3", "2.3", "2-3-5", "стр.", "first", "-", ",", "1-99999", "2?", "3, x")


@pytest.mark.parametrize("typed", MEANT)
def test_a_choice_with_one_meaning_is_read_as_meant(typed: str) -> None:
    assert read_pages(typed) == MEANT[typed]
    assert read_pages(written(read_pages(typed))) == MEANT[typed]


@pytest.mark.parametrize("typed", REFUSED)
def test_any_other_choice_is_an_error_and_never_all_pages(typed: str) -> None:
    with pytest.raises(BadPages):
        read_pages(typed)
