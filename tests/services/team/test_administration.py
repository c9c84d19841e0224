"""Promise P4: accounts are managed without opening a case, in whatever order an administrator acts.

Catalogue of attacks 8. Also: what a newcomer is admitted to, and what happens to cases when somebody leaves.
"""

import pytest
from hrd_filled import filled
from hrd_replaced import replaced
from hrd_thief import Copy, with_passphrase
from hrd_world import FULL, World, admit, newcomer
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from hrd_cases.domain.access.roles import ROLES
from hrd_cases.domain.companies import Body, ColleagueCard
from hrd_cases.domain.errors import Changed, Forbidden, NotFound, RuleBroken
from hrd_cases.services.access import ending_access
from hrd_cases.services.casework import cases, people
from hrd_cases.services.records import records
from hrd_cases.services.sharing import sharing
from hrd_cases.services.signin import accounts
from hrd_cases.services.team import administration
from hrd_cases.services.team.roles import change as change_roles

REFUSED = (NotFound, Forbidden, RuleBroken, Changed, accounts.SignInRefused)


def _opened(world: World, name: str) -> set[tuple[str, str]]:
    return with_passphrase(Copy.of(world.runtime.database), world.people[name].passphrase).opened()


# --- admitting ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_a_newcomer_is_admitted_to_the_directory_and_to_no_case(world: World, role: str) -> None:
    admit(world, "new", frozenset({role}), by="admin")
    directory = world.runtime.organisation.directory
    assert _opened(world, "new") == {(directory, "reference"), (directory, "staff")}
    session = world.sign_in("new")
    assert session.actor.roles == {role}


def _external(world: World, name: str = "counsel") -> None:
    existing = newcomer(world, name, frozenset({"lawyer"}))
    with world.writing("admin") as ctx:
        administration.certify(ctx, existing.user, "Outside Counsel", frozenset({"lawyer"}), external=True)


def _held(world: World, name: str) -> set[tuple[str, str]]:
    loot = with_passphrase(Copy.of(world.runtime.database), world.people[name].passphrase)
    return {(vault, part) for vault, part, _ in loot.keys}


def _outside(world: World, name: str) -> bool:
    with world.reading("admin") as ctx:
        return {line.user: line.external for line in administration.users(ctx)}[world.user(name)]


def test_external_counsel_opens_nothing_of_the_names_of_colleagues(world: World) -> None:
    """Not with their passphrase and the whole database either, before and after they were on a case."""
    _external(world)
    directory = world.runtime.organisation.directory
    assert _held(world, "counsel") == {(directory, "reference")}
    with world.writing("anna") as ctx:
        sharing.share(ctx, world.strike.case, world.user("counsel"), "full")
    with world.writing("counsel") as ctx:
        view = cases.overview(ctx, world.strike.case)
        assert view.case.value.title
        assert {member.name for member in view.team} == {""}
        assert sharing.names_of(ctx, ColleagueCard) == {}
        assert sharing.names_of(ctx, Body)
        records.create(ctx, world.strike.case, filled("note"))
    loot = with_passphrase(Copy.of(world.runtime.database), world.people["counsel"].passphrase)
    assert {part for vault, part, _ in loot.keys if vault == directory} == {"reference"}
    assert {part for vault, part in loot.opened() if vault == directory} == {"reference"}
    assert not any(b"Person" in document for place, document in loot.documents() if place[0] == directory)
    with world.reading("anna") as ctx:
        assert "Outside Counsel" in {member.name for member in cases.overview(ctx, world.strike.case).team}


def test_the_administration_says_who_is_external_counsel(sqlite_world: World) -> None:
    _external(sqlite_world)
    with sqlite_world.reading("admin") as ctx:
        assert [line.name for line in administration.users(ctx) if line.external] == ["Outside Counsel"]


@pytest.mark.parametrize("roles", [{"caseworker"}, {"administrator"}, {"lawyer", "coordinator"}])
def test_external_counsel_is_a_lawyer_and_nothing_else(sqlite_world: World, roles: set[str]) -> None:
    existing = newcomer(sqlite_world, "counsel", frozenset({"lawyer"}))
    with pytest.raises(RuleBroken) as refused, sqlite_world.writing("admin") as ctx:
        administration.certify(ctx, existing.user, "Outside Counsel", frozenset(roles), external=True)
    assert refused.value.place == "external"
    assert _held(sqlite_world, "counsel") == set()


