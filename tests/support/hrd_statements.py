"""Keys that somebody keeps whatever happens, and entries of the log that nobody's act made."""

from hrd_world import World

from hrd_cases.crypto.core.keys import UserKeys
from hrd_cases.store.log import LogEntry
from hrd_cases.store.work import Work


def keys_of(world: World, name: str) -> UserKeys:
    """Somebody's keys, which they keep whatever happens."""
    bundle = world.session(name).bundle
    assert bundle is not None
    return bundle.user_keys


def enter(work: Work, mark: bytes) -> None:
    """An entry as the server would write it."""
    work.log.append([LogEntry(day=work.log.newest_day, klass="key", mark=mark, statement=True, sealed=b"")])
