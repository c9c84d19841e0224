"""Everything is whole: the log verifies, a case opens for its people, its parts stand at one epoch."""

from collections.abc import Iterable

from hrd_thief import Copy
from hrd_world import CaseIds, World

from hrd_cases.services.audit import audit_reader
from hrd_cases.services.casework import cases, people
from hrd_cases.services.records import records


def log_verifies(world: World) -> None:
    """The log is as it was written, and every line of it opens for the auditor."""
    with world.reading("auditor") as ctx:
        verdict = audit_reader.verify(ctx)
    assert (verdict.altered, verdict.unopened_total) == (None, 0)


def case_opens(world: World, ids: CaseIds, names: Iterable[str]) -> None:
    """Everything in a case opens for these people, each record by its author."""
    for name in names:
        with world.reading(name) as ctx:
            visited = cases.overview(ctx, ids.case)
            assert (visited.broken, visited.keys_due) == ((), False), name
            for record in (ids.case, *(ids.records[code] for code in ids.records if code != "advice")):
                stored = records.read(ctx, ids.case, record)
                assert (stored.broken, stored.unproven) == (frozenset(), frozenset()), name
            assert people.view(ctx, ids.person).person.value.names, name


def epochs(world: World, vault: str) -> dict[str, int]:
    """The newest epoch of each part of a case, a person or an office."""
    result: dict[str, int] = {}
    for row in Copy.of(world.runtime.database).rows["headers"]:
        if row["vault_id"] == vault:
            result[row["compartment"]] = max(result.get(row["compartment"], 0), row["epoch"])
    return result
