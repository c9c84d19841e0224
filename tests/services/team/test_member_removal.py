"""Taking back what was shared: at once for who is out, without a gap for who stays, and with nothing left behind.

Promise P7. Catalogue of attacks 14, 73, 75 and 78.
"""

from datetime import timedelta
from threading import Thread

import pytest
from hrd_at_rest import bytes_at_rest
from hrd_filled import filled
from hrd_thief import Copy, Loot, with_passphrase, with_recovery
from hrd_whole import case_opens, epochs
from hrd_world import CODED, FULL, LEAD, World
from sqlalchemy import delete, insert, update

from hrd_cases.crypto.ceremony.cards import read_card
from hrd_cases.crypto.core.keys import recovery_keys
from hrd_cases.crypto.core.leavings import Leaving
from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken
from hrd_cases.services.casework import cases, people
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys import reencryption
from hrd_cases.services.keys.gate import peek
from hrd_cases.services.keys.vault_membership import roster
from hrd_cases.services.records import records, versions
from hrd_cases.services.sharing import sharing
from hrd_cases.services.team import administration, member_removal
from hrd_cases.services.travel import travel
from hrd_cases.store import tables
from hrd_cases.store.opened import OpenVault

PARTS = ("core", "identity", "source")


def take_out(world: World, case: str, name: str, by: str = "anna", level: str = member_removal.OUT) -> None:
    with world.writing(by) as ctx:
        member_removal.change(ctx, case, world.user(name), level)


def seal_anew(world: World, case: str, by: str = "anna") -> None:
    """Visit the page of a case until nothing waits."""
    for _ in range(50):
        with world.reading(by) as ctx:
            if cases.overview(ctx, case).resealing is None:
                return
    raise AssertionError("sealing anew never ends")


def everything_held(world: World, name: str) -> Loot:
    """All that somebody's passphrase opens today; they keep it."""
    return with_passphrase(Copy.of(world.runtime.database), world.people[name].passphrase)


def test_who_is_taken_out_loses_the_case_at_once_and_the_others_go_on(world: World) -> None:
    ids = world.granted[FULL]
    with world.reading("lawyer") as ctx:
        cases.overview(ctx, ids.case)
    with world.reading("coordinator") as ctx:
        cases.overview(ctx, ids.case)
    take_out(world, ids.case, "lawyer")
    assert epochs(world, ids.case) == {"core": 2, "identity": 2, "source": 2}
    assert set(epochs(world, ids.person).values()) == {2}
    for look in (
        lambda ctx: cases.overview(ctx, ids.case),
        lambda ctx: people.view(ctx, ids.person),
        lambda ctx: records.read(ctx, ids.case, ids.records["note"]),
    ):
        with pytest.raises(NotFound), world.reading("lawyer") as ctx:
            look(ctx)
    with world.reading("lawyer") as ctx:
        assert ids.case not in {line.id for line in cases.listing(ctx, cases.CaseFilter()).items}
        assert ids.person not in {line.id for line in people.listing(ctx).items}
    for name in ("anna", "caseworker", "coordinator"):
        with world.writing(name) as ctx:
            records.create(ctx, ids.case, filled("note"))
    case_opens(world, ids, ("anna", "caseworker", "coordinator"))
    with world.reading("anna") as ctx:
        assert world.user("lawyer") not in {item.user for item in sharing.team(ctx, ids.case)}
        assert world.user("lawyer") in {candidate.user for candidate in sharing.candidates(ctx, ids.case)}


def test_only_who_leads_takes_somebody_out(sqlite_world: World) -> None:
    ids = sqlite_world.granted[FULL]
    for name, refused in (("caseworker", Forbidden), ("outsider", NotFound), ("admin", Forbidden)):
        with pytest.raises(refused), sqlite_world.writing(name) as ctx:
            member_removal.change(ctx, ids.case, sqlite_world.user("lawyer"), member_removal.OUT)
    for user, level, place in (
        (sqlite_world.user("outsider"), member_removal.OUT, "user"),
        (sqlite_world.user("anna"), member_removal.OUT, "user"),
        ("", member_removal.OUT, "user"),
        (sqlite_world.user("lawyer"), "everything", "level"),
    ):
        with pytest.raises(RuleBroken) as content, sqlite_world.writing("anna") as ctx:
            member_removal.change(ctx, ids.case, user, level)
        assert content.value.place == place
    assert set(epochs(sqlite_world, ids.case).values()) == {1}


