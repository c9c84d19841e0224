"""A letter that goes out: on letterhead, as PDF and as DOCX, and entered in the log."""

import io
import re

import pytest
from docx import Document
from hrd_browser import Browser
from hrd_world import World
from pypdf import PdfReader

from hrd_cases.domain.consents import Consent
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.people import Name, Person
from hrd_cases.render.reading import bare
from hrd_cases.services.casework import people
from hrd_cases.services.records import records

BODY = "Просим сообщить, на каком основании рабочие не были допущены."


@pytest.fixture
def letter(sqlite_world: World) -> str:
    with sqlite_world.writing("anna") as ctx:
        value = Letter(
            subject="О недопуске",
            direction="from_us",
            addressee=sqlite_world.body,
            language="ru",
            body=BODY,
            signatory="Анна",
        )
        record = records.create(ctx, sqlite_world.strike.case, value)
    return f"/c/{sqlite_world.strike.case}/r/{record}/print"


def test_a_letter_is_printed_on_our_letterhead(sqlite_world: World, letter: str) -> None:
    anna = Browser(sqlite_world, "anna")
    assert "Letter on paper" in anna.get(letter).text
    created = anna.get(f"{letter}/pdf")
    text = bare("".join(page.extract_text() for page in PdfReader(io.BytesIO(created.data)).pages))
    assert bare(BODY) in text
    assert bare("Defenders of Miners") in text
    assert created.headers["Content-Disposition"] == "attachment; filename=letter.pdf"
    edited = Document(io.BytesIO(anna.get(f"{letter}/docx").data))
    assert BODY in [paragraph.text for paragraph in edited.paragraphs]


def test_a_letter_that_names_somebody_who_said_no_is_not_printed_until_they_say_yes(sqlite_world: World) -> None:
    world, case, anna = sqlite_world, sqlite_world.strike.case, Browser(sqlite_world, "anna")
    with world.writing("anna") as ctx:
        stranger = people.create(ctx, Person(pseudonym="Miner B", names=(Name(name="Ерлан Беков"),)), case)
        text = "Просим принять решение... Ерлан Беков ждёт ответа."
        value = Letter(subject="О приёме", direction="from_us", addressee=world.body, body=text, signatory="Анна")
        visible = f"/c/{case}/r/{records.create(ctx, case, value)}/print"

    def say(court: str, at: str) -> None:
        text = {"said_on": world.now.date(), "said_at": at, "form": "signed", "court": court}
        with world.writing("anna") as ctx:
            records.create(ctx, case, Consent(person=stranger, **text))

    def stopped(word: str) -> None:
        assert word in anna.get(visible).text
        for kind in ("pdf", "docx"):
            assert f"{visible}/{kind}" not in anna.get(visible).text
            assert anna.get(f"{visible}/{kind}").status_code == 422

    stopped("never asked")
    say("no", "09:00")
    stopped("refused or withdrawn")
    say("yes", "10:00")
    assert "Consents are missing" not in anna.get(visible).text
    assert anna.get(f"{visible}/pdf").status_code == 200


def test_printing_is_in_the_log(sqlite_world: World, letter: str) -> None:
    with sqlite_world.runtime.database.reading() as work:
        before = work.log.head().size
    assert Browser(sqlite_world, "anna").get(f"{letter}/pdf").status_code == 200
    with sqlite_world.runtime.database.reading() as work:
        assert work.log.head().size > before


def test_a_letter_without_text_says_what_is_missing(sqlite_world: World) -> None:
    with sqlite_world.writing("anna") as ctx:
        value = Letter(subject="Пусто", direction="from_us", addressee=sqlite_world.body)
        record = records.create(ctx, sqlite_world.strike.case, value)
    answer = Browser(sqlite_world, "anna").get(f"/c/{sqlite_world.strike.case}/r/{record}/print/pdf")
    assert answer.status_code == 422
    assert "write its text" in answer.text


@pytest.mark.parametrize(("name", "status"), [("external", 403), ("outsider", 404)])
def test_who_may_not_read_names_prints_no_letter(sqlite_world: World, letter: str, name: str, status: int) -> None:
    assert Browser(sqlite_world, name).get(f"{letter}/pdf").status_code == status


def test_the_letter_names_sender_and_addressee_and_no_period(sqlite_world: World, letter: str) -> None:
    anna = Browser(sqlite_world, "anna")
    anna.headers["Cookie"] = anna.headers["Cookie"].replace("__Host-g=en", "__Host-g=ru")
    page = anna.get(letter).text
    assert "<dt>От кого</dt>" in page
    assert "<dt>Кому</dt>" in page
    assert "<dt>С</dt>" not in page
    assert "<dt>По</dt>" not in page


@pytest.fixture
def refused(sqlite_world: World) -> str:
    """Somebody of the case who said no to everything."""
    world, case = sqlite_world, sqlite_world.strike.case
    with world.writing("anna") as ctx:
        person = people.create(ctx, Person(pseudonym="Miner B", names=(Name(name="Ерлан Беков"),)), case)
        text = Consent(person=person, said_on=world.now.date(), said_at="09:00", form="signed", court="no")
        records.create(ctx, case, text)
    return person


def _letter(world: World, body: str) -> str:
    with world.writing("anna") as ctx:
        value = Letter(subject="О приёме", direction="from_us", addressee=world.body, body=body, signatory="Анна")
        return f"/c/{world.strike.case}/r/{records.create(ctx, world.strike.case, value)}"


@pytest.mark.parametrize("body", ["Просим принять Ерлана Бекова.", "БЕКОВУ ЕРЛАНУ отказано.", "Бековты Ерлан десек."])
def test_a_letter_names_nobody_who_refused_in_any_form(sqlite_world: World, refused: str, body: str) -> None:
    letter, anna = _letter(sqlite_world, body), Browser(sqlite_world, "anna")
    visible = anna.get(f"{letter}/print").text
    assert "refused or withdrawn" in visible
    assert refused in visible
    assert anna.get(f"{letter}/print/pdf").status_code == 422


def test_a_letter_asks_who_is_meant_before_it_is_printed(sqlite_world: World, refused: str) -> None:
    letter, anna = _letter(sqlite_world, "Вчера Бекову отказали в приёме."), Browser(sqlite_world, "anna")
    with sqlite_world.writing("anna") as ctx:
        stored = records.listing(ctx, Consent, sqlite_world.strike.case)[0]
        yes = Consent(person=refused, said_on=sqlite_world.now.date(), said_at="11:00", form="signed", court="yes")
        records.create(ctx, stored.vault, yes)
    visible = anna.get(f"{letter}/print").text
    assert "Names in this letter have no answer yet" in visible
    assert f"{letter}/w" in visible
    assert anna.get(f"{letter}/print/pdf").status_code == 422
    page = anna.get(f"{letter}/w").text
    group, sign = re.findall(r'name="s-([0-9a-f]+)" value="([0-9a-f]+)"', page)[0]
    sent = {f"s-{group}": sign, f"g-{group}": "other"}
    assert anna.post(f"{letter}/w", **sent).status_code == 303
    assert "Consents are missing" not in anna.get(f"{letter}/print").text
    assert anna.get(f"{letter}/print/pdf").status_code == 200
