"""The one door: who holds nothing of a case learns nothing of it, and every asking is written down.

Catalogue of attacks 3, 5, 7, 10 and 67.
"""

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from hrd_filled import filled
from hrd_thief import Copy, with_passphrase
from hrd_world import CODED, EXPIRED, FULL, GRANTS, LEAD, NONE, ROLE_ACTORS, CaseIds, World, expire
from hrd_world_fixtures import WorldOn

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.calls import Call
from hrd_cases.domain.carrying import Carried
from hrd_cases.domain.cases import Case
from hrd_cases.domain.companies import Body, Company
from hrd_cases.domain.entities import ENTITIES
from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken
from hrd_cases.domain.fields import Declared, entity_for
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.notes import Note
from hrd_cases.domain.people import Person
from hrd_cases.domain.ready_plans import ReadyPlan
from hrd_cases.domain.recommendations import Recommendation
from hrd_cases.domain.studies import Study
from hrd_cases.services.casework import call_to_case, calls, cases, companies, people
from hrd_cases.services.casework.cases import CaseFilter
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys import gate
from hrd_cases.services.records import records, versions
from hrd_cases.services.sharing import sharing

STAFF = ("caseworker", "lawyer", "coordinator")
Look = Callable[[Context, CaseIds], object]
# Of the directory, what its common rules write: whoever of the staff may write the directory, and nobody else.
OPEN_IN_DIRECTORY = (Company, Body, Recommendation, Study, ReadyPlan)

# Every way to look at a case, a person or a record.
LOOKS: dict[str, Look] = {
    "overview": lambda ctx, ids: cases.overview(ctx, ids.case),
    "team": lambda ctx, ids: sharing.team(ctx, ids.case),
    "record": lambda ctx, ids: records.read(ctx, ids.case, ids.records["incident"]),
    "listing": lambda ctx, ids: records.listing(ctx, Incident, ids.case),
    "history": lambda ctx, ids: versions.of_case(ctx, ids.case, ids.records["incident"]),
    "person": lambda ctx, ids: people.view(ctx, ids.person),
    "person's record": lambda ctx, ids: people.read(ctx, ids.person),
    "call": lambda ctx, ids: calls.read(ctx, ids.call),
}
CHANGES: dict[str, Look] = {
    "new record": lambda ctx, ids: records.create(ctx, ids.case, filled("note")),
    "changed record": lambda ctx, ids: records.save(
        ctx, ids.case, ids.records["note"], filled("note"), {"identity": 1, "core": 1}
    ),
    "changed case": lambda ctx, ids: records.save(ctx, ids.case, ids.case, Case(title="x"), {"core": 1, "identity": 1}),
    "new person": lambda ctx, ids: people.create(ctx, filled("person"), ids.case),
    "changed person": lambda ctx, ids: people.save(ctx, ids.person, filled("person"), {"core": 1}),
    "linked person": lambda ctx, ids: people.link(ctx, ids.person, ids.case),
    "shared": lambda ctx, ids: sharing.share(ctx, ids.case, ctx.actor.user, "coded"),
    "candidates": lambda ctx, ids: sharing.candidates(ctx, ids.case),
    "lawyers' part": lambda ctx, ids: sharing.found_privileged(ctx, ids.case),
    "call closed": lambda ctx, ids: calls.close(ctx, ids.call, "advice_given"),
    "call made a case": lambda ctx, ids: call_to_case.make_case(ctx, ids.call, Carried(title="x")),
    "call attached": lambda ctx, ids: call_to_case.add_to(ctx, ids.call, ids.case, Carried()),
    "call split": lambda ctx, ids: calls.split(ctx, ids.call),
    "call changed": lambda ctx, ids: calls.save(ctx, ids.call, filled("call"), {"core": 1}),
    "call opened again": lambda ctx, ids: calls.reopen(ctx, ids.call),
    "caller reached": lambda ctx, ids: calls.reached(ctx, ids.call),
    "caller not reached": lambda ctx, ids: calls.not_reached(ctx, ids.call),
    "call taken back": lambda ctx, ids: calls.take_back(ctx, ids.call),
    "keys renewed": lambda ctx, ids: cases.renew_keys(ctx, ids.case),
}


