"""Texts without a mark in the encodings of Windows, Unix and DOS: short lists, long texts, names, capitals."""

import pytest

from hrd_cases.domain.encodings import OLD, old_encoding

LIST = "ФИО;Телефон;Дата;Что случилось\nТестова Анна;8 701 000 00 01;14.12.2017;Уволена после обращения\n"
TEXTS = {
    "a list": LIST,
    "a list in capitals": LIST.upper(),
    "a heading and one row": "ФИО;Город\nБолат;Актау",
    "names alone": "Ким\nЦой\nЮн\n",
    "one word": "Караганда",
    "a summons": "ПОВЕСТКА\nВ СУД",
    "Latin heads": "Name;Город\nAnna T;Алматы\nBolat O;Астана\n",
    "sentences": "Девятого ноября шахтёры не вышли на поверхность. Их просили подняться, но они остались под землёй.",
}


@pytest.mark.parametrize("encoding", OLD)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_encoding_is_known_from_few_words_and_from_capitals(text: str, encoding: str) -> None:
    assert old_encoding(text.encode(encoding)) == encoding


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Name;City\nAnna;Almaty\n",
        "Müller;Köln;Straße\nFrançois;Besançon".encode("latin-1"),
        bytes(range(128, 256)),
    ],
)
def test_nothing_is_guessed_from_what_is_no_russian(data: bytes) -> None:
    assert old_encoding(data) == ""
