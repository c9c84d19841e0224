"""Asking people: the page that is read aloud, one sheet that many people signed, and what another team is told."""

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest
from hrd_browser import Browser
from hrd_pages import Fields, Visitor, forms
from hrd_world import FULL, NOW, World

from hrd_cases.domain.cases import Case
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.consents import PARAGRAPHS, Consent
from hrd_cases.domain.people import Name, Person
from hrd_cases.services.casework import cases, consents, people
from hrd_cases.services.records import answers, records
from hrd_cases.services.sharing import sharing


def fresh(world: World, name: str = "Серик") -> str:
    """Somebody of the strike case who was never asked."""
    with world.writing("anna") as ctx:
        return people.create(ctx, Person(pseudonym=f"Somebody {name}"), world.strike.case)


def page_of(world: World) -> str:
    return f"/c/{world.strike.case}/s/new"


def answered(world: World, person: str) -> dict[str, str]:
    with world.reading("anna") as ctx:
        text = answers.of_person(ctx, person, case=world.strike.case)
        result = text.answers(world.strike.case)
    heads = {"keep": "keep_and_use", "court": "domestic_body", "international": "un_letter", "publish": "publish_name"}
    return {name: result[heads.get(name, name)] for name in PARAGRAPHS}


def test_every_new_consent_begins_with_the_text_that_is_read_aloud(anna: Visitor) -> None:
    for language, opening, statistics, about in (
        ("ru", "Согласие можно отозвать", "Мы считаем, сколько людей", "для этого дела или для всего"),
        ("kk", "қайтарып алуға болады", "санаймыз", "істің бәріне"),
        ("en", "take your consent back", "We count how many", "this matter only, or for everything"),
    ):
        page = anna.get(f"{page_of(anna.world)}?language={language}")
        assert page.status_code == 200
        assert all(words in page.text for words in (opening, statistics, about))
        assert "no lawyer has checked" in page.text
    for link in (f"/c/{anna.world.strike.case}", f"/c/{anna.world.strike.case}/y"):
        assert page_of(anna.world) in anna.get(link).text


def test_the_page_of_an_answer_is_headed_by_whose_it_is(anna: Visitor) -> None:
    world, person = anna.world, fresh(anna.world)
    with world.writing("anna") as ctx:
        value = Consent(person=person, said_on=world.now.date(), form="signed", court="no")
        record = records.create(ctx, world.strike.case, value)
    page = anna.get(f"/c/{world.strike.case}/r/{record}").text
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL) == ["Consent: Somebody Серик"]


def test_showing_the_text_in_another_language_keeps_what_was_typed(anna: Visitor) -> None:
    person = fresh(anna.world)
    fields = anna.fields(f"{page_of(anna.world)}?p={person}", page_of(anna.world))
    assert fields["person"] == [person]
    visible = anna.send(page_of(anna.world), {**fields, "court": "no", "limits": "only by day", "_more": "aloud-kk"})
    assert visible.status_code == 200
    assert "қайтарып алуға болады" in visible.text
    again = forms(visible)[page_of(anna.world)]
    assert (again["court"], again["limits"], again["language"]) == (["no"], ["only by day"], ["kk"])


def test_five_answers_are_five_taps_and_count_from_then_on(anna: Visitor) -> None:
    person = fresh(anna.world)
    text = {"keep": "yes", "court": "yes", "international": "no", "publish": "no", "statistics": "yes"}
    sent = anna.fill(f"{page_of(anna.world)}?p={person}", page_of(anna.world), **text, read_aloud="yes")
    assert sent.status_code == 303
    assert answered(anna.world, person) == text
    record = anna.get(sent.headers["Location"]).text
    assert "Anna Person" in record, "who asked stands there by itself"


def test_a_refusal_of_everything_is_one_tap(anna: Visitor) -> None:
    person = fresh(anna.world)
    assert anna.fill(f"{page_of(anna.world)}?p={person}", page_of(anna.world), said="refuses").status_code == 303
    assert answered(anna.world, person) == dict.fromkeys(PARAGRAPHS, "no")
    assert "Everything refused" in anna.get(f"/c/{anna.world.strike.case}/s").text