@pytest.fixture(scope="module")
def shared_world(world_on: Callable[[str], World]) -> World:
    """One world for tests that only look, or are refused."""
    return world_on("sqlite")


@pytest.mark.parametrize("state", [NONE, EXPIRED])
@pytest.mark.parametrize("name", ROLE_ACTORS.values())
@pytest.mark.parametrize("look", LOOKS)
def test_without_access_a_case_looks_as_if_it_did_not_exist(
    shared_world: World, look: str, name: str, state: str
) -> None:
    with pytest.raises(NotFound), shared_world.reading(name) as ctx:
        LOOKS[look](ctx, shared_world.granted[state])


@pytest.mark.parametrize("name", ROLE_ACTORS.values())
@pytest.mark.parametrize("change", CHANGES)
def test_without_access_nothing_of_a_case_can_be_changed(shared_world: World, change: str, name: str) -> None:
    with shared_world.runtime.database.reading() as work:
        before = {row.id: row.versions for row in _everything(shared_world, work)}
    for state in (NONE, EXPIRED):
        with pytest.raises(NotFound), shared_world.writing(name) as ctx:
            CHANGES[change](ctx, shared_world.granted[state])
    with shared_world.runtime.database.reading() as work:
        assert {row.id: row.versions for row in _everything(shared_world, work)} == before


def _everything(world: World, work: object) -> list:
    opened = [world.granted[NONE], world.granted[EXPIRED]]
    with world.reading("anna") as ctx:
        return [card for ids in opened for card in ctx.work.records.cards([gate.peek(ctx, ids.case)])]


@pytest.mark.parametrize("name", STAFF)
@pytest.mark.parametrize("state", [CODED, FULL, LEAD])
@pytest.mark.parametrize("look", LOOKS)
def test_staff_with_access_see_the_case(shared_world: World, look: str, name: str, state: str) -> None:
    with shared_world.reading(name) as ctx:
        assert LOOKS[look](ctx, shared_world.granted[state]) is not None


@pytest.mark.parametrize("name", ["auditor", "admin"])
@pytest.mark.parametrize("state", [CODED, FULL, LEAD])
@pytest.mark.parametrize("look", LOOKS)
def test_administrators_and_auditors_open_no_case_even_with_its_keys(
    shared_world: World, look: str, name: str, state: str
) -> None:
    with pytest.raises(Forbidden), shared_world.reading(name) as ctx:
        LOOKS[look](ctx, shared_world.granted[state])


@pytest.mark.parametrize("name", STAFF)
def test_the_coded_part_shows_no_name_and_no_story(shared_world: World, name: str) -> None:
    ids = shared_world.granted[CODED]
    with shared_world.reading(name) as ctx:
        visited = cases.overview(ctx, ids.case)
        person = people.view(ctx, ids.person)
        cards = {card.id for code in ids.records for card in records.listing(ctx, ENTITIES[code].cls, ids.case)}
        whole = [records.read(ctx, ids.case, record) for record in ids.records.values() if record in cards]
    assert set(ids.records.values()) - cards == {ids.records["note"]}, "a note has no coded part"
    assert "text of" not in repr(visited.case.value)
    assert visited.case.closed == {"identity"}
    assert person.person.value.names == ()
    assert person.person.value.address == ""
    assert person.person.value.pseudonym
    for record in whole:
        assert record.closed | {"core"} >= set(record.entity.compartments) - {"privileged"}
        typed = set(re.findall(r"text of ([a-z_.]+)", repr(record.value)))
        assert typed <= {"action.custody.place", "action.custody.basis"}, record.entity.code


