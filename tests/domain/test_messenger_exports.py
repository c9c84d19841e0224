"""Twenty-four exports of three messengers, hard ones: which messages they hold, every line accounted for."""

import json
from dataclasses import dataclass

import pytest

from hrd_cases.domain.messenger_exports import DayOrder, Message, NotAnExport, orders, read, written

DMY, MDY, YMD = DayOrder.DAY_FIRST, DayOrder.MONTH_FIRST, DayOrder.YEAR_FIRST
LRM, RLM, LRE, PDF, NNBSP, NBSP, BOM = "\u200e", "\u200f", "\u202a", "\u202c", "\u202f", "\xa0", "\ufeff"


@dataclass(frozen=True, kw_only=True)
class Export:
    """An export as text, the orders its days can be read in, the one to take, and its messages: when, who, what."""

    text: str
    orders: tuple[DayOrder, ...]
    order: DayOrder
    holds: tuple[tuple[str, str, str], ...]
    before: int = 0


def telegram(*entries: dict[str, object]) -> str:
    return json.dumps({"name": "Бригада", "type": "private_group", "messages": list(entries)}, ensure_ascii=False)


def entry(number: int, when: str, **more: object) -> dict[str, object]:
    return {"id": number, "type": "message", "date": when, "date_unixtime": "1514731269", "from": "Бригадир", **more}


