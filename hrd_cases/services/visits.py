"""What a visit of somebody with their keys makes possible, before anything is shown to them."""

from datetime import datetime

from hrd_cases.services import locked_calls, planned_ends
from hrd_cases.services.context import Runtime
from hrd_cases.services.sessions import Session


def visit(runtime: Runtime, session: Session, now: datetime) -> None:
    """Enter what was prepared for a day that has come, and the calls that were written on a locked page."""
    planned_ends.visit(runtime, session, now)
    locked_calls.visit(runtime, session, now)
