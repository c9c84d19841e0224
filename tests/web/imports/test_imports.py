"""A list from a spreadsheet, from the file to the records, through the pages."""

import re
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from hrd_at_rest import bytes_at_rest
from hrd_canaries import Scanner
from hrd_imports import brought_in, send
from hrd_pages import Visitor, forms
from hrd_world import World
from werkzeug.test import TestResponse

from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.people import Person
from hrd_cases.services.casework import people
from hrd_cases.services.imports import lists
from hrd_cases.services.records import records
from hrd_cases.services.signin import cleanup

HEAD = "ФИО;Телефон;Дата рождения;Пол;Заметка\r\n"
TWO = "Айгерим Тестова;8 701 000 11 22;14.12.1980;ж;x\r\nБолат Пробный;;;;\r\n"


def checked(who: Visitor, data: bytes, *, more: dict[str, str] | None = None, **where: str) -> str:
    """Send a file, accept the proposed columns; the address of the report."""
    answer = send(who, data, **where)
    assert answer.status_code == 303, answer.text
    answer = who.fill(answer.headers["Location"], **(more or {}))
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def corrected(who: Visitor, address: str, **typed: str) -> TestResponse:
    """Type into the report, and look at it again."""
    answer = who.send(address, {**forms(who.get(address))[address], **typed})
    assert answer.status_code == 303, answer.text
    return who.get(address)


def of_case(world: World, case: str) -> list[Person]:
    """The people of a case, in full."""
    with world.reading("anna") as ctx:
        ids = [code for code, _name in records.choices(ctx, Person, case)]
        return [people.read(ctx, person).value for person in ids]


def named(world: World, case: str) -> dict[str, Person]:
    """The people of a case by name."""
    return {person.names[0].name: person for person in of_case(world, case) if person.names}


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "utf-8-sig", "utf-16"])
def test_a_list_of_people_comes_into_a_case(sqlite_world: World, anna: Visitor, encoding: str) -> None:
    case = sqlite_world.strike.case
    before = len(of_case(sqlite_world, case))
    address = checked(anna, (HEAD + TWO).encode(encoding), case=case)
    page = anna.get(address)
    assert "2 rows can be imported" in page.text
    assert "These columns are not imported:" in page.text
    assert "Заметка" in page.text
    assert len(of_case(sqlite_world, case)) == before, "looking saved something"
    assert "Import finished" in brought_in(anna, address).text
    found = named(sqlite_world, case)
    assert found["Айгерим Тестова"].channels[0].value == "8 701 000 11 22"
    assert found["Айгерим Тестова"].channels[0].kind == "phone"
    assert found["Айгерим Тестова"].birth == PartialDate(start="1980-12-14")
    assert found["Айгерим Тестова"].gender == "woman"
    assert found["Болат Пробный"].pseudonym.startswith("Person 3-")


def test_the_same_list_again_makes_nothing_a_second_time(sqlite_world: World, anna: Visitor) -> None:
    case = sqlite_world.strike.case
    brought_in(anna, checked(anna, (HEAD + TWO).encode(), case=case))
    count = len(of_case(sqlite_world, case))
    shuffled = "Телефон;ФИО;Заметка;Пол;Дата рождения\r\n8 701 000 11 22;Айгерим Тестова;x;ж;14.12.1980\r\n"
    address = checked(anna, (shuffled + ";Новый Человек\r\n").encode(), case=case)
    page = anna.get(address)
    assert "1 row can be imported" in page.text
    assert "1 row was imported before" in page.text
    brought_in(anna, address)
    assert len(of_case(sqlite_world, case)) == count + 1


def test_a_row_that_stands_twice_comes_in_once(sqlite_world: World, anna: Visitor) -> None:
    case = sqlite_world.strike.case
    address = checked(anna, (HEAD + "Один Такой;;;;\r\nОдин Такой;;;;\r\n").encode(), case=case)
    assert "as row 2" in anna.get(address).text
    brought_in(anna, address)
    assert [person.names[0].name for person in of_case(sqlite_world, case) if person.names].count("Один Такой") == 1


