"""Letters pass the gate of papers, by the pages: who reads it, whose consent, pre-trial secrecy, what was decided."""

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from docx import Document
from hrd_browser import Browser, filled_form
from hrd_world import World
from pypdf import PdfReader

from hrd_cases.domain.companies import Body
from hrd_cases.domain.consents import Consent
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.people import Name, Person
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.render.check import bare
from hrd_cases.services.casework import people
from hrd_cases.services.records import records

NAME, PSEUDONYM = "Ерлан Беков", "Шахтёр Б"
TEXT = f"Просим ответить.\n\n{NAME} ждёт ответа."
RECIPIENTS = {
    "court": "domestic_body",
    "state_body": "domestic_body",
    "lawyer": "named_lawyer",
    "partner": "named_partner",
    "un_letter": "un_letter",
    "un_report": "un_public_report",
    "ilo": "ilo_channel",
    "ncp": "ncp_by_name",
    "public": "publish_name",
}


class Writer(Browser):
    """Anna, at work on letters."""

    def __init__(self, world: World) -> None:
        super().__init__(world, "anna")
        self.case = world.strike.case
        self.secrecy(secrecy_signed="", secrecy_until=None, secrecy_released="")
        with world.writing("anna") as ctx:
            value = Person(pseudonym=PSEUDONYM, names=(Name(name=NAME),), roles=("client",))
            self.person = people.create(ctx, value, self.case)

    def secrecy(self, **changes: Any) -> None:
        """Change what is said about pre-trial secrecy."""
        record = self.world.strike.records["action"]
        with self.world.writing("lana") as ctx:
            stored = records.read(ctx, self.case, record)
            records.save(ctx, self.case, record, replace(stored.value, **changes), stored.versions)

    def letter(self, kind: str = "", **more: Any) -> str:
        """A letter of ours; the address of its page to print. `kind`: of the body that it goes to."""
        value = Letter(**{"subject": "О приёме", "direction": "from_us", "body": TEXT, "signatory": "Анна", **more})
        with self.world.writing("anna") as ctx:
            if kind:
                body = records.create(ctx, None, Body(name=f"Body: {kind}", kind=kind))
                value = replace(value, addressee=body)
            return f"/c/{self.case}/r/{records.create(ctx, self.case, value)}/print"

    def say(self, **text: str) -> None:
        """What the person answered."""
        value = Consent(person=self.person, said_on=self.world.now.date(), time_unknown=True, form="signed", **text)
        with self.world.writing("anna") as ctx:
            records.create(ctx, self.case, value)

    def printed(self, letter: str) -> str:
        """The text of the PDF and of the DOCX."""
        pdf = self.get(f"{letter}/pdf")
        assert pdf.status_code == 200, pdf.text[:3000]
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.data)).pages)
        edited = Document(io.BytesIO(self.get(f"{letter}/docx").data))
        return bare(text + "".join(edited.element.body.itertext()))

    def rewrite(self, letter: str, **changes: str) -> None:
        """Change some fields of the letter through its form."""
        address = f"{letter.removesuffix('/print')}/e"
        fields = filled_form(self.get(address).text, address)
        assert self.client.post(address, data={**fields, **changes}, headers=self.headers).status_code == 303

    def refused(self, letter: str) -> bool:
        """True when neither form of it is made or offered."""
        visible = self.get(letter).text
        answers = {self.get(f"{letter}/{kind}").status_code for kind in ("pdf", "docx")}
        return answers == {422} and f"{letter}/pdf" not in visible


@pytest.fixture
def anna(sqlite_world: World) -> Writer:
    return Writer(sqlite_world)


@pytest.mark.parametrize(("reader", "scope"), RECIPIENTS.items())
def test_the_consent_follows_from_who_reads_the_letter(anna: Writer, reader: str, scope: str) -> None:
    letter = anna.letter(addressee_name="Кому-то", reader=reader)
    page = anna.get(letter).text
    assert f"Read by: {vocabulary('recipients').get(reader).text('en')}" in page
    assert vocabulary("consent_scopes").get(scope).text("en") in page
    assert anna.refused(letter)
    bundle = str(vocabulary("consent_scopes").get(scope).extra["bundle"])
    anna.say(**{bundle: "yes"})
    assert bare(NAME) in anna.printed(letter)


def test_a_yes_for_a_state_body_opens_no_newspaper(anna: Writer) -> None:
    anna.say(court="yes")
    for kind in ("prosecutor", "court", "labour_inspectorate"):
        assert bare(NAME) in anna.printed(anna.letter(kind))
    for letter in (anna.letter("media"), anna.letter(addressee_name="Газета «Шахтёр»", reader="public")):
        assert vocabulary("consent_scopes").get("publish_name").text("en") in anna.get(letter).text
        assert anna.refused(letter)
    both = anna.letter("prosecutor", addressee_name="Копия: газета", reader="public")
    assert anna.refused(both)


