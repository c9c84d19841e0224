"""Letting somebody in: nobody gives what they do not hold, nobody loses by being given, lawyers keep their part."""

import pytest
from hrd_filled import filled
from hrd_thief import Copy, with_passphrase
from hrd_world import CODED, FULL, LEAD, NONE, World, hand

from hrd_cases.domain.cases import Case
from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken
from hrd_cases.domain.people import Name, Person
from hrd_cases.services.casework import cases, people
from hrd_cases.services.records import records
from hrd_cases.services.sharing import sharing

WHOLE = {"core", "identity", "source"}


def _holds(world: World, name: str, case: str) -> set[str]:
    loot = with_passphrase(Copy.of(world.runtime.database), world.people[name].passphrase)
    return {compartment for vault, compartment, _ in loot.keys if vault == case}


@pytest.mark.parametrize(("level", "parts"), [("coded", {"core"}), ("full", WHOLE), ("lead", WHOLE)])
def test_a_colleague_is_let_in_at_a_level_and_no_further(world: World, level: str, parts: set[str]) -> None:
    case = world.granted[NONE].case
    with world.writing("anna") as ctx:
        sharing.share(ctx, case, world.user("caseworker"), level)
    assert _holds(world, "caseworker", case) == parts
    with world.reading("caseworker") as ctx:
        visited = cases.overview(ctx, case)
        member = next(item for item in visited.team if item.user == world.user("caseworker"))
    assert (set(visited.rights), visited.may_share, member.lead) == (parts, level == "lead", level == "lead")
    assert bool(visited.case.value.title.startswith("Held")) == (level != "coded")
    assert member.name == "Caseworker Person"
    assert len(member.words) == 8


def test_what_was_handed_over_is_claimed_once_and_the_wrap_is_gone(sqlite_world: World) -> None:
    case, fingerprint = sqlite_world.granted[FULL].case, sqlite_world.people["caseworker"].fingerprint
    with sqlite_world.runtime.database.reading() as work:
        waiting = [row for row in work.keys.grants_for(fingerprint) if row.vault_id == case]
    assert {row.compartment for row in waiting} == WHOLE
    with sqlite_world.reading("caseworker") as ctx:
        cases.overview(ctx, case)
    with sqlite_world.runtime.database.reading() as work:
        assert not [row for row in work.keys.grants_for(fingerprint) if row.vault_id == case]
    again = sqlite_world.restarted()
    with again.reading("caseworker") as ctx:
        assert cases.overview(ctx, case).case.value.title
    again.close()


@pytest.mark.parametrize("name", ["external", "luka"])
def test_who_is_not_lead_lets_nobody_in(sqlite_world: World, name: str) -> None:
    case = sqlite_world.strike.case
    with pytest.raises(Forbidden), sqlite_world.writing(name) as ctx:
        sharing.share(ctx, case, sqlite_world.user("outsider"), "coded")
    assert _holds(sqlite_world, "outsider", case) == set()


@pytest.mark.parametrize("name", ["admin", "auditor", "waiting", "disabled"])
def test_only_those_who_work_on_cases_can_be_let_in(sqlite_world: World, name: str) -> None:
    case = sqlite_world.strike.case
    with pytest.raises(RuleBroken) as refused, sqlite_world.writing("anna") as ctx:
        sharing.share(ctx, case, sqlite_world.user(name), "coded")
    assert refused.value.place == "user"
    assert _holds(sqlite_world, name, case) == set()


@pytest.mark.parametrize(("user", "level"), [("", "coded"), ("0" * 32, "full"), ("x", "lead"), (None, "everything")])
def test_a_choice_that_was_not_offered_is_refused_at_its_field(
    sqlite_world: World, user: str | None, level: str
) -> None:
    requested = sqlite_world.user("outsider") if user is None else user
    with pytest.raises(RuleBroken), sqlite_world.writing("anna") as ctx:
        sharing.share(ctx, sqlite_world.strike.case, requested, level)


def test_sharing_again_adds_and_never_takes_away(sqlite_world: World) -> None:
    """A lead who is given the coded part by mistake stays lead: access is ended with new keys, not by a slip."""
    case = sqlite_world.granted[LEAD].case
    for name in ("caseworker", "anna"):
        with sqlite_world.writing("anna") as ctx:
            sharing.share(ctx, case, sqlite_world.user(name), "coded")
        with sqlite_world.reading(name) as ctx:
            visited = cases.overview(ctx, case)
        assert visited.may_share
        assert set(visited.rights) == WHOLE


