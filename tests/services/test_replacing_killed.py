"""Killed anywhere while keys are replaced, let in again or handed over: wholly before or wholly after. Catalogue 72."""

import pytest
from hrd_killed import Run, job, run
from hrd_replaced import agree, cases_of, new_keys, replaced
from hrd_world import World

from hrd_cases.services import accounts, cases, handing_over, log_reading

__all__ = ["run"]  # a fixture

AGREEING = ["replace.certified", "replace.admitted"]
COMMIT = ["work.before_commit", "work.after_commit"]
BOTH = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])


def whole(world: World) -> None:
    """The log verifies."""
    with world.reading("auditor") as ctx:
        verdict = log_reading.verify(ctx)
    assert (verdict.altered, verdict.unopened_total) == (None, 0)


@pytest.mark.slow
@BOTH
@pytest.mark.parametrize("failpoint", [*AGREEING, *COMMIT])
def test_new_keys_count_or_wait(make_world, run: Run, kind: str, failpoint: str) -> None:  # type: ignore[no-untyped-def]
    world: World = make_world(kind)
    known = new_keys(world, "luka")
    agree(world, known, "admin")
    ended = run(job(world, "founder", "replacement", failpoint, 1, user=known.user, keys=known.fingerprint))
    assert ended["status"] == -9
    whole(world)
    landed = failpoint == "work.after_commit"
    session = accounts.sign_in(world.runtime, known.handle, known.passphrase, "", world.now)
    assert session.actor.state == ("active" if landed else "waiting")
    if landed:
        with pytest.raises(accounts.SignInRefused):
            world.sign_in("luka")
    else:
        with world.runtime.reading(world.sign_in("luka"), world.now) as ctx:
            assert cases.overview(ctx, world.strike.case).case.value.title
        assert agree(world, known, "founder")


@pytest.mark.slow
@BOTH
@pytest.mark.parametrize("failpoint", ["replace.let_in", *COMMIT])
def test_somebody_is_let_in_again_everywhere_or_nowhere(make_world, run: Run, kind: str, failpoint: str) -> None:  # type: ignore[no-untyped-def]
    world: World = make_world(kind)
    known = replaced(world, "caseworker")
    times = 1 if failpoint in COMMIT else 2
    ended = run(job(world, "anna", "again", failpoint, times, user=known.user, keys=known.fingerprint))
    assert ended["status"] == -9
    whole(world)
    assert len(cases_of(world, "caseworker")) == (6 if failpoint == "work.after_commit" else 0)


@pytest.mark.slow
@BOTH
@pytest.mark.parametrize("failpoint", ["handover.shared", *COMMIT])
def test_cases_are_handed_over_or_still_here(make_world, run: Run, kind: str, failpoint: str) -> None:  # type: ignore[no-untyped-def]
    world: World = make_world(kind)
    ended = run(job(world, "outsider", "handover", failpoint, 1, user=world.user("external")))
    assert ended["status"] == -9
    whole(world)
    landed = failpoint == "work.after_commit"
    with world.runtime.reading(world.sign_in("outsider"), world.now) as ctx:
        assert handing_over.plan(ctx).cases == (0 if landed else 2)
    with world.runtime.reading(world.sign_in("external"), world.now) as ctx:
        assert handing_over.plan(ctx).lead == (2 if landed else 0)
