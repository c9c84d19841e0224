"""What a person answered counts everywhere it should, at once, whatever key is due; and tells others no more."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hrd_thief import Copy, with_passphrase
from hrd_world import FULL, NOW, CaseIds, World, expire
from sqlalchemy import delete, insert, select, update

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.cases import Case
from hrd_cases.domain.consents import Consent
from hrd_cases.domain.counted import CountedFacts, put_together
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.incidents import Attacked, Incident
from hrd_cases.domain.people import Person
from hrd_cases.domain.trend_facts import standing
from hrd_cases.services.casework import cases, consents, people
from hrd_cases.services.deletion import erasing
from hrd_cases.services.keys import integrity
from hrd_cases.services.keys import sealed_answers as waits_for_keys
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.records import answers, records
from hrd_cases.services.sharing import sharing
from hrd_cases.store.tables import sealed_answers

TODAY = NOW.date()
COURT = "domestic_body"


def said(person: str, days: int = 0, **more: Any) -> Consent:
    value = {"said": "answers", "said_on": TODAY + timedelta(days=days), "form": "signed", **more}
    return Consent(person=person, **value)


def give(world: World, name: str, case: str, value: Consent) -> str:
    with world.writing(name) as ctx:
        return records.create(ctx, case, value)


def answer(world: World, name: str, case: str, person: str, scope: str = COURT) -> str:
    """What the page of a case says."""
    with world.reading(name) as ctx:
        line = next(item for item in consents.view(ctx, case).people if item.person == person)
        assert line.answers == answers.of_person(ctx, person, case=case).answers(case)
    return line.answers[scope]


def heard(world: World, name: str, case: str, person: str) -> tuple[consents.Heard, ...]:
    with world.reading(name) as ctx:
        return next(item for item in consents.view(ctx, case).people if item.person == person).heard


@pytest.fixture
def two(sqlite_world: World) -> CaseIds:
    """One person in a case of Anna's and, shared with the outsider, in a second one; the outsider opens the second."""
    with sqlite_world.writing("anna") as ctx:
        first = cases.create(ctx, Case(title="First matter"))
        person = people.create(ctx, Person(pseudonym="Miner A"), first)
        second = cases.create(ctx, Case(title="Second matter"))
        people.link(ctx, person, second)
    with sqlite_world.writing("anna") as ctx:
        sharing.share(ctx, second, sqlite_world.user("outsider"), "lead")
    return CaseIds(case=first, person=person, call=second, call_vault=second, records={})


# --- one person, two teams ----------------------------------------------------------------------------------------


def test_a_no_said_in_one_case_counts_in_the_other_and_a_yes_only_where_everything_was_meant(
    sqlite_world: World, two: CaseIds
) -> None:
    first, second, person = two.case, two.call, two.person
    give(sqlite_world, "anna", first, said(person, -3, court="yes"))
    assert answer(sqlite_world, "anna", first, person) == "yes"
    assert answer(sqlite_world, "outsider", second, person) == "not_asked"
    give(sqlite_world, "anna", first, said(person, -2, court="yes", about="everything"))
    assert answer(sqlite_world, "outsider", second, person) == "yes"
    give(sqlite_world, "outsider", second, said(person, -1, said="withdraws"))
    for name, case in (("anna", first), ("anna", second), ("outsider", second)):
        assert answer(sqlite_world, name, case, person) == "no"
    give(sqlite_world, "outsider", second, said(person, 0, court="yes"))
    assert answer(sqlite_world, "outsider", second, person) == "yes"
    assert answer(sqlite_world, "anna", first, person) == "no"


def test_an_answer_entered_late_counts_by_the_day_it_was_said(sqlite_world: World, two: CaseIds) -> None:
    give(sqlite_world, "outsider", two.call, said(two.person, -1, court="no"))
    give(sqlite_world, "anna", two.case, said(two.person, -30, court="yes", about="everything"))
    assert answer(sqlite_world, "anna", two.case, two.person) == "no"
    assert [item.day for item in heard(sqlite_world, "anna", two.case, two.person)] == [
        TODAY - timedelta(days=1),
        TODAY - timedelta(days=30),
    ]


