"""A person is recognised in any case form, order and script; ordinary words are not; others are not swept along."""

import random
import re
import time
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from hrd_cases.domain.case_names import pseudonym_of, somebody, tells
from hrd_cases.domain.dates import exactly
from hrd_cases.domain.ids import named_id
from hrd_cases.domain.names.finding import Beside, How, Names, Somebody
from hrd_cases.domain.names.questions import OTHER, NameAnswer, Recogniser
from hrd_cases.domain.names.typed import names_in
from hrd_cases.domain.people import Name, Person

ROOT = Path(__file__).resolve().parents[2]

# Names with their forms written by hand, not by the tables of the program: nominative, then other forms, all one name.
# Invented combinations of common names.
RUSSIAN = """
Ержан: Ержана Ержану Ержаном Ержане; Досмаилов: Досмаилова Досмаилову Досмаиловым Досмаилове
Айгуль: Айгули Айгулью; Калиева: Калиевой Калиеву Калиев Калиевым Калиевых
Болат: Болата Болату Болатом Болате; Цой: Цоя Цою Цоем Цое
Сергей: Сергея Сергею Сергеем Сергее; Белый: Белого Белому Белым Белом
Мария: Марии Марию Марией; Косая: Косой Косую
Павел: Павла Павлу Павлом Павле; Кравец: Кравца Кравцу Кравцом
Лев: Льва Льву Львом Льве; Толстой: Толстого Толстому Толстым Толстом
Илья: Ильи Илье Илью Ильёй; Муравей: Муравья Муравью Муравьём
Игорь: Игоря Игорю Игорем Игоре; Жумабай: Жумабая Жумабаю Жумабаем Жумабае
Юрий: Юрия Юрию Юрием Юрии; Пушкин: Пушкина Пушкину Пушкиным Пушкине
Наталья: Натальи Наталье Наталью Натальей; Соловьёва: Соловьёвой Соловьеву Соловьевой
Пётр: Петра Петру Петром Петре; Коваленко: Коваленко
Никита: Никиты Никите Никиту Никитой; Сорока: Сороки Сороке Сороку Сорокой
Асель: Асели Аселью; Сатпаева: Сатпаевой Сатпаеву
Мухтар: Мухтара Мухтару Мухтаром Мухтаре; Жансугуров: Жансугурова Жансугурову Жансугуровым
Андрей: Андрея Андрею Андреем; Дубровский: Дубровского Дубровскому Дубровским Дубровском
Зоя: Зои Зое Зою Зоей; Вишневская: Вишневской Вишневскую
Даурен: Даурена Даурену Дауреном; Ким: Кима Киму Кимом Киме
"""
KAZAKH = """
Қайрат: Қайраттың Қайратқа Қайратты Қайратта Қайраттан Қайратпен; Сейітов: Сейітовтің Сейітовке Сейітовті Сейітовтен
Гүлнар: Гүлнардың Гүлнарға Гүлнарды Гүлнармен; Әбдірахманұлы: Әбдірахманұлының Әбдірахманұлына Әбдірахманұлынан
Әлия: Әлияның Әлияға Әлияны Әлиядан Әлиямен; Қасымқызы: Қасымқызының Қасымқызына Қасымқызымен
Нұрлан: Нұрланның Нұрланға Нұрланды Нұрланнан; Жүнісов: Жүнісовтың Жүнісовқа Жүнісовпен
Еркін: Еркіннің Еркінге Еркінді Еркіннен Еркінмен; Шәріпов: Шәріповтің Шәріповке
Бекзат: Бекзаттың Бекзатқа Бекзаттан; Тілеуберді: Тілеубердінің Тілеубердіге Тілеубердіден
Күләш: Күләштің Күләшке Күләшті; Өтегенова: Өтегенованың Өтегеноваға Өтегенованы
Серік: Серіктің Серікке Серікті Серіктер Серігі; Мұқанов: Мұқановтың Мұқановқа
Айжан: Айжанның Айжанға Айжанды Айжанмен; Ғабитов: Ғабитовтың Ғабитовке Ғабитовтан
Дәурен: Дәуреннің Дәуренге Дәуренмен; Ысқақов: Ысқақовтың Ысқақовқа
"""
ENGLISH = """
Kairat: Kairat's Kairat Qairat Kayrat; Abdrakhmanov: Abdrakhmanov's Abdrahmanov Abdrakhmanov
Sergey: Sergei Sergey Sergej Sergey's; Zhumabayev: Zhumabaev Jumabaev Zhumabayev's Djumabaev
Yevgeny: Evgeny Evgenii Yevgeniy Yevgeny's; Shcherbakov: Scherbakov Shcherbakov's
Aigul: Aygul Aigül Aigul's; Seitova: Seitova Seiitova Seitova's
Natalya: Natalia Natalja Natalya's; Tsoy: Tsoi Choi Tsoy's
Yulia: Yuliya Julia Iuliia; Kuznetsova: Kuznecova Kuznetsova's
Alexander: Aleksandr Alexandr Aleksander; Dmitriev: Dmitriyev Dmitriev's
Nursultan: Nursultan's Nūrsūltan; Akhmetov: Ahmetov Axmetov Akhmetov's
"""
ACROSS = {  # the name as recorded, and as others write it
    "Қайрат Сейітов": ["Кайрат Сеитов", "Kairat Seitov", "Qairat Seiıtov", "Кайрата Сеитова", "КАЙРАТ СЕИТОВ"],
    "Кайрат Абдрахманов": ["Қайрат Абдрахманов", "Kairat Abdrakhmanov", "Qaırat Abdrahmanov", "Kajrat Abdraxmanov"],
    "Нұрлан Жүнісов": ["Нурлан Жунисов", "Nurlan Zhunisov", "Nūrlan Jünisov", "Нурлану Жунисову"],
    "Kairat Abdrakhmanov": ["Кайрату Абдрахманову", "Қайраттың Абдрахмановтан", "Кайрат Абдрахманов"],
    "Айгуль Соловьёва": ["Айгүл Соловьева", "Aigul Solovyova", "Aygul Solovieva", "Айгулью Соловьёвой"],
    "Юлия Щербакова": ["Yulia Shcherbakova", "Iuliia Scherbakova", "Юлией Щербаковой"],
    "Өтеген Мұқанов": ["Утеген Муканов", "Utegen Mukanov", "Ötegen Mūqanov"],
    "Хадиша Ахметова": ["Khadisha Akhmetova", "Hadişa Ahmetova", "Хадише Ахметовой"],
}