def test_a_wrong_cell_is_typed_on_the_page_and_checked_again(sqlite_world: World, anna: Visitor) -> None:
    case = sqlite_world.strike.case
    address = checked(anna, (HEAD + "Пробная Анна;;31.02.1980;;\r\nДругой Человек;;;;\r\n").encode(), case=case)
    page = anna.get(address)
    assert "Row 2, Date of birth:" in page.text
    assert f"{address}/g" not in forms(page), "rows could be saved with one of them wrong"
    page = corrected(anna, address, **{"2.birth": "tomorrow week"})
    assert "Row 2, Date of birth:" in page.text
    assert "tomorrow week" in page.text
    page = corrected(anna, address, **{"2.birth": "28.02.1980"})
    assert "2 rows can be imported" in page.text
    brought_in(anna, address)
    assert named(sqlite_world, case)["Пробная Анна"].birth == PartialDate(start="1980-02-28")


def test_rows_that_became_wrong_meanwhile_save_nothing(sqlite_world: World, anna: Visitor) -> None:
    """The button of a page on which all was right, pressed after a column got another meaning."""
    case = sqlite_world.strike.case
    before = len(of_case(sqlite_world, case))
    address = checked(anna, (HEAD + TWO).encode(), case=case)
    button = forms(anna.get(address))[f"{address}/g"]
    anna.fill(f"{address}/c", **{"column.2": "", "column.4": "birth"})
    assert "1 row is wrong" in anna.get(address).text
    anna.send(f"{address}/g", button)
    assert len(of_case(sqlite_world, case)) == before


def test_a_word_that_no_list_has_is_explained_once_for_all_rows(sqlite_world: World, anna: Visitor) -> None:
    rows = "".join(f"Рабочий {name};;;дама;\r\n" for name in ("Аа", "Бб", "Вв"))
    address = checked(anna, (HEAD + rows).encode(), case=sqlite_world.strike.case)
    page = anna.get(address)
    assert "3 rows are wrong" in page.text
    assert "“дама” is not in the list." in page.text
    assert "3 rows are wrong" in corrected(anna, address).text, "an untouched form emptied a cell"
    page = corrected(anna, address, **{"3.gender": "woman"})
    assert "3 rows can be imported" in page.text
    brought_in(anna, address)
    found = named(sqlite_world, sqlite_world.strike.case)
    assert {found[f"Рабочий {name}"].gender for name in ("Аа", "Бб", "Вв")} == {"woman"}


def test_a_word_can_mean_nothing(sqlite_world: World, anna: Visitor) -> None:
    address = checked(anna, (HEAD + "Рабочий Аа;;;дама;\r\n").encode(), case=sqlite_world.strike.case)
    assert "1 row can be imported" in corrected(anna, address, **{"2.gender": "_empty"}).text
    brought_in(anna, address)
    assert named(sqlite_world, sqlite_world.strike.case)["Рабочий Аа"].gender == ""


def test_a_wrong_row_can_be_left_out(sqlite_world: World, anna: Visitor) -> None:
    case = sqlite_world.strike.case
    before = len(of_case(sqlite_world, case))
    address = checked(anna, (HEAD + "Аа Бб;;x;;\r\nВв Гг;;y;;\r\nДд Ее;;;;\r\n").encode(), case=case)
    page = corrected(anna, address, **{"2._choice": "out"})
    assert "1 row is wrong" in page.text
    page = corrected(anna, address, _all="wrong-out")
    assert "1 row can be imported" in page.text
    brought_in(anna, address)
    assert len(of_case(sqlite_world, case)) == before + 1


