"""Promise P6: whoever writes to the database without a key changes nothing that is believed.

Catalogue of attacks 22 to 25 and 28. Every sealed or signed column is harmed in every way of HARM, one at a time, in an
organisation that works; what was harmed must be refused or named, and everything else must still open.
"""

import dataclasses
import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hrd_filled import filled
from hrd_world import FULL, World, hand
from sqlalchemy import Table, delete, insert, select, update

from hrd_cases.crypto.core.grants import deliver
from hrd_cases.crypto.core.headers import USER, Header, Member, VaultOrigin, sign_header
from hrd_cases.crypto.core.keyrings import Keyring, KeyringEntry
from hrd_cases.crypto.core.keys import CompartmentKey, UserKeys
from hrd_cases.crypto.core.primitives import random
from hrd_cases.domain.companies import Company
from hrd_cases.domain.errors import Changed, Forbidden, LogRefused, NotFound, RuleBroken
from hrd_cases.domain.vaults import ALL_RIGHTS
from hrd_cases.services.access import access_log
from hrd_cases.services.audit import audit_reader
from hrd_cases.services.casework import cases, people
from hrd_cases.services.figures import trends
from hrd_cases.services.keys.vault_membership import Unverified
from hrd_cases.services.records import records, versions
from hrd_cases.services.sharing import sharing
from hrd_cases.services.signin import accounts
from hrd_cases.services.team import administration
from hrd_cases.store import instance, tables
from hrd_cases.store.codec import UNOPENED
from hrd_cases.store.doubts import ALTERED

Harm = Callable[[bytes, Random], bytes]


def _flipped(at: int) -> Harm:
    def flip(sealed: bytes, _: Random) -> bytes:
        changed = bytearray(sealed)
        changed[at if at < 0 else at % len(changed)] ^= 1
        return bytes(changed)

    return flip


