"""The command `hrd-cases`: begin, serve, look after.

Every error is one line; exit status 2 for wrong use, 1 for a failed check.
"""

from hrd_cases.cli.command import main

__all__ = ["main"]
