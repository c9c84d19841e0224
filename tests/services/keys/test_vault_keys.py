"""Keys after somebody's time is over: nothing is added under the old ones, and what was there opens for who remains.

Catalogue of attacks 14, 73 and 78 (as far as renewing goes today).
"""

from collections.abc import Callable

import pytest
from hrd_at_rest import bytes_at_rest
from hrd_failing import broken_off
from hrd_filled import filled
from hrd_thief import Copy, with_passphrase
from hrd_whole import epochs
from hrd_world import FULL, World, expire, hand
from sqlalchemy import select

from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken
from hrd_cases.services.casework import cases, people
from hrd_cases.services.keys.gate import peek
from hrd_cases.services.records import records
from hrd_cases.services.sharing import sharing
from hrd_cases.store import tables

LATER = "written afterwards"


def _later(name: str) -> str:
    return f"{LATER} {name}"


def test_a_case_whose_guests_time_is_over_waits_for_new_keys(world: World) -> None:
    """External counsel whose access has ended: no write and no grant until the lead renews; then all goes on."""
    ids = world.granted[FULL]
    with world.reading("lawyer") as ctx:
        cases.overview(ctx, ids.case)
    expire(world, ids.case, ["lawyer"])
    for name in ("anna", "caseworker"):
        with world.reading(name) as ctx:
            assert cases.overview(ctx, ids.case).keys_due
        with pytest.raises(RuleBroken), world.writing(name) as ctx:
            records.create(ctx, ids.case, filled("note", write=_later))
    with pytest.raises(RuleBroken), world.writing("anna") as ctx:
        sharing.share(ctx, ids.case, world.user("luka"), "full")
    with pytest.raises(Forbidden), world.writing("caseworker") as ctx:
        cases.renew_keys(ctx, ids.case)
    with pytest.raises(NotFound), world.writing("lawyer") as ctx:
        cases.renew_keys(ctx, ids.case)
    with world.writing("anna") as ctx:
        cases.renew_keys(ctx, ids.case)
    assert epochs(world, ids.case) == {"core": 2, "identity": 2, "source": 2}
    for name in ("anna", "caseworker", "coordinator"):
        with world.writing(name) as ctx:
            records.create(ctx, ids.case, filled("note", write=_later))
        with world.reading(name) as ctx:
            visited = cases.overview(ctx, ids.case)
            assert (visited.broken, visited.keys_due) == ((), False)
            assert visited.case.value.title.startswith("Held full")
            for record in ids.records.values():
                stored = records.read(ctx, ids.case, record)
                assert (stored.broken, stored.closed, stored.unproven) == (frozenset(), stored.closed, frozenset())
                assert stored.closed <= {"privileged"}
            assert people.view(ctx, ids.person).person.value.names
    with pytest.raises(NotFound), world.reading("lawyer") as ctx:
        cases.overview(ctx, ids.case)


def test_who_is_out_opens_nothing_written_afterwards_with_all_they_ever_held(world: World) -> None:
    """P7: also from free pages and side files, where the old wraps and rows might linger."""
    ids = world.granted[FULL]
    with world.reading("lawyer") as ctx:
        cases.overview(ctx, ids.case)
    current = with_passphrase(Copy.of(world.runtime.database), world.people["lawyer"].passphrase)
    expire(world, ids.case, ["lawyer"])
    with world.writing("anna") as ctx:
        cases.renew_keys(ctx, ids.case)
    with world.writing("anna") as ctx:
        records.create(ctx, ids.case, filled("note", write=_later))
        stored = records.read(ctx, ids.case, ids.case)
        records.save(ctx, ids.case, ids.case, filled("case", write=_later), stored.versions)
    thief = with_passphrase(Copy.of(world.runtime.database), world.people["lawyer"].passphrase)
    thief.keys.update(current.keys)
    documents = [document for _, document in thief.documents()]
    assert documents, "what they could read before stays readable to them: that is said openly"
    assert not any(LATER.encode() in document for document in documents)


