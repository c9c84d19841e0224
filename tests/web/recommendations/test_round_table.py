"""The page for a round table: each recommendation once, by body, with state and the reader's own number of cases."""

import re

import pytest
from hrd_pages import Visitor
from hrd_world import NOW, World

from hrd_cases.domain.cases import Case
from hrd_cases.domain.consents import Consent
from hrd_cases.domain.people import Person
from hrd_cases.services.casework import cases, people
from hrd_cases.services.records import records


@pytest.fixture
def plan(anna: Visitor) -> str:
    answers = {
        "words-en-text": "Adopt a plan",
        "bodies": ["ilo_cas", "cescr"],
        "state": "refused",
        "pillars": "protect",
    }
    return anna.fill("/r/new", **answers).headers["Location"]


def number_of_cases(visitor: Visitor, path: str) -> str:
    row = visitor.get("/r/t").text.partition(f'href="{path}"')[2].partition("</tr>")[0]
    return re.sub("<[^>]*>", "", row.rpartition("<td")[2].partition(">")[2]).strip()


@pytest.mark.parametrize(
    ("question", "there"),
    [
        ("", True),
        ("b=ilo_cas", True),
        ("b=cescr", True),
        ("b=cat", False),
        ("s=refused", True),
        ("s=promised", False),
        ("p=protect", True),
        ("p=remedy", False),
        ("b=cescr&s=refused&p=protect", True),
        ("b=nonsense", False),
    ],
)
def test_it_holds_what_was_asked_for_each_recommendation_once(
    anna: Visitor, plan: str, question: str, there: bool
) -> None:
    page = anna.get(f"/r/t?{question}")
    assert page.status_code == 200
    assert page.text.count(f'href="{plan}"') == there


def test_a_recommendation_stands_under_the_body_asked_for(anna: Visitor, plan: str) -> None:
    assert "UN Committee on Economic, Social and Cultural Rights</h2>" in re.sub(
        ' <span class="count">.*?</span>', "", anna.get("/r/t?b=cescr").text
    )


def test_what_is_meant_for_the_reader_alone_is_not_on_paper(anna: Visitor, plan: str) -> None:
    warned = anna.get("/r/t").text.partition("Before this number is said in public")[0].rpartition("<p")[2]
    assert 'class="hint screen-only"' in warned


def test_the_number_counts_the_cases_of_the_reader_alone(sqlite_world: World, anna: Visitor, plan: str) -> None:
    with sqlite_world.writing("anna") as ctx:
        created = [cases.create(ctx, Case(title=f"Strike {number}")) for number in range(2)]
    anna.fill(f"{plan}/c", ticked=created)
    assert number_of_cases(anna, plan) == "2"
    assert number_of_cases(Visitor(sqlite_world).enter("outsider"), plan) == "0"


def test_a_case_counts_when_everybody_in_it_agreed_to_be_counted(sqlite_world: World, anna: Visitor, plan: str) -> None:
    with sqlite_world.writing("anna") as ctx:
        case = cases.create(ctx, Case(title="Strike"))
        person = people.create(ctx, Person(pseudonym="Driver"), case)
    anna.fill(f"{plan}/c", ticked=[case])
    for answer, number in (("", "0"), ("yes", "1"), ("no", "0")):
        if answer:
            with sqlite_world.writing("anna") as ctx:
                consent = Consent(
                    person=person,
                    said_on=NOW.date(),
                    said_at="08:00" if answer == "yes" else "09:00",
                    statistics=answer,
                    form="oral",
                )
                records.create(ctx, case, consent)
        assert number_of_cases(anna, plan) == number, answer
        assert ("One tick is not counted" in anna.get("/r/t?b=cescr").text) is (number == "0"), answer
