"""What is counted of a record: coded, by tokens, without names and days; and which of several statements stands."""

import json
import random
from datetime import date
from itertools import permutations

import pytest
from hrd_filled import filled
from hypothesis import given
from hypothesis import strategies as some

from hrd_cases.domain import trend_facts
from hrd_cases.domain.cases import Case, settled
from hrd_cases.domain.dates import parse
from hrd_cases.domain.entities import ENTITIES
from hrd_cases.domain.fields import Counted
from hrd_cases.domain.incidents import Incident, KindCount
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.trend_facts import Answer, Values, answer_of, standing, values_of

TOKEN = "ab" * 16
SECRET = "Айгуль Ботакозова"
LINKS = {"person": ("cd" * 16,), "company": ("ef" * 16,), "incident": ("01" * 16,), "colleague": ("02" * 16,)}


def sealed(values: Values, *at: int, token: str = TOKEN, sort: str = "event") -> dict[str, object]:
    body = trend_facts.statement(values, sort=sort, entity="incident", token=token, at=(at or (7, 0)))  # type: ignore[arg-type]
    return json.loads(json.dumps(body))  # type: ignore[no-any-return]


def said(word: str, day: str = "2026-11-01", *, revision: int = 1, token: str = "c1" * 16, time: str = "") -> Answer:
    return Answer(token=token, revision=revision, day=day, time=time, word=word)


def person(*answers: Answer, at: tuple[int, int] = (7, 0), values: Values | None = None) -> dict[str, object]:
    refuses = answer_of(answers) == "no"
    body = trend_facts.about_person(values or Values(), answers, token=TOKEN, refuses=refuses, at=at)
    return json.loads(json.dumps(body))  # type: ignore[no-any-return]


COUNTED = {"incident", "person", "call", "case", "hearing", "action", "letter", "support"}


@pytest.mark.parametrize("code", ENTITIES)
def test_no_text_that_somebody_typed_and_no_day_is_in_a_fact(code: str) -> None:
    values = values_of(filled(code, LINKS, lambda name: SECRET))
    assert (values is not None) == (code in COUNTED)
    if values is None:
        return
    body = {**sealed(values), "named": trend_facts.named(values)}
    text = json.dumps(body, ensure_ascii=False)
    assert SECRET not in text
    assert "2017-12-14" not in text
    assert "02" * 16 not in text, "a colleague"


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        ("14.12.2017", "2017-12"),
        ("12.2017", "2017-12"),
        ("~2017", "~2017"),
        ("11.12.2017..15.12.2017", "2017-12"),
        ("10.2020..12.2020", "2020-10..2020-12"),
        ("?", "?"),
    ],
)
def test_a_date_is_no_more_exact_than_its_month(typed: str, month: str) -> None:
    assert sealed(Values(when=parse(typed)))["when"] == month


def test_a_row_of_a_kind_without_a_figure_says_that_nobody_knows_how_many() -> None:
    rows = (KindCount(kind="fine", count=Counted(used=15)), KindCount(kind="threat", count=Counted(source="press")))
    values = values_of(Incident(kinds=("fine",), by_kind=rows))
    assert values is not None
    body = sealed(values)
    assert body["counts"] == {"fine": [None, 15, None]}
    assert body["codes"] == {"kinds": ["fine", "threat"], "number_unknown": ["threat"]}


def test_a_letter_says_whether_its_answer_came_in_time_and_no_day() -> None:
    def answer(**more: object) -> str:
        values = values_of(Letter(**more))  # type: ignore[arg-type]
        assert values is not None
        return "".join(values.codes["answer"])

    first, second = date(2026, 11, 2), date(2026, 11, 3)
    assert answer(due=second, answered=first) == "in_time"
    assert answer(due=first, answered=second) == "late"
    assert answer(answered=second) == "no_term"
    assert answer(due=first) == ""


def test_the_newest_statement_of_a_record_stands_in_whatever_order_they_lie() -> None:
    def at(region: str, *place: int, token: str = TOKEN) -> dict[str, object]:
        return sealed(Values(codes={"region": [region]}), *place, token=token)

    first, second, third = at("a", 7, 1), at("b", 7, 2), at("c", 11, 0)
    other, end = at("d", 1, 0, token="cd" * 16), trend_facts.gone(TOKEN, (11, 1))
    for bodies in permutations([first, second, third, other]):
        assert {fact.code("region") for fact in standing(bodies)} == {"c", "d"}
    for bodies in permutations([first, third, other, end]):
        assert {fact.code("region") for fact in standing(bodies)} == {"d"}
    assert [fact.code("region") for fact in standing([end, at("e", 12, 0)])] == ["e"]
    assert standing([end]) == []


def test_what_rests_behind_the_key_of_names_outlives_a_writer_without_that_key() -> None:
    with_names = {**sealed(Values(), 7, 0), "named": {"observers": ["admitted"]}}
    without = sealed(Values(codes={"outcome": ["held"]}), 9, 0)
    for bodies in permutations([with_names, without]):
        (fact,) = standing(bodies)
        assert (fact.of("observers"), fact.code("outcome")) == (("admitted",), "held")
    emptied = {**sealed(Values(), 11, 0), "named": {}}
    (fact,) = standing([with_names, without, emptied])
    assert fact.of("observers") == ()


ANSWERS = some.lists(
    some.builds(
        said,
        some.sampled_from(["yes", "no", ""]),
        some.sampled_from(["2026-11-01", "2026-11-02", ""]),
        revision=some.integers(1, 3),
        token=some.sampled_from(["c1" * 16, "c2" * 16, "c3" * 16]),
        time=some.sampled_from(["", "09:00", "16:30"]),
    ),
    max_size=6,
)


@given(ANSWERS, some.integers(0, 10**6))
def test_of_a_person_the_answers_of_all_statements_are_put_together(answers: list[Answer], seed: int) -> None:
    """Each team knows some of them; who sealed last decides nothing."""
    bodies = [person(answer, at=(place, 0)) for place, answer in enumerate(answers)]
    newest: dict[str, Answer] = {}
    for answer in answers:
        same = [answer, *([newest[answer.token]] if answer.token in newest else [])]
        newest[answer.token] = max(
            same, key=lambda one: (one.revision, ("yes", "", "no").index(one.word), one.day, one.time)
        )
    random.Random(seed).shuffle(bodies)
    for fact in standing(bodies):
        assert answer_of(fact.answers) == answer_of(newest.values())


def test_of_somebody_who_said_no_a_fact_says_nothing_but_the_no() -> None:
    profile = Values(codes={"who": ["union_leader"], "gender": ["woman"]})
    assert person(said("yes"), values=profile)["codes"] == profile.codes
    assert set(person(said("no"), values=profile)) == {"v", "s", "e", "id", "at", "answers"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"v": 1, "s": "event", "id": TOKEN},
        {"v": 2, "s": "surprise", "e": "incident", "id": TOKEN},
        {"v": 2, "s": "event", "e": "incident", "id": 7},
        {"v": 2, "s": "event", "e": "incident", "id": TOKEN, "counts": {"": [1, "2", 3]}},
    ],
)
def test_what_is_no_fact_is_refused(body: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        trend_facts.decode(body)


def test_a_closed_case_says_when_and_a_reopened_one_does_not() -> None:
    closed = settled(Case(stage="closed"), None, date(2026, 11, 1))
    assert settled(closed, closed, date(2026, 12, 1)).closed_on == "2026-11-01"
    assert settled(Case(stage="active"), closed, date(2026, 12, 1)).closed_on == ""