def test_a_corrected_answer_is_one_answer_and_stays_with_its_person(sqlite_world: World, two: CaseIds) -> None:
    record = give(sqlite_world, "anna", two.case, said(two.person, court="no"))
    with sqlite_world.writing("anna") as ctx:
        stored = records.read(ctx, two.case, record)
        records.save(ctx, two.case, record, replace(stored.value, court="yes", about="everything"), stored.versions)
    assert answer(sqlite_world, "outsider", two.call, two.person) == "yes"
    assert len(heard(sqlite_world, "anna", two.case, two.person)) == 1
    with sqlite_world.writing("anna") as ctx:
        other = replace(stored.value, person=people.create(ctx, Person(pseudonym="Miner B"), two.case))
        versions = records.read(ctx, two.case, record).versions
    with pytest.raises(RuleBroken) as refused, sqlite_world.writing("anna") as ctx:
        records.save(ctx, two.case, record, other, versions)
    assert refused.value.place == "person"


# --- what the other team can open ---------------------------------------------------------------------------------

SECRETS = {"place": "Canary kitchen", "asked_by": "Canary colleague", "limits": "Canary limit", "told": "Canary told"}


def test_another_team_opens_what_counts_of_an_answer_and_nothing_else(sqlite_world: World, two: CaseIds) -> None:
    """Every document that the outsider's keys open, byte by byte."""
    value = said(two.person, court="no", read_aloud="yes", review=date(2027, 3, 9), **SECRETS)
    record = give(sqlite_world, "anna", two.case, value)
    loot = with_passphrase(Copy.of(sqlite_world.runtime.database), sqlite_world.people["outsider"].passphrase)
    opened = [document for _, document in loot.documents()]
    every = [
        match
        for document in opened
        for match in re.findall(rb'\{"f":\{(?:(?!\{"f":).)*?\},"k":"statement","n":\d+,"v":1\}', document, re.DOTALL)
    ]
    result = [document for document in every if record.encode() in document]
    assert len(result) == 2, "the record and its card"
    fields = {name for document in result for name in json.loads(document)["f"]}
    assert fields == {"consent", "case", "revision", "said", "said_on", "court", "form", "limited", "token"}
    for secret in (*SECRETS.values(), "2027-03-09", "Canary"):
        assert not any(secret.encode() in document for document in opened)
    assert not any(b'"k":"consent"' in document and record.encode() in document for document in opened)
    team = with_passphrase(Copy.of(sqlite_world.runtime.database), sqlite_world.people["anna"].passphrase)
    assert any(b"Canary limit" in document for _, document in team.documents())


def test_pages_show_the_other_team_the_day_and_that_a_limit_is_set_and_the_holder_only_to_who_shares_a_case(
    sqlite_world: World, two: CaseIds
) -> None:
    with sqlite_world.writing("anna") as ctx:
        sharing.share(ctx, two.case, sqlite_world.user("luka"), "lead")
    record = give(sqlite_world, "luka", two.case, said(two.person, court="no", **SECRETS))
    visited = heard(sqlite_world, "outsider", two.call, two.person)
    assert [(item.day, item.limited, item.record, item.holder) for item in visited] == [(TODAY, True, "", "")]
    assert [item.record for item in heard(sqlite_world, "anna", two.case, two.person)] == [record]
    with sqlite_world.writing("anna") as ctx:
        sharing.share(ctx, two.call, sqlite_world.user("luka"), "coded")
    assert [bool(item.holder) for item in heard(sqlite_world, "outsider", two.call, two.person)] == [True]


# --- never refused ------------------------------------------------------------------------------------------------


def waits(world: World, name: str, case: str, person: str) -> list[tuple[bool, bool]]:
    return [(item.waits, item.sealed) for item in heard(world, name, case, person)]


def test_where_the_persons_file_waits_for_new_keys_an_answer_rests_in_its_case_and_crosses_later(
    sqlite_world: World, two: CaseIds
) -> None:
    """Somebody's time in the second case is over: the person's file can be written by nobody, the first case can."""
    with sqlite_world.writing("anna") as ctx:
        sharing.share(ctx, two.call, sqlite_world.user("lawyer"), "full")
    expire(sqlite_world, two.call, ["lawyer"])
    give(sqlite_world, "anna", two.case, said(two.person, court="no", statistics="no"))
    assert waits(sqlite_world, "anna", two.case, two.person) == [(True, False)]
    assert answer(sqlite_world, "anna", two.case, two.person) == "no"
    assert answer(sqlite_world, "outsider", two.call, two.person) == "not_asked"
    with sqlite_world.writing("anna") as ctx:
        cases.renew_keys(ctx, two.call)
    with sqlite_world.reading("anna") as ctx:
        cases.overview(ctx, two.case)
    assert waits(sqlite_world, "anna", two.case, two.person) == [(False, False)]
    assert answer(sqlite_world, "outsider", two.call, two.person) == "no"


