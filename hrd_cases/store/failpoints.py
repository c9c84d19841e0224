"""Named places where a test may kill the process: between every two steps of a save."""

from collections.abc import Callable

FAILPOINTS = (
    "work.before_commit",
    "work.after_commit",
    "record.before_write",
    "record.after_history",
    "record.after_body",
    "record.after_card",
    "log.before_append",
    "log.after_rows",
    "log.after_head",
    "blob.after_open",
    "blob.before_fsync",
    "blob.after_fsync",
    "blob.after_rename",
    "blob.after_folder_fsync",
)

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
