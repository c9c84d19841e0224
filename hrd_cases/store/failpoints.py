"""Named places where a test may kill the process: between every two steps of a save."""

from collections.abc import Callable

FAILPOINTS = (
    "work.before_commit",
    "work.after_commit",
    "record.before_write",
    "record.after_history",
    "record.after_body",
    "record.after_card",
    "manifest.before_settle",
    "manifest.after_state",
    "log.before_append",
    "log.after_rows",
    "log.after_head",
    "recovery.after_certificate",
    "recovery.after_header",
    "recovery.after_wrap",
    "recovery.before_log",
    "blob.after_open",
    "blob.before_fsync",
    "blob.after_fsync",
    "blob.after_rename",
    "blob.after_folder_fsync",
)

# Between the steps of letting somebody in, and of their first use of the keys that were handed to them.
GRANT = ("grant.after_headers", "grant.after_wraps")
CLAIM = ("claim.after_wraps", "claim.after_keys")

# Between the steps of giving keys up for a journey, and of handing them back (services/travelling.py).
TRAVEL = ("travel.after_fold", "travel.after_wraps", "travel.after_row", "travel.after_return")

# Between the steps of deleting something for good (services/deletion/erasing.py).
DELETION = (
    "deletion.after_people",
    "deletion.after_rows",
    "deletion.after_statement",
    "deletion.after_keyring",
    "deletion.before_files",
    "deletion.after_file",
)

REPLACEMENT = (
    "replace.waiting",
    "replace.first",
    "replace.certified",
    "replace.revoked",
    "replace.exchanged",
    "replace.renewed",
    "replace.admitted",
    "replace.let_in",
    "replace.roles",
    "handover.shared",
    "handover.left",
    "factor.enrolled",
)

ROTATION = (
    "rotation.begin",
    "rotation.after_header",
    "rotation.after_grants",
    "rotation.after_keyring",
    "rotation.after_chain",
    "rotation.after_withdrawal",
    "rotation.after_compartment",
    "rotation.after_people",
)
RESEALING = (
    "reseal.before_batch",
    "reseal.after_records",
    "reseal.after_access",
    "reseal.after_forgetting",
)

BACKUP = (
    "backup.after_open",
    "backup.after_database",
    "backup.after_parts",
    "backup.before_fsync",
    "backup.after_fsync",
    "backup.after_rename",
)

RESTORE = (
    "restore.after_begin",
    "restore.before_commit",
    "restore.after_commit",
    "restore.after_check",
    "restore.before_place",
    "restore.after_place",
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
