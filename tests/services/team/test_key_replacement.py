"""A forgotten passphrase from end to end: new keys wait for two administrators, then colleagues let them in again.

Catalogue of attacks 23 and 45. Who holds what afterwards is read from a copy of the database with the passphrase, not
from what a page says.
"""

from datetime import timedelta

import pytest
from hrd_failing import broken_off
from hrd_filled import filled
from hrd_replaced import agree, cases_of, ended, let_in, new_keys, replaced
from hrd_world import CODED, EXPIRED, FULL, LEAD, World, admit
from sqlalchemy import delete, update

from hrd_cases.crypto.core.errors import NotSigned
from hrd_cases.crypto.core.keys import UserKeys
from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken
from hrd_cases.services.casework import cases
from hrd_cases.services.records import records
from hrd_cases.services.sharing import sharing
from hrd_cases.services.signin import accounts
from hrd_cases.services.team import administration, key_replacement, member_removal, readmission
from hrd_cases.store import tables


def test_a_forgotten_passphrase_from_end_to_end(world: World) -> None:
    before = cases_of(world, "luka")
    assert before == {world.strike.case}
    existing = new_keys(world, "luka")
    with world.reading("luka") as ctx:
        assert key_replacement.for_me(ctx), "whoever still holds the old keys is told"
        assert cases.overview(ctx, world.strike.case).case.value.title
    assert agree(world, existing, "admin") is False
    with pytest.raises(accounts.SignInRefused):
        accounts.sign_in(world.runtime, existing.handle, world.people["luka"].passphrase, "", world.now)
    waiting = accounts.sign_in(world.runtime, existing.handle, existing.passphrase, "", world.now)
    assert waiting.actor.state == "waiting"
    assert agree(world, existing, "founder") is True
    with pytest.raises(accounts.SignInRefused):
        world.sign_in("luka")
    world.people["luka"] = existing
    world._sessions.pop("luka", None)
    assert cases_of(world, "luka") == set(), "nothing opens before a colleague lets them in"
    with pytest.raises(NotFound), world.reading("luka") as ctx:
        cases.overview(ctx, world.strike.case)
    with world.reading("luka") as ctx:
        assert readmission.mine(ctx) == readmission.WaitingForColleagues(
            waiting=1, alone=0, leads=("Anna Person", "Lana Person")
        )
    with world.reading("external") as ctx:
        content = readmission.waiting(ctx)
        assert [(line.name, line.cases, line.others) for line in content] == [("Luka Person", (), 1)]
    with world.reading("anna") as ctx:
        line = readmission.waiting(ctx)[0]
        assert line.cases == (world.strike.case,)
        assert line.old_words != line.new_words
    assert let_in(world, "luka", "lana") == 0
    with world.reading("luka") as ctx:
        visited = cases.overview(ctx, world.strike.case)
        assert set(visited.rights) == {"core", "identity", "source", "privileged"}
        assert visited.broken == ()
        assert records.read(ctx, world.strike.case, world.strike.records["advice"]).value
        assert readmission.mine(ctx) == readmission.WaitingForColleagues(waiting=0, alone=0)
    with world.writing("luka") as ctx:
        records.create(ctx, world.strike.case, filled("note"))
    assert cases_of(world, "luka") == before
    for name in ("anna", "lana", "external"):
        with world.reading(name) as ctx:
            assert readmission.waiting(ctx) == ()


def test_what_was_held_comes_back_and_nothing_more(sqlite_world: World) -> None:
    world = sqlite_world
    before = {state: ids.case for state, ids in world.granted.items()}
    replaced(world, "caseworker")
    assert let_in(world, "caseworker", "anna") == 0
    with world.reading("caseworker") as ctx:
        assert set(cases.overview(ctx, before[CODED]).rights) == {"core"}
        assert set(cases.overview(ctx, before[FULL]).rights) == {"core", "identity", "source"}
        assert "grant" not in cases.overview(ctx, before[FULL]).rights["core"]
        assert "grant" in cases.overview(ctx, before[LEAD]).rights["core"]
    for state in ("none", EXPIRED):
        with pytest.raises(NotFound), world.reading("caseworker") as ctx:
            cases.overview(ctx, before[state])


