"""What a declaration calls searchable is found through the page, wherever it rests; names and numbers as typed."""

import re
from dataclasses import replace

import pytest
from hrd_filled import filled
from hrd_pages import Visitor, below_search
from hrd_world import World

from hrd_cases.domain.calls import Call
from hrd_cases.domain.dates import exactly
from hrd_cases.domain.fields import ENTITIES, Field, Hidden, Rows, TextLine, fields_of
from hrd_cases.domain.people import Channel, Name, Person
from hrd_cases.domain.vaults import PRIVILEGED, PROTECTION
from hrd_cases.services.casework import calls, people

NUMBERS = ("+77010000001", "8 701 000 00 01", "7010000001", "701 000", "0000001", "701-000-00-01")
ARABIC = "".join(chr(0x660 + int(digit)) for digit in "7010000001")
ELSEWHERE = {"paper"}  # a paper is made, not filled in


def found(visitor: Visitor, text: str) -> str:
    """What the page of a search shows below its form, without its marks."""
    answer = visitor.fill("/s", text=text)
    assert answer.status_code == 303, text
    return re.sub("</?mark>", "", below_search(visitor.get(answer.headers["Location"]).text))


def searchable() -> list[tuple[str, str]]:
    """Entity and name of every answer that is declared searchable, those inside rows too."""
    names = list[tuple[str, str]]()
    for code, entity in ENTITIES.items():
        for field in entity.fields if code not in ELSEWHERE else ():
            # What lawyers write beside other answers has a test of its own.
            if field.at != PRIVILEGED or entity.compartments == (PRIVILEGED,):
                names += [(code, name) for name in _names(field)]
    return names


def typed(code: str, name: str) -> str:
    """A word of an answer, as far as it fits into its field."""
    kind = ENTITIES[code].field(name.partition(".")[0]).kind
    most = kind.max if isinstance(kind, TextLine) else 200
    return f"text of {code}.{name}"[:most].split()[-1]


def _names(field: Field) -> list[str]:
    if not field.search or field.at == PROTECTION or isinstance(field.kind, Hidden):
        return []
    if isinstance(field.kind, Rows):
        parts = [part.name for part in fields_of(field.kind.item) if part.search]
        assert parts, f"{field.name} is searchable and no answer of its rows is"
        return [f"{field.name}.{part}" for part in parts]
    return [field.name]


def test_every_searchable_answer_of_every_kind_of_record_is_found_through_the_page(sqlite_world: World) -> None:
    with sqlite_world.writing("lana") as ctx:
        calls.take(ctx, replace(filled("call"), urgent=False, state="open", copy="", origin=""))
    lana, names = Visitor(sqlite_world).enter("lana"), searchable()
    assert len(names) > 35
    assert {("company", "sites.name"), ("action", "parties.name"), ("incident", "narrative"), ("call", "reach")} <= {
        *names
    }
    missing = [f"{code}.{name}" for code, name in names if "Nothing found" in found(lana, typed(code, name))]
    assert not missing


@pytest.fixture
def filed(sqlite_world: World) -> World:
    with sqlite_world.writing("anna") as ctx:
        for pseudonym, name in (("A-1", "Сейітова Әсел"), ("A-2", "Серік Нұрланұлы"), ("A-3", "Жанар Юсупова")):
            people.create(ctx, Person(pseudonym=pseudonym, names=(Name(name=name),)), sqlite_world.strike.case)
        day = exactly(sqlite_world.now.date())
        calls.take(ctx, Call(what="Fired", when=day, who="Brigade leader", reach="+7 (701) 000-00-01, after eight"))
    return sqlite_world


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        *((typed, "Сейітова Әсел") for typed in ("Seitova", "Сеитова", "сейітова", "Асель", "asel", "Seitova Asel")),
        *((typed, "Серік Нұрланұлы") for typed in ("Serik", "Серик", "Nurlan", "Нурлан", "SERIK NURLAN")),
        *((typed, "Жанар Юсупова") for typed in ("Zhanar", "Janar", "Yusupova", "Юсуп")),
        *((typed, "Brigade leader") for typed in (*NUMBERS, ARABIC)),
    ],
)
def test_names_and_numbers_are_found_as_people_type_them(filed: World, typed: str, said: str) -> None:
    assert said in found(Visitor(filed).enter("anna"), typed)
    assert said not in found(Visitor(filed).enter("outsider"), typed)


@pytest.mark.parametrize("typed", ["7010000002", "+7 702 000 00 01", "Seitkali", "Serikbay"])
def test_another_name_and_another_number_are_not_found(filed: World, typed: str) -> None:
    visible = found(Visitor(filed).enter("anna"), typed)
    assert not re.search("Сейітова|Серік|Brigade leader", visible)


def test_what_a_page_covers_stays_covered_among_the_hits(filed: World) -> None:
    """Where the number alone leads to a person, the hit says nothing of it: neither the number nor a part."""
    reached = Channel(kind="phone", value="+7 705 444 33 22")
    with filed.writing("anna") as ctx:
        person = people.create(ctx, Person(pseudonym="A-4", channels=(reached,)), filed.strike.case)
    anna = Visitor(filed).enter("anna")
    for typed in (reached.value, "7054443322", "444 33 22"):
        visible = found(anna, typed)
        assert f"/p/{person}" in visible, typed
        assert not re.search(r"444.?33.?22", visible), typed


def test_a_word_with_a_wrong_letter_finds_what_is_near_and_the_page_says_so(sqlite_world: World) -> None:
    with sqlite_world.writing("lana") as ctx:
        people.create(ctx, Person(pseudonym="Q1", names=(Name(name="Переверзев Антон"),)), sqlite_world.strike.case)
    lana, said = Visitor(sqlite_world).enter("lana"), "differs by one letter"
    assert said in found(lana, "Перевезев")
    assert "Переверзев Антон" in found(lana, "Перевезев")
    assert said not in found(lana, "Переверзев")
    for typed_text in ("Переварзив", "Перевезев суд"):
        assert "Переверзев Антон" not in found(lana, typed_text), typed_text
        assert said not in found(lana, typed_text), typed_text
    outsider = Visitor(sqlite_world).enter("outsider")
    assert said not in found(outsider, "Перевезев")