HARM: dict[str, Harm] = {
    "first byte": _flipped(0),
    "second byte": _flipped(1),
    "salt": _flipped(20),
    "commitment": _flipped(45),
    "first sealed byte": _flipped(65),
    "further in": _flipped(130),
    "tag": _flipped(-1),
    "before the tag": _flipped(-17),
    "any bit": lambda sealed, dice: _flipped(dice.randrange(len(sealed)))(sealed, dice),
    "one byte less": lambda sealed, _: sealed[:-1],
    "half": lambda sealed, _: sealed[: len(sealed) // 2],
    "nothing": lambda sealed, _: b"",
    "one byte more": lambda sealed, _: sealed + b"\0",
    "zeros": lambda sealed, _: bytes(len(sealed)),
    "noise": lambda sealed, dice: dice.randbytes(len(sealed)),
    "twice": lambda sealed, _: sealed + sealed,
}


@dataclass(frozen=True)
class Target:
    """A value in the database: one row's column."""

    table: Table
    column: str
    where: dict[str, Any]


@dataclass
class Scene:
    """A world that was worked in, and what its people see while nothing is harmed."""

    world: World
    incident: str
    case: str

    def fresh(self) -> None:
        """Forget what the running server remembers: as after a restart."""
        self.world.runtime.cells.clear()
        self.world.runtime.known_trust = None
        self.world.runtime.verified.clear()

    @contextmanager
    def harmed(self, target: Target, change: Callable[[Any], Any]) -> Iterator[None]:
        """The database with one value changed; put right afterwards."""
        database = self.world.runtime.database
        condition = [target.table.c[name] == value for name, value in target.where.items()]
        with database.writing() as work:
            before = work.connection.execute(select(target.table.c[target.column]).where(*condition)).scalar_one()
            after = change(before)
            assert after != before
            changed = update(target.table).where(*condition).values({target.table.c[target.column]: after})
            assert work.connection.execute(changed).rowcount == 1
            if target.column in target.where:
                condition = [
                    target.table.c[name] == (after if name == target.column else value)
                    for name, value in target.where.items()
                ]
        self.fresh()
        try:
            yield
        finally:
            with database.writing() as work:
                work.connection.execute(
                    update(target.table).where(*condition).values({target.table.c[target.column]: before})
                )
            self.fresh()

    def others_work(self, case: str | None = None) -> None:
        """Another case opens whole for its own people."""
        with self.world.reading("anna") as ctx:
            visited = cases.overview(ctx, case or self.world.granted[FULL].case)
        assert visited.broken == ()
        assert visited.case.value.title.startswith("Held full")

    def value_of(self, target: Target) -> Any:
        condition = [target.table.c[name] == value for name, value in target.where.items()]
        with self.world.runtime.database.reading() as work:
            return work.connection.execute(select(target.table.c[target.column]).where(*condition)).scalar_one()


@pytest.fixture(scope="module")
def scene(world_on: Callable[[str], World]) -> Scene:
    world = world_on("sqlite")
    ids = world.strike
    for name in ("anna", "lana", "luka", "caseworker", "auditor", "coordinator", "outsider"):
        world.session(name)
    with world.reading("coordinator") as ctx:
        trends.ask(ctx, trends.TrendQuestion())  # folds the facts that wait: those of the change will
    with world.writing("anna") as ctx:
        stored = records.read(ctx, ids.case, ids.records["incident"])
        changed = dataclasses.replace(stored.value, title="Second version", region="KZ-47")
        records.save(ctx, ids.case, stored.id, changed, stored.versions)
    return Scene(world=world, incident=ids.records["incident"], case=ids.case)


# --- records and cards -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("harm", HARM)
@pytest.mark.parametrize("part", ["core", "identity", "source"])
def test_an_altered_record_is_named_and_the_rest_is_shown(scene: Scene, part: str, harm: str) -> None:
    target = Target(tables.records, "body_sealed", {"id": scene.incident, "compartment": part})
    with scene.harmed(target, lambda sealed: HARM[harm](sealed, Random(1))):
        with scene.world.reading("anna") as ctx:
            stored = records.read(ctx, scene.case, scene.incident)
            visited = cases.overview(ctx, scene.case)
        assert stored.broken == {part}
        visible = {field.name: getattr(stored.value, field.name) for field in stored.entity.fields if field.at == part}
        empty = {field.name: field.kind.empty for field in stored.entity.fields if field.at == part}
        assert visible == empty
        assert part not in stored.authors
        assert visited.case.value.title.startswith("Strike")
        assert len(visited.timeline) > 3
        scene.others_work()


@pytest.mark.parametrize("harm", HARM)
@pytest.mark.parametrize("part", ["core", "identity"])
def test_an_altered_digest_is_named_on_the_page_of_its_case(scene: Scene, part: str, harm: str) -> None:
    target = Target(tables.digests, "digest_sealed", {"vault_id": scene.case, "compartment": part})
    with scene.world.reading("anna") as ctx:
        timeline = cases.overview(ctx, scene.case).timeline
    with scene.harmed(target, lambda sealed: HARM[harm](sealed, Random(2))):
        with scene.world.reading("anna") as ctx:
            visited = cases.overview(ctx, scene.case)
            whole = records.read(ctx, scene.case, scene.incident)
        assert [(doubt.record, doubt.compartment, doubt.what) for doubt in visited.doubts] == [("", part, ALTERED)]
        assert (visited.broken, visited.timeline) == ((), timeline), "lists are made from the records"
        assert whole.broken == frozenset()
        assert whole.value.title == "Second version"
        scene.others_work()


@pytest.mark.parametrize("harm", HARM)
def test_an_altered_old_version_is_not_shown(scene: Scene, harm: str) -> None:
    target = Target(
        tables.record_history, "body_sealed", {"id": scene.incident, "compartment": "identity", "version": 1}
    )
    with scene.harmed(target, lambda sealed: HARM[harm](sealed, Random(3))), scene.world.reading("anna") as ctx:
        found = versions.of_case(ctx, scene.case, scene.incident)
        assert not any(getattr(past.value, "title", "") == "text of incident.title" for past in found.items)
        assert not found.whole


def test_a_record_of_which_nothing_opens_can_still_be_seen_and_is_not_saved_over(scene: Scene) -> None:
    with ExitStack() as stack:
        for part in ("core", "identity", "source"):
            target = Target(tables.records, "body_sealed", {"id": scene.incident, "compartment": part})
            stack.enter_context(scene.harmed(target, lambda _: b""))
        with scene.world.reading("anna") as ctx:
            stored = records.read(ctx, scene.case, scene.incident)
            assert stored.entity is UNOPENED
            assert cases.overview(ctx, scene.case).case.value.title
        with pytest.raises(RuleBroken), scene.world.writing("anna") as ctx:
            records.save(ctx, scene.case, scene.incident, filled("incident"), stored.versions)


def _rows(scene: Scene, table: Table, **where: Any) -> list[dict[str, Any]]:
    with scene.world.runtime.database.reading() as work:
        result = work.connection.execute(select(table).filter_by(**where)).all()
    return [{column.name: row._mapping[column] for column in table.columns} for row in result]


SWAPS = {
    "another record's": ("other", "identity", "identity"),
    "another part's": ("incident", "identity", "core"),
    "another part's, narrower": ("incident", "core", "identity"),
    "another case's": ("foreign", "identity", "identity"),
    "another case's coded part": ("foreign", "core", "core"),
    "the case's own": ("case", "core", "core"),
    "a person's": ("person", "identity", "identity"),
    "the old version's": ("history", "identity", "identity"),
    "the digest's": ("digest", "identity", "identity"),
}


@pytest.mark.parametrize("swap", SWAPS)
def test_what_was_sealed_for_another_place_does_not_open_here(scene: Scene, swap: str) -> None:
    source, there, here = SWAPS[swap]
    world = scene.world
    ids = {
        "other": world.strike.records["action"],
        "incident": scene.incident,
        "foreign": world.granted[FULL].records["incident"],
        "case": scene.case,
        "person": world.strike.person,
        "history": scene.incident,
        "digest": scene.case,
    }
    table = {"history": tables.record_history, "digest": tables.digests}.get(source, tables.records)
    of = {"vault_id" if source == "digest" else "id": ids[source]}
    (row,) = _rows(scene, table, compartment=there, **of)
    sealed = row["digest_sealed" if source == "digest" else "body_sealed"]
    target = Target(tables.records, "body_sealed", {"id": scene.incident, "compartment": here})
    with scene.harmed(target, lambda _: sealed), world.reading("anna") as ctx:
        assert records.read(ctx, scene.case, scene.incident).broken == {here}


@pytest.mark.parametrize(
    ("column", "value"),
    [("version", 1), ("version", 3), ("epoch", 2), ("epoch", 0), ("vault_id", "other")],
)
@pytest.mark.parametrize("part", ["core", "identity"])
def test_a_record_is_bound_to_its_version_its_keys_and_its_case(
    scene: Scene, part: str, column: str, value: Any
) -> None:
    changed = scene.world.granted[FULL].case if value == "other" else value
    target = Target(tables.records, column, {"id": scene.incident, "compartment": part})
    with scene.harmed(target, lambda _: changed):
        with scene.world.reading("anna") as ctx:
            assert part in (_seen := records.read(ctx, scene.case, scene.incident)).broken | _seen.closed
            if value == "other":
                # A row carried into another case is named there, and opens nothing.
                assert records.read(ctx, changed, scene.incident).entity is UNOPENED
        if value != "other":
            scene.others_work()


# --- accounts ----------------------------------------------------------------------------------------------------


def _cannot_come_in(scene: Scene, name: str) -> None:
    existing = scene.world.people[name]
    with pytest.raises(accounts.SignInRefused):
        accounts.sign_in(scene.world.runtime, existing.handle, existing.passphrase, "", scene.world.now)


@pytest.mark.parametrize("harm", HARM)
def test_an_altered_bundle_does_not_open_and_others_come_in(scene: Scene, harm: str) -> None:
    target = Target(tables.users, "bundle_sealed", {"id": scene.world.user("luka")})
    with scene.harmed(target, lambda sealed: HARM[harm](sealed, Random(4))):
        _cannot_come_in(scene, "luka")
        scene.world.sign_in("lana")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kdf", "argon2id 8 1 1"),
        ("kdf", "argon2id 63 1 1"),
        ("kdf", "argon2id 64 0 1"),
        ("kdf", "argon2id 128 1 1"),
        ("kdf", "argon2id 99999999 99 1"),
        ("kdf", "argon2i 64 1 1"),
        ("kdf", ""),
        ("kdf", "argon2id 64 1"),
        ("kdf", "argon2id x y z"),
        ("salt", b""),
        ("salt", bytes(16)),
        ("salt", b"x" * 17),
        ("bundle_version", 7),
        ("bundle_version", 0),
    ],
)
def test_a_cheapened_or_exchanged_derivation_is_refused(scene: Scene, column: str, value: Any) -> None:
    """Catalogue 28: nobody is led to try their passphrase at a lower cost, or under another salt."""
    target = Target(tables.users, column, {"id": scene.world.user("luka")})
    with scene.harmed(target, lambda _: value):
        _cannot_come_in(scene, "luka")


