"""What seems to be there already is said before a second one is kept; the same form sent once more keeps it."""

import pytest
from hrd_pages import Visitor
from hrd_world import World

SAID = "This seems to be here already."


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"pseudonym": "Miner K"}, {"pseudonym": "miner  K"}),
        ({"pseudonym": "P1", "names-0-name": "Serik Ahmet"}, {"pseudonym": "P2", "names-0-name": "Ahmet SERIK"}),
    ],
)
def test_a_second_person_of_one_name_is_asked_about(
    sqlite_world: World, first: dict[str, str], second: dict[str, str]
) -> None:
    anna, path = Visitor(sqlite_world).enter("anna"), f"/p/new/{sqlite_world.strike.case}"
    made = anna.fill(path, **first)
    assert made.status_code == 303
    asked = anna.send(path, {**anna.fields(path), **second})
    assert asked.status_code == 422
    assert SAID in asked.text
    assert f'href="{made.headers["Location"]}"' in asked.text
    again = anna.send(path, {**anna.fields(path), **second, "_sure": "yes"})
    assert again.status_code == 303


def test_a_person_that_is_not_mine_to_open_is_not_told_of(sqlite_world: World) -> None:
    anna = Visitor(sqlite_world).enter("anna")
    assert anna.fill(f"/p/new/{sqlite_world.strike.case}", pseudonym="Only of the strike").status_code == 303
    other = Visitor(sqlite_world).enter("outsider")
    path = f"/p/new/{sqlite_world.own.case}"
    assert other.send(path, {**other.fields(path), "pseudonym": "Only of the strike"}).status_code == 303


def test_a_second_company_of_one_name_is_asked_about(sqlite_world: World) -> None:
    anna = Visitor(sqlite_world).enter("anna")
    typed = {"name": "Mine of the north", "countries-0-country": ""}
    first = anna.send("/o/new", {**anna.fields("/o/new"), **typed})
    assert first.status_code == 303
    asked = anna.send("/o/new", {**anna.fields("/o/new"), **typed, "name": "MINE of the north"})
    assert asked.status_code == 422
    assert SAID in asked.text
    assert anna.send("/o/new", {**anna.fields("/o/new"), **typed, "_sure": "yes"}).status_code == 303
