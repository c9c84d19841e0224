"""Who is named: a name in any form is asked about, answered once, kept for the case, and stops a paper until then."""

import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from hrd_world import World

from hrd_cases.domain.cases import Case
from hrd_cases.domain.evidence import CustodyStep, Evidence
from hrd_cases.domain.hearings import Hearing, Observer
from hrd_cases.domain.ids import record_id
from hrd_cases.domain.legal_actions import Cost, LegalAction
from hrd_cases.domain.people import Channel, Name, Person
from hrd_cases.domain.support import Support
from hrd_cases.services.casework import people
from hrd_cases.services.papers import papers
from hrd_cases.services.records import records
from tests.web.papers.test_papers import Lawyer

ASKED = {
    "court": "Экономический суд", "filed_by": "адвокат Лана", "authority": "ордер № 17", "signatory": "Лана",
    "requests": "Отказать в иске", "case_number": "2-0000/2017",
}  # fmt: skip


class Namer(Lawyer):
    """Lana, with a witness whose names are recorded in two scripts."""

    def paper(self, opening: str, **more: str) -> str:
        """A paper with this opening; its address."""
        paper = self.begin(more.pop("variant", "full"))
        self.write(paper, opening, **more)
        return paper

    def write(self, paper: str, opening: str, **more: str) -> None:
        answer = self.change(f"{paper}/2", **{**ASKED, "opening": opening, "opening_approved": "yes", **more})
        assert answer.status_code == 303, answer.text[-3000:]

    def questions(self, paper: str) -> list[tuple[str, str]]:
        """Id and heading with number of places of each question."""
        page = self.get(f"{paper}/n").text
        return [
            (result[1], re.sub(r"<[^>]+>|\s+", " ", unescape(result[2])).strip())
            for result in re.finditer(r'<h2 id="q-([0-9a-f]+)-title">(.*?)</h2>', page, re.S)
        ]

    def answer(self, paper: str, **chosen: str) -> Any:
        """Send the page with these answers, as a browser would."""
        page = self.get(f"{paper}/n").text
        fields = dict(re.findall(r'<input type="hidden" name="(s-[0-9a-f]+)" value="([0-9a-f]+)"', page))
        return self.client.post(f"{paper}/n", data={**fields, **self.tokens(page), **chosen}, headers=self.headers)

    def tokens(self, page: str) -> dict[str, str]:
        """The hidden tokens of a form."""
        return {"csrf_token": re.findall(r'name="csrf_token" value="([^"]+)"', page)[-1]}

    def text(self, paper: str) -> str:
        """All that the court would read of the opening."""
        record = paper.rsplit("/", 1)[-1]
        with self.world.reading("lana") as ctx:
            return "\n".join(papers.desk(ctx, self.case, record).thinned.case.filing.opening)


@pytest.fixture
def lana(sqlite_world: World) -> Namer:
    with sqlite_world.writing("lana") as ctx:
        person = sqlite_world.strike.person
        value = Person(
            pseudonym="Шахтёр К",
            names=(Name(name="Кайрат Абдрахманов"), Name(name="Қайрат Әбдірахманұлы")),
            channels=(Channel(kind="phone", value="+7 701 123 45 67"),),
            roles=("witness",),
        )
        people.save(ctx, person, value, people.read(ctx, person).versions)
    return Namer(sqlite_world)


@pytest.mark.parametrize(
    "said",
    [
        "Со слов Кайрата Абдрахманова, бригаду сняли.",
        "Свидетель Абдрахманов видел.",
        "К. Абдрахманов видел.",
        "Қайрат Әбдірахманұлының айтуынша.",
        "КАЙРАТ АБДРАХМАНОВ",
        "Kairat Abdrakhmanov saw it.",
        "Сотовый 87011234567.",
    ],
)
def test_whoever_refused_is_never_named_in_any_form(lana: Namer, said: str) -> None:
    paper = lana.paper(said)
    gate = lana.get(f"{paper}/4").text
    assert "Nothing is missing" not in gate
    person = lana.world.strike.person
    lana.post(f"{paper}/4", person=person, choice="pseudonym")
    for item, _title in lana.questions(paper):
        assert lana.answer(paper, **{f"g-{item}": person}).status_code == 303
    assert "Nothing is missing" in lana.get(f"{paper}/4").text
    visible = lana.text(paper)
    assert "Шахтёр К" in visible
    for part in ("бдрахман", "БДРАХМАН", "бдірахман", "bdrakhman", "айрат", "АЙРАТ", "1234567"):
        assert part not in visible


