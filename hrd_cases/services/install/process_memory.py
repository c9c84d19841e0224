"""The memory of a process that holds keys: in no dump, closed to other programs of the same user, and never swapped.

What remains: Python overwrites nothing that it gives back, so whoever takes over the running machine as its
administrator may still find keys of sessions that have ended.
"""

import ctypes
import resource
import sys
from contextlib import suppress

PR_SET_DUMPABLE = 4  # prctl(2)
MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT = 1, 2, 4  # mlock(2): what is used, now and later, and no page before its use


def protect() -> None:
    """Do what this system allows: on others than Linux, no dump is all."""
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform != "linux":
        return
    library = ctypes.CDLL(None)
    library.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    # With a limit, memory beyond it would be refused later, in the middle of somebody's work.
    if resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] == resource.RLIM_INFINITY:
        library.mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT)
