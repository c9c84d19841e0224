"""Who may open the backups, how many are kept, and when one was last proved to open.

How many stay is counted in days, weeks and months that have a backup, never from today: no clock, and no pause, removes
a backup. The one that was last shown to open stays too, whatever else there is.

Recipients and retention rest in the instance folder (`backups.json`), where whoever only writes the database cannot
put a key of their own; the days of the last backups rest in the settings, for the desk and for deletion.
"""

import json
import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hrd_cases.crypto.core.errors import UnknownFormat
from hrd_cases.crypto.formats import age
from hrd_cases.domain.clock import JudgedClock
from hrd_cases.domain.dates import iso_day
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_
from hrd_cases.services.backups.packing import KEEPS
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.store.safe_files import replace_file, sync_folder
from hrd_cases.store.settings import StoredSettings

LEAST_RECIPIENTS = 2
NAG_DAYS = 7
MADE, VERIFIED, DAYS = "backup/made", "backup/verified", "backup/days"
MOST_DAYS = 400  # so many of the last days with a backup are remembered, so that one of them can be confirmed
_WEEK, _MONTH = 7, 31
_FILE = re.compile(r"hrd-cases-(\d{4}-\d{2}-\d{2})-(\d{6})\.age\Z")


@dataclass(frozen=True, kw_only=True)
class KeepPolicy:
    """How many backups stay: one of each of so many newest days, weeks and months that have one."""

    daily: int = 7
    weekly: int = 4
    monthly: int = 3

    @property
    def days(self) -> int:
        """With a backup every night one is gone after so many days: an old copy opens what was given up since."""
        return max(self.daily, self.weekly * _WEEK, self.monthly * _MONTH)


@dataclass(frozen=True, kw_only=True)
class BackupPlan:
    """What a nightly run needs to know: the recipients (age1pq...), how long files stay, and the folder for them."""

    recipients: tuple[str, ...] = ()
    keep: KeepPolicy = KeepPolicy()
    folder: str = ""


@dataclass(frozen=True, kw_only=True)
class State:
    """The day the newest backup was made, and the day of the newest one that was proved to open; None: never."""

    made: date | None
    verified: date | None

    def stale(self, today: date) -> bool:
        """True when the newest backup that was proved to open is older than a week, or there is none.

        A day that has not come yet was written by a wrong clock: it counts for nothing.
        """
        return self.verified is None or not timedelta() <= today - self.verified <= timedelta(days=NAG_DAYS)


def plan(instance: Path) -> BackupPlan:
    """The plan kept in an instance folder; an empty one when nothing was set up. RuleBroken when it can not be read."""
    path = instance / KEEPS
    try:
        text = json.loads(path.read_text("utf-8"))
        keep = KeepPolicy(**{name: int(number) for name, number in text["keep"].items()})
        return BackupPlan(recipients=tuple(map(str, text["recipients"])), keep=keep, folder=str(text["folder"]))
    except FileNotFoundError:
        return BackupPlan()
    except (ValueError, TypeError, KeyError, AttributeError):
        raise RuleBroken(PLAN_DAMAGED, values={"file": path, "command": f"rm {shlex.quote(str(path))}"}) from None


def save_plan(instance: Path, requested: BackupPlan) -> None:
    """Keep a plan; RuleBroken when its recipients would not do, or nothing would be kept."""
    recipients(requested.recipients)
    if requested.keep.daily < 1 or min(requested.keep.weekly, requested.keep.monthly) < 0:
        raise RuleBroken(KEEP_NOTHING)
    replace_file(instance / KEEPS, json.dumps(asdict(requested), indent=1).encode())


def recipients(lines: Iterable[str]) -> tuple[age.FileRecipient, ...]:
    """The keys of at least two different hybrid recipients; RuleBroken otherwise."""
    results = []
    for number, line in enumerate(lines, start=1):
        try:
            results.append(age.read_recipient(line))
        except UnknownFormat:
            raise RuleBroken(NO_RECIPIENT, values={"number": number}) from None
    if any(not recipient.hybrid for recipient in results):
        raise RuleBroken(NOT_HYBRID)
    if len(set(results)) < LEAST_RECIPIENTS:
        raise RuleBroken(TOO_FEW)
    return tuple(dict.fromkeys(results))


def file_name(moment: datetime, *, sure: bool = True) -> str:
    """The name of a backup made at a moment; under a clock in doubt one that retention neither counts nor removes."""
    return f"hrd-cases-{moment.astimezone(UTC):%Y-%m-%d-%H%M%S}{'' if sure else '.clock-in-doubt'}.age"


