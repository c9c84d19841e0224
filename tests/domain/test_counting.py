"""The arithmetic of figures, held against published ones; people and numbers as a coordinator would publish them."""

from datetime import date

import pytest

from hrd_cases.domain import counting
from hrd_cases.domain.chance import compare
from hrd_cases.domain.counted import Amount, CountedFacts, exactly, put_together, share
from hrd_cases.domain.counting import ACTS, GENDER, GROUP, GROUPS, INCIDENTS, KIND, PERSONS, REGION, WHO, Question
from hrd_cases.domain.dates import parse
from hrd_cases.domain.trend_facts import Answer, CountedFact

TODAY = date(2026, 11, 28)


def token(number: int) -> str:
    return f"{number:032x}"


def event(number: int = 1, when: str = "2024-05", **more: object) -> CountedFact:
    codes = {"region": ("KZ-35",), "kinds": ("arrest",), **more.pop("codes", {})}  # type: ignore[dict-item]
    values = {"sort": "event", "entity": "incident", "id": token(number), "when": parse(when), "codes": codes}
    return CountedFact(**{**values, **more})  # type: ignore[arg-type]


def person(number: int, word: str = "", **codes: tuple[str, ...]) -> CountedFact:
    answers = (Answer(token=token(number), revision=1, day="2026-11-01", time="", word=word),) if word else ()
    return CountedFact(sort="person", entity="person", id=token(number), codes=codes, answers=answers)


def named(*numbers: int) -> tuple[tuple[str, str], ...]:
    return tuple((token(number), "") for number in numbers)


def question(**more: object) -> Question:
    return Question(**{"since": "2024-01", "until": "2024-12", **more})  # type: ignore[arg-type]


def figure(facts: list[CountedFact], unit: str, **more: object) -> Amount:
    counted = put_together(facts)
    return counting.total(counting.select(counted, question(unit=unit, **more)), counted)


def spread(facts: list[CountedFact], by: str, unit: str = INCIDENTS, **more: object) -> dict[str, Amount]:
    counted = put_together(facts)
    selection = counting.select(counted, question(unit=unit, **more))
    return {row.code: row.amount for row in counting.broken_down(selection, counted, by)}


# Published figures


def test_charges_of_front_line_defenders_2024_come_out_as_published() -> None:
    """107 charges in 75 cases: 23.4, 19.6, 12.1, 11.2 and 11.2 per cent, and 24 of other classes."""
    names = ("defamation", "national_security", "other_criminal", "public_order", "terrorism", "rest")
    classes = dict(zip(names, (25, 21, 13, 12, 12, 24), strict=True))
    charges = [name for name, times in classes.items() for _ in range(times)]
    of_a_case = {"people": named(9)}
    facts = [event(number, codes={"kinds": tuple(charges[number::75])}, **of_a_case) for number in range(75)]
    acts = spread(facts, KIND, ACTS)
    assert {name: amount.used for name, amount in acts.items()} == classes
    assert (figure(facts, ACTS), figure(facts, INCIDENTS)) == (exactly(107), exactly(75))
    visible = [share(acts[name].used, 107) for name in list(classes)[:5]]
    assert visible == ["23.4", "19.6", "12.1", "11.2", "11.2"]


def test_killings_of_the_hrd_memorial_2024_come_out_as_published() -> None:
    """324 in 32 countries; the five first are 255, the rest 69; land 20.4, Indigenous 17.9, conflict 5.2 per cent."""
    five = {"CO": 157, "MX": 32, "GT": 29, "PS": 22, "BR": 15}
    rest = [f"X{number % 27:02d}" for number in range(69)]
    places = [place for place, times in five.items() for _ in range(times)] + rest
    facts = [event(number, codes={"region": (place,)}) for number, place in enumerate(places)]
    result = {place: amount.used for place, amount in spread(facts, REGION).items()}
    assert list(result.items())[:5] == list(five.items())
    assert (sum(result.values()), len(result), sum(five.values())) == (324, 32, 255)
    assert [share(part, 324) for part in (66, 58, 17)] == ["20.4", "17.9", "5.2"]


