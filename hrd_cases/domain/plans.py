"""What a ready plan makes of an event like an arrest: seen and changed on a form, then records of a case."""

from dataclasses import dataclass
from datetime import date

from hrd_cases.domain.dates import BadDate, PartialDate, exactly
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.fields import (
    Coded,
    Day,
    Declared,
    Entity,
    Link,
    Text,
    TextLine,
    TimeOfDay,
    declare,
    fields_of,
)
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.ids import PersonId, RecordId
from hrd_cases.domain.incidents import TO_BE_CODED, Attacked, Incident
from hrd_cases.domain.legal_actions import CustodyMeasure, LegalAction
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.notes import Task
from hrd_cases.domain.plan_days import due_day
from hrd_cases.domain.ready_plans import ACTION, INCIDENT, LETTERS, LONGEST, PlanTask, ReadyPlan
from hrd_cases.domain.vaults import CORE, IDENTITY
from hrd_cases.domain.words import N_
from hrd_cases.domain.written_dates import read_date

NOT_KNOWN = "unknown"  # how a hearing was told of: said when it is known
MOST_ENTRIES = 30
_EVENT, _ACTION, _HEARING, _WORK = N_("What happened"), N_("Legal action"), N_("Hearing"), N_("Tasks and letters")


@dataclass(frozen=True, kw_only=True)
class PlanForm:
    """The form on which everything is seen before it is made; what is empty is not made."""

    on: date | None = declare(
        Day(past=True, certain=True), N_("Day it happened"), at=CORE, required=True, section=_EVENT
    )
    person: PersonId = declare(Link(to="person"), N_("Whom it happened to"), at=CORE, section=_EVENT)
    incident: str = declare(TextLine(), INCIDENT, at=IDENTITY, section=_EVENT)
    action: str = declare(TextLine(), ACTION, at=IDENTITY, section=_ACTION)
    action_kind: str = declare(
        Coded(list="legal_action_kinds"), N_("Kind of the legal action"), at=CORE, section=_ACTION
    )
    measure: str = declare(Coded(list="custody_measures"), N_("Custody measure"), at=CORE, section=_ACTION)
    review: date | None = declare(Day(), N_("Measure reviewed next on"), at=CORE, section=_ACTION)
    tasks: str = declare(
        Text(rows=9),
        N_("Tasks, one on each line"),
        at=IDENTITY,
        section=_WORK,
        hint=N_("A line that begins with a day is due then"),
    )
    who: str = declare(Link(to="colleague"), N_("Who does them"), at=CORE, section=_WORK)
    letters: str = declare(Text(rows=3), LETTERS, at=IDENTITY, section=_WORK)
    hearing_on: date | None = declare(Day(), N_("Date"), at=CORE, section=_HEARING)
    hearing_at: str = declare(TimeOfDay(), N_("Time"), at=CORE, section=_HEARING)
    room: str = declare(TextLine(), N_("Court or room"), at=IDENTITY, section=_HEARING)


def form_of_plan(label: str) -> Entity:
    """The form of a plan, under its title."""
    fields = tuple(fields_of(PlanForm))
    return Entity(
        code="planned",
        letter="",
        vault="case",
        label=label,
        plural=label,
        new=label,
        cls=PlanForm,
        fields=fields,
        title=str,
    )


def planned(plan: ReadyPlan, happened: date, who: str) -> PlanForm:
    """What a plan makes of an event, to be looked at and changed; whoever begins it does the tasks."""
    return PlanForm(
        on=happened,
        incident=plan.incident,
        action=plan.action,
        action_kind=plan.action_kind,
        measure=plan.measure,
        review=due_day(happened, None, plan.review),
        tasks="\n".join(_line(task, happened) for task in plan.tasks if task.what),
        who=who,
        letters=plan.letters,
    )


def _line(task: PlanTask, happened: date) -> str:
    due = due_day(happened, task.days, task.period)
    return f"{due:%d.%m.%Y} {task.what}" if due is not None else task.what


def records_of(form: PlanForm, run: RecordId, today: date) -> list[Declared]:
    """The records that a form makes, each with the id by which they are known to belong together: incident and action
    first, since the others link to them."""
    made: list[Declared] = []
    if form.incident:
        made.append(_incident(form, run))
    if form.action:
        made.append(_action(form, run))
    if form.hearing_on is not None or form.hearing_at or form.room:
        made.append(_hearing(form, run))
    made += [_task(line, form.who, run, today) for line in _lines(form.tasks, "tasks")]
    made += [Letter(subject=line, direction="from_us", made_with=run) for line in _lines(form.letters, "letters")]
    if not 0 < len(made) <= MOST_ENTRIES:
        raise RuleBroken(
            N_("Between 1 and %(most)s entries can be made at once."), place="tasks", values={"most": MOST_ENTRIES}
        )
    return made


def _lines(text: str, place: str) -> list[str]:
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if any(len(line) > LONGEST for line in lines):
        raise RuleBroken(N_("A line has more than %(most)s letters."), place=place, values={"most": LONGEST})
    return lines


def _incident(form: PlanForm, run: RecordId) -> Incident:
    return Incident(
        title=form.incident,
        when=_day(form),
        region=TO_BE_CODED,
        kinds=(TO_BE_CODED,),
        attacked=tuple(Attacked(person=person) for person in _whom(form)),
        made_with=run,
    )


def _action(form: PlanForm, run: RecordId) -> LegalAction:
    if not form.action_kind:
        raise RuleBroken(N_("Choose the kind of the legal action."), place="action_kind")
    measure = CustodyMeasure(person=form.person, kind=form.measure, since=_day(form), review=form.review)
    return LegalAction(
        title=form.action,
        kind=form.action_kind,
        opened=_day(form),
        people=_whom(form),
        custody=(measure,) if form.measure else (),
        made_with=run,
    )


def _hearing(form: PlanForm, run: RecordId) -> Hearing:
    if form.hearing_on is None or not form.hearing_at or not form.room:
        raise RuleBroken(N_("A hearing needs its day, its time, and the court or room."), place="room")
    return Hearing(on=form.hearing_on, at=form.hearing_at, room=form.room, notified=NOT_KNOWN, made_with=run)


def _task(line: str, who: str, run: RecordId, today: date) -> Task:
    """A task of a line, due on the day that it begins with."""
    first, _, rest = line.partition(" ")
    if not first[:1].isdigit():
        return Task(what=line, who=who, made_with=run)
    try:
        due = read_date(first, today)
    except BadDate:
        due = None
    if due is None or not due.exact or not rest:
        raise RuleBroken(
            N_("“%(line)s”: begin with the day, as in 14.12.2017, and then say what to do."),
            place="tasks",
            values={"line": line[:60]},
        )
    return Task(what=rest, due=due.first, who=who, made_with=run)


def _day(form: PlanForm) -> PartialDate | None:
    return exactly(form.on) if form.on else None


def _whom(form: PlanForm) -> tuple[PersonId, ...]:
    return (form.person,) if form.person else ()
