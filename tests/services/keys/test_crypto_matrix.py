"""Promises P2, P3 and P5: one passphrase and the whole database open exactly what that person was granted.

Catalogue of attacks 4, 9 and 18 to 19. Every key that can be derived is tried on everything that is sealed.
"""

import json
import re

import pytest
from hrd_thief import Copy, Loot, with_passphrase, with_recovery
from hrd_world import CODED, EXPIRED, FULL, GRANTS, LEAD, ROLE_ACTORS, CaseIds, World
from hrd_world_fixtures import WorldOn

from hrd_cases.crypto.ceremony.cards import read_card
from hrd_cases.crypto.core.errors import Weak
from hrd_cases.crypto.core.keys import recovery_keys

DIRECTORY = {"reference", "staff"}
PERSON_WHOLE = {"core", "identity", "protection"}


@pytest.fixture(scope="module")
def lived_in(world_on: WorldOn) -> World:
    """A world in which everybody logged in once, so that keys rest in keyrings and not in wraps alone."""
    world = world_on("sqlite")
    for name in ("anna", "lana", "coordinator", "caseworker"):
        world.sign_in(name)
    return world


@pytest.fixture(scope="module")
def copy(lived_in: World) -> Copy:
    return Copy.of(lived_in.runtime.database)


def _case(ids: CaseIds, *compartments: str) -> set[tuple[str, str]]:
    return {(ids.case, compartment) for compartment in compartments} | {
        (ids.call_vault, compartment) for compartment in compartments if compartment != "privileged"
    }


def _person(ids: CaseIds, *compartments: str) -> set[tuple[str, str]]:
    return {(ids.person, compartment) for compartment in compartments}


def granted(world: World, name: str) -> set[tuple[str, str]]:
    """What each person was granted, written down by hand from the story of the world."""
    strike, current = world.strike, world.granted
    whole = ("core", "identity", "source")
    organisation = world.runtime.organisation
    staff = {(organisation.directory, item) for item in DIRECTORY}
    offices = {(organisation.trends, "facts"), (organisation.trends, "load"), (organisation.log, "details")}
    by_role = (
        _case(current[CODED], "core")
        | _person(current[CODED], "core")
        | _case(current[FULL], *whole)
        | _person(current[FULL], *PERSON_WHOLE)
        | _case(current[LEAD], *whole)
        | _person(current[LEAD], *PERSON_WHOLE)
        | _case(current[EXPIRED], "core", "identity")
        | _person(current[EXPIRED], *PERSON_WHOLE)
    )
    every = set().union(*(_case(current[state], *whole) | _person(current[state], *PERSON_WHOLE) for state in GRANTS))
    strike_case = {(strike.case, item) for item in whole}
    return {
        "founder": staff | offices,
        "admin": staff | by_role,
        "anna": staff | every | _case(strike, *whole) | _person(strike, *PERSON_WHOLE),
        "lana": staff | strike_case | {(strike.case, "privileged")} | _person(strike, *PERSON_WHOLE),
        "luka": staff | strike_case | {(strike.case, "privileged")} | _person(strike, *PERSON_WHOLE),
        "external": staff | {(strike.case, "core")} | _person(strike, "core"),
        "outsider": staff | _case(world.own, *whole) | _person(world.own, *PERSON_WHOLE),
        "coordinator": staff | by_role | {(organisation.trends, "facts"), (organisation.trends, "load")},
        "auditor": staff | by_role | {(organisation.log, "details")},
        "caseworker": staff | by_role,
        "lawyer": staff | by_role,
        "waiting": set(),
        "disabled": set(),
    }[name]


EVERYBODY = (
    "founder",
    "admin",
    "anna",
    "lana",
    "luka",
    "external",
    "outsider",
    "coordinator",
    "auditor",
    "caseworker",
    "lawyer",
    "waiting",
    "disabled",
)


@pytest.mark.parametrize("name", EVERYBODY)
def test_one_passphrase_and_the_whole_database_open_exactly_what_was_granted(
    lived_in: World, copy: Copy, name: str
) -> None:
    loot = with_passphrase(copy, lived_in.people[name].passphrase)
    expected = granted(lived_in, name)
    assert {(vault, compartment) for vault, compartment, _ in loot.keys} == expected
    organisation = lived_in.runtime.organisation
    holding_records = {place for place in expected if place[0] not in (organisation.trends, organisation.log)}
    assert loot.opened() == holding_records


