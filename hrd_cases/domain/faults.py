"""What the system or a database calls an error, whichever library carries it: for messages, without any value."""

import errno

NO_ROOM = frozenset({"ENOSPC", "EDQUOT", "SQLITE_FULL", "53100"})  # of the system, of SQLite, of PostgreSQL


def code_of(error: Exception) -> str:
    """ENOSPC, SQLITE_FULL, 53100 and the like; empty when neither has a name for it."""
    original = getattr(error, "orig", None) or error
    code: str | None = getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None)
    if code is None and isinstance(original, OSError):
        code = errno.errorcode.get(original.errno or 0)
    return code or ""
