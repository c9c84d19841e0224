"""Due dates: counted as the law says, every day shown, nothing claimed that no lawyer confirmed."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.domain.calendars import CalendarUnknown, calendar_of
from hrd_cases.domain.deadlines import DeadlineRule, answer_rules, offer, rule_from, rules
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.domain.vocabulary.reading import load

CALENDAR = calendar_of("kz")
LETTER = rules()["letter_answer"]


def of(amount: int) -> DeadlineRule:
    return replace(LETTER, amount=amount)


@pytest.mark.parametrize(
    ("received", "amount", "due"),
    [
        (date(2026, 3, 13), 10, date(2026, 4, 1)),
        (date(2026, 3, 13), 15, date(2026, 4, 8)),
        (date(2026, 8, 20), 10, date(2026, 9, 3)),
        (date(2026, 8, 20), 15, date(2026, 9, 10)),
    ],
)
def test_known_counts_come_out_as_known(received: date, amount: int, due: date) -> None:
    assert offer(of(amount), received, CALENDAR).due == due


def test_the_rule_of_a_request_is_offered_for_a_state_body_and_is_unconfirmed() -> None:
    offered = answer_rules("akimat", "request")
    assert [rule.id for rule in offered] == ["letter_answer"]
    assert not offer(offered[0], date(2026, 3, 13), CALENDAR).confirmed


def test_rules_name_kinds_that_exist_and_an_effect_that_can_be_said() -> None:
    bodies, letters = vocabulary("body_kinds"), vocabulary("letter_kinds")
    for rule in rules().values():
        assert all(map(bodies.has, rule.binds)), rule.id
        assert all(map(letters.has, rule.letters)), rule.id
        assert not rule.on_expiry or vocabulary("expiry_effects").has(rule.on_expiry), rule.id
        assert bool(rule.binds) == bool(rule.letters) == rule.offered, rule.id


def test_no_rule_ships_as_confirmed() -> None:
    assert not any(rule.confirmed for rule in rules().values())


def test_a_rule_a_lawyer_confirmed_gives_a_confirmed_date() -> None:
    rule = replace(LETTER, confirmed_by="A. Lawyer", confirmed_on=date(2026, 11, 22))
    assert offer(rule, date(2026, 3, 13), CALENDAR).confirmed
    assert not LETTER.confirmed


def test_a_confirmed_rule_stays_unconfirmed_over_a_year_only_estimated() -> None:
    rule = replace(LETTER, confirmed_by="A. Lawyer", confirmed_on=date(2026, 11, 22))
    assert not offer(rule, date(2026, 12, 20), CALENDAR).confirmed


def test_every_day_of_the_count_is_shown_with_its_reason() -> None:
    trace = offer(LETTER, date(2026, 3, 13), CALENDAR).trace
    assert [day.day for day in trace] == sorted({day.day for day in trace})
    assert sum(day.counted for day in trace) == 15
    assert trace[0] == (date(2026, 3, 13), False, "start_day")
    assert (date(2026, 3, 24), False, "moved_day_off") in trace
    assert all(vocabulary("calendar_days").has(day.why) for day in trace)
    assert trace[0].text("ru") == "День начала отсчёта, не засчитывается"


def test_a_letter_handed_in_on_a_day_off_counts_as_received_on_the_next_working_day() -> None:
    for received in (date(2026, 3, 21), date(2026, 3, 25)):
        assert offer(LETTER, received, CALENDAR).due == offer(LETTER, date(2026, 3, 26), CALENDAR).due
    assert offer(LETTER, date(2026, 3, 24), CALENDAR).trace[0] == (date(2026, 3, 24), False, "moved_day_off")


def test_a_ruling_on_a_day_off_starts_the_count_that_same_day() -> None:
    complaint = rules()["private_complaint"]
    assert offer(complaint, date(2026, 3, 14), CALENDAR).due == offer(complaint, date(2026, 3, 13), CALENDAR).due


def test_a_count_that_runs_into_an_unknown_year_is_refused() -> None:
    with pytest.raises(CalendarUnknown) as refused:
        offer(LETTER, date(2027, 12, 28), CALENDAR)
    assert refused.value.year == 2028


def test_a_letter_of_before_the_code_gets_no_date_from_it() -> None:
    with pytest.raises(RuleBroken) as refused:
        offer(LETTER, date(2021, 6, 30), CALENDAR)
    assert refused.value.place == "received"


def test_an_edition_that_ended_is_no_longer_offered() -> None:
    ended = replace(LETTER, valid_to=date(2026, 6, 30))
    assert offer(ended, date(2026, 6, 30), CALENDAR).due == date(2026, 7, 22)
    with pytest.raises(RuleBroken):
        offer(ended, date(2026, 7, 1), CALENDAR)


@pytest.mark.parametrize(
    ("decided", "due", "why"),
    [
        (date(2026, 2, 4), date(2026, 3, 4), "an ordinary month"),
        (date(2026, 3, 31), date(2026, 4, 30), "a month without that day"),
        (date(2026, 1, 31), date(2026, 3, 2), "a month without that day, whose last is a Saturday"),
        (date(2026, 2, 21), date(2026, 3, 26), "the end falls into Nauryz and rolls"),
        (date(2026, 12, 7), date(2027, 1, 8), "over the new year, past the seventh of January"),
    ],
)
def test_a_month_ends_on_the_same_day_or_rolls(decided: date, due: date, why: str) -> None:
    assert offer(rules()["civil_appeal"], decided, CALENDAR).due == due, why


def test_days_rolled_over_are_shown_as_such() -> None:
    trace = offer(rules()["civil_appeal"], date(2026, 2, 21), CALENDAR).trace
    assert [day.why for day in trace[-5:]] == ["rolled"] * 5
    assert trace[-6] == (date(2026, 3, 21), True, "calendar_day")


def test_calendar_days_count_every_day() -> None:
    rule = replace(LETTER, unit="calendar_days", amount=10, received_on_day_off=False)
    assert offer(rule, date(2026, 3, 13), CALENDAR).due == date(2026, 3, 23)


def test_the_safe_date_comes_earlier_but_never_before_receipt() -> None:
    complaint = rules()["private_complaint"]
    assert offer(complaint, date(2026, 3, 13), CALENDAR).safe == date(2026, 3, 30)
    assert offer(replace(complaint, amount=1), date(2026, 3, 16), CALENDAR).safe == date(2026, 3, 16)


def test_the_date_names_the_calendar_it_was_counted_with() -> None:
    assert offer(LETTER, date(2026, 3, 13), CALENDAR).calendar_version == CALENDAR.version


def test_a_rule_in_an_unknown_unit_is_refused() -> None:
    raw = dict(load("deadline_rules")["rule"][0], unit="fortnights")
    with pytest.raises(ValueError, match="fortnights"):
        rule_from(raw)


@given(received=st.dates(date(2024, 1, 1), date(2027, 9, 1)), amount=st.integers(1, 30))
def test_a_due_date_is_a_working_day_and_never_earlier_for_a_later_receipt(received: date, amount: int) -> None:
    deadline = offer(of(amount), received, CALENDAR)
    assert CALENDAR.is_working(deadline.due)
    assert sum(day.counted for day in deadline.trace) == amount
    if received > date(2024, 1, 1):
        assert offer(of(amount), date.fromordinal(received.toordinal() - 1), CALENDAR).due <= deadline.due
