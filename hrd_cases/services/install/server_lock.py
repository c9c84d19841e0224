"""One server for one organisation: a lock of the system on a file of the instance folder, gone with its process."""

import fcntl
import os
import time
from pathlib import Path

LOCK = "serving.lock"
PATIENCE = 3.0  # seconds: a server that was just killed takes a moment to go
_HIGH = 10  # below it are descriptors that a server is handed


def hold(folder: Path, patience: float = PATIENCE) -> int | None:
    """Take the lock for this process and what it becomes; its descriptor, None while somebody serves."""
    low = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    descriptor = fcntl.fcntl(low, fcntl.F_DUPFD, _HIGH)
    os.close(low)
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() > until:
                os.close(descriptor)
                return None
            time.sleep(0.1)
        else:
            os.set_inheritable(descriptor, True)
            return descriptor


def is_held(folder: Path) -> bool:
    """Whether somebody serves what is in a folder, or was there."""
    if not (folder / LOCK).exists():
        return False
    current = hold(folder, patience=0)
    if current is not None:
        os.close(current)
    return current is None
