"""What the people of a case read of a record that was deleted from it: the day and the two who did it, nothing of it.

Looked for only where a record is not there, in what the case's own people see of the log (access_log.py).
"""

import json

from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.errors import Deleted
from hrd_cases.domain.ids import is_id
from hrd_cases.services.kernel.audit_messages import DELETED
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.audit_writer import moment
from hrd_cases.services.sharing.sharing import names_of
from hrd_cases.store.opened import OpenVault


def of(ctx: Context, vault: OpenVault, record: str) -> Deleted | None:
    """The deletion of a record, for somebody whom the gate let into its vault; None when nobody deleted it."""
    if not is_id(record):
        return None
    bodies = (row.body for row in ctx.work.access.of(vault))
    return next((deleted for body in bodies if (deleted := _deletion(ctx, body, record)) is not None), None)


def _deletion(ctx: Context, body: bytes | None, record: str) -> Deleted | None:
    try:
        text = json.loads(body or b"")
        is_known = (text["act"], text.get("record"), "answer" in text) == (DELETED, record, False)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if not is_known:
        return None
    names = names_of(ctx, ColleagueCard)
    by, asked_by = (names.get(str(text.get(name, "")), "") for name in ("user", "asked_by"))
    return Deleted(at=moment(text.get("at")), by=by, asked_by=asked_by)
