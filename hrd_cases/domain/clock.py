"""Whether the clock of this machine can be right, judged by the newest day that was sure before.

A clock that stands before that day, or far after it, is in doubt: then nothing is deleted or ended by the day, and
nothing that had ended begins again, until the clock is right or somebody confirms it (`hrd-cases clock`).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from hrd_cases.domain.words import N_

MOST_AHEAD = timedelta(days=14)  # a server that was off over the holidays of the new year is no wrong clock yet
BEHIND = N_("The clock of this machine says %(today)s, but the last record was saved on %(sure)s.")
AHEAD = N_("The clock of this machine says %(today)s, more than two weeks after the last day of work here, %(sure)s.")


@dataclass(frozen=True, kw_only=True)
class JudgedClock:
    """The day that the clock of this machine says, beside the newest day that was sure; None before the first."""

    today: date
    sure: date | None

    @property
    def doubt(self) -> str:
        """What speaks against the clock, as a msgid with %(today)s and %(sure)s; empty when nothing does."""
        if self.sure is None:
            return ""
        if self.today < self.sure:
            return BEHIND
        return AHEAD if self.today - self.sure > MOST_AHEAD else ""

    @property
    def values(self) -> dict[str, object]:
        """What stands in the doubt."""
        return {"today": self.today.isoformat(), "sure": self.sure.isoformat() if self.sure else ""}

    @property
    def no_earlier(self) -> date:
        """Today, but never before a day that has been: what ended stays ended under a clock that was set back."""
        return max(self.today, self.sure or self.today)

    @property
    def reached(self) -> date:
        """The day up to which it is sure that the days have passed: what ends for good or is deleted goes by it."""
        return self.sure if self.sure is not None and self.doubt else self.today
