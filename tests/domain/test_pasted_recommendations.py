"""A pasted text becomes rows: one a line or one a paragraph, without what lists put before their entries."""

import pytest

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.pasted_recommendations import (
    MOST,
    PastedRecommendationRow,
    PastedRecommendations,
    in_rows,
    recommendations_of,
)


def rows(text: str) -> list[str]:
    return [row.words for row in in_rows(PastedRecommendations(text=text)).rows]


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("Adopt a plan\nRatify the protocol", ["Adopt a plan", "Ratify the protocol"]),
        (
            "Adopt a plan\nwith resources\n\nRatify the\nprotocol",
            ["Adopt a plan with resources", "Ratify the protocol"],
        ),
        ("1. Adopt a plan\n2) Ratify\n(3) Publish\n4.2. Name", ["Adopt a plan", "Ratify", "Publish", "Name"]),
        ("• Принять план\n– Назначить орган\na) Опубликовать", ["Принять план", "Назначить орган", "Опубликовать"]),
        ("2014 Protocol: ratify\nг. Астана: провести", ["2014 Protocol: ratify", "г. Астана: провести"]),
        ("\n\n  Adopt a plan  \n", ["Adopt a plan"]),
    ],
)
def test_a_text_is_cut_where_its_author_cut_it(text: str, texts: list[str]) -> None:
    assert rows(text) == texts


@pytest.mark.parametrize(
    ("text", "language"), [("Adopt a plan", "en"), ("Принять план", "ru"), ("Жоспарды қабылдау", "kk")]
)
def test_the_language_is_proposed_where_nobody_chose_one(text: str, language: str) -> None:
    assert in_rows(PastedRecommendations(text=text)).language == language
    assert in_rows(PastedRecommendations(text=text, language="en")).language == "en"


@pytest.mark.parametrize("text", ["", " \n \n", "\n".join(map(str, range(MOST + 1)))])
def test_no_recommendation_and_too_many_are_refused(text: str) -> None:
    with pytest.raises(RuleBroken):
        rows(text)


def test_as_many_as_are_allowed_come_through() -> None:
    assert len(rows("\n".join(map(str, range(MOST))))) == MOST


def test_what_is_typed_for_all_holds_for_each_but_not_over_its_own() -> None:
    pasted = PastedRecommendations(
        language="en",
        source="Study",
        bodies=("researchers",),
        addressee="Government",
        rows=(
            PastedRecommendationRow(words="Adopt a plan"),
            PastedRecommendationRow(words="Publish it", addressee="Companies"),
        ),
    )
    first, second = recommendations_of(pasted)
    assert (first.source, first.bodies, first.addressee) == ("Study", ("researchers",), "Government")
    assert (second.source, second.addressee) == ("Study", "Companies")
    assert [part.text for part in second.words] == ["Publish it"]


@pytest.mark.parametrize(
    ("language", "words", "place"), [("de", "Adopt", "language"), ("en", " ", "rows-0-words"), ("", "x", "language")]
)
def test_what_cannot_be_saved_is_named_at_its_place(language: str, words: str, place: str) -> None:
    with pytest.raises(RuleBroken) as caught:
        recommendations_of(PastedRecommendations(language=language, rows=(PastedRecommendationRow(words=words),)))
    assert caught.value.place == place