@pytest.mark.parametrize("column", ["salt", "bundle_sealed"])
def test_what_belongs_to_another_account_opens_nothing(scene: Scene, column: str) -> None:
    other = scene.value_of(Target(tables.users, column, {"id": scene.world.user("lana")}))
    target = Target(tables.users, column, {"id": scene.world.user("luka")})
    with scene.harmed(target, lambda _: other):
        _cannot_come_in(scene, "luka")
        world = scene.world
        with pytest.raises(accounts.SignInRefused):
            accounts.sign_in(world.runtime, world.people["luka"].handle, world.people["lana"].passphrase, "", world.now)


def test_a_key_exchanged_in_an_account_receives_nothing(sqlite_world: World) -> None:
    """Keys are handed to certificates, not to what the accounts table says (catalogue 23)."""
    world, planted = sqlite_world, UserKeys.new()
    with world.runtime.database.writing() as work:
        work.connection.execute(
            update(tables.users).filter_by(id=world.user("lawyer")).values(kem_public=planted.kem_public)
        )
    with world.writing("anna") as ctx:
        sharing.share(ctx, world.strike.case, world.user("lawyer"), "full")
    with world.reading("lawyer") as ctx:
        assert cases.overview(ctx, world.strike.case).case.value.title


def test_two_accounts_exchanged_in_the_database_cannot_be_taken_for_one_another(sqlite_world: World) -> None:
    """Anna means to let Luka in; whoever exchanged his key for the outsider's gets nothing."""
    world = sqlite_world
    item, two = world.people["lawyer"], world.people["outsider"]
    with world.runtime.database.writing() as work:
        for user, fingerprint in ((item.user, "0" * 64), (two.user, item.fingerprint), (item.user, two.fingerprint)):
            work.connection.execute(update(tables.users).filter_by(id=user).values(fingerprint=fingerprint))
    with world.reading("anna") as ctx:
        offered = {candidate.user for candidate in sharing.candidates(ctx, world.strike.case)}
        assert not offered & {item.user, two.user}
    with pytest.raises(RuleBroken), world.writing("anna") as ctx:
        sharing.share(ctx, world.strike.case, item.user, "full")
    with pytest.raises(RuleBroken), world.writing("admin") as ctx:
        administration.disable(ctx, item.user)
    session = world.sign_in("outsider")
    assert session.actor.state == "waiting"
    with pytest.raises(NotFound), world.runtime.reading(session, world.now) as ctx:
        cases.overview(ctx, world.strike.case)


