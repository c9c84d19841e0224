"""Promise P9: killed anywhere while saving, nothing acknowledged is lost and nothing is half there. Catalogue 72."""

from collections.abc import Callable

import pytest
from hrd_backups import keep_photo
from hrd_failpoints import (
    BACKUP,
    CLAIM,
    DELETION,
    EVERY,
    FOLDING,
    GIVING_UP,
    GRANT,
    PLANNED,
    RECOVERY,
    REPLACEMENT,
    RESEALING,
    RESTORE,
    REWRITING,
    ROTATION,
    SAVING,
    TRAVEL,
    of,
)
from hrd_killed import Run, job, run
from hrd_thief import Copy, with_passphrase
from hrd_whole import log_verifies
from hrd_world import CODED, FULL, NONE, World, newcomer

from hrd_cases.crypto.ceremony.cards import read_card
from hrd_cases.crypto.ceremony.recovery import SignedRequest, rewrap
from hrd_cases.crypto.core.keys import recovery_keys
from hrd_cases.domain.errors import NotFound
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.incidents import Incident
from hrd_cases.services.casework import cases, people
from hrd_cases.services.deletion import deleting
from hrd_cases.services.deletion.deleting import DeletionTarget
from hrd_cases.services.evidence import evidence
from hrd_cases.services.records import records
from hrd_cases.services.recovery import answering, requests
from hrd_cases.services.recovery.requests import RequestedKeys
from hrd_cases.services.sharing import sharing
from hrd_cases.services.team import administration

__all__ = ["run"]  # a fixture

WORK = ("work.before_commit", "work.after_commit")
LOG = ("log.before_append", "log.after_rows", "log.after_head")
RECORD = ("record.before_write", "record.after_body", "digest.before_settle", "digest.after_state")
BLOB = of("blob")
WHOLE = {"core", "identity", "source"}


def _whole(world: World, *touched: str) -> None:
    """The log verifies, every record of a touched case opens for its people, and every card belongs to a record."""
    log_verifies(world)
    with world.reading("anna") as ctx:
        for case in touched:
            visited = cases.overview(ctx, case)
            assert visited.broken == ()
            assert not visited.keys_due
            for cards in visited.records.values():
                for card in cards:
                    stored = records.read(ctx, case, card.id)
                    assert (stored.broken, stored.unproven) == (frozenset(), frozenset())
                    assert card.versions.items() <= stored.versions.items()


BOTH = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])


@pytest.mark.slow
@BOTH
@pytest.mark.parametrize("failpoint", [*WORK, *RECORD, *LOG])
def test_an_incident(make_world: Callable[[str], World], run: Run, kind: str, failpoint: str) -> None:
    world = make_world(kind)
    # A save writes three parts, and seals what is shown and what search finds.
    times = {"record": 5, "digest": 3}.get(failpoint.partition(".")[0], 2)
    counted = len(Copy.of(world.runtime.database).rows["trend_facts"])
    ended = run(job(world, "anna", "incident", failpoint, times, case=world.strike.case))
    assert ended["status"] == -9
    assert ended["done"]
    with world.reading("anna") as ctx:
        listed = {card.id for card in records.listing(ctx, Incident, world.strike.case)}
        for number, record in enumerate(ended["done"]):
            stored = records.read(ctx, world.strike.case, record)
            assert set(stored.versions) == WHOLE
            assert stored.value.title == f"turn {number}"
            assert len(stored.value.token) == 32
    before = {world.strike.records["incident"]}
    landed = listed - before - set(ended["done"])
    assert len(landed) == (1 if failpoint == "work.after_commit" else 0)
    facts = Copy.of(world.runtime.database).rows["trend_facts"]
    assert len(facts) == counted + len(listed - before), "a fact for each incident, and none for one that is not there"
    _whole(world, world.strike.case)


@pytest.mark.slow
@BOTH
@pytest.mark.parametrize("failpoint", [*WORK, *LOG, "grant.after_headers"])
def test_letting_a_colleague_in(make_world: Callable[[str], World], run: Run, kind: str, failpoint: str) -> None:
    world = make_world(kind)
    names, case = ["lana", "luka", "caseworker", "lawyer"], world.granted[NONE].case
    users = [world.user(name) for name in names]
    ended = run(job(world, "anna", "grant", failpoint, 2, case=case, users=users))
    assert ended["status"] == -9
    assert ended["done"] == users[:1]
    landed = 2 if failpoint == "work.after_commit" else 1
    copy = Copy.of(world.runtime.database)
    for number, name in enumerate(names):
        loot = with_passphrase(copy, world.people[name].passphrase)
        current = {compartment for vault, compartment, _ in loot.keys if vault == case}
        assert current == (WHOLE if number < landed else set())
    with world.reading("anna") as ctx:
        members = {member.user for member in sharing.team(ctx, case)}
    assert members == {world.user("anna"), *users[:landed]}
    with world.reading("lana") as ctx:
        assert cases.overview(ctx, case).case.value.title
    _whole(world, case)


