"""What each page across cases costs as cases grow: time, bytes, SQL statements, envelopes opened. Real contents."""

import gc
import sys
import time

from counting import counting
from measure import report
from real_cases import RealCases, add_real_cases
from stage import Stage, browser, stage

ROUNDS = 3


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
    gc.freeze()  # as the server does: what was loaded is not looked at again after each page
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
