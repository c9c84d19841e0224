"""Pasted lines: what telephones and messengers put round them is dropped, what disguises a name is refused."""

import time

import pytest

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.typed_text import BadText, line, lines, several, single, tidy

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


@pytest.mark.parametrize(
    ("typed", "tidied"),
    [
        (f" \u202a{NUMBER}\u202c\r\n", f" {NUMBER}\r\n"),
        (f"\u200e\n{NUMBER} \u200f", f"\n{NUMBER} "),
        ("\ufeffи\u0306\u200b", "й"),
        ("\u200e\u200f ", " "),
        ("photo\u202egnp.exe", "photo\u202egnp.exe"),  # left for whoever keeps it to refuse
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_everything_typed_is_made_tidy_and_keeps_its_spaces(typed: str, tidied: str) -> None:
    assert tidy(typed) == tidied


@pytest.mark.parametrize(
    "text",
    [
        "\u202a" * 300_000 + "x" + "\u202c" * 300_000,
        "x" + "\u200e " * 300_000 + "x",
        "\u202d\u0645" * 300_000 + "\u202c",
    ],
    ids=["nested pairs", "marks inside", "open pairs"],
)
def test_no_text_takes_longer_than_its_length(text: str) -> None:
    began = time.monotonic()
    lines(text)
    tidy(text)
    assert time.monotonic() - began < 20


def test_a_service_keeps_one_line_or_several_and_says_what_is_too_long() -> None:
    assert single(" Aigul\u202a \u202c\n Akhmetova ", "name", 20) == "Aigul Akhmetova"
    assert several("\u200b\n first \n\nsecond\n", "reason", 20) == "first \n\nsecond"
    for keep in (single, several):
        with pytest.raises(RuleBroken) as refused:
            keep("x" * 23, "reason", 20)
        assert (refused.value.place, refused.value.values) == ("reason", {"most": 20, "over": 3})
    with pytest.raises(RuleBroken) as refused:
        single("photo\u202egnp.exe", "name", 200)
    assert refused.value.place == "name"
