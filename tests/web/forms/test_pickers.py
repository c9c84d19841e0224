"""Long lists in forms: what is chosen and was used lately stands there, a search of the same form finds the rest."""

import re

import pytest
from hrd_pages import Visitor, forms
from hrd_world import NOW, World

from hrd_cases.domain.cases import Case
from hrd_cases.domain.companies import Company
from hrd_cases.domain.dates import exactly
from hrd_cases.domain.incidents import Attacked, Incident
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.people import Name, Person
from hrd_cases.services.casework import people
from hrd_cases.services.records import records

MANY, FEWER = 40, 30
NEW_CASE = "/c/new"


@pytest.fixture
def crowd(sqlite_world: World) -> World:
    """The world with many people in one case, and some companies."""
    with sqlite_world.writing("lana") as ctx:
        for number in range(MANY):
            people.create(
                ctx, Person(pseudonym=f"W-{number}", names=(Name(name=f"Witness {number}"),)), case_of(sqlite_world)
            )
        for number in range(FEWER):
            records.create(ctx, None, Company(name=f"Mine {number}"))
    return sqlite_world


def case_of(world: World) -> str:
    return world.strike.case


def offered(page: str, name: str) -> set[str]:
    """What may be chosen in a field as the page stands."""
    return set(re.findall(rf'name="{name}" value="([^"]+)"', page)) | {
        value
        for select in re.findall(rf'(?s)<select id="[^"]*" name="{name}".*?</select>', page)
        for value in re.findall(r'<option value="([^"]+)"', select)
    }


def test_a_form_shows_the_few_used_lately_and_not_everybody(crowd: World, anna: Visitor) -> None:
    page = anna.get(NEW_CASE).text
    assert 0 < len(offered(page, "people")) <= 5
    assert 0 < len(offered(page, "companies")) <= 5
    assert "Witness 39" in page, "who was entered last"


def test_a_search_keeps_what_was_typed_and_lists_at_most_25(crowd: World, anna: Visitor) -> None:
    first = {**anna.fields(NEW_CASE), "title": "Dismissals", "_find-people": "witness", "_look": "people"}
    answer = anna.send(NEW_CASE, first)
    assert answer.status_code == 200
    assert len(offered(answer.text, "people")) == 25
    assert "Found: 40." in answer.text
    assert "15 more are not shown" in answer.text
    kept = forms(answer)[NEW_CASE]
    assert kept["title"] == ["Dismissals"]
    assert kept["_find-people"] == ["witness"]


def test_what_was_chosen_stays_while_one_searches_elsewhere(crowd: World, anna: Visitor) -> None:
    found = anna.send(
        NEW_CASE, {**anna.fields(NEW_CASE), "title": "T", "_find-people": "Witness 17", "_look": "people"}
    )
    (chosen,) = offered(found.text, "people")
    then = {**forms(found)[NEW_CASE], "people": chosen, "_find-companies": "mine 27", "_look": "companies"}
    again = anna.send(NEW_CASE, then)
    assert forms(again)[NEW_CASE]["people"] == [chosen]
    (mine,) = offered(again.text, "companies")
    made = anna.send(NEW_CASE, {**forms(again)[NEW_CASE], "companies": mine})
    assert made.status_code == 303
    with crowd.reading("anna") as ctx:
        value = records.read(ctx, made.headers["Location"].split("/")[2], made.headers["Location"].split("/")[2], Case)
    assert (value.value.people, value.value.companies) == ((chosen,), (mine,))


def test_save_or_enter_with_a_search_unanswered_searches_first(crowd: World, anna: Visitor) -> None:
    typed = {**anna.fields(NEW_CASE), "title": "T", "_find-people": "Witness 12"}
    answer = anna.send(NEW_CASE, typed)
    assert answer.status_code == 200
    assert "Found: 1." in answer.text
    assert anna.send(NEW_CASE, forms(answer)[NEW_CASE]).status_code == 303, "the search was answered: now it saves"


def test_nobody_with_that_name_is_said(crowd: World, anna: Visitor) -> None:
    answer = anna.send(NEW_CASE, {**anna.fields(NEW_CASE), "_find-people": "zzz", "_look": "people"})
    assert "Found: 0." in answer.text


def test_a_name_is_found_in_another_script_and_case_form(crowd: World, anna: Visitor) -> None:
    with crowd.writing("lana") as ctx:
        people.create(ctx, Person(pseudonym="Шахтёр С", names=(Name(name="Сериков"),)), case_of(crowd))
    answer = anna.send(NEW_CASE, {**anna.fields(NEW_CASE), "_find-people": "Serikov", "_look": "people"})
    assert "Сериков" in answer.text


def test_a_case_offers_first_whom_its_newest_records_name(crowd: World, anna: Visitor) -> None:
    case = case_of(crowd)
    new = f"/c/{case}/n/new"
    with crowd.writing("lana") as ctx:
        choices = {title: code for code, title in records.choices(ctx, Person, case)}
        old = choices["Witness 3"]
        records.create(
            ctx,
            case,
            Incident(
                title="Summons",
                when=exactly(NOW.date()),
                region="KZ-35",
                kinds=("summons",),
                attacked=(Attacked(person=old),),
            ),
        )
    assert old in offered(anna.get(new).text, "attacked-0-person")


def test_a_search_in_a_row_opens_its_row_and_an_empty_one_the_whole_list_of_codes(crowd: World) -> None:
    lana, new = Visitor(crowd).enter("lana"), f"/c/{case_of(crowd)}/l/new"
    fields = lana.fields(new)
    assert not offered(lana.get(new).text, "charges-0-article")
    found = lana.send(new, {**fields, "_find-charges-0-article": "174", "_look": "charges-0-article"})
    assert "cc_174" in offered(found.text, "charges-0-article")
    assert len(offered(found.text, "charges-0-article")) <= 25
    whole = lana.send(new, {**fields, "_look": "charges-0-article"}).text
    assert len(offered(whole, "charges-0-article")) > 60
    filled = {**forms(found)[new], "title": "T", "kind": "criminal_prosecution", "charges-0-article": "cc_174"}
    made = lana.send(new, {**filled, "charges-0-text": "What is charged"})
    assert made.status_code == 303, made.text
    with crowd.reading("lana") as ctx:
        value = records.read(ctx, case_of(crowd), made.headers["Location"].rpartition("/")[2], LegalAction).value
    assert value.charges[0].article == "cc_174"


def test_what_another_row_holds_is_offered_in_the_next(crowd: World) -> None:
    lana, new = Visitor(crowd).enter("lana"), f"/c/{case_of(crowd)}/l/new"
    more = lana.send(new, {**lana.fields(new), "charges-0-article": "cc_174", "_more": "charges"})
    assert offered(more.text, "charges-1-article") == {"cc_174"}


def test_what_is_not_in_the_list_is_refused_however_it_was_sent(crowd: World, anna: Visitor) -> None:
    answer = anna.send(NEW_CASE, {**anna.fields(NEW_CASE), "title": "T", "people": "f" * 32})
    assert answer.status_code == 422