def _forms(text: str) -> list[list[tuple[str, list[str]]]]:
    result = []
    for line in text.strip().splitlines():
        words = [part.partition(":") for part in line.split(";")]
        result.append([(name.strip(), forms.split()) for name, _colon, forms in words])
    return result


PEOPLE = [*_forms(RUSSIAN), *_forms(KAZAKH), *_forms(ENGLISH)]
LOOK_ALIKE = str.maketrans("аеорсхАЕОРСХКМТВН", "aeopcxAEOPCXKMTBH")


def _spellings(seed: int) -> list[tuple[str, str]]:
    """(recorded name, a sentence that names the person), many ways for each name; made without the program's tables."""
    drawn = random.Random(seed)
    result = []
    for (value, given_forms), (surname, surname_forms) in PEOPLE:
        recorded = f"{value} {surname}"
        for at in range(13):
            first = drawn.choice([value, *given_forms])
            last = drawn.choice([surname, *surname_forms])
            spelt = [
                f"{first} {last}", f"{last} {first}", last, f"{value[0]}. {last}", f"{last} {value[0]}.",
                f"{first} {last}".upper(), f"{first}\u00a0{last}", last[:3] + "\u00ad" + last[3:],
                last[:2] + "\u200b" + last[2:], last[:3] + "-\n" + last[3:] if len(last) > 5 else last,
                unicodedata.normalize("NFD", f"{first} {last}"), last.replace("ё", "е").replace("Ё", "Е"),
                last[:1] + last[1:].translate(LOOK_ALIKE),
            ][at]  # fmt: skip
            before, after = drawn.choice([("Со слов ", " бригаду сняли."), ("Потом ", " молчал."), ("", ", и всё.")])
            result.append((recorded, f"{before}{spelt}{after}"))
    result += [(name, f"Это {other}.") for name, others in ACROSS.items() for other in others]
    return result


