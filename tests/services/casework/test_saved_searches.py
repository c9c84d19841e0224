"""Saved searches: kept under a name by the person who searched, run again, renamed, deleted; nobody else's."""

import re
from urllib.parse import urlencode

import pytest
from hrd_browser import Browser
from hrd_pages import Visitor
from hrd_world import World

from hrd_cases.domain.fields import ENTITIES
from hrd_cases.domain.notes import Note
from hrd_cases.services.casework import saved_searches
from hrd_cases.services.records import records
from hrd_cases.services.travel import travel
from hrd_cases.store.tables import saved_searches as table


@pytest.fixture
def anna(sqlite_world: World) -> Visitor:
    with sqlite_world.writing("anna") as ctx:
        records.create(ctx, sqlite_world.strike.case, Note(subject="Ledger", text="Copied by the cashier"))
    return Visitor(sqlite_world).enter("anna")


def save(visitor: Visitor, text: str, name: str, status: int = 303, **narrowed: str) -> str:
    """Search, and save it under a name; what answers."""
    at = visitor.fill("/s", text=text).headers["Location"]
    answer = visitor.fill(f"{at}?{urlencode(narrowed)}", f"{at}/k", name=name)
    assert answer.status_code == status
    return answer.headers.get("Location") or answer.text


def listed(visitor: Visitor) -> dict[str, str]:
    """The ids of the saved searches by what the page of the search calls them."""
    return {name: kept for kept, name in re.findall(r'<a href="/s/k/(\w+)"[^>]*>([^<]*)</a>', visitor.get("/s").text)}


def test_a_search_is_saved_under_a_name_and_run_again_with_what_narrowed_it(anna: Visitor) -> None:
    save(anna, "cashier", "Who copied  it", k=ENTITIES["note"].letter)
    saved = listed(anna)
    assert list(saved) == ["Who copied it"]
    answer = anna.fill("/s", f"/s/k/{saved['Who copied it']}/r")
    assert answer.status_code == 303
    assert re.fullmatch(rf"/s/\w+\?k={ENTITIES['note'].letter}", answer.headers["Location"]), "no word in an address"
    page = anna.get(answer.headers["Location"]).text
    assert "Ledger" in page


def test_a_saved_search_is_renamed_and_deleted(anna: Visitor) -> None:
    save(anna, "cashier", "First")
    (kept,) = listed(anna).values()
    assert anna.fill(f"/s/k/{kept}", name="Second").status_code == 303
    assert listed(anna) == {"Second": kept}
    assert anna.fill(f"/s/k/{kept}", f"/s/k/{kept}/d").status_code == 303
    assert listed(anna) == {}
    assert anna.get(f"/s/k/{kept}").status_code == 404


def test_a_name_is_needed_and_a_name_is_used_once(anna: Visitor) -> None:
    save(anna, "cashier", "Cash")
    for name, said in (("", "Write a name."), ("x" * 81, "at most 80"), ("cash", "another search under this name")):
        page = save(anna, "ledger", name, 422)
        assert said in page
        assert 'value="ledger"' in page, "the results stay"
    assert list(listed(anna)) == ["Cash"]


def test_25_searches_are_saved_and_no_more(anna: Visitor) -> None:
    with anna.world.writing("anna") as ctx:
        for number in range(saved_searches.MOST - 1):
            saved_searches.keep(ctx, saved_searches.SavedSearch(name=f"Search {number}", text="cashier"))
    save(anna, "cashier", "Last")
    assert "You have saved 25 searches" in save(anna, "cashier", "One more", 422)
    assert len(listed(anna)) == 25


def test_nobody_else_sees_or_changes_it_and_it_rests_sealed(anna: Visitor) -> None:
    save(anna, "cashier", "Canary name")
    (kept,) = listed(anna).values()
    for name in ("lana", "founder", "outsider"):
        assert listed(Visitor(anna.world).enter(name)) == {}
        other = Browser(anna.world, name)
        nothing = other.get(f"/s/k/{'0' * 32}")
        assert (other.get(f"/s/k/{kept}").data, 404) == (nothing.data, nothing.status_code)
        for way in ("", "/d", "/r"):
            assert other.post(f"/s/k/{kept}{way}", name="Mine").status_code == 404
    with anna.world.reading("anna") as ctx:
        (rests,) = ctx.work.connection.execute(table.select()).mappings()
    assert not [
        value for value in rests.values() if b"anary" in str(value).encode() or b"cashier" in str(value).encode()
    ]
    assert list(listed(anna)) == ["Canary name"]


def test_who_hands_in_their_keys_for_a_journey_has_no_saved_search(anna: Visitor) -> None:
    save(anna, "cashier", "Canary name")
    with anna.world.writing("anna") as ctx:
        travel.give_up(ctx, anna.world.user("lana"), [anna.world.strike.case])
    with anna.world.reading("outsider") as ctx:
        assert ctx.work.saved_searches.of_user(anna.world.user("anna")) == []


def test_a_saved_search_that_does_not_open_hides_no_other(anna: Visitor) -> None:
    save(anna, "cashier", "Good")
    with anna.world.writing("anna") as ctx:
        saved_searches.keep(ctx, saved_searches.SavedSearch(name="Harmed", text="ledger"))
        harmed = next(item for item in saved_searches.mine(ctx) if item.name == "Harmed")
        ctx.work.saved_searches.put(ctx.actor.user, harmed.id, b"x")
    assert list(listed(anna)) == ["Good"]
