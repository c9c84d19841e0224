"""Whether the clock can be believed: nothing that happens by the day is done while it disagrees with the log."""

from datetime import UTC, timedelta

from hrd_cases.services.context import Context

MOST_IDLE = timedelta(days=45)  # an organisation that wrote nothing for longer waits one more day


def agrees(ctx: Context) -> bool:
    """True unless the newest entry of the log is of a later day, or the last day of work before this one is long ago.

    Looked at is the newest entry of an earlier day: a clock that jumped ahead has entered its own day already.
    """
    today = ctx.now.astimezone(UTC).date()
    if ctx.work.log.newest_day > today:
        return False
    before = ctx.work.log.newest_day_before(today)
    return before is None or today - before <= MOST_IDLE