@pytest.mark.parametrize(
    ("recorded", "said"),
    [("Цой В", "Потом Цою угрожали."), ("Хван ден су", "Хвана увезли."), ("王伟", "Сказал 王伟 сам.")],
)
def test_a_name_that_was_recorded_in_haste_is_asked_about_all_the_same(lana: Namer, recorded: str, said: str) -> None:
    person = lana.world.strike.person
    with lana.world.writing("lana") as ctx:
        before = people.read(ctx, person)
        people.save(ctx, person, replace(before.value, names=(Name(name=recorded),)), before.versions)
    paper = lana.paper(said)
    assert "Nothing is missing" not in lana.get(f"{paper}/4").text
    lana.post(f"{paper}/4", person=person, choice="pseudonym")
    for item, _title in lana.questions(paper):
        lana.answer(paper, **{f"g-{item}": person})
    assert "Шахтёр К" in lana.text(paper)


def test_a_name_without_an_answer_stops_the_paper_and_leads_to_its_question(lana: Namer) -> None:
    paper = lana.paper("Свидетель Абдрахманов видел. Потом Абдрахманову угрожали.")
    assert lana.post(f"{paper}/4", person=lana.world.strike.person, choice="pseudonym").status_code == 303
    gate = lana.get(f"{paper}/4").text
    assert "1 question about names has no answer yet" in gate
    refused = lana.post(f"{paper}/5")
    assert refused.location.endswith("/n")
    ((item, title),) = lana.questions(paper)
    assert "2 places" in title
    lana.answer(paper, **{f"g-{item}": "other"})
    assert "Every question about names is answered." in lana.get(f"{paper}/n").text
    assert lana.text(paper) == "Свидетель Абдрахманов видел. Потом Абдрахманову угрожали."
    assert "Nothing is missing" in lana.get(f"{paper}/4").text


def test_an_answer_holds_for_the_case_until_its_sentence_changes(lana: Namer) -> None:
    first = lana.paper("Свидетель Абдрахманов видел всё.")
    ((item, _title),) = lana.questions(first)
    lana.answer(first, **{f"g-{item}": "nobody"})
    second = lana.paper("Свидетель Абдрахманов видел всё.")
    page = lana.get(f"{second}/n").text
    assert "Answered on" in page
    assert "Lana Person" in page
    assert lana.text(second) == "Свидетель Абдрахманов видел всё."
    lana.write(second, "Свидетель Абдрахманов видел не всё.")
    assert lana.post(f"{second}/5").location.endswith("/n")
    assert "Answered on" not in lana.get(f"{second}/n").text


def test_somebody_else_of_the_same_surname_is_not_swept_along(lana: Namer) -> None:
    others = [f"{value} Абдрахманов" for value in ("Ерлан", "Марат", "Болат", "Бахыт", "Айдос")]
    text = " ".join(f"Потом пришёл {other} и молчал." for other in others) + " Позже видели Абдрахманова."
    paper, person = lana.paper(text), lana.world.strike.person
    lana.post(f"{paper}/4", person=person, choice="pseudonym")
    for item, _title in lana.questions(paper):
        lana.answer(paper, **{f"g-{item}": person})
    visible = lana.text(paper)
    assert "has no answer yet" in lana.get(f"{paper}/4").text, "nobody said who the others are"
    assert "Позже видели Шахтёр К." in visible
    page = lana.get(f"{paper}/n").text
    assert "another name is beside it" in page
    for item, _title in lana.questions(paper):
        lana.answer(paper, **{f"g-{item}": "other"})
    assert all(other in lana.text(paper) for other in others)


