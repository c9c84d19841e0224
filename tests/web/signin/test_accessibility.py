"""The statement of accessibility is there before anybody logs in, and says what was not tested."""

import pytest
from hrd_pages import Visitor
from hrd_world import World


def test_the_first_page_leads_to_it(sqlite_world: World) -> None:
    stranger = Visitor(sqlite_world)
    assert 'href="/e/y"' in stranger.get("/e").text
    page = stranger.get("/e/y").text
    for heading in ("What is tested", "What is not met", "What is not tested"):
        assert heading in page
    assert "2.4.2" in page
    assert page == Visitor(sqlite_world).get("/e/y").text, "the same for everybody"


def test_who_is_logged_in_finds_it_on_their_account(sqlite_world: World, anna: Visitor) -> None:
    assert 'href="/e/y"' in anna.get("/m").text
    assert anna.get("/e/y").status_code == 200


@pytest.mark.parametrize(("language", "word"), [("ru", "Что проверено"), ("kk", "Тексерілгені")])
def test_it_is_there_in_every_language(sqlite_world: World, language: str, word: str) -> None:
    stranger = Visitor(sqlite_world)
    stranger.get(f"/y/{language}")
    assert word in stranger.get("/e/y").text