def test_the_last_day_of_access_stays_the_same(sqlite_world: World) -> None:
    world = sqlite_world
    until = (world.now + timedelta(days=9)).date()
    with world.writing("anna") as ctx:
        member_removal.change(ctx, world.strike.case, world.user("luka"), "full", last_day=until.isoformat())
    replaced(world, "luka")
    let_in(world, "luka", "anna")
    with world.reading("anna") as ctx:
        team = sharing.team(ctx, world.strike.case)
        [luka] = [item for item in team if item.user == world.user("luka") and "core" in item.parts]
        assert luka.last_day == until


def test_a_lead_who_renewed_keys_first_can_still_let_them_in_again(sqlite_world: World) -> None:
    world = sqlite_world
    replaced(world, "luka")
    with world.writing("lana") as ctx:
        cases.renew_keys(ctx, world.strike.case)
    with world.reading("lana") as ctx:
        assert readmission.waiting(ctx)[0].cases == (world.strike.case,)
    let_in(world, "luka", "lana")
    with world.reading("luka") as ctx:
        assert set(cases.overview(ctx, world.strike.case).rights) == {"core", "identity", "source", "privileged"}


def test_who_was_taken_out_before_stays_out_whatever_the_database_says(sqlite_world: World) -> None:
    world, old = sqlite_world, sqlite_world.people["luka"].fingerprint
    with world.writing("lana") as ctx:
        member_removal.change(ctx, world.strike.case, world.user("luka"), member_removal.OUT)
    replaced(world, "luka")
    with world.runtime.database.writing() as work:
        work.replacements.note_dropped(world.strike.case, [old])
    let_in(world, "luka", "lana")
    assert cases_of(world, "luka") == set()


def test_cases_of_somebody_alone_are_counted_for_the_cards(sqlite_world: World) -> None:
    world = sqlite_world
    replaced(world, "outsider")
    with world.reading("outsider") as ctx:
        result = readmission.mine(ctx)
    assert result.waiting == 0
    assert result.alone == 2, "their case and their call"


# --- who certifies ------------------------------------------------------------------------------------------------


def test_one_administrator_alone_replaces_no_keys(sqlite_world: World) -> None:
    world = sqlite_world
    existing = new_keys(world, "luka")
    assert not agree(world, existing, "admin")
    with pytest.raises(RuleBroken), world.writing("admin") as ctx:
        key_replacement.agree(ctx, existing.user, existing.fingerprint)
    with world.reading("anna") as ctx, pytest.raises(NotSigned):
        ctx.trust.certificate(bytes.fromhex(existing.fingerprint))
    assert world.sign_in("luka").actor.state == "active"


def test_nobody_certifies_their_own_new_keys(sqlite_world: World) -> None:
    world = sqlite_world
    admit(world, "third", frozenset({"administrator"}))
    with pytest.raises(RuleBroken), world.writing("admin") as ctx:
        key_replacement.code_for(ctx, world.user("admin"))
    existing = new_keys(world, "admin", by="founder")
    with pytest.raises(RuleBroken), world.writing("admin") as ctx:
        key_replacement.agree(ctx, existing.user, existing.fingerprint)
    assert agree(world, existing, "founder", "third")
    world.people["admin"] = existing
    assert world.sign_in("admin").actor.roles == {"administrator"}


def test_nobody_else_makes_codes_agrees_or_throws_away(sqlite_world: World) -> None:
    world = sqlite_world
    existing = new_keys(world, "luka")
    for name in ("anna", "lana", "coordinator", "auditor"):
        for act in (
            lambda ctx: key_replacement.code_for(ctx, world.user("external")),
            lambda ctx: key_replacement.agree(ctx, existing.user, existing.fingerprint),
            lambda ctx: key_replacement.withdraw(ctx, existing.user),
            key_replacement.waiting,
        ):
            with pytest.raises(Forbidden), world.writing(name) as ctx:
                act(ctx)


def test_new_keys_thrown_away_change_nothing(sqlite_world: World) -> None:
    world = sqlite_world
    existing = new_keys(world, "luka")
    with world.writing("admin") as ctx:
        key_replacement.withdraw(ctx, existing.user)
    with pytest.raises(accounts.SignInRefused):
        accounts.sign_in(world.runtime, existing.handle, existing.passphrase, "", world.now)
    with world.reading("luka") as ctx:
        assert cases.overview(ctx, world.strike.case).case.value.title
        assert not key_replacement.for_me(ctx)


