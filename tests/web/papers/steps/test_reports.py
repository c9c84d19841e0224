"""Three papers that records fill: what was observed in court, a person in custody, and a case that is handed over."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from hrd_cases.domain.companies import Body
from hrd_cases.domain.dates import exactly
from hrd_cases.domain.hearings import Hearing, Observer
from hrd_cases.domain.legal_actions import CustodyMeasure, Decision
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.profiles import profiles
from hrd_cases.render.reading import bare
from hrd_cases.services.casework import people
from hrd_cases.services.records import records
from tests.web.papers.test_kinds import printed, said, with_facts
from tests.web.papers.test_papers import Lawyer, lana
from tests.web.papers.test_protected import everything, step_four
from tests.web.papers.test_recipients import action, open_case

__all__ = ["lana", "open_case"]
SIGNED = {"court": "Партнёрская организация", "filed_by": "адвокат Лана", "signatory": "Лана"}
DAY = date(2018, 1, 16)


def observed(lana: Lawyer) -> None:
    """Two hearings: one that was watched, and one of which nothing is written."""
    world = lana.world
    hearing = Hearing(
        on=DAY,
        at="10:00",
        room="Зал 3",
        notified="sms",
        action=world.strike.records["action"],
        kind="main",
        outcome="held",
        public="yes",
        present="Судья, прокурор, двое работников",
        observers=(
            Observer(who="Наблюдатель союза", status="refused_with_reason", reason="нет мест"),
            Observer(who="Студент факультета", status="admitted"),
            Observer(body=world.body, who="председатель", status="removed"),
            Observer(person=world.strike.person, status="refused_without_reason"),
        ),
        minutes="Свидетеля прервали дважды.\n\nПеревода не было.",
    )
    with world.writing("lana") as ctx:
        office = records.read(ctx, None, world.body, Body)
        records.save(ctx, None, world.body, replace(office.value, name="Союз горняков"), office.versions)
        records.create(ctx, lana.case, hearing)
        plain = replace(hearing, on=date(2018, 1, 20), room="Зал 9", present="", observers=(), minutes="")
        records.create(ctx, lana.case, plain)


def held(lana: Lawyer, health: str = "Диабет, нужен инсулин.") -> None:
    """The person of the case in custody, with something about their health on file."""
    person = lana.world.strike.person
    measure = CustodyMeasure(
        person=person,
        kind="custody",
        since=exactly(DAY),
        until=DAY + timedelta(days=9),
        review=DAY + timedelta(days=5),
        place="СИЗО № 1",
        counsel_access="yes",
        family_access="no",
    )
    action(lana.world, custody=(measure,), people=(person,))
    with lana.world.writing("lana") as ctx:
        stored = people.read(ctx, person)
        people.save(ctx, person, replace(stored.value, health=health), stored.versions)


def made(lana: Lawyer, kind: str, variant: str = "full", **typed: str) -> str:
    """A paper of this kind with what step 2 asks; its address."""
    paper = lana.begin(variant)
    assert lana.change(f"{paper}/2", profile=kind).status_code == 303
    answer = lana.change(f"{paper}/2", **SIGNED, **typed)
    assert answer.status_code == 303, answer.text[-3000:]
    with_facts(lana, paper)
    return paper


def test_what_was_observed_in_court_comes_from_the_hearing(open_case: Lawyer) -> None:
    lana = open_case
    said(lana, publish_name="yes", publication="yes")
    observed(lana)
    paper = made(lana, "hearing_observation", own_assessment="Заседание не было открытым для всех.")
    with lana.world.reading("lana") as ctx:
        hidden = people.read(ctx, lana.world.strike.person).value.pseudonym
    assert "requests" not in lana.get(f"{paper}/2").text
    lana.post(f"{paper}/4", person=lana.world.strike.person, choice="pseudonym")
    assert "Nothing is missing" in step_four(lana, paper)
    assert "Read the built paper" in lana.built(paper)
    for text in printed(lana, paper):
        for wanted in (
            *("16 января 2018 г., 10:00", "Зал 3", "Открыто для публики: да", "Свидетеля прервали дважды."),
            *("Наблюдатель союза: Не допущен, причина названа; нет мест", "Студент факультета: Допущен"),
            *("Союз горняков, председатель: Удалён из зала", f"2018 г.: {hidden}: Не допущен без объяснения"),
            *("Присутствовали: Судья, прокурор", "Перевода не было.", "не было открытым для всех"),
        ):
            assert bare(wanted) in text, wanted
        assert text.count(bare("Зал 9")) <= 1  # in the course of the proceeding only: nobody observed it
        assert bare("прошу") not in text


def test_a_report_without_an_observed_hearing_is_not_built(open_case: Lawyer) -> None:
    paper = made(open_case, "hearing_observation")
    gate = step_four(open_case, paper)
    assert "does not hold: Court, day and kind of the hearing" in gate
    assert f'{open_case.world.strike.records["action"]}">Court, day' in gate


@pytest.mark.parametrize("medical", ["yes", "no"])
def test_a_custody_report_shows_health_only_with_the_consent_to_it(open_case: Lawyer, medical: str) -> None:
    lana = open_case
    said(lana, court="yes", **{"scopes-0-scope": "medical_material", "scopes-0-answer": medical})
    held(lana)
    paper = made(lana, "custody_report")
    assert "Nothing is missing" in step_four(lana, paper)
    assert "Read the built paper" in lana.built(paper)
    for text in printed(lana, paper):
        for wanted in ("СИЗО № 1", "дней: 10", "юрист допущен: да", "семья допущена: нет"):
            assert bare(wanted) in text, wanted
        assert (bare("Диабет, нужен инсулин.") in text) == (medical == "yes")


def test_the_health_of_who_is_hidden_is_in_no_protected_report(open_case: Lawyer) -> None:
    lana = open_case
    said(lana, court="yes", **{"scopes-0-scope": "medical_material", "scopes-0-answer": "yes"})
    held(lana)
    paper = made(lana, "custody_report", "protected")
    page = step_four(lana, paper)
    marks = re.findall(r'name="ok" value="(\w{32})"', page)
    lana.post(f"{paper}/4/a", s=marks, ok=marks)
    assert "Read the built paper" in lana.built(paper)
    assert bare("инсулин") not in everything(lana, paper)
    assert bare("Сынақов") not in everything(lana, paper)


def test_a_case_is_handed_over_with_its_deadlines_its_exhibits_and_who_was_told(open_case: Lawyer) -> None:
    lana = open_case
    said(lana, court="yes")
    held(lana)
    later = lana.world.now.date() + timedelta(days=12)
    gone = Decision(kind="verdict", challenge_until=date(2018, 2, 1))
    action(lana.world, decisions=(Decision(kind="verdict", challenge_until=later), gone))
    letter = Letter(subject="О сроках", direction="from_us", addressee_name="Омбудсман", handed_in=date(2018, 3, 1))
    with lana.world.writing("lana") as ctx:
        records.create(ctx, lana.case, letter)
        records.create(ctx, lana.case, replace(letter, subject="Черновик", handed_in=None))
    exhibits = lana.prepare()  # two exhibits come to the case
    assert exhibits
    paper = made(lana, "hand_over", own_state="Ждём решения суда.")
    lana.change(f"{paper}/3/e", **dict.fromkeys((f"use_{item}" for item in lana.exhibits(paper)), "yes"))
    assert "Nothing is missing" in step_four(lana, paper)
    assert "Read the built paper" in lana.built(paper)
    for text in printed(lana, paper):
        for wanted in ("Последний день обжалования", "1 марта 2018 г.; Омбудсман; О сроках", "SHA-256", "Приложения"):
            assert bare(wanted) in text, wanted
        assert text.count(bare("Последний день обжалования")) == 1
        assert bare("Черновик") not in text


@pytest.mark.parametrize("kind", ["hearing_observation", "custody_report", "hand_over"])
def test_a_report_asks_for_nothing_that_a_record_holds(kind: str) -> None:
    form = profiles()[kind]
    assert set(form.languages) == {"ru", "kk", "en"}
    assert form.status == "unverified"
    required = [each for each in form.fields if each.required and each.asked]
    assert [each.key for each in required] == (["state"] if kind == "hand_over" else [])
