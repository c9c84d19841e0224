"""What a quarter has for the first time, and what of it nobody can say."""

from typing import Any

import pytest

from hrd_cases.domain import counting
from hrd_cases.domain.counted import CountedFacts, Event
from hrd_cases.domain.dates import parse
from hrd_cases.domain.first_seen import first_seen
from hrd_cases.domain.trend_facts import PERSON, CountedFact


def event(when: str, **more: Any) -> Event:
    values = {"id": f"{when} {more}", "when": parse(when) if when else None, "kinds": ("arrest",), **more}
    return Event(**values)


def lists(*events: Event, left_out: int = 0, quarter: str = "2025-Q2", **people: CountedFact) -> Any:
    counted = CountedFacts(events=events, people=people, answers={}, entries=(), left_out=left_out)
    return first_seen(counted, quarter)


def kinds(*events: Event) -> tuple[tuple[str, ...], int]:
    found = next(part for part in lists(event("2020-01", kinds=("fine",)), *events).lists if part.by == counting.KIND)
    return found.codes, found.doubtful


@pytest.mark.parametrize(
    ("others", "codes", "doubtful"),
    [
        ([], ("arrest",), 0),
        (["2025-06"], ("arrest",), 0),
        (["2025-09"], ("arrest",), 0),
        (["2025-03"], (), 0),
        (["2025"], (), 1),  # may have begun before
        ([""], (), 1),
        (["?"], (), 1),
        (["2025", "2025-03"], (), 0),
    ],
)
def test_a_kind_is_new_only_where_no_incident_that_may_be_earlier_has_it(
    others: list[str], codes: tuple[str, ...], doubtful: int
) -> None:
    assert kinds(event("2025-05"), *map(event, others)) == (codes, doubtful)


def test_what_may_lie_in_another_quarter_is_not_new_in_this() -> None:
    assert kinds(event("2025-06..2025-07", between=True)) == ((), 0)


def test_regions_companies_and_perpetrators_are_told_each_and_grievances_are_none() -> None:
    found = lists(
        event("2020-01", region="KZ-35", companies=(("a", "owner"),), perpetrators=("police",)),
        event("2025-04", region="KZ-10", companies=(("a", "buyer"), ("b", "owner")), perpetrators=("police", "court")),
        event("2025-05", region="KZ-11", kinds=("wages_denied",)),
    )
    assert {part.by: part.codes for part in found.lists} == {
        counting.KIND: (),
        counting.REGION: ("KZ-10",),
        counting.COMPANY: ("b",),
        counting.PERPETRATOR: ("court",),
    }


def test_named_people_count_by_kind_of_defender_and_once_each() -> None:
    leader = CountedFact(sort=PERSON, id="p1", codes={"who": ("union_leader",)})
    found = lists(
        event("2020-01", people=frozenset({"p0"})),
        event("2025-04", people=frozenset({"p0", "p1"})),
        event("2025-05", people=frozenset({"p1", "p2"})),
        p1=leader,
    )
    assert found.people == (("union_leader", 1), ("", 1))


def test_where_nothing_was_counted_before_everything_would_be_new_and_that_is_said() -> None:
    assert lists(event("2025-05")).begins
    assert not lists(event("2025-05"), event("")).begins
    assert lists(event("2025-05"), left_out=1).left_out