def test_who_is_named_to_two_recipients_is_asked_for_both(anna: Writer) -> None:
    page = anna.get(anna.letter("prosecutor", addressee_name="Копия: газета", reader="public")).text
    words = {scope: vocabulary("consent_scopes").get(scope).text("en") for scope in RECIPIENTS.values()}
    assert {scope for scope, text in words.items() if text in page} == {"domestic_body", "publish_name"}


def test_an_addressee_that_does_not_tell_who_reads_it_is_asked_about(anna: Writer) -> None:
    anna.say(court="yes", publish="yes", keep="yes", international="yes")
    for letter in (anna.letter(addressee_name="Газета «Шахтёр»"), anna.letter("other")):
        page = anna.get(letter).text
        assert "Read by" not in page
        assert anna.get(f"{letter}/pdf").status_code == 200  # everybody said yes to everything
    anna.say(international="no")
    letter = anna.letter(addressee_name="Газета «Шахтёр»")
    page = anna.get(letter).text
    assert "Say on the letter who will read it" in page
    assert f"{letter.removesuffix('/print')}/e" in page
    assert anna.refused(letter)
    assert anna.printed(anna.letter(addressee_name="Газета «Шахтёр»", body="Без имён."))


@pytest.mark.parametrize("direction", ["from_us", "to_us", ""])
def test_the_gate_asks_whatever_is_printed_on_our_letterhead(anna: Writer, direction: str) -> None:
    assert anna.refused(anna.letter("prosecutor", direction=direction))


def test_a_pseudonym_or_leaving_out_opens_the_letter_without_the_name(anna: Writer) -> None:
    letter = anna.letter("media", subject=f"О приёме: {NAME}", attachments=f"Заявление {NAME}")
    assert anna.post(f"{letter}/g", person=anna.person, choice="pseudonym").status_code == 303
    text = anna.printed(letter)
    assert bare(NAME) not in text
    assert bare(f"{PSEUDONYM} ждёт ответа") in text
    assert anna.post(f"{letter}/g", person=anna.person, choice="leave_out").status_code == 303
    text = anna.printed(letter)
    assert bare("ждёт ответа") not in text
    assert bare("Просим ответить") in text
    page = anna.get(letter).text
    assert f"О приёме: {NAME} <span" in page  # listed as left out
    assert anna.post(f"{letter}/g", person=anna.person, choice="").status_code == 303
    assert anna.refused(letter)


def test_an_override_of_a_letter_needs_a_second_person_and_holds_for_its_text(anna: Writer) -> None:
    letter = anna.letter("media")
    assert anna.post(f"{letter}/g", person=anna.person, choice="override", reason=" ").status_code == 422
    anna.post(f"{letter}/g", person=anna.person, choice="override", reason="The family asked for it")
    assert anna.refused(letter)
    lana = Browser(anna.world, "lana")
    page = lana.get(letter).text
    assert "The family asked for it" in page
    assert f"{NAME} ждёт ответа." in page
    text = {"person": anna.person, "mark": filled_form(page, f"{letter}/s")["mark"][0]}
    assert anna.post(f"{letter}/s", **text).status_code == 403
    assert lana.post(f"{letter}/s", **{**text, "mark": "0" * 32}).status_code == 422
    assert lana.post(f"{letter}/s", **text).status_code == 303
    assert bare(NAME) in anna.printed(letter)
    anna.rewrite(letter, body=f"{TEXT}\n\n{NAME} болен.")
    assert "the text was changed since: decide again" in anna.get(letter).text
    assert anna.refused(letter)


def test_pre_trial_secrecy_stops_every_letter_but_the_courts(anna: Writer) -> None:
    anna.say(court="yes", publish="yes", keep="yes", international="yes")
    court, prosecutor, unknown = (anna.letter("court"), anna.letter("prosecutor"), anna.letter(addressee_name="Газета"))
    anna.secrecy(secrecy_signed="Counsel", secrecy_until=anna.world.now.date() + timedelta(days=300))
    for letter in (prosecutor, unknown):
        for address in (letter, f"{letter}/pdf", f"{letter}/docx"):
            answer = anna.get(address)
            assert answer.status_code == 422
            assert "Pre-trial secrecy forbids this" in answer.text
            assert f"/r/{anna.world.strike.records['action']}" in answer.text
    assert anna.printed(court)
    lifted = {"secrecy_released": "The prosecutor, for our letters", "secrecy_released_on": anna.world.now.date()}
    anna.secrecy(**lifted, secrecy_released_for=("partner", "public"))
    assert anna.get(prosecutor).status_code == 422  # not for this reader
    anna.secrecy(secrecy_released_for=("state_body",))
    assert anna.printed(prosecutor)
    assert anna.get(unknown).status_code == 422
    anna.secrecy(secrecy_released="", secrecy_until=anna.world.now.date() - timedelta(days=1))
    assert anna.printed(prosecutor)
