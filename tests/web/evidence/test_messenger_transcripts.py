"""Messenger exports through the page: the order of days is asked, every line is accounted for, the export stays."""

import io
import json
import re
import zipfile

import pytest
from hrd_browser import Browser
from hrd_world import World

from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.messenger_exports import DayOrder, NotAnExport, orders, read, written
from hrd_cases.services.evidence.sealed_files import contents, stored_file, whole
from hrd_cases.services.records import records
from tests.web.evidence.test_previews import Exhibit

UNCLEAR = (
    "Messages are end-to-end encrypted.\n"
    "03.04.2018, 21:41 - Бригадир: Смену не закроем\nвторая строка\n\n"
    "05.04.2018, 09:05 - Шахтёр: Понял\n05.04.2018, 09:06 - Шахтёр вышел из группы\n"
)
HEADS = {
    "android": "{day}, {clock} - {who}: {text}",
    "iphone": "\u200e[{day}, {clock}] {who}: {text}",
    "android without a comma": "{day} {clock} - {who}: {text}",
}
DAYS = {
    DayOrder.DAY_FIRST: ("31.12.2017", "1.1.2018"),
    DayOrder.MONTH_FIRST: ("12/31/17", "1/1/18"),
    DayOrder.YEAR_FIRST: ("2017-12-31", "2018-01-01"),
}
CLOCKS = {"24": ("21:41", "00:05"), "12": ("9:41\u202fPM", "12:05 AM"), "seconds": ("21:41:09", "0:05:00")}


@pytest.mark.parametrize("system", HEADS)
@pytest.mark.parametrize("order", DAYS)
@pytest.mark.parametrize("clock", CLOCKS)
def test_every_line_of_an_export_is_in_one_message(system: str, order: DayOrder, clock: str) -> None:
    rows = zip(DAYS[order], CLOCKS[clock], ("Бригадир", "Мастер"), ("одна\nдве\n", "три"), strict=True)
    text = "\n".join(HEADS[system].format(day=day, clock=at, who=who, text=said) for day, at, who, said in rows)
    assert orders(text) == (order,)
    conversation = read(text, order)
    first, second = conversation.messages
    assert (f"{first.at:%Y-%m-%d %H:%M}", first.who, first.text) == ("2017-12-31 21:41", "Бригадир", "одна\nдве\n")
    assert (f"{second.at:%Y-%m-%d %H:%M}", second.who, second.text) == ("2018-01-01 00:05", "Мастер", "три")
    assert conversation.accounted
    assert (first.first, first.last, second.first, second.last) == (1, 3, 4, 4)


def test_an_order_that_can_not_be_told_is_never_guessed() -> None:
    assert orders(UNCLEAR) == (DayOrder.DAY_FIRST, DayOrder.MONTH_FIRST)
    conversation = read(UNCLEAR, DayOrder.MONTH_FIRST)
    assert f"{conversation.messages[0].at:%Y-%m-%d}" == "2018-03-04"
    assert conversation.before == (1,)
    assert conversation.accounted


@pytest.mark.parametrize("text", ["", "Просто письмо\n", "{", '{"messages": 1}', '{"messages": [1]}', "[1]"])
def test_other_texts_are_no_export(text: str) -> None:
    with pytest.raises(NotAnExport):
        read(text, orders(text)[0])


def test_what_telegram_writes_is_read_with_its_files() -> None:
    entries = [
        {"id": 1, "type": "service", "date": "2018-02-01T10:00:00", "actor": "Мастер", "action": "create_group"},
        {
            "id": 2,
            "type": "message",
            "date": "2018-02-01T10:01:00",
            "from": "Мастер",
            "text": ["см. ", {"text": "план"}],
        },
        {"id": 3, "type": "message", "date": "2018-02-01T10:02:00", "from": "Мастер", "text": "", "photo": "p/1.jpg"},
    ]
    conversation = read(json.dumps({"messages": entries}), DayOrder.YEAR_FIRST)
    assert [message.text for message in conversation.messages] == ["<create_group>", "см. план", "<p/1.jpg>"]
    assert written(conversation).startswith("1. [2018-02-01 10:00:00 · 1] Мастер: <create_group>\n")


def message(number: int, when: str, body: str, *, who: str = "") -> str:
    """One message as Telegram's program writes it into a page."""
    name = f'<div class="from_name">\n{who}\n</div>\n' if who else ""
    kind = "message default clearfix" if who else "message default clearfix joined"
    picture = '<div class="pull_left userpic_wrap"><div class="initials">Б</div></div>\n'
    hour = f'<div class="pull_right date details" title="{when}">\n10:01\n</div>\n'
    inside = f'{picture}<div class="body">\n{hour}{name}{body}</div>\n'
    return f'<div class="{kind}" id="message{number}">\n{inside}</div>\n'


