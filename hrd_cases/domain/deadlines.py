"""Offers of due dates: a rule of law as data, counted over the working calendar, with every day of the count shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

from hrd_cases.domain.calendars import WorkingCalendar
from hrd_cases.domain.data_files import DataTable
from hrd_cases.domain.dates import months_after
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.vocabulary import LANGUAGES, Mark, VocabularySource, source, vocabulary
from hrd_cases.domain.vocabulary.model import text_in
from hrd_cases.domain.vocabulary.reading import load, mark_of, note_of
from hrd_cases.domain.words import N_

Unit = Literal["working_days", "calendar_days", "months"]
_UNITS: tuple[Unit, ...] = get_args(Unit)

_ONE_DAY = timedelta(days=1)

START_DAY = "start_day"
CALENDAR_DAY = "calendar_day"
ROLLED = "rolled"


@dataclass(frozen=True, kw_only=True)
class DeadlineRule:
    """A period set by law, in one edition.

    ``received_on_day_off`` says whether something received on a day off counts as received on the next working day;
    ``roll`` whether a last day that is a day off moves to the next working day. ``safe_margin`` is in working days.
    ``binds`` names the kinds of body that the rule sets a time for, ``letters`` the kinds of letter it is about.
    ``confirmed_by`` is empty until a lawyer took responsibility for the rule.
    """

    id: str
    version: int
    act: str
    article: str
    label: Mapping[str, str] = field(hash=False)
    unit: Unit
    amount: int
    received_on_day_off: bool
    roll: bool
    safe_margin: int
    on_expiry: str
    valid_from: date
    valid_to: date | None
    source: VocabularySource
    mark: Mark
    note: Mapping[str, str] = field(hash=False)
    offered: bool
    binds: frozenset[str] = frozenset()
    letters: frozenset[str] = frozenset()
    confirmed_by: str = ""
    confirmed_on: date | None = None

    @property
    def confirmed(self) -> bool:
        """Tell whether a lawyer has confirmed the rule."""
        return bool(self.confirmed_by) and self.confirmed_on is not None

    def text(self, language: str) -> str:
        """Name the rule in the language, falling back to Russian, then English."""
        return text_in(self.label, language)

    def note_text(self, language: str) -> str:
        """Give the remark on the rule in the language."""
        return text_in(self.note, language)

    def in_force_on(self, day: date) -> bool:
        """Tell whether this edition applies to something received on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class TracedDay(NamedTuple):
    """One day of a count; ``why`` is a code of the list ``calendar_days``."""

    day: date
    counted: bool
    why: str

    def text(self, language: str) -> str:
        """Say in the language why the day was counted or not."""
        return vocabulary("calendar_days").get(self.why).text(language)


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """An offered due date with its whole count; ``safe`` is an earlier date to aim at.

    ``holidays_known`` is false when only weekends were left out. ``confirmed`` is true only when a lawyer
    confirmed the rule and the calendar of every year touched is verified.
    """

    due: date
    safe: date
    trace: tuple[TracedDay, ...]
    rule: DeadlineRule
    calendar_version: str
    holidays_known: bool
    confirmed: bool


def offer(rule: DeadlineRule, received: date, calendar: WorkingCalendar) -> Deadline:
    """Count the rule from the day of receipt.

    Raises ``CalendarUnknown`` for a year not loaded and ``RuleBroken`` when the rule was not in force on that day.
    """
    if not rule.in_force_on(received):
        raise RuleBroken(N_("This rule was not in force on that day. Enter the date yourself."), place="received")
    trace = [*_before_start(rule, received, calendar)]
    start = trace[-1].day
    if rule.unit == "working_days":
        trace += _working_days(rule.amount, start, calendar)
    else:
        trace += _rolled(rule, _plain_end(rule, start), start, calendar)
    due = trace[-1].day
    return Deadline(
        due=due,
        safe=max(calendar.shifted(due, -rule.safe_margin), received),
        trace=tuple(trace),
        rule=rule,
        calendar_version=calendar.version,
        holidays_known=calendar.holidays_known,
        confirmed=rule.confirmed and calendar.certain_between(received, due),
    )


