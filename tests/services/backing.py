"""A process that backs up or restores and is killed at a named point: see test_backups_killed.py.

It reads one job a line (JSON) and forks for each, so that the program is loaded once.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

import acting
from hrd_failing import killed_at

from hrd_cases.crypto.formats import age
from hrd_cases.services.backups import backups, restoring
from hrd_cases.services.backups.keeping import recipients
from hrd_cases.services.install.install import InstallPlace
from hrd_cases.services.signin import organisation_setup


def quiet(_text: str, _done: int = 0, _total: int = 0) -> None:
    """Nobody listens."""


def back_up(job: dict[str, Any], now: datetime) -> None:
    """Make a backup."""
    folder = Path(job["folder"])
    runtime = organisation_setup.load(folder / "instance", job["url"], folder / "evidence")
    backups.make(runtime, Path(job["to"]), recipients(job["recipients"]), now, quiet)


def restore(job: dict[str, Any], now: datetime) -> None:
    """Restore one."""
    place = InstallPlace(folder=Path(job["into"]), database_url=job["database"], evidence=Path(job["evidence"]))
    requested = restoring.RestoreWish(identities=age.read_identities(job["identity"]))
    restoring.restore(Path(job["file"]), place, requested, now, quiet)


def act(job: dict[str, Any], content: int) -> None:
    """Do it, and die where the job says."""
    killed_at(job["failpoint"])
    {"backup": back_up, "restore": restore}[job["act"]](job, datetime.fromisoformat(job["now"]))


if __name__ == "__main__":
    acting.main(act)