def test_somebody_who_seems_to_be_here_is_asked_about_and_used(sqlite_world: World, anna: Visitor) -> None:
    """By a name as it sounds, and by a telephone number."""
    case = sqlite_world.strike.case
    brought_in(anna, checked(anna, (HEAD + "Қайрат Сейітов;+7 701 555 66 77;;;\r\n").encode(), case=case))
    count = len(of_case(sqlite_world, case))
    rows = "СЕИТОВ Кайрат;;;;y\r\nДругое Имя;8 (701) 555-66-77;;;\r\n"
    address = checked(anna, (HEAD + rows).encode(), case=case)
    page = anna.get(address)
    assert "2 rows wait for your choice" in page.text
    assert f"{address}/g" not in forms(page)
    known = re.findall(r'name="2._choice" value="([0-9a-f]{32})"', page.text)
    assert len(known) == 1
    page = corrected(anna, address, **{"2._choice": known[0], "3._choice": "new"})
    assert "2 rows can be imported" in page.text
    brought_in(anna, address)
    assert len(of_case(sqlite_world, case)) == count + 1


def test_a_choice_that_was_not_offered_is_none(sqlite_world: World, anna: Visitor) -> None:
    case = sqlite_world.strike.case
    brought_in(anna, checked(anna, (HEAD + "Қайрат Сейітов;;;;\r\n").encode(), case=case))
    address = checked(anna, (HEAD + "Кайрат Сеитов;;;;y\r\n").encode(), case=case)
    page = corrected(anna, address, **{"2._choice": sqlite_world.strike.person})
    assert "1 row waits for your choice" in page.text


def test_someone_of_another_case_is_entered_in_this_one(sqlite_world: World, anna: Visitor) -> None:
    first, other = sqlite_world.strike.case, sqlite_world.granted["lead"].case
    brought_in(anna, checked(anna, (HEAD + "Қайрат Сейітов;;;;\r\n").encode(), case=first))
    address = checked(anna, (HEAD + "Қайрат Сейітов;;;;other\r\n").encode(), case=other)
    corrected(anna, address, _all="like-use")
    assert "Import finished" in brought_in(anna, address).text
    assert "Қайрат Сейітов" in named(sqlite_world, other)


def test_incidents_take_what_is_the_same_for_every_row_and_find_the_attacked(
    sqlite_world: World, anna: Visitor
) -> None:
    case = sqlite_world.strike.case
    brought_in(anna, checked(anna, (HEAD + "Қайрат Сейітов;;;;\r\n").encode(), case=case))
    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Список инцидентов"])
    sheet.write_row(2, 0, ["Что произошло", "Дата", "Пострадавший", "Описание", "Вид"])
    sheet.write_row(3, 0, ["Вызов на допрос", "14 декабря 2017", "Қайрат Сейітов", "Двое в штатском"])
    book.close()
    same = {"same.region": "KZ-10", "same.kinds": "unfair_trial"}
    address = checked(anna, out.getvalue(), kind="incident", case=case, more=same)
    assert "1 row can be imported" in anna.get(address).text
    brought_in(anna, address)
    with sqlite_world.reading("anna") as ctx:
        made = [card for card in records.listing(ctx, Incident, case) if card.value.title == "Вызов на допрос"]
        whole = records.read(ctx, case, made[0].id, Incident).value
    assert whole.when is not None
    assert str(whole.when.first) == "2017-12-14"
    assert whole.region == "KZ-10"
    assert len(whole.attacked) == 1
    assert whole.narrative[0].text == "Двое в штатском"


def test_a_month_of_a_workbook_comes_in_as_a_month(sqlite_world: World, anna: Visitor) -> None:
    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Что произошло", "Дата"])
    sheet.write_string(1, 0, "Штрафы за месяц")
    sheet.write_datetime(1, 1, datetime(2017, 12, 1), book.add_format({"num_format": 17}))  # as Excel makes of dec 2017
    book.close()
    same = {"same.region": "KZ-10", "same.kinds": "unfair_trial"}
    case = sqlite_world.strike.case
    brought_in(anna, checked(anna, out.getvalue(), kind="incident", case=case, more=same))
    with sqlite_world.reading("anna") as ctx:
        (made,) = [card for card in records.listing(ctx, Incident, case) if card.value.title == "Штрафы за месяц"]
    assert str(made.value.when) == "12.2017"