def test_more_can_be_given_later(sqlite_world: World) -> None:
    case = sqlite_world.granted[CODED].case
    with sqlite_world.reading("lawyer") as ctx:
        assert not cases.overview(ctx, case).case.value.title
    with sqlite_world.writing("anna") as ctx:
        sharing.share(ctx, case, sqlite_world.user("lawyer"), "full")
    with sqlite_world.reading("lawyer") as ctx:
        assert cases.overview(ctx, case).case.value.title


def test_a_lead_of_the_coded_part_alone_gives_the_coded_part_alone(sqlite_world: World) -> None:
    """Nobody grants what they do not hold."""
    from hrd_cases.domain.vaults import ALL_RIGHTS, CORE
    from hrd_cases.services.keys import vault_keys

    case = sqlite_world.granted[NONE].case
    with sqlite_world.writing("anna") as ctx:
        vault_keys.share(ctx, case, bytes.fromhex(sqlite_world.people["lawyer"].fingerprint), {CORE: ALL_RIGHTS})
    with sqlite_world.writing("lawyer") as ctx:
        sharing.share(ctx, case, sqlite_world.user("caseworker"), "full")
    assert _holds(sqlite_world, "caseworker", case) == {"core"}


def test_candidates_are_colleagues_who_work_on_cases_and_are_not_on_this_one(sqlite_world: World) -> None:
    with sqlite_world.reading("anna") as ctx:
        offered = {candidate.user for candidate in sharing.candidates(ctx, sqlite_world.strike.case)}
    expected = {"founder", "coordinator", "outsider", "caseworker", "lawyer"}
    assert offered == {sqlite_world.user(name) for name in expected}


# --- the lawyers' part -------------------------------------------------------------------------------------------


def test_the_lawyers_part_is_begun_by_a_lawyer_of_the_team(world: World) -> None:
    case = world.granted[FULL].case
    for name in ("anna", "caseworker", "coordinator"):
        with pytest.raises(Forbidden), world.writing(name) as ctx:
            sharing.found_privileged(ctx, case)
    with pytest.raises(NotFound), world.writing("luka") as ctx:
        sharing.found_privileged(ctx, case)
    with world.writing("lawyer") as ctx:
        sharing.found_privileged(ctx, case)
    with world.writing("lawyer") as ctx:
        advice = records.create(ctx, case, filled("advice"))
    with world.reading("lawyer") as ctx:
        assert records.read(ctx, case, advice).value.subject
    for name in ("anna", "caseworker"):
        with pytest.raises(NotFound), world.reading(name) as ctx:
            records.read(ctx, case, advice)
        assert "privileged" not in _holds(world, name, case)
    with pytest.raises(RuleBroken), world.writing("lawyer") as ctx:
        sharing.found_privileged(ctx, case)


def test_the_lawyers_part_goes_from_lawyer_to_lawyer_only(sqlite_world: World) -> None:
    case = sqlite_world.strike.case
    with pytest.raises(RuleBroken) as refused, sqlite_world.writing("lana") as ctx:
        sharing.share(ctx, case, sqlite_world.user("caseworker"), "full", privileged=True)
    assert refused.value.place == "privileged"
    with pytest.raises(RuleBroken), sqlite_world.writing("anna") as ctx:
        sharing.share(ctx, case, sqlite_world.user("lawyer"), "full", privileged=True)
    for name in ("caseworker", "lawyer"):
        assert _holds(sqlite_world, name, case) == set(), "a refused sharing hands over nothing at all"
    with sqlite_world.writing("lana") as ctx:
        sharing.share(ctx, case, sqlite_world.user("lawyer"), "full", privileged=True)
    assert _holds(sqlite_world, "lawyer", case) == WHOLE | {"privileged"}


def test_strategy_is_kept_when_somebody_without_the_lawyers_part_saves_the_action(sqlite_world: World) -> None:
    ids = sqlite_world.strike
    action = ids.records["action"]
    with sqlite_world.writing("lana") as ctx:
        stored = records.read(ctx, ids.case, action)
        import dataclasses

        changed = dataclasses.replace(stored.value, strategy="settle before Thursday")
        records.save(ctx, ids.case, action, changed, stored.versions)
    with sqlite_world.writing("anna") as ctx:
        visited = records.read(ctx, ids.case, action)
        assert visited.value.strategy == ""
        assert visited.closed == {"privileged"}
        records.save(ctx, ids.case, action, dataclasses.replace(visited.value, title="A new title"), visited.versions)
    with sqlite_world.reading("lana") as ctx:
        stored = records.read(ctx, ids.case, action)
    assert (stored.value.title, stored.value.strategy) == ("A new title", "settle before Thursday")