def test_new_keys_open_of_the_directory_what_the_former_ones_opened(world: World) -> None:
    _external(world)
    directory = world.runtime.organisation.directory
    for name, parts in (("counsel", {"reference"}), ("luka", {"reference", "staff"})):
        for _ in range(2):  # and so again, when these are replaced too
            replaced(world, name)
            assert {part for vault, part in _held(world, name) if vault == directory} == parts
            assert _outside(world, name) is (name == "counsel")
    with world.reading("counsel") as ctx:
        assert sharing.names_of(ctx, ColleagueCard) == {}


def test_external_counsel_stays_outside_when_the_directory_has_new_keys(sqlite_world: World) -> None:
    world = sqlite_world
    _external(world)
    with world.writing("admin") as ctx:
        administration.disable(ctx, world.user("luka"))
    directory = world.runtime.organisation.directory
    world.sign_in("counsel")
    assert {part for vault, part in _held(world, "counsel") if vault == directory} == {"reference"}
    with world.reading("counsel") as ctx:
        assert ending_access.waiting_renewals(ctx).cases == ()
        assert records.listing(ctx, Body)


def test_external_counsel_who_becomes_more_than_a_lawyer_is_a_member(sqlite_world: World) -> None:
    world = sqlite_world
    _external(world)
    with world.writing("admin") as ctx:
        change_roles(ctx, world.user("counsel"), frozenset({"lawyer", "caseworker"}))
    assert not _outside(world, "counsel")
    with world.writing("admin") as ctx:
        change_roles(ctx, world.user("counsel"), frozenset({"lawyer"}))
    assert not _outside(world, "counsel"), "who saw the names once has seen them"
    replaced(world, "counsel")
    assert not _outside(world, "counsel")


def test_nobody_but_an_administrator_manages_accounts(sqlite_world: World) -> None:
    existing = newcomer(sqlite_world, "new", frozenset({"lawyer"}))
    for name in ("anna", "lana", "coordinator", "auditor"):
        for act in (
            lambda ctx: administration.invite(ctx, frozenset({"lawyer"})),
            administration.users,
            lambda ctx: administration.certify(ctx, existing.user, "N", frozenset({"lawyer"})),
            lambda ctx: administration.disable(ctx, sqlite_world.user("lana")),
        ):
            with pytest.raises(Forbidden), sqlite_world.writing(name) as ctx:
                act(ctx)
    session = sqlite_world.session("new")
    with pytest.raises((Forbidden, NotFound)), sqlite_world.runtime.writing(session, sqlite_world.now) as ctx:
        administration.certify(ctx, existing.user, "Myself", frozenset({"administrator"}))


@pytest.mark.parametrize(
    ("name", "roles", "place"),
    [("", {"lawyer"}, "name"), ("  ", {"lawyer"}, "name"), ("N", set(), "roles"), ("N", {"root"}, "roles")],
)
def test_a_name_and_a_role_are_asked_for(sqlite_world: World, name: str, roles: set[str], place: str) -> None:
    existing = newcomer(sqlite_world, "new", frozenset({"lawyer"}))
    with pytest.raises(RuleBroken) as refused, sqlite_world.writing("admin") as ctx:
        administration.certify(ctx, existing.user, name, frozenset(roles))
    assert refused.value.place == place
    with pytest.raises(RuleBroken), sqlite_world.writing("admin") as ctx:
        administration.invite(ctx, frozenset())


def test_nobody_is_admitted_twice(sqlite_world: World) -> None:
    for name in ("anna", "disabled"):
        with pytest.raises(NotFound), sqlite_world.writing("admin") as ctx:
            administration.certify(ctx, sqlite_world.user(name), "Again", frozenset({"administrator"}))


def test_keys_exchanged_in_the_database_before_admission_are_noticed(sqlite_world: World) -> None:
    """The eight words compared on the telephone are those of the fingerprint; other keys under it are refused."""
    from sqlalchemy import update

    from hrd_cases.crypto.core.keys import UserKeys
    from hrd_cases.store import tables

    existing, planted = newcomer(sqlite_world, "new", frozenset({"lawyer"})), UserKeys.new()
    with sqlite_world.runtime.database.writing() as work:
        work.connection.execute(
            update(tables.users)
            .where(tables.users.c.id == existing.user)
            .values(kem_public=planted.kem_public, sign_public=planted.sign_public)
        )
    with pytest.raises(RuleBroken), sqlite_world.writing("admin") as ctx:
        administration.certify(ctx, existing.user, "New", frozenset({"lawyer"}))