def test_the_lawyers_part_waits_for_its_holders_when_the_lead_cannot_renew_it(sqlite_world: World) -> None:
    ids = sqlite_world.strike
    take_out(sqlite_world, ids.case, "luka")
    assert epochs(sqlite_world, ids.case) == {"core": 2, "identity": 2, "source": 2, "privileged": 1}
    with sqlite_world.reading("anna") as ctx:
        visited = cases.overview(ctx, ids.case)
        assert (visited.keys_due, visited.may_renew) == (False, False)
    with sqlite_world.reading("lana") as ctx:
        visited = cases.overview(ctx, ids.case)
        assert (visited.keys_due, visited.may_renew) == (True, True)
    with pytest.raises(RuleBroken, match="until the case lead changes"), sqlite_world.writing("lana") as ctx:
        records.create(ctx, ids.case, filled("advice", within=("privileged",)))
    with sqlite_world.writing("anna") as ctx:  # the rest of the case does not wait
        records.create(ctx, ids.case, filled("note"))
    with sqlite_world.writing("lana") as ctx:
        cases.renew_keys(ctx, ids.case)
    assert epochs(sqlite_world, ids.case)["privileged"] == 2
    with sqlite_world.writing("lana") as ctx:
        records.create(ctx, ids.case, filled("advice", within=("privileged",)))
    case_opens(sqlite_world, ids, ("lana", "anna"))


def test_a_lawyer_who_does_not_lead_renews_the_lawyers_part(sqlite_world: World) -> None:
    ids = sqlite_world.strike
    with sqlite_world.writing("lana") as ctx:
        sharing.share(ctx, ids.case, sqlite_world.user("lawyer"), "full", privileged=True)
    take_out(sqlite_world, ids.case, "lawyer", by="anna")
    with sqlite_world.reading("luka") as ctx:
        visited = cases.overview(ctx, ids.case)
        assert (visited.keys_due, visited.may_renew, visited.may_share) == (True, True, False)
    with sqlite_world.writing("luka") as ctx:
        cases.renew_keys(ctx, ids.case)
    assert epochs(sqlite_world, ids.case) == {"core": 2, "identity": 2, "source": 2, "privileged": 2}
    with pytest.raises(NotFound), sqlite_world.writing("luka") as ctx:
        cases.renew_keys(ctx, ids.case)


@pytest.mark.parametrize("before", [FULL, LEAD])
def test_narrowed_to_dates_and_states_the_names_are_gone(sqlite_world: World, before: str) -> None:
    ids = sqlite_world.granted[before]
    with sqlite_world.reading("lawyer") as ctx:
        assert cases.overview(ctx, ids.case).case.value.title
    current = everything_held(sqlite_world, "lawyer")
    take_out(sqlite_world, ids.case, "lawyer", level="coded")
    assert epochs(sqlite_world, ids.case) == {"core": 1, "identity": 2, "source": 2}
    with sqlite_world.reading("lawyer") as ctx:
        visited = cases.overview(ctx, ids.case)
        assert not visited.case.value.title
        assert (set(visited.rights), visited.may_share) == ({"core"}, False)
        assert not people.view(ctx, ids.person).person.value.names
    case_opens(sqlite_world, ids, ("anna", "caseworker"))
    seal_anew(sqlite_world, ids.case)
    loot = Loot(Copy.of(sqlite_world.runtime.database), keys=dict(current.keys))
    assert {part for vault, part in loot.opened() if vault == ids.case} == {"core"}
    assert {part for vault, part in loot.opened() if vault == ids.person} == {"core"}


