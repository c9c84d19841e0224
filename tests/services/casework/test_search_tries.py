"""What people type in three scripts, from one file of invented records: the right row among the first three."""

import tomllib
from pathlib import Path

import pytest
from hrd_world import World

from hrd_cases.domain.notes import Note
from hrd_cases.domain.people import Channel, Name, Person
from hrd_cases.services.casework import people, search
from hrd_cases.services.records import records

TRIES = tomllib.loads((Path(__file__).parent / "search_tries.toml").read_text(encoding="utf-8"))
KINDS = {"names": 60, "numbers": 20, "texts": 40, "harder_names": 30, "harder_numbers": 10, "harder_texts": 20}
FIRST = 3


@pytest.fixture(scope="module")
def kept(shared_world: World) -> tuple[World, dict[tuple[str, int], str]]:
    """The id of the record of each line."""
    ids: dict[tuple[str, int], str] = {}
    case = shared_world.own.case
    with shared_world.writing("outsider") as ctx:
        for at, (name, _) in enumerate(TRIES["names"]):
            numbers = [Channel(kind="phone", value=number) for number, _ in TRIES["numbers"][at : at + 1]]
            person = Person(pseudonym=f"Q{at:02d}", names=(Name(name=name),), channels=tuple(numbers))
            ids["names", at] = ids["numbers", at] = people.create(ctx, person, case)
        for kind in ("texts", "harder_texts", "harder_numbers"):
            for at, (text, _) in enumerate(TRIES[kind]):
                ids[kind, at] = records.create(ctx, case, Note(subject=f"Note {at}", text=text))
        written: dict[str, str] = {}
        for at, (name, _) in enumerate(TRIES["harder_names"]):
            if name not in written:
                person = Person(pseudonym=f"H{at:02d}", names=(Name(name=name),))
                written[name] = people.create(ctx, person, case)
            ids["harder_names", at] = written[name]
    return shared_world, ids


def first_rows(world: World, typed: str) -> list[str]:
    with world.reading("outsider") as ctx:
        return [hit.record for group in search.find(ctx, typed).groups for hit in group.hits][:FIRST]


@pytest.mark.parametrize("kind", KINDS)
def test_the_right_row_is_among_the_first_three_in_nine_of_ten_tries(
    kept: tuple[World, dict[tuple[str, int], str]], kind: str
) -> None:
    world, ids = kept
    assert len(TRIES[kind]) == KINDS[kind]
    missed = [
        (stored, typed)
        for at, (stored, typed) in enumerate(TRIES[kind])
        if ids[kind, at] not in first_rows(world, typed)
    ]
    assert len(missed) <= KINDS[kind] // 10, missed


def test_what_is_not_there_is_not_found(kept: tuple[World, dict[tuple[str, int], str]]) -> None:
    world, _ids = kept
    assert [typed for typed in TRIES["absent"] if first_rows(world, typed)] == []