def test_rows_that_nobody_sees_in_the_spreadsheet_are_told_and_come_in(sqlite_world: World, anna: Visitor) -> None:
    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    for at, name in enumerate(["ФИО", "Айгерим Тестова", "Болат Пробный"]):
        sheet.write_string(at, 0, name)
    sheet.set_row(2, None, None, {"hidden": True})
    book.close()
    answer = send(anna, out.getvalue(), case=sqlite_world.strike.case)
    page = anna.get(answer.headers["Location"]).text
    assert "1 row is hidden in the spreadsheet." in page
    brought_in(anna, checked(anna, out.getvalue(), case=sqlite_world.strike.case))
    assert "Болат Пробный" in named(sqlite_world, sqlite_world.strike.case)


def test_a_name_that_is_not_in_the_case_is_chosen_once_for_all_rows(sqlite_world: World, anna: Visitor) -> None:
    case = sqlite_world.strike.case
    rows = "".join(f"Допрос {at};0{at}.12.2017;Гость;unfair_trial;KZ-10\r\n" for at in (1, 2))
    head = "Событие;Дата;Пострадавший;Вид;Регион\r\n"
    address = checked(anna, (head + rows).encode(), kind="incident", case=case)
    assert "“Гость” is not in the list." in anna.get(address).text
    page = corrected(anna, address, **{"2.attacked-1-person": sqlite_world.strike.person})
    assert "2 rows can be imported" in page.text


@pytest.mark.parametrize(
    ("kind", "text", "listed"),
    [
        ("company", "Компания;БИН\r\nТестовая Шахта;001122334455\r\n", "/o"),
        ("task", "Задача;Срок\r\nПозвонить адвокату;01.12.2027\r\n", "/c/{case}/t"),
        ("letter", "Тема;Кому;Направление\r\nЖалоба на отказ;Прокуратура;\r\n", "/c/{case}/k"),
    ],
)
def test_other_lists_come_in_by_their_declaration(
    sqlite_world: World, anna: Visitor, kind: str, text: str, listed: str
) -> None:
    case = sqlite_world.strike.case
    address = checked(anna, text.encode(), kind=kind, case=case)
    assert "1 row can be imported" in anna.get(address).text
    brought_in(anna, address)
    assert text.split("\r\n")[1].partition(";")[0] in anna.get(listed.format(case=case)).text


def test_what_columns_mean_is_remembered_for_the_next_list(sqlite_world: World, anna: Visitor) -> None:
    text = "Кто это;Что-то\r\nПервый Человек;x\r\n".encode()
    answer = send(anna, text, case=sqlite_world.strike.case)
    anna.fill(answer.headers["Location"], **{"column.0": "name"})
    again = send(anna, text, case=sqlite_world.strike.case)
    fields = anna.fields(again.headers["Location"])
    assert fields["column.0"] == ["name"]
    assert fields["column.1"] == [""]


def test_two_columns_cannot_both_be_the_date_of_birth(sqlite_world: World, anna: Visitor) -> None:
    answer = send(anna, b"a;b\r\n1;2\r\n", case=sqlite_world.strike.case)
    page = anna.fill(answer.headers["Location"], **{"column.0": "birth", "column.1": "birth"})
    assert page.status_code == 422
    assert "Another column means this already" in page.text