def test_who_led_and_leads_no_more_reads_on_without_new_keys(sqlite_world: World) -> None:
    ids = sqlite_world.granted[LEAD]
    take_out(sqlite_world, ids.case, "lawyer", level="full")
    assert set(epochs(sqlite_world, ids.case).values()) == {1}, "nothing they could open was taken, so no key changes"
    with pytest.raises(Forbidden), sqlite_world.writing("lawyer") as ctx:
        sharing.share(ctx, ids.case, sqlite_world.user("luka"), "full")
    case_opens(sqlite_world, ids, ("anna", "lawyer", "caseworker"))
    take_out(sqlite_world, ids.case, "lawyer", level="lead")
    with sqlite_world.writing("lawyer") as ctx:
        sharing.share(ctx, ids.case, sqlite_world.user("luka"), "full")


def test_somebody_let_in_again_after_new_keys_reads_everything(sqlite_world: World) -> None:
    ids = sqlite_world.granted[FULL]
    take_out(sqlite_world, ids.case, "lawyer")
    seal_anew(sqlite_world, ids.case)
    with sqlite_world.writing("anna") as ctx:
        sharing.share(ctx, ids.case, sqlite_world.user("lawyer"), "full")
    case_opens(sqlite_world, ids, ("lawyer",))


# --- nothing is left behind ------------------------------------------------------------------------------------------


def test_once_sealed_anew_nothing_of_the_case_opens_with_all_the_leaver_ever_held(world: World) -> None:
    """P7: bodies, cards, history, who opened it, and its people, by every key they had, in the whole database."""
    ids = world.granted[FULL]
    with world.writing("lawyer") as ctx:
        stored = records.read(ctx, ids.case, ids.records["incident"])
        records.save(ctx, ids.case, ids.records["incident"], filled("incident", within=PARTS), stored.versions)
    current = everything_held(world, "lawyer")
    take_out(world, ids.case, "lawyer")
    before = Loot(Copy.of(world.runtime.database), keys=dict(current.keys), personal=current.personal)
    assert {ids.case, ids.person} <= {vault for vault, _ in before.opened()}, "until then the old copies still open"
    seal_anew(world, ids.case)
    after = everything_held(world, "lawyer")
    after.keys.update(current.keys)
    assert not {ids.case, ids.person} & {vault for vault, _ in after.opened()}
    assert ids.case not in after.access()
    newest = {ids.case: 2, ids.person: 2}
    rows = after.copy.rows
    for table in ("records", "digests", "text_packs", "record_history", "access_rows"):
        assert {row["epoch"] for row in rows[table] if row["vault_id"] in newest} == {2}, table
    for table in ("grants", "vault_keyrings"):
        assert {row["epoch"] for row in rows[table] if row["vault_id"] in newest} == {2}, table
    case_opens(world, ids, ("anna", "caseworker"))
    with world.reading("anna") as ctx:
        assert len(versions.of_case(ctx, ids.case, ids.records["incident"]).items) > 1
        assert reencryption.progress(ctx, _opened(ctx, ids.case)) is None


def test_old_wraps_and_old_rows_are_gone_from_the_bytes_of_the_database(world: World) -> None:
    """Catalogue 14: not in free pages, not in SQLite's write-ahead log."""
    ids, lawyer = world.granted[FULL], world.people["lawyer"].fingerprint
    rows = Copy.of(world.runtime.database).rows
    ours = (ids.case, ids.person)
    wraps = [row["wrap"] for row in rows["grants"] if row["member"] == lawyer and row["vault_id"] == ids.case]
    bodies = [row["body_sealed"] for row in rows["records"] if row["vault_id"] in ours]
    cards = [
        row["digest_sealed"] for table in ("digests", "text_packs") for row in rows[table] if row["vault_id"] in ours
    ]
    keys = [row["key_sealed"] for row in rows["vault_keyrings"] if row["vault_id"] in ours]
    assert len(wraps) == 3

    def there(pieces: list[bytes]) -> list[bytes]:
        everything = bytes_at_rest(world)
        return [piece for piece in pieces if piece[-64:] in everything]

    assert len(there([*wraps, *bodies, *cards, *keys])) == len([*wraps, *bodies, *cards, *keys])
    take_out(world, ids.case, "lawyer")
    assert there(wraps) == [], "the leaver never claimed them, and never will"
    seal_anew(world, ids.case)
    assert there([*wraps, *bodies, *cards, *keys]) == []