@pytest.mark.parametrize("name", ROLE_ACTORS.values())
def test_lists_counts_and_pickers_hold_what_one_may_open_and_nothing_else(shared_world: World, name: str) -> None:
    world = shared_world
    hidden = {world.granted[NONE].case, world.granted[EXPIRED].case, world.strike.case, world.own.case}
    hidden_people = {world.granted[NONE].person, world.granted[EXPIRED].person, world.strike.person, world.own.person}
    hidden_calls = {world.granted[NONE].call, world.granted[EXPIRED].call, world.strike.call}
    with world.reading(name) as ctx:
        for requested in (CaseFilter(), CaseFilter(text="held"), CaseFilter(text="case"), CaseFilter(page=9)):
            page = cases.listing(ctx, requested)
            assert not {line.id for line in page.items} & hidden
            assert page.total <= 3
        assert not {line.id for line in people.listing(ctx).items} & hidden_people
        assert not {card.id for card in calls.listing(ctx)} & hidden_calls
        assert not set(cases.titles(ctx)) & hidden
        assert not {item for item, _ in records.choices(ctx, Person)} & hidden_people
        assert not set(sharing.names_of(ctx, Person)) & hidden_people


@pytest.mark.parametrize("name", ["auditor", "admin"])
def test_the_lists_of_those_who_work_on_no_case_are_empty_even_with_keys(shared_world: World, name: str) -> None:
    with shared_world.reading(name) as ctx:
        assert cases.listing(ctx, CaseFilter()).total == 0
        assert cases.listing(ctx, CaseFilter(text="held")).total == 0
        assert people.listing(ctx).total == 0
        assert calls.listing(ctx) == []
        assert cases.titles(ctx) == {}


@pytest.mark.parametrize("name", STAFF)
def test_the_page_of_a_company_gathers_only_ones_own_cases(shared_world: World, name: str) -> None:
    with shared_world.reading(name) as ctx:
        visited = companies.view(ctx, shared_world.company)
    allowed = {shared_world.granted[state].case for state in (CODED, FULL, LEAD)}
    assert {case for case, _ in visited.cases} == allowed
    assert {incident.case for incident in (*visited.incidents, *visited.actions)} == allowed


def test_a_record_is_found_only_in_its_own_case(shared_world: World) -> None:
    """One's own case with another case's record: catalogue 5."""
    world = shared_world
    for mine, foreign in (
        (world.strike.case, world.granted[LEAD].records["incident"]),
        (world.granted[FULL].case, world.strike.records["incident"]),
        (world.strike.case, world.own.records["incident"]),
        (world.strike.case, world.strike.person),
        (world.strike.case, world.company),
    ):
        with pytest.raises(NotFound), world.reading("anna") as ctx:
            records.read(ctx, mine, foreign)
    with pytest.raises(NotFound), world.reading("anna") as ctx:
        records.read(ctx, None, world.strike.records["incident"])
    with pytest.raises(NotFound), world.reading("anna") as ctx:
        people.read(ctx, world.strike.case)
    with pytest.raises(NotFound), world.reading("anna") as ctx:
        cases.overview(ctx, world.strike.person)
    with pytest.raises(NotFound), world.reading("founder") as ctx:
        cases.overview(ctx, world.runtime.organisation.directory)


@pytest.mark.parametrize("odd", ["", "x", "0" * 32, "../../etc", "é" * 32, "A" * 32, "0" * 31 + "\n", "a" * 10_000])
def test_an_id_that_is_none_is_not_found(shared_world: World, odd: str) -> None:
    for act in (
        lambda ctx: cases.overview(ctx, odd),
        lambda ctx: records.read(ctx, shared_world.strike.case, odd),
        lambda ctx: people.view(ctx, odd),
        lambda ctx: companies.view(ctx, odd),
        lambda ctx: calls.read(ctx, odd),
        lambda ctx: versions.of_case(ctx, odd, odd),
    ):
        with pytest.raises(NotFound), shared_world.reading("anna") as ctx:
            act(ctx)


def test_access_that_ends_between_the_look_and_the_change_changes_nothing(sqlite_world: World) -> None:
    ids = sqlite_world.granted[FULL]
    with sqlite_world.reading("caseworker") as ctx:
        stored = records.read(ctx, ids.case, ids.records["note"])
    expire(sqlite_world, ids.case, ["caseworker"])
    with pytest.raises(NotFound), sqlite_world.writing("caseworker") as ctx:
        records.save(ctx, ids.case, stored.id, filled("note", write=lambda name: "changed"), stored.versions)
    with sqlite_world.reading("anna") as ctx:
        assert records.read(ctx, ids.case, stored.id).versions == stored.versions