@pytest.mark.slow
@pytest.mark.parametrize("failpoint", [*WORK, *CLAIM])
def test_opening_a_shared_case_for_the_first_time(sqlite_world: World, run: Run, failpoint: str) -> None:
    """A key that was handed over is on its way or with whom it is for: never lost, never in both places."""
    world = sqlite_world
    shared, existing = [world.granted[CODED].case, world.granted[FULL].case], world.people["caseworker"]
    ended = run(job(world, "caseworker", "first use", failpoint, 2, cases=shared, turns=2))
    assert ended["status"] == -9
    assert ended["done"] == shared[:1]
    used = 2 if failpoint == "work.after_commit" else 1
    copy = Copy.of(world.runtime.database)
    waiting = {row["vault_id"] for row in copy.rows["grants"] if row["member"] == existing.fingerprint}
    assert waiting & set(shared) == set(shared[used:])
    current = with_passphrase(copy, existing.passphrase).keys
    assert {part for vault, part, _ in current if vault == shared[1]} == WHOLE
    assert {part for vault, part, _ in current if vault == shared[0]} == {"core"}
    with world.reading("caseworker") as ctx:
        assert cases.overview(ctx, shared[0]).broken == ()
        assert cases.overview(ctx, shared[1]).case.value.title
    _whole(world, *shared)


@pytest.mark.slow
@pytest.mark.parametrize("failpoint", [*WORK, *RECORD, *LOG])
def test_admitting_a_newcomer(sqlite_world: World, run: Run, failpoint: str) -> None:
    world = sqlite_world
    names = ["first", "second"]
    users = [newcomer(world, name, frozenset({"caseworker"})).user for name in names]
    ended = run(job(world, "admin", "certificate", failpoint, 2, users=users, turns=2))
    assert ended["status"] == -9
    assert ended["done"] == users[:1]
    landed = 2 if failpoint == "work.after_commit" else 1
    with world.reading("admin") as ctx:
        lines = {line.user: line for line in administration.users(ctx)}
    directory, copy = world.runtime.organisation.directory, Copy.of(world.runtime.database)
    for number, name in enumerate(names):
        admitted = number < landed
        line = lines[world.user(name)]
        assert (line.state, bool(line.roles)) == (("active", True) if admitted else ("waiting", False))
        assert line.name == (f"Colleague {number}" if admitted else "")
        current = {vault for vault, _, _ in with_passphrase(copy, world.people[name].passphrase).keys}
        assert current == ({directory} if admitted else set())
        assert world.sign_in(name).actor.state == line.state
    if landed == 1:
        with world.writing("admin") as ctx:
            administration.certify(ctx, users[1], "Admitted after all", frozenset({"lawyer"}))
        assert world.sign_in("second").actor.roles == {"lawyer"}
    _whole(world)


@pytest.mark.slow
@pytest.mark.parametrize("failpoint", [*BLOB, *WORK, *RECORD, *LOG])
def test_an_upload(sqlite_world: World, run: Run, failpoint: str) -> None:
    """What was said to be kept comes back byte for byte; what was not is no exhibit."""
    world, case = sqlite_world, sqlite_world.strike.case
    # One upload reads (the gate) and then writes; evidence rests in the coded part and behind the names.
    times = 3 if failpoint in (*WORK, *LOG, *RECORD) else 2
    ended = run(job(world, "anna", "upload", failpoint, times, case=case))
    assert ended["status"] == -9
    assert ended["done"]
    with world.reading("anna") as ctx:
        cards = {card.id for card in records.listing(ctx, Evidence, case)} - {world.strike.records["evidence"]}
        for number, record in enumerate(ended["done"]):
            opened = evidence.open_file(ctx, case, record, 1)
            assert b"".join(opened.pieces) == bytes([number + 1]) * 140_000
    landed = len(cards - set(ended["done"]))
    assert landed <= 1
    assert landed == 0 or failpoint == "work.after_commit"
    with world.reading("anna") as ctx:
        for record in cards:
            assert len(b"".join(evidence.open_file(ctx, case, record, 1).pieces)) == 140_000
    by_name = {row["id"] for row in Copy.of(world.runtime.database).rows["blobs"]}
    assert by_name <= set(world.runtime.blobs.ids()), "no row names a file that is not there"
    _whole(world, case)


