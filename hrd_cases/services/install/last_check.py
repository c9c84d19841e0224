"""When everything was last checked, and what was wrong then: kept in the instance folder, for the desk.

It rests where whoever only writes the database does not reach it, and can be kept while the database is damaged.
"""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from hrd_cases.services.install.health import NAMES, Finding
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.store.safe_files import replace_file

FILE = "last.check"
LATE_DAYS = 8  # a weekly timer, and a day


@dataclass(frozen=True, kw_only=True)
class LastCheck:
    """The day of the check, and the kinds of finding (keys of NAMES) that were wrong."""

    day: date
    wrong: tuple[str, ...] = ()

    def late(self, today: date) -> bool:
        """True when it is older than a timer would let it be, or of a day that has not come yet."""
        return not timedelta() <= today - self.day <= timedelta(days=LATE_DAYS)

    def alarming(self, today: date) -> bool:
        """True when administrators are told at the head of their desk."""
        return bool(self.wrong) or self.late(today)


def note(runtime: Runtime, now: datetime, findings: Iterable[Finding]) -> None:
    """Remember what a check found; where nothing can be written, it is only told: the desk says when one is old."""
    wrong = dict.fromkeys(finding.name for finding in findings if not finding.right)
    text = json.dumps({"day": now.astimezone(runtime.zone).date().isoformat(), "wrong": list(wrong)})
    with suppress(OSError):  # a copy on a read-only medium, a full disk
        replace_file(runtime.instance / FILE, text.encode())


def read(instance: Path) -> LastCheck | None:
    """The last check; None where none ran, or what was kept of it cannot be read."""
    try:
        text = json.loads((instance / FILE).read_text("utf-8"))
        names = tuple(name for name in text["wrong"] if name in NAMES)
        return LastCheck(day=date.fromisoformat(text["day"]), wrong=names)
    except (OSError, ValueError, TypeError, KeyError):
        return None
