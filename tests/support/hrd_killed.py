"""A process that acts and is killed at a named point: see acting.py and backing.py in tests/services."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hrd_world import World

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "tests" / "services"

Run = Callable[[dict[str, Any]], dict[str, Any]]


@contextmanager
def jobs(program: str) -> Iterator[Run]:
    """Runs jobs, each in a process that is killed: how it ended, and what it said was done."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests" / "support")))}
    with subprocess.Popen(
        [sys.executable, str(PROGRAMS / program)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        sent, answered = process.stdin, process.stdout

        def one(job: dict[str, Any]) -> dict[str, Any]:
            sent.write(json.dumps(job) + "\n")
            sent.flush()
            result: dict[str, Any] = json.loads(answered.readline())
            return result

        yield one
        sent.close()


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """Runs one job of acting.py."""
    with jobs("acting.py") as item:
        yield item


def job(world: World, by: str, act: str, failpoint: str, times: int, **more: Any) -> dict[str, Any]:
    """What one process is to do, as whom, and where it ends."""
    existing = world.people[by]
    return {
        "url": world.url,
        "folder": str(world.folder),
        "handle": existing.handle,
        "passphrase": existing.passphrase,
        "now": world.now.isoformat(),
        "act": act,
        "failpoint": failpoint,
        "times": times,
        "turns": 4,
        **more,
    }