def test_a_percentage_depends_on_its_base_so_one_published_figure_does_not_follow() -> None:
    assert share(165, 555, 0) == "30"
    assert share(235, 555, 0) != "43"
    assert share(1, 0) == ""
    assert share(1, 8, 0) == "13"


# How many


def test_684_729_and_about_700_stay_a_range() -> None:
    assert figure([event(counts={"": (684, 700, 729)})], PERSONS) == Amount(low=684, used=700, high=729)
    assert figure([event(counts={"": (300, None, 600)})], PERSONS) == Amount(low=300, used=300, high=600)


def test_fifteen_fined_are_fifteen_and_not_the_four_hundred_who_took_part() -> None:
    fined = event(codes={"kinds": ("fine",)}, counts={"": (None, 400, None), "fine": (None, 15, None)})
    assert figure([fined], ACTS) == exactly(15)
    assert figure([fined], PERSONS) == exactly(15), "nobody was attacked in another way"
    both = event(
        codes={"kinds": ("fine", "strike_declared_illegal")},
        counts={"": (None, 400, None), "fine": (None, 15, None)},
    )
    assert figure([both], PERSONS) == exactly(400)
    assert spread([both], KIND, ACTS) == {"fine": exactly(15), "strike_declared_illegal": Amount(unknown=1)}


def test_a_number_that_nobody_recorded_is_not_one() -> None:
    assert figure([event()], PERSONS) == Amount(unknown=1)
    assert figure([event(), event(2, people=named(7))], PERSONS) == Amount(low=1, used=1, high=1, unknown=1)
    assert figure([event(codes={"kinds": ("fine",), "number_unknown": ("fine",)})], ACTS) == Amount(unknown=1)


def test_seven_hundred_strikers_of_two_incidents_are_seven_hundred() -> None:
    strike = event(1, counts={"": (684, 700, 729)})
    for kind in ("part_of", "same_event"):
        ruling = event(2, counts={"": (684, 700, 729)}, links=((kind, token(1)),), people=named(8, 9))
        assert figure([strike, ruling], PERSONS) == Amount(low=684, used=700, high=729)
    apart = event(2, counts={"": (684, 700, 729)})
    assert figure([strike, apart], PERSONS).used == 1400, "nobody said that they are the same"


def test_the_same_event_of_two_cases_is_one_incident_and_a_part_is_one_of_its_own() -> None:
    first, second = event(1), event(2, when="14.05.2024", links=(("same_event", token(1)),))
    assert figure([first, second], INCIDENTS) == exactly(1)
    part = event(2, links=(("part_of", token(1)),))
    assert figure([first, part], INCIDENTS) == exactly(2)
    assert figure([second], INCIDENTS) == exactly(1)


def test_six_groups_are_six_groups_and_no_people() -> None:
    six = event(codes={"unit": ("group",)}, counts={"": (None, 6, None)})
    assert figure([six], GROUPS) == exactly(6)
    assert figure([six], PERSONS) == Amount(unknown=1)
    assert figure([event(codes={"unit": ("group",)})], GROUPS) == exactly(1)


def test_who_is_named_in_several_incidents_is_one_person() -> None:
    facts = [event(1, people=named(7, 8)), event(2, people=named(7), counts={"": (None, 10, None)})]
    assert figure(facts, PERSONS) == exactly(2 + 9)


# What people answered


def test_a_no_takes_out_the_person_and_not_the_event() -> None:
    strike = event(1, people=named(7, 8), counts={"": (None, 700, None)})
    counted = put_together([strike, person(7, "no"), person(8, "yes")])
    (one,) = counted.events
    assert (one.people, one.total) == (frozenset({token(8)}), exactly(699))
    assert (one.consent, counted.left_out) == ("yes", 0)


