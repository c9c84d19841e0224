"""Log-ins held until an hour: a row of settings with a mark that only this server can make, so that a restart keeps it.

Who writes the database can take a hold away, and can make none: nobody is locked out by what this server did not write.
A hold goes on while the clock of this machine is in doubt: a clock that is set ends none.
"""

from datetime import UTC, datetime, timedelta

from hrd_cases.crypto.core.primitives import equal
from hrd_cases.crypto.core.tokens import hold_mac, hold_name
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.store.work import Work

LONGEST = 72  # hours
EVERYBODY = ""
NOBODY = "00" * 16
_SPELT = "%Y-%m-%dT%H:%MZ"
_PREFIX = "held/"


def holding(runtime: Runtime, work: Work, user: str, now: datetime) -> bool:
    """Whether log-ins are held for an account; the same work for `user` empty, a handle that nobody has."""
    moments = [held_until(runtime, work, scope, now) for scope in (EVERYBODY, user or NOBODY)]
    return any(until is not None for until in moments)


def held_until(runtime: Runtime, work: Work, scope: str, now: datetime) -> datetime | None:
    """When the hold of an account, or of EVERYBODY, ends; None where there is none."""
    name = hold_name(runtime.marker, bytes.fromhex(scope))
    return _read(runtime, work, name, work.settings.get(name), now)


def live(runtime: Runtime, work: Work, now: datetime) -> dict[str, datetime]:
    """Every hold that counts, by the name of its row."""
    rows = {name: value for name, value in work.settings.all().items() if name.startswith(_PREFIX)}
    read = {name: _read(runtime, work, name, value, now) for name, value in rows.items()}
    return {name: until for name, until in read.items() if until is not None}


def hold(runtime: Runtime, work: Work, scope: str, until: datetime, now: datetime) -> None:
    """Block log-ins; forgets the holds that are over."""
    moments = live(runtime, work, now)
    for name in work.settings.all():
        if name.startswith(_PREFIX) and name not in moments:
            work.settings.remove(name)
    spelt = until.astimezone(UTC).strftime(_SPELT)
    name = hold_name(runtime.marker, bytes.fromhex(scope))
    work.settings.put(name, f"{spelt} {hold_mac(runtime.marker, runtime.org, name, spelt).hex()}")


def release(runtime: Runtime, work: Work, scope: str) -> None:
    """Let log-ins go on."""
    work.settings.remove(hold_name(runtime.marker, bytes.fromhex(scope)))


def _read(runtime: Runtime, work: Work, name: str, value: str, now: datetime) -> datetime | None:
    """When a hold ends; None for one that is over, or that this server did not make."""
    spelt, _, mark = value.partition(" ")
    right = hold_mac(runtime.marker, runtime.org, name, spelt).hex()
    if not equal(right.encode(), mark.encode("utf-8", "replace")):
        return None
    until = datetime.strptime(spelt, _SPELT).replace(tzinfo=UTC)
    goes_on = now < until <= now + timedelta(hours=LONGEST)
    return until if goes_on or runtime.clock(work, now).doubt else None
