"""Why a list across cases looks at a record: said once, so that a page need not decode every record to find it."""

from datetime import date

from hrd_cases.domain.agenda import over
from hrd_cases.domain.calls import OPEN, Call, in_danger, left_behind
from hrd_cases.domain.cases import CLOSED, Case
from hrd_cases.domain.fields import Declared
from hrd_cases.domain.filings import RELEASED, Paper
from hrd_cases.domain.incidents import Incident, waits_for_code
from hrd_cases.domain.legal_actions import LegalAction, still_held
from hrd_cases.domain.letters import Letter, waits_without_day
from hrd_cases.store.pack_format import CardStanding
from hrd_cases.store.stored import Stored

WAITS = 1  # the desk looks at it, whatever the day
GOES_ON = 2  # a case that is not closed
MAY_GO = 4  # a closed case, or a call of its own: it may have been kept for long enough
UNKNOWN = CardStanding(marks=WAITS | GOES_ON | MAY_GO, first=1, since=1, until=date.max.toordinal())


def standing(stored: Stored[Declared], today: date) -> CardStanding:
    """What lists need to know of a record; of one that did not open whole, that everybody looks at it."""
    if not stored.opened or stored.broken:
        return UNKNOWN
    lines = list(stored.entity.lines(stored.value, today))
    days = [line.on.toordinal() for line in lines]
    undone = [line.on.toordinal() for line in lines if not over(line.kind, line.on, today, done=line.done)]
    return CardStanding(
        marks=_marks(stored.value, today),
        first=min(undone, default=0),
        since=min(days, default=0),
        until=max(days, default=0),
    )


def _marks(value: Declared, today: date) -> int:
    if isinstance(value, Case):
        return MAY_GO if value.stage == CLOSED else GOES_ON
    if isinstance(value, Call):
        waits = value.state == OPEN or (in_danger(value) and not left_behind(value))
        return (WAITS if waits else 0) | (0 if value.origin else MAY_GO)
    waits = (
        (isinstance(value, Incident) and waits_for_code(value))
        or (isinstance(value, LegalAction) and any(still_held(row, today) for row in value.custody))
        or (isinstance(value, Letter) and (waits_without_day(value) or bool(value.second_asked)))
        or (isinstance(value, Paper) and (value.state == RELEASED or bool(value.second_asked)))
    )
    return WAITS if waits else 0
