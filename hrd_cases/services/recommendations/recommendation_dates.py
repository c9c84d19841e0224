"""A date of a recommendation is done with one press, and not done again with another."""

from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.recommendations import Recommendation, marked
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.records import records


def mark(ctx: Context, record: RecordId, part: str, *, done: bool) -> bool:
    """Say that one of its dates is done, or is not; False, and nothing is written, when there is nothing to change."""
    stored = records.read(ctx, None, record, Recommendation)
    changed = marked(stored.value, part, done=done)
    if changed == stored.value:
        return False
    records.save(ctx, None, record, changed, stored.versions)
    return True