def page(*messages: str) -> str:
    """A page of an export, with its head."""
    head = (
        '<!DOCTYPE html>\n<html><head><title>Exported Data</title></head>\n<body><div class="text bold">Бригада</div>\n'
    )
    return f"{head}{''.join(messages)}</body></html>\n"


DAY = '<div class="message service" id="message-1">\n<div class="body details">\n3 April 2018\n</div>\n</div>\n'
SAID = (
    '<div class="text">\nСмену не <b>закроем</b> &amp; ждём<br>см. <a href="https://example.org/a">приказ</a>\n</div>\n'
)
PHOTO = '<div><a class="photo_wrap" href="photos/1.jpg"><img class="photo" src="photos/1_thumb.jpg"></a></div>\n'
SENT_ON = (
    '<div class="forwarded body">\n<div class="from_name">\n'
    'Мастер <span class="date details" title="01.04.2018 08:00:00"> 01.04.2018 08:00:00</span>\n</div>\n'
    '<div class="text">\nПриказ 7\n</div>\n</div>\n'
)
PAGES = (
    page(DAY, message(1, "03.04.2018 21:41:09 UTC+06:00", SAID, who="Бригадир")),
    page(
        message(2, "03.04.2018 21:42:00 UTC+06:00", PHOTO),
        message(3, "05.04.2018 09:05:00 UTC+06:00", SENT_ON, who="Шахтёр"),
    ),
)


def test_pages_of_telegram_are_read_with_everything_written_in_them() -> None:
    text = "".join(PAGES)
    assert orders(text) == (DayOrder.DAY_FIRST, DayOrder.MONTH_FIRST)  # every day fits both: somebody is asked
    conversation = read(text, DayOrder.DAY_FIRST)
    assert conversation.accounted
    day, first, second, third = conversation.messages
    assert (day.who, day.text, day.dated, day.first) == ("", "3 April 2018", False, 4)
    assert (first.who, first.text) == ("Бригадир", "Смену не закроем & ждём\nсм. приказ <https://example.org/a>")
    assert (second.who, second.text) == ("Бригадир", "<photos/1.jpg>")  # joined to the one before
    assert (third.who, third.text) == ("Шахтёр", "<forwarded>\nМастер 01.04.2018 08:00:00\nПриказ 7")
    assert [f"{each.at:%d.%m %H:%M}" for each in (first, second, third)] == [
        "03.04 21:41",
        "03.04 21:42",
        "05.04 09:05",
    ]
    assert conversation.before == (1, 2, 3)
    assert conversation.lines == text.count("\n")
    assert written(conversation).startswith("1. [— · 4–8] 3 April 2018\n2. [2018-04-03 21:41:09 UTC+06:00 · 9–")


@pytest.mark.parametrize("when", ["", "yesterday", "32.13.2018 10:00:00"])
def test_a_page_with_a_message_of_no_day_is_no_export(when: str) -> None:
    text = page(message(1, when, SAID, who="Бригадир"))
    with pytest.raises((NotAnExport, IndexError)):
        read(text, orders(text)[0])


def test_what_signal_export_writes_is_read_line_by_line() -> None:
    text = (
        "[2018-04-03 21:41:09] Me: Смену не закроем\n(- Шахтёр: 👍 -)\n"
        "[2018-04-05 09:05:00] Шахтёр: ![1.jpg](./media/1.jpg)  \n"
    )
    assert orders(text) == (DayOrder.YEAR_FIRST,)
    conversation = read(text, DayOrder.YEAR_FIRST)
    assert [each.who for each in conversation.messages] == ["Me", "Шахтёр"]
    assert conversation.messages[0].text == "Смену не закроем\n(- Шахтёр: 👍 -)"
    assert conversation.accounted


