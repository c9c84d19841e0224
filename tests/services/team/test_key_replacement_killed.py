"""Killed anywhere while keys or roles change, or cases change hands: wholly before or wholly after. Catalogue 72."""

import pytest
from hrd_failpoints import REPLACEMENT
from hrd_killed import Run, job, run
from hrd_replaced import agree, cases_of, new_keys, replaced
from hrd_whole import epochs, log_verifies
from hrd_world import World, activated

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.services.casework import cases
from hrd_cases.services.signin import accounts
from hrd_cases.services.team import handing_over, key_replacement, roles

__all__ = ["run"]  # a fixture

AGREEING = ["replace.certified", "replace.admitted"]
WAITING, FIRST, ROLES = "replace.waiting", "replace.first", "replace.roles"
LETTING_IN, SHARED = "replace.let_in", "handover.shared"
# Between the same two commits, and broken off there in test_key_replacement.py, test_handing_over.py and
# test_second_factor_lost.py.
ELSEWHERE = {"replace.revoked", "replace.exchanged", "replace.renewed", "handover.left", "factor.enrolled"}
COMMIT = ["work.before_commit", "work.after_commit"]
BOTH = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])


def epoch_of_trends(world: World) -> int:
    """The newest keys of the trend desk."""
    return max(epochs(world, world.runtime.organisation.trends).values())


def test_every_named_point_is_tried_here_or_elsewhere() -> None:
    assert {WAITING, FIRST, *AGREEING, LETTING_IN, ROLES, SHARED} | ELSEWHERE == set(REPLACEMENT)


@pytest.mark.slow
@pytest.mark.parametrize("failpoint", [WAITING, *COMMIT])
def test_new_keys_wait_or_their_code_still_counts(sqlite_world: World, run: Run, failpoint: str) -> None:
    world = sqlite_world
    with world.writing("admin") as ctx:
        code = key_replacement.code_for(ctx, world.user("luka"))
    assert run(job(world, "anna", "new keys", failpoint, 1, code=code))["status"] == -9
    log_verifies(world)
    landed = failpoint == "work.after_commit"
    with world.reading("luka") as ctx:
        assert key_replacement.for_me(ctx) == landed
        assert cases.overview(ctx, world.strike.case).case.value.title
    if landed:
        with pytest.raises(accounts.SignInRefused):
            activated(world.runtime, code, world.now)
    else:
        assert activated(world.runtime, code, world.now)[1].actor.state == "waiting"


@pytest.mark.slow
@pytest.mark.parametrize("failpoint", [FIRST, *COMMIT])
def test_a_first_agreement_is_there_or_not(sqlite_world: World, run: Run, failpoint: str) -> None:
    world = sqlite_world
    existing = new_keys(world, "luka")
    ended = run(job(world, "admin", "replacement", failpoint, 1, user=existing.user, keys=existing.fingerprint))
    assert ended["status"] == -9
    log_verifies(world)
    if failpoint == "work.after_commit":
        with pytest.raises(RuleBroken):
            agree(world, existing, "admin")
    else:
        assert agree(world, existing, "admin") is False
    assert world.sign_in("luka").actor.state == "active", "one alone replaces no keys"
    assert agree(world, existing, "founder") is True


@pytest.mark.slow
@pytest.mark.parametrize("failpoint", [ROLES, *COMMIT])
def test_other_roles_count_with_all_they_open_or_not(sqlite_world: World, run: Run, failpoint: str) -> None:
    """Whoever is made a coordinator no more loses the desk of trends with the role, or neither."""
    world, user = sqlite_world, sqlite_world.user("coordinator")
    before = epoch_of_trends(world)
    ended = run(job(world, "founder", "roles", failpoint, 1, user=user, roles=["caseworker"]))
    assert ended["status"] == -9
    log_verifies(world)
    landed = failpoint == "work.after_commit"
    if not landed:
        assert (world.sign_in("coordinator").actor.roles, epoch_of_trends(world)) == ({"coordinator"}, before)
        with world.writing("founder") as ctx:
            roles.change(ctx, user, frozenset({"caseworker"}))
    assert world.sign_in("coordinator").actor.roles == {"caseworker"}
    assert epoch_of_trends(world) > before


@pytest.mark.slow
@BOTH
@pytest.mark.parametrize("failpoint", [*AGREEING, *COMMIT])
def test_new_keys_count_or_wait(make_world, run: Run, kind: str, failpoint: str) -> None:  # type: ignore[no-untyped-def]
    world: World = make_world(kind)
    existing = new_keys(world, "luka")
    agree(world, existing, "admin")
    ended = run(job(world, "founder", "replacement", failpoint, 1, user=existing.user, keys=existing.fingerprint))
    assert ended["status"] == -9
    log_verifies(world)
    landed = failpoint == "work.after_commit"
    session = accounts.sign_in(world.runtime, existing.handle, existing.passphrase, "", world.now)
    assert session.actor.state == ("active" if landed else "waiting")
    if landed:
        with pytest.raises(accounts.SignInRefused):
            world.sign_in("luka")
    else:
        with world.runtime.reading(world.sign_in("luka"), world.now) as ctx:
            assert cases.overview(ctx, world.strike.case).case.value.title
        assert agree(world, existing, "founder")


@pytest.mark.slow
@BOTH
@pytest.mark.parametrize("failpoint", [LETTING_IN, *COMMIT])
def test_somebody_is_let_in_again_everywhere_or_nowhere(make_world, run: Run, kind: str, failpoint: str) -> None:  # type: ignore[no-untyped-def]
    world: World = make_world(kind)
    existing = replaced(world, "caseworker")
    times = 1 if failpoint in COMMIT else 2
    ended = run(job(world, "anna", "again", failpoint, times, user=existing.user, keys=existing.fingerprint))
    assert ended["status"] == -9
    log_verifies(world)
    assert len(cases_of(world, "caseworker")) == (6 if failpoint == "work.after_commit" else 0)


@pytest.mark.slow
@BOTH
@pytest.mark.parametrize("failpoint", [SHARED, *COMMIT])
def test_cases_are_handed_over_or_still_here(make_world, run: Run, kind: str, failpoint: str) -> None:  # type: ignore[no-untyped-def]
    world: World = make_world(kind)
    ended = run(job(world, "outsider", "handover", failpoint, 1, user=world.user("external")))
    assert ended["status"] == -9
    log_verifies(world)
    landed = failpoint == "work.after_commit"
    with world.runtime.reading(world.sign_in("outsider"), world.now) as ctx:
        assert handing_over.plan(ctx).cases == (0 if landed else 2)
    with world.runtime.reading(world.sign_in("external"), world.now) as ctx:
        assert handing_over.plan(ctx).lead == (2 if landed else 0)
