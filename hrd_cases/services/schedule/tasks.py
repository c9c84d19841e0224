"""A task is done with one press, and not done again with another."""

from dataclasses import replace

from hrd_cases.domain.notes import Task
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.records import records


def mark(ctx: Context, case: str, record: str, *, done: bool) -> None:
    """Say that a task is done, or is not; nothing is written when that is so already."""
    stored = records.read(ctx, case, record, Task)
    if stored.value.done != done:
        records.save(ctx, case, record, replace(stored.value, done=done), stored.versions)
