"""A process that saves and saves, says what it was told is saved, and is killed at a named point: see test_kills.py."""

import os
import signal
import sys
from datetime import date
from pathlib import Path

from hrd_failpoints import SAVING
from hrd_log import tags

from hrd_cases.crypto.core.keys import CompartmentKey, UserKeys
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.vaults import ALL_RIGHTS, KINDS
from hrd_cases.store import failpoints
from hrd_cases.store.blobs import BlobStore
from hrd_cases.store.files import FileRow
from hrd_cases.store.log import LogEntry
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Writer
from hrd_cases.store.work import Database

ORG = bytes(range(16))
TODAY = date(2026, 11, 22)
COUNTER = "c0" * 16
CASE = KINDS["case"].compartments
VAULT = OpenVault(
    id="0f" * 16,
    kind="case",
    keys={name: {1: CompartmentKey(Secret(bytes([number]) * 32))} for number, name in enumerate(CASE)},
    headers=dict.fromkeys(CASE, bytes(32)),
    rights=dict.fromkeys(CASE, ALL_RIGHTS),
)
AUTHOR = Writer(
    user="aa" * 16,
    keys=UserKeys(kem_seed=Secret(b"k" * 32), sign_seed=Secret(b"s" * 32), keyring_key=Secret(b"r" * 32)),
)


def incident(number: int) -> Incident:
    """The record of one turn."""
    return Incident(title=f"turn {number}", region=f"region {number}", token=f"{number:032x}")


def blob_of(number: int) -> bytes:
    """The file of one turn."""
    return bytes([number % 256]) * (50_000 + number)


def turn(database: Database, blobs: BlobStore, number: int) -> None:
    """Save a file, a record, a change of the counting record, and the entry about it."""
    writer = blobs.writer(f"{number:032x}")
    writer.write(blob_of(number))
    size = writer.commit()
    with database.writing() as work:
        work.records.add(VAULT, AUTHOR, f"{number:032x}", incident(number), TODAY)
        work.files.add(FileRow(id=f"{number:032x}", vault_id=VAULT.id, day=TODAY, size=size, sha256=writer.sha256))
        visited = work.records.read(VAULT, COUNTER)
        if visited is None:
            work.records.add(VAULT, AUTHOR, COUNTER, incident(number), TODAY)
        else:
            work.records.update(VAULT, AUTHOR, COUNTER, incident(number), visited.versions, TODAY)
        work.log.append([LogEntry(day=TODAY, klass="write", sealed=str(number).encode())])


def main(url: str, folder: str, name: str, times: int) -> None:
    """Save until `name` was reached `times` times, then end as a pulled plug would."""
    left = times

    def hook(reached: str) -> None:
        nonlocal left
        assert reached in SAVING, reached
        left -= reached == name
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    database, blobs = Database(url, ORG, tags(ORG)), BlobStore(Path(folder))
    with database.writing() as work:
        work.keys.add_vault(VAULT.id, VAULT.kind)
    failpoints.install(hook)
    for number in range(1, 50):
        turn(database, blobs, number)
        print(number, flush=True)
    raise SystemExit("never reached")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
