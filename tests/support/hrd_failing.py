"""An act that ends at a named step: broken off as by a full disk, or killed as by a pulled plug."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from hrd_cases.store import failpoints


class BrokenOff(Exception):
    """What a failpoint throws when a test names nothing else."""


def _from(name: str, times: int, end: Callable[[], None]) -> Callable[[str], None]:
    left = times

    def hook(reached: str) -> None:
        nonlocal left
        left -= reached == name
        if reached == name and left <= 0:
            end()

    return hook


@contextmanager
def broken_off(name: str, error: Exception | None = None, times: int = 1) -> Iterator[None]:
    """Break off whatever is done inside when it reaches failpoint `name` for the nth time, and see that it did.

    Whoever acts logs in before: a log-in passes failpoints too.
    """
    thrown = error or BrokenOff(name)
    with pytest.raises(type(thrown)) as ended, thrown_at(name, thrown, times):
        yield
    assert ended.value is thrown


@contextmanager
def thrown_at(name: str, error: Exception, times: int = 1) -> Iterator[None]:
    """Throw `error` when failpoint `name` is reached for the nth time; whoever catches it is what is tried."""

    def end() -> None:
        raise error

    hook = _from(name, times, end)
    failpoints.install(hook)
    try:
        yield
    finally:
        failpoints.remove(hook)


def killed_at(name: str, times: int = 1) -> None:
    """Let this process be killed when it reaches failpoint `name` for the nth time."""
    failpoints.install(_from(name, times, lambda: os.kill(os.getpid(), signal.SIGKILL)))
