"""Whether a backup would save us: read whole, restored into a place of its own, checked, its canary opened.

The instance folder of that place lies in memory where the system offers it, since it holds this server's own keys;
the rest of it is as sealed as the original. All of it is removed at the end.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_
from hrd_cases.services.backups import canary, keeping
from hrd_cases.services.backups.about import CANARY, LOG_IN
from hrd_cases.services.backups.parts import damaged
from hrd_cases.services.backups.restoring import Beginning, Restored, RestoreWish, arrive
from hrd_cases.services.backups.unpacking import unpack
from hrd_cases.services.install.health import Say
from hrd_cases.services.install.install import InstallPlace
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.signin import organisation_setup
from hrd_cases.services.signin.accounts import SignInRefused

_IN_MEMORY = Path("/dev/shm")  # noqa: S108  # a folder of our own is made in it, readable by its owner only
_PREFIX = "hrd-cases-verify-"


def verify(file: Path, requested: RestoreWish, within: Path | None, now: datetime, say: Say) -> Restored:
    """Restore a backup where nobody works, and look at all of it; RuleBroken says what is wrong."""
    with _room(within) as place, Beginning(place) as beginning:
        restored = arrive(file, place, requested, beginning, say)
        say(N_("Opening the test record"))
        _canary(restored.unpacked.small, place.evidence.parent / "canary", now)
    return restored


def note(runtime: Runtime, verified: Restored, now: datetime) -> None:
    """Remember on the server that its backup opens; RuleBroken for the backup of another organisation."""
    if runtime.org != verified.unpacked.about.org:
        raise RuleBroken(OTHER_ORGANISATION)
    with runtime.writing(None, now) as ctx:
        keeping.note_verified(ctx.work.settings, verified.made.date(), ctx.judged_clock.reached)
        ctx.note("admin", "verify a backup", made=verified.made.date().isoformat())


def confirm(runtime: Runtime, day: str, now: datetime) -> None:
    """Remember that the backup of a day (ISO) was verified on another machine.

    ValueError for a day that is none, RuleBroken for one on which no backup was made here.
    """
    date_value = date.fromisoformat(day)
    if date_value > now.date():
        raise ValueError(day)
    with runtime.writing(None, now) as ctx:
        if date_value not in keeping.made_days(ctx.work.settings):
            raise RuleBroken(NONE_THAT_DAY, values={"day": day})
        keeping.note_verified(ctx.work.settings, date_value, ctx.judged_clock.reached)
        ctx.note("admin", "verify a backup", made=date_value.isoformat())


def _canary(small: Mapping[str, bytes], room: Path, now: datetime) -> None:
    if not {LOG_IN, CANARY} <= set(small):
        raise damaged(CANARY)
    place = InstallPlace(folder=room, database_url=f"sqlite:///{room / 'canary.sqlite'}", evidence=room / "evidence")
    with Beginning(place) as beginning:
        unpacked_backup = unpack(iter((small[CANARY],)), place, beginning.mark)
        for name, part in unpacked_backup.folder.items():
            (room / name).write_bytes(part)
        runtime = organisation_setup.load(place.folder, place.database_url, place.evidence)
        try:
            if not canary.sings(runtime, small[LOG_IN], now):
                raise RuleBroken(SILENT)
        except (SignInRefused, LookupError, ValueError):
            raise RuleBroken(SILENT) from None
        finally:
            runtime.database.close()


@contextmanager
def _room(within: Path | None) -> Iterator[InstallPlace]:
    """A place that is gone afterwards: the instance folder in memory, database and evidence on the disk."""
    memory = _IN_MEMORY if _IN_MEMORY.is_dir() else None
    keys = _folder_in(memory or Path(tempfile.gettempdir()))
    room = _folder_in(within or Path(tempfile.gettempdir()))
    try:
        yield InstallPlace(folder=keys, database_url=f"sqlite:///{room / 'cases.sqlite'}", evidence=room / "evidence")
    finally:
        shutil.rmtree(keys, ignore_errors=True)
        shutil.rmtree(room, ignore_errors=True)


def _folder_in(parent: Path) -> Path:
    """A private folder that names its process, after those of processes that were killed are gone."""
    for left in parent.glob(f"{_PREFIX}*"):
        number = left.name.removeprefix(_PREFIX).partition("-")[0]
        if number.isdecimal() and not _runs(int(number)):
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent))


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)  # signal 0 only asks
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


SILENT = N_(
    "The backup is complete, but its test record does not open, so the rest may not open either. Make a new backup."
)
NONE_THAT_DAY = N_("No backup was made here on %(day)s. Write the day as verify printed it.")
OTHER_ORGANISATION = N_("This backup is of another organisation than the one on this server.")
