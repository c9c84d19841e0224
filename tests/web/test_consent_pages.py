"""Asking people: whom, with which words, and a spoken yes that costs one tick."""

import re

import pytest
from hrd_browser import Browser
from hrd_world import World


@pytest.fixture
def anna(sqlite_world: World) -> Browser:
    return Browser(sqlite_world, "anna")


def test_the_page_says_what_each_person_allowed_and_reads_the_text_in_three_languages(anna: Browser) -> None:
    case = anna.world.strike.case
    for language, word in (
        ("ru", "Согласие можно забрать"),
        ("kk", "қайтарып алуға болады"),
        ("en", "take your consent back"),
    ):
        page = anna.get(f"/c/{case}/y?aloud_in={language}")
        assert page.status_code == 200
        assert word in page.text
        assert "no lawyer has checked" in page.text


def test_a_spoken_yes_is_one_tick_and_counts_from_then_on(anna: Browser) -> None:
    case, person = anna.world.strike.case, anna.world.strike.person
    answer = anna.post(f"/c/{case}/y", person=person, agreed="court", aloud="yes", aloud_in="ru")
    assert answer.status_code == 303
    cells = re.findall(r"<div>(yes|no|not asked)", anna.get(f"/c/{case}/y").text)
    assert cells == ["no", "yes", "no", "no", "no"]  # they had withdrawn everything before


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"agreed": "court", "aloud": "yes"}, "Choose a person"),
        ({"agreed": "court"}, "read aloud"),
        ({"aloud": "yes"}, "Tick what the person agreed to"),
    ],
)
def test_half_an_answer_is_no_consent(anna: Browser, fields: dict[str, str], said: str) -> None:
    person = {} if "Choose" in said else {"person": anna.world.strike.person}
    answer = anna.post(f"/c/{anna.world.strike.case}/y", **fields, **person)
    assert answer.status_code == 422
    assert said in answer.text


def test_an_outsider_sees_no_consents(sqlite_world: World) -> None:
    assert Browser(sqlite_world, "outsider").get(f"/c/{sqlite_world.strike.case}/y").status_code == 404
