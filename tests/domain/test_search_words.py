"""Words of a text and what somebody types: in any script, case form and spelling, and no other word."""

import pytest

from hrd_cases.domain import likeness
from hrd_cases.domain.search import folding
from hrd_cases.domain.search.excerpts import excerpt
from hrd_cases.domain.search.folding import fold
from hrd_cases.domain.search.query import near, terms_of


def test_a_text_without_marks_between_letters_is_heard_once(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []

    def sounds(text: str) -> str:
        heard.append(text)
        return likeness.sounds(text)

    monkeypatch.setattr(folding, "sounds", sounds)
    assert b"asilbek" in fold(["Асылбек"])
    assert b"tolegenov" in fold(["Toʻlegenov"])
    assert heard == ["Асылбек", "Toʻlegenov", "Tolegenov"]


def holds(text: str, typed: str) -> bool:
    """Whether a text holds all that was typed."""
    document = fold([text])
    return all(term.perhaps(document) and term.rank(document) for term in terms_of(typed))


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Сейітова Әсел", "Сейітовой"),
        ("дали Сейітовой", "Сейітова"),
        ("Абдрахманов Қайрат", "абдрахмановым"),
        ("забастовка на шахте", "забастовку"),
        ("Пётр Цой", "Tsoi Peter"),
        ("Жұмабай", "Zhumabay"),
        ("Ықылас", "ыкылас"),
        ("за\u0301бастовка", "забастовка"),
        ("забас\u00adтовка", "забастовка"),
        ("«Qarmet», АО", "Кармет"),
        ("дело № 3512-17/1234", "17/1234"),
        ("дело № 3512-17/1234", "3512171234"),
        ("ИИН 870101300123", "870101300123"),
        ("8 (701) 000-00-01", "+7 701 000 00 01"),
        ("8 (701) 000-00-01, вечером", "вечером 7010000001"),
        ("Төлегенов", "To'legenov"),
        ("Toʻlegenov", "Тулегенов"),
        ("O'Neil", "neil"),
        ("дело № 2к-145/23", "2k-145/23"),
        ("№ 3Т-К-17", "ЗТ-К-17"),
        ("паспорт N 12345678", "N12345678"),
    ],
)
def test_what_is_meant_is_found(text: str, typed: str) -> None:
    assert holds(text, typed)


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Сейітова Әсел", "Сейткалиев"),
        ("Серік", "Серикбай"),
        ("Асан", "Хасан"),
        ("8 (701) 000-00-01", "+7 701 000 00 02"),
        ("8 (701) 000-00-01", "8 702 000 00 01"),
        ("забастовка", "забастовка суд"),
        ("суд", "судно"),
        ("Абдрахманов", "Абдрахмонов"),
        ("дело № 2к-145/23", "2k-146/23"),
        ("паспорт N 12345678", "N12345679"),
    ],
)
def test_what_is_not_meant_is_not_found(text: str, typed: str) -> None:
    assert not holds(text, typed)


@pytest.mark.parametrize(
    ("text", "typed", "found"),
    [
        ("Абдрахманов", "Абдрахмонов", True),
        ("Абдрахмановым", "Абдрахманв", True),
        ("Абдрахманов", "Абдархманов", True),
        ("забастовка", "забастоввка", True),
        ("конвенция", "конвекция", True),
        ("Марат", "Мурат", False),
        ("Ержан", "Ерлан", False),
        ("Абдрахманов", "Абдрашитов", False),
        ("Виноградов", "Вноградав", False),
        ("шахта", "шахматы", False),
        ("705 661 70 88", "705 661 70 89", False),
    ],
)
def test_one_letter_is_forgiven_in_long_words_and_no_digit(text: str, typed: str, found: bool) -> None:
    document = fold([text])
    assert all(term.perhaps(document) and term.rank(document) for term in near(terms_of(typed))) is found


def test_the_excerpt_stands_round_the_first_match_and_marks_all_of_a_number() -> None:
    text = " ".join(["слово"] * 200) + " звонил 8 (701) 000-00-01 из Караганды " + " ".join(["конец"] * 200)
    pieces = excerpt(text, terms_of("7010000001 караганда"))
    assert [piece.text for piece in pieces if piece.marked] == ["8 (701) 000-00-01", "Караганды"]
    assert pieces[0].text == "… "
    assert pieces[-1].text == " …"
    assert len("".join(piece.text for piece in pieces)) < 300


def test_nothing_is_marked_where_nothing_matched() -> None:
    assert excerpt("Другое", terms_of("забастовка")) == ()
    assert excerpt("", terms_of("забастовка")) == ()
