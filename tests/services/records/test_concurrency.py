"""Many at once: everything saved is there, the log is one chain, and a second writer is told, not overruled.

Catalogue of attacks 65 and 75.
"""

import dataclasses
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from hrd_filled import filled
from hrd_whole import log_verifies
from hrd_world import FULL, LEAD, World, newcomer

from hrd_cases.domain.calls import Call
from hrd_cases.domain.companies import Company
from hrd_cases.domain.errors import Busy, Changed
from hrd_cases.domain.incidents import Incident
from hrd_cases.services.casework import calls, cases, people
from hrd_cases.services.figures import trends
from hrd_cases.services.records import records, versions
from hrd_cases.services.team import administration

FIVE = ("anna", "caseworker", "lawyer", "coordinator", "outsider")


def _at_once(acts: list[Callable[[], None]]) -> list[BaseException]:
    """Start every act in the same moment; what went wrong."""
    barrier, wrong = Barrier(len(acts)), []

    def one(act: Callable[[], None]) -> None:
        barrier.wait()
        try:
            act()
        except Exception as error:  # noqa: BLE001  # handed to the test, which says what it expected
            wrong.append(error)

    threads = [Thread(target=one, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


@pytest.mark.slow
def test_fifty_incidents_of_five_people_at_the_same_moment_are_fifty_incidents(world: World) -> None:
    case = world.granted[LEAD].case
    people_on_it = FIVE[:4]
    for name in FIVE:
        world.session(name)
    with world.reading("coordinator") as ctx:
        before = len(trends.ask(ctx, trends.TrendQuestion()).selection.events)

    def save(name: str, number: int) -> Callable[[], None]:
        where = case if name in people_on_it else world.own.case

        def act() -> None:
            with world.runtime.writing(world.session(name), world.now) as ctx:
                value = filled("incident", write=lambda field: f"{name} {number}")
                records.create(ctx, where, dataclasses.replace(value, title=f"{name} {number}"))

        return act

    assert _at_once([save(name, number) for name in FIVE for number in range(10)]) == []
    expected = {f"{name} {number}" for name in FIVE for number in range(10)}
    result: set[str] = set()
    for name, where in (("anna", case), ("outsider", world.own.case)):
        with world.reading(name) as ctx:
            for card in records.listing(ctx, Incident, where):
                stored = records.read(ctx, where, card.id)
                assert (stored.broken, stored.unproven) == (frozenset(), frozenset())
                result.add(stored.value.title)
    assert expected <= result
    log_verifies(world)
    with world.reading("coordinator") as ctx:
        visited = trends.ask(ctx, trends.TrendQuestion())
    assert (len(visited.selection.events), visited.unread) == (before + 50, 0)
    with world.runtime.database.reading() as work:
        rows = work.log.rows(0, 100_000)
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert max(Counter(row.sealed[:20] for row in rows).values()) == 1, "no number under a log key is used twice"


def test_the_second_who_saves_is_told_and_shown_the_newest(world: World) -> None:
    ids = world.granted[FULL]
    record = ids.records["incident"]
    with world.reading("anna") as ctx:
        hers = records.read(ctx, ids.case, record)
    with world.reading("caseworker") as ctx:
        theirs = records.read(ctx, ids.case, record)
    with world.writing("anna") as ctx:
        records.save(ctx, ids.case, record, dataclasses.replace(hers.value, title="Anna's"), hers.versions)
    with pytest.raises(Changed) as content, world.writing("caseworker") as ctx:
        records.save(ctx, ids.case, record, dataclasses.replace(theirs.value, title="Theirs"), theirs.versions)
    newest = content.value.newest
    assert newest.value.title == "Anna's"
    assert newest.versions["identity"] == 2
    with world.writing("caseworker") as ctx:
        records.save(ctx, ids.case, record, dataclasses.replace(newest.value, title="Both"), newest.versions)
    with world.reading("anna") as ctx:
        assert records.read(ctx, ids.case, record).value.title == "Both"
        told = [version.value.title for version in versions.of_case(ctx, ids.case, record).items]
    assert told == ["Both", "Anna's", "text of incident.title"]


def test_of_many_who_save_the_same_version_at_once_exactly_one_succeeds(world: World) -> None:
    ids = world.granted[FULL]
    record, names = ids.records["note"], ("anna", "caseworker", "lawyer", "coordinator")
    for name in names:
        with world.reading(name) as ctx:
            stored = records.read(ctx, ids.case, record)

    def save(name: str) -> Callable[[], None]:
        def act() -> None:
            with world.runtime.writing(world.session(name), world.now) as ctx:
                value = dataclasses.replace(stored.value, subject=name)
                records.save(ctx, ids.case, record, value, stored.versions)

        return act

    wrong = _at_once([save(name) for name in names])
    assert [type(error) for error in wrong] == [Changed] * 3
    with world.reading("anna") as ctx:
        after = records.read(ctx, ids.case, record)
        assert after.versions == {"identity": 2}
        assert len(versions.of_case(ctx, ids.case, record).items) == 2
    assert after.value.subject in names


def test_a_coded_change_and_a_named_change_at_once_do_not_undo_each_other(world: World) -> None:
    ids = world.strike
    record = ids.records["incident"]
    with world.reading("external") as ctx:
        coded = records.read(ctx, ids.case, record)
    with world.reading("anna") as ctx:
        whole = records.read(ctx, ids.case, record)
    with world.writing("external") as ctx:
        records.save(ctx, ids.case, record, dataclasses.replace(coded.value, region="KZ-11"), coded.versions)
    assert coded.value.region not in ("", "KZ-11"), "something is changed, or there is nothing to undo"
    with pytest.raises(Changed) as content, world.writing("anna") as ctx:
        records.save(ctx, ids.case, record, dataclasses.replace(whole.value, title="Named"), whole.versions)
    newest = content.value.newest
    assert (newest.value.region, newest.value.title) == ("KZ-11", "text of incident.title")


def test_people_may_read_while_others_write(world: World) -> None:
    """Readers see one moment, whole: never a record of which half is new."""
    ids = world.granted[FULL]
    record = ids.records["incident"]
    for name in ("anna", "caseworker", "lawyer"):
        with world.reading(name) as ctx:
            cases.overview(ctx, ids.case)
    visited: list[tuple[str, str]] = []

    def write() -> None:
        for number in range(8):
            with world.runtime.writing(world.session("anna"), world.now) as ctx:
                stored = records.read(ctx, ids.case, record)
                places = {"place": f"turn {number}", "title": f"turn {number}", "unit": f"turn {number}"}
                records.save(ctx, ids.case, record, dataclasses.replace(stored.value, **places), stored.versions)

    def read(name: str) -> Callable[[], None]:
        def act() -> None:
            for _ in range(8):
                with world.runtime.reading(world.session(name), world.now) as ctx:
                    stored = records.read(ctx, ids.case, record)
                    assert (stored.broken, stored.unproven) == (frozenset(), frozenset())
                    visited.append((stored.value.title, stored.value.unit))

        return act

    assert _at_once([write, read("caseworker"), read("lawyer")]) == []
    assert all(title == unit for title, unit in visited if title.startswith("turn"))


def test_everybody_logs_in_at_once(world: World) -> None:
    names = [name for name in world.people if name != "disabled"]
    assert _at_once([lambda name=name: _come_in(world, name) for name in names for _ in range(2)]) == []


def _come_in(world: World, name: str) -> None:
    """Log in, as often as one is told that too many are just coming in."""
    for _ in range(1000):
        try:
            world.sign_in(name)
        except Busy:
            time.sleep(0.01)
        else:
            return
    raise AssertionError("never came in")


def test_two_sessions_of_one_person_lose_no_key(world: World) -> None:
    """Cases begun and calls taken at once, in two windows, while a third logs in and folds the keyring."""
    created: list[str] = []

    def begin(number: int) -> Callable[[], None]:
        session = world.sign_in("outsider")

        def act() -> None:
            for turn in range(4):
                with world.runtime.writing(session, world.now) as ctx:
                    call = Call(what="x", when=None, who=f"{number} {turn}", reach="y")
                    created.append(calls.take(ctx, call))

        return act

    def log_in() -> None:
        for minute in range(4):
            world.sign_in("outsider", world.now + timedelta(minutes=minute))

    assert _at_once([begin(1), begin(2), log_in]) == []
    again = world.restarted()
    with again.reading("outsider") as ctx:
        assert set(created) <= {card.id for card in calls.listing(ctx)}
        for call in created:
            assert calls.read(ctx, call).value.reach == "y"
    again.close()


def test_two_newcomers_admitted_at_once_are_both_admitted_or_one_administrator_is_told(world: World) -> None:
    users = [newcomer(world, name, frozenset({"caseworker"})).user for name in ("first", "second")]
    world.session("admin"), world.session("founder")
    done: list[str] = []

    def admit(by: str, user: str) -> Callable[[], None]:
        def act() -> None:
            with world.runtime.writing(world.session(by), world.now) as ctx:
                administration.certify(ctx, user, "New", frozenset({"caseworker"}))
            done.append(user)

        return act

    wrong = _at_once([admit("admin", users[0]), admit("founder", users[1])])
    assert [type(error) for error in wrong] in ([], [Changed])
    assert done
    for name, user in zip(("first", "second"), users, strict=True):
        session = world.sign_in(name)
        assert (session.actor.state == "active") == (user in done)
        if user in done:
            with world.runtime.reading(session, world.now) as ctx:
                assert records.listing(ctx, Company)
                assert people.listing(ctx).total == 0