def test_access_lasts_through_its_last_day_and_not_longer(sqlite_world: World) -> None:
    ids, runtime = sqlite_world.granted[EXPIRED], sqlite_world.runtime
    session = sqlite_world.session("caseworker")
    yesterday = sqlite_world.day_is_sure(sqlite_world.now - timedelta(days=1))
    with runtime.reading(session, yesterday) as ctx:
        assert cases.overview(ctx, ids.case).case.value is not None
    with pytest.raises(NotFound), runtime.reading(session, sqlite_world.now) as ctx:
        cases.overview(ctx, ids.case)


# --- the log -----------------------------------------------------------------------------------------------------


def _log(world: World) -> list[dict]:
    loot = with_passphrase(Copy.of(world.runtime.database), world.people["auditor"].passphrase)
    return [json.loads(entry) for entry in loot.log(world.runtime.organisation.log)]


def test_a_look_and_a_refusal_are_entries_with_who_what_and_where(sqlite_world: World) -> None:
    ids = sqlite_world.strike
    with sqlite_world.reading("anna") as ctx:
        cases.overview(ctx, ids.case)
    with pytest.raises(NotFound), sqlite_world.reading("outsider") as ctx:
        cases.overview(ctx, ids.case)
    with pytest.raises(Forbidden), sqlite_world.writing("auditor") as ctx:
        cases.create(ctx, Case(title="not theirs to begin"))
    entries = _log(sqlite_world)[-6:]
    read = {"act": "read a case", "vault": ids.case, "at": "2026-11-22T09:00Z"}
    assert {**read, "user": sqlite_world.user("anna")} in entries
    assert {**read, "user": sqlite_world.user("outsider"), "answer": "NotFound"} in entries
    assert any(entry["act"] == "create a case" and entry.get("answer") == "Forbidden" for entry in entries)
    assert not any("begin" in json.dumps(entry) and "theirs" in json.dumps(entry) for entry in entries)


def test_a_refused_change_leaves_an_entry_and_no_trace_beside_it(sqlite_world: World) -> None:
    ids, database = sqlite_world.granted[CODED], sqlite_world.runtime.database
    sqlite_world.session("caseworker")
    with sqlite_world.reading("caseworker") as ctx:
        cases.overview(ctx, ids.case)
    before = Copy.of(database).rows
    with pytest.raises(Forbidden), sqlite_world.writing("caseworker") as ctx:
        records.create(ctx, ids.case, filled("note"))
    after = Copy.of(database).rows
    changed = {name for name in after if before[name] != after[name]}
    assert changed == {"log", "log_head", "access_rows"}
    assert len(after["log"]) == len(before["log"]) + 1


def test_when_the_log_cannot_be_written_nothing_is_shown_and_nothing_saved(make_world: WorldOn) -> None:
    """Catalogue 64; the trigger is written as SQLite writes it."""
    sqlite_world = make_world("sqlite")
    ids, database = sqlite_world.strike, sqlite_world.runtime.database
    sqlite_world.session("anna")
    with database.writing() as work:
        work.connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON log BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
    visible = []
    with pytest.raises(Exception, match="disk full"), sqlite_world.reading("anna") as ctx:  # noqa: PT012
        cases.overview(ctx, ids.case)
        visible.append("rendered to memory only")
    assert visible
    with pytest.raises(Exception, match="disk full"), sqlite_world.writing("anna") as ctx:
        records.create(ctx, ids.case, filled("note"))
    with database.writing() as work:
        work.connection.exec_driver_sql("DROP TRIGGER full")
    with sqlite_world.reading("anna") as ctx:
        assert len(records.listing(ctx, Note, ids.case)) == 1


def test_no_entry_of_the_log_holds_what_people_wrote(sqlite_world: World) -> None:
    with sqlite_world.writing("anna") as ctx:
        records.create(ctx, sqlite_world.strike.case, filled("note", write=lambda name: "Бота Ботакозова"))
    assert not any("Бота" in json.dumps(entry, ensure_ascii=False) for entry in _log(sqlite_world))
    assert not any("text of" in json.dumps(entry) for entry in _log(sqlite_world))


