"""Whatever is written down comes back as it was written, on both databases; what was replaced stays to be seen."""

import re
from dataclasses import is_dataclass, replace
from datetime import date
from typing import Any

import pytest
from hrd_filled import filled
from hrd_thief import Copy, with_passphrase
from hrd_world import CODED, FULL, World

from hrd_cases.domain import entities
from hrd_cases.domain.carrying import Carried
from hrd_cases.domain.consents import Consent
from hrd_cases.domain.counted import Event, put_together
from hrd_cases.domain.errors import Changed, Forbidden, NotFound
from hrd_cases.domain.fields import ENTITIES, Hidden, Text, fields_of
from hrd_cases.domain.incidents import Attacked, Incident
from hrd_cases.domain.notes import Advice
from hrd_cases.domain.trend_facts import standing
from hrd_cases.domain.vaults import CORE, IDENTITY, SOURCE
from hrd_cases.services.casework import call_to_case, calls, cases, companies, people
from hrd_cases.services.records import records, versions

OPEN = (CORE, IDENTITY, SOURCE)
LONG = "очень длинный рассказ " * 2000


def _comparable(value: object) -> dict[str, object]:
    """A value without what rules write into it."""
    hidden = {field.name for field in ENTITIES[_code(value)].fields if isinstance(field.kind, Hidden)}
    return {name: result for name, result in vars(value).items() if name not in hidden}


def _code(value: object) -> str:
    return next(code for code, item in ENTITIES.items() if item.cls is type(value))


@pytest.mark.parametrize("code", [code for code in (entity.code for entity in entities.in_case()) if code != "advice"])
def test_everything_typed_into_a_record_comes_back(world: World, code: str) -> None:
    links = {"person": (world.strike.person,), "company": (world.company,), **_links(world)}
    value = filled(code, links, lambda name: f"{LONG}{name}", within=OPEN)
    with world.writing("anna") as ctx:
        created = records.create(ctx, world.strike.case, value)
    for name in ("anna", "lana"):
        with world.reading(name) as ctx:
            stored = records.read(ctx, world.strike.case, created, ENTITIES[code].cls)
        assert _comparable(stored.value) == _comparable(value)
        assert (stored.broken, stored.unproven) == (frozenset(), frozenset())
        assert set(stored.authors.values()) == {world.user("anna")}
    with world.reading("anna") as ctx:
        (card,) = [item for item in records.listing(ctx, ENTITIES[code].cls, world.strike.case) if item.id == created]
    on_cards = {field.name for field in ENTITIES[code].fields if field.card and field.at in OPEN}
    typed = _comparable(value)
    assert {name: getattr(card.value, name) for name in on_cards & set(typed)} == {
        name: _listed(typed[name]) for name in on_cards & set(typed)
    }
    assert records.title(card)


def _listed(answer: Any) -> Any:
    """What a list has of an answer: rows come without their long texts."""
    if not (isinstance(answer, tuple) and answer and is_dataclass(answer[0])):
        return answer
    texts = {part.name: "" for part in fields_of(type(answer[0])) if isinstance(part.kind, Text)}
    return tuple(replace(row, **texts) for row in answer)


def _links(world: World) -> dict[str, tuple[str, ...]]:
    return {code: (record,) for code, record in world.strike.records.items()}


@pytest.mark.parametrize("code", ["company", "body"])
def test_everything_typed_of_a_company_or_court_comes_back(world: World, code: str) -> None:
    value = filled(code, {"company": (world.company,)}, lambda name: f"{LONG}{name}")
    with world.writing("caseworker") as ctx:
        created = records.create(ctx, None, value)
    with world.reading("lawyer") as ctx:
        assert companies.view(ctx, created, ENTITIES[code].cls).company.value == value
        assert created in {line.id for line in companies.listing(ctx, ENTITIES[code].cls, "длинный").items}