def test_one_place_is_answered_by_itself(lana: Namer) -> None:
    paper = lana.paper("Абдрахманов видел. Потом другой Абдрахманов ушёл.")
    page = lana.get(f"{paper}/n").text
    keys = re.findall(r'<select id="[^"]+" name="p-([0-9a-f]+)"', page)
    ((item, _title),) = lana.questions(paper)
    lana.answer(paper, **{f"g-{item}": lana.world.strike.person, f"p-{keys[1]}": "other"})
    lana.post(f"{paper}/4", person=lana.world.strike.person, choice="pseudonym")
    assert lana.text(paper) == "Шахтёр К видел. Потом другой Абдрахманов ушёл."


def test_what_a_colleague_changed_meanwhile_is_asked_again(lana: Namer) -> None:
    paper = lana.paper("Абдрахманов видел.")
    ((item, _title),) = lana.questions(paper)
    before = lana.get(f"{paper}/n").text
    visible = dict(re.findall(r'<input type="hidden" name="(s-[0-9a-f]+)" value="([0-9a-f]+)"', before))
    lana.write(paper, "Абдрахманов видел. Абдрахманов ушёл.")
    sent = {**visible, **lana.tokens(before), f"g-{item}": "other"}
    assert lana.client.post(f"{paper}/n", data=sent, headers=lana.headers).status_code == 303
    assert "a colleague changed its text in the meantime" in lana.get(f"{paper}/n").text
    assert lana.post(f"{paper}/5").location.endswith("/n")


def test_a_source_that_may_not_be_named_is_named_nowhere(lana: Namer) -> None:
    with lana.world.writing("lana") as ctx:
        value = Evidence(title="Видео", got_from="Петров Пётр", may_name_source="no")
        records.create(ctx, lana.case, value)
    paper = lana.paper("Видео от Петрова Петра получено в мае.")
    gate = lana.get(f"{paper}/4").text
    assert "Петров Пётр" in gate
    assert "refused or withdrawn" in gate
    form = re.search(r'name="person" value="(typed [^"]+)"', gate)
    assert form is not None
    for person in (form[1], lana.world.strike.person):
        assert lana.post(f"{paper}/4", person=person, choice="pseudonym").status_code == 303
    assert "Nothing is missing" in lana.get(f"{paper}/4").text
    assert lana.text(paper) == "Видео от источник получено в мае."
    protected = lana.paper("Видео от Петрова Петра получено в мае.", variant="protected")
    assert "Петров" not in lana.text(protected)