def test_forty_names_in_five_hundred_spellings_are_all_found() -> None:
    spellings = _spellings(7) + _spellings(11)
    assert len({name for name, _ in spellings}) >= 40
    assert len(set(spellings)) >= 500
    existing = {name: Names((Somebody(id="one", names=(name,)),)) for name, _ in spellings}
    missed = [(name, text) for name, text in spellings if not existing[name].find(text)]
    assert not missed


NUMBERS = ["87011234567", "8 (701) 123-45-67", "+7 701 123 45 67", "701.123.4567", "7-701-1234567"]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_telephone_is_found_by_its_digits_in_any_grouping(number: str) -> None:
    names = Names((Somebody(id="one", names=("Кайрат Абдрахманов",), marks=("+7 701 123 45 67", "850101300123")),))
    (place,) = names.find(f"Звонить {number} вечером.")
    assert place.how is How.NUMBER
    assert not names.find("Счёт 7011234568 и дело 2-1234/2017 от 12.01.2017.")
    (place,) = names.find("ИИН 850101 300 123.")
    assert place.certain


def test_ordinary_words_are_not_names() -> None:
    """Every text of our own catalogues, vocabularies and demo, in lower case: no name of the list stands in them."""
    texts = [path.read_text("utf-8") for path in ROOT.glob("hrd_cases/translations/*/LC_MESSAGES/*.po")]
    texts += [path.read_text("utf-8") for path in ROOT.glob("hrd_cases/vocabularies/*.toml")]
    words = sorted({word for text in texts for word in re.findall(r"[^\W\d_]{2,}", text) if word.islower()})
    assert len(words) > 8_000
    everybody = tuple(Somebody(id=str(at), names=(f"{item[0][0]} {item[1][0]}",)) for at, item in enumerate(PEOPLE))
    names = Names((*everybody, Somebody(id="m", names=("Вера Мороз", "Роман Ли", "Алма Пак"))))
    hits = [word for word in words if names.find(f"это {word} так")]
    assert len(hits) <= 6, hits


def test_a_name_that_is_a_word_asks_only_where_it_may_be_one() -> None:
    names = Names((Somebody(id="one", names=("Вера Мороз",)),))
    assert not names.find("по вере и правде, мороз по коже, верой")
    assert [place.how for place in names.find("Позвали Веру.")] == [How.WORD]
    assert [place.how for place in names.find("позвали веру мороз")] == [How.FULL]


def test_whoever_has_another_given_name_is_no_place_of_the_person() -> None:
    names = Names((Somebody(id="one", names=("Кайрат Абдрахманов",)),))
    value = "Ерлан Марат Болат Айдос Бахыт Серик Нурлан Асхат Данияр Ержан Талгат Арман Мурат Канат Руслан Тимур Олжас"
    others = [*value.split(), *["Сергей", "Андрей", "Павел", "Пётр", "Мухаммедали", "Сатыбалды", "Ислямбек", "Нургиса"]]
    texts = [f"{other} Абдрахманов сказал." for other in others]
    texts += [f"Потом пришёл Абдрахманов {other}." for other in others] + ["Об этом знал А. Абдрахманов."]
    places = [names.find(text)[0] for text in texts]
    assert len(places) > 50
    assert {place.beside for place in places} == {Beside.OTHER}
    assert not any(place.certain for place in places)
    assert names.find("Сын Абдрахманова ушёл.")[0].beside is Beside.KIN
    assert names.find("Абдрахмановтың ұлы кетті.")[0].beside is Beside.KIN
    father = Names((Somebody(id="one", names=("Қайрат Әбдірахманұлы",)),))
    assert father.find("Әбдірахман ұлының айтуынша.")[0].name == "Әбдірахманұлы"


