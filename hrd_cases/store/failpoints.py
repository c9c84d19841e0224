"""Named places where a test may kill the process: between every two steps of a save.

Their names are read out of the calls of `reach`: tests/support/hrd_failpoints.py.
"""

from collections.abc import Callable

_hooks: list[Callable[[str], None]] = []


def install(hook: Callable[[str], None]) -> None:
    """Call `hook` with the name at each failpoint from now on; it may raise or end the process."""
    _hooks.append(hook)


def remove(hook: Callable[[str], None]) -> None:
    """Take an installed hook out again."""
    _hooks.remove(hook)


def reach(name: str) -> None:
    """Say that the failpoint `name` is reached; nothing happens unless a hook is installed."""
    for hook in _hooks:
        hook(name)