def test_a_withdrawal_in_the_evening_ends_the_yes_of_the_morning(anna: Visitor) -> None:
    person = fresh(anna.world)
    page = f"{page_of(anna.world)}?p={person}"
    first = anna.fill(page, page_of(anna.world), court="yes", statistics="yes", read_aloud="yes", said_at="08:00")
    assert first.status_code == 303
    request = anna.fill(page, page_of(anna.world), said="withdraws")
    assert request.status_code == 422
    assert "already answered on this day" in request.text
    again = forms(request)[page_of(anna.world)]
    assert again["said"] == ["withdraws"]
    assert anna.send(page_of(anna.world), {**again, "said_at": "08:30"}).status_code == 303
    assert answered(anna.world, person)["court"] == "no"
    assert "Consent withdrawn" in anna.get(f"/c/{anna.world.strike.case}/s").text


@pytest.mark.parametrize(
    ("fields", "said", "place"),
    [
        ({"court": "yes", "read_aloud": "yes", "person": ""}, "Who", "f-person"),
        ({"court": "yes"}, "read aloud", "f-read_aloud"),
        ({"read_aloud": "yes"}, "Write down at least one answer", "f-keep"),
        ({"said": "refuses", "court": "yes"}, "says yes to nothing", "f-said"),
        ({"court": "yes", "read_aloud": "yes", "said_on": "30.11.2026"}, "", "f-said_on"),
    ],
)
def test_half_an_answer_is_no_consent(anna: Visitor, fields: Mapping[str, str], said: str, place: str) -> None:
    person = fresh(anna.world)
    refused = anna.fill(f"{page_of(anna.world)}?p={person}", page_of(anna.world), **fields)
    assert refused.status_code == 422
    assert f'href="#{place}-box"' in refused.text
    assert f'id="{place}-box"' in refused.text
    assert said in refused.text
    typed = forms(refused)[page_of(anna.world)]
    assert all(typed[name] == [value] for name, value in fields.items() if value)
    assert answered(anna.world, person) == dict.fromkeys(PARAGRAPHS, "not_asked")


def test_the_list_of_whom_to_ask_leads_to_the_page_with_the_person_chosen(anna: Visitor) -> None:
    person = fresh(anna.world, "Непрошенный")
    link = f"{page_of(anna.world)}?p={person}"
    assert link.replace("&", "&amp;") in anna.get(f"/c/{anna.world.strike.case}/y").text
    assert anna.fields(link, page_of(anna.world))["person"] == [person]
    stranger = anna.fields(f"{page_of(anna.world)}?p={anna.world.own.person}", page_of(anna.world))
    assert stranger["person"] == [""], "nobody is chosen whom the reader may not know"


def sheet_of(world: World) -> str:
    return f"/c/{world.strike.case}/y/m"


def lines(page: Fields) -> list[tuple[str, str]]:
    count = int(page["line-count"][0])
    return [(page[f"line-{number}-name"][0], page[f"line-{number}-who"][0]) for number in range(count)]


def test_fifty_people_on_one_sheet_are_three_pages(anna: Visitor) -> None:
    """Names are pasted, five answers given once, two people differ, one stands on the list by mistake."""
    world = anna.world
    existing = fresh(world, "Знакомый")
    with world.reading("anna") as ctx:
        before = len(consents.view(ctx, world.strike.case).people)
    names = ["1. Somebody Знакомый", *(f"{number}) Забойщик {number}" for number in range(2, 51))]
    fields = anna.fields(sheet_of(world))
    answers_once = {"keep": "yes", "court": "yes", "international": "yes", "publish": "no", "statistics": "yes"}
    looked = anna.send(sheet_of(world), {**fields, **answers_once, "names": "\r\n".join(["", *names])})
    assert looked.status_code == 200
    assert len(looked.data) < 60_000
    page = forms(looked)[f"{sheet_of(world)}/k"]
    assert [name for name, _who in lines(page)] == ["Somebody Знакомый", *(f"Забойщик {n}" for n in range(2, 51))]
    assert dict(lines(page))["Somebody Знакомый"] == existing
    with world.reading("anna") as ctx:
        assert len(consents.view(ctx, world.strike.case).people) == before, "nothing is saved yet"
    typed = {**page, "line-3-no": ["court"], "line-4-no": ["court", "statistics"], "line-5-who": ["out"]}
    assert anna.send(f"{sheet_of(world)}/k", typed).status_code == 303
    with world.reading("anna") as ctx:
        view = consents.view(ctx, world.strike.case)
    result = {person.name: person.answers for person in view.people}
    assert len(view.people) == before + 48
    assert "Забойщик 6" not in result
    court = {name: result[name]["domestic_body"] for name in ("Забойщик 2", "Забойщик 4", "Забойщик 5")}
    assert court == {"Забойщик 2": "yes", "Забойщик 4": "no", "Забойщик 5": "no"}
    assert (result["Забойщик 5"]["statistics"], result["Забойщик 4"]["statistics"]) == ("no", "yes")
    assert answered(world, existing)["publish"] == "no"


