"""What the people of a case read of a record that was deleted from it: the day and the two who did it, nothing of it.

Looked for only where a record is not there, in the one row of the case that tells of it (keys/audit_writer.py).
"""

from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.errors import Deleted
from hrd_cases.domain.ids import RecordId, is_id
from hrd_cases.services.kernel.audit_messages import DELETED
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.audit_writer import EntryContent, deletion_entry, moment
from hrd_cases.services.sharing.sharing import names_of
from hrd_cases.store.opened import OpenVault


def of(ctx: Context, vault: OpenVault, record: RecordId) -> Deleted | None:
    """The deletion of a record, for somebody whom the gate let into its vault; None when nobody deleted it."""
    if not is_id(record):
        return None
    return _deletion(ctx, deletion_entry(ctx, vault, record), record)


def _deletion(ctx: Context, entry: EntryContent | None, record: RecordId) -> Deleted | None:
    """What the person who deleted it signed; what nobody signed tells of no deletion."""
    if entry is None or not entry.signed:
        return None
    text = entry.text
    if (text.get("act"), text.get("record"), "answer" in text) != (DELETED, record, False):
        return None
    names = names_of(ctx, ColleagueCard)
    by, asked_by = (names.get(str(text.get(name, "")), "") for name in ("user", "asked_by"))
    return Deleted(at=moment(text.get("at")), by=by, asked_by=asked_by)
