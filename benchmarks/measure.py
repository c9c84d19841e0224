"""How all of these measure: ours and a yardstick in turn, in one run, several rounds.

Medians, and the ratio pair by pair.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Pair:
    """One piece of work: `ours` and `yardstick` in seconds, a figure a round."""

    name: str
    yardstick_name: str
    ours: list[float] = field(default_factory=list)
    yardstick: list[float] = field(default_factory=list)

    def row(self) -> dict[str, object]:
        """Median milliseconds of both, and the median of the ratios taken round by round."""
        ratios = [own / other for own, other in zip(self.ours, self.yardstick, strict=True)]
        return {
            "work": self.name,
            "ours_ms": round(statistics.median(self.ours) * 1000, 3),
            "yardstick": self.yardstick_name,
            "yardstick_ms": round(statistics.median(self.yardstick) * 1000, 3),
            "ratio": round(statistics.median(ratios), 2),
            "rounds": len(self.ours),
        }


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare(
    name: str, ours: Callable[[], object], yardstick_name: str, yardstick: Callable[[], object], rounds: int = 9
) -> dict[str, object]:
    """Run both in turn, after one round that does not count."""
    pair = Pair(name, yardstick_name)
    ours()
    yardstick()
    for _ in range(rounds):
        pair.ours.append(seconds(ours))
        pair.yardstick.append(seconds(yardstick))
    return pair.row()


def report(title: str, rows: list[dict[str, object]]) -> None:
    """A table for people, then the same as JSON on the last line."""
    print(title)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    widths = {name: max(len(name), *(len(str(row.get(name, ""))) for row in rows)) for name in columns}
    print("  ".join(name.ljust(widths[name]) for name in columns))
    for row in rows:
        print("  ".join(str(row.get(name, "")).ljust(widths[name]) for name in columns))
    print(json.dumps({"title": title, "rows": rows}, ensure_ascii=False))
    sys.stdout.flush()