@pytest.mark.slow
@pytest.mark.parametrize("failpoint", [*RECOVERY, *WORK, *LOG])
def test_taking_in_what_the_custodians_opened(sqlite_world: World, run: Run, failpoint: str) -> None:
    """Two answers, one case each: what was told is done is there, the other is wholly there or not at all."""
    world = sqlite_world
    cases_of = [world.own.case, world.strike.case]
    keys = recovery_keys(read_card(world.recovery_card, "recovery"))
    answers, second = [], world.session("admin")
    for case in cases_of:
        requested = RequestedKeys(account=world.user("lawyer"), cases=(case,), reason="lost")
        with world.writing("founder") as ctx:
            request = requests.ask(ctx, requested, second)
        answers.append(rewrap(SignedRequest.decode(request.data).request, keys).answer.encode().hex())
    # Of what the log settles, one act's own is reached once; a vault of the first case has three parts.
    times = {"recovery.after_header": 5, "recovery.after_wrap": 9}.get(failpoint, 2)
    ended = run(job(world, "founder", "recovery", failpoint, times, answers=answers, turns=2))
    assert ended["status"] == -9
    copy = Copy.of(world.runtime.database)
    loot = with_passphrase(copy, world.people["lawyer"].passphrase)
    current = [{part for vault, part, _ in loot.keys if vault == case} for case in cases_of]
    landed = len(ended["done"]) + (failpoint == "work.after_commit")
    assert [bool(parts) for parts in current] == [number < landed for number in range(2)]
    assert all(parts >= WHOLE for parts in current if parts)
    for answer in answers[landed:]:
        with world.writing("founder") as ctx:
            assert answering.take_in(ctx, bytes.fromhex(answer)).cases == 1
    with world.runtime.reading(world.sign_in("lawyer"), world.now) as ctx:
        assert all(cases.overview(ctx, case).case.value.title for case in cases_of)
    _whole(world, world.strike.case)


@pytest.mark.slow
@pytest.mark.parametrize("failpoint", [*WORK, *GIVING_UP])
def test_giving_keys_up_for_a_journey(sqlite_world: World, run: Run, failpoint: str) -> None:
    world = sqlite_world
    with world.writing("anna") as ctx:
        sharing.share(ctx, world.strike.case, world.user("luka"), "lead")
    world.sign_in("lana")
    before = with_passphrase(Copy.of(world.runtime.database), world.people["lana"].passphrase).keys.keys()
    ended = run(job(world, "lana", "journey", failpoint, 1, turns=1, users=[world.user("luka")]))
    assert (ended["status"], ended["done"]) == (-9, [])
    gone = failpoint == "work.after_commit"
    current = with_passphrase(Copy.of(world.runtime.database), world.people["lana"].passphrase).keys.keys()
    assert current == (set() if gone else before)
    assert world.sign_in("lana").actor.state == ("away" if gone else "active")
    _whole(world, world.strike.case)


def test_every_named_point_is_tried_here_or_in_the_store() -> None:
    in_the_store = {"record.after_history", "manifest.before_settle", "manifest.after_state"}  # test_kills.py there
    tried = {*WORK, *LOG, *RECORD, *BLOB, *RECOVERY, *in_the_store}
    assert tried == {*SAVING, *RECOVERY}
    elsewhere = {*GRANT, *CLAIM, *TRAVEL, *DELETION, *ROTATION, *RESEALING, *REPLACEMENT, *PLANNED, *BACKUP, *RESTORE}
    elsewhere |= {*REWRITING, *FOLDING}
    assert tried | elsewhere == set(EVERY), "a new part of the program needs a test that ends at its failpoints"


@pytest.mark.slow
@BOTH
@pytest.mark.parametrize("failpoint", [*DELETION, *WORK])
def test_a_case_deleted_for_good(make_world: Callable[[str], World], run: Run, kind: str, failpoint: str) -> None:
    """Wholly there, or wholly gone: with its people, and for everybody."""
    world = make_world(kind)
    case, person = world.strike.case, world.strike.person
    with world.writing("anna") as ctx:
        deleting.ask(ctx, DeletionTarget(vault=case), "The family asked for it")
    keep_photo(world)
    ended = run(job(world, "lana", "deletion", failpoint, 1, case=case, turns=1))
    assert ended == {"status": -9, "done": []}
    again = world.restarted()
    rows = Copy.of(again.runtime.database).rows
    of_case = [
        row
        for name in ("records", "digests", "text_packs", "grants", "blobs")
        for row in rows[name]
        if row["vault_id"] == case
    ]
    landed = failpoint in ("deletion.before_files", "deletion.after_file", "deletion.after_keyring", WORK[1])
    assert bool(of_case) != landed
    if not landed:
        _whole(again, case)
        with again.reading("anna") as ctx:
            assert people.read(ctx, person).broken == frozenset()
    else:
        assert [row for table in rows.values() for row in table if person in row.values()] == []
        for name in ("anna", "lana"):
            with pytest.raises(NotFound), again.reading(name) as ctx:
                cases.overview(ctx, case)
    again.close()
