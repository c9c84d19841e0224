"""What strangers can cause to be written into the log: some entries in a while, then only how many more there were.

Counted for all of them together, so that it tells nothing about an account, and nobody fills the disk.
"""

from datetime import datetime, timedelta

from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.kernel.per_process import PerProcess

WHILE = timedelta(minutes=10)
MOST = 30
WINDOWS = PerProcess[dict[str, tuple[datetime, int, int]]](dict)  # by act: since when, how many written, how many not


def left_out(runtime: Runtime, act: str, now: datetime) -> int | None:
    """How many entries of this act were left out since the last; None when the next one is to be left out too."""
    with WINDOWS.of(runtime) as windows:
        began, written, unsaid = windows.get(act, (now, 0, 0))
        if not timedelta() <= now - began < WHILE:
            began, written = now, 0
        if written >= MOST:
            windows[act] = (began, written, unsaid + 1)
            return None
        windows[act] = (began, written + 1, 0)
        return unsaid