def test_an_event_goes_when_nobody_is_left_and_is_said_to_be_left_out() -> None:
    counted = put_together([event(1, people=named(7)), event(2), person(7, "no")])
    assert ([one.id for one in counted.events], counted.left_out) == ([token(2)], 1)
    alone = put_together([event(1, people=named(7), counts={"": (None, 1, None)}), person(7, "no")])
    assert (alone.events, alone.left_out) == ((), 1)


def test_nothing_says_none_recorded_where_something_was_left_out() -> None:
    def notes(facts: list[CountedFact]) -> set[str]:
        counted = put_together(facts)
        selection = counting.select(counted, question(step=counting.QUARTER))
        left_out = bool(counted.left_out or selection.undated or selection.cut)
        return {row.note for row in counting.over_time(selection, counted, today=TODAY, left_out=left_out)}

    assert notes([event()]) == {"", counting.NONE_RECORDED}
    assert notes([event(), event(2, people=named(7)), person(7, "no")]) == {"", counting.NONE_COUNTED}
    assert notes([event(), event(2, when="?")]) == {"", counting.NONE_COUNTED}
    assert notes([event(), event(2, when="2023-11..2024-02", codes={"between": ("yes",)})]) == {
        "",
        counting.NONE_COUNTED,
    }


@pytest.mark.parametrize(
    ("people", "answers", "public", "consent"),
    [
        ((), {}, (), "not_asked"),
        ((), {}, ("yes",), "public"),
        ((7,), {}, ("yes",), "not_asked"),
        ((7, 8), {7: "yes"}, (), "not_asked"),
        ((7, 8), {7: "yes", 8: "yes"}, (), "yes"),
        ((7, 8), {7: "yes", 8: "no"}, (), "yes"),
    ],
)
def test_the_public_record_is_a_class_of_its_own(
    people: tuple[int, ...], answers: dict[int, str], public: tuple[str, ...], consent: str
) -> None:
    facts = [event(people=named(*people), codes={"public": public}), *(person(n, w) for n, w in answers.items())]
    (one,) = put_together(facts).events
    assert one.consent == consent


# What was asked


def test_what_where_who_and_when_narrow_an_answer() -> None:
    facts = [
        event(1, codes={"kinds": ("fine",)}, people=named(7)),
        event(2, codes={"kinds": ("threat", "fine"), "region": ("KZ-47",)}, people=named(7, 8)),
        event(3, when="2023-05", people=named(8)),
        person(7, who=("union_leader",), gender=("woman",)),
        person(8, who=("journalist",)),
    ]
    assert figure(facts, INCIDENTS, only={WHO: ("union_leader",)}) == exactly(2)
    assert figure(facts, PERSONS, only={WHO: ("journalist",)}) == exactly(1)
    assert figure(facts, INCIDENTS, only={REGION: ("KZ-47",), KIND: ("fine",)}) == exactly(1)
    assert figure(facts, ACTS, only={KIND: ("fine",)}) == exactly(3)
    assert figure(facts, INCIDENTS, only={GROUP: ("legal_action",)}) == exactly(2)
    assert spread(facts, WHO, PERSONS) == {"journalist": exactly(1), "union_leader": exactly(1)}
    assert spread(facts, KIND, only={GROUP: ("legal_action",)}) == {"fine": exactly(2)}


def test_a_labour_grievance_is_counted_only_where_it_is_asked_for() -> None:
    facts = [event(1, codes={"kinds": ("wages_denied",)}), event(2, codes={"kinds": ("excessive_hours", "threat")})]
    counted = put_together(facts)
    selection = counting.select(counted, question())
    assert (len(selection.events), selection.events[0].kinds, selection.grievances) == (1, ("threat",), 1)
    assert figure(facts, INCIDENTS, grievances=True) == exactly(2)


@pytest.mark.parametrize(
    ("when", "between", "codes"),
    [
        ("11.12.2024..15.02.2025", False, {"year": "2024", "month": "2024-12"}),
        ("2024-10..2024-12", True, {"year": "2024", "quarter": "2024-Q4", "month": "2024"}),
        ("2024", False, {"year": "2024", "quarter": "2024", "month": "2024"}),
        ("2024-12..2025-01", True, {"year": "", "month": ""}),
        ("?", False, {"year": ""}),
    ],
)
def test_what_lasted_counts_where_it_began_and_what_lies_between_where_all_of_it_lies(
    when: str, between: bool, codes: dict[str, str]
) -> None:
    (one,) = put_together([event(when=when, codes={"between": ("yes",) if between else ()})]).events
    assert {step: counting.period_of(one, step) for step in codes} == codes


