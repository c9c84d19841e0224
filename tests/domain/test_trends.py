"""What is counted of an incident: coded, without names, and nothing of somebody who said no."""

import json
from dataclasses import replace
from itertools import permutations

import pytest
from hrd_filled import filled
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.domain.dates import parse
from hrd_cases.domain.fields import Counted
from hrd_cases.domain.incidents import Attacked, CompanyRole, Incident
from hrd_cases.domain.trends import NO, NOT_ASKED, YES, CountedIncident, decode, fact_of, standing

ID = "ab" * 16
SECRET = "Айгуль Ботакозова"


def _fact(incident: Incident, consent: str = YES) -> CountedIncident:
    return fact_of(replace(incident, token=ID), sectors=("mining",), consent=consent)


def test_of_somebody_who_said_no_a_fact_says_nothing_but_the_no() -> None:
    incident = filled("incident", {"person": ("cd" * 16,), "company": ("ef" * 16,)})
    assert _fact(incident, NO).encode() == {"v": 1, "id": ID, "people": 1, "consent": NO}


@pytest.mark.parametrize("consent", [YES, NOT_ASKED])
def test_who_agreed_or_was_not_asked_is_counted_and_the_fact_says_which(consent: str) -> None:
    assert _fact(Incident(region="KZ-35"), consent).consent == consent


def test_no_text_that_somebody_typed_is_in_a_fact() -> None:
    incident = filled("incident", {"person": ("cd" * 16,), "company": ("ef" * 16,)}, lambda name: SECRET)
    text = json.dumps(_fact(incident).encode(), ensure_ascii=False)
    assert SECRET not in text
    assert "cd" * 16 not in text
    assert "ef" * 16 not in text


@pytest.mark.parametrize(("typed", "month"), [("14.12.2017", "2017-12"), ("12.2017", "2017-12"), ("~2017", "2017")])
def test_the_day_becomes_a_month(typed: str, month: str) -> None:
    assert _fact(Incident(when=parse(typed))).month == month
    assert _fact(Incident()).month == ""


def test_people_are_the_used_count_or_those_listed_or_one() -> None:
    listed = (Attacked(person="aa" * 16), Attacked(person="bb" * 16))
    assert _fact(Incident(count=Counted(low=684, high=729, used=700))).people == 700
    assert _fact(Incident(count=Counted(low=684, high=729), attacked=listed)).people == 2
    assert _fact(Incident(attacked=listed)).people == 2
    assert _fact(Incident()).people == 1
    assert _fact(Incident(count=Counted(used=0), attacked=listed)).people == 2


def test_roles_and_sectors_are_counted_once_each() -> None:
    roles = (CompanyRole(company="a", role="x"), CompanyRole(company="b", role="x"), CompanyRole(company="c"))
    result = fact_of(Incident(companies=roles), sectors=("oil", "mining", "oil"), consent=YES)
    assert result.company_roles == ("x",)
    assert result.sectors == ("mining", "oil")


CODES = st.text(alphabet="abcdefgh_", min_size=1, max_size=12)
FACTS = st.builds(
    CountedIncident,
    id=st.just(ID),
    month=st.sampled_from(["", "2017", "2017-12"]),
    region=CODES,
    kinds=st.lists(CODES, max_size=3).map(tuple),
    perpetrators=st.lists(CODES, max_size=3).map(tuple),
    company_roles=st.lists(CODES, max_size=3).map(tuple),
    sectors=st.lists(CODES, max_size=3).map(tuple),
    severity=st.one_of(st.just(""), CODES),
    mark=st.one_of(st.just(""), CODES),
    unit=st.one_of(st.just(""), CODES),
    people=st.integers(min_value=1, max_value=10**6),
    consent=st.sampled_from([YES, NOT_ASKED]),
    same_as=st.sampled_from(["", "cd" * 16]),
)


@given(FACTS)
def test_a_fact_is_read_back_as_it_was_sealed(fact: CountedIncident) -> None:
    assert decode(json.loads(json.dumps(fact.encode()))) == fact


@pytest.mark.parametrize("body", [{}, {"v": 1}, {"id": ID, "surprise": 1}])
def test_what_is_no_fact_is_refused(body: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError)):
        decode(body)


def test_the_newest_fact_of_an_incident_stands_in_whatever_order_they_lie() -> None:
    def at(region: str, *position: int, token: str = ID) -> dict[str, object]:
        return {**_fact(Incident(region=region)).encode(), "id": token, "at": list(position)}

    first, second, third = at("a", 7, 1), at("b", 7, 2), at("c", 11, 0)
    other, end = at("d", 1, 0, token="cd" * 16), {"gone": ID, "at": [11, 1]}
    for bodies in permutations([first, second, third, other]):
        assert {fact.region for fact in standing(bodies)} == {"c", "d"}
    for bodies in permutations([first, third, other, end]):
        assert {fact.region for fact in standing(bodies)} == {"d"}
    assert [fact.region for fact in standing([end, at("e", 12, 0)])] == ["e"]
    assert standing([end]) == []