def test_where_the_case_waits_too_an_answer_is_sealed_to_its_writer_and_the_leads_and_no_word_is_lost(
    sqlite_world: World,
) -> None:
    world, ids = sqlite_world, sqlite_world.granted[FULL]
    expire(world, ids.case, ["lawyer"])
    with world.reading("caseworker") as ctx:
        assert cases.overview(ctx, ids.case).keys_due
        assert consents.view(ctx, ids.case).may_write
        assert records.writable(ctx, Consent, ids.case) >= {"core", "identity"}
    value = said(ids.person, keep="yes", court="no", **SECRETS)
    record = give(world, "caseworker", ids.case, value)
    for name in ("caseworker", "anna"):  # its writer, and the lead
        assert waits(world, name, ids.case, ids.person)[0] == (True, True)
        assert answer(world, name, ids.case, ids.person, "keep_and_use") == "yes"
    assert len(heard(world, "coordinator", ids.case, ids.person)) == 1, "what was said before"
    with world.reading("caseworker") as ctx:
        cases.overview(ctx, ids.case)
    assert waits(world, "anna", ids.case, ids.person)[0] == (True, True), "still due: nothing was entered"
    with world.writing("anna") as ctx:
        cases.renew_keys(ctx, ids.case)
    with world.reading("caseworker") as ctx:
        cases.overview(ctx, ids.case)
    with world.reading("coordinator") as ctx:
        stored = records.read(ctx, ids.case, record)
        assert not Copy.of(world.runtime.database).rows["sealed_answers"]
        assert replace(stored.value, revision=0, limited=False, token="") == value
    with world.reading("anna") as ctx:
        cases.overview(ctx, ids.case)
    assert waits(world, "coordinator", ids.case, ids.person) == [(False, False)] * 2


def test_what_was_not_signed_by_somebody_who_may_write_the_case_is_no_answer(sqlite_world: World) -> None:
    world, ids = sqlite_world, sqlite_world.granted[FULL]
    expire(world, ids.case, ["lawyer"])
    with world.writing("outsider") as ctx:
        ctx.asked = True
        public = ctx.trust.check(bytes.fromhex(world.people["anna"].fingerprint), ctx.day_number).kem_public
        body = {"vault_id": ids.case, "answer": "ab" * 16, "recipient": world.people["anna"].fingerprint}
        ctx.work.sealed_answers.add(**body, public=public, body=b"planted")
    assert len(heard(world, "anna", ids.case, ids.person)) == 1
    with world.reading("anna") as ctx:
        stolen = open_vault(ctx, Act.READ_CASE, ids.case)
    with world.writing("outsider") as ctx:  # who holds the case's key but is none of its people
        ctx.asked = True
        waits_for_keys.add(ctx, stolen, "cd" * 16, said(ids.person, court="yes", about="everything", revision=1))
    assert len(heard(world, "anna", ids.case, ids.person)) == 1


# --- an answer that waits is in no manifest: the log tells of it --------------------------------------------------


@pytest.fixture
def waiting(sqlite_world: World) -> tuple[CaseIds, str]:
    """A no of the strike case's person that waits for the keys of their case, and a yes that was entered before."""
    world, ids = sqlite_world, sqlite_world.granted[FULL]
    give(world, "caseworker", ids.case, said(ids.person, -1, court="yes", about="everything"))
    expire(world, ids.case, ["lawyer"])
    return ids, give(world, "caseworker", ids.case, said(ids.person, court="no"))


def doubts(world: World, name: str, case: str) -> list[tuple[str, str]]:
    with world.reading(name) as ctx:
        return [(doubt.record, doubt.what) for doubt in cases.overview(ctx, case).doubts]


def proven(world: World, name: str, case: str, person: str) -> str:
    with world.reading(name) as ctx:
        return answers.of_person(ctx, person, case=case).proven(case)[COURT]


def rows_of(world: World, record: str) -> list[dict[str, Any]]:
    with world.runtime.database.reading() as work:
        query = select(sealed_answers).where(sealed_answers.c.id == record)
        return [dict(row._mapping) for row in work.connection.execute(query)]


def rewritten(world: World, statement: Any, *values: Any) -> None:
    """Somebody who reaches the database changes it."""
    with world.runtime.database.writing() as work:
        work.connection.execute(statement, *values)