def test_nobody_renames_a_colleague(sqlite_world: World) -> None:
    """Names decide whom people let in."""
    from hrd_cases.domain.companies import ColleagueCard

    for name in ("anna", "outsider", "external"):
        with pytest.raises((NotFound, Forbidden, RuleBroken)), sqlite_world.writing(name) as ctx:
            records.save(ctx, None, sqlite_world.user("lana"), ColleagueCard(name="Somebody else"), {"staff": 1})


# --- keyrings and grants -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("harm", HARM)
def test_an_altered_row_of_somebodys_keys_costs_those_keys_and_no_others(scene: Scene, harm: str) -> None:
    with scene.world.reading("outsider") as ctx:  # claims the keys that wait, in a row of its own
        cases.listing(ctx, cases.CaseFilter())
    rows = _rows(scene, tables.keyring_deltas, user_id=scene.world.user("outsider"))
    target = Target(tables.keyring_deltas, "delta_sealed", {"id": rows[0]["id"]})
    with scene.harmed(target, lambda sealed: HARM[harm](sealed, Random(5))):
        with scene.world.reading("outsider") as ctx:
            cases.listing(ctx, cases.CaseFilter())
        scene.world.sign_in("outsider")
        scene.others_work()
    assert len(_rows(scene, tables.keyring_deltas, user_id=scene.world.user("outsider"))) == len(rows), (
        "nothing is lost"
    )


@pytest.mark.parametrize("harm", HARM)
def test_an_altered_keyring_opens_nothing_and_breaks_nothing(sqlite_world: World, harm: str) -> None:
    world = sqlite_world
    session = world.sign_in("anna")
    if not _rows(Scene(world=world, incident="", case=""), tables.keyrings, user_id=world.user("anna")):
        pytest.fail("Anna's keys should have been folded at log-in: she has more rows than wait for it")
    with world.runtime.database.writing() as work:
        row = work.keys.keyring(world.user("anna"))
        assert row is not None
        harmed = HARM[harm](row.keyring_sealed, Random(6))
        work.connection.execute(update(tables.keyrings).filter_by(user_id=row.user_id).values(keyring_sealed=harmed))
    with pytest.raises(NotFound), world.runtime.reading(session, world.now) as ctx:
        cases.overview(ctx, world.strike.case)
    with world.reading("lana") as ctx:
        assert cases.overview(ctx, world.strike.case).case.value.title


@pytest.mark.parametrize("harm", HARM)
def test_an_altered_grant_is_not_claimed(scene: Scene, harm: str) -> None:
    case, fingerprint = scene.world.granted[FULL].case, scene.world.people["lawyer"].fingerprint
    target = Target(tables.grants, "wrap", {"vault_id": case, "compartment": "identity", "member": fingerprint})
    with scene.harmed(target, lambda sealed: HARM[harm](sealed, Random(7))):
        with scene.world.reading("lawyer") as ctx:
            ctx.ring.claims.clear() if ctx.ring else None
            visited = cases.overview(ctx, case)
            ctx.ring.claims.clear() if ctx.ring else None
        assert "identity" not in visited.rights
        assert not visited.case.value.title


def test_a_key_of_ones_own_choosing_planted_for_a_member_is_not_used(sqlite_world: World) -> None:
    """Catalogue 24: nothing is ever sealed under a key that somebody planted."""
    world, mine = sqlite_world, CompartmentKey.new()
    case, existing = world.granted[FULL].case, world.people["caseworker"]
    (row,) = [
        row
        for row in _rows(Scene(world=world, incident="", case=""), tables.headers, vault_id=case, compartment="core")
        if existing.fingerprint in row["body"].hex()
    ][-1:]
    header = Header.decode(row["body"])
    forged = dataclasses.replace(
        header, public=mine.public, commitment=mine.commitment(header.org, header.vault, "core", header.epoch)
    )
    with world.runtime.database.writing() as work:
        person = work.users.by_id(existing.user)
        assert person is not None
        wrap = deliver(mine, forged, person.kem_public, bytes.fromhex(existing.fingerprint))
        work.connection.execute(
            update(tables.grants)
            .filter_by(vault_id=case, compartment="core", member=existing.fingerprint)
            .values(wrap=wrap)
        )
    with pytest.raises(NotFound), world.reading("caseworker") as ctx:
        cases.overview(ctx, case)
    with world.reading("anna") as ctx:
        assert cases.overview(ctx, case).case.value.title


