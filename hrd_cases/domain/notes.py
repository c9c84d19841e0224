"""Notes and tasks: what a team tells itself. None of it ever enters a paper."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from hrd_cases.domain.agenda import TASK, DatedLine
from hrd_cases.domain.fields import Coded, CodedMany, Day, Flag, Hidden, Link, Text, TextLine, declare, entity
from hrd_cases.domain.vaults import CORE, IDENTITY, PRIVILEGED
from hrd_cases.domain.words import N_


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
    sheet_row: str = declare(Hidden(default=""), N_("Row of a list it came from"), at=IDENTITY, card=True)


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
