"""What has a date and waits to be done: the lines that one record puts on the desk and into the agenda."""

from dataclasses import dataclass
from datetime import date

from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.ids import NO_PERSON, PersonId

DATED, TASK = "dated", "task"
HEARING, UNRECORDED = "hearing", "unrecorded"
LETTER, REPLY = "letter", "reply"
CUSTODY_END, CUSTODY_REVIEW, CASE_REVIEW = "custody_end", "custody_review", "case_review"
CUSTODY_UNREVIEWED = "custody_unreviewed"  # nobody said when it is looked at again: it stands on each day until then
CHALLENGE, ANSWER = "challenge", "answer"
CONSENT_REVIEW, SUPPORT_END = "consent_review", "support_end"
RECOMMENDATION_REVIEW, RECOMMENDATION_DATE = "recommendation_review", "recommendation_date"
MEETING_PROMISE = "meeting_promise"
HEARINGS = frozenset({HEARING, UNRECORDED})
LETTERS = frozenset({LETTER, REPLY})
CUSTODY = frozenset({CUSTODY_END, CUSTODY_REVIEW, CUSTODY_UNREVIEWED})
FILINGS = frozenset({CHALLENGE, ANSWER})
RECOMMENDATIONS = frozenset({RECOMMENDATION_REVIEW, RECOMMENDATION_DATE})
OF_DIRECTORY = RECOMMENDATIONS | {MEETING_PROMISE}  # no case has them: who is responsible, else a coordinator
NOTED_DAYS = 60  # how long a hearing without an outcome, or a date of an action that went by, is asked about


@dataclass(frozen=True, kw_only=True)
class DatedLine:
    """One dated thing of a record, called by its title unless `person` says it all.

    `detail` is a code of the vocabulary `words`, `person` whom it is about, `who` the account of whoever does it.
    Where a record has several that are ticked off, `part` says which it is; `note` is what was typed beside it.
    """

    kind: str
    on: date
    at: str = ""
    titled: bool = True
    detail: str = ""
    words: str = ""
    person: PersonId = NO_PERSON
    who: str = ""
    done: bool = False
    part: str = ""
    note: str = ""


def day_due(when: PartialDate, today: date) -> date:
    """The day of a date that may be a month or a year: its first day while that lies ahead, then its last."""
    return when.first if when.first >= today else when.last


def over(kind: str, on: date, today: date, *, done: bool) -> bool:
    """Whether a line waits for nobody any more: done, or a day that nobody is asked about once it has passed."""
    return done or (kind in (HEARING, DATED) and on < today)
