"""Notes and tasks: what a team tells itself. None of it ever enters a paper."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from hrd_cases.domain.agenda import TASK, DatedLine
from hrd_cases.domain.dates import months_after
from hrd_cases.domain.fields import Coded, CodedMany, Day, Flag, Hidden, Link, Text, TextLine, declare, entity
from hrd_cases.domain.ids import NO_RECORD, RecordId
from hrd_cases.domain.vaults import CORE, IDENTITY, PRIVILEGED
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.domain.words import N_

MOST_REPEATS = 1000  # of one task: weekly for nineteen years


def _agenda(task: "Task", _today: date) -> Iterator[DatedLine]:
    if task.due is not None:
        yield DatedLine(kind=TASK, on=task.due, who=task.who, done=task.done)


@entity(
    "task",
    letter="t",
    vault="case",
    label=N_("Task"),
    plural=N_("Tasks"),
    new=N_("New task"),
    title=lambda task: task.what,
    ordered="due",
    in_case=True,
    agenda=_agenda,
)
@dataclass(frozen=True, kw_only=True)
class Task:
    """What to do, by whom, until when."""

    what: str = declare(
        TextLine(max=300), N_("What to do"), at=IDENTITY, required=True, card=True, search=True, printed=False
    )
    due: date | None = declare(Day(), N_("Until"), at=CORE, card=True)
    who: str = declare(Link(to="colleague"), N_("Who does it"), at=CORE, card=True)
    urgency: str = declare(Coded(list="priorities"), N_("Priority"), at=CORE)
    done: bool = declare(Flag(), N_("Done"), at=CORE, card=True)
    repeats: str = declare(
        Coded(list="repeats"), N_("Repeats"), at=CORE, hint=N_("When it is done, the next one is made by itself")
    )
    repeats_until: date | None = declare(Day(), N_("Repeats until"), at=CORE, after="due")
    repeat_of: RecordId = declare(Hidden(default=""), N_("The task it repeats"), at=CORE, card=True)
    first_due: str = declare(Hidden(default=""), N_("Day from which repeats are counted"), at=CORE)
    sheet_row: str = declare(Hidden(default=""), N_("Row of a list it came from"), at=IDENTITY, card=True)
    made_with: RecordId = declare(Hidden(default=""), N_("What it was made together with"), at=CORE, card=True)


def repeated(task: Task, record: RecordId, today: date) -> Task | None:
    """The next task of a repeating one, `record`: due after it and not in the past; None when it repeats no more.

    Days are counted from the first one, so that what is due on the 31st does not slip to the 28th.
    """
    if task.due is None or not task.repeats:
        return None
    first = date.fromisoformat(task.first_due) if task.first_due else task.due
    days = (_after(first, task.repeats, number) for number in range(1, MOST_REPEATS))
    due = next((day for day in days if day is not None and day > task.due and day >= today), None)
    if due is None or (task.repeats_until is not None and due > task.repeats_until):
        return None
    return replace(
        task, due=due, done=False, repeat_of=record, first_due=first.isoformat(), sheet_row="", made_with=NO_RECORD
    )


def _after(first: date, repeats: str, number: int) -> date | None:
    """The day so many repeats after the first; of a month that is too short, its last day."""
    extra = vocabulary("repeats").get(repeats).extra
    if isinstance(days := extra.get("days"), int):
        return first + timedelta(days=days * number)
    months = extra.get("months")
    return months_after(first, months * number) if isinstance(months, int) else None


@entity(
    "note",
    letter="m",
    vault="case",
    label=N_("Note"),
    plural=N_("Notes"),
    new=N_("New note"),
    title=lambda note: note.subject,
    newest_first=True,
    in_case=True,
)
@dataclass(frozen=True, kw_only=True)
class Note:
    """A note to the team."""

    subject: str = declare(TextLine(), N_("Subject"), at=IDENTITY, required=True, card=True, search=True, printed=False)
    text: str = declare(Text(rows=8), N_("Text"), at=IDENTITY, search=True, printed=False)
    topics: tuple[str, ...] = declare(CodedMany(list="topics"), N_("Topics"), at=IDENTITY, card=True, printed=False)


@entity(
    "advice",
    letter="g",
    vault="case",
    label=N_("Lawyers' note"),
    plural=N_("Lawyers' notes"),
    new=N_("New lawyers' note"),
    title=lambda note: note.subject,
    newest_first=True,
    in_case=True,
)
@dataclass(frozen=True, kw_only=True)
class Advice:
    """A note between lawyer and client: only the lawyers of the team hold its key."""

    subject: str = declare(
        TextLine(), N_("Subject"), at=PRIVILEGED, required=True, card=True, search=True, printed=False
    )
    text: str = declare(Text(rows=8), N_("Text"), at=PRIVILEGED, search=True, printed=False)