EXPORTS = {
    "android, 24 hours, Russian system lines, edited and deleted": Export(
        text=(
            "31.12.2017, 21:40 - Сообщения и звонки защищены сквозным шифрованием. Подробнее.\n"
            "31.12.2017, 21:41 - Бригадир: Смену не закроем\n"
            '31.12.2017, 21:42 - Бригадир изменил(а) тему с "План" на "План: завтра"\n'
            "31.12.2017, 21:43 - Мастер: Приходите <Сообщение изменено>\n"
            "31.12.2017, 21:44 - Мастер: Данное сообщение удалено\n"
        ),
        orders=(DMY,),
        order=DMY,
        holds=(
            ("2017-12-31 21:40:00", "", "Сообщения и звонки защищены сквозным шифрованием. Подробнее."),
            ("2017-12-31 21:41:00", "Бригадир", "Смену не закроем"),
            ("2017-12-31 21:42:00", "", 'Бригадир изменил(а) тему с "План" на "План: завтра"'),
            ("2017-12-31 21:43:00", "Мастер", "Приходите <Сообщение изменено>"),
            ("2017-12-31 21:44:00", "Мастер", "Данное сообщение удалено"),
        ),
    ),
    "android, 12 hours with a narrow space": Export(
        text=f"12/31/17, 12:05{NNBSP}AM - Me: a\n12/31/17, 12:06{NNBSP}PM - Me: b\n12/31/17, 9:41{NNBSP}PM - Me: c\n",
        orders=(MDY,),
        order=MDY,
        holds=(
            ("2017-12-31 00:05:00", "Me", "a"),
            ("2017-12-31 12:06:00", "Me", "b"),
            ("2017-12-31 21:41:00", "Me", "c"),
        ),
    ),
    "android, Spanish hours": Export(
        text=f"31/12/2017, 9:41{NNBSP}p.{NBSP}m. - Ana: hola\n1/1/2018, 12:05{NNBSP}a.{NBSP}m. - Ana: feliz año\n",
        orders=(DMY,),
        order=DMY,
        holds=(("2017-12-31 21:41:00", "Ana", "hola"), ("2018-01-01 00:05:00", "Ana", "feliz año")),
    ),
    "android, Turkish": Export(
        text=(
            "31.12.2017 21:40 - Mesajlar ve aramalar uçtan uca şifrelidir. Bu sohbetin dışındaki hiç kimse okuyamaz.\n"
            "31.12.2017 21:41 - Ustabaşı: Vardiyayı kapatmıyoruz\n"
            "31.12.2017 21:42 - Ustabaşı: IMG-20171231-WA0001.jpg (dosya ekli)\nİşte liste\n"
        ),
        orders=(DMY,),
        order=DMY,
        holds=(
            (
                "2017-12-31 21:40:00",
                "",
                "Mesajlar ve aramalar uçtan uca şifrelidir. Bu sohbetin dışındaki hiç kimse okuyamaz.",
            ),
            ("2017-12-31 21:41:00", "Ustabaşı", "Vardiyayı kapatmıyoruz"),
            ("2017-12-31 21:42:00", "Ustabaşı", "IMG-20171231-WA0001.jpg (dosya ekli)\nİşte liste"),
        ),
    ),
    "android, Turkish, half of the day before the hour": Export(
        text="31.12.2017 ÖS 9:41 - Usta: a\n1.01.2018 ÖÖ 12:05 - Usta: b\n",
        orders=(DMY,),
        order=DMY,
        holds=(("2017-12-31 21:41:00", "Usta", "a"), ("2018-01-01 00:05:00", "Usta", "b")),
    ),
    "android, Kazakh": Export(
        text=(
            "31.12.2017, 21:40 - Хабарлар мен қоңыраулар ұшынан ұшына дейін шифрланған.\n"
            "31.12.2017, 21:41 - Бригадир Қ.: Ауысымды жаппаймыз\n"
            "31.12.2017, 21:42 - Бригадир Қ.: <Медиа қосылмаған>\n"
        ),
        orders=(DMY,),
        order=DMY,
        holds=(
            ("2017-12-31 21:40:00", "", "Хабарлар мен қоңыраулар ұшынан ұшына дейін шифрланған."),
            ("2017-12-31 21:41:00", "Бригадир Қ.", "Ауысымды жаппаймыз"),
            ("2017-12-31 21:42:00", "Бригадир Қ.", "<Медиа қосылмаған>"),
        ),
    ),
    "android, another conversation pasted into a message": Export(
        text=(
            "31.12.2017, 21:41 - Бригадир: Вот что он писал:\n"
            "[30.12.17, 10:00:00] Мастер: Закройте смену\n"
            "12/30/17, 10:01 AM - Мастер: Сейчас же\n2017-12-30 10:02 - Мастер: Слышите\n"
            "31.12.2017, 21:42 - Шахтёр: Понял\n"
        ),
        orders=(DMY,),
        order=DMY,
        holds=(
            (
                "2017-12-31 21:41:00",
                "Бригадир",
                (
                    "Вот что он писал:\n[30.12.17, 10:00:00] Мастер: Закройте смену\n"
                    "12/30/17, 10:01 AM - Мастер: Сейчас же\n2017-12-30 10:02 - Мастер: Слышите"
                ),
            ),
            ("2017-12-31 21:42:00", "Шахтёр", "Понял"),
        ),
    ),
    "android, empty messages, lines of nothing, a line separator within": Export(
        text="31.12.2017, 21:41 - Мастер:\n\n\n"
        "31.12.2017, 21:42 - Мастер: раз\u2028два\x0bтри\n31.12.2017, 21:43 - Мастер: \n",
        orders=(DMY,),
        order=DMY,
        holds=(
            ("2017-12-31 21:41:00", "Мастер", "\n\n"),
            ("2017-12-31 21:42:00", "Мастер", "раз\u2028два\x0bтри"),
            ("2017-12-31 21:43:00", "Мастер", ""),
        ),
    ),
    "android, year first, a day that fits two orders": Export(
        text="2018-03-04 21:41 - Skiftledare: Vi stänger inte\n2018-03-05 09:05 - Arbetare: Ok\n",
        orders=(YMD,),
        order=YMD,
        holds=(
            ("2018-03-04 21:41:00", "Skiftledare", "Vi stänger inte"),
            ("2018-03-05 09:05:00", "Arbetare", "Ok"),
        ),
    ),
    "android, Arabic figures and comma": Export(
        text=f"{RLM}٣١/١٢/٢٠١٧، ٢١:٤١ - {RLM}سالم: مرحبا\n{RLM}١/١/٢٠١٨، ٠:٠٥ - سالم: نعم\n",
        orders=(DMY,),
        order=DMY,
        holds=(("2017-12-31 21:41:00", "سالم", "مرحبا"), ("2018-01-01 00:05:00", "سالم", "نعم")),
    ),
    "android, lines before the first message, returns of Windows": Export(
        text="Переписка\r\nс бригадой\r\n03.04.2018, 21:41 - Мастер: раз\r\nдва\r\n",
        orders=(DMY, MDY),
        order=MDY,
        holds=(("2018-03-04 21:41:00", "Мастер", "раз\nдва"),),
        before=2,
    ),
    "iphone, brackets, an attachment with an odd name": Export(
        text=(
            f"{BOM}{LRM}[31.12.2017, 21:40:00] Бригада: {LRM}Сообщения и звонки защищены сквозным шифрованием.\n"
            f"{LRM}[31.12.2017, 21:41:09] Бригадир: {LRM}<прикреплено: 00000012-Приказ № 7 [копия] (1): март.pdf>\n"
            f"[31.12.2017, 21:42:00] ~{NNBSP}Шахтёр: Понял {LRM}<Это сообщение изменено>\n"
        ),
        orders=(DMY,),
        order=DMY,
        holds=(
            ("2017-12-31 21:40:00", "Бригада", f"{LRM}Сообщения и звонки защищены сквозным шифрованием."),
            ("2017-12-31 21:41:09", "Бригадир", f"{LRM}<прикреплено: 00000012-Приказ № 7 [копия] (1): март.pdf>"),
            ("2017-12-31 21:42:00", f"~{NNBSP}Шахтёр", f"Понял {LRM}<Это сообщение изменено>"),
        ),
    ),
    "iphone, 12 hours, a telephone number as the name": Export(
        text=f"[12/31/17, 9:41:09{NNBSP}PM] {LRM}{LRE}+7 700 000-00-00{PDF}: ok\n"
        f"[1/1/18, 12:05:00{NNBSP}AM] Me: {LRM}You deleted this message.\n",
        orders=(MDY,),
        order=MDY,
        holds=(
            ("2017-12-31 21:41:09", "+7 700 000-00-00", "ok"),
            ("2018-01-01 00:05:00", "Me", f"{LRM}You deleted this message."),
        ),
    ),
    "iphone, Canadian hours, year first": Export(
        text=f"[2017-12-31, 9:41:09{NNBSP}p.m.] Ana: bye\n[2018-01-01, 12:05:00{NNBSP}a.m.] Ana: hi\n",
        orders=(YMD,),
        order=YMD,
        holds=(("2017-12-31 21:41:09", "Ana", "bye"), ("2018-01-01 00:05:00", "Ana", "hi")),
    ),
    "iphone, hours with dots": Export(
        text="[31/12/17 21.41.09] Anna: Ciao\n[01/01/18 00.05.00] Anna: Auguri: a tutti\n",
        orders=(DMY,),
        order=DMY,
        holds=(("2017-12-31 21:41:09", "Anna", "Ciao"), ("2018-01-01 00:05:00", "Anna", "Auguri: a tutti")),
    ),
    "iphone, German, a voice note": Export(
        text=f"[31.12.17, 21:41:09] Meister: {LRM}<Anhang: 00000003-AUDIO-2017-12-31-21-41-09.opus>\n"
        "[01.01.18, 00:05:00] Meister: Ende\n",
        orders=(DMY,),
        order=DMY,
        holds=(
            ("2017-12-31 21:41:09", "Meister", f"{LRM}<Anhang: 00000003-AUDIO-2017-12-31-21-41-09.opus>"),
            ("2018-01-01 00:05:00", "Meister", "Ende"),
        ),
    ),
    "telegram, forwarded, answered, edited": Export(
        text=telegram(
            entry(1, "2017-12-31T21:41:09", text="Смену не закроем", edited="2017-12-31T21:50:00"),
            entry(2, "2017-12-31T21:42:00", text="Приказ 7", forwarded_from="Мастер", reply_to_message_id=1),
        ),
        orders=(YMD,),
        order=YMD,
        holds=(
            ("2017-12-31 21:41:09", "Бригадир", "Смену не закроем <edited: 2017-12-31T21:50:00>"),
            ("2017-12-31 21:42:00", "Бригадир", "Приказ 7 <forwarded_from: Мастер> <reply_to_message_id: 1>"),
        ),
    ),
    "telegram, files with odd names, a voice note, a place": Export(
        text=telegram(
            entry(
                1, "2017-12-31T21:41:09", text="", file="files/Приказ № 7 (1): март.pdf", mime_type="application/pdf"
            ),
            entry(
                2, "2017-12-31T21:42:00", text="", media_type="voice_message", file="voice/1.ogg", duration_seconds=12
            ),
            entry(3, "2017-12-31T21:43:00", text="", location_information={"latitude": 49.8, "longitude": 73.1}),
        ),
        orders=(YMD,),
        order=YMD,
        holds=(
            (
                "2017-12-31 21:41:09",
                "Бригадир",
                "<files/Приказ № 7 (1): март.pdf> <mime_type: application/pdf>",
            ),
            ("2017-12-31 21:42:00", "Бригадир", "<voice/1.ogg> <voice_message> <duration_seconds: 12>"),
            ("2017-12-31 21:43:00", "Бригадир", '<location_information: {"latitude": 49.8, "longitude": 73.1}>'),
        ),
    ),
    "telegram, who was let in, pinned and taken out": Export(
        text=telegram(
            {
                "id": 1,
                "type": "service",
                "date": "2017-12-31T21:40:00",
                "actor": "Мастер",
                "action": "invite_members",
                "members": ["Шахтёр", None],
                "text": "",
            },
            {
                "id": 2,
                "type": "service",
                "date": "2017-12-31T21:41:00",
                "actor": "Мастер",
                "action": "pin_message",
                "message_id": 7,
                "text": "",
            },
        ),
        orders=(YMD,),
        order=YMD,
        holds=(
            ("2017-12-31 21:40:00", "Мастер", '<invite_members> <members: ["Шахтёр", null]>'),
            ("2017-12-31 21:41:00", "Мастер", "<pin_message> <message_id: 7>"),
        ),
    ),
    "telegram, words with links and a deleted account": Export(
        text=telegram(
            entry(
                1,
                "2017-12-31T21:41:09",
                text=["см. ", {"type": "text_link", "text": "план", "href": "https://example.org/a"}],
            ),
            {**entry(2, "2017-12-31T21:42:00", text="раз\nдва"), "from": None},
        ),
        orders=(YMD,),
        order=YMD,
        holds=(
            ("2017-12-31 21:41:09", "Бригадир", "см. план <https://example.org/a>"),
            ("2017-12-31 21:42:00", "", "раз\nдва"),
        ),
    ),
    "telegram, a poll and reactions": Export(
        text=telegram(
            entry(
                1,
                "2017-12-31T21:41:09",
                text="",
                poll={"question": "Выходим?", "answers": [{"text": "Да", "voters": 3}]},
                reactions=[{"type": "emoji", "count": 2, "emoji": "👍"}],
            ),
        ),
        orders=(YMD,),
        order=YMD,
        holds=(
            (
                "2017-12-31 21:41:09",
                "Бригадир",
                (
                    '<poll: {"question": "Выходим?", "answers": [{"text": "Да", "voters": 3}]}>'
                    ' <reactions: [{"type": "emoji", "count": 2, "emoji": "👍"}]>'
                ),
            ),
        ),
    ),
    "signal, quotes, reactions and attachments": Export(
        text=(
            "[2017-12-31 21:41:09] Me: Смену не закроем\n(- Шахтёр: 👍 -)\n"
            "[2018-01-01 00:05:00] Шахтёр: \n> Смену не закроем\n\nПонял\n"
            "[2018-01-01 00:06:00] Шахтёр: ![Приказ № 7 (1).jpg](./media/2018-01-01_Приказ № 7 (1).jpg)  \n"
        ),
        orders=(YMD,),
        order=YMD,
        holds=(
            ("2017-12-31 21:41:09", "Me", "Смену не закроем\n(- Шахтёр: 👍 -)"),
            ("2018-01-01 00:05:00", "Шахтёр", "\n> Смену не закроем\n\nПонял"),
            ("2018-01-01 00:06:00", "Шахтёр", "![Приказ № 7 (1).jpg](./media/2018-01-01_Приказ № 7 (1).jpg)  "),
        ),
    ),
    "signal, a name with quotes": Export(
        text='[2017-12-31 21:41:09] Иван "Серый": да\n[2017-12-31 21:42:09] No-Sender: group was updated\n',
        orders=(YMD,),
        order=YMD,
        holds=(
            ("2017-12-31 21:41:09", 'Иван "Серый"', "да"),
            ("2017-12-31 21:42:09", "No-Sender", "group was updated"),
        ),
    ),
    "signal, days that are days in one order only": Export(
        text="[2018-02-11 21:41:09] Me: a\n[2018-11-02 21:42:09] Me: b\nбез конца",
        orders=(YMD,),
        order=YMD,
        holds=(("2018-02-11 21:41:09", "Me", "a"), ("2018-11-02 21:42:09", "Me", "b\nбез конца")),
    ),
}


