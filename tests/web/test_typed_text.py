"""Pasted lines: what telephones and messengers put round them is dropped, what disguises a name is refused."""

import pytest

from hrd_cases.web.forms.text import BadText, line, lines

NUMBER = "+7 701 000-00-01"


@pytest.mark.parametrize(
    "pasted",
    [
        f"\u202a{NUMBER}\u202c",  # WhatsApp, Contacts
        f"\u202d{NUMBER}\u202c",
        f"\u2066{NUMBER}\u2069",
        f"\u2068\u202a{NUMBER}\u202c\u2069",
        f"\u200e{NUMBER}\u200e",
        f"\u200f{NUMBER}",
        f"\ufeff{NUMBER}",
        f"\u200b{NUMBER}\u200b",
        f"\u00a0{NUMBER}\u00a0\n",
        f"  {NUMBER}\t",
        f"\u202a{NUMBER}",  # the other half was not copied
        f"{NUMBER}\u202c",
        f"\u2060\u200d {NUMBER} \u200c",
    ],
)
def test_a_pasted_number_is_the_number(pasted: str) -> None:
    assert line(pasted) == NUMBER


def test_marks_round_a_part_of_a_line_go_and_what_they_stood_round_stays() -> None:
    assert line("Aigul \u202a+7 701\u202c, at night") == "Aigul +7 701, at night"
    assert lines("first\n\u2066+7 701\u2069\n") == "first\n+7 701"


@pytest.mark.parametrize(
    "disguised",
    [
        "photo\u202egnp.exe",
        "\u202ephoto\u202c",
        "\u202d\u0645\u0646 abc\u202c",  # an override round letters that run the other way
        "a\u202ab",
        "a\u2067b",
        "a\x00b",
        "a\x1b[31m",
    ],
)
def test_what_disguises_a_name_is_refused(disguised: str) -> None:
    with pytest.raises(BadText):
        line(disguised)


def test_letters_are_kept_in_one_form() -> None:
    assert line("и\u0306") == "й"
    assert lines("и\u0306\r\nи\u0306") == "й\nй"


def test_a_joiner_inside_a_word_stays_where_a_script_needs_it() -> None:
    assert (
        line("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645") == "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    )
