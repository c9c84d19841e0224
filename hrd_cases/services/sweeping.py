"""What nobody names any more, removed at the start: torn uploads, forms kept too long, codes that ran out."""

from datetime import datetime, timedelta

from hrd_cases.services.context import Runtime
from hrd_cases.services.kept import oldest_day

GRACE = timedelta(days=1)  # an upload may be running in another process


def sweep(runtime: Runtime, now: datetime) -> int:
    """Remove leftovers; how many sealed files went."""
    with runtime.database.writing() as work:
        known = work.files.ids()
        work.forms.remove_before(oldest_day(now))
        work.forms.forget_used_before(oldest_day(now))
        for row in work.users.invitations():
            if row.used or row.expires < now.date():
                work.users.remove_invitation(row.code_mac)
    gone = runtime.blobs.sweep(known, now - GRACE)
    runtime.database.rewrite()  # also for whoever was killed before they came to it
    return gone
