"""Thirty people at once, each thinking a little between pages: errors, waiting times, and who waits longest.

Yardstick: the same pages opened by one person alone, in the same run. The load runs on the machine of the server.
With `--beside`, one backup and one dossier of some 45 pages after another are made meanwhile.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

from door import places, served
from measure import report
from papers import built, grown
from real_cases import add_real_cases
from stage import Stage, admit, stage
from visitor import Visitor

from hrd_cases.services.sharing import sharing
from tests.render.strike_sample import sample

THINKS = 0.2  # seconds, on average
SHARED = 10  # cases that everybody opens
GOOD = (HTTPStatus.OK, HTTPStatus.SEE_OTHER)


@dataclass
class Answers:
    """What one person got: seconds by the name of what they did, and answers that were none."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)

    def count(self) -> int:
        """How many answers."""
        return sum(len(each) for each in self.seconds.values())


@dataclass(frozen=True, kw_only=True)
class Account:
    """How somebody logs in."""

    handle: str
    passphrase: str


def one_act(visitor: Visitor, draw: random.Random, cases: list[str], answers: Answers) -> None:
    """Open a page, search, or write an incident: as often as people do."""
    case = draw.choice(cases)
    acts = {
        "my desk": lambda: visitor.get("/d")[0],
        "agenda": lambda: visitor.get("/h")[0],
        "list of cases": lambda: visitor.get("/c")[0],
        "a case": lambda: visitor.get(f"/c/{case}")[0],
        "people": lambda: visitor.get("/p")[0],
        "calls": lambda: visitor.get("/i")[0],
        "save an incident": lambda: visitor.send(f"/c/{case}/n/new", INCIDENT)[0],
    }
    name = draw.choices(list(acts), (3, 2, 3, 5, 1, 1, 2))[0]
    start = time.perf_counter()
    status = acts[name]()
    answers.seconds.setdefault(name, []).append(time.perf_counter() - start)
    if status not in GOOD:
        answers.errors[f"{name}: {status}"] += 1


INCIDENT = {
    "title": "Вызов в суд по SMS",
    "when": "15.12.2025",
    "region": "KZ-35",
    "kinds": "summons",
    "narrative-ru-text": "Вызвали на беседу после смены.",
}


def work(visitor: Visitor, seed: int, cases: list[str], until: float, thinks: float) -> Answers:
    """One person until a moment of time.perf_counter()."""
    draw, answers = random.Random(seed), Answers()
    while time.perf_counter() < until:
        one_act(visitor, draw, cases, answers)
        time.sleep(draw.uniform(0, 2 * thinks))
    return answers


def crowd(visitors: list[Visitor], cases: list[str], seconds: float) -> list[Answers]:
    """All of them at once."""
    until = time.perf_counter() + seconds
    results: list[Answers] = []
    threads = [
        threading.Thread(target=lambda seed=seed: results.append(work(visitors[seed], seed, cases, until, THINKS)))
        for seed in range(len(visitors))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def rows(name: str, results: list[Answers], seconds: float) -> list[dict[str, object]]:
    """A row for everything, and one for each kind of act."""
    kinds = sorted({kind for answers in results for kind in answers.seconds})
    by_kind = {kind: sorted(each for answers in results for each in answers.seconds.get(kind, ())) for kind in kinds}
    every = sorted(each for values in by_kind.values() for each in values)
    counts = [answers.count() for answers in results]
    errors = sum((answers.errors for answers in results), Counter[str]())
    first = {
        "work": name,
        "answers": len(every),
        "errors": errors.total(),
        "a_second": round(len(every) / seconds, 1),
        **_times(every),
        "fewest": min(counts),
        "most": max(counts),
    }
    if errors:
        print(dict(errors))
    return [first, *({"work": f"  {kind}", "answers": len(each), **_times(each)} for kind, each in by_kind.items())]


def _times(every: list[float]) -> dict[str, object]:
    return {
        "median_ms": round(statistics.median(every) * 1000),
        "p99_ms": round(every[min(len(every) - 1, int(len(every) * 0.99))] * 1000),
        "slowest_ms": round(every[-1] * 1000),
    }


def team(here: Stage, people: int, cases: list[str]) -> list[Account]:
    """So many caseworkers who edit the shared cases."""
    accounts = []
    for number in range(people):
        user, offer = admit(here.runtime, here.founder, here.now, f"Caseworker {number}", "caseworker")
        with here.runtime.writing(here.lawyer, here.now) as ctx:
            for case in cases[:SHARED]:
                sharing.share(ctx, case, user, "full")
        accounts.append(Account(handle=offer.handle, passphrase=offer.passphrase))
    return accounts


@contextmanager
def beside(here: Stage, *, wanted: bool) -> Iterator[Counter[str]]:
    """One backup after another, and one dossier after another, meanwhile; counts both."""
    finished = Counter[str]()
    if not wanted:
        yield finished
        return
    folder = here.folder / "backups"
    folder.mkdir(exist_ok=True)
    base = [sys.executable, "-m", "hrd_cases.cli", "backup"]
    env = {**os.environ, **places(here)}
    to = [part for _ in range(2) for part in ("--recipient", _recipient(base, env))]
    dossier = grown(sample(photos=1), 300)
    acts: dict[str, Callable[[], object]] = {
        "backups": lambda: subprocess.run(
            [*base, *to, "--to", str(folder)], env=env, check=True, stdout=subprocess.DEVNULL
        ),
        "dossiers": lambda: built(dossier),
    }
    done = threading.Event()

    def again(name: str) -> None:
        while not done.is_set():
            acts[name]()
            finished[name] += 1

    threads = [threading.Thread(target=again, args=(name,)) for name in acts]
    for thread in threads:
        thread.start()
    yield finished
    done.set()
    for thread in threads:
        thread.join()


def _recipient(base: list[str], env: dict[str, str]) -> str:
    said = subprocess.run([*base, "keygen"], env=env, check=True, capture_output=True, text=True).stdout
    return next(word for word in said.split() if word.startswith("age1"))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--database", default="", help="an empty database; without it SQLite in a temporary folder")
    parser.add_argument("--beside", action="store_true", help="backups and dossiers meanwhile")
    options = parser.parse_args()
    with stage(database_url=options.database) as here:
        cases = add_real_cases(here, options.cases).cases
        accounts = team(here, options.people, cases)
        with served(here) as port:
            visitors = [Visitor(port) for _ in accounts]
            for visitor, account in zip(visitors, accounts, strict=True):
                assert visitor.log_in(account.handle, account.passphrase) in GOOD
            shared = cases[:SHARED]
            alone = work(visitors[0], 0, shared, time.perf_counter() + options.seconds / 4, 0)
            table = rows("one person alone, who does not think", [alone], options.seconds / 4)
            with beside(here, wanted=options.beside) as finished:
                results = crowd(visitors, shared, options.seconds)
                print(dict(finished))
            table += rows(f"{options.people} people, {THINKS} s between pages", results, options.seconds)
        report("Load", table)


if __name__ == "__main__":
    main()