def test_somebody_put_into_the_index_of_members_sees_nothing(sqlite_world: World) -> None:
    world, outsider = sqlite_world, sqlite_world.people["outsider"]
    with world.runtime.database.writing() as work:
        for part in ("core", "identity", "source", "privileged"):
            work.connection.execute(
                insert(tables.memberships).values(
                    vault_id=world.strike.case,
                    compartment=part,
                    member_kind="user",
                    member=outsider.fingerprint,
                    member_compartment="",
                    rights="grant read write",
                    last_day=0,
                )
            )
    with world.reading("outsider") as ctx:
        listed = cases.listing(ctx, cases.CaseFilter())
        assert world.strike.case not in {line.id for line in listed.items}
        assert world.strike.person not in {line.id for line in people.listing(ctx).items}
    with pytest.raises(NotFound), world.reading("outsider") as ctx:
        cases.overview(ctx, world.strike.case)


def test_everybody_taken_out_of_the_index_loses_nothing_that_headers_say(sqlite_world: World) -> None:
    with sqlite_world.runtime.database.writing() as work:
        work.connection.execute(delete(tables.memberships))
    with sqlite_world.reading("anna") as ctx:
        assert cases.overview(ctx, sqlite_world.strike.case).case.value.title


def test_keys_planted_in_somebodys_keyring_open_nothing_and_seal_nothing(sqlite_world: World) -> None:
    """Even sealed rightly, by a thief of the keyring key: a key that no header commits to is not used."""
    world = sqlite_world
    session = world.session("anna")
    assert session.bundle is not None
    planted = KeyringEntry(bytes.fromhex(world.strike.case), "core", 2, CompartmentKey.new())
    own = random(16)
    sealed = Keyring.pack([planted]).sealed(
        session.bundle.user_keys.keyring, world.runtime.org, bytes.fromhex(world.user("anna")), 0, row=own
    )
    with world.runtime.database.writing() as work:
        work.connection.execute(
            insert(tables.keyring_deltas).values(id=own.hex(), user_id=world.user("anna"), delta_sealed=sealed)
        )
    with world.writing("anna") as ctx:
        created = records.create(ctx, world.strike.case, filled("incident"))
    (row,) = _rows(Scene(world=world, incident="", case=""), tables.records, id=created, compartment="core")
    assert row["epoch"] == 1


def test_somebody_elses_keyring_in_ones_place_opens_nothing(sqlite_world: World) -> None:
    world = sqlite_world
    world.session("anna"), world.session("lana")
    with world.runtime.database.writing() as work:
        work.connection.execute(delete(tables.keyrings).filter_by(user_id=world.user("lana")))
        work.connection.execute(
            update(tables.keyrings).filter_by(user_id=world.user("anna")).values(user_id=world.user("lana"))
        )
        work.connection.execute(
            update(tables.keyring_deltas).filter_by(user_id=world.user("anna")).values(user_id=world.user("lana"))
        )
    with world.reading("lana") as ctx:
        assert world.granted["none"].case not in {line.id for line in cases.listing(ctx, cases.CaseFilter()).items}


# --- headers and certificates ------------------------------------------------------------------------------------


def _strike_is_refused(scene: Scene) -> None:
    for name in ("anna", "lana", "external"):
        with pytest.raises(NotFound), scene.world.reading(name) as ctx:
            cases.overview(ctx, scene.case)
    with pytest.raises((NotFound, Changed, Unverified)), scene.world.writing("anna") as ctx:
        records.create(ctx, scene.case, filled("incident"))
    scene.others_work()


@pytest.mark.parametrize("harm", HARM)
@pytest.mark.parametrize("column", ["body", "signature"])
@pytest.mark.parametrize("serial", [1, 4])
def test_an_altered_header_closes_its_case_and_no_other(scene: Scene, serial: int, column: str, harm: str) -> None:
    where = {"vault_id": scene.case, "compartment": "core", "epoch": 1, "serial": serial}
    with scene.harmed(Target(tables.headers, column, where), lambda sealed: HARM[harm](sealed, Random(8))):
        _strike_is_refused(scene)


