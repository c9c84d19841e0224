"""Codes and numbers in the figures of any script."""

import pytest

from hrd_cases.domain.typed_text import plain_digits, typed_code


@pytest.mark.parametrize("zero", ["0", "٠", "۰", "０", "०"])
def test_a_code_reads_as_telephones_show_it(zero: str) -> None:
    shown = "081804".translate({ord(str(n)): chr(ord(zero) + n) for n in range(10)})
    for typed in (
        shown,
        f" {shown[:3]} {shown[3:]} ",
        f"{shown[:3]}\u00a0{shown[3:]}",
        f"{shown[:3]}-{shown[3:]}",
        f"{shown[:3]}\u2011{shown[3:]}\u200b",
        f"\u202a{shown}\u202c\n",
    ):
        assert typed_code(typed) == "081804"


def test_what_is_no_figure_stays() -> None:
    assert typed_code("abcd-efgh") == "abcdefgh"
    assert typed_code("½ ²") == "½²"
    assert plain_digits("№ ٣, дом 5") == "№ 3, дом 5"
