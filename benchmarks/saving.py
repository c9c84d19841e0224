"""Saving an incident: durable, logged, with its trend fact; alone, and fifty at once.

Yardstick: a plain row and its fsync.
"""

import sqlite3
import threading
import time

from measure import compare, report
from stage import NARRATIVE, Stage, add_cases, incident, stage

from hrd_cases.services.records import records


def main() -> None:
    """Print the table."""
    with stage() as here:
        case = add_cases(here, 1)[0]
        plain = sqlite3.connect(here.folder / "plain.sqlite", isolation_level=None)
        plain.execute("PRAGMA journal_mode=WAL")
        plain.execute("PRAGMA synchronous=FULL")
        plain.execute("CREATE TABLE incidents (id INTEGER PRIMARY KEY, title TEXT, narrative TEXT)")
        rows = [
            compare(
                "save an incident, durable, logged, trend fact included",
                lambda: save(here, case),
                "a plain row, fsync",
                lambda: plain_row(plain),
                rounds=31,
            ),
            fifty(here, case),
        ]
        report("Saving", rows)


def save(here: Stage, case: str) -> None:
    """One incident."""
    with here.runtime.writing(here.lawyer, here.now) as ctx:
        records.create(ctx, case, incident(1))


def plain_row(plain: sqlite3.Connection) -> None:
    """One row in the clear."""
    plain.execute("BEGIN IMMEDIATE")
    plain.execute("INSERT INTO incidents (title, narrative) VALUES (?, ?)", ("Вызов", NARRATIVE))
    plain.execute("COMMIT")


def fifty(here: Stage, case: str) -> dict[str, object]:
    """Fifty at the same moment; how many were saved and how long it took."""
    saved: list[float] = []

    def one() -> None:
        start = time.perf_counter()
        save(here, case)
        saved.append(time.perf_counter() - start)

    threads = [threading.Thread(target=one) for _ in range(50)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "work": f"50 at once: {len(saved)} saved; all of them, slowest",
        "ours_ms": round((time.perf_counter() - start) * 1000, 1),
        "yardstick": "slowest one",
        "yardstick_ms": round(max(saved) * 1000, 1),
        "rounds": 50,
    }


if __name__ == "__main__":
    main()
