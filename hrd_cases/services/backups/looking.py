"""What `check` says of backups: whether the plan can be read, its folder is there, one was made and shown to open.

And the list of those that are kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_
from hrd_cases.services.backups import keeping
from hrd_cases.services.install import last_check
from hrd_cases.services.install.health import Finding, Say, whole
from hrd_cases.services.kernel.context import Runtime


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A backup in the folder of the plan: its file, bytes, the day it was made, and whether it was last proved to
    open."""

    file: Path
    day: date
    size: int
    opened: bool


def kept(runtime: Runtime, folder: Path) -> tuple[Kept, ...]:
    """The backups in a folder, oldest first."""
    with runtime.database.reading() as work:
        verified = keeping.state(work.settings).verified
    dated = [(path, day) for path in keeping.files(folder) if (day := keeping.made_on(path))]
    return tuple(Kept(file=path, day=day, size=path.stat().st_size, opened=day == verified) for path, day in dated)


def findings(runtime: Runtime, now: datetime) -> Iterator[Finding]:
    """The plan can be read, its folder is there, and a backup was made and shown to open within a week."""
    if runtime.organisation.demo:
        return
    try:
        plan = keeping.plan(runtime.instance)
    except RuleBroken as broken:
        yield Finding(name="backups", msgid=broken.text, values=broken.values)
        return
    with runtime.database.reading() as work:
        state, today = keeping.state(work.settings), runtime.clock(work, now).no_earlier
        new = today - (work.log.first_day or today) <= timedelta(days=keeping.NAG_DAYS)
    wrong = []
    if plan.folder and not Path(plan.folder).is_dir():
        wrong.append(Finding(name="backups", msgid=FOLDER_GONE, values={"folder": plan.folder}))
    if state.made is None:
        wrong.append(Finding(name="backups", msgid=NEVER_MADE, notice=new))
    elif state.verified is None:
        wrong.append(Finding(name="backups", msgid=NEVER_OPENED, notice=new))
    elif state.stale(today):
        wrong.append(Finding(name="backups", msgid=OLD, values={"day": state.verified.isoformat()}))
    yield from wrong or [Finding(name="backups")]


def everything(runtime: Runtime, now: datetime, say: Say) -> tuple[Finding, ...]:
    """All that can be checked without a passphrase; what was found is kept for the desk."""
    results = whole(runtime, now, say)
    if all(finding.right for finding in results if finding.name == "database"):
        results = (*results, *findings(runtime, now))
    last_check.note(runtime, now, results)
    return results


NEVER_MADE = N_("No backup was ever made: hrd-cases backup setup, then hrd-cases backup.")
NEVER_OPENED = N_("No backup was ever verified: hrd-cases backup verify FILE --identity KEYFILE.")
OLD = N_("The newest verified backup is of %(day)s: hrd-cases backup verify FILE --identity KEYFILE.")
FOLDER_GONE = N_("The folder for backups %(folder)s is not there: is the disk or stick in its place?")