def told(message: Message) -> tuple[str, str, str]:
    return f"{message.at:%Y-%m-%d %H:%M:%S}", message.who, message.text


def test_there_are_twenty_four_of_three_systems() -> None:
    assert len(EXPORTS) == 24
    assert {name.partition(",")[0] for name in EXPORTS} == {"android", "iphone", "telegram", "signal"}


@pytest.mark.parametrize("name", EXPORTS)
def test_every_line_is_in_the_message_it_belongs_to(name: str) -> None:
    export = EXPORTS[name]
    assert orders(export.text) == export.orders
    conversation = read(export.text, export.order)
    assert tuple(map(told, conversation.messages)) == export.holds
    assert conversation.accounted
    assert len(conversation.before) == export.before


@pytest.mark.parametrize("name", [name for name in EXPORTS if not name.startswith("telegram")])
def test_every_sign_of_every_line_is_in_the_transcript_too(name: str) -> None:
    export = EXPORTS[name]
    conversation = read(export.text, export.order)
    lines = export.text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    transcript = written(conversation)
    for message in conversation.messages:
        first, *more = lines[message.first - 1 : message.last]
        assert first.rstrip().endswith(message.text.split("\n")[0].rstrip())
        assert message.text.split("\n")[1:] == more
        assert all(line in transcript for line in more)


@pytest.mark.parametrize("name", [name for name in EXPORTS if name.startswith("telegram")])
def test_whatever_telegram_wrote_about_a_message_is_in_the_transcript(name: str) -> None:
    text = written(read(EXPORTS[name].text, YMD))

    def values(value: object) -> list[str]:
        if isinstance(value, dict):
            return [
                found
                for key, each in value.items()
                if key not in ("id", "type", "date", "date_unixtime")
                for found in values(each)
            ]
        if isinstance(value, list):
            return [found for each in value for found in values(each)]
        return [str(value)] if value not in ("", None) else []

    for found in values(json.loads(EXPORTS[name].text)["messages"]):
        assert found in text


def test_an_hour_that_is_none_is_no_export() -> None:
    with pytest.raises(NotAnExport):
        read("31.12.2017, 25:41 - Мастер: а\n", DMY)
