"""A process that acts through the services and is killed at a named point: see tests/services/acting.py."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hrd_world import World

ROOT = Path(__file__).resolve().parents[2]
ACTING = ROOT / "tests" / "services" / "acting.py"

Run = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """Runs one job in a process that is killed."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests" / "support")))}
    with subprocess.Popen(
        [sys.executable, str(ACTING)],
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
            found: dict[str, Any] = json.loads(answered.readline())
            return found

        yield one
        sent.close()


def job(world: World, by: str, act: str, failpoint: str, times: int, **more: Any) -> dict[str, Any]:
    """What one process is to do, as whom, and where it ends."""
    known = world.people[by]
    return {
        "url": world.url,
        "folder": str(world.folder),
        "handle": known.handle,
        "passphrase": known.passphrase,
        "now": world.now.isoformat(),
        "act": act,
        "failpoint": failpoint,
        "times": times,
        "turns": 4,
        **more,
    }