def test_the_recovery_card_opens_what_was_sealed_anew(sqlite_world: World) -> None:
    ids = sqlite_world.granted[FULL]
    take_out(sqlite_world, ids.case, "lawyer")
    seal_anew(sqlite_world, ids.case)
    seed = recovery_keys(read_card(sqlite_world.recovery_card, "recovery")).kem_seed
    loot = with_recovery(Copy.of(sqlite_world.runtime.database), seed)
    assert {(ids.case, part) for part in PARTS} <= loot.opened()


# --- sealing anew goes on ----------------------------------------------------------------------------------------


def test_sealing_anew_tells_how_far_it_got_and_goes_on_with_each_visit(sqlite_world: World) -> None:
    ids = sqlite_world.granted[FULL]
    take_out(sqlite_world, ids.case, "lawyer")
    visited, visits = [], 0
    while visited[-1:] != [None] and visits < 60:
        with sqlite_world.writing("caseworker" if visits % 2 else "anna") as ctx:
            ctx.asked = True
            assert reencryption.go_on(ctx, ids.case, limit=7) <= 7
        with sqlite_world.reading("anna") as ctx:
            result = reencryption.progress(ctx, _opened(ctx, ids.case))
        visited.append(result and (result.done, result.total))
        visits += 1
    assert visited.pop() is None
    assert visited == sorted(visited)
    assert len(set(visited)) > 3
    assert len({total for _, total in visited}) == 1
    case_opens(sqlite_world, ids, ("anna", "caseworker"))


def test_a_visitor_without_the_newest_keys_seals_nothing_anew(sqlite_world: World) -> None:
    ids = sqlite_world.granted[FULL]
    take_out(sqlite_world, ids.case, "lawyer")
    with pytest.raises(NotFound), sqlite_world.reading("lawyer") as ctx:
        cases.overview(ctx, ids.case)
    with sqlite_world.writing("outsider") as ctx:
        ctx.asked = True
        assert reencryption.go_on(ctx, ids.case) == 0
    rows = Copy.of(sqlite_world.runtime.database).rows
    assert {row["epoch"] for row in rows["records"] if row["vault_id"] == ids.case} == {1}


def test_a_record_that_somebody_altered_keeps_the_old_key_and_stays_reported(sqlite_world: World) -> None:
    """The key that it may need is not thrown away: a backup can put the record right."""
    ids = sqlite_world.granted[FULL]
    note = ids.records["note"]
    take_out(sqlite_world, ids.case, "lawyer")
    with sqlite_world.runtime.database.writing() as work:
        altered = update(tables.records).where(tables.records.c.id == note, tables.records.c.compartment == "identity")
        work.connection.execute(altered.values(body_sealed=b"\1" * 600))
    for _ in range(4):
        with sqlite_world.reading("anna") as ctx:
            result = cases.overview(ctx, ids.case).resealing
    assert result is not None
    assert result.total - result.done == 1
    with sqlite_world.reading("anna") as ctx:
        assert records.read(ctx, ids.case, note).broken == {"identity"}


# --- leaving oneself ---------------------------------------------------------------------------------------------


def test_who_leaves_a_case_opens_it_no_more_and_its_lead_renews_the_keys(world: World) -> None:
    ids = world.granted[FULL]
    with world.reading("lawyer") as ctx:
        cases.overview(ctx, ids.case)
    with world.writing("lawyer") as ctx:
        member_removal.leave(ctx, ids.case)
    with pytest.raises(NotFound), world.reading("lawyer") as ctx:
        cases.overview(ctx, ids.case)
    with world.reading("lawyer") as ctx:
        assert ids.case not in {line.id for line in cases.listing(ctx, cases.CaseFilter()).items}
    with world.reading("anna") as ctx:
        visited = cases.overview(ctx, ids.case)
        assert (visited.keys_due, visited.may_renew) == (True, True)
        assert [item.user for item in visited.team if item.out] == [world.user("lawyer")]
    with pytest.raises(RuleBroken), world.writing("caseworker") as ctx:
        records.create(ctx, ids.case, filled("note"))
    with world.writing("anna") as ctx:
        cases.renew_keys(ctx, ids.case)
    assert set(epochs(world, ids.case).values()) == {2}
    assert Copy.of(world.runtime.database).rows["leavings"] == []
    case_opens(world, ids, ("anna", "caseworker"))