def test_somebody_let_in_after_new_keys_reads_the_old_and_the_new(world: World) -> None:
    ids = world.granted[FULL]
    expire(world, ids.case, ["lawyer"])
    with world.writing("anna") as ctx:
        cases.renew_keys(ctx, ids.case)
    with world.writing("anna") as ctx:
        records.create(ctx, ids.case, filled("note", write=_later))
        sharing.share(ctx, ids.case, world.user("luka"), "full")
    with world.reading("luka") as ctx:
        visited = cases.overview(ctx, ids.case)
        titles = {records.title(card) for card in visited.records["note"]}
        assert visited.broken == ()
        assert len(titles) == 2
        assert people.view(ctx, ids.person).person.value.names


def test_new_keys_where_none_are_due_are_refused(sqlite_world: World) -> None:
    with pytest.raises(NotFound), sqlite_world.writing("anna") as ctx:
        cases.renew_keys(ctx, sqlite_world.granted[FULL].case)
    assert set(epochs(sqlite_world, sqlite_world.granted[FULL].case).values()) == {1}


@pytest.mark.parametrize("name", ["work.before_commit", "log.after_rows"])
def test_renewing_that_breaks_off_leaves_every_part_as_it_was(world: World, name: str) -> None:
    ids = world.granted[FULL]
    expire(world, ids.case, ["lawyer"])
    before = Copy.of(world.runtime.database).rows
    world.session("anna")
    with broken_off(name, OSError("the disk is full")), world.writing("anna") as ctx:
        cases.renew_keys(ctx, ids.case)
    after = Copy.of(world.runtime.database).rows
    for table in ("headers", "grants", "vault_keyrings", "memberships"):
        assert after[table] == before[table]
    with world.writing("anna") as ctx:
        cases.renew_keys(ctx, ids.case)
    with world.reading("caseworker") as ctx:
        assert not cases.overview(ctx, ids.case).keys_due


def test_a_claimed_wrap_is_gone_from_the_file_of_the_database(make_world: Callable[[str], World]) -> None:
    """Catalogue 14: not in free pages, not in the write-ahead log."""
    world = make_world("sqlite")
    fingerprint, case = world.people["caseworker"].fingerprint, world.granted[FULL].case
    condition = (tables.grants.c.member == fingerprint, tables.grants.c.vault_id == case)
    with world.runtime.database.reading() as work:
        wraps = list(work.connection.scalars(select(tables.grants.c.wrap).where(*condition)))
    assert len(wraps) == 3
    before = bytes_at_rest(world)
    assert all(wrap[-200:] in before for wrap in wraps)
    with world.reading("caseworker") as ctx:
        cases.overview(ctx, case)
    world.runtime.database.settle()
    everything = bytes_at_rest(world)
    assert not any(wrap[-200:] in everything for wrap in wraps)


def test_keys_are_claimed_once_and_folded_without_losing_any(world: World) -> None:
    with world.reading("caseworker") as ctx:
        cases.listing(ctx, cases.CaseFilter())
        people.listing(ctx)
    current = with_passphrase(Copy.of(world.runtime.database), world.people["caseworker"].passphrase).keys
    for _ in range(10):
        with world.writing("caseworker") as ctx:
            cases.create(ctx, filled("case"))
    world.sign_in("caseworker")
    rows = Copy.of(world.runtime.database).rows
    assert [row for row in rows["keyring_deltas"] if row["user_id"] == world.user("caseworker")] == []
    after = with_passphrase(Copy.of(world.runtime.database), world.people["caseworker"].passphrase).keys
    assert {name: key.secret.reveal() for name, key in current.items()}.items() <= {
        name: key.secret.reveal() for name, key in after.items()
    }.items()
    assert len(after) == len(current) + 30


def test_the_same_case_handed_over_twice_is_held_once(sqlite_world: World) -> None:
    ids = sqlite_world.granted[FULL]
    with sqlite_world.reading("caseworker") as ctx:
        cases.overview(ctx, ids.case)
    hand(sqlite_world, ids.case, "caseworker", FULL)
    with sqlite_world.reading("caseworker") as ctx:
        vault = peek(ctx, ids.case)
        assert vault is not None
        assert {name: list(epochs) for name, epochs in vault.keys.items()} == {
            "core": [1],
            "identity": [1],
            "source": [1],
        }
