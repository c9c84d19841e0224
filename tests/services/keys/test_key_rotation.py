"""New keys that break off: killed, or a full disk, at each step of renewing and of sealing anew.

Whatever happens, every part of a case is wholly under the old key or wholly under the new one, everybody who stays
reads everything, and the same act succeeds afterwards. Promise P9. Catalogue of attacks 72 and 78.
"""

import os
import signal
from collections.abc import Callable

import pytest
from hrd_failing import broken_off, killed_at
from hrd_failpoints import RESEALING, ROTATION
from hrd_thief import Copy, with_passphrase
from hrd_whole import case_opens, epochs
from hrd_world import FULL, World

from hrd_cases.services.casework import cases
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.keys import reencryption
from hrd_cases.services.signin import accounts, organisation_setup
from hrd_cases.services.team import member_removal

KEYS = (
    "headers",
    "grants",
    "vault_keyrings",
    "memberships",
    "leavings",
    "records",
    "digests",
    "text_packs",
    "record_history",
)
Act = Callable[[Runtime, Session], object]


def take_out(world: World) -> Act:
    """Take the lawyer out of the case that is held full."""

    def act(runtime: Runtime, session: Session) -> None:
        with runtime.writing(session, world.now) as ctx:
            member_removal.change(ctx, world.granted[FULL].case, world.user("lawyer"), member_removal.OUT)

    return act


def seal_anew(world: World) -> Act:
    """Seal everything of that case anew, a few rows in each transaction."""

    def act(runtime: Runtime, session: Session) -> None:
        done = 1
        while done:
            with runtime.writing(session, world.now) as ctx:
                ctx.asked = True
                done = reencryption.go_on(ctx, world.granted[FULL].case, limit=25)

    return act


def killed(world: World, act: Act, name: str, times: int) -> int:
    """Let a process of its own act, which is killed when it comes to `name` for the nth time; how it ended."""
    existing = world.people["anna"]
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    status = 1
    try:
        runtime = organisation_setup.load(world.folder / "instance", world.url, world.folder / "evidence")
        session = accounts.sign_in(runtime, existing.handle, existing.passphrase, "", world.now)
        killed_at(name, times)
        act(runtime, session)
        status = 0
    finally:
        os._exit(status)


def full(world: World, act: Act, name: str, times: int) -> None:
    """Let the disk be full when the act comes to `name` for the nth time."""
    session = world.session("anna")
    with broken_off(name, OSError("the disk is full"), times):
        act(world.runtime, session)


def rows_of(world: World) -> dict[str, list[dict[str, object]]]:
    """What keys and records rest in the database."""
    rows = Copy.of(world.runtime.database).rows
    return {table: rows[table] for table in KEYS}


def whole(world: World) -> None:
    """Everybody who stays reads everything."""
    case_opens(world, world.granted[FULL], ("anna", "caseworker", "coordinator"))


def is_out(world: World) -> bool:
    """True when the lawyer holds no newest key; wholly so, or not at all."""
    ids = world.granted[FULL]
    loot = with_passphrase(Copy.of(world.runtime.database), world.people["lawyer"].passphrase)
    newest = {(vault, *part) for vault in (ids.case, ids.person) for part in epochs(world, vault).items()}
    current = {key in loot.keys for key in newest}
    assert len(current) == 1, "half of it"
    assert len({epoch for _, _, epoch in newest}) == 1, "parts at different epochs"
    return current == {False}


@pytest.mark.parametrize("name", ROTATION)
def test_a_full_disk_while_somebody_is_taken_out_changes_nothing(sqlite_world: World, name: str) -> None:
    world = sqlite_world
    act, before = take_out(world), rows_of(world)
    full(world, act, name, 2 if name.startswith("rotation.after_") and name != "rotation.after_people" else 1)
    assert rows_of(world) == before
    whole(world)
    act(world.runtime, world.session("anna"))
    assert is_out(world)
    whole(world)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*ROTATION, "work.before_commit", "work.after_commit"])
def test_killed_while_somebody_is_taken_out(sqlite_world: World, name: str) -> None:
    world = sqlite_world
    landed = name == "work.after_commit"
    once = ("rotation.after_people", "rotation.begin", "work.before_commit", "work.after_commit")
    assert killed(world, take_out(world), name, 1 if name in once else 3) == -signal.SIGKILL
    assert is_out(world) == landed
    whole(world)
    if not landed:
        take_out(world)(world.runtime, world.session("anna"))
    assert is_out(world)
    whole(world)


@pytest.mark.slow
@pytest.mark.parametrize("end", ["killed", "full"])
@pytest.mark.parametrize("name", [*RESEALING, "work.before_commit", "work.after_commit"])
def test_sealing_anew_that_breaks_off_goes_on_where_it_was(sqlite_world: World, name: str, end: str) -> None:
    world = sqlite_world
    take_out(world)(world.runtime, world.session("anna"))
    if end == "killed":
        assert killed(world, seal_anew(world), name, 2) == -signal.SIGKILL
    else:
        full(world, seal_anew(world), name, 2)
    seal_anew(world)(world.runtime, world.session("anna"))
    with world.reading("anna") as ctx:
        assert cases.overview(ctx, world.granted[FULL].case).resealing is None
    loot = with_passphrase(Copy.of(world.runtime.database), world.people["lawyer"].passphrase)
    assert world.granted[FULL].case not in {vault for vault, _ in loot.opened()}
    whole(world)
