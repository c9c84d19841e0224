"""Who waits for what the process that opens exhibits makes of a file has a turn, one person after the other."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import CaseId
from hrd_cases.domain.words import N_
from hrd_cases.render.exhibit_process import Altered, ExhibitTask, Ready
from hrd_cases.render.process import BuildLimits, open_files
from hrd_cases.services.evidence.sealed_files import KeptFile, contents
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.kernel.per_process import PerProcess

AT_ONCE = 1  # opening exhibits is the heaviest thing that a page asks for
PATIENT = 20.0  # seconds that somebody waits who asked for one thing while another is made
ALTERED = N_("A file of this exhibit has changed since it was uploaded. Tell the server operator.")
BUSY = N_("Other pages are being drawn now. Try again in a moment.")
TURNS = PerProcess(partial(threading.BoundedSemaphore, AT_ONCE))


def opened(
    runtime: Runtime,
    case: CaseId,
    file: KeptFile,
    task: ExhibitTask,
    limits: BuildLimits | None = None,
    patience: float = PATIENT,
) -> Ready:
    """What the process makes of one file, in its turn; raises RuleBroken as `turn` does."""
    with turn(runtime, patience):
        (ready,) = open_files([(task, contents(runtime, case, file))], limits)
    return ready


@contextmanager
def turn(runtime: Runtime, patience: float = PATIENT) -> Iterator[None]:
    """Wait for one's turn, at most so many seconds.

    Raises RuleBroken where it does not come, and for a file that has changed.
    """
    turns = TURNS.itself(runtime)
    if not turns.acquire(timeout=patience):
        raise RuleBroken(BUSY)
    try:
        yield
    except (Altered, CryptoError):
        raise RuleBroken(ALTERED) from None
    finally:
        turns.release()
