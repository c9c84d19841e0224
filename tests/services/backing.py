"""A process that backs up or restores and is killed at a named point: see test_backups_killed.py.

It reads one job a line (JSON) and forks for each, so that the program is loaded once.
"""

import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from hrd_cases.crypto import age
from hrd_cases.services import backups, backups_restore, founding
from hrd_cases.services.backups_kept import recipients
from hrd_cases.services.installing import Place
from hrd_cases.store import failpoints


def quiet(_text: str) -> None:
    """Nobody listens."""


def back_up(job: dict[str, Any], now: datetime) -> None:
    """Make a backup."""
    folder = Path(job["folder"])
    runtime = founding.load(folder / "instance", job["url"], folder / "evidence")
    backups.make(runtime, Path(job["to"]), recipients(job["recipients"]), now, quiet)


def restore(job: dict[str, Any], now: datetime) -> None:
    """Restore one."""
    place = Place(folder=Path(job["into"]), database_url=job["database"], evidence=Path(job["evidence"]))
    wanted = backups_restore.Wanted(identities=age.read_identities(job["identity"]))
    backups_restore.restore(Path(job["file"]), place, wanted, now, quiet)


def act(job: dict[str, Any]) -> None:
    """Do it, and die where the job says."""

    def hook(reached: str) -> None:
        if reached == job["failpoint"]:
            os.kill(os.getpid(), signal.SIGKILL)

    failpoints.install(hook)
    {"backup": back_up, "restore": restore}[job["act"]](job, datetime.fromisoformat(job["now"]))


def main() -> None:
    """Answer each job with how its process ended."""
    for line in sys.stdin:
        job = json.loads(line)
        child = os.fork()
        if child == 0:
            status = 1
            try:
                act(job)
                status = 0
            finally:
                os._exit(status)
        _, status = os.waitpid(child, 0)
        print(json.dumps({"status": os.waitstatus_to_exitcode(status)}), flush=True)


if __name__ == "__main__":
    main()
