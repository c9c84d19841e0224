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


# Another process writes for too long (SQLite, PostgreSQL); the server is stopped, starts, or has no place for us; two
# transactions were in each other's way.
BUSY = frozenset({"SQLITE_BUSY", "SQLITE_LOCKED", "55P03", "40001", "40P01"})
AWAY = ("08", "57P", "53300")


def gives_no_answer(error: Exception) -> bool:
    """Whether the database was busy, or could not be reached: the same act may succeed a little later."""
    code = code_of(error)
    if code:
        return code in BUSY or code.startswith(("SQLITE_BUSY_", "SQLITE_LOCKED_", *AWAY))
    original = getattr(error, "orig", None)
    # PostgreSQL's driver has no code for a server that said nothing.
    return original is not None and "OperationalError" in {cls.__name__ for cls in type(original).__mro__}
