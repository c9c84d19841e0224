"""Every address has an entry in the policy, or the application is not built."""

import re
from collections import Counter

import pytest
from flask import Blueprint
from hrd_pages import Visitor
from hrd_world import World

from hrd_cases.app import assemble
from hrd_cases.domain.access.permissions import Act
from hrd_cases.web.blueprints import BLUEPRINTS
from hrd_cases.web.kernel import handling, policy
from hrd_cases.web.kernel.urls import PLACES

# Words that an address may hold: they would stand in any program.
PLAIN = {"static", "new", "team", "renew", "opened", "print"}


def test_an_address_without_an_entry_stops_the_building(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    stray = Blueprint("stray", __name__)
    stray.add_url_rule("/stray", "show", lambda: "")
    monkeypatch.setattr("hrd_cases.app.BLUEPRINTS", (*BLUEPRINTS, stray))
    with pytest.raises(policy.Unlisted, match=r"stray\.show"):
        assemble(sqlite_world.runtime)


@pytest.mark.parametrize("address", ["/c/<other>", "/c/new"])
def test_two_at_one_address_stop_the_building(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    second = Blueprint("second", __name__)
    second.add_url_rule(address, "show", lambda other="": other)
    monkeypatch.setattr("hrd_cases.app.BLUEPRINTS", (*BLUEPRINTS, second))
    monkeypatch.setitem(policy.POLICY, "second.show", policy.Openness.PUBLIC)
    with pytest.raises(policy.Unlisted, match=rf"{address.split('<')[0]}.*second\.show"):
        assemble(sqlite_world.runtime)


def test_no_entry_speaks_of_an_address_that_is_not_there(sqlite_world: World) -> None:
    app = Visitor(sqlite_world).app
    existing = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert set(policy.POLICY) == existing
    assert existing >= handling.DEFERRED
    assert existing >= handling.LOOKING
    assert existing >= handling.STREAMED


def test_only_these_are_open_to_anyone() -> None:
    assert {endpoint for endpoint, door in policy.POLICY.items() if door is policy.Openness.PUBLIC} == {
        "static",
        "language.choose",
        "accessibility.show",
        "enter.show",
        "enter.log_in",
        "enter_by_key.show",
        "enter_by_key.log_in",
        "enter.activation",
        "enter.begin",
        "enter.forgotten",
        "enter.begin_anew",
        "enter.offer",
        "enter.picture",
        "enter.finish",
        "second_factor_lost.show",
        "second_factor_lost.begin",
        "second_factor_lost.enrol",
        "second_factor_lost.picture",
        "second_factor_lost.finish",
        "leave.elsewhere",
    }


def test_every_place_of_the_menu_is_a_single_letter_and_opens(sqlite_world: World) -> None:
    app = Visitor(sqlite_world).app
    for name, place in PLACES.items():
        assert len(place.path) == 2, name
        if place.label:
            assert place.endpoint in app.view_functions, name
            assert isinstance(policy.of(place.endpoint), Act), name


def test_no_two_pages_share_an_address(sqlite_world: World) -> None:
    """Of two with one address and method, one would never be reached."""
    rules = Visitor(sqlite_world).app.url_map.iter_rules()
    content = Counter((re.sub(r"<[^>]*>", "<>", rule.rule), method) for rule in rules for method in rule.methods or ())
    assert [where for where, times in content.items() if times > 1 and where[1] not in ("OPTIONS", "HEAD")] == []


def test_no_address_holds_a_telling_word(sqlite_world: World) -> None:
    app = Visitor(sqlite_world).app
    for rule in app.url_map.iter_rules():
        fixed = [part for part in rule.rule.split("/") if part and not part.startswith("<")]
        assert all(len(part) == 1 or part in PLAIN for part in fixed), rule.rule


def test_no_two_pages_have_one_address(sqlite_world: World) -> None:
    met: dict[tuple[str, str], str] = {}
    for rule in Visitor(sqlite_world).app.url_map.iter_rules():
        shape = re.sub(r"<(?:([^:>]+):)?[^>]+>", lambda result: f"<{result[1] or 'text'}>", rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            assert met.setdefault((method, shape), rule.endpoint) == rule.endpoint, shape