def test_two_people_of_one_name_are_asked_about() -> None:
    names = Names(tuple(Somebody(id=item, names=("Кайрат Абдрахманов",)) for item in ("a", "b")))
    (place,) = names.find("Пришёл Кайрат Абдрахманов.")
    assert (place.certain, place.people) == (False, frozenset({"a", "b"}))


def test_an_answer_is_bound_to_the_words_of_its_sentence() -> None:
    names = Names((Somebody(id="one", names=("Кайрат Абдрахманов",)),))
    request = Recogniser(names=names, answers={}, asked=lambda _one: True)
    (spot,) = request.spots("Пришёл Абдрахманов. Потом ушёл.")
    answered = Recogniser(names=names, answers={spot.key: NameAnswer(who=OTHER, by="", on=None)}, asked=lambda _: True)  # type: ignore[arg-type]
    same, other = "Раньше было тихо. Пришёл  Абдрахманов. Ещё позже.", "Пришёл вчера Абдрахманов."
    assert [answered.who(spot.place, spot.key) for spot in answered.spots(same)] == [None]
    assert [answered.who(spot.place, spot.key) for spot in answered.spots(other)] == ["one"]
    twice = [spot.key for spot in request.spots("Абдрахманов и Абдрахманов пришли.")]
    assert len(set(twice)) == 2


def test_a_name_made_of_words_is_found_whole_and_its_words_are_no_names() -> None:
    names = Names(tuple(Somebody(id=item, names=(f"Лидер шахтёров {item}",)) for item in "АБ"))
    (place,) = names.find("Двести шахтёров шли; лидеры молчали. Лидеру шахтёров Б угрожали.")
    assert (place.people, place.certain) == (frozenset("Б"), True)
    (both,) = Names(tuple(Somebody(id=item, names=("Шахтёр К",)) for item in "ab")).find("Со слов Шахтёра К.")
    assert (both.people, both.certain) == (frozenset("ab"), False)


@pytest.mark.parametrize(
    ("recorded", "said"),
    [
        ("Цой В", "Цою угрожали."),  # an initial without its point
        ("Цой В А", "Позвонил Цой."),
        ("Хван ден су", "Потом видели Хвана."),  # typed on a telephone, half in small letters
        ("Омар бин Саид", "Сказали Саиду."),
        ("Ахмед аль-Хасан", "Потом Хасану угрожали."),
        ("Тлеуберген молда", "Тлеубергену угрожали."),  # with what he is
        ("Гриша (бригадир)", "Со слов Гриши."),
        ("Лось (прозвище)", "Лось видел."),
        ("Нұр-Сұлтан Ким", "Нурсултану сказали."),
        ("87012223344", "Звонить +7 701 222 33 44."),  # nobody knows the name yet
        ("Қайрат 8 701 222 33 44", "Звонить 87012223344."),
        ("王伟", "今天王伟说的。"),
        ("김영수", "어제 김영수는"),
        ("नरेन्द्र", "कल नरेन्द्र ने"),
        ("Гиорги ბერიძე", "გუშინ ბერიძეს"),
        ("Екатерина Щербакова", "Потом Катя плакала."),
        ("Иван Кузнецов", "Ваню увезли."),
        ("Łukasz Wałęsa", "Walesa said so."),
        ("Hans Müller", "Mr Mueller said so."),
        ("Айгерім Тілеужан", "Тлеужан молчала."),
    ],
)
def test_a_name_is_found_however_it_was_recorded(recorded: str, said: str) -> None:
    (place,) = Names((Somebody(id="one", names=(recorded,)),)).find(said)
    assert place.people == {"one"}