def test_a_first_agreement_of_somebody_who_left_does_not_count(sqlite_world: World) -> None:
    world = sqlite_world
    admit(world, "third", frozenset({"administrator"}))
    existing = new_keys(world, "luka")
    agree(world, existing, "third")
    ended(world, "third", "admin", "founder")
    assert agree(world, existing, "admin") is False
    assert agree(world, existing, "founder") is True


def test_an_account_that_was_closed_gets_no_new_keys(sqlite_world: World) -> None:
    world = sqlite_world
    with world.writing("admin") as ctx:
        code = key_replacement.code_for(ctx, world.user("luka"))
    token = accounts.begin_activation(world.runtime, code, world.now)
    offer = accounts.offer(world.runtime, token, world.now)
    assert offer is not None
    with world.writing("admin") as ctx:
        administration.disable(ctx, world.user("luka"))
    with pytest.raises(NotFound):
        accounts.finish_activation(world.runtime, token, offer.passphrase, "", world.now)
    for name in ("luka", "waiting"):
        with pytest.raises(NotFound), world.writing("admin") as ctx:
            key_replacement.code_for(ctx, world.user(name))


# --- what somebody who writes the database tries --------------------------------------------------------------------


@pytest.mark.parametrize("column", ["kem_public", "sign_public", "fingerprint"])
def test_keys_exchanged_while_they_wait_are_not_certified(sqlite_world: World, column: str) -> None:
    world, planted = sqlite_world, UserKeys.new()
    existing = new_keys(world, "luka")
    other = {
        "kem_public": planted.kem_public,
        "sign_public": planted.sign_public,
        "fingerprint": planted.fingerprint.hex(),
    }[column]
    here = tables.replacements.c.user_id == existing.user
    with world.runtime.database.writing() as work:
        work.connection.execute(update(tables.replacements).where(here).values({column: other}))
    with pytest.raises((RuleBroken, NotFound)):
        agree(world, existing, "admin", "founder")
    with world.reading("anna") as ctx:
        assert not ctx.trust.chain(bytes.fromhex(existing.user))[-1].serial > 1


def test_keys_exchanged_between_the_two_agreements_are_not_certified(sqlite_world: World) -> None:
    world, planted = sqlite_world, UserKeys.new()
    existing = new_keys(world, "luka")
    agree(world, existing, "admin")
    values = {"kem_public": planted.kem_public, "sign_public": planted.sign_public}
    with world.runtime.database.writing() as work:
        work.connection.execute(update(tables.replacements).values(values))
    with pytest.raises(RuleBroken):
        agree(world, existing, "founder")


def test_a_replacement_without_its_endorsement_counts_for_nothing(sqlite_world: World) -> None:
    world = sqlite_world
    old = world.people["luka"]
    replaced(world, "luka")
    with world.runtime.database.writing() as work:
        values = {"endorsement": b"", "endorsement_signature": b""}
        work.connection.execute(update(tables.later_certificates).values(values))
    with world.reading("anna") as ctx:
        with pytest.raises(NotSigned):
            ctx.trust.certificate(bytes.fromhex(world.people["luka"].fingerprint))
        assert ctx.trust.is_revoked(bytes.fromhex(old.fingerprint), ctx.day_number), "the old ones were revoked"
    assert world.sign_in("luka").actor.state == "waiting"
    with pytest.raises(NotFound):
        let_in(world, "luka", "anna")


def test_old_keys_do_not_come_back_when_the_revocation_is_taken_out(sqlite_world: World) -> None:
    world = sqlite_world
    old = world.people["luka"]
    with world.runtime.database.reading() as work:
        row = work.users.by_id(old.user)
    replaced(world, "luka")
    with world.runtime.database.writing() as work:
        work.connection.execute(delete(tables.revocations).where(tables.revocations.c.fingerprint == old.fingerprint))
        assert row is not None
        restored = {name: getattr(row, name) for name in ("handle_mac", "kdf", "salt", "bundle_sealed", "fingerprint")}
        restored |= {"bundle_version": row.bundle_version, "second_version": row.second_version}
        restored |= {"sign_public": row.sign_public, "kem_public": row.kem_public}
        work.connection.execute(update(tables.users).where(tables.users.c.id == old.user).values(restored))
    session = accounts.sign_in(world.runtime, old.handle, old.passphrase, "", world.now)
    assert session.actor.state == "waiting"
    with pytest.raises(NotFound), world.runtime.reading(session, world.now) as ctx:
        cases.overview(ctx, world.strike.case)


