"""Recommendations through their pages: written down, found by state, read by every colleague."""

import pytest
from hrd_pages import Visitor
from hrd_world import World


def test_a_recommendation_is_written_listed_and_changed(anna: Visitor) -> None:
    created = anna.fill(
        "/r/new",
        **{
            "words-ru-text": "Принять Национальный план действий",
            "words-en-text": "Adopt a National Action Plan",
            "bodies": ["baseline_assessment"],
            "addressee": "Government",
            "state": "promised",
            "state_on": "2023",
            "next_review": "01.2030",
            "review": "Universal Periodic Review",
        },
    )
    assert created.status_code == 303
    path = created.headers["Location"]
    page = anna.get(path).text
    assert "<h1>Adopt a National Action Plan</h1>" in page
    assert "National baseline assessment on business and human rights" in page
    listed = anna.get("/r").text
    assert f'href="{path}"' in listed
    assert "Universal Periodic Review" in listed
    assert anna.fill(f"{path}/e", state="carried_out").status_code == 303
    assert "Carried out" in anna.get(path).text
    assert f'href="{path}"' in anna.get("/r?s=carried_out").text
    assert f'href="{path}"' not in anna.get("/r?s=promised").text


def test_a_recommendation_without_words_is_asked_for_them(anna: Visitor) -> None:
    answer = anna.fill("/r/new", addressee="Parliament")
    assert answer.status_code == 422
    assert "Parliament" in answer.text


@pytest.mark.parametrize(("when", "said"), [("2020", True), ("2030", False)])
def test_a_review_that_is_over_says_so(anna: Visitor, when: str, said: bool) -> None:
    path = anna.fill("/r/new", **{"words-en-text": "Adopt a plan", "next_review": when}).headers["Location"]
    listed = anna.get("/r").text
    assert path in listed
    assert ("review is over" in listed.split(path)[0].rpartition("<li>")[2]) is said


def test_25_recommendations_stand_on_a_page(anna: Visitor) -> None:
    for number in range(26):
        anna.fill("/r/new", **{"words-en-text": f"Recommendation {number}", "state": "refused"})
    first, second = anna.get("/r?s=refused").text, anna.get("/r?s=refused&n=2").text
    assert (first.count('<span class="what">'), second.count('<span class="what">')) == (25, 1)
    assert "/r?s=refused&amp;n=2" in first or "/r?n=2&amp;s=refused" in first


@pytest.mark.parametrize("reader", ["luka", "coordinator", "outsider"])
def test_every_colleague_reads_the_place_in_the_menu(sqlite_world: World, reader: str) -> None:
    visitor = Visitor(sqlite_world).enter(reader)
    assert 'href="/r"' in visitor.get("/d").text
    assert visitor.get(f"/r/{sqlite_world.recommendation}").status_code == 200


@pytest.mark.parametrize("reader", ["auditor", "admin"])
def test_the_place_is_not_in_the_menu_of_others(sqlite_world: World, reader: str) -> None:
    assert 'href="/r"' not in Visitor(sqlite_world).enter(reader).get("/d").text
