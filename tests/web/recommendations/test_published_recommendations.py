"""The published recommendations through their page: seen with source and mark, added once."""

from hrd_pages import Visitor


def test_they_are_offered_seen_and_added_once(anna: Visitor) -> None:
    assert 'href="/r/p"' in anna.get("/r").text
    page = anna.get("/r/p").text
    assert "Ratify the 2014 Protocol" in page
    assert "not verified" in page
    assert "30 June 2023" in page
    form = anna.fields("/r/p")
    assert anna.send("/r/p", form).status_code == 303
    listed = anna.get("/r?s=not_checked").text
    assert listed.count('<span class="what">') == 14
    assert 'href="/r/p"' not in listed
    assert "All of them are in the list already." in anna.get("/r/p").text
    assert anna.send("/r/p", form).status_code == 303
    assert anna.get("/r?s=not_checked").text.count('<span class="what">') == 14