def test_an_administrator_who_left_certifies_nobody_even_in_the_database(sqlite_world: World) -> None:
    """Their keys still sign, but what the log does not know counts only from those who count today."""
    from hrd_cases.crypto.core.certificates import Certificate
    from hrd_cases.services.signin.organisation_setup import certificate_row

    world = sqlite_world
    admit(world, "third", frozenset({"administrator"}))
    leaver = world.sign_in("third")
    assert leaver.bundle is not None
    admit(world, "before", frozenset({"caseworker"}), by="third")
    ended(world, "third", "admin", "founder")
    signing, planted = leaver.bundle.user_keys, UserKeys.new()
    with world.runtime.database.reading() as work:
        [row] = [user for user in work.users.all() if user.id == world.user("waiting")]
    certificate = Certificate(
        org=world.runtime.org,
        user=bytes.fromhex(row.id),
        sign_public=planted.sign_public,
        kem_public=planted.kem_public,
        roles=frozenset({"administrator"}),
        issuer=signing.fingerprint,
    )
    with world.runtime.database.writing() as work:
        work.keys.add_certificate(certificate_row(certificate, certificate.sign(signing.sign_seed)))
    with world.reading("anna") as ctx:
        with pytest.raises(NotSigned):
            ctx.trust.certificate(planted.fingerprint)
        assert ctx.trust.certificate(bytes.fromhex(world.people["before"].fingerprint)), "what they did in time stands"


# --- killed anywhere ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "point", ["replace.certified", "replace.revoked", "replace.exchanged", "replace.renewed", "replace.admitted"]
)
def test_a_replacement_that_breaks_off_changed_nothing(sqlite_world: World, point: str) -> None:
    world = sqlite_world
    existing = new_keys(world, "luka")
    agree(world, existing, "admin")
    world.session("founder")
    with broken_off(point):
        agree(world, existing, "founder")
    with world.runtime.reading(world.sign_in("luka"), world.now) as ctx:
        assert cases.overview(ctx, world.strike.case).case.value.title
    assert agree(world, existing, "founder")


def test_letting_in_that_breaks_off_let_them_into_no_case(sqlite_world: World) -> None:
    world = sqlite_world
    replaced(world, "caseworker")
    world.session("anna")
    with broken_off("replace.let_in"):
        let_in(world, "caseworker", "anna")
    assert cases_of(world, "caseworker") == set()
    let_in(world, "caseworker", "anna")
    assert len(cases_of(world, "caseworker")) == 6


def test_the_log_tells_every_step(sqlite_world: World) -> None:
    world = sqlite_world
    replaced(world, "luka")
    let_in(world, "luka", "lana")
    with world.reading("auditor") as ctx:
        from hrd_cases.services.audit import audit_reader

        about = audit_reader.LogFilter(case=world.user("luka"))
        acts = {entry.act for entry in audit_reader.entries(ctx, about).items}
    assert {
        "code for new keys",
        "new keys wait",
        "certify new keys, first of two",
        "certify new keys, second of two",
        "let in again with new keys",
    } <= acts


def test_papers_sealed_after_new_keys_and_other_roles_prove_themselves(sqlite_world: World) -> None:
    """By the paper alone, with no log: certificates of everybody on the way to the root, and the endorsements."""
    from hrd_cases.services.papers import seals
    from hrd_cases.services.team import roles

    world = sqlite_world
    admit(world, "third", frozenset({"administrator"}))
    with world.writing("founder") as ctx:
        roles.change(ctx, world.user("luka"), frozenset({"lawyer", "coordinator"}))
    replaced(world, "luka")
    existing = new_keys(world, "admin", by="founder")
    agree(world, existing, "founder", "third")
    with world.reading("luka") as ctx:
        sealing = seals.sealing(ctx, world.strike.case, 1)
        links = sealing.chain
        assert len(links) <= seals.LONGEST_CHAIN
        alone = seals.Trust(sealing.org, world.runtime.pins, links)
        assert alone.refused == 0
        assert alone.certificate(ctx.keys.fingerprint).roles == {"lawyer", "coordinator"}
        assert seals.Certificate.decode(links[0].statement).fingerprint == ctx.keys.fingerprint
