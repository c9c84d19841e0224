"""What a visit of somebody with their keys makes possible, before anything is shown to them."""

from datetime import datetime

from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.keys import planned_ends
from hrd_cases.services.schedule import locked_calls


def visit(runtime: Runtime, session: Session, now: datetime) -> None:
    """Enter what was prepared for a day that has come, and the calls that were written on a locked page."""
    with runtime.database.reading() as work:
        vaults = planned_ends.waiting(runtime, work, session, now)
        written = locked_calls.waiting(runtime, work, session, now)
    planned_ends.enter(runtime, session, now, vaults)
    locked_calls.enter(runtime, session, now, written)
