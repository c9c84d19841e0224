"""The way of one incident from the browser to the database: how many of our files somebody must open to follow it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from hrd_pages import Visitor
from hrd_world import World

PACKAGE = Path(__file__).resolve().parents[3] / "hrd_cases"
MOST_FILES = 102


@contextmanager
def entered() -> Iterator[dict[str, set[str]]]:
    """The files of ours whose functions are called meanwhile, each with the functions."""
    files: dict[str, set[str]] = {}

    def note(frame: FrameType, event: str, _value: Any) -> None:
        name = frame.f_code.co_filename
        if event == "call" and name.startswith(str(PACKAGE)):
            files.setdefault(name.removeprefix(f"{PACKAGE}/"), set()).add(frame.f_code.co_qualname)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield files
    finally:
        sys.setprofile(before)


def test_saving_one_incident_can_be_followed_through_few_files(sqlite_world: World, anna: Visitor) -> None:
    page = f"/c/{sqlite_world.strike.case}/r/{sqlite_world.strike.records['incident']}/e"
    fields = {**anna.fields(page), "narrative": "They came again at night."}
    with entered() as files:
        answer = anna.send(page, fields)
    assert answer.status_code == 303
    for name, functions in sorted(files.items()):
        print(f"{len(functions):4}  {name}  {sorted(functions)}")
    print(f"{len(files)} files")
    assert len(files) <= MOST_FILES