def test_whoever_is_not_asked_for_marks_nothing_as_asked(sqlite_world: World) -> None:
    """The page layer answers with nothing when a view never asked the gate."""
    with sqlite_world.reading("anna") as ctx:
        assert not ctx.asked
        gate.allow(ctx, Act.SEE_DESK)
        assert ctx.asked


# --- what may be written where -----------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["case", "person", "colleague", "organisation", "no such", "", "company"])
def test_a_case_takes_in_only_what_belongs_in_a_case(sqlite_world: World, code: str) -> None:
    ids, database = sqlite_world.strike, sqlite_world.runtime.database
    with database.reading() as work:
        before = work.records.count(ids.case)
    value = filled(code) if code in ("case", "person", "colleague", "organisation", "company") else Case()
    if code == "company":
        with sqlite_world.writing("anna") as ctx:
            created = records.create(ctx, ids.case, value)
        with pytest.raises(NotFound), sqlite_world.reading("anna") as ctx:
            records.read(ctx, ids.case, created)
    else:
        with pytest.raises((NotFound, Forbidden, RuleBroken)), sqlite_world.writing("anna") as ctx:
            records.create(ctx, ids.case, value)
    with database.reading() as work:
        assert work.records.count(ids.case) == before


def test_what_is_begun_by_rules_of_its_own_is_not_added_to_a_case_as_any_record_is(sqlite_world: World) -> None:
    """What is written, and by whom, follows from the value: nothing can be sent as another kind than it is."""
    ids = sqlite_world.strike
    others = [entity.code for entity in ENTITIES.values() if not entity.in_case and entity.cls not in OPEN_IN_DIRECTORY]
    assert {"case", "call", "person", "colleague", "statement", "paper", "hold", "duty"} <= set(others)
    for value in (Case(title="x"), Call(what="x"), *map(filled, others)):
        with pytest.raises((NotFound, Forbidden, RuleBroken)), sqlite_world.writing("anna") as ctx:
            records.create(ctx, ids.case, value)


@pytest.mark.parametrize("cls", OPEN_IN_DIRECTORY)
def test_what_the_directory_takes_in_is_written_by_the_act_of_the_directory_alone(
    sqlite_world: World, cls: type[Declared]
) -> None:
    """Naming a case changes neither where it is kept nor who may write it."""
    ids, value = sqlite_world.strike, filled(entity_for(cls).code)
    with sqlite_world.writing("anna") as ctx:
        created = records.create(ctx, ids.case, value)
        assert records.read(ctx, None, created, cls).value == value
    with pytest.raises(NotFound), sqlite_world.reading("anna") as ctx:
        records.read(ctx, ids.case, created)
    for name in ("admin", "auditor"):
        for case in (None, ids.case):
            with pytest.raises((NotFound, Forbidden)), sqlite_world.writing(name) as ctx:
                records.create(ctx, case, value)
            with pytest.raises((NotFound, Forbidden)), sqlite_world.writing(name) as ctx:
                records.save(ctx, case, created, value, {"reference": 1})


def test_a_record_cannot_be_saved_as_another_kind(sqlite_world: World) -> None:
    ids = sqlite_world.strike
    with pytest.raises(NotFound), sqlite_world.writing("anna") as ctx:
        records.save(ctx, ids.case, ids.records["note"], filled("task"), {"core": 1, "identity": 1})


def test_a_picker_offers_the_people_of_the_case(sqlite_world: World) -> None:
    with sqlite_world.reading("anna") as ctx:
        offered = records.choices(ctx, Person, sqlite_world.strike.case)
    assert sqlite_world.strike.person in {item for item, _ in offered}


@pytest.mark.parametrize("state", GRANTS)
def test_the_world_holds_what_these_tests_stand_on(shared_world: World, state: str) -> None:
    ids = shared_world.granted[state]
    with shared_world.reading("anna") as ctx:
        assert cases.overview(ctx, ids.case).broken == ()