def test_everything_typed_of_a_person_comes_back_to_whoever_may_see_it(world: World) -> None:
    value = filled("person", write=lambda name: f"{LONG}{name}")
    with world.writing("anna") as ctx:
        created = people.create(ctx, value, world.strike.case)
    with world.reading("lana") as ctx:
        typed = people.read(ctx, created).value
    assert len(typed.token) == 32
    assert typed == replace(value, since="2026-11-22", token=typed.token)
    with world.reading("external") as ctx:
        visited = people.read(ctx, created)
    assert visited.closed == {"identity", "protection"}
    assert visited.value.pseudonym == value.pseudonym
    assert (visited.value.names, visited.value.health, visited.value.address) == ((), "", "")


def test_an_empty_record_and_a_record_in_one_part_come_back(world: World) -> None:
    with world.writing("anna") as ctx:
        bare = records.create(ctx, world.strike.case, Incident())
        item = records.create(ctx, world.strike.case, Incident(title="only a title"))
    with world.reading("anna") as ctx:
        assert set(records.read(ctx, world.strike.case, bare).versions) == {CORE}
        assert records.read(ctx, world.strike.case, item).value.title == "only a title"


def test_a_change_touches_only_the_parts_that_changed_and_keeps_what_it_replaced(world: World) -> None:
    ids = world.strike
    record = ids.records["incident"]
    with world.writing("anna") as ctx:
        stored = records.read(ctx, ids.case, record)
        records.save(ctx, ids.case, record, replace(stored.value, place="Elsewhere"), stored.versions)
    with world.writing("lana") as ctx:
        again = records.read(ctx, ids.case, record)
        assert again.versions == {CORE: 1, IDENTITY: 2, SOURCE: 1}
        records.save(ctx, ids.case, record, replace(again.value, place=""), again.versions)
    with world.reading("anna") as ctx:
        content = [
            (past.value.place, past.author)
            for past in versions.of_case(ctx, ids.case, record).items
            if "place" in past.changed
        ]
        assert records.read(ctx, ids.case, record).value.place == ""
    anna, lana = world.user("anna"), world.user("lana")
    assert content == [("", lana), ("Elsewhere", anna), ("text of incident.place", anna)]


def test_saving_without_a_change_changes_nothing(world: World) -> None:
    ids = world.strike
    with world.writing("anna") as ctx:
        stored = records.read(ctx, ids.case, ids.records["note"])
        records.save(ctx, ids.case, stored.id, stored.value, stored.versions)
    with world.reading("anna") as ctx:
        assert records.read(ctx, ids.case, stored.id).versions == stored.versions
        assert len(versions.of_case(ctx, ids.case, stored.id).items) == 1


@pytest.mark.parametrize("expected", [{}, {"identity": 9}, {"core": 1}, {"identity": 0}, {"source": 1}])
def test_a_form_made_from_another_version_is_refused_and_shown_the_newest(
    sqlite_world: World, expected: dict[str, int]
) -> None:
    ids = sqlite_world.strike
    with pytest.raises(Changed) as content, sqlite_world.writing("anna") as ctx:
        records.save(ctx, ids.case, ids.records["note"], filled("note"), expected)
    assert content.value.newest.value.subject == "text of note.subject"


def test_nobody_writes_into_a_part_they_do_not_hold(sqlite_world: World) -> None:
    ids = sqlite_world.granted[CODED]
    with pytest.raises(Forbidden), sqlite_world.writing("caseworker") as ctx:
        records.create(ctx, ids.case, Incident(title="names are not theirs"))
    with sqlite_world.writing("caseworker") as ctx:
        created = records.create(ctx, ids.case, Incident(region="KZ-10"))
    with sqlite_world.reading("anna") as ctx:
        assert records.read(ctx, ids.case, created).value.region == "KZ-10"
    with sqlite_world.writing("caseworker") as ctx:
        stored = records.read(ctx, ids.case, created)
        records.save(ctx, ids.case, created, replace(stored.value, title="smuggled"), stored.versions)
    with sqlite_world.reading("anna") as ctx:
        assert records.read(ctx, ids.case, created).value.title == ""