@pytest.mark.parametrize(
    ("table", "column"),
    [("successors", "body"), ("successors", "signature"), ("successors", "signer"), ("successor_wraps", "wrap")],
)
def test_an_altered_successor_is_not_entered_and_its_case_opens_on(
    sqlite_world: World, table: str, column: str
) -> None:
    """A guest's last day is over and what was prepared for it was altered: the case waits for its lead, as without."""
    world = sqlite_world
    case = world.strike.case
    with world.writing("anna") as ctx:
        sharing.share(ctx, case, world.user("lawyer"), "coded", last_day=f"{world.now:%d.%m.%Y}")
    with world.reading("luka") as ctx:
        cases.overview(ctx, case)
    where = {"vault_id": case, "compartment": "core"}
    if column == "wrap":
        where |= {"member": world.people["luka"].fingerprint}
    scene, later = Scene(world, world.strike.records["incident"], case), world.now + timedelta(days=1)
    text = column == "signer"
    for name, harm in HARM.items():

        def change(before: Any, harm: Harm = harm) -> Any:
            if not text:
                return harm(before, Random(1))
            # PostgreSQL keeps no zero in a text, and no more signs than the column has: others stand for them.
            changed = harm(before.encode(), Random(1)).decode("latin-1").replace("\0", "\1")
            return changed if len(changed) <= len(before) else changed[1 : len(before) + 1]

        harmed = scene.harmed(Target(getattr(tables, table), column, where), change)
        with harmed, world.runtime.reading(world.session("luka"), later) as ctx:
            visited = cases.overview(ctx, case)
            assert (visited.keys_due, visited.broken) == (True, ()), name
    scene.fresh()
    with world.runtime.reading(world.session("luka"), later) as ctx:
        assert not cases.overview(ctx, case).keys_due


@pytest.mark.parametrize("who", ["outsider", "luka", "external"])
def test_a_header_said_to_be_signed_by_somebody_else_closes_its_case(scene: Scene, who: str) -> None:
    where = {"vault_id": scene.case, "compartment": "core", "epoch": 1, "serial": 4}
    signer = scene.world.people[who].fingerprint
    with scene.harmed(Target(tables.headers, "signer", where), lambda _: signer):
        _strike_is_refused(scene)


PLANTERS = ["outsider", "luka", "external", "admin", "stranger"]


@pytest.mark.parametrize("who", PLANTERS)
@pytest.mark.parametrize("new_key", [False, True])
def test_a_header_planted_by_somebody_without_the_right_is_refused(
    make_world: Callable[[str], World], who: str, new_key: bool
) -> None:
    """Somebody with the database, and the keys of a colleague who may not grant, names themselves a member."""
    world = make_world("sqlite")
    if who == "stranger":
        keys = UserKeys.new()
    else:
        session = world.session(who)
        assert session.bundle is not None
        keys = session.bundle.user_keys
    row = _rows(
        Scene(world=world, incident="", case=""), tables.headers, vault_id=world.strike.case, compartment="core"
    )
    newest = Header.decode(max(row, key=lambda item: item["serial"])["body"])
    mine = Member(kind=USER, id=keys.fingerprint, rights=ALL_RIGHTS)
    others = [member for member in newest.members if member.ident != mine.ident]
    planted = newest.follow([*others, mine], CompartmentKey.new() if new_key else None)
    with world.runtime.database.writing() as work:
        work.keys.add_headers(sign_header(planted, keys))
    for name in ("anna", "lana"):
        with pytest.raises(NotFound), world.reading(name) as ctx:
            cases.overview(ctx, world.strike.case)
        with pytest.raises((NotFound, Changed, Unverified)), world.writing(name) as ctx:
            records.create(ctx, world.strike.case, filled("note"))
    with world.reading("anna") as ctx:
        assert cases.overview(ctx, world.granted[FULL].case).broken == ()


def test_a_whole_case_replaced_by_ones_own_is_refused(sqlite_world: World) -> None:
    """Nobody can put a first header of their own under the id of another's case."""
    world = sqlite_world
    session = world.session("outsider")
    assert session.bundle is not None
    keys, key = session.bundle.user_keys, CompartmentKey.new()
    origin = VaultOrigin.new(world.runtime.org, "case", keys.fingerprint)
    first = origin.first_header("core", key, [Member(kind=USER, id=keys.fingerprint, rights=ALL_RIGHTS)])
    forged = dataclasses.replace(first, vault=bytes.fromhex(world.strike.case))
    with world.runtime.database.writing() as work:
        work.connection.execute(delete(tables.headers).filter_by(vault_id=world.strike.case))
        work.keys.add_headers(sign_header(forged, keys))
    for name in ("anna", "outsider"):
        with pytest.raises(NotFound), world.reading(name) as ctx:
            cases.overview(ctx, world.strike.case)


@pytest.mark.parametrize("office", ["directory", "trends", "log"])
def test_an_office_replaced_by_ones_own_is_refused(sqlite_world: World, office: str) -> None:
    """The first headers of directory, trends and log are pinned outside the database."""
    world = sqlite_world
    ours = getattr(world.runtime.organisation, office)
    session = world.session("founder")
    assert session.bundle is not None
    keys, key = session.bundle.user_keys, CompartmentKey.new()
    (row,) = _rows(
        Scene(world=world, incident="", case=""), tables.headers, vault_id=ours, serial=1, compartment=_base(office)
    )
    old = Header.decode(row["body"])
    again = dataclasses.replace(
        old, public=key.public, commitment=key.commitment(old.org, old.vault, old.compartment, 1)
    )
    with world.runtime.database.writing() as work:
        work.connection.execute(delete(tables.headers).filter_by(vault_id=ours, compartment=old.compartment))
        work.keys.add_headers(sign_header(again, keys))
    world.runtime.cells.clear()
    world.runtime.known_trust = None
    looks = {
        "directory": lambda ctx: records.listing(ctx, Company),
        "trends": lambda ctx: trends.ask(ctx, trends.TrendQuestion()),
        "log": lambda ctx: audit_reader.entries(ctx, audit_reader.LogFilter()),
    }
    who = "anna" if office == "directory" else "founder"
    with pytest.raises((NotFound, Unverified)), world.reading(who) as ctx:
        looks[office](ctx)


