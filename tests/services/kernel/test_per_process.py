"""What the requests of one process share is seen by one of them at a time, and is another organisation's never."""

import threading
from types import SimpleNamespace
from typing import cast

import pytest
from hrd_world import World

from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.kernel.per_process import PerProcess
from hrd_cases.services.signin import accounts
from hrd_cases.services.team import administration

COUNTED = PerProcess[dict[str, int]](dict)


@pytest.fixture
def runtime() -> Runtime:
    """As much of a running organisation as shared values need."""
    return cast(Runtime, SimpleNamespace(lock=threading.Lock(), cells={}))


def test_a_second_request_waits_until_the_first_has_changed_it(runtime: Runtime) -> None:
    entered = threading.Event()

    def second() -> None:
        with COUNTED.of(runtime) as counted:
            entered.set()
            counted["seen"] = counted.get("first", 0)

    with COUNTED.of(runtime) as counted:
        thread = threading.Thread(target=second)
        thread.start()
        assert not entered.wait(0.3)
        counted["first"] = 1
    thread.join()
    with COUNTED.of(runtime) as counted:
        assert counted == {"first": 1, "seen": 1}


def test_each_organisation_has_its_own(runtime: Runtime) -> None:
    other = cast(Runtime, SimpleNamespace(lock=threading.Lock(), cells={}))
    with COUNTED.of(runtime) as counted:
        counted["first"] = 1
    with COUNTED.of(other) as counted:
        assert counted == {}


def test_many_who_activate_at_once_end_no_request_of_another(sqlite_world: World) -> None:
    """Each begins twice, which ends the first offer of the same code while others look through all of them."""
    world, failures = sqlite_world, list[Exception]()
    with world.writing("founder") as ctx:
        codes = [administration.invite(ctx, frozenset({"caseworker"})) for _ in range(6)]

    def activate(code: str) -> None:
        try:
            first = accounts.begin_activation(world.runtime, code, world.now)
            second = accounts.begin_activation(world.runtime, code, world.now)
            assert accounts.offer(world.runtime, first, world.now) is None
            assert accounts.offer(world.runtime, second, world.now) is not None
        except Exception as error:  # noqa: BLE001  # whatever it is, this test tells it
            failures.append(error)

    threads = [threading.Thread(target=activate, args=(code,)) for code in codes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