def test_the_story_names_everybody_there_is(lived_in: World, copy: Copy) -> None:
    assert set(EVERYBODY) == set(lived_in.people)
    assert len(copy.rows["users"]) == len(EVERYBODY)
    assert set(ROLE_ACTORS.values()) <= set(EVERYBODY)


@pytest.mark.parametrize("name", EVERYBODY)
def test_only_auditors_read_the_log_and_only_coordinators_the_facts(lived_in: World, copy: Copy, name: str) -> None:
    loot = with_passphrase(copy, lived_in.people[name].passphrase)
    organisation = lived_in.runtime.organisation
    entries, facts = loot.log(organisation.log), loot.facts(organisation.trends)
    assert bool(entries) == (name in ("founder", "auditor"))
    assert bool(facts) == (name in ("founder", "coordinator"))
    if entries:
        assert len(entries) == len(copy.rows["log"])
    if facts:
        assert len(facts) == len(copy.rows["trend_facts"])


def test_who_opened_a_case_is_read_by_its_people_alone(lived_in: World, copy: Copy) -> None:
    for name in ("external", "outsider", "founder", "waiting"):
        loot = with_passphrase(copy, lived_in.people[name].passphrase)
        cases = {vault for vault, compartment in granted(lived_in, name) if compartment == "core"}
        content = {row["vault_id"] for row in copy.rows["access_rows"]}
        assert loot.access() == cases & content


def test_a_copy_without_a_passphrase_opens_nothing(copy: Copy) -> None:
    """The known, the empty and the tests' own passphrases too."""
    for nothing in ("", " ", "\u2003 \n"):
        with pytest.raises(Weak):
            with_passphrase(copy, nothing)
    for guess in ("password", "correct horse battery staple", "0" * 64, "admin", "founder"):
        assert with_passphrase(copy, guess).keys == {}
    assert Loot(copy).opened() == set()


def test_the_recovery_card_opens_everything_there_is(lived_in: World, copy: Copy) -> None:
    """Recovery grants exist from the first vault on, the lawyers' part included."""
    seed = read_card(lived_in.recovery_card, "recovery")
    loot = with_recovery(copy, recovery_keys(seed).kem_seed)
    assert {name[:2] for name in loot.keys} == {(row["vault_id"], row["compartment"]) for row in copy.rows["headers"]}
    assert loot.opened() == {(row["vault_id"], row["compartment"]) for row in copy.rows["records"]}
    assert (lived_in.strike.case, "privileged") in loot.opened()


def test_the_root_card_opens_nothing(lived_in: World, copy: Copy) -> None:
    seed = read_card(lived_in.root_card, "root")
    assert with_recovery(copy, recovery_keys(seed).kem_seed).keys == {}


# P5: what a fact may say, and nothing beside it.
FACT_FIELDS = {"v", "s", "e", "id", "at", "when", "codes", "months", "counts", "people", "companies", "links"}
FACT_FIELDS |= {"named", "answers"}


def test_the_facts_a_coordinator_reads_are_coded_and_lead_to_no_case(lived_in: World, copy: Copy) -> None:
    """Companies stand by their id in the directory, which everybody of the staff reads; answers have their day."""
    organisation = lived_in.runtime.organisation
    facts = with_passphrase(copy, lived_in.people["coordinator"].passphrase).facts(organisation.trends)
    ids = {row["id"] for table in ("vaults", "records", "users") for row in copy.rows[table]}
    ids -= {row["id"] for row in copy.rows["records"] if row["vault_id"] == organisation.directory}
    assert {json.loads(raw)["s"] for raw in facts} >= {"event", "entry", "person"}
    for raw in facts:
        text = json.loads(raw)
        assert set(text) <= FACT_FIELDS
        assert not re.search(r"[А-Яа-я]|text of", raw.decode())
        answers = text.pop("answers", [])
        assert all(re.fullmatch(r"[0-9a-f]{32}", answer[0]) for answer in answers)
        assert not re.search(r"\d{4}-\d\d-\d\d", json.dumps(text))
        assert not ids & set(re.findall(r"[0-9a-f]{32}", raw.decode()))
        assert [type(item) for item in text["at"]] == [int, int], "where the log stood, and nothing else"