def _base(office: str) -> str:
    return {"directory": "reference", "trends": "facts", "log": "details"}[office]


@pytest.mark.parametrize("harm", HARM)
@pytest.mark.parametrize("column", ["body", "signature"])
def test_an_altered_certificate_counts_for_nothing(scene: Scene, column: str, harm: str) -> None:
    existing = scene.world.people["outsider"]
    target = Target(tables.certificates, column, {"fingerprint": existing.fingerprint})
    with scene.harmed(target, lambda sealed: HARM[harm](sealed, Random(9))):
        session = scene.world.sign_in("outsider")
        assert session.actor.state == "waiting"
        assert session.actor.roles == frozenset()
        with pytest.raises(NotFound), scene.world.runtime.reading(session, scene.world.now) as ctx:
            cases.overview(ctx, scene.world.own.case)
        scene.others_work()


def test_a_certificate_of_ones_own_making_counts_for_nothing(sqlite_world: World) -> None:
    """A caseworker who writes the database cannot make themselves lawyer, nor a stranger colleague."""
    from hrd_cases.crypto.core.certificates import Certificate
    from hrd_cases.crypto.core.keys import ROOT
    from hrd_cases.services.signin.organisation_setup import certificate_row

    world = sqlite_world
    session = world.session("outsider")
    assert session.bundle is not None
    keys = session.bundle.user_keys
    for issuer in (keys.fingerprint, ROOT, bytes.fromhex(world.people["founder"].fingerprint)):
        forged = Certificate(
            org=world.runtime.org,
            user=bytes.fromhex(world.user("outsider")),
            sign_public=keys.sign_public,
            kem_public=keys.kem_public,
            roles=frozenset({"lawyer", "administrator"}),
            issuer=issuer,
        )
        row = certificate_row(forged, forged.sign(keys.sign_seed))
        with world.runtime.database.writing() as work:
            work.connection.execute(delete(tables.certificates).filter_by(fingerprint=row.fingerprint))
            work.keys.add_certificate(row)
        world.runtime.cells.clear()
        world.runtime.known_trust = None
        again = world.sign_in("outsider")
        assert (again.actor.state, again.actor.roles) == ("waiting", frozenset())


def test_a_revocation_of_ones_own_making_ends_nobodys_account(sqlite_world: World) -> None:
    from hrd_cases.crypto.core.certificates import Revocation
    from hrd_cases.store.keys import RevocationRow

    world = sqlite_world
    session = world.session("outsider")
    assert session.bundle is not None
    keys = session.bundle.user_keys
    text = Revocation(
        org=world.runtime.org,
        fingerprint=bytes.fromhex(world.people["lana"].fingerprint),
        day=1,
        issuer=keys.fingerprint,
    )
    row = RevocationRow(
        fingerprint=world.people["lana"].fingerprint,
        body=text.encode(),
        signature=text.sign(keys.sign_seed),
        issuer=keys.fingerprint.hex(),
    )
    with world.runtime.database.writing() as work:
        work.keys.add_revocation(row)
    assert world.sign_in("lana").actor.state == "active"


# --- people through cases ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("harm", HARM)
def test_an_altered_key_of_a_person_hides_that_part_alone(scene: Scene, harm: str) -> None:
    where = {"grantee_vault": scene.case, "vault_id": scene.world.strike.person, "compartment": "identity"}
    with scene.harmed(
        Target(tables.vault_keyrings, "key_sealed", where), lambda sealed: HARM[harm](sealed, Random(10))
    ):
        with scene.world.reading("anna") as ctx:
            visited = people.view(ctx, scene.world.strike.person)
        assert visited.person.value.names == ()
        assert visited.person.value.pseudonym
        assert visited.person.value.health
        scene.others_work()


def test_a_persons_keys_carried_into_another_case_open_nothing_there(sqlite_world: World) -> None:
    world = sqlite_world
    with world.runtime.database.writing() as work:
        work.connection.execute(
            update(tables.vault_keyrings)
            .filter_by(grantee_vault=world.strike.case, vault_id=world.strike.person)
            .values(grantee_vault=world.own.case)
        )
    with pytest.raises(NotFound), world.reading("outsider") as ctx:
        people.view(ctx, world.strike.person)
    with world.reading("outsider") as ctx:
        assert world.strike.person not in {line.id for line in people.listing(ctx).items}


# --- trends, log, who opened -------------------------------------------------------------------------------------