def _before_start(rule: DeadlineRule, received: date, calendar: WorkingCalendar) -> list[TracedDay]:
    start = calendar.working_on_or_after(received) if rule.received_on_day_off else received
    skipped = [received + _ONE_DAY * passed for passed in range((start - received).days)]
    return [
        *(TracedDay(day=day, counted=False, why=calendar.reason(day)) for day in skipped),
        TracedDay(day=start, counted=False, why=START_DAY),
    ]


def _working_days(amount: int, start: date, calendar: WorkingCalendar) -> list[TracedDay]:
    trace: list[TracedDay] = []
    day, left = start, amount
    while left:
        day += _ONE_DAY
        counted = calendar.is_working(day)
        trace.append(TracedDay(day=day, counted=counted, why=calendar.reason(day)))
        left -= counted
    return trace


def _plain_end(rule: DeadlineRule, start: date) -> date:
    if rule.unit == "calendar_days":
        return start + _ONE_DAY * rule.amount
    return months_after(start, rule.amount)


def _rolled(rule: DeadlineRule, end: date, start: date, calendar: WorkingCalendar) -> list[TracedDay]:
    days = (start + _ONE_DAY * passed for passed in range(1, (end - start).days + 1))
    trace = [TracedDay(day=day, counted=True, why=CALENDAR_DAY) for day in days]
    last = calendar.working_on_or_after(end) if rule.roll else end
    for passed in range(1, (last - end).days + 1):
        trace.append(TracedDay(day=end + _ONE_DAY * passed, counted=False, why=ROLLED))
    return trace


@cache
def rules() -> Mapping[str, DeadlineRule]:
    """Give every rule of ``deadline_rules.toml`` by its id."""
    return MappingProxyType({raw["id"]: rule_from(raw) for raw in load("deadline_rules")["rule"]})


def answer_rules(body_kind: str, letter_kind: str) -> list[DeadlineRule]:
    """Give the rules that set a time in which a body of that kind answers a letter of that kind: often none."""
    deadline_rules = rules().values()
    return [rule for rule in deadline_rules if rule.offered and body_kind in rule.binds and letter_kind in rule.letters]


def read_only_rules() -> list[DeadlineRule]:
    """Give the rules that no date is counted by here: periods of law to be read, each with its source and mark."""
    return [rule for rule in rules().values() if not rule.offered]


def rule_from(raw: DataTable) -> DeadlineRule:
    """Turn one table of the rules file into a rule."""
    return DeadlineRule(
        id=str(raw["id"]),
        version=int(raw["version"]),
        act=str(raw["act"]),
        article=str(raw["article"]),
        label=MappingProxyType({language: str(raw[language]) for language in LANGUAGES}),
        unit=_unit(raw),
        amount=int(raw["amount"]),
        received_on_day_off=bool(raw["received_on_day_off"]),
        roll=bool(raw["roll"]),
        safe_margin=int(raw["safe_margin"]),
        on_expiry=str(raw.get("on_expiry", "")),
        valid_from=raw["valid_from"],
        valid_to=raw.get("valid_to"),
        source=source(str(raw["source"])),
        mark=mark_of("deadline_rules", str(raw["id"]), raw["mark"]),
        note=note_of("deadline_rules", str(raw["id"]), raw.get("note")),
        offered=bool(raw["offered"]),
        binds=frozenset(raw.get("binds", ())),
        letters=frozenset(raw.get("letters", ())),
        confirmed_by=str(raw.get("confirmed_by", "")),
        confirmed_on=raw.get("confirmed_on"),
    )


def _unit(raw: Mapping[str, object]) -> Unit:
    for unit in _UNITS:
        if raw["unit"] == unit:
            return unit
    raise ValueError(f"deadline_rules: {raw['id']}: {raw['unit']!r} is not a unit of time")