@pytest.mark.parametrize("how", ["every row", "the lead's row", "another's sealing"])
def test_an_answer_that_is_withheld_is_noticed_by_all_of_its_case_and_no_yes_counts_until_its_lead_looked(
    sqlite_world: World, waiting: tuple[CaseIds, str], how: str
) -> None:
    world, (ids, record) = sqlite_world, waiting
    for name in ("caseworker", "anna", "coordinator"):
        assert doubts(world, name, ids.case) == []
    here = sealed_answers.c.id == record
    anna = sealed_answers.c.recipient == world.people["anna"].fingerprint
    harm = {
        "every row": delete(sealed_answers).where(here),
        "the lead's row": delete(sealed_answers).where(here, anna),
        "another's sealing": update(sealed_answers).where(here, anna).values(answer_sealed=b"x" * 99),
    }
    rewritten(world, harm[how])
    for name in ("caseworker", "anna", "coordinator"):
        assert doubts(world, name, ids.case) == [(record, "withheld")]
        assert proven(world, name, ids.case, ids.person) != "yes"
    with world.writing("anna") as ctx:
        cases.renew_keys(ctx, ids.case)
    assert proven(world, "anna", ids.case, ids.person) != "yes"
    with world.writing("anna") as ctx:
        integrity.accept(ctx, ids.case)
    assert doubts(world, "anna", ids.case) == []
    assert not rows_of(world, record)


def test_an_answer_that_is_put_back_after_it_was_entered_and_deleted_counts_no_more(
    sqlite_world: World, waiting: tuple[CaseIds, str]
) -> None:
    world, (ids, record) = sqlite_world, waiting
    copied = rows_of(world, record)
    with world.writing("anna") as ctx:
        cases.renew_keys(ctx, ids.case)
    with world.reading("caseworker") as ctx:
        cases.overview(ctx, ids.case)
    assert not rows_of(world, record)
    with world.writing("anna") as ctx:
        vault = open_vault(ctx, Act.WRITE_CASE, ids.case)
        answers.remove(ctx, ids.person, record)
        ctx.work.records.remove(vault, record)
    assert answer(world, "anna", ids.case, ids.person) == "yes"
    rewritten(world, insert(sealed_answers), copied)
    for name in ("caseworker", "anna"):
        assert answer(world, name, ids.case, ids.person) == "yes"
        assert record not in [item.record for item in heard(world, name, ids.case, ids.person)]
        assert doubts(world, name, ids.case) == []


# --- figures ------------------------------------------------------------------------------------------------------


def counted(world: World) -> CountedFacts:
    loot = with_passphrase(Copy.of(world.runtime.database), world.people["coordinator"].passphrase)
    return put_together(standing(json.loads(fact) for fact in loot.facts(world.runtime.organisation.trends)))


def dismissals(world: World) -> list[tuple[str, int]]:
    """What is counted of dismissals: consent, and how many people are named."""
    events = counted(world).events
    return sorted((event.consent, len(event.people)) for event in events if event.kinds == ("dismissal",))


def test_an_answer_counts_at_once_in_every_incident_also_in_cases_that_its_writer_can_not_open(
    sqlite_world: World, two: CaseIds
) -> None:
    before = counted(sqlite_world).left_out
    attacked = Incident(kinds=("dismissal",), attacked=(Attacked(person=two.person),))
    with sqlite_world.writing("anna") as ctx:
        versions = {}
        for case in (two.case, two.call):
            created = records.create(ctx, case, attacked)
            versions[case, created] = records.read(ctx, case, created).versions
    assert dismissals(sqlite_world) == [("not_asked", 1), ("not_asked", 1)]
    give(sqlite_world, "anna", two.case, said(two.person, -2, statistics="yes"))
    assert dismissals(sqlite_world) == [("yes", 1), ("yes", 1)]
    give(sqlite_world, "outsider", two.call, said(two.person, -1, statistics="no"))
    assert dismissals(sqlite_world) == [], "the outsider opens one of the two cases"
    assert counted(sqlite_world).left_out == before + 2
    give(sqlite_world, "anna", two.case, said(two.person, said_at="09:00", statistics="yes"))
    assert dismissals(sqlite_world) == [("yes", 1), ("yes", 1)]
    give(sqlite_world, "anna", two.case, said(two.person, said_at="10:00", said="withdraws"))
    assert dismissals(sqlite_world) == []
    with sqlite_world.reading("anna") as ctx:
        assert {place: records.read(ctx, *place).versions for place in versions} == versions