def test_another_sheet_and_another_row_of_headings_can_be_chosen(sqlite_world: World, anna: Visitor) -> None:
    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    for name, head in (("2017", "x"), ("2018", "ФИО")):
        book.add_worksheet(name).write_column(0, 0, ["Отчёт", head, "Третий Человек"])
    book.close()
    address = send(anna, out.getvalue(), case=sqlite_world.strike.case).headers["Location"]
    anna.fill(address, sheet="1")
    assert anna.fields(address)["sheet"] == ["1"]
    anna.fill(address, head="2")
    fields = anna.fields(address)
    assert fields["head"] == ["2"]
    assert fields["column.0"] == ["name"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The file is empty"),
        (b"\x89PNG\r\n\x1a\n\x00", "This is not a table."),
        (b"PK\x03\x04damaged", "The file is damaged"),
    ],
)
def test_a_file_that_is_no_list_is_refused_at_its_field(
    sqlite_world: World, anna: Visitor, data: bytes, said: str
) -> None:
    answer = send(anna, data, case=sqlite_world.strike.case)
    assert answer.status_code == 422
    assert said in answer.text
    with sqlite_world.reading("anna") as ctx:
        assert lists.mine(ctx) == ()


def test_kind_and_case_are_asked_for(sqlite_world: World, anna: Visitor) -> None:
    assert "Choose what the rows are." in send(anna, b"a;b", kind="").text
    assert "Choose the case that the rows belong to." in send(anna, b"a;b").text
    foreign = send(anna, b"a;b\r\n1;2", case="0" * 32)
    assert foreign.status_code == 404


def test_a_list_opens_for_whoever_sent_it_alone(sqlite_world: World, anna: Visitor) -> None:
    address = checked(anna, (HEAD + TWO).encode(), case=sqlite_world.strike.case)
    other = Visitor(sqlite_world).enter("lawyer")
    for path in (address, f"{address}/c"):
        assert other.get(path).status_code == 404
    assert anna.get(address).status_code == 200


def test_somebody_who_sees_no_names_imports_no_people(sqlite_world: World) -> None:
    held = sqlite_world.granted["coded"]
    who = Visitor(sqlite_world).enter("caseworker")
    answer = send(who, (HEAD + TWO).encode(), case=held.case)
    assert answer.status_code in (403, 422)
    with sqlite_world.reading("caseworker") as ctx:
        assert lists.mine(ctx) == ()


def test_nothing_of_a_list_rests_in_the_clear_and_all_of_it_goes(sqlite_world: World, anna: Visitor) -> None:
    words = ("zqvxkanarejka", "жкщъканарейка")
    text = HEAD + f"{words[1]} Аа;;31.02.1980;{words[0]};{words[0]}\r\n"
    address = checked(anna, text.encode(), case=sqlite_world.strike.case, name=f"{words[0]}.csv")
    assert words[0] not in address
    corrected(anna, address, **{"2.birth": f"{words[0]} 1980"})
    scanner = Scanner(words)
    assert list(scanner.scan(bytes_at_rest(sqlite_world), "at rest")) == []
    anna.send(f"{address}/x", forms(anna.get(address))[f"{address}/x"])
    assert anna.get(address).status_code == 404
    with sqlite_world.reading("anna") as ctx:
        assert ctx.work.imports.states(ctx.actor.user) == []


def test_after_the_last_rows_only_counts_are_kept(sqlite_world: World, anna: Visitor) -> None:
    address = checked(anna, (HEAD + TWO).encode(), case=sqlite_world.strike.case)
    sheet = address.rpartition("/")[2]
    brought_in(anna, address)
    with sqlite_world.reading("anna") as ctx:
        assert ctx.work.imports.part(ctx.actor.user, sheet, 1) is None
        kept = lists.read(ctx, sheet).state
    assert (kept.made, kept.sheets, kept.columns, kept.name, kept.fixed) == (2, (), {}, "", {})


def test_what_was_sent_long_ago_is_swept_and_what_columns_meant_stays(sqlite_world: World, anna: Visitor) -> None:
    checked(anna, (HEAD + TWO).encode(), case=sqlite_world.strike.case)
    later = sqlite_world.day_is_sure(sqlite_world.now + timedelta(days=9))
    cleanup.sweep(sqlite_world.runtime, later)
    with sqlite_world.reading("anna") as ctx:
        assert ctx.work.imports.states(ctx.actor.user) == []
        assert lists.remembered(ctx, "person")


