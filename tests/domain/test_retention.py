"""How long things are kept: rules as data with source, day and mark, and a period that lands on a day."""

from datetime import date

import pytest

from hrd_cases.domain.dates import months_after
from hrd_cases.domain.retention import rule_from, rules
from hrd_cases.domain.vocabulary.reading import load


def test_every_rule_says_where_it_comes_from_and_how_sure_that_is() -> None:
    assert set(rules()) == {"call", "closed_case"}
    for rule in rules().values():
        assert rule.source.title
        assert rule.mark == "unverified", "until a lawyer has confirmed it"
        assert rule.note
        assert all(rule.text(language) for language in ("en", "ru", "kk"))


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 11, 22), 60, date(2031, 11, 22)),
    ],
)
def test_a_period_ends_on_the_same_day_or_the_last_of_the_month(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then


@pytest.mark.parametrize("wrong", [{"amount": 0}, {"unit": "weeks"}, {"most": 3}, {"least": 0}, {"mark": "sure"}])
def test_a_rule_that_makes_no_sense_stops_the_start(wrong: dict[str, object]) -> None:
    raw = load("retention_rules")["rule"][0]
    with pytest.raises(ValueError, match="retention_rules"):
        rule_from({**raw, **wrong})
