"""A hearing from an SMS summons: what the text says is proposed, two readings are not, and the action may be new."""

from datetime import date

import pytest
from hrd_pages import Visitor, forms
from hrd_world import NOW, World

from hrd_cases.domain.companies import Body
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.legal_actions import CaseNumber, LegalAction
from hrd_cases.domain.summons import read_summons
from hrd_cases.services.records import records

TODAY = NOW.date()  # 22 November 2026
COURTS = [("a", ["Шахтный городской суд", "Шахтный қалалық соты"]), ("b", ["Шахтный районный суд № 2"])]
SMS = "Вы вызываетесь в Шахтный городской суд 30.11.2026 в 10:00, зал 4, дело № 7514-26-00-2/118. Явка обязательна."
MOVED = "30.11.2026 10:00 перенесено на 02.12.2026 11:30"


@pytest.mark.parametrize(
    ("text", "days", "hours", "rooms", "courts"),
    [
        (SMS, [date(2026, 11, 30)], ["10:00"], ["зал 4"], ["a"]),
        ("Явиться 1 декабря 2026 г. к 9.30, каб. № 12", [date(2026, 12, 1)], ["09:30"], ["каб. № 12"], []),
        ("30.11 в 10.00 в зале №3 Шахтного городского суда", [date(2026, 11, 30)], ["10:00"], ["зале №3"], ["a"]),
        ("5 января в 15 часов 20 минут", [date(2027, 1, 5)], ["15:20"], [], []),
        ("Шахтный қалалық соты, 2026 жылғы 3 желтоқсан, сағат 11-30", [date(2026, 12, 3)], ["11:30"], [], ["a"]),
        ("суд 05/06/2027 в 10:00", [date(2027, 6, 5), date(2027, 5, 6)], ["10:00"], [], []),
        (MOVED, [date(2026, 11, 30), date(2026, 12, 2)], ["10:00", "11:30"], [], []),
        ("Суд 30.11.2026г. 09-00 часов", [date(2026, 11, 30)], ["09:00"], [], []),
        ("Приходите в суд", [], [], [], []),
    ],
)  # fmt: skip
def test_what_stands_in_a_summons_is_read_once_each(
    text: str, days: list[date], hours: list[str], rooms: list[str], courts: list[str]
) -> None:
    said = read_summons(text, TODAY, COURTS)
    assert (list(said.days), list(said.hours), list(said.rooms), list(said.courts)) == (days, hours, rooms, courts)


def test_the_number_of_the_court_file_is_no_date_and_no_hour() -> None:
    said = read_summons(SMS, TODAY, COURTS)
    assert said.numbers == ("7514-26-00-2/118",)


@pytest.fixture
def court(sqlite_world: World) -> str:
    with sqlite_world.writing("lana") as ctx:
        return records.create(ctx, None, Body(name="Шахтный городской суд", kind="court"))


def pasted(lana: Visitor, case: str, text: str) -> dict[str, list[str]]:
    answer = lana.fill(f"/c/{case}/h/t", sms=text)
    assert answer.status_code == 200, answer.text
    return forms(answer)[f"/c/{case}/h/t/c"]


def test_one_form_makes_the_hearing_and_its_new_legal_action(sqlite_world: World, court: str) -> None:
    lana, case = Visitor(sqlite_world).enter("lana"), sqlite_world.strike.case
    assert f'href="/c/{case}/h/t"' in lana.get(f"/c/{case}/h").text
    form = pasted(lana, case, SMS)
    assert (form["on"], form["at"], form["court"], form["room"]) == (["30.11.2026"], ["10:00"], [court], ["зал 4"])
    answer = lana.send(f"/c/{case}/h/t/c", {**form, "new_title": "Claim about a strike", "new_kind": "civil_suit"})
    assert answer.status_code == 303, answer.text
    with sqlite_world.reading("lana") as ctx:
        hearing = records.read(ctx, case, answer.headers["Location"].rpartition("/")[2], Hearing).value
        action = records.read(ctx, case, hearing.action, LegalAction).value
    assert (hearing.on, hearing.at, hearing.room, hearing.notified) == (date(2026, 11, 30), "10:00", "зал 4", "sms")
    assert (hearing.summons, hearing.outcome) == (SMS, "planned")
    assert (action.title, action.kind, action.forum) == ("Claim about a strike", "civil_suit", court)
    assert [number.number for number in action.numbers] == ["7514-26-00-2/118"]
    page = lana.get(answer.headers["Location"]).text
    assert "<h1>Claim about a strike, 30 November 2026, 10:00</h1>" in page


def test_a_number_of_the_case_chooses_its_legal_action(sqlite_world: World, court: str) -> None:
    case = sqlite_world.strike.case
    with sqlite_world.writing("lana") as ctx:
        for number in ("7514-26-00-2/118", "7514-26-00-2/119"):
            action = LegalAction(title=number, kind="civil_suit", forum=court, numbers=(CaseNumber(number=number),))
            chosen = records.create(ctx, case, action)
    lana = Visitor(sqlite_world).enter("lana")
    assert pasted(lana, case, SMS.replace("118", "119"))["action"] == [chosen]
    assert pasted(lana, case, "Шахтный городской суд 30.11.2026 в 10:00")["action"] == [""], "two are before this court"


def test_of_two_readings_nothing_is_chosen_and_both_are_named(sqlite_world: World, court: str) -> None:
    lana, case = Visitor(sqlite_world).enter("lana"), sqlite_world.strike.case
    answer = lana.fill(f"/c/{case}/h/t", sms=MOVED)
    form = forms(answer)[f"/c/{case}/h/t/c"]
    assert (form["on"], form["at"]) == ([""], [""])
    assert "Date: 30 November 2026; 2 December 2026" in answer.text
    assert "Time: 10:00; 11:30" in answer.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"new_title": "Claim"}, "Choose the kind of the new legal action"),
        ({"new_kind": "civil_suit"}, "Say in one line what the new legal action is about"),
        ({"court": "", "room": ""}, "Choose the court, or write the room"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_kept(
    sqlite_world: World, court: str, typed: dict[str, str], said: str
) -> None:
    lana, case = Visitor(sqlite_world).enter("lana"), sqlite_world.strike.case
    before = lana.get(f"/c/{case}/l").text
    answer = lana.send(f"/c/{case}/h/t/c", {**pasted(lana, case, SMS), **typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert SMS in answer.text
    assert lana.get(f"/c/{case}/l").text == before
