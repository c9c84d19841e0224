"""Pages through the whole application, logged in: time, pages a second, bytes. Yardstick: an empty Flask view."""

import sys
import time

from flask import Flask
from flask.testing import FlaskClient
from measure import compare, report
from stage import add_cases, add_incidents, browser, stage

ROUNDS = 31


def main(count: int) -> None:
    """Print the table."""
    with stage() as here:
        case = add_cases(here, count)[0]
        add_incidents(here, case, 20)
        client, empty = browser(here), empty_view()
        pages = {f"list of cases, 50 of {count:,}": "/c", "a case with 20 incidents": f"/c/{case}", "my desk": "/d"}
        rows = [row for name, path in pages.items() for row in measured(name, client, path, empty)]
    report("Pages", rows)


def measured(name: str, client: FlaskClient, path: str, empty: FlaskClient) -> list[dict[str, object]]:
    """One page: wall time beside an empty view, CPU time, pages a second, and the bytes that go out."""
    size = len(got(client, path))
    row = compare(name, lambda: got(client, path), "an empty Flask view", lambda: got(empty, "/"), rounds=ROUNDS)
    start = time.process_time()
    for _ in range(ROUNDS):
        got(client, path)
    row["ours_cpu_ms"] = round((time.process_time() - start) / ROUNDS * 1000, 2)
    row["pages/s"] = round(1000 / float(str(row["ours_ms"])), 1)
    row["kB"] = round(size / 1000, 1)
    return [row]


def empty_view() -> FlaskClient:
    """An application that answers nothing much."""
    app = Flask("empty")
    app.add_url_rule("/", "nothing", lambda: "")
    return app.test_client()


def got(client: FlaskClient, path: str) -> bytes:
    """The body of a page."""
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return bytes(answer.data)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
