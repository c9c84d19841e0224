"""Folding facts changes no figure, and leaves nothing of what is gone."""

import json
from random import Random
from typing import Any

import pytest

from hrd_cases.domain import fact_segments, trend_facts
from hrd_cases.domain.fact_segments import Folded, plan, read, written
from hrd_cases.domain.trend_facts import Answer, Body, CountedFact, Values, answer_of, folded, standing

Segments = dict[str, Folded]


def _statement(draw: Random, place: int, tokens: int) -> Body:
    token, at = f"{draw.randrange(tokens):032x}", (place, 0)
    sort = ("event", "entry", "person")[int(token, 16) % 3]
    if draw.random() < 0.15:
        return _as_json(trend_facts.gone(token, at))
    values = Values(codes={"kinds": [draw.choice(("arrest", "threat", "fine"))]})
    if sort == "person":
        said = [
            Answer(token=f"{number:032x}", revision=place + 1, day="", time="", word=draw.choice(("yes", "", "no")))
            for number in draw.sample(range(3), draw.randrange(3))
        ]
        refuses = answer_of(said) == "no"
        return _as_json(trend_facts.about_person(values, said, token=token, refuses=refuses, at=at))
    body = trend_facts.statement(values, sort=sort, entity="incident", token=token, at=at)
    names = {"named": {"perpetrators": [draw.choice(("police", "company"))]}} if draw.random() < 0.5 else {}
    return _as_json({**body, **names})


def _as_json(body: Any) -> Body:
    return json.loads(json.dumps(body))  # type: ignore[no-any-return]


def _every(segments: Segments, waiting: dict[str, Body]) -> list[Body]:
    return [*(body for segment in segments.values() for body in segment.statements), *waiting.values()]


def _compared(facts: list[CountedFact]) -> list[CountedFact]:
    return sorted(facts, key=lambda fact: fact.id)


def _fold(segments: Segments, waiting: dict[str, Body], place: int) -> bool:
    folding = plan(waiting, segments, enough=1)
    if folding is None:
        return False
    for row in folding.rows:
        del waiting[row]
    for name in folding.replaced:
        del segments[name]
    segments |= {f"s{place}-{number}": read(text) for number, text in enumerate(folding.texts)}
    return True


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Segments and visits so small that some of the rows always stay behind."""
    for name, most in (("MOST_ROWS", 5), ("MOST_STATEMENTS", 4), ("MOST_REWRITTEN", 1)):
        monkeypatch.setattr(fact_segments, name, most)


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.usefixtures("small")
def test_what_stands_is_the_same_however_it_was_folded(seed: int) -> None:
    draw = Random(seed)
    every: list[Body] = []
    segments, waiting = Segments(), dict[str, Body]()
    for place in range(60):
        body = _statement(draw, place, 12)
        every.append(body)
        waiting[f"r{place}"] = body
        if draw.random() < 0.3:
            _fold(segments, waiting, place)
        assert _compared(standing(_every(segments, waiting))) == _compared(standing(every)), place
        assert all(len(segment.statements) <= 4 for segment in segments.values())
    place = 100
    while _fold(segments, waiting, place):
        place += 1
    assert not waiting
    assert len(_every(segments, {})) == len(standing(every)), "one statement of each token that stands"
    rows = [row for segment in segments.values() for row in segment.rows]
    assert sorted(rows) == sorted(f"r{number}" for number in range(60)), "each row is known, once"


def _event(token: str, place: int, **codes: list[str]) -> Body:
    values = Values(codes=codes or {"kinds": ["arrest"]})
    return _as_json(trend_facts.statement(values, sort="event", entity="incident", token=token, at=(place, 0)))


def test_few_rows_wait_until_there_are_enough_of_them() -> None:
    waiting = {f"r{n}": _event(f"{n:032x}", n) for n in range(49)}
    assert plan(waiting, {}) is None
    folding = plan({**waiting, "r49": _event("ff" * 16, 49)}, {})
    assert folding is not None
    assert (len(folding.rows), folding.replaced, len(folding.texts)) == (50, (), 1)


def test_what_ends_a_folded_statement_is_folded_at_once_and_nothing_of_that_is_left() -> None:
    token, other = "aa" * 16, "bb" * 16
    segments = {"s": Folded(rows=("r1", "r2"), statements=(_event(token, 1), _event(other, 2)))}
    assert plan({"r3": _event(token, 3, kinds=["threat"])}, segments) is None, "a correction can wait"
    folding = plan({"r3": _as_json(trend_facts.gone(token, (3, 0)))}, segments)
    assert folding is not None
    assert (folding.rows, folding.replaced) == (("r3",), ("s",))
    (content,) = map(read, folding.texts)
    assert (content.rows, content.statements) == (("r3", "r1", "r2"), (segments["s"].statements[1],))
    assert token not in folding.texts[0]


def test_a_no_takes_what_was_known_of_the_person_out_of_its_segment_at_once() -> None:
    token, profile = "aa" * 16, Values(codes={"gender": ["woman"]})
    yes = trend_facts.about_person(profile, [_said("yes", 1)], token=token, refuses=False, at=(1, 0))
    no = trend_facts.about_person(profile, [_said("no", 2)], token=token, refuses=True, at=(2, 0))
    folding = plan({"r2": _as_json(no)}, {"s": Folded(rows=("r1",), statements=(_as_json(yes),))})
    assert folding is not None
    assert "woman" not in folding.texts[0]
    (fact,) = standing(read(folding.texts[0]).statements)
    assert answer_of(fact.answers) == "no"


def _said(word: str, revision: int) -> Answer:
    return Answer(token="c1" * 16, revision=revision, day="2026-11-01", time="", word=word)


def test_what_is_gone_is_gone_with_its_names_and_answers_also_when_it_comes_back() -> None:
    token = "aa" * 16
    named = {**_event(token, 1), "named": {"perpetrators": ["police"]}}
    (again,) = folded([named, _as_json(trend_facts.gone(token, (2, 0))), _event(token, 3)])
    assert "named" not in again


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"rows":"a","statements":[]}', '{"rows":[1],"statements":[]}'])
def test_what_is_no_text_of_a_segment_is_refused(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        read(text)


def test_a_text_says_what_was_written() -> None:
    content = Folded(rows=("r1",), statements=(_event("aa" * 16, 1),))
    assert read(written(content)) == content