def test_offices_are_handed_over_by_those_who_hold_them(world: World) -> None:
    admit(world, "second", frozenset({"coordinator", "auditor"}))
    trends, log = world.runtime.organisation.trends, world.runtime.organisation.log
    with pytest.raises(Forbidden), world.writing("admin") as ctx:
        administration.hand_office(ctx, world.user("second"))
    with world.reading("coordinator") as ctx:
        assert world.user("second") in {line.user for line in administration.offices_waiting(ctx)}
    with world.writing("coordinator") as ctx:
        administration.hand_office(ctx, world.user("second"))
    current = {
        vault
        for vault, _, _ in with_passphrase(Copy.of(world.runtime.database), world.people["second"].passphrase).keys
    }
    assert trends in current
    assert log not in current, "a coordinator does not hold the log and cannot hand it on"
    with world.writing("auditor") as ctx:
        administration.hand_office(ctx, world.user("second"))
    current = {
        vault
        for vault, _, _ in with_passphrase(Copy.of(world.runtime.database), world.people["second"].passphrase).keys
    }
    assert log in current
    with pytest.raises(NotFound), world.writing("auditor") as ctx:
        administration.hand_office(ctx, world.user("anna"))


@pytest.mark.parametrize(
    ("roles", "told"),
    [
        ({"administrator"}, False),
        ({"administrator", "auditor"}, True),
        ({"lawyer", "caseworker"}, False),
        ({"auditor", "lawyer"}, True),
    ],
)
def test_combined_roles_are_named(roles: set[str], told: bool) -> None:
    assert administration.combined(frozenset(roles)) == told


# --- leaving -----------------------------------------------------------------------------------------------------


def test_whoever_left_is_out_at_once(world: World) -> None:
    session, existing = world.sign_in("luka"), world.people["luka"]
    with world.writing("admin") as ctx:
        administration.disable(ctx, existing.user)
    assert world.runtime.sessions.find(session.cookie, world.now) is None
    with pytest.raises(accounts.SignInRefused):
        world.sign_in("luka")


def test_turning_the_account_on_again_in_the_database_does_not_let_them_in(sqlite_world: World) -> None:
    existing = sqlite_world.people["luka"]
    with sqlite_world.writing("admin") as ctx:
        administration.disable(ctx, existing.user)
    with sqlite_world.runtime.database.writing() as work:
        work.users.set_state(existing.user, "active")
    session = sqlite_world.sign_in("luka")
    assert session.actor.state == "waiting"
    with pytest.raises(NotFound), sqlite_world.runtime.reading(session, sqlite_world.now) as ctx:
        cases.overview(ctx, sqlite_world.strike.case)


def test_the_others_go_on_working_after_somebody_left(world: World) -> None:
    with world.writing("admin") as ctx:
        administration.disable(ctx, world.user("luka"))
    with world.writing("anna") as ctx:
        company = records.create(ctx, None, filled("company"))
    with world.reading("anna") as ctx:
        assert records.read(ctx, None, company).value.name
        assert cases.overview(ctx, world.granted[FULL].case).case.value.title
    with world.writing("anna") as ctx:
        records.create(ctx, world.granted[FULL].case, filled("note"))
    admit(world, "new", frozenset({"caseworker"}), by="admin")
    assert world.sign_in("new").actor.roles == {"caseworker"}


def test_a_case_of_somebody_who_left_takes_nothing_in_until_its_keys_are_new(world: World) -> None:
    """And then the leaver's old keys open nothing of what is written (P7)."""
    ids, leaver = world.strike, world.people["luka"].passphrase
    with world.reading("luka") as ctx:
        cases.overview(ctx, ids.case)
    with world.writing("admin") as ctx:
        administration.disable(ctx, world.user("luka"))
    before = with_passphrase(Copy.of(world.runtime.database), leaver)
    for name in ("anna", "lana"):
        with pytest.raises(RuleBroken), world.writing(name) as ctx:
            records.create(ctx, ids.case, filled("note", write=lambda name: "written after"))
    with world.reading("lana") as ctx:
        visited = cases.overview(ctx, ids.case)
        assert visited.keys_due
        assert visited.case.value.title
    with world.writing("lana") as ctx:
        cases.renew_keys(ctx, ids.case)
    with world.writing("lana") as ctx:
        records.create(ctx, ids.case, filled("note", write=lambda name: "written after"))
        records.create(ctx, ids.case, filled("advice", write=lambda name: "written after"))
        stored = records.read(ctx, ids.case, ids.records["incident"])
        import dataclasses

        changed = dataclasses.replace(stored.value, title="written after", place="written after")
        records.save(ctx, ids.case, stored.id, changed, stored.versions)
    for name in ("anna", "lana"):
        with world.reading(name) as ctx:
            visited = cases.overview(ctx, ids.case)
            assert not visited.keys_due
            assert visited.broken == ()
            assert {"written after"} <= {entry.title for entry in visited.timeline}
    after = Copy.of(world.runtime.database)
    thief = with_passphrase(after, leaver)
    thief.keys.update(before.keys)
    assert not any(b"written after" in document for _, document in thief.documents())
    with world.reading("external") as ctx:
        assert records.read(ctx, ids.case, ids.records["incident"]).value.region


