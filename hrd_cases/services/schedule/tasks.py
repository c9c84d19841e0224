"""A task is done with one press, and not done again with another; a repeating one makes the next when it is done."""

from dataclasses import replace

from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.notes import Task, repeated
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.records import records


def mark(ctx: Context, case: CaseId, record: RecordId, *, done: bool) -> None:
    """Say that a task is done, or is not; nothing is written when that is so already."""
    stored = records.read(ctx, case, record, Task)
    if stored.value.done != done:
        changed = replace(stored.value, done=done)
        records.save(ctx, case, record, changed, stored.versions)
        repeat(ctx, case, record, changed)


def repeat(ctx: Context, case: CaseId, record: RecordId, task: Task) -> None:
    """Make the next task of one that is done, unless it is there: it was done before, and then not done after all."""
    following = repeated(task, record, ctx.today) if task.done else None
    if following is not None and all(card.value.repeat_of != record for card in records.listing(ctx, Task, case)):
        records.create(ctx, case, following)
