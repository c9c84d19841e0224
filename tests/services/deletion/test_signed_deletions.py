"""A deletion counts only when two people signed it who led the case at its place in the log."""

from dataclasses import replace

import pytest
from hrd_browser import Browser
from hrd_world import World, expire
from sqlalchemy import delete, insert, select, update

from hrd_cases.crypto.core.deletions import WHOLE, Deletion, DeletionOrder, ask, confirm
from hrd_cases.crypto.core.keys import UserKeys
from hrd_cases.crypto.core.primitives import random
from hrd_cases.domain.incidents import Attacked, Incident
from hrd_cases.services.casework import cases, people
from hrd_cases.services.deletion import deleting, erasing
from hrd_cases.services.deletion.deleting import DeletionTarget
from hrd_cases.services.install import health
from hrd_cases.services.keys import deleted_vaults
from hrd_cases.services.keys.vault_membership import of_deleted
from hrd_cases.services.records import records
from hrd_cases.services.sharing import sharing
from hrd_cases.services.team import administration
from hrd_cases.store import tables
from hrd_cases.store.deletions import DELETED, DeletionRow

GONE = "Deleted person"


def keys_of(world: World, name: str) -> UserKeys:
    with world.reading(name) as ctx:
        return ctx.keys


def sign(world: World, vault: str, first: UserKeys, second: UserKeys, record: bytes = WHOLE) -> Deletion:
    order = DeletionOrder(
        org=world.runtime.org,
        vault=bytes.fromhex(vault),
        record=record,
        request=random(16),
        day=20_000,
        by=first.fingerprint,
    )
    return confirm(order, ask(order, first), second)


def plant(world: World, vault: str, deletion: Deletion, *, entered: bool = True) -> None:
    """The row of a deletion, by somebody who writes the database and, if it is entered, has the instance folder too."""
    with world.writing("auditor") as ctx:
        if entered:
            ctx.entering.marks.append(deletion.mark)
        ctx.work.connection.execute(update(tables.vaults).where(tables.vaults.c.id == vault).values(kind=DELETED))
        row = DeletionRow(
            vault_id=vault,
            day=ctx.today,
            asked=deletion.asked,
            asked_signature=deletion.asked_signature,
            confirmed_by=deletion.confirmed_by.hex(),
            confirmed_signature=deletion.confirmed_signature,
        )
        ctx.work.deletions.add(row)


def counts(world: World, vault: str, holder: str = "luka") -> bool:
    """Whether a deletion counts: for pages, for whoever holds a key of it and logs in, and for the server's check."""
    with world.reading("auditor") as ctx:
        said = deleted_vaults.was_deleted(ctx, vault)
    with world.runtime.reading(world.sign_in(holder), world.now) as ctx:
        assert ctx.ring is not None
        assert ctx.ring.holds(bytes.fromhex(vault)) is not said
    findings = {item.name for item in health.whole(world.runtime, world.now, lambda *_: None) if not item.right}
    assert ("deletions" in findings) is not said
    return said


def holding(world: World, case: str, *names: str) -> None:
    """Let people have taken the keys of a case into their keyrings."""
    for name in names:
        with world.reading(name) as ctx:
            cases.overview(ctx, case)


def delete_case(world: World, case: str) -> None:
    """Two who lead a case delete it, while somebody else holds its keys."""
    holding(world, case, "luka")
    with world.writing("anna") as ctx:
        deleting.ask(ctx, DeletionTarget(vault=case), "The family asked for it")
    session = world.session("lana")
    with world.writing("lana") as ctx:
        files = deleting.confirm(ctx, DeletionTarget(vault=case), sure=True)
    erasing.finish(world.runtime, session, world.now, files)


def test_two_who_lead_a_case_delete_it_and_it_stays_so_when_both_leave_later(world: World) -> None:
    case = world.strike.case
    delete_case(world, case)
    for name in ("anna", "lana"):
        with world.writing("admin") as ctx:
            administration.disable(ctx, world.user(name), lose=True)
    assert counts(world, case)


def test_of_a_deleted_case_no_list_counts_that_the_deletion_erased(sqlite_world: World) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    with world.runtime.database.reading() as work:
        query = select(tables.headers).filter_by(vault_id=case, compartment="source")
        erased = [dict(row) for row in work.connection.execute(query).mappings()]
    delete_case(world, case)
    with world.runtime.database.writing() as work:
        work.connection.execute(insert(tables.headers), erased)
    with world.reading("auditor") as ctx:
        last = of_deleted(ctx, case)
        assert last is not None
        assert last.chains.keys() == {"core", "identity"}
    assert counts(world, case)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("outsider", "coordinator"),  # neither was ever on the case
        ("anna", "anna"),
        ("anna", "outsider"),
        ("outsider", "lana"),
        ("anna", "luka"),  # who may read and write, and let nobody in
        ("luka", "external"),
    ],
)
def test_whoever_does_not_lead_the_case_signs_in_vain(sqlite_world: World, first: str, second: str) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    holding(world, case, "luka")
    plant(world, case, sign(world, case, keys_of(world, first), keys_of(world, second)))
    assert not counts(world, case)