def test_an_administrator_does_not_disable_themselves(sqlite_world: World) -> None:
    with pytest.raises(RuleBroken), sqlite_world.writing("admin") as ctx:
        administration.disable(ctx, sqlite_world.user("admin"))


# --- P4 ----------------------------------------------------------------------------------------------------------


class Administrator(RuleBasedStateMachine):
    """An administrator does everything that one can do, in any order, also through accounts of their own making."""

    make = None

    @initialize()
    def begin(self) -> None:
        self.world: World = type(self).make("sqlite")
        self.mine = ["admin"]
        self.codes: list[str] = []
        self.waiting: list[str] = []
        loot = with_passphrase(Copy.of(self.world.runtime.database), self.world.people["admin"].passphrase)
        self.given = {"admin": {(vault, part) for vault, part, _ in loot.keys}}

    def teardown(self) -> None:
        """Keys once held are never lost again, so that one look at the end sees every moment."""
        if hasattr(self, "world"):
            self.nothing_of_a_case_opens()
            self.world.close()

    def _try(self, act, by: str = "admin") -> object:  # type: ignore[no-untyped-def]
        try:
            with self.world.writing(by) as ctx:
                return act(ctx)
        except REFUSED:
            return None

    @rule(roles=st.sets(st.sampled_from(list(ROLES)), min_size=1))
    def invite(self, roles: set[str]) -> None:
        code = self._try(lambda ctx: administration.invite(ctx, frozenset(roles)))
        if isinstance(code, str):
            self.codes.append(code)

    @rule()
    def activate(self) -> None:
        if self.codes:
            name = f"own {len(self.mine)} {len(self.waiting)} {len(self.codes)}"
            newcomer(self.world, name, frozenset(), code=self.codes.pop())
            self.waiting.append(name)

    @rule(roles=st.sets(st.sampled_from(list(ROLES)), min_size=1), which=st.integers(0, 9))
    def certify(self, roles: set[str], which: int) -> None:
        if self.waiting:
            name = self.waiting[which % len(self.waiting)]
            self._try(lambda ctx: administration.certify(ctx, self.world.user(name), "Own", frozenset(roles)))
            if name not in self.mine:
                self.mine.append(name)
                self.given[name] = set()

    @rule(which=st.sampled_from(["luka", "external", "outsider", "waiting", "coordinator", "anna"]))
    def disable(self, which: str) -> None:
        self._try(lambda ctx: administration.disable(ctx, self.world.user(which)))

    @rule(who=st.integers(0, 9), which=st.integers(0, 9))
    def hand_office(self, who: int, which: int) -> None:
        by, to = self.mine[who % len(self.mine)], self.mine[which % len(self.mine)]
        self._try(lambda ctx: administration.hand_office(ctx, self.world.user(to)), by)

    @rule(who=st.integers(0, 9), act=st.integers(0, 7))
    def reach_for_a_case(self, who: int, act: int) -> None:
        by, ids = self.mine[who % len(self.mine)], self.world.strike
        me = self.world.user(by)
        acts = (
            lambda ctx: cases.overview(ctx, ids.case),
            lambda ctx: sharing.share(ctx, ids.case, me, "lead"),
            lambda ctx: sharing.found_privileged(ctx, ids.case),
            lambda ctx: cases.renew_keys(ctx, ids.case),
            lambda ctx: people.link(ctx, ids.person, ids.case),
            lambda ctx: records.read(ctx, ids.case, ids.records["incident"]),
            lambda ctx: people.view(ctx, ids.person),
            lambda ctx: records.create(ctx, ids.case, filled("note")),
        )
        assert self._try(acts[act], by) is None

    def nothing_of_a_case_opens(self) -> None:
        copy = Copy.of(self.world.runtime.database)
        cases_and_people = {row["id"] for row in copy.rows["vaults"] if row["kind"] in ("case", "person")}
        for name in self.mine:
            loot = with_passphrase(copy, self.world.people[name].passphrase)
            gained = {(vault, part) for vault, part, _ in loot.keys if vault in cases_and_people} - self.given[name]
            assert not gained, (name, gained)


@pytest.mark.slow
def test_no_order_of_an_administrators_acts_opens_a_case(world_on) -> None:  # type: ignore[no-untyped-def]
    Administrator.make = staticmethod(world_on)
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        Administrator,
        settings=settings(
            max_examples=6, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
