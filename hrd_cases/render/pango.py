"""Whether Pango is there, the library that sets every page: told by its name before and after work that needs it."""

import ctypes

from hrd_cases.render.failure import BuildFailed

NAMES = ("libpango-1.0.so.0", "libpango-1.0-0", "libpango-1.0.0.dylib", "libpango-1.0.dylib")


def missing() -> bool:
    """True when none of the names under which systems keep it can be loaded."""
    return not any(_loads(name) for name in NAMES)


def refuse_missing() -> None:
    """Raise BuildFailed before anybody works for a page that can not be set."""
    if missing():
        raise BuildFailed("pango")


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