def test_the_same_name_in_another_case_is_offered_and_not_taken(anna: Visitor) -> None:
    world = anna.world
    with world.writing("anna") as ctx:
        other = people.create(ctx, Person(pseudonym="Двойник"), world.granted[FULL].case)
    looked = anna.fill(sheet_of(world), names="двойник", court="yes")
    page = forms(looked)[f"{sheet_of(world)}/k"]
    assert lines(page) == [("двойник", "ask")]
    assert f'value="{other}"' in looked.text
    assert anna.send(f"{sheet_of(world)}/k", {**page, "line-0-who": [other]}).status_code == 303
    with world.reading("anna") as ctx:
        assert other in {person.person for person in consents.view(ctx, world.strike.case).people}


@pytest.mark.parametrize(
    ("known", "typed"),
    [
        ("Сеитов Кайрат", "Қайрат Сейітов"),
        ("Сейітов Қайрат", "Seitov Kairat"),
        ("Сеитов Кайрат Маратович", "Сейітов Қ."),
        ("Сеитов К. М.", "Сейітов Қайрат"),
        ("Сеитов Кайрат", "Сеитов Кайрат Маратович"),
    ],
)
def test_who_is_written_otherwise_is_offered_and_the_line_asks(anna: Visitor, known: str, typed: str) -> None:
    """Somebody of this very case: neither taken for the same nor entered anew before somebody says who it is."""
    world = anna.world
    with world.writing("anna") as ctx:
        person = people.create(ctx, Person(pseudonym="Проходчик Ы", names=(Name(name=known),)), world.strike.case)
        before = len(consents.view(ctx, world.strike.case).people)
    looked = anna.fill(sheet_of(world), names=typed, court="no", read_aloud="yes")
    page = forms(looked)[f"{sheet_of(world)}/k"]
    assert lines(page) == [(typed, "ask")]
    assert f'<option value="{person}">{known} (Проходчик Ы)</option>' in looked.text
    unsaid = anna.send(f"{sheet_of(world)}/k", page)
    assert unsaid.status_code == 422
    assert f"{typed}: Say who this is" in unsaid.text
    again = forms(unsaid)[f"{sheet_of(world)}/k"]
    assert lines(again) == [(typed, "ask")]
    assert answered(world, person)["court"] == "not_asked"
    assert anna.send(f"{sheet_of(world)}/k", {**again, "line-0-who": [person]}).status_code == 303
    assert answered(world, person)["court"] == "no"
    with world.reading("anna") as ctx:
        assert len(consents.view(ctx, world.strike.case).people) == before


def test_who_is_somebody_else_is_not_offered(anna: Visitor) -> None:
    world = anna.world
    with world.writing("anna") as ctx:
        for number, name in enumerate(("Сеитова Кайрат", "Сеитов Марат", "Сеитов М.", "Кайрат", "Забойщик 11")):
            value = Person(pseudonym=f"Другой {number}", names=(Name(name=name),))
            people.create(ctx, value, world.strike.case)
    looked = anna.fill(sheet_of(world), names="Сейітов Қайрат\nЗабойщик 1", court="yes", read_aloud="yes")
    assert lines(forms(looked)[f"{sheet_of(world)}/k"]) == [("Сейітов Қайрат", ""), ("Забойщик 1", "")]


def test_a_sheet_that_is_refused_keeps_every_line(anna: Visitor) -> None:
    """Two lines for one person, and somebody who answered on that day already: named, and nothing is half saved."""
    world = anna.world
    existing = fresh(world, "Один")
    looked = anna.fill(sheet_of(world), names="Somebody Один\nsomebody один\nНовый", court="yes", read_aloud="yes")
    page = forms(looked)[f"{sheet_of(world)}/k"]
    refused = anna.send(f"{sheet_of(world)}/k", {**page, "line-2-no": ["court"]})
    assert refused.status_code == 422
    assert "Two lines stand for the same person" in refused.text
    again = forms(refused)[f"{sheet_of(world)}/k"]
    assert (lines(again), again["line-2-no"]) == (lines(page), ["court"])
    with world.writing("anna") as ctx:
        value = Consent(person=existing, said_on=world.now.date(), form="signed", court="no")
        records.create(ctx, world.strike.case, value)
    refused = anna.send(f"{sheet_of(world)}/k", {**again, "line-1-who": ["out"]})
    assert refused.status_code == 422
    assert "Somebody Один: This person already answered on this day" in refused.text
    with world.reading("anna") as ctx:
        assert "Новый" not in {person.name for person in consents.view(ctx, world.strike.case).people}
    typed = {**forms(refused)[f"{sheet_of(world)}/k"], "said_at": ["00:01"]}
    assert anna.send(f"{sheet_of(world)}/k", typed).status_code == 303


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"names": "", "court": "yes"}, "Write the names, or tick people"),
        ({"names": "Кто-то"}, "Write down at least one answer"),
        ({"names": "\n".join(f"Кто-то {n}" for n in range(301)), "court": "yes"}, "At most 300 names"),
    ],
)
def test_a_sheet_without_names_or_answers_is_asked_back(anna: Visitor, fields: Mapping[str, str], said: str) -> None:
    refused = anna.fill(sheet_of(anna.world), **fields)
    assert refused.status_code == 422
    assert said in refused.text


