"""What is proposed for a call that becomes a case: a title without names, a channel with its note, nothing invented."""

import pytest

from hrd_cases.domain.calls import Call, in_danger
from hrd_cases.domain.carrying import LONGEST, channel_of, clause, proposed, ways_in
from hrd_cases.domain.fields import Counted


@pytest.mark.parametrize(
    ("text", "who", "title"),
    [
        ("Fired after a petition\nTwo crews signed it.", "", "Fired after a petition"),
        ("12 декабря двоих уволили за подпись. Остальным угрожают.", "", "12 декабря двоих уволили за подпись"),
        ("Марата уволили за подпись", "Марат, шахтёр", "Уволили за подпись"),
        ("Бригадир Сейітов Қайрат не выдал самоспасатели", "", "Бригадир не выдал самоспасатели"),
        ("Сейітову угрожают увольнением, просит совета", "", "Угрожают увольнением, просит совета"),
        ("На шахте АО «Пример» третий день без воды", "", "На шахте третий день без воды"),
        ("Kairat Seitov was told to sign", "Kairat", "Was told to sign"),
        ("Сейітов Қайрат", "", ""),
        ("", "", ""),
        ("!!! ...", "", ""),
    ],
)
def test_a_proposed_title_is_the_first_clause_without_names(text: str, who: str, title: str) -> None:
    assert clause(text, who) == title


def test_a_long_clause_ends_with_a_whole_word() -> None:
    words = "двенадцатичасовые смены без выходных уже второй месяц подряд на всех участках шахты и карьера"
    title = clause(words)
    assert len(title) <= LONGEST
    assert words.casefold().startswith(title.casefold())
    assert words[len(title)] == " ", "no word is cut in two"


def test_a_long_clause_does_not_end_with_a_word_that_leads_to_the_next() -> None:
    words = "третью смену подряд на участке не выдают исправные самоспасатели, а мастер велит работать и молчать"
    assert words[:LONGEST].rpartition(" ")[0].endswith(", а")
    assert clause(words).endswith("самоспасатели")


@pytest.mark.parametrize(
    ("reach", "channel", "address", "note"),
    [
        (
            "WhatsApp через жену, после 20:00; в Telegram не писать",
            "messenger",
            "",
            "WhatsApp через жену, после 20:00; в Telegram не писать",
        ),
        ("+7 701 234 56 78, после 20:00", "phone", "+7 701 234 56 78", "после 20:00"),
        ("WhatsApp 8 (701) 234-56-78", "messenger", "8 (701) 234-56-78", "WhatsApp"),
        ("a.b@example.org", "email", "a.b@example.org", ""),
        ("Telegram @seriy_77, днём", "messenger", "@seriy_77", "Telegram, днём"),
        ("+7 701 111 11 11 или +7 702 222 22 22", "phone", "+7 701 111 11 11 или +7 702 222 22 22", ""),
        ("придёт сам", "", "", "придёт сам"),
    ],
)
def test_a_channel_is_read_from_the_callers_words(reach: str, channel: str, address: str, note: str) -> None:
    """A number is covered on pages, a note is not; and no words stand in both."""
    assert (channel_of(reach), *ways_in(reach)) == (channel, address, note)
    carried = proposed(Call(what="x", who="A", reach=reach), pseudonym="Caller 1", untitled="Call")
    assert (carried.address, carried.note) == (address, note)


def test_urgency_topics_and_number_go_along_and_the_event_waits_to_be_coded() -> None:
    call = Call(what="Two were fired", who="A", urgent=True, topics=("dismissal",), people=Counted(used=2))
    carried = proposed(call, pseudonym="Caller 1", untitled="Call")
    assert (carried.priority, carried.topics, carried.title) == ("urgent", ("dismissal",), "Two were fired")
    assert (carried.region, carried.kinds, carried.mark) == ("to_be_coded", ("to_be_coded",), "single_source")
    assert carried.people == Counted(used=2, source="A")
    assert carried.keep == (), "nobody on duty is kept without a tick"


@pytest.mark.parametrize("odd", [(), None, "x", (1,), (("reached",),), {"what": "reached"}, ({"what": "reached"},)])
def test_an_odd_stored_value_of_reached_leaves_the_call_red(odd: object) -> None:
    assert in_danger(Call(urgent=True, reached=odd))
    assert not in_danger(Call(urgent=False, reached=odd))
