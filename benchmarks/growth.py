"""What each page across cases costs as cases grow: time, bytes, SQL statements, envelopes opened. Real contents."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from measure import report
from real_cases import RealCases, add_real_cases
from sqlalchemy import Engine, event
from stage import Stage, browser, stage

from hrd_cases.crypto.core import envelope

ROUNDS = 3


class Counts:
    """How many statements were run and how many envelopes were opened."""

    def __init__(self) -> None:
        self.statements = self.envelopes = 0


@contextmanager
def counting() -> Iterator[Counts]:
    """Count what happens meanwhile."""
    counts = Counts()
    under_key, to_public = envelope.aead_open, envelope.hpke_open

    def note(*_args: object) -> None:
        counts.statements += 1

    def opened_by_key(*args: object) -> bytes:
        counts.envelopes += 1
        return under_key(*args)

    def opened_by_seed(*args: object) -> bytes:
        counts.envelopes += 1
        return to_public(*args)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        with mock.patch.multiple(envelope, aead_open=opened_by_key, hpke_open=opened_by_seed):
            yield counts
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def pages(made: RealCases) -> dict[str, str]:
    """Names and addresses of the pages across cases."""
    return {
        "my desk": "/d",
        "hearings and letters": "/h",
        "calls": "/i",
        "people": "/p",
        "a person": f"/p/{made.person}",
        "a company": f"/o/{made.company}",
        "deletion index": "/z",
        "a new case": "/c/new",
        "cases, page by page": "/c",
        "cases, narrowed": "/c?g=open",
        "one case": f"/c/{made.cases[0]}",
    }


def main(counts: list[int]) -> None:
    """Print a table for each number of cases."""
    for count in counts:
        with stage() as here:
            began = time.process_time()
            made = add_real_cases(here, count)
            built = (time.process_time() - began) / count * 1000
            rows = measured(here, made)
            size = (here.folder / "cases.sqlite").stat().st_size
        rows.append({"page": "(making one case)", "cpu_ms": round(built, 1)})
        rows.append({"page": "(database file)", "kB": round(size / 1000)})
        report(f"Pages of somebody with {count:,} real cases", rows)


def measured(here: Stage, made: RealCases) -> list[dict[str, object]]:
    """One row a page: cold is the first view, warm the mean of those that follow."""
    client = browser(here)
    rows: list[dict[str, object]] = []
    for name, path in pages(made).items():
        with counting() as counts:
            start = time.process_time()
            answer = client.get(path)
            cold = time.process_time() - start
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        start = time.process_time()
        for _ in range(ROUNDS):
            client.get(path)
        warm = (time.process_time() - start) / ROUNDS
        rows.append(
            {
                "page": name,
                "cold_cpu_ms": round(cold * 1000, 1),
                "cpu_ms": round(warm * 1000, 1),
                "kB": round(len(answer.data) / 1000, 1),
                "statements": counts.statements,
                "envelopes": counts.envelopes,
            }
        )
    return rows


if __name__ == "__main__":
    main([int(count.replace(",", "")) for count in sys.argv[1:]] or [100, 1_000])