def test_who_is_needed_cannot_leave(sqlite_world: World) -> None:
    with pytest.raises(RuleBroken, match="Nobody else can open"), sqlite_world.writing("outsider") as ctx:
        member_removal.leave(ctx, sqlite_world.own.case)
    with pytest.raises(RuleBroken, match="leads"), sqlite_world.writing("anna") as ctx:
        member_removal.leave(ctx, sqlite_world.granted[CODED].case)
    take_out(sqlite_world, sqlite_world.strike.case, "luka", by="lana")
    with pytest.raises(RuleBroken, match="lawyers"), sqlite_world.writing("lana") as ctx:
        member_removal.leave(ctx, sqlite_world.strike.case)
    with sqlite_world.writing("anna") as ctx:  # Lana still leads it
        member_removal.leave(ctx, sqlite_world.strike.case)


def test_nobody_leaves_a_case_to_a_colleague_who_travels_without_its_keys(sqlite_world: World) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    with world.reading("lana") as ctx:
        assert "lawyers' part" not in member_removal.why_not_leave(ctx, case)
    with world.writing("luka") as ctx:
        travel.give_up(ctx, world.user("lana"), [case])
    with world.reading("lana") as ctx:
        assert "lawyers' part" in member_removal.why_not_leave(ctx, case)
    with world.reading("anna") as ctx:
        follows = {after.part: after for after in member_removal.what_follows(ctx, case, world.user("lana"))}
    assert {part for part, after in follows.items() if after.closed} == {"privileged"}
    assert follows["core"].helpers == ("Anna Person",)


def test_nobody_leaves_for_another_and_an_old_statement_counts_no_more(sqlite_world: World) -> None:
    """Somebody who writes the database plants a statement, or keeps one that was signed under earlier keys."""
    ids = sqlite_world.granted[FULL]
    lawyer, caseworker = (bytes.fromhex(sqlite_world.people[name].fingerprint) for name in ("lawyer", "caseworker"))
    with sqlite_world.writing("lawyer") as ctx:
        leaving = Leaving(
            org=ctx.runtime.org,
            vault=bytes.fromhex(ids.case),
            compartment="core",
            epoch=1,
            fingerprint=ctx.keys.fingerprint,
        )
        own = leaving.sign(ctx.keys.sign_seed)
        member_removal.leave(ctx, ids.case)

    def plant(fingerprint: bytes, signature: bytes, epoch: int) -> None:
        row = {"fingerprint": fingerprint.hex(), "epoch": epoch, "signature": signature}
        with sqlite_world.runtime.database.writing() as work:
            work.connection.execute(delete(tables.leavings))
            work.connection.execute(insert(tables.leavings).values(vault_id=ids.case, compartment="core", **row))

    with sqlite_world.writing("anna") as ctx:
        cases.renew_keys(ctx, ids.case)
    with sqlite_world.writing("anna") as ctx:
        sharing.share(ctx, ids.case, sqlite_world.user("lawyer"), "full")
    for fingerprint, epoch in ((lawyer, 1), (lawyer, 2), (caseworker, 2)):
        plant(fingerprint, own, epoch)
        with sqlite_world.reading("anna") as ctx:
            existing = roster(ctx, ids.case)
            assert existing is not None
            assert existing.left == {}
    case_opens(sqlite_world, ids, ("anna", "caseworker", "lawyer"))


# --- a last day --------------------------------------------------------------------------------------------------