@pytest.mark.parametrize(
    "said",
    [
        "Писать на kabdrakhmanov@mail.example.",
        "Снято: kairatabdrakhmanov_1.jpg",
        "vk.example/abdrahmanovkairat85",
        "Приложение «IMG_абдрахманов.pdf»",
        "Файл KAbdrakhmanov прислан.",
    ],
)
def test_a_name_within_an_account_or_a_file_name_is_asked_about(said: str) -> None:
    (place,) = Names((Somebody(id="one", names=("Кайрат Абдрахманов",)),)).find(said)
    assert (place.how, place.certain) == (How.SURNAME, False)


def test_who_somebody_is_stays_an_ordinary_word_where_a_name_is_made_of_it() -> None:
    people = ("Лидер шахтёров А", "Miners' leader B", "Шахтёр К", "Светлана Мун")
    names = Names(tuple(Somebody(id=item, names=(item,)) for item in people))
    assert not names.find("Лидер сказал: шахтёры ушли. Шахтёр видел. Miners went. Нет света.")
    (place,) = names.find("Потом Света ушла.")
    assert (place.people, place.how) == (frozenset({"Светлана Мун"}), How.WORD)


@pytest.mark.parametrize(
    ("pseudonym", "names", "tells_it"),
    [
        ("Кайрат", ["Кайрат Абдрахманов"], True),
        ("Kairat A.", ["Кайрат Абдрахманов"], True),
        ("Қайрат әкесі", ["Қайрат Сейітов"], True),
        ("Ваня", ["Иван Петров"], True),
        ("Кайрат Абдрахманов", ["Кайрат Абдрахманов"], True),
        ("Шахтёр К", ["Кайрат Абдрахманов"], False),
        ("Шахтёр Б", ["Шахтёр Болат"], False),
        ("Лидер шахтёров А", ["Лидер шахтёров А"], False),  # what everybody calls them is all that is known
        ("Человек 5", [], False),
    ],
)
def test_a_pseudonym_that_holds_a_part_of_the_name_tells_who_it_is(
    pseudonym: str, names: list[str], tells_it: bool
) -> None:
    person = Person(pseudonym=pseudonym, names=tuple(Name(name=name) for name in names))
    assert tells(person) is tells_it
    assert pseudonym_of(person, "лицо") == ("лицо" if tells_it else pseudonym)


def test_whose_name_was_typed_as_the_pseudonym_is_looked_for_and_not_called_so() -> None:
    person = Person(pseudonym="Кайрат Абдрахманов")
    (place,) = Names((somebody(named_id("one"), person),)).find("Со слов Кайрата Абдрахманова, воды не было.")
    assert place.certain
    assert pseudonym_of(person, "лицо") == "лицо"


@pytest.mark.parametrize(
    "said", ["родился 05.03.1985", "5 марта 1985 года рождения", "1985 жылғы 5 наурыз", "born on March 5, 1985"]
)
def test_a_day_of_birth_stands_for_the_person(said: str) -> None:
    person = Person(pseudonym="Шахтёр К", names=(Name(name="Кайрат Абдрахманов"),), birth=exactly(date(1985, 3, 5)))
    names = Names((somebody(named_id("one"), person),))
    (place,) = names.find(said)
    assert place.certain
    assert not names.find("5 марта 2017 года, в 1985 году, 15.03.1985")


def test_names_that_are_typed_are_taken_out_of_their_line() -> None:
    assert list(names_in("Петров Пётр, родственник")) == ["Петров Пётр"]
    assert list(names_in("адвокат К.С. Иванов; Сидорова")) == ["К. С. Иванов", "Сидорова"]
    assert not list(names_in("Газета, акимат города, отдел полиции"))


def test_no_text_makes_the_search_slow() -> None:
    names = Names((Somebody(id="one", names=("Кайрат Абдрахманов",), marks=("+77011234567",)),))
    begun = time.process_time()
    odd = ["А" * 50_000, "К. " * 10_000, "1-" * 25_000, "Ив" + "'" * 50_000, "-\n" * 20_000, "Кайрат К. " * 3_000]
    for text in odd:
        names.find(text)
    assert time.process_time() - begun < 10
