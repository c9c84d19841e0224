"""Backing up, verifying and restoring 200 MB of evidence and some records; `./run bench backups 10000` for 10 GB.

Yardstick: the same bytes read, hashed and written once to a file that is safe against a pulled plug.
"""

import hashlib
import os
import resource
import shutil
import sys
from datetime import timedelta
from pathlib import Path

from measure import Pair, report, seconds
from stage import Stage, add_cases, add_incidents, stage

from hrd_cases.crypto.formats import age
from hrd_cases.domain.evidence import Evidence
from hrd_cases.services.backups import backups, proving, restoring
from hrd_cases.services.backups.restoring import RestoreWish
from hrd_cases.services.evidence import uploads
from hrd_cases.services.install.install import InstallPlace

MEGABYTE = 1000 * 1000
FILE = 50 * MEGABYTE
PIECE = 1 << 20
ROUNDS, LARGE = 3, 1000  # a large backup is long enough to be measured once
KEYS = (age.Identity.new(), age.Identity.new())


def main(megabytes: int) -> None:
    """Print the table."""
    with stage() as here:
        case = add_cases(here, 200)[0]
        add_incidents(here, case, 500)
        block = os.urandom(FILE)
        for _ in range(max(1, megabytes * MEGABYTE // FILE)):
            take_in(here, case, block)
        rows = measured(here, megabytes)
    report(f"Backups of {megabytes} MB", rows)


def measured(here: Stage, megabytes: int) -> list[dict[str, object]]:
    """Backup, verify and restore, each beside the yardstick in the same round; of several, the first does not count."""
    pairs = {name: Pair(name, "read, hash, write, fsync") for name in ("back up", "verify", "restore")}
    rounds = [one_round(here, number) for number in range(1 if megabytes > LARGE else ROUNDS + 1)]
    for taken, yardstick, _ in rounds[1:] or rounds:
        for name, pair in pairs.items():
            pair.ours.append(taken[name])
            pair.yardstick.append(yardstick)
    rows = [pair.row() for pair in pairs.values()]
    peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)  # resident memory of all of it
    for row in rows:
        row["MB"] = round(rounds[0][2] / MEGABYTE)
        row["peak_MB"] = peak
        for name in ("ours", "yardstick"):
            row[f"{name}_MB/s"] = round(rounds[0][2] / 1000 / float(str(row[f"{name}_ms"])))
    return rows


def one_round(here: Stage, number: int) -> tuple[dict[str, float], float, int]:
    """Seconds of each piece of work and of the yardstick, and the size of the backup in bytes."""
    folder, now = here.folder / f"round {number}", here.now + timedelta(minutes=number)
    folder.mkdir()
    wanted, recipients = RestoreWish(identities=KEYS[:1]), tuple(key.recipient for key in KEYS)
    place = InstallPlace(
        folder=folder / "new", database_url=f"sqlite:///{folder}/new.sqlite", evidence=folder / "evidence"
    )
    made: list[backups.BackupResult] = []
    taken = {"back up": seconds(lambda: made.append(backups.make(here.runtime, folder, recipients, now, quiet)))}
    file = made[0].file
    taken["verify"] = seconds(lambda: proving.verify(file, wanted, folder, now, quiet))
    taken["restore"] = seconds(lambda: restoring.restore(file, place, wanted, now, quiet))
    yardstick = seconds(lambda: copied(file, folder / "copy"))
    shutil.rmtree(folder)
    return taken, yardstick, made[0].size


def take_in(here: Stage, case: str, block: bytes) -> None:
    """One exhibit of one file."""
    intake = uploads.begin(here.runtime, here.lawyer, here.now, case=case)
    incoming = intake.begin_file("video.mp4", "video/mp4")
    for start in range(0, len(block), PIECE):
        incoming.write(block[start : start + PIECE])
    intake.finish_file(incoming, here.now)
    intake.keep(Evidence(title="Видео с проходной"), here.now)


def copied(file: Path, target: Path) -> str:
    """The bytes of a backup, read, hashed and written once."""
    hashed = hashlib.sha256()
    with file.open("rb") as source, target.open("wb") as out:
        while piece := source.read(PIECE):
            hashed.update(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    return hashed.hexdigest()


def quiet(_text: str, _done: int = 0, _total: int = 0) -> None:
    """Nobody watches."""


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
