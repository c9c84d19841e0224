"""Recommendations: what a list calls them, and in which order they stand."""

from datetime import date

import pytest

from hrd_cases.domain import dates
from hrd_cases.domain.fields import LangText
from hrd_cases.domain.recommendations import LONGEST_TITLE, Recommendation, by_review, shortened, title_of

TODAY = date(2026, 11, 22)


def reviewed(when: str) -> Recommendation:
    return Recommendation(next_review=dates.parse(when) if when else None)


def test_the_next_review_stands_first_then_what_is_over_and_last_what_has_none() -> None:
    typed = ["", "2025", "2030", "?", "12.2026", "2026-11-22", "2026-11-21", "2026"]
    ordered = sorted(map(reviewed, typed), key=by_review(TODAY))
    places = [item.next_review.encode() if item.next_review else "" for item in ordered]
    assert places[:-2] == ["2026", "2026-11-22", "2026-12", "2030", "2026-11-21", "2025"]
    assert set(places[-2:]) == {"", "?"}


@pytest.mark.parametrize("length", [1, LONGEST_TITLE - 1, LONGEST_TITLE])
def test_a_short_text_is_its_own_title(length: int) -> None:
    assert shortened("a" * length + "\nand more") == "a" * length


def test_a_long_text_is_cut_between_two_words() -> None:
    text = "Расследовать насилие против членов профсоюзов, " * 10
    title = shortened(text)
    assert len(title) <= LONGEST_TITLE + 1
    assert title.endswith("…")
    assert text.startswith(title[:-1])
    assert text[len(title) - 1] in " ,"


def test_a_long_word_is_cut_too() -> None:
    assert shortened("a" * 500) == "a" * LONGEST_TITLE + "…"


def test_a_title_is_in_the_language_of_the_reader_where_the_words_are() -> None:
    words = (LangText(language="en", text="Adopt a plan"), LangText(language="ru", text="Принять план"))
    recommendation = Recommendation(words=words)
    assert title_of(recommendation) == "Adopt a plan"
    assert title_of(recommendation, "ru") == "Принять план"
    assert title_of(recommendation, "kk") == "Adopt a plan"