def test_nobody_enters_names_whom_they_may_not_see(sqlite_world: World) -> None:
    """Who opens the coded part alone has no sheet; an outsider sees nothing of the case at all."""
    world = sqlite_world
    case = world.strike.case
    assert Visitor(world).enter("external").get(f"/c/{case}/y").status_code == 200
    assert "y/m" not in Visitor(world).enter("external").get(f"/c/{case}/y").text
    assert Visitor(world).enter("external").get(sheet_of(world)).status_code == 403
    for path in (f"/c/{case}/y", sheet_of(world), page_of(world)):
        assert Visitor(world).enter("outsider").get(path).status_code == 404


def test_a_name_that_stands_for_somebody_elses_person_is_refused(anna: Visitor) -> None:
    """An id typed into the form opens no file that the reader does not hold."""
    looked = anna.fill(sheet_of(anna.world), names="Кто-то", court="yes", read_aloud="yes")
    page = forms(looked)[f"{sheet_of(anna.world)}/k"]
    answer = anna.send(f"{sheet_of(anna.world)}/k", {**page, "line-0-who": [anna.world.own.person]})
    assert answer.status_code == 404


def test_the_keeping_of_what_was_told_is_interim_for_two_weeks(anna: Visitor) -> None:
    fresh(anna.world, "Сегодня")
    until = (anna.world.now + timedelta(days=14)).strftime("%-d")
    assert re.search(rf"Somebody Сегодня</a>.*?ask by {until}", anna.get(f"/c/{anna.world.strike.case}/y").text, re.S)


# --- what another team is told ---------------------------------------------------------------------------------------

SECRETS = {"place": "Canary kitchen", "asked_by": "Canary colleague", "limits": "Canary limit", "told": "Canary told"}


def test_pages_tell_another_team_the_day_and_that_a_limit_is_set_and_no_more(sqlite_world: World) -> None:
    world = sqlite_world
    with world.writing("luka") as ctx:
        text = {"said_on": NOW.date(), "form": "signed", "court": "no", **SECRETS}
        record = records.create(ctx, world.strike.case, Consent(person=world.strike.person, **text))
        name = sharing.names_of(ctx, ColleagueCard)[world.user("luka")]
    with world.writing("anna") as ctx:
        other = cases.create(ctx, Case(title="Another matter"))
        people.link(ctx, world.strike.person, other)
    with world.writing("anna") as ctx:
        sharing.share(ctx, other, world.user("outsider"), "lead")
    outsider, anna = Browser(world, "outsider"), Browser(world, "anna")
    for address in (f"/c/{other}/y", f"/p/{world.strike.person}"):
        mine, theirs = anna.get(address).text, outsider.get(address).text
        assert "answered on" in theirs
        assert "A limit is set: ask its holder." in theirs
        assert "in a case that is not shared with you" in theirs
        assert f"/r/{record}" in mine
        for hidden in (record, world.strike.case, name, "Canary", *SECRETS.values()):
            assert hidden not in theirs
    assert outsider.get(f"/c/{world.strike.case}/r/{record}").status_code == 404


def test_a_persons_page_and_the_list_of_a_case_say_in_the_title_what_was_withdrawn(sqlite_world: World) -> None:
    anna = Browser(sqlite_world, "anna")
    case, person = anna.world.strike.case, anna.world.strike.person
    for address in (f"/p/{person}", f"/c/{case}/s", f"/c/{case}", f"/c/{case}/y"):
        assert re.search("Consent withdrawn|withdrew everything", anna.get(address).text), address
