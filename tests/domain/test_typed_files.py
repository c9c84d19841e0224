"""Text files that people hand in, as Notepad, Excel and mails leave them."""

import pytest

from hrd_cases.domain.typed_files import text_of

TEXT = "# a comment\nAGE-SECRET-KEY-PQ-1ABC"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.replace("\n", "\r\n").encode("utf-8-sig"),
        TEXT.replace("\n", "\r").encode(),
        f"  {TEXT} \u00a0\n".replace("\n", " \n ").encode(),
        TEXT.replace("\n", "\u2028").encode(),
        f"\u200e{TEXT}\u200b".encode(),
    ],
)
def test_what_programs_leave_in_a_file_says_nothing(data: bytes) -> None:
    assert text_of(data).strip() == TEXT


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(ValueError, match="codec"):
        text_of(b"\x80\xff\x00")
