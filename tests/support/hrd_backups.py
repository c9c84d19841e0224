"""What tests of backups share: keys, a world with a file of evidence, places to restore into, everything compared."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from hrd_databases import Databases
from hrd_thief import Copy
from hrd_world import World

from hrd_cases.crypto.formats import age
from hrd_cases.domain.evidence import Evidence
from hrd_cases.services.backups import backups, restoring
from hrd_cases.services.backups.restoring import Restored, RestoreWish
from hrd_cases.services.evidence import uploads
from hrd_cases.services.install.install import InstallPlace
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.signin import organisation_setup

KEYS = (age.Identity.new(), age.Identity.new())
RECIPIENTS = tuple(item.recipient for item in KEYS)
WANTED = RestoreWish(identities=KEYS[:1])
PHOTO = os.urandom(300_000)
OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}
# What a restore itself adds or takes away: its own entry in the log, and the marks of its being made.
OWN_TABLES = {"log", "log_head", "log_keys", "settings"}


def quiet(_text: str, _done: int = 0, _total: int = 0) -> None:
    """Nobody listens."""


def keep_photo(world: World, data: bytes = PHOTO) -> str:
    """A file of evidence in the strike case; the id of its exhibit."""
    intake = uploads.begin(world.runtime, world.session("anna"), world.now, case=world.strike.case)
    incoming = intake.begin_file("gate.jpg", "image/jpeg")
    incoming.write(data)
    intake.finish_file(incoming, world.now)
    return intake.keep(Evidence(title="The gate at night"), world.now)[0]


def back_up(world: World, *, minutes: int = 0) -> Path:
    """A backup in the world's folder `backups`."""
    moment, folder = world.now + timedelta(minutes=minutes), world.folder / "backups"
    folder.mkdir(exist_ok=True)
    return backups.make(world.runtime, folder, RECIPIENTS, moment, quiet).file


@dataclass(frozen=True)
class Empty:
    """Makes empty places, on one kind of database or the other."""

    databases: Databases
    folder: Path

    def place(self, kind: str, name: str = "new") -> InstallPlace:
        """An empty place."""
        where = self.folder / name
        return InstallPlace(
            folder=where / "instance", database_url=self.databases.fresh(kind), evidence=where / "evidence"
        )


def restore(file: Path, place: InstallPlace, world: World, requested: RestoreWish = WANTED) -> Restored:
    """Restore a backup."""
    return restoring.restore(file, place, requested, world.now, quiet)


@contextmanager
def running(place: InstallPlace) -> Iterator[Runtime]:
    """The organisation in a place."""
    runtime = organisation_setup.load(place.folder, place.database_url, place.evidence)
    try:
        yield runtime
    finally:
        runtime.database.close()


def rows(runtime: Runtime) -> dict[str, list[tuple[object, ...]]]:
    """Every row that a restore must bring back exactly, sorted."""
    copy = Copy.of(runtime.database)
    return {
        name: sorted((tuple(row.values()) for row in result), key=repr)
        for name, result in copy.rows.items()
        if name not in OWN_TABLES
    }


def blobs(runtime: Runtime) -> dict[str, bytes]:
    """Every sealed file."""
    result = {}
    for blob in runtime.blobs.ids():
        with runtime.blobs.open(blob) as stream:
            result[blob] = stream.read()
    return result


def nothing_there(place: InstallPlace) -> bool:
    """True when a place is as good as new: no organisation, no row, no file, nothing begun."""
    leftovers = [path for path in place.folder.rglob("*") if not path.name.startswith("cases.sqlite")]
    files = [path for path in place.evidence.rglob("*") if path.is_file()]
    return not leftovers and not files


def replaced(place: InstallPlace, **more: object) -> InstallPlace:
    """The same place with something else in it."""
    content = {"folder": place.folder, "database_url": place.database_url, "evidence": place.evidence}
    return InstallPlace(**{**content, **more})  # type: ignore[arg-type]