def test_two_who_lead_it_sign_in_vain_what_the_server_never_entered(world: World) -> None:
    """Both signatures are right; but the deletion has no place in the log."""
    case = world.strike.case
    holding(world, case, "luka")
    deletion = sign(world, case, keys_of(world, "anna"), keys_of(world, "lana"))
    plant(world, case, deletion, entered=False)
    assert not counts(world, case)


@pytest.mark.parametrize("of", ["another case", "one record"])
def test_a_true_deletion_of_something_else_deletes_nothing_here(sqlite_world: World, of: str) -> None:
    """Both lead this case too, and the statement was entered: but it is about something else."""
    world, case = sqlite_world, sqlite_world.strike.case
    with world.writing("anna") as ctx:
        other = cases.create(ctx, cases.overview(ctx, case).case.value)
    holding(world, case, "luka")
    first, second = keys_of(world, "anna"), keys_of(world, "lana")
    about, record = (other, WHOLE) if of == "another case" else (case, bytes.fromhex(world.strike.records["incident"]))
    plant(world, case, sign(world, about, first, second, record))
    assert not counts(world, case)


def test_who_left_the_lead_before_signs_in_vain(world: World) -> None:
    case, keys = world.strike.case, keys_of(world, "anna")
    holding(world, case, "luka", "lana")
    expire(world, case, ["anna"], by="lana")
    with world.writing("lana") as ctx:
        cases.renew_keys(ctx, case)
    holding(world, case, "luka")
    plant(world, case, sign(world, case, keys, keys_of(world, "lana")))
    assert not counts(world, case)


def test_who_left_before_signs_in_vain_though_the_list_that_left_them_out_is_taken_away(world: World) -> None:
    case, keys = world.strike.case, keys_of(world, "anna")
    holding(world, case, "luka", "lana")
    with world.runtime.database.reading() as work:
        before = {row.hash for row in work.keys.headers_of([case])}
    expire(world, case, ["anna"], by="lana")
    with world.writing("lana") as ctx:
        cases.renew_keys(ctx, case)
    deletion = sign(world, case, keys, keys_of(world, "lana"))
    plant(world, case, deletion)
    with world.runtime.database.writing() as work:
        later = [row for row in work.keys.headers_of([case]) if row.hash not in before]
        assert later
        for row in later:
            here = (tables.headers.c.vault_id == case) & (tables.headers.c.body == row.body)
            assert work.connection.execute(delete(tables.headers).where(here)).rowcount == 1
    assert not counts(world, case)


def test_whose_account_was_closed_before_signs_in_vain(world: World) -> None:
    case, keys = world.strike.case, keys_of(world, "anna")
    holding(world, case, "luka")
    with world.writing("admin") as ctx:
        administration.disable(ctx, world.user("anna"), lose=True)
    plant(world, case, sign(world, case, keys, keys_of(world, "lana")))
    assert not counts(world, case)


def test_a_person_is_deleted_by_two_who_lead_every_case_that_opens_them(world: World) -> None:
    person, case = world.strike.person, world.strike.case
    with world.writing("anna") as ctx:
        other = cases.create(ctx, cases.overview(ctx, case).case.value)
    with world.writing("anna") as ctx:
        sharing.share(ctx, other, world.user("outsider"), "lead")
        people.link(ctx, person, other)
    plant(world, person, sign(world, person, keys_of(world, "anna"), keys_of(world, "lana")))
    with world.reading("auditor") as ctx:
        assert not deleted_vaults.was_deleted(ctx, person), "Lana does not lead the other case"
    with world.runtime.database.writing() as work:
        work.connection.execute(delete(tables.deletions))
    plant(world, person, sign(world, person, keys_of(world, "anna"), keys_of(world, "outsider")))
    with world.reading("auditor") as ctx:
        assert not deleted_vaults.was_deleted(ctx, person), "the outsider does not lead the first"
    with world.writing("anna") as ctx:
        sharing.share(ctx, other, world.user("lana"), "lead")
    with world.runtime.database.writing() as work:
        work.connection.execute(delete(tables.deletions))
    plant(world, person, sign(world, person, keys_of(world, "anna"), keys_of(world, "lana")))
    with world.reading("auditor") as ctx:
        assert deleted_vaults.was_deleted(ctx, person), "now both lead both"


def test_a_page_calls_nobody_deleted_by_the_word_of_two_who_did_not_lead(sqlite_world: World) -> None:
    world, ids, other = sqlite_world, sqlite_world.strike, sqlite_world.own
    with world.writing("anna") as ctx:
        stored = records.read(ctx, ids.case, ids.records["incident"])
        assert isinstance(stored.value, Incident)
        changed = replace(stored.value, attacked=(Attacked(person=other.person),))
        records.save(ctx, ids.case, stored.id, changed, stored.versions)
    with world.writing("outsider") as ctx:
        sharing.share(ctx, other.case, world.user("luka"), "lead")
    holding(world, other.case, "luka")
    page = f"/c/{ids.case}/r/{ids.records['incident']}"
    plant(world, other.person, sign(world, other.person, keys_of(world, "anna"), keys_of(world, "lana")))
    assert GONE not in Browser(world, "anna").get(page).text
    with world.runtime.database.writing() as work:
        work.connection.execute(delete(tables.deletions))
    plant(world, other.person, sign(world, other.person, keys_of(world, "outsider"), keys_of(world, "luka")))
    assert GONE in Browser(world, "anna").get(page).text
