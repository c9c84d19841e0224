"""Monday's backup restored on Wednesday: whose keys were ended on Tuesday stays out, by a list that lies elsewhere."""

from dataclasses import replace

import hrd_backups
import pytest
from hrd_backups import WANTED, Empty, back_up, restore, running
from hrd_databases import Databases
from hrd_failing import broken_off
from hrd_replaced import ended
from hrd_world import World, admit

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.services.backups import restoring
from hrd_cases.services.install import health
from hrd_cases.services.kernel import checkpoints, ended_keys
from hrd_cases.services.papers.seals import root_words
from hrd_cases.services.signin import accounts
from hrd_cases.store.instance import ENDED


@pytest.fixture
def empty(tmp_path, databases: Databases) -> Empty:  # type: ignore[no-untyped-def]
    return Empty(databases, tmp_path)


def listed(world: World) -> str:
    """The list as it lies in the instance folder."""
    checkpoints.keep_at_exit(world.runtime)
    return (world.runtime.instance / ENDED).read_text("utf-8")


def logs_in(runtime, world: World, name: str) -> bool:  # type: ignore[no-untyped-def]
    existing = world.people[name]
    try:
        session = accounts.sign_in(runtime, existing.handle, existing.passphrase, "", world.now)
    except accounts.SignInRefused:
        return False
    return session.actor.state == "active"


def test_who_lost_access_since_the_backup_stays_out(sqlite_world: World, empty: Empty) -> None:
    world = sqlite_world
    admit(world, "third", frozenset({"administrator"}))
    monday = back_up(world)
    ended(world, "luka", "admin")
    ended(world, "admin", "founder", "third")
    requested = replace(WANTED, ended=listed(world))
    without, place = empty.place("sqlite", "without"), empty.place("sqlite")
    assert restore(monday, without, world).ended == 0
    with running(without) as runtime:
        assert logs_in(runtime, world, "luka"), "the backup alone knows nothing of Tuesday"
    assert restore(monday, place, world, requested).ended == 2
    with running(place) as runtime:
        assert not logs_in(runtime, world, "luka")
        assert not logs_in(runtime, world, "admin")
        assert logs_in(runtime, world, "founder")
        with runtime.database.reading() as work:
            trust = runtime.trust(work)
        assert trust.missing == frozenset(), "each by its own statement"
        for name in ("luka", "admin"):
            assert trust.has_ended(bytes.fromhex(world.people[name].fingerprint))
        wrong = {one.name for one in health.whole(runtime, world.now, hrd_backups.quiet) if not one.right}
        assert wrong <= {"cards", "folder", "clock", "ends"}
        assert (place.folder / ENDED).read_text("utf-8") == requested.ended


@pytest.mark.parametrize("failpoint", ["log.after_rows", "log.after_head", "restore.after_ended"])
def test_a_restore_that_breaks_off_while_keys_end_again_leaves_nothing(
    sqlite_world: World, empty: Empty, failpoint: str
) -> None:
    """Nobody is left with an organisation in which whose keys had ended still comes in."""
    world, place = sqlite_world, empty.place("sqlite")
    monday = back_up(world)
    ended(world, "luka", "admin")
    requested = replace(WANTED, ended=listed(world))
    with broken_off(failpoint):
        restore(monday, place, world, requested)
    assert hrd_backups.nothing_there(place)
    assert restore(monday, place, world, requested).ended == 1
    with running(place) as runtime:
        assert not logs_in(runtime, world, "luka")


def test_the_list_lies_beside_every_backup_and_holds_no_key(sqlite_world: World) -> None:
    ended(sqlite_world, "luka", "admin")
    beside = back_up(sqlite_world).parent / ENDED
    text = beside.read_text("utf-8")
    assert text == listed(sqlite_world)
    assert sqlite_world.people["luka"].fingerprint in text
    assert len(ended_keys.read(sqlite_world.runtime, text)) == text.count("\n") - 2


@pytest.mark.parametrize("harm", ["a line gone", "a line more", "other words", "no list", "nothing"])
def test_a_list_that_was_altered_is_refused_and_nothing_is_restored(
    sqlite_world: World, empty: Empty, harm: str
) -> None:
    world = sqlite_world
    monday = back_up(world)
    ended(world, "luka", "admin")
    lines = listed(world).splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if world.people["luka"].fingerprint in line)
    text = {
        "a line gone": "".join([*lines[:at], *lines[at + 1 :]]),
        "a line more": "".join([*lines[:at], lines[at], *lines[at:]]),
        "other words": "".join(["hrd-cases/" + "ab" * 16 + " ended keys\n", *lines[1:]]),
        "no list": "of somebody\n— zz\n",
        "nothing": "\n",
    }[harm]
    place = empty.place("sqlite")
    with pytest.raises(RuleBroken) as refused:
        restore(monday, place, world, replace(WANTED, ended=text))
    assert refused.value.text == ended_keys.OTHER_LIST
    assert hrd_backups.nothing_there(place)


def test_a_backup_with_another_root_is_refused_and_nothing_is_restored(sqlite_world: World, empty: Empty) -> None:
    world, place = sqlite_world, empty.place("sqlite")
    file, words = back_up(world), root_words(world.runtime.pins.root_public)
    for wrong in (" ".join(words[:7]), " ".join([*words[1:], words[0]]), "of somebody"):
        with pytest.raises(RuleBroken) as refused:
            restore(file, place, world, replace(WANTED, root=wrong))
        assert refused.value.text == restoring.OTHER_ROOT
        assert hrd_backups.nothing_there(place)
    spelt = "  ".join(words).upper()
    assert restore(file, place, world, replace(WANTED, root=spelt)).root_words == words