def test_the_form_asks_only_for_what_one_may_write(sqlite_world: World) -> None:
    with sqlite_world.reading("caseworker") as ctx:
        assert records.writable(ctx, Incident, sqlite_world.granted[CODED].case) == {CORE}
        assert records.writable(ctx, Incident, sqlite_world.granted[FULL].case) == {CORE, IDENTITY, SOURCE}
        assert records.writable(ctx, Incident, sqlite_world.own.case) == frozenset()
        assert not records.may_write(ctx, Incident, sqlite_world.granted[CODED].case)
        assert records.may_write(ctx, Incident, sqlite_world.granted[FULL].case)
        assert not records.may_write(ctx, Advice, sqlite_world.granted[FULL].case)


def test_a_case_number_tells_nothing_but_its_year(sqlite_world: World) -> None:
    result = {records.reference(date(2026, 11, 22)) for _ in range(200)}
    assert len(result) > 195
    assert all(re.fullmatch(r"2026-[A-HJKMNP-TV-Z2-9]{4}", item) for item in result)


def test_a_case_made_from_a_call_keeps_the_call_and_its_address(world: World) -> None:
    call = world.strike.call
    with world.writing("anna") as ctx:
        assert call_to_case.make_case(ctx, call, Carried(title="From a call")) == world.strike.call_vault
    with world.reading("anna") as ctx:
        visited = cases.overview(ctx, world.strike.call_vault)
        assert visited.case.value.title == "From a call"
        assert [card.value.who for card in visited.records["call"]] == ["A miner"]
        assert call not in {card.id for card in calls.listing(ctx)}
        assert calls.read(ctx, call).value.state == calls.MADE


def test_a_call_attached_split_or_closed_is_found_where_it_went(world: World) -> None:
    call, case = world.strike.call, world.strike.case
    with world.writing("anna") as ctx:
        second = calls.split(ctx, call)
    with world.writing("anna") as ctx:
        call_to_case.add_to(ctx, call, case, Carried())
    with world.writing("anna") as ctx:
        calls.close(ctx, second, "advice_given")
    with world.reading("anna") as ctx:
        assert [card.value.who for card in cases.overview(ctx, case).records["call"]] == ["A miner"]
        states = {state: {card.id for card in calls.listing(ctx, state)} for state in (calls.OPEN, calls.CLOSED)}
        assert second in states[calls.CLOSED]
        assert not {call, second} & states[calls.OPEN]
        assert calls.read(ctx, second).value.reach == "at night"


# --- what is counted ---------------------------------------------------------------------------------------------


def _counted(world: World) -> tuple[Event, ...]:
    import json

    loot = with_passphrase(Copy.of(world.runtime.database), world.people["coordinator"].passphrase)
    return put_together(standing(json.loads(fact) for fact in loot.facts(world.runtime.organisation.trends))).events


def test_a_changed_incident_is_counted_once_as_it_is_now(world: World) -> None:
    ids = world.strike
    before = len(_counted(world))
    with world.writing("anna") as ctx:
        created = records.create(ctx, ids.case, Incident(region="KZ-10", kinds=("dismissal",)))
    with world.writing("lana") as ctx:
        stored = records.read(ctx, ids.case, created)
        records.save(ctx, ids.case, created, replace(stored.value, region="KZ-35"), stored.versions)
    now = _counted(world)
    assert len(now) == before + 1
    assert [event.region for event in now if event.kinds == ("dismissal",)] == ["KZ-35"]


def test_who_said_no_to_statistics_is_not_counted_from_that_moment(world: World) -> None:
    ids = world.strike
    with world.writing("anna") as ctx:
        person = people.create(ctx, filled("person"), ids.case)
        attacked = (Attacked(person=person),)
        records.create(ctx, ids.case, Incident(kinds=("dismissal",), attacked=attacked))
    assert any(event.kinds == ("dismissal",) for event in _counted(world))
    with world.writing("anna") as ctx:
        text = Consent(person=person, said_on=date(2026, 11, 22), form="oral_noted", statistics="no")
        records.create(ctx, ids.case, text)
    assert not any(event.kinds == ("dismissal",) for event in _counted(world))


def test_a_record_of_another_kind_is_not_found_under_this_one(sqlite_world: World) -> None:
    ids = sqlite_world.strike
    with pytest.raises(NotFound), sqlite_world.reading("anna") as ctx:
        records.read(ctx, ids.case, ids.records["note"], Incident)
