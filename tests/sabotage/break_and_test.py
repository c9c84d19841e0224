"""The test of the tests: breaks our own code in one place at a time and looks whether the suite notices.

Each defect of defects.toml is one replacement in one file, and the tests that must then fail. `./run sabotage` first
runs those tests on the whole code, so that a failure afterwards means something, then each on a copy with one defect.
"""

import argparse
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("defects.toml")
LEFT_OUT = (".git", ".venv", "instance", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis")
FAILED = 1  # pytest's status when tests ran and some failed; anything else is no proof


@dataclass(frozen=True, kw_only=True)
class Defect:
    """One sabotage: in `file`, `find` (there exactly once) becomes `put`; `tests` are what must notice."""

    name: str
    file: str
    find: str
    put: str
    tests: tuple[str, ...]


def defects() -> tuple[Defect, ...]:
    """Every defect of the list, in its order."""
    content = tomllib.loads(LIST.read_text(encoding="utf-8"))
    return tuple(Defect(**{**item, "tests": tuple(item["tests"])}) for item in content["defect"])


def broken(defect: Defect, text: str) -> str:
    """The file's text with the defect in it; ValueError when its place is not there exactly once."""
    if text.count(defect.find) != 1:
        raise ValueError(f"{defect.name}: its place is {text.count(defect.find)} times in {defect.file}")
    return text.replace(defect.find, defect.put)


def _run(folder: Path, tests: Iterable[str]) -> int:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-m", "not soak", *tests]
    existing = {**os.environ, "HRD_HYPOTHESIS": "build"}
    return subprocess.run(
        command, cwd=folder, env=existing, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ).returncode


def _copy(into: Path) -> Path:
    folder = into / "copy"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    return folder


def _work(waiting: "queue.SimpleQueue[Defect]", result: dict[str, int]) -> None:
    """Take one defect after another until none waits."""
    with tempfile.TemporaryDirectory(prefix="hrd-sabotage-") as place:
        folder = _copy(Path(place))
        while True:
            try:
                defect = waiting.get_nowait()
            except queue.Empty:
                return
            path, began = folder / defect.file, time.monotonic()
            whole = path.read_text(encoding="utf-8")
            path.write_text(broken(defect, whole), encoding="utf-8")
            result[defect.name] = _run(folder, defect.tests)
            path.write_text(whole, encoding="utf-8")
            text = {FAILED: "caught", 0: "NOT CAUGHT"}.get(result[defect.name], "NO VERDICT")
            print(f"{text:<11} {time.monotonic() - began:5.0f} s  {defect.name}", flush=True)


def main() -> int:
    """Run every defect, or those whose names contain a word given; 0 when all were caught."""
    content = argparse.ArgumentParser(description="Break our own code in one place at a time; the suite must notice.")
    content.add_argument("words", nargs="*", help="only defects whose names contain one of these")
    content.add_argument("--at-once", type=int, default=2, help="how many side by side (2)")
    request = content.parse_args()
    chosen = [defect for defect in defects() if not request.words or any(word in defect.name for word in request.words)]
    if not chosen:
        content.error("no defect has one of these words in its name")
    everything = sorted({test for item in chosen for test in item.tests})
    with tempfile.TemporaryDirectory(prefix="hrd-sabotage-") as place:
        if _run(_copy(Path(place)), everything) != 0:
            print("These tests fail on the whole code too: a failure would prove nothing.")
            return 2
    waiting: queue.SimpleQueue[Defect] = queue.SimpleQueue()
    for entry in chosen:
        waiting.put(entry)
    result: dict[str, int] = {}
    hands = [threading.Thread(target=_work, args=(waiting, result)) for _ in range(request.at_once)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    caught = sum(status == FAILED for status in result.values())
    print(f"{caught} of {len(chosen)} caught")
    return 0 if caught == len(chosen) > 0 else 1


if __name__ == "__main__":
    raise SystemExit(main())