def made_on(path: Path) -> date | None:
    """The day in a backup's name; None for other files."""
    match = _FILE.match(path.name)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def expired(names: Iterable[Path], keep: KeepPolicy, verified: date | None = None) -> tuple[Path, ...]:
    """Which of these files retention lets go, oldest first; the newest one and those of day `verified` always stay."""
    dated = sorted(((day, path.name, path) for path in names if (day := made_on(path))), reverse=True)
    paths = {path for day, _, path in dated if day in (dated[0][0], verified)}
    for count, slot in ((keep.daily, _day), (keep.weekly, _iso_week), (keep.monthly, _month)):
        newest: dict[tuple[int, ...], Path] = {}
        for day, _, path in dated:
            newest.setdefault(slot(day), path)
        paths |= {newest[numbers] for numbers in sorted(newest, reverse=True)[:count]}
    return tuple(path for _, _, path in dated[::-1] if path not in paths)


def files(folder: Path) -> tuple[Path, ...]:
    """The backups in a folder, oldest first."""
    paths = (path for path in folder.iterdir() if made_on(path) and path.is_file())
    return tuple(sorted(paths, key=lambda path: path.name))


def prune(folder: Path, keep: KeepPolicy, clock: JudgedClock, verified: date | None) -> tuple[Path, ...]:
    """Remove the backups in a folder that retention lets go; which. RuleBroken, and none, when a clock is in doubt."""
    paths = files(folder)
    if clock.doubt:
        raise RuleBroken(clock.doubt, values=clock.values)
    if ahead := [path.name for path in paths if (made_on(path) or clock.today) > clock.today]:
        raise RuleBroken(FROM_THE_FUTURE, values={"file": ahead[-1], "today": clock.today.isoformat()})
    gone = expired(paths, keep, verified)
    for path in gone:
        path.unlink()
    if gone:
        sync_folder(folder)
    return gone


def state(settings: StoredSettings) -> State:
    """When a backup was last made and last proved to open."""
    return State(made=iso_day(settings.get(MADE)), verified=iso_day(settings.get(VERIFIED)))


def same_disk(runtime: Runtime, folder: Path) -> bool:
    """True when a folder lies on the disk that the organisation lies on."""
    return folder.stat().st_dev == runtime.instance.stat().st_dev


def compacted(runtime: Runtime) -> bool:
    """Write a large database anew where that waited for the night; False when there was no room, or others held it."""
    try:
        return not runtime.database.compact_due or runtime.database.compact()
    except ValueError:
        return False


def made_days(settings: StoredSettings) -> frozenset[date]:
    """The last days on which a backup was made."""
    return frozenset(day for item in settings.get(DAYS).split() if (day := iso_day(item)))


def note_made(settings: StoredSettings, day: date) -> None:
    """Remember that a backup was made."""
    settings.put(MADE, day.isoformat())
    days = sorted({*made_days(settings), day})[-MOST_DAYS:]
    settings.put(DAYS, " ".join(day.isoformat() for day in days))


def note_verified(settings: StoredSettings, date_value: date, today: date) -> None:
    """Remember that the backup made on a day was proved to open; an older one changes nothing, nor a day to come."""
    days = [day for day in (date_value, state(settings).verified) if day is not None and day <= today]
    if days:
        settings.put(VERIFIED, max(days).isoformat())


def stale(ctx: Context) -> State | None:
    """What administrators are told on their desk; None while a fresh backup is known to open, and in the demo."""
    result = state(ctx.work.settings)
    return result if not ctx.runtime.organisation.demo and result.stale(ctx.judged_clock.no_earlier) else None


def expires_on(ctx: Context) -> date | None:
    """The day by which no backup holds what is deleted now if one is made every day; None if none was ever made.

    Copies that people carried elsewhere go when they destroy them: no program can promise that.
    """
    day = state(ctx.work.settings).made
    try:
        return None if day is None else day + timedelta(days=plan(ctx.runtime.instance).keep.days)
    except RuleBroken:  # `check` and the nightly run say so
        return None


def merged(
    old: BackupPlan, *, lines: Sequence[str] = (), keep: KeepPolicy | None = None, folder: str = ""
) -> BackupPlan:
    """A plan with what was said put in the place of what was kept."""
    return replace(old, recipients=tuple(lines) or old.recipients, keep=keep or old.keep, folder=folder or old.folder)


def _day(day: date) -> tuple[int, ...]:
    return day.year, day.month, day.day


def _iso_week(day: date) -> tuple[int, ...]:
    return tuple(day.isocalendar()[:2])


def _month(day: date) -> tuple[int, ...]:
    return day.year, day.month


NO_RECIPIENT = N_("Recipient %(number)s is no key of age: it begins with age1pq1 and is copied whole.")
NOT_HYBRID = N_(
    "A recipient is of the old kind (age1...), which is not safe for years. Make one that begins with age1pq1."
)
TOO_FEW = N_("A backup needs at least two recipients, kept by two people: one lost key must not lose everything.")
FROM_THE_FUTURE = N_(
    "%(file)s is of a day after today, %(today)s. If the clock of this machine is right, that file was made under a "
    "wrong one: give it another name."
)
PLAN_DAMAGED = N_("%(file)s, the plan for backups, is damaged: %(command)s, then run hrd-cases backup setup again.")
KEEP_NOTHING = N_("Keep at least one daily backup, and no negative number of others.")