def test_a_long_list_comes_in_part_by_part(sqlite_world: World, anna: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "BATCH", 3)
    rows = "".join(f"Рабочий {'абвгдеж'[at]}{'абвгдеж'[at]};;;;\r\n" for at in range(5))
    case = sqlite_world.strike.case
    before = len(of_case(sqlite_world, case))
    address = checked(anna, (HEAD + rows).encode(), case=case)
    page = anna.get(address)
    assert "this is part 1 of 2" in page.text
    first = forms(page)[f"{address}/g"]
    page = brought_in(anna, address)
    assert "this is part 2 of 2" in page.text
    assert len(of_case(sqlite_world, case)) == before + 2
    first.pop("_keep", None)
    anna.send(f"{address}/g", first)
    assert len(of_case(sqlite_world, case)) == before + 2, "a form of the first part saved the second unseen"
    assert "Import finished" in brought_in(anna, address).text
    assert len(of_case(sqlite_world, case)) == before + 5


def test_all_rows_are_saved_or_none(sqlite_world: World, anna: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    case = sqlite_world.strike.case
    before = len(of_case(sqlite_world, case))
    address = checked(anna, (HEAD + TWO).encode(), case=case)
    sent = forms(anna.get(address))[f"{address}/g"]

    def fail(*_args: object, **_more: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(lists, "put", fail)
    assert anna.send(f"{address}/g", sent).status_code >= 500
    assert len(of_case(sqlite_world, case)) == before


@pytest.mark.parametrize(
    ("kind", "text"), [("person", HEAD + TWO), ("task", "Задача;Срок\r\nПозвонить;01.12.2027\r\nНаписать;\r\n")]
)
def test_the_log_says_how_many_and_nothing_else(sqlite_world: World, anna: Visitor, kind: str, text: str) -> None:
    address = checked(anna, text.encode(), kind=kind, case=sqlite_world.strike.case)
    noted: list[tuple[str, str, dict[str, object]]] = []
    enter = sqlite_world.runtime.enter

    def listen(work: Any, ctx: Any) -> object:
        noted.extend((note.klass, note.act, dict(note.more)) for note in ctx.notes)
        return enter(work, ctx)

    sqlite_world.runtime.enter = listen
    brought_in(anna, address)
    written = [note for note in noted if note[0] == "write" and note[2]]
    assert written == [("write", "save rows of a list", {"records": 2, "rows": 2})]
    assert not any(act.startswith("new ") for _klass, act, _more in noted)


def test_headings_and_sums_within_a_list_are_asked_about_and_words_nearly_right_are_told(
    sqlite_world: World, anna: Visitor
) -> None:
    case = sqlite_world.strike.case
    rows = "Бригада № 1;;\r\nПервый Аа;8 701 000 00 01;36\r\nВторой Бб;8 701 000 00 02;\r\nИтого;2;\r\n"
    address = checked(anna, ("ФИО;Телефон;Возраст\r\n" + rows).encode(), case=case)
    page = anna.get(address)
    assert "2 rows can be imported · 2 rows wait for your choice" in page.text
    assert f"{address}/g" not in forms(page)
    page = corrected(anna, address, **{"2._choice": "out"})
    assert "1 row waits for your choice" in page.text
    corrected(anna, address, _all="alone-out")
    brought_in(anna, address)
    made = named(sqlite_world, case)
    assert {"Первый Аа", "Второй Бб"} <= set(made)
    assert not {"Бригада № 1", "Итого"} & set(made)
    assert made["Первый Аа"].age_band == "30_44"
    text = "Событие;Дата;Вид;Регион\r\nДопрос;01.12.2017;Угрозы;Караганда\r\n"
    address = checked(anna, text.encode(), kind="incident", case=case)
    assert "“Караганда” → Karaganda Region" in anna.get(address).text
