"""What pages say and where they lead back to: in the reader's language, to where one came from, once for each thing."""

import pytest
from hrd_pages import Visitor
from hrd_world import LEAD, World

from hrd_cases.domain.entities import ENTITIES
from hrd_cases.domain.hearings import Hearing
from hrd_cases.services.records import records
from hrd_cases.web.kernel import cookies


@pytest.fixture
def anna(sqlite_world: World) -> Visitor:
    """The browser of who leads every case."""
    return Visitor(sqlite_world).enter("anna")


def in_russian(world: World, name: str) -> Visitor:
    """Somebody's browser, in Russian."""
    visitor = Visitor(world).enter(name)
    visitor.client.set_cookie(visitor.cookie(cookies.LANGUAGE), "ru", domain="localhost")
    return visitor


def test_the_team_of_a_call_leads_back_to_the_call(sqlite_world: World, anna: Visitor) -> None:
    call = sqlite_world.strike.call
    assert f'<a href="/i/{call}">' in anna.get(f"/c/{sqlite_world.strike.call_vault}/team").text


def test_what_is_to_be_deleted_is_one_step_back(sqlite_world: World, anna: Visitor) -> None:
    case, task = sqlite_world.strike.case, sqlite_world.strike.records["task"]
    assert f'href="/c/{case}/r/{task}"' in anna.get(f"/z/c/{case}/{task}").text
    assert f'href="/p/{sqlite_world.strike.person}"' in anna.get(f"/z/p/{sqlite_world.strike.person}").text


def test_the_days_of_the_agenda_stay_as_people_write_them(anna: Visitor) -> None:
    earlier = anna.get("/h?f=2026-10-19&t=2026-11-15").text
    assert 'value="19.10.2026"' in earlier
    assert 'value="15.11.2026"' in earlier
    assert 'value="no day"' in anna.get("/h?f=no+day").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("31.31.2020", "Такого дня в календаре нет."),
        ("soon", "Это не похоже на дату."),
        ("1.1.2999", "Год должен быть от 1900 до 2100."),
        ("2020..2019", "Вторая дата раньше первой."),
    ],
)
def test_a_date_that_is_none_is_said_in_the_readers_language(sqlite_world: World, typed: str, said: str) -> None:
    assert said in in_russian(sqlite_world, "anna").get(f"/h?f={typed}").text


def test_the_log_tells_its_details_in_the_readers_language(sqlite_world: World) -> None:
    Visitor(sqlite_world).enter("anna").get("/a")
    log = in_russian(sqlite_world, "auditor").get("/l").text
    assert "ответ: этому человеку не открыто" in log
    assert "Forbidden" not in log


def test_a_record_without_a_title_is_named_in_the_readers_language(sqlite_world: World, anna: Visitor) -> None:
    granted = sqlite_world.granted[LEAD]
    anna.get(f"/c/{granted.case}/r/{granted.records['consent']}")
    opened = in_russian(sqlite_world, "anna").get(f"/c/{granted.case}/opened").text
    assert ">Согласие отозвано<" in opened
    assert ">Consent<" not in opened


def test_only_lawyers_are_offered_a_paper_for_the_court(sqlite_world: World, anna: Visitor) -> None:
    case = sqlite_world.strike.case
    assert f"/w/{case}/new" not in anna.get(f"/w/{case}").text
    assert f"/w/{case}/new" in Visitor(sqlite_world).enter("lana").get(f"/w/{case}").text


def test_deleting_is_offered_to_whom_it_is_open(sqlite_world: World) -> None:
    ids = sqlite_world.strike
    pages = (f"/c/{ids.case}", f"/c/{ids.case}/r/{ids.records['task']}", f"/c/{ids.case}/r/{ids.records['incident']}")
    for name, offered in (("anna", True), ("luka", False), ("external", False)):
        visitor = Visitor(sqlite_world).enter(name)
        for page in pages:
            answer = visitor.get(page)
            assert answer.status_code == 200
            assert ("/z/c/" in answer.text) is offered, (name, page)


def test_a_letter_is_not_offered_as_its_own_answer(sqlite_world: World, anna: Visitor) -> None:
    case, letter = sqlite_world.strike.case, sqlite_world.strike.records["letter"]
    form = anna.get(f"/c/{case}/r/{letter}/e").text
    assert 'name="answered_by"' in form
    assert f'value="{letter}"' not in form
    assert f'value="{letter}"' in anna.get(f"/c/{case}/{ENTITIES['letter'].letter}/new").text


def test_hearings_of_one_matter_are_told_apart_where_one_is_chosen(sqlite_world: World) -> None:
    ids, chosen = sqlite_world.strike, "text of action.title · 14.12.2017 16:00"
    with sqlite_world.reading("anna") as ctx:
        assert [label for _, label in records.choices(ctx, Hearing, ids.case)] == [chosen]