def test_a_last_day_is_kept_shown_and_ends_it(sqlite_world: World) -> None:
    ids = sqlite_world.strike
    last = sqlite_world.now.date() + timedelta(days=3)
    with sqlite_world.writing("anna") as ctx:
        sharing.share(ctx, ids.case, sqlite_world.user("lawyer"), "full", last_day=last.strftime("%d.%m.%Y"))
    with sqlite_world.reading("lawyer") as ctx:
        member = next(item for item in cases.overview(ctx, ids.case).team if item.user == sqlite_world.user("lawyer"))
        assert (member.last_day, member.out) == (last, False)
    session, on_the_day = (
        sqlite_world.sign_in("lawyer", sqlite_world.now + timedelta(days=3)),
        sqlite_world.now + timedelta(days=3),
    )
    with sqlite_world.runtime.reading(session, on_the_day) as ctx:
        assert cases.overview(ctx, ids.case).case.value.title
    after = on_the_day + timedelta(days=1)
    session, lead = sqlite_world.sign_in("lawyer", after), sqlite_world.sign_in("anna", after)
    with pytest.raises(NotFound), sqlite_world.runtime.reading(session, after) as ctx:
        cases.overview(ctx, ids.case)
    with sqlite_world.runtime.reading(lead, after) as ctx:
        visited = cases.overview(ctx, ids.case)
        assert not visited.keys_due, "the new keys were prepared, and the first visit entered them"
        assert sqlite_world.user("lawyer") not in {item.user for item in visited.team}
    assert {epochs(sqlite_world, ids.case)[part] for part in PARTS} == {2}


@pytest.mark.parametrize("typed", ["2026", "12.2026", "21.11.2026", "31.02.2027", "soon"])
def test_a_last_day_that_is_none_is_refused_at_its_field(sqlite_world: World, typed: str) -> None:
    with pytest.raises(RuleBroken) as content, sqlite_world.writing("anna") as ctx:
        sharing.share(ctx, sqlite_world.strike.case, sqlite_world.user("lawyer"), "full", last_day=typed)
    assert content.value.place == "last_day"


def test_a_lead_has_no_last_day_and_a_last_day_can_be_given_and_taken_later(sqlite_world: World) -> None:
    case, user = sqlite_world.granted[FULL].case, sqlite_world.user("lawyer")
    with pytest.raises(RuleBroken) as content, sqlite_world.writing("anna") as ctx:
        sharing.share(ctx, case, user, "lead", last_day="31.12.2026")
    assert content.value.place == "last_day"

    def day() -> object:
        with sqlite_world.reading("anna") as ctx:
            return next(item.last_day for item in sharing.team(ctx, case) if item.user == user)

    for typed, visible in (("31.12.2026", "2026-12-31"), ("", "None")):
        with sqlite_world.writing("anna") as ctx:
            member_removal.change(ctx, case, user, "full", last_day=typed)
        assert str(day()) == visible
    assert set(epochs(sqlite_world, case).values()) == {1}


# --- at the same time --------------------------------------------------------------------------------------------


def test_of_two_who_take_somebody_out_at_once_one_does_it(world: World) -> None:
    case = world.granted[LEAD].case
    content: list[str] = []
    for name in ("anna", "caseworker"):
        with world.reading(name) as ctx:
            cases.overview(ctx, case)

    def act(by: str) -> None:
        try:
            take_out(world, case, "lawyer", by=by)
            content.append("done")
        except RuleBroken as broken:
            content.append(broken.place)

    threads = [Thread(target=act, args=(name,)) for name in ("anna", "caseworker")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(content) == ["done", "user"]
    assert set(epochs(world, case).values()) == {2}
    case_opens(world, world.granted[LEAD], ("anna", "caseworker", "coordinator"))


def test_an_account_that_is_disabled_meanwhile_is_not_handed_the_new_keys(sqlite_world: World) -> None:
    ids = sqlite_world.granted[FULL]
    with sqlite_world.reading("caseworker") as ctx:
        cases.overview(ctx, ids.case)
    with sqlite_world.writing("admin") as ctx:
        administration.disable(ctx, sqlite_world.user("caseworker"))
    take_out(sqlite_world, ids.case, "lawyer")
    with sqlite_world.reading("anna") as ctx:
        existing = roster(ctx, ids.case)
        assert existing is not None
        gone = [bytes.fromhex(sqlite_world.people[name].fingerprint) for name in ("caseworker", "lawyer")]
        for chain in existing.chains.values():
            assert chain.newest.epoch == 2
            assert not any(chain.newest.names(item) for item in gone)
    rows = Copy.of(sqlite_world.runtime.database).rows["grants"]
    assert not {row["member"] for row in rows if row["vault_id"] == ids.case} & {item.hex() for item in gone}
    case_opens(sqlite_world, ids, ("anna", "coordinator"))


def _opened(ctx: Context, case: str) -> OpenVault:
    result = peek(ctx, case)
    assert result is not None
    return result