def test_a_no_takes_out_one_person_of_an_incident(sqlite_world: World, two: CaseIds) -> None:
    with sqlite_world.writing("anna") as ctx:
        other = people.create(ctx, Person(pseudonym="Miner B"), two.case)
        both = (Attacked(person=two.person), Attacked(person=other))
        records.create(ctx, two.case, Incident(kinds=("dismissal",), attacked=both))
    give(sqlite_world, "anna", two.case, said(two.person, statistics="no"))
    assert dismissals(sqlite_world) == [("not_asked", 1)]
    give(sqlite_world, "anna", two.case, said(other, statistics="yes"))
    assert dismissals(sqlite_world) == [("yes", 1)]


def test_a_corrected_answer_and_one_that_is_deleted_count_no_more(sqlite_world: World, two: CaseIds) -> None:
    with sqlite_world.writing("anna") as ctx:
        attacked = (Attacked(person=two.person),)
        records.create(ctx, two.case, Incident(kinds=("dismissal",), attacked=attacked))
    record = give(sqlite_world, "anna", two.case, said(two.person, statistics="no"))
    assert dismissals(sqlite_world) == []
    with sqlite_world.writing("anna") as ctx:
        stored = records.read(ctx, two.case, record, Consent)
        records.save(ctx, two.case, record, replace(stored.value, statistics="yes"), stored.versions)
    assert dismissals(sqlite_world) == [("yes", 1)]
    with sqlite_world.writing("anna") as ctx:
        vault = open_vault(ctx, Act.WRITE_CASE, two.case)
        erasing.erase_one(ctx, vault, records.read(ctx, two.case, record), uncount=False)
    assert dismissals(sqlite_world) == [("not_asked", 1)]


def test_while_keys_are_due_an_answer_still_reaches_the_figures(sqlite_world: World, two: CaseIds) -> None:
    with sqlite_world.writing("anna") as ctx:
        sharing.share(ctx, two.case, sqlite_world.user("lawyer"), "full")
        attacked = (Attacked(person=two.person),)
        records.create(ctx, two.case, Incident(kinds=("dismissal",), attacked=attacked))
    expire(sqlite_world, two.case, ["lawyer"])
    give(sqlite_world, "anna", two.case, said(two.person, statistics="no"))
    assert dismissals(sqlite_world) == []


# --- what is no answer --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"said_on": TODAY + timedelta(days=1)}, "said_on"),
        ({"said_on": None}, "said_on"),
        ({"said_at": "23:59"}, "said_at"),
        ({"court": ""}, "keep"),
        ({"court": "unknown"}, "keep"),
        ({"person": "ab" * 16}, "person"),
        ({"person": ""}, "person"),
    ],
)
def test_what_is_no_answer_is_told_at_its_field(
    sqlite_world: World, two: CaseIds, wrong: dict[str, Any], place: str
) -> None:
    with pytest.raises(RuleBroken) as refused:
        give(sqlite_world, "anna", two.case, replace(said(two.person, court="yes"), **wrong))
    assert refused.value.place == place


def test_the_second_answer_of_a_day_asks_for_its_time_and_takes_that_nobody_remembers(
    sqlite_world: World, two: CaseIds
) -> None:
    give(sqlite_world, "anna", two.case, said(two.person, court="yes", about="everything"))
    with pytest.raises(RuleBroken) as refused:
        give(sqlite_world, "outsider", two.call, said(two.person, court="no"))
    assert refused.value.place == "said_at"
    give(sqlite_world, "outsider", two.call, said(two.person, court="no", time_unknown=True))
    assert answer(sqlite_world, "anna", two.case, two.person) == "no"
    give(sqlite_world, "anna", two.case, said(two.person, said_at="13:10", court="yes"))
    assert answer(sqlite_world, "anna", two.case, two.person) == "no", "the no may have come after 13:10"


# --- interim --------------------------------------------------------------------------------------------------------


def test_keeping_is_interim_from_the_day_the_person_was_entered(sqlite_world: World) -> None:
    with sqlite_world.writing("anna") as ctx:
        case = cases.create(ctx, Case(title="Old case", opened=date(2017, 12, 11)))
        people.create(ctx, Person(pseudonym="Miner A"), case)
        people.create(ctx, Person(pseudonym="Miner B", since="2026-11-01"), case)
    with sqlite_world.reading("anna") as ctx:
        visible = {person.name: (person.interim_until, person.overdue) for person in consents.view(ctx, case).people}
    assert visible == {"Miner A": (date(2026, 12, 6), False), "Miner B": (date(2026, 11, 15), True)}
