"""An error, no space or a disk error at any step of what hands keys on: all of it is done, or nothing and nothing lost.

Promise P9. Each act breaks off at every step, on the same running server, and must then succeed. Kills at the same
steps: test_durability, test_rotation. Backup and restore: test_backups_killed. Migrations: tests/migrations. Catalogue
of attacks 72 and 74.
"""

import errno
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from hrd_disks import full, in_small_pages, refusing_after
from hrd_failing import broken_off
from hrd_failpoints import CLAIM, GRANT, RECOVERY, RESEALING, ROTATION
from hrd_thief import Copy, with_passphrase
from hrd_whole import case_opens, epochs, log_verifies
from hrd_world import FULL, NONE, CaseIds, World

from hrd_cases.crypto.ceremony.cards import read_card
from hrd_cases.crypto.ceremony.recovery import SignedRequest, rewrap
from hrd_cases.crypto.core.keys import recovery_keys
from hrd_cases.services.casework import cases
from hrd_cases.services.deletion import deleting
from hrd_cases.services.deletion.deleting import DeletionTarget
from hrd_cases.services.keys import reencryption
from hrd_cases.services.recovery import answering, requests
from hrd_cases.services.recovery.requests import RequestedKeys
from hrd_cases.services.sharing import sharing
from hrd_cases.services.team import member_removal
from hrd_cases.store.work import Database

ERRORS = (
    RuntimeError("unforeseen"),
    OSError(errno.ENOSPC, "No space left on device"),
    OSError(errno.EIO, "Input/output error"),
)
EVERY = ("log.before_append", "log.after_rows", "log.after_head", "work.before_commit")
PARTS = {"core", "identity", "source"}


@dataclass(frozen=True, kw_only=True)
class Act:
    """What somebody does, whether all of it is done (never a part), and for whom the case opens then."""

    do: Callable[[], object]
    done: Callable[[], bool]
    ids: CaseIds
    names: tuple[str, ...]


def held(world: World, name: str, case: str) -> set[str]:
    """The parts of a case of which somebody has a key, whatever epoch."""
    loot = with_passphrase(Copy.of(world.runtime.database), world.people[name].passphrase)
    return {part for vault, part, _ in loot.keys if vault == case}


def all_or_none(parts: set[str]) -> bool:
    """True for every part, False for none."""
    assert parts in (PARTS, set())
    return bool(parts)


def grant(world: World) -> Act:
    """Anna lets a colleague into a case."""
    ids = world.granted[NONE]

    def do() -> None:
        with world.writing("anna") as ctx:
            sharing.share(ctx, ids.case, world.user("caseworker"), "full")

    world.session("anna")
    return Act(
        do=do, done=lambda: all_or_none(held(world, "caseworker", ids.case)), ids=ids, names=("anna", "caseworker")
    )


def first_use(world: World) -> Act:
    """A caseworker opens for the first time a case that was shared with them."""
    ids, mine = world.granted[FULL], world.people["caseworker"].fingerprint

    def do() -> None:
        with world.reading("caseworker") as ctx:
            cases.overview(ctx, ids.case)

    def done() -> bool:
        assert held(world, "caseworker", ids.case) == PARTS, "handed over or taken, never lost"
        wraps = [row for row in Copy.of(world.runtime.database).rows["grants"] if row["vault_id"] == ids.case]
        return not all_or_none({row["compartment"] for row in wraps if row["member"] == mine})

    world.session("caseworker")
    return Act(do=do, done=done, ids=ids, names=("anna", "caseworker"))


def rotation(world: World) -> Act:
    """A lawyer is taken out of a case, which gets new keys."""
    ids = world.granted[FULL]

    def do() -> None:
        with world.writing("anna") as ctx:
            member_removal.change(ctx, ids.case, world.user("lawyer"), member_removal.OUT)

    def done() -> bool:
        result = set(epochs(world, ids.case).values()) | set(epochs(world, ids.person).values())
        assert len(result) == 1, "parts at different epochs"
        return result == {2}

    world.session("anna")
    return Act(do=do, done=done, ids=ids, names=("anna", "caseworker"))


def sealing_anew(world: World) -> Act:
    """What rests under the keys before is sealed under the new ones, in one go."""
    taken_out = rotation(world)
    taken_out.do()
    case = taken_out.ids.case

    def do() -> None:
        with world.writing("anna") as ctx:
            ctx.asked = True
            reencryption.go_on(ctx, case, limit=10_000)

    def done() -> bool:
        with world.reading("anna") as ctx:
            ctx.after.clear()
            return cases.overview(ctx, case).resealing is None

    return Act(do=do, done=done, ids=taken_out.ids, names=taken_out.names)