def test_what_the_period_cuts_or_has_no_date_is_said_and_not_counted() -> None:
    facts = [event(1), event(2, when="2024"), event(3, when="?"), event(4, when="2019")]
    selection = counting.select(put_together(facts), question(since="2024-04"))
    assert (len(selection.events), selection.undated, selection.cut) == (1, 1, 1)


def test_periods_to_come_are_gaps_and_one_that_goes_on_says_so() -> None:
    counted = put_together([event()])
    selection = counting.select(counted, question(until="2027-03"))
    rows = counting.over_time(selection, counted, today=TODAY, left_out=False)
    assert [(row.code, row.note, row.partial) for row in rows] == [
        ("2024", "", False),
        ("2025", counting.NONE_RECORDED, False),
        ("2026", counting.NONE_RECORDED, True),
        ("2027", counting.NOT_YET, False),
    ]


def test_the_period_offered_reaches_from_the_first_year_to_now_and_is_no_longer_than_ten_years() -> None:
    def offered(*months: str) -> tuple[str, str]:
        counted: CountedFacts = put_together([event(n, when=month) for n, month in enumerate(months)])
        return counting.offered_span(counted.events, this_month="2026-11")

    assert offered("2017-12", "2018-03") == ("2017-01", "2026-11")
    assert offered() == ("2026-01", "2026-11")
    assert offered("1990-01", "2027-02") == ("2018-01", "2027-02")


# Change or chance


@pytest.mark.parametrize(
    ("before", "after", "beyond", "gap"),
    [(9, 14, False, 9), (10, 30, True, 12), (0, 6, True, 4), (0, 5, False, 5), (0, 0, False, 0), (400, 500, True, 58)],
)
def test_a_difference_is_more_than_chance_only_where_it_is(before: int, after: int, beyond: bool, gap: int) -> None:
    """5 per cent, both sides: of 23 incidents 16 to 7 comes about by chance, 17 to 6 does not (binomial tables)."""
    compared = compare(before, after)
    assert (compared.beyond_chance, compared.by_chance) == (beyond, gap)
    low, high = compared.times
    assert (low > 1) == (beyond and after > before)
    assert high is None or low <= after / max(before, 1) <= high


def test_too_few_to_say_is_where_nothing_could_be_more_than_chance() -> None:
    assert compare(2, 3).too_few
    assert not compare(3, 3).too_few


def test_a_lowest_number_alone_is_at_least_so_many_and_a_highest_alone_at_most() -> None:
    assert figure([event(counts={"": (40, None, None)})], PERSONS) == Amount(low=40, used=40, high=40, more=1)
    assert figure([event(counts={"": (None, None, 20)})], PERSONS) == Amount(low=0, used=20, high=20)
    assert figure([event(counts={"": (684, 700, None)})], PERSONS) == Amount(low=684, used=700, high=700)
    assert not Amount(low=40, used=40, high=40, more=1).exact


def test_who_is_only_a_number_is_of_no_gender_and_rows_add_up_to_the_whole() -> None:
    facts = [
        event(1, people=named(1, 2, 3), counts={"": (10, None, 12)}),
        event(2, people=named(1)),
        person(1, gender=("woman",)),
        person(2, gender=("man",)),
        person(3),
    ]
    rows = spread(facts, GENDER, PERSONS)
    assert (rows["woman"], rows["man"], rows[""]) == (exactly(1), exactly(1), Amount(low=8, used=8, high=10))
    assert sum(rows.values(), Amount()) == figure(facts, PERSONS)
    assert spread(facts, GENDER, PERSONS, only={GENDER: ("woman",)}) == {"woman": exactly(1)}
