"""Six words of our lists pass; what everybody tries first, too short or too long is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.crypto.core.passphrases import WORD_LISTS, suggest, word_list
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.guessable import Problem
from hrd_cases.services.signin.passphrase_rules import check_passphrase, judge


@pytest.mark.parametrize("name", WORD_LISTS)
def test_a_suggested_passphrase_is_accepted(name: str) -> None:
    assert judge(suggest(word_list(name)), ()) == []
    assert judge(suggest(word_list(name), 7), ()) == []


@pytest.mark.parametrize(
    "weak",
    [
        "qwertyuiop12345",
        "йцукенгшщзхъ2026",
        "qwertyqwertyqwerty",
        "пароль пароль пароль",
        "gfhjkmgfhjkm2026",
        "Password2026!!!!",
        "p@ssw0rdp@ssw0rd",
        "aaaaaaaaaaaaaaaaaaaa",
        "1234567890123456789",
        "abcdefghijklmnopqr",
        "Қазақстан2026!!!",
        "kazakhstan kazakhstan",
        "менің құпия сөзім",
        "я люблю тебя 2026",
        "to be or not to be",
        "ПравозащитникиПравозащитники",
        "мороз и солнце день чудесный",
        "асылжанасылжанасылжан",
    ],
)
def test_what_everybody_tries_is_named_common(weak: str) -> None:
    assert Problem.COMMON in judge(weak, ())


@pytest.mark.parametrize(
    "good",
    [
        "gravel tunnel borrow chimney",
        "семнадцать ежей грызут чертёж",
        "көк есек темекі шегеді екен",
        "vB8!kq#2Lm^x9Rw$tZ",
    ],
)
def test_an_own_thought_is_accepted(good: str) -> None:
    assert judge(good, ()) == []


def test_short_long_and_own_names_are_named() -> None:
    assert judge("", ()) == [Problem.TOO_SHORT]
    assert judge(" \n\t ", ()) == [Problem.TOO_SHORT]
    assert judge("\ud800" * 20, ()) == [Problem.TOO_LONG]
    assert Problem.TOO_SHORT in judge("gravel tunnel", ())
    assert judge("ж" * 600, ()) == [Problem.TOO_LONG]
    assert judge("Steppe Watch Office 9", ()) == []
    assert Problem.COMMON in judge("Steppe Watch Office 9", ["Steppe Watch", "office"])


def test_one_list_word_six_times_is_not_six_words() -> None:
    assert judge(" ".join([word_list("latin")[0]] * 6), ()) == [Problem.COMMON]


@given(st.text(max_size=60))
def test_any_text_is_judged(text: str) -> None:
    assert set(judge(text, ())) <= set(Problem)


def test_the_first_problem_is_said_at_the_field() -> None:
    check_passphrase("gravel tunnel borrow chimney", ())
    with pytest.raises(RuleBroken) as refused:
        check_passphrase("qwerty", ())
    assert refused.value.place == "passphrase"
    assert "Too short" in str(refused.value)