def recovery(world: World) -> Act:
    """What the custodians opened for a caseworker is taken in."""
    ids = world.own
    requested = RequestedKeys(account=world.user("caseworker"), cases=(ids.case,), reason="lost")
    second = world.session("admin")
    with world.writing("founder") as ctx:
        request = requests.ask(ctx, requested, second)
    keys = recovery_keys(read_card(world.recovery_card, "recovery"))
    answer = rewrap(SignedRequest.decode(request.data).request, keys).answer.encode()

    def do() -> None:
        with world.writing("founder") as ctx:
            answering.take_in(ctx, answer)

    return Act(
        do=do, done=lambda: all_or_none(held(world, "caseworker", ids.case)), ids=ids, names=("outsider", "caseworker")
    )


def deletion(world: World) -> Act:
    """The second of two confirms that a case is deleted for good, with its person; the others stay."""
    target = DeletionTarget(vault=world.strike.case)
    with world.writing("anna") as ctx:
        deleting.ask(ctx, target, "The family asked for it")

    def do() -> None:
        with world.writing("lana") as ctx:
            deleting.confirm(ctx, target, sure=True)

    def done() -> bool:
        rows = everything(world)
        left = {name for name in ("records", "digests", "text_packs", "grants") if _of(rows[name], target.vault)}
        assert left in (set(), {"records", "digests", "text_packs", "grants"})
        assert _of(rows["headers"], target.vault), "they say who could sign the deletion"
        return not left and not _of(rows["records"], world.strike.person)

    world.session("lana")
    return Act(do=do, done=done, ids=world.own, names=("outsider",))


def _of(rows: list[dict[str, Any]], vault: str) -> bool:
    return any(row["vault_id"] == vault for row in rows)


ACTS: dict[Callable[[World], Act], tuple[str, ...]] = {
    grant: GRANT,
    first_use: CLAIM,
    rotation: ROTATION,
    sealing_anew: RESEALING,
    recovery: RECOVERY,
    deletion: (
        "deletion.after_people",
        "deletion.after_rows",
        "deletion.after_statement",
    ),  # the other steps come after the commit: test_deleting, test_durability
}
EACH = pytest.mark.parametrize("begin", ACTS)


def everything(world: World) -> dict[str, list[dict[str, Any]]]:
    """Every row of the database."""
    return Copy.of(world.runtime.database).rows


def succeeds(world: World, act: Act) -> None:
    """It can be done, and everybody whom it concerns reads everything."""
    act.do()
    whole(world, act)


def whole(world: World, act: Act) -> None:
    """All of it is done."""
    assert act.done()
    log_verifies(world)
    case_opens(world, act.ids, act.names)


@EACH
def test_an_error_at_any_step_changes_nothing_and_the_next_try_succeeds(
    sqlite_world: World, begin: Callable[[World], Act]
) -> None:
    world, act = sqlite_world, begin(sqlite_world)
    before = everything(world)
    for number, name in enumerate((*ACTS[begin], *EVERY)):  # two steps or more for each kind of error
        with broken_off(name, ERRORS[number % len(ERRORS)]):
            act.do()
        assert everything(world) == before, name
    assert not act.done()
    succeeds(world, act)


@pytest.mark.parametrize(
    ("begin", "fault"),
    # First use, sealing anew and deleting take no more room than there was before.
    [*((act, refusing_after) for act in ACTS), *((act, full) for act in (grant, rotation, recovery))],
)
def test_a_disk_that_ends_on_the_way_changes_nothing_and_the_next_try_succeeds(
    make_world: Callable[[str], World],
    begin: Callable[[World], Act],
    fault: Callable[[Database, int], AbstractContextManager[None]],
) -> None:
    """SQLite itself finds no room for the first, second, ... page more, or gets a disk error there."""
    world = make_world("sqlite")
    act = begin(world)
    in_small_pages(world.runtime.database)
    before = everything(world)
    for pages in range(3):
        with pytest.raises(sa.exc.OperationalError), fault(world.runtime.database, pages):
            act.do()
        assert everything(world) == before, pages
    succeeds(world, act)


@EACH
def test_an_error_after_the_commit_undoes_nothing(sqlite_world: World, begin: Callable[[World], Act]) -> None:
    world, act = sqlite_world, begin(sqlite_world)
    with broken_off("work.after_commit", ERRORS[-1]):
        act.do()
    whole(world, act)