@pytest.mark.parametrize("harm", HARM)
def test_an_altered_fact_is_left_out_and_counted_as_unread(scene: Scene, harm: str) -> None:
    rows = _rows(scene, tables.trend_facts)
    with scene.world.reading("coordinator") as ctx:
        before = trends.ask(ctx, trends.TrendQuestion())
    target = Target(tables.trend_facts, "fact_sealed", {"id": rows[0]["id"]})
    harmed = scene.harmed(target, lambda sealed: HARM[harm](sealed, Random(11)))
    with harmed, scene.world.reading("coordinator") as ctx:
        after = trends.ask(ctx, trends.TrendQuestion())
    assert (before.unread, after.unread) == (0, 1)


@pytest.mark.parametrize("harm", HARM)
@pytest.mark.parametrize(("column", "seq"), [("entry_sealed", 20), ("leaf", 20), ("entry_sealed", 1)])
def test_an_altered_entry_of_the_log_is_located(scene: Scene, column: str, seq: int, harm: str) -> None:
    harmed = scene.harmed(Target(tables.log, column, {"seq": seq}), lambda sealed: HARM[harm](sealed, Random(12)))
    with harmed, scene.world.reading("auditor") as ctx:
        assert audit_reader.verify(ctx).altered == seq
    with scene.world.reading("auditor") as ctx:
        assert audit_reader.verify(ctx).altered is None


@pytest.mark.parametrize("harm", HARM)
def test_an_altered_log_key_is_noticed(scene: Scene, harm: str) -> None:
    key = _rows(scene, tables.log)[10]["entry_sealed"][:16].hex()
    target = Target(tables.log_keys, "key_sealed", {"id": key})
    with scene.harmed(target, lambda sealed: HARM[harm](sealed, Random(13))), scene.world.reading("auditor") as ctx:
        verdict = audit_reader.verify(ctx)
        audit_reader.entries(ctx, audit_reader.LogFilter(user=scene.world.user("anna")))
    assert verdict.altered is None
    assert 11 in verdict.unopened


@pytest.mark.parametrize("harm", HARM)
def test_an_altered_row_of_who_opened_a_case_is_counted(scene: Scene, harm: str) -> None:
    row = _rows(scene, tables.access_rows, vault_id=scene.case)[0]
    target = Target(tables.access_rows, "row_sealed", {"id": row["id"]})
    with scene.harmed(target, lambda sealed: HARM[harm](sealed, Random(14))), scene.world.reading("anna") as ctx:
        assert access_log.who_opened(ctx, scene.case).unread == 1


def test_a_log_put_back_alone_is_told_to_whoever_logs_in(sqlite_world: World) -> None:
    """Catalogue 27: everybody's bundle remembers the log as they last saw it."""
    world = sqlite_world
    world.sign_in("anna")
    database = world.runtime.database
    with database.reading() as work:
        size = work.log.head().size
        head = dict(work.connection.execute(select(tables.log_head)).mappings().one())
    for _ in range(5):
        assert "log_changed" not in world.sign_in("anna").row.messages
    with database.writing() as work:
        work.connection.execute(delete(tables.log).where(tables.log.c.seq > size))
        work.connection.execute(update(tables.log_head).values(**head))
    with pytest.raises(LogRefused):
        world.sign_in("anna")  # the server has seen more of it
    (world.folder / "instance" / instance.CHECKPOINT).unlink()
    again = world.restarted()  # and now nothing of the server's own remembers it
    assert "log_changed" in again.sign_in("anna").row.messages
    assert "log_changed" in again.sign_in("anna").row.messages, "and again, until somebody has looked into it"


# --- forged authorship -------------------------------------------------------------------------------------------


def test_a_record_written_in_anothers_name_is_shown_as_unproven(sqlite_world: World) -> None:
    """A colleague with the keys of a case and the database writes a record as if Anna had."""
    from hrd_cases.services.keys.gate import peek
    from hrd_cases.store.records import Writer

    world, forged = sqlite_world, random(16).hex()
    hand(world, world.strike.case, "caseworker", "full")
    with world.writing("caseworker") as ctx:
        ctx.asked = True
        vault = peek(ctx, world.strike.case)
        assert vault is not None
        ctx.work.records.add(vault, Writer(user=world.user("anna"), keys=ctx.keys), forged, filled("note"), ctx.today)
    with world.reading("anna") as ctx:
        stored = records.read(ctx, world.strike.case, forged)
    assert stored.unproven == {"identity"}


def test_the_number_of_mutations_is_what_was_promised(request: pytest.FixtureRequest) -> None:
    """At least 420, counted as pytest makes them: one for each set of values that a test of this file is given."""
    tests = [value for name, value in vars(request.module).items() if name.startswith("test_")]
    sets = [[mark.args[1] for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"] for test in tests]
    assert sum(math.prod(map(len, values)) for values in sets if values) >= 420
    sample = bytes(range(200))
    assert len({bytes(harm(sample, Random(1))) for harm in HARM.values()} - {sample}) == len(HARM), "two are the same"
