"""What nobody names any more, removed at the start: torn uploads, forms and sheets kept too long, codes that ran out.

And the reserve is laid that is given up when the disk is full (store/room.py).

Nothing goes while the clock of this machine is in doubt.
"""

from datetime import datetime, timedelta

from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.signin import login_notices
from hrd_cases.services.signin.saved_drafts import oldest_day

GRACE = timedelta(days=1)  # an upload may be running in another process


def sweep(runtime: Runtime, now: datetime) -> int:
    """Remove leftovers; how many sealed files went."""
    with runtime.database.writing() as work:
        sure = not runtime.clock(work, now).doubt
        values, owners = work.files.ids(), work.packs.owners()
        if sure:
            work.forms.remove_before(oldest_day(now))
            work.forms.forget_used_before(oldest_day(now))
            work.imports.remove_before(oldest_day(now))
            work.login_notices.remove_before(login_notices.oldest_day(now))
        for row in work.users.invitations():
            if row.used or (sure and row.expires < now.date()):
                work.users.remove_invitation(row.code_mac)
    gone = runtime.blobs.sweep(values, now - GRACE) if sure else 0
    runtime.blobs.packs.sweep(owners, now - GRACE)
    runtime.database.rewrite_if_marked()
    if runtime.database.room is not None:
        runtime.database.room.keep()
    return gone
