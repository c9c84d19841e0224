"""When an answer is due: typed, or counted by a rule that says it is not confirmed and keeps how it counted."""

from dataclasses import replace

from hrd_cases.domain.calendars import CalendarUnknown, kazakhstan_calendar
from hrd_cases.domain.deadlines import offer, rules
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.words import N_


def with_due_date(letter: Letter) -> Letter:
    """The letter with its due date counted, if that was asked and none was typed; raises RuleBroken at the field."""
    if not letter.count_due or letter.due is not None:
        return letter
    if letter.handed_in is None:
        raise RuleBroken(N_("To count the date, say when the letter was handed in."), place="handed_in")
    rule = rules()["letter_answer"]
    calendar = kazakhstan_calendar()
    try:
        counted = offer(rule, letter.handed_in, calendar)
    except CalendarUnknown:
        raise RuleBroken(
            N_("The calendar of holidays for that year is not known here. Type the date."), place="due"
        ) from None
    how = f"{rule.id} {rule.version}, {counted.calendar_version}, {letter.handed_in.isoformat()}"
    return replace(letter, due=counted.due, due_rule=how[:200])
