"""What seems to be there already is said before a second one is kept; the same form sent once more keeps it."""

import pytest
from hrd_pages import Visitor
from hrd_world import World

KNOWN = "This telephone number is known here already:"
SAID = "This seems to be here already."


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"pseudonym": "Miner K"}, {"pseudonym": "miner  K"}),
        ({"pseudonym": "P1", "names-0-name": "Serik Ahmet"}, {"pseudonym": "P2", "names-0-name": "Ahmet SERIK"}),
        ({"pseudonym": "P1", "names-0-name": "Қайрат Сейітов"}, {"pseudonym": "P2", "names-0-name": "Кайрат Сеитов"}),
        (
            {"pseudonym": "P1", "channels-0-value": "+7 (701) 000-00-05"},
            {"pseudonym": "P2", "channels-0-value": "8 701 0000005"},
        ),
    ],
)
def test_a_second_person_of_one_name_is_asked_about(
    sqlite_world: World, first: dict[str, str], second: dict[str, str]
) -> None:
    anna, path = Visitor(sqlite_world).enter("anna"), f"/p/new/{sqlite_world.strike.case}"
    created = anna.fill(path, **first)
    assert created.status_code == 303
    request = anna.send(path, {**anna.fields(path), **second})
    assert request.status_code == 422
    assert SAID in request.text
    assert f'href="{created.headers["Location"]}"' in request.text
    again = anna.send(path, {**anna.fields(path), **second, "_sure": "yes"})
    assert again.status_code == 303


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"pseudonym": "Miner 1"}, {"pseudonym": "Miner 11"}),
        (
            {"pseudonym": "P1", "channels-0-value": "+7 701 000 00 05"},
            {"pseudonym": "P2", "channels-0-value": "000005"},
        ),
        (
            {"pseudonym": "P1", "channels-0-value": "+7 701 000 00 05"},
            {"pseudonym": "P2", "channels-0-value": "+7 702 000 00 05"},
        ),
    ],
)
def test_another_person_is_not_asked_about(sqlite_world: World, first: dict[str, str], second: dict[str, str]) -> None:
    anna, path = Visitor(sqlite_world).enter("anna"), f"/p/new/{sqlite_world.strike.case}"
    assert anna.fill(path, **first).status_code == 303
    assert anna.send(path, {**anna.fields(path), **second}).status_code == 303


def test_the_number_of_a_call_is_known_on_its_page(sqlite_world: World) -> None:
    anna, path = Visitor(sqlite_world).enter("anna"), f"/p/new/{sqlite_world.strike.case}"
    person = anna.fill(path, **{"pseudonym": "Miner K", "channels-0-value": "+7 701 000 00 05"}).headers["Location"]
    assert KNOWN not in anna.get(_call(anna, "8 702 000 00 05")).text
    first = _call(anna, "87010000005 после 20:00")
    second = _call(anna, "call on +7-701-000-00-05, not before 01.12.2026", urgent="yes")
    for call, other in ((first, second), (second, first)):
        page = anna.get(call).text
        assert KNOWN in page
        visible = page[page.index(KNOWN) :]
        visible = visible[: visible.index("</ul>")]
        assert f'href="{person}"' in visible
        assert f'href="{other}"' in visible
        assert f'href="{call}"' not in visible
    outsider = Visitor(sqlite_world).enter("outsider")
    assert KNOWN not in outsider.get(_call(outsider, "+7 701 000 00 05")).text


def test_days_and_times_in_how_to_reach_are_no_numbers(sqlite_world: World) -> None:
    anna = Visitor(sqlite_world).enter("anna")
    for _ in range(2):
        assert KNOWN not in anna.get(_call(anna, "through his wife after 01.12.2026, 18:00-20:00")).text


def test_the_person_of_a_call_that_is_carried_over_is_asked_about(sqlite_world: World) -> None:
    anna, path = Visitor(sqlite_world).enter("anna"), f"/p/new/{sqlite_world.strike.case}"
    person = anna.fill(path, **{"pseudonym": "Miner K", "names-0-name": "Serik Ahmet"}).headers["Location"]
    for way in ("c", f"a/{sqlite_world.strike.case}"):
        call = _call(anna, "+7 701 000 00 05", who="Ahmet Serik")
        fields = anna.fields(f"{call}/{way}")
        request = anna.send(f"{call}/{way}", fields)
        assert request.status_code == 422
        assert SAID in request.text
        assert f'href="{person}"' in request.text
        assert anna.send(f"{call}/{way}", {**fields, "_sure": "yes"}).status_code == 303


def _call(visitor: Visitor, reach: str, who: str = "A miner", **more: str) -> str:
    typed = {"what": "They were told to come", "when": "2017", "who": who, "reach": reach, **more}
    return str(visitor.fill("/i/new", **typed).headers["Location"])


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
    request = anna.send("/o/new", {**anna.fields("/o/new"), **typed, "name": "MINE of the north"})
    assert request.status_code == 422
    assert SAID in request.text
    assert anna.send("/o/new", {**anna.fields("/o/new"), **typed, "_sure": "yes"}).status_code == 303
