"""Words of a list that somebody keeps by hand, and the one entry that they mean; two entries are none."""

import pytest

from hrd_cases.domain.importers.model import proposed
from hrd_cases.domain.importers.near_words import near


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("regions", "Карагандинская обл.", "KZ-35"),
        ("regions", "Караганда", "KZ-35"),
        ("regions", "Қарағанды обл", "KZ-35"),
        ("regions", "г.Алматы", "KZ-75"),
        ("regions", "Алматы қ.", "KZ-75"),
        ("regions", "Алматинская обл.", "KZ-19"),
        ("regions", "Mangystau", "KZ-47"),
        ("attack_kinds", "Угрозы", "threat"),
        ("attack_kinds", "штрафы", "fine"),
        ("attack_kinds", "Допрос", "interrogation"),
        ("attack_kinds", "Обыск", ""),
        ("attack_kinds", "Слежка", ""),
        ("attack_kinds", "Отказ", ""),
        ("regions", "Казахстан", ""),
        ("regions", "обл.", ""),
        ("regions", "Караваново", ""),
        ("attack_kinds", "", ""),
    ],
)
def test_words_that_nearly_say_one_entry_mean_it(name: str, text: str, code: str) -> None:
    assert near(name, text) == code


def test_a_heading_is_read_from_its_beginning_before_its_inside() -> None:
    names = {"title": ("Incident",), "when": ("Date", "Дата рождения"), "phone": ("Номер телефона",)}
    headings = ("Date of incident", "дата рожд.", "Ваш номер телефона", "Incidents", "№", "Запас")
    assert [proposed(heading, names) for heading in headings] == ["when", "when", "phone", "title", "", ""]