def packed(files: dict[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archived:
        for name, text in files.items():
            archived.writestr(name, text)
    return target.getvalue()


TELEGRAM = {f"ChatExport/messages{number}.html": text for number, text in zip(("", "2"), PAGES, strict=True)}
SIGNAL = {"Шахтёр/chat.md": "[2018-04-03 21:41:09] Me: Смену не закроем\n", "Шахтёр/data.json": "{}"}


@pytest.mark.parametrize(
    ("data", "order", "begins"),
    [
        (packed(dict(reversed(TELEGRAM.items()))), "dmy", "2. [2018-04-03 21:41:09 UTC+06:00 · 9–"),
        (PAGES[0].encode(), "dmy", "2. [2018-04-03 21:41:09 UTC+06:00 · 9–"),
        (packed(SIGNAL), "ymd", "1. [2018-04-03 21:41:09 · 1] Me: Смену не закроем"),
    ],
    ids=["telegram, archive", "telegram, page", "signal, archive"],
)
def test_telegram_pages_and_signal_become_a_transcript(
    sqlite_world: World, data: bytes, order: str, begins: str
) -> None:
    exhibit = Exhibit(sqlite_world, data, draw=False)
    anna, to = exhibit.anna, f"{exhibit.url}/x/1"
    assert to in anna.get(exhibit.url).text
    shown = anna.get(f"{to}?o={order}").text
    assert "Смену не закроем" in shown
    assert ("no hour in the export" in shown) == (order == "dmy")
    answer = anna.post(to, o=order, title="Переписка")
    assert answer.status_code == 303
    case = exhibit.world.strike.case
    with exhibit.world.reading("anna") as ctx:
        value = records.read(ctx, case, str(answer.location).rsplit("/", 1)[-1], Evidence).value
        source = records.read(ctx, case, exhibit.id, Evidence).value
    (file,) = value.files or ()
    text = whole(contents(exhibit.world.runtime, case, stored_file(file))).decode()
    assert [line for line in text.split("\n") if line.startswith(begins)]
    (kept,) = source.files or ()
    assert whole(contents(exhibit.world.runtime, case, stored_file(kept))) == data


def test_an_archive_of_two_conversations_is_not_mixed(sqlite_world: World) -> None:
    data = packed({"a/messages.html": PAGES[0], "b/messages.html": PAGES[1]})
    exhibit = Exhibit(sqlite_world, data, draw=False)
    assert exhibit.anna.get(f"{exhibit.url}/x/1").status_code == 422


def archive(text: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        packed.writestr("_chat.txt", text)
        packed.writestr("photo.jpg", b"\xff\xd8")
    return target.getvalue()


@pytest.mark.parametrize("data", [UNCLEAR.encode(), archive(UNCLEAR)], ids=["text", "archive"])
def test_the_days_are_asked_and_the_transcript_is_evidence_of_its_own(sqlite_world: World, data: bytes) -> None:
    exhibit = Exhibit(sqlite_world, data, draw=False)
    anna, to = exhibit.anna, f"{exhibit.url}/x/1"
    assert to in anna.get(exhibit.url).text
    page = anna.get(to).text
    assert "In which order are day and month written?" in page
    assert "Make the numbered transcript" not in page
    assert anna.post(to, title="T").status_code == 422
    page = anna.get(f"{to}?o=dmy").text
    assert "3 messages." in page
    assert "1 line stands before the first message." in page
    refused = anna.post(to, o="dmy", title="Ж" * 201)
    assert (refused.status_code, "Ж" * 201 in refused.text) == (422, True), "what was typed stays"
    answer = anna.post(to, o="dmy", title="Переписка бригады")
    assert answer.status_code == 303
    made = str(answer.location)
    assert str(anna.post(to, o="dmy", title="Переписка бригады").location) == made, "it is made once"
    case = exhibit.world.strike.case
    with exhibit.world.reading("anna") as ctx:
        value = records.read(ctx, case, made.rsplit("/", 1)[-1], Evidence).value
        source = records.read(ctx, case, exhibit.id, Evidence).value
    assert (value.made_from, value.made_how, value.title) == (exhibit.id, "transcript", "Переписка бригады")
    (file,) = value.files or ()
    text = whole(contents(exhibit.world.runtime, case, stored_file(file))).decode()
    assert (
        re.findall(r"^\d+\. \[[^]]*\] .*", text, re.MULTILINE)[0]
        == "1. [2018-04-03 21:41:00 · 2–4] Бригадир: Смену не закроем"
    )
    (kept,) = source.files or ()
    assert whole(contents(exhibit.world.runtime, case, stored_file(kept))) == data


def test_a_file_that_is_no_export_says_so(sqlite_world: World) -> None:
    exhibit = Exhibit(sqlite_world, "Просто письмо".encode(), draw=False)
    for answer in (exhibit.anna.get(f"{exhibit.url}/x/1"), exhibit.anna.post(f"{exhibit.url}/x/1", o="dmy")):
        assert answer.status_code == 422
        assert "no export of WhatsApp" in answer.text


def test_an_archive_of_too_much_text_stops_nothing(sqlite_world: World) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("_chat.txt", b"0" * (17 * 1024**2))
    exhibit = Exhibit(sqlite_world, target.getvalue(), draw=False)
    assert exhibit.anna.get(f"{exhibit.url}/x/1").status_code == 422


@pytest.mark.parametrize(("name", "status"), [("outsider", 404), ("external", 403)])
def test_who_may_not_add_evidence_makes_no_transcript(sqlite_world: World, name: str, status: int) -> None:
    exhibit, other = Exhibit(sqlite_world, UNCLEAR.encode(), draw=False), Browser(sqlite_world, name)
    assert other.get(f"{exhibit.url}/x/1").status_code == status
    assert other.post(f"{exhibit.url}/x/1", o="dmy").status_code == status
