"""Travel mode: with the traveller's passphrase and the whole database nothing opens until a colleague lets them in.

Promise P2. Catalogue of attacks 4 and 72.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hrd_at_rest import bytes_at_rest
from hrd_failing import broken_off
from hrd_failpoints import COMING_BACK, GIVING_UP
from hrd_thief import Copy, with_passphrase
from hrd_world import FULL, World
from sqlalchemy import select, update

from hrd_cases.crypto.core.journeys import open_journey, seal_journey
from hrd_cases.domain.access.facts import ACTIVE, AWAY
from hrd_cases.domain.dates import day_number
from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken, StepUpNeeded
from hrd_cases.domain.sheets.model import SheetRow, TableSheet
from hrd_cases.services.casework import cases
from hrd_cases.services.imports import lists
from hrd_cases.services.keys import key_rotation, vault_keys
from hrd_cases.services.sharing import sharing
from hrd_cases.services.team import administration
from hrd_cases.services.travel import travel
from hrd_cases.store import tables

BREAKS = ("log.after_rows", "work.before_commit")
LEAVING = (*GIVING_UP, *BREAKS)
RETURNING = (*COMING_BACK, *BREAKS)


def _held(world: World, name: str) -> set[tuple[str, str, int]]:
    """Every key that the passphrase and a copy of the database give."""
    return set(with_passphrase(Copy.of(world.runtime.database), world.people[name].passphrase).keys)


def _ready(world: World) -> None:
    """Luka could hand back whatever Lana holds."""
    with world.writing("anna") as ctx:
        sharing.share(ctx, world.strike.case, world.user("luka"), "lead")
    world.session("luka")
    world.session("lana")


def _leave(world: World, *chosen: str) -> None:
    with world.writing("lana") as ctx:
        travel.give_up(ctx, world.user("luka"), chosen or None)


def _return(world: World) -> travel.Returned:
    with world.writing("luka") as ctx:
        return travel.let_in_again(ctx, world.user("lana"))


def test_whoever_travels_opens_nothing_at_all(world: World) -> None:
    _ready(world)
    before = with_passphrase(Copy.of(world.runtime.database), world.people["lana"].passphrase)
    assert world.strike.case in {vault for vault, _, _ in before.keys}
    assert world.strike.case in {vault for vault, _ in before.opened()}
    assert before.access(), "whoever has the keys finds all of it"
    _leave(world)
    copy = Copy.of(world.runtime.database)
    loot = with_passphrase(copy, world.people["lana"].passphrase)
    assert loot.personal is not None, "the passphrase itself is right"
    assert loot.keys == {}
    assert loot.opened() == set()
    assert loot.access() == set()
    assert world.session("lana").actor.state == AWAY
    with pytest.raises(NotFound), world.reading("lana") as ctx:
        cases.overview(ctx, world.strike.case)
    assert world.sign_in("lana").actor.state == AWAY, "and not by logging in anew"


def test_after_the_return_everything_is_as_it_was(world: World) -> None:
    _ready(world)
    before = _held(world, "lana")
    _leave(world)
    assert _return(world) == travel.Returned(handed=2, missed=0)
    assert _held(world, "lana") == before
    assert world.again("lana").actor.state == ACTIVE
    with world.reading("lana") as ctx:
        assert cases.overview(ctx, world.strike.case).case.value.title
    assert _held(world, "lana") == before
    with pytest.raises(NotFound):
        _return(world)


def test_the_bytes_of_the_old_keyring_are_gone_from_the_files(world: World) -> None:
    _ready(world)
    user = world.user("lana")
    with world.runtime.database.reading() as work:
        row = work.keys.keyring(user)
        sealed = [delta.delta_sealed for delta in work.keys.deltas(user)] + ([row.keyring_sealed] if row else [])
    assert sealed
    before = bytes_at_rest(world)
    assert any(item[-64:] in before for item in sealed), "the scan sees what is there"
    _leave(world)
    everything = bytes_at_rest(world)
    assert not any(item[-64:] in everything for item in sealed)


def test_what_is_kept_stays_open_and_what_is_given_up_does_not(world: World) -> None:
    _ready(world)
    with world.writing("anna") as ctx:
        sharing.share(ctx, world.granted[FULL].case, world.user("lana"), "full")
    before = _held(world, "lana")
    _leave(world, world.strike.case)
    left = _held(world, "lana")
    gone = {world.strike.case, world.strike.person}
    assert left == {item for item in before if item[0] not in gone}
    with world.reading("lana") as ctx:
        assert cases.overview(ctx, world.granted[FULL].case).case.value.title
        own = travel.own(ctx)
    assert own is not None
    assert (own.colleague, own.whole, own.since) == ("Luka Person", False, world.now.date())
    _return(world)
    assert _held(world, "lana") == before


def test_keys_renewed_meanwhile_do_not_reach_the_traveller_before_the_colleague_lets_them_in(world: World) -> None:
    _ready(world)
    _leave(world)
    case = world.strike.case
    external = bytes.fromhex(world.people["external"].fingerprint)
    with world.writing("anna") as ctx:
        ctx.asked = True
        key_rotation.renew(ctx, case, without={"core": frozenset({external})})
    assert _held(world, "lana") == set()
    _return(world)
    world.again("lana")
    with world.reading("lana") as ctx:
        assert cases.overview(ctx, case).case.value.title
    assert (case, "core", 2) in _held(world, "lana")


def test_nobody_can_slip_keys_to_a_traveller_by_sharing(world: World) -> None:
    _ready(world)
    _leave(world)
    with pytest.raises(RuleBroken), world.writing("anna") as ctx:
        sharing.share(ctx, world.granted[FULL].case, world.user("lana"), "full")
    with world.writing("anna") as ctx:  # below what the pages would do
        ctx.asked = True
        rights = frozenset({"read", "write"})
        vault_keys.share(
            ctx, world.granted[FULL].case, bytes.fromhex(world.people["lana"].fingerprint), {"core": rights}
        )
    assert _held(world, "lana") == set()


def test_a_case_that_nobody_else_can_open_is_not_given_up(sqlite_world: World) -> None:
    world = sqlite_world
    with world.reading("outsider") as ctx:
        result = {holding.vault: holding.why_not for holding in travel.holdings(ctx, world.user("anna"))}
    assert result[world.own.case] == travel.ALONE
    assert result[world.runtime.organisation.directory] == ""
    before = _held(world, "outsider")
    for chosen in (None, [world.own.case]):
        with pytest.raises(RuleBroken), world.writing("outsider") as ctx:
            travel.give_up(ctx, world.user("anna"), chosen)
    assert _held(world, "outsider") == before


def test_a_colleague_who_may_not_let_others_in_cannot_be_named_for_a_case(sqlite_world: World) -> None:
    world = sqlite_world
    with world.reading("lana") as ctx:
        result = {holding.vault: holding.why_not for holding in travel.holdings(ctx, world.user("luka"))}
    assert result[world.strike.case] == travel.NOT_THEIRS
    with pytest.raises(RuleBroken):
        _leave(world, world.strike.case)


def test_a_colleague_whose_own_key_is_missing_cannot_be_named_and_nobody_left_is_nobody(sqlite_world: World) -> None:
    """They could hand nothing back: the keys of the case would be gone for good."""
    world, case = sqlite_world, sqlite_world.strike.case

    def why_not() -> str:
        with world.reading("lana") as ctx:
            return next(item.why_not for item in travel.holdings(ctx, world.user("anna")) if item.vault == case)

    with world.writing("lana") as ctx:  # she hands the lawyers' part to nobody: it is not what is asked here
        ctx.asked = True
        key_rotation.renew(ctx, case, without={"privileged": frozenset({ctx.keys.fingerprint})})
    assert why_not() == ""
    for name, expected in (("anna", travel.NOT_THEIRS), ("luka", travel.NOT_THEIRS), ("external", travel.ALONE)):
        with world.writing(name) as ctx:
            ctx.asked = True
            ctx.work.missing_keys.put(case, world.people[name].fingerprint, ["core"])
        assert why_not() == expected, name
    with pytest.raises(RuleBroken), world.writing("lana") as ctx:
        travel.give_up(ctx, world.user("anna"), [case])


@pytest.mark.parametrize("named", ["lana", "waiting", "disabled", "nobody"])
def test_only_a_colleague_who_works_here_can_be_named(sqlite_world: World, named: str) -> None:
    user = "ab" * 16 if named == "nobody" else sqlite_world.user(named)
    with pytest.raises(RuleBroken), sqlite_world.writing("lana") as ctx:
        travel.give_up(ctx, user, [sqlite_world.strike.case])


def test_two_travellers_cannot_lock_each_other_out(sqlite_world: World) -> None:
    _ready(sqlite_world)
    _leave(sqlite_world)
    with pytest.raises(RuleBroken), sqlite_world.writing("luka") as ctx:
        travel.give_up(ctx, sqlite_world.user("lana"))
    with sqlite_world.reading("luka") as ctx:
        assert sqlite_world.user("lana") not in {companion.user for companion in travel.companions(ctx)}


def test_only_the_named_colleague_lets_the_traveller_in(sqlite_world: World) -> None:
    _ready(sqlite_world)
    _leave(sqlite_world)
    for name in ("anna", "founder", "admin", "caseworker"):
        with pytest.raises(NotFound), sqlite_world.writing(name) as ctx:
            travel.let_in_again(ctx, sqlite_world.user("lana"))
    with pytest.raises(Forbidden), sqlite_world.writing("lana") as ctx:
        travel.let_in_again(ctx, sqlite_world.user("lana"))
    assert _held(sqlite_world, "lana") == set()
    with sqlite_world.reading("luka") as ctx:
        assert [item.name for item in travel.waiting_for(ctx)] == ["Lana Person"]
    with sqlite_world.reading("anna") as ctx:
        assert travel.waiting_for(ctx) == ()


def test_what_was_given_up_is_sealed_to_the_colleague_alone_and_signed(sqlite_world: World) -> None:
    world = sqlite_world
    _ready(world)
    _leave(world)
    with world.runtime.database.writing() as work:
        work.connection.execute(update(tables.travels).values(colleague_id=world.user("anna")))
    with pytest.raises(RuleBroken), world.writing("anna") as ctx:
        travel.let_in_again(ctx, world.user("lana"))
    with world.runtime.database.writing() as work:
        work.connection.execute(
            update(tables.travels).values(colleague_id=world.user("luka"), user_id=world.user("anna"))
        )
    with pytest.raises(RuleBroken), world.writing("luka") as ctx:
        travel.let_in_again(ctx, world.user("anna"))


def test_what_somebody_else_signed_in_a_travellers_name_is_not_handed_back(sqlite_world: World) -> None:
    """Anna, who writes the database, seals to Luka that Lana gave up more than she did."""
    world = sqlite_world
    _ready(world)
    _leave(world)
    with world.runtime.database.reading() as work:
        row = work.travels.of(world.user("lana"))
    luka, anna = world.session("luka").bundle, world.session("anna").bundle
    assert row is not None
    assert luka is not None
    assert anna is not None
    place = {"org": world.runtime.org, "user": bytes.fromhex(world.user("lana")), "day": day_number(row.day)}
    journey, _ = open_journey(luka.user_keys.kem_seed, row.given_up_sealed, **place)
    forged = seal_journey(journey, anna.user_keys.sign_seed, luka.user_keys.kem_public)
    with world.runtime.database.writing() as work:
        work.connection.execute(update(tables.travels).values(given_up_sealed=forged))
    with pytest.raises(RuleBroken):
        _return(world)
    assert _held(world, "lana") == set()
    with world.runtime.database.writing() as work:
        work.connection.execute(update(tables.travels).values(given_up_sealed=row.given_up_sealed))
    assert _return(world).handed


def test_who_was_taken_off_a_case_meanwhile_does_not_get_it_back(world: World) -> None:
    _ready(world)
    _leave(world)
    lana = frozenset({bytes.fromhex(world.people["lana"].fingerprint)})
    with world.writing("luka") as ctx:
        ctx.asked = True
        without = dict.fromkeys(("core", "identity", "source", "privileged"), lana)
        key_rotation.renew(ctx, world.strike.case, without=without)
    assert _return(world) == travel.Returned(handed=1, missed=1)
    assert world.strike.case not in {vault for vault, _, _ in _held(world, "lana")}


def test_a_journey_whose_colleague_left_is_ended_by_an_administrator(sqlite_world: World) -> None:
    world = sqlite_world
    _ready(world)
    _leave(world)
    with pytest.raises(RuleBroken), world.writing("admin") as ctx:
        travel.end_without(ctx, world.user("lana"))
    with world.writing("admin") as ctx:
        administration.disable(ctx, world.user("luka"))
    with world.writing("admin") as ctx:
        assert [item.stranded for item in travel.waiting_for(ctx)] == [True]
        travel.end_without(ctx, world.user("lana"))
    assert world.again("lana").actor.state == ACTIVE
    assert _held(world, "lana") == set(), "no key came back with it"


def test_other_log_ins_of_the_traveller_end_and_nothing_typed_stays(sqlite_world: World) -> None:
    with sqlite_world.writing("lana") as ctx:
        row = SheetRow(number=1, cells=["name"])
        lists.begin(ctx, lists.ImportState(kind="person"), [TableSheet(name="", rows=[row])])
        lists.remember(ctx, "person", {"name": "name"})
    _ready(sqlite_world)
    other = sqlite_world.sign_in("lana")
    _leave(sqlite_world)
    assert sqlite_world.runtime.sessions.find(other.cookie, sqlite_world.now) is None
    with sqlite_world.runtime.database.reading() as work:
        assert work.forms.of_user(sqlite_world.user("lana")) == []
        assert work.imports.states(sqlite_world.user("lana")) == []
        assert work.imports.part(sqlite_world.user("lana"), sqlite_world.user("lana")) is None


def test_passphrase_and_code_are_asked_for_first(sqlite_world: World) -> None:
    _ready(sqlite_world)
    session, late = sqlite_world.session("lana"), sqlite_world.now + timedelta(minutes=6)
    with pytest.raises(StepUpNeeded), sqlite_world.runtime.writing(session, late) as ctx:
        travel.give_up(ctx, sqlite_world.user("luka"))


@pytest.mark.parametrize("step", LEAVING)
def test_leaving_is_wholly_before_or_wholly_after(sqlite_world: World, step: str) -> None:
    _ready(sqlite_world)
    before = _held(sqlite_world, "lana")
    with broken_off(step):
        _leave(sqlite_world)
    assert _held(sqlite_world, "lana") == before
    with sqlite_world.runtime.database.reading() as work:
        assert work.connection.execute(select(tables.travels)).all() == []
    assert sqlite_world.sign_in("lana").actor.state == ACTIVE


@pytest.mark.parametrize("step", RETURNING)
def test_letting_in_is_wholly_before_or_wholly_after(sqlite_world: World, step: str) -> None:
    _ready(sqlite_world)
    before = _held(sqlite_world, "lana")
    _leave(sqlite_world)
    with broken_off(step):
        _return(sqlite_world)
    assert _held(sqlite_world, "lana") == set()
    _return(sqlite_world)
    assert _held(sqlite_world, "lana") == before


def test_killed_after_it_was_acknowledged_it_stays_given_up(make_world: Callable[[str], World]) -> None:
    world = make_world("sqlite")
    _ready(world)
    with broken_off("work.after_commit"):
        _leave(world)
    again = world.restarted()
    assert _held(again, "lana") == set()
    assert again.sign_in("lana").actor.state == AWAY
    again.close()