@pytest.mark.parametrize(
    "value",
    [
        Hearing(room="Зал 3", observers=(Observer(who="Петров Пётр, независимый профсоюз"),)),
        Support(what="Деньги на дорогу", provider="Петров Пётр"),
        LegalAction(costs=(Cost(kind="Пошлина", payer="Петров Пётр"),)),
        Evidence(title="Видео", custody=(CustodyStep(who="Петров Пётр", what="Хранил дома"),)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_whoever_is_only_typed_somewhere_in_the_case_is_asked_about(lana: Namer, value: Any) -> None:
    with lana.world.writing("lana") as ctx:
        records.create(ctx, lana.case, value)
    gate = lana.get(f"{lana.paper('Со слов Петрова Петра, воды не было.')}/4").text
    assert "Петров Пётр" in gate
    assert "Nothing is missing" not in gate


def test_a_paper_never_calls_anybody_by_a_pseudonym_that_tells_the_name(lana: Namer) -> None:
    with lana.world.writing("lana") as ctx:  # as one finds it in a list that came in from elsewhere
        person = Person(pseudonym="Болат Цой")
        people.add_many(ctx, [person], [], lana.case)
    paper = lana.paper("Со слов Болата Цоя, воды не было.")
    gate = lana.get(f"{paper}/4").text
    assert "Nothing is missing" not in gate
    for item in set(re.findall(r'name="person" value="(\w{32})"', gate)):
        lana.post(f"{paper}/4", person=item, choice="pseudonym")
    assert lana.text(paper) == "Со слов упомянутое лицо, воды не было."


def test_a_pseudonym_that_tells_the_name_is_refused_at_its_field(lana: Namer) -> None:
    new = lana.change(f"/p/new/{lana.case}", pseudonym="Болат Ц.", **{"names-0-name": "Болат Цой"})
    assert new.status_code == 422
    assert "holds a part of the name" in new.text
    changed = lana.change(f"/p/{lana.world.strike.person}/e", pseudonym="Кайрат")
    assert changed.status_code == 422
    assert "holds a part of the name" in changed.text


def test_who_was_taken_off_the_list_of_a_case_is_asked_about_as_long_as_the_case_opens_them(lana: Namer) -> None:
    with lana.world.writing("lana") as ctx:
        person = people.create(ctx, Person(pseudonym="Шахтёр Ц", names=(Name(name="Болат Цой"),)), lana.case)
        root = record_id(lana.case)
        stored = records.read(ctx, lana.case, root, Case)
        left = tuple(item for item in stored.value.people if item != person)
        records.save(ctx, lana.case, root, replace(stored.value, people=left), stored.versions)
    gate = lana.get(f"{lana.paper('Со слов Цоя Болата, воды не было.')}/4").text
    assert "Болат Цой" in gate
    assert "Nothing is missing" not in gate


def test_the_last_check_looks_for_whoever_is_hidden_in_any_form(lana: Namer) -> None:
    paper = lana.paper("Абдрахманов видел. Абдрахманов ушёл домой. Кайрат Абдрахманов молчал.")
    person = lana.world.strike.person
    lana.post(f"{paper}/4", person=person, choice="pseudonym")
    keys = re.findall(r'<select id="[^"]+" name="p-([0-9a-f]+)"', lana.get(f"{paper}/n").text)
    lana.answer(paper, **{f"p-{keys[0]}": person, f"p-{keys[1]}": "other"})
    with lana.world.writing("lana") as ctx:
        request = papers.order(ctx, lana.case, paper.rsplit("/", 1)[-1]).request
    assert "Кайрат Абдрахманов" in request.hidden_names
    assert "Абдрахманов ушёл домой." in request.settled
    assert not any("видел" in item or "молчал" in item for item in request.settled)


def test_forty_places_of_a_hundred_pages_take_at_most_twelve_taps_and_one_save(lana: Namer) -> None:
    surnames = ("Досмаилов", "Сейітов", "Жумабаев", "Калиев", "Сатпаев", "Шарипов")
    with lana.world.writing("lana") as ctx:
        for at, surname in enumerate(surnames):
            name = Name(name=f"{('Ержан', 'Болат', 'Даурен', 'Мухтар', 'Асхат', 'Марат')[at]} {surname}")
            people.create(ctx, Person(pseudonym=f"Рабочий {at}", names=(name,), roles=("witness",)), lana.case)
    filler = "Смена длилась двенадцать часов, воздуха не хватало, и бригада просила поднять её наверх. " * 60
    text = [
        f"{filler}В смене {at} видели, как {surnames[at % 6]}{('а', 'у', 'ым')[at % 3]} сняли с участка."
        if at % 2
        else f"{filler}В смене {at} работал {surnames[at % 6]}."
        for at in range(40)
    ]
    half = ("\n\n".join(text[:20]), "\n\n".join(text[20:]))
    assert len("".join(half)) > 200_000  # about a hundred pages
    paper = lana.paper(half[0], **{"sections-0-heading": "Смены", "sections-0-text": half[1]})
    request = lana.questions(paper)
    page = lana.get(f"{paper}/n").text
    assert "40 places" in page
    assert len(request) <= 12
    assert lana.answer(paper, **{f"g-{item}": "other" for item, _title in request}).status_code == 303
    assert "Every question about names is answered." in lana.get(f"{paper}/n").text
