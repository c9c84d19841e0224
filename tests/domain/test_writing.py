"""Which language a text looks like: said only where letters or words tell it."""

import pytest

from hrd_cases.domain.papers import Language
from hrd_cases.domain.writing import looks

RU, KK, EN = Language.RU, Language.KK, Language.EN
RUSSIAN = [
    "Признать забастовку незаконной",
    "Срок не нарушен.",
    "Ещё не состоялось",
    "Определение о приостановлении забастовки",
    "Фотографии из забоя",
]
KAZAKH = [
    "Ереуілді заңсыз деп тану",
    "Мерзім бұзылған жоқ.",
    "Шахтадағы фотосуреттер мен жазбалар үшін",
    "Сот ереуілді тоқтата тұрды",
]
ENGLISH = ["Declare the strike unlawful", "The time limit was kept.", "Photographs from the mine"]
NOTHING_TOLD = ["", "2-0000/2017", "SMS", "Qarmet", "АО «Шахта»", "№ 17", "Астана", "Иск", "Ордер"]


@pytest.mark.parametrize("text", RUSSIAN)
def test_russian_is_told_in_an_english_and_a_kazakh_paper(text: str) -> None:
    assert (looks(text, EN), looks(text, KK), looks(text, RU)) == (RU, RU, None)


@pytest.mark.parametrize("text", KAZAKH)
def test_kazakh_is_told_in_an_english_and_a_russian_paper(text: str) -> None:
    assert (looks(text, EN), looks(text, RU), looks(text, KK)) == (KK, KK, None)


@pytest.mark.parametrize("text", ENGLISH)
def test_english_is_told_in_a_russian_and_a_kazakh_paper(text: str) -> None:
    assert (looks(text, RU), looks(text, KK), looks(text, EN)) == (EN, EN, None)


@pytest.mark.parametrize("text", NOTHING_TOLD)
def test_names_numbers_and_words_of_both_languages_are_not_judged(text: str) -> None:
    assert (looks(text, RU), looks(text, KK)) == (None, None)


@pytest.mark.parametrize("text", ["Әлібек Сынақов к забастовке не призывал.", "Суд района Әлихан Бөкейхан"])
def test_a_kazakh_name_makes_no_russian_text_kazakh(text: str) -> None:
    assert looks(text, RU) is None