# --- people through cases ----------------------------------------------------------------------------------------


def test_a_person_is_seen_through_each_of_their_cases(world: World) -> None:
    person, other = world.strike.person, world.granted[FULL].case
    with pytest.raises(NotFound), world.reading("caseworker") as ctx:
        people.view(ctx, person)
    with world.writing("anna") as ctx:
        people.link(ctx, person, other)
    with world.reading("caseworker") as ctx:
        visited = people.view(ctx, person)
        assert visited.person.value.names
        assert {case for case, _ in visited.cases} == {other}
    with world.reading("anna") as ctx:
        assert {case for case, _ in people.view(ctx, person).cases} == {world.strike.case, other}


def test_who_links_a_person_without_being_lead_breaks_nothing(sqlite_world: World) -> None:
    """Somebody with full access but not lead cannot sign for the person; nobody must lose the person by their try."""
    person = sqlite_world.granted[FULL].person
    with sqlite_world.writing("caseworker") as ctx:
        target = cases.create(ctx, Case(title="A case of my own"))
    try:
        with sqlite_world.writing("caseworker") as ctx:
            people.link(ctx, person, target)
    except (RuleBroken, Forbidden):
        linked = False
    else:
        linked = True
    for name in ("anna", "caseworker"):
        with sqlite_world.reading(name) as ctx:
            assert people.view(ctx, person).person.value.names, name
    with sqlite_world.reading("caseworker") as ctx:
        assert (target in {case for case, _ in people.view(ctx, person).cases}) == linked


def test_a_person_entered_by_somebody_with_the_coded_part_alone_is_refused(sqlite_world: World) -> None:
    """Their names would be sealed to nobody."""
    with pytest.raises(RuleBroken), sqlite_world.writing("external") as ctx:
        people.create(ctx, Person(pseudonym="Miner B", names=(Name(name="A name"),)), sqlite_world.strike.case)


def test_a_person_saved_by_somebody_with_the_coded_part_keeps_their_names(sqlite_world: World) -> None:
    import dataclasses

    person = sqlite_world.strike.person
    with sqlite_world.writing("external") as ctx:
        stored = people.read(ctx, person)
        assert stored.value.names == ()
        people.save(ctx, person, dataclasses.replace(stored.value, pseudonym="Miner C"), stored.versions)
    with sqlite_world.reading("anna") as ctx:
        visited = people.read(ctx, person).value
    assert visited.pseudonym == "Miner C"
    assert visited.names[0].name == "text of person.names.name"
    assert visited.health


def test_a_case_with_one_holder_says_so(sqlite_world: World) -> None:
    with sqlite_world.reading("outsider") as ctx:
        assert cases.overview(ctx, sqlite_world.own.case).sole_holder
    with sqlite_world.writing("outsider") as ctx:
        sharing.share(ctx, sqlite_world.own.case, sqlite_world.user("lana"), "full")
    with sqlite_world.reading("outsider") as ctx:
        assert not cases.overview(ctx, sqlite_world.own.case).sole_holder


def test_two_leads_who_let_in_two_colleagues_at_once_lose_neither(world: World) -> None:
    """The second finds the first one's change and is told, or both are in: nobody is lost silently."""
    from threading import Thread

    from hrd_cases.domain.errors import Changed

    case, content = world.granted[LEAD].case, []
    world.session("caseworker"), world.session("anna")
    with world.reading("caseworker") as ctx:
        cases.overview(ctx, case)

    def let_in(by: str, who: str) -> None:
        try:
            with world.writing(by) as ctx:
                sharing.share(ctx, case, world.user(who), "full")
            content.append(who)
        except Changed:
            pass

    threads = [Thread(target=let_in, args=pair) for pair in (("anna", "lana"), ("caseworker", "luka"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert content
    with world.reading("anna") as ctx:
        members = {member.user for member in sharing.team(ctx, case)}
    for name in ("lana", "luka"):
        assert (world.user(name) in members) == (name in content)
        assert bool(_holds(world, name, case)) == (name in content)


def test_an_administrator_handed_the_keys_still_opens_nothing_through_the_gate(sqlite_world: World) -> None:
    case = sqlite_world.own.case
    hand(sqlite_world, case, "admin", LEAD, by="outsider")
    with pytest.raises(Forbidden), sqlite_world.reading("admin") as ctx:
        cases.overview(ctx, case)
