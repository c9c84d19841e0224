"""Starting: processor time of `--help` and of a simple command, and of the server until its first answer; its memory.

Yardstick: importing Flask and SQLAlchemy. Children of a process are counted with it.
"""

import os
import resource
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from measure import report
from stage import stage

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 5
COMMAND = (sys.executable, "-m", "hrd_cases.cli")


def main() -> None:
    """Print the table."""
    with stage() as here:
        here.runtime.database.close()
        environment = {
            **{name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
            "PYTHONPATH": str(ROOT),
            "PYTHONPYCACHEPREFIX": str(here.folder / "compiled"),  # as an installation has it after its first start
            "HRD_INSTANCE": str(here.runtime.instance),
            "HRD_DATABASE_URL": f"sqlite:///{here.folder}/cases.sqlite",
            "HRD_EVIDENCE_URL": str(here.folder / "evidence"),
        }

        def run(*words: str) -> None:
            subprocess.run(words, env=environment, capture_output=True, check=True)

        work: dict[str, Callable[[], object]] = {
            "hrd-cases --help": lambda: run(*COMMAND, "--help"),
            "hrd-cases log --help": lambda: run(*COMMAND, "log", "--help"),
            "hrd-cases log verify": lambda: run(*COMMAND, "log", "verify"),
            "hrd-cases check": lambda: subprocess.run(
                [*COMMAND, "check"], env=environment, capture_output=True, check=False
            ),
            "start to first answer": lambda: serve(environment),
        }
        plain = (sys.executable, "-c", YARDSTICK)
        report("Start", [measured(name, act, lambda: run(*plain)) for name, act in work.items()])


YARDSTICK = "import flask, sqlalchemy, sqlalchemy.dialects.sqlite"


def measured(name: str, act: Callable[[], object], yardstick: Callable[[], object]) -> dict[str, object]:
    """Both in turn: processor time of the children, and wall time of ours."""
    act()
    yardstick()
    ours, walls, other = [], [], []
    for _ in range(ROUNDS):
        other.append(processor(yardstick))
        start = time.perf_counter()
        ours.append(processor(lambda: walls.append(act())))
        walls[-1] = walls[-1] if isinstance(walls[-1], tuple) else (time.perf_counter() - start, 0)
    memory = max(row[1] for row in walls)
    return {
        "work": name,
        "ours_cpu_ms": round(statistics.median(ours) * 1000),
        "ours_wall_ms": round(statistics.median(row[0] for row in walls) * 1000),
        "yardstick": "importing Flask and SQLAlchemy",
        "yardstick_cpu_ms": round(statistics.median(other) * 1000),
        "ratio": round(statistics.median(a / b for a, b in zip(ours, other, strict=True)), 2),
        "memory_mib": memory or "",
        "rounds": ROUNDS,
    }


def processor(act: Callable[[], object]) -> float:
    """Processor seconds of the children that an act began and waited for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    act()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def serve(environment: dict[str, str]) -> tuple[float, int]:
    """Start the server, wait for its first page, stop it: wall seconds to that page, MiB of the processes."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    start = time.perf_counter()
    server = subprocess.Popen(
        [*COMMAND, "serve", "--port", str(port)], env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    )
    while not answers(port):
        time.sleep(0.02)
    wall = time.perf_counter() - start
    memory = resident(server.pid)
    server.send_signal(signal.SIGTERM)
    server.wait()
    return wall, memory


def answers(port: int) -> bool:
    """Whether the log-in page comes."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(b"GET /e HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return connection.recv(100).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def resident(group: int) -> int:
    """MiB of the largest process of a group."""
    most = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
            if int(fields[2]) == group:
                most = max(most, int(fields[21]) * resource.getpagesize())
        except OSError:
            continue
    return most // 2**20


if __name__ == "__main__":
    main()
