"""Numbers, telephones and mail in the heading of a filing: offered from the file, printed only if chosen."""

import io
from dataclasses import replace

import pytest
from docx import Document
from hrd_world import World

from hrd_cases.domain.companies import Company
from hrd_cases.domain.papers import Language
from hrd_cases.domain.people import Channel
from hrd_cases.domain.redaction import Choice
from hrd_cases.render.reading import bare
from hrd_cases.services.casework import people
from hrd_cases.services.drafting.details import of_company
from hrd_cases.services.papers import papers
from hrd_cases.services.records import records
from tests.services.papers.test_papers import REQUIRED, approve, begun, build, consent, text_of

BIN, IIN = "980540000397", "800101300123"
PHONE, OTHER_PHONE, MAIL = "+7 701 000 00 01", "+7 702 000 00 02", "leader@example.org"
CONTACTS = "тел. +7 727 000 00 03, office@example.org"
OF_PERSON = (f"ИИН {IIN}", f"Телефон {PHONE}", f"Телефон {OTHER_PHONE}", f"Эл. почта {MAIL}")
COMPANY = f"БИН {BIN}"
EVERY = (*OF_PERSON, COMPANY, CONTACTS)


def known(world: World, variant: str = "full") -> str:
    """A paper of a case whose file holds numbers, telephones and mail."""
    paper = begun(world, variant)
    with world.writing("lana") as ctx:
        stored = people.read(ctx, world.strike.person)
        kinds = (("phone", PHONE), ("phone", OTHER_PHONE), ("email", MAIL), ("messenger", "@leader"))
        channels = tuple(Channel(kind=kind, value=value) for kind, value in kinds)
        value = replace(stored.value, national_number=IIN, channels=channels)
        people.save(ctx, world.strike.person, value, stored.versions)
        company = records.read(ctx, None, world.company)
        records.save(ctx, None, world.company, replace(company.value, registration=BIN), company.versions)
    return paper


def choose(world: World, paper: str, *values: str, contacts: str = "") -> None:
    """Tick these, and nothing else."""
    with world.writing("lana") as ctx:
        here = papers.desk(ctx, world.strike.case, paper)
        keys = tuple(detail.key for detail in here.source.details() if detail.value in values)
        assert len(keys) == len(values)
        filing = replace(here.plan.filing, details=keys, contacts=contacts)
        papers.save_filing(ctx, world.strike.case, paper, filing, here.stored.versions)


def printed(world: World, paper: str) -> tuple[str, str]:
    """The text of the PDF and of the DOCX."""
    built = build(world, paper).built
    assert built is not None
    docx = Document(io.BytesIO(built.docx))
    return text_of(built.main_pdf), bare("".join(paragraph.text for paragraph in docx.paragraphs))


def standing(text: str) -> set[str]:
    """Which of all these stand in a text, with the word before them or without."""
    return {item for item in EVERY if bare(item) in text or bare(item.removeprefix("Эл. ").split(" ", 1)[1]) in text}


def test_what_the_file_holds_is_printed_only_if_it_was_chosen(sqlite_world: World) -> None:
    world = sqlite_world
    paper = known(world)
    consent(world, "yes")
    for text in printed(world, paper):
        assert standing(text) == set()
    choose(world, paper, BIN, IIN, OTHER_PHONE, contacts=CONTACTS)
    for text in printed(world, paper):
        assert standing(text) == {OF_PERSON[0], OF_PERSON[2], COMPANY, CONTACTS}
        assert all(bare(item) in text for item in (OF_PERSON[0], OF_PERSON[2], COMPANY, CONTACTS))


def test_what_belongs_to_somebody_under_a_pseudonym_is_absent_though_chosen(sqlite_world: World) -> None:
    world = sqlite_world
    paper = known(world)
    choose(world, paper, BIN, IIN, PHONE, OTHER_PHONE, MAIL, contacts=CONTACTS)
    with world.writing("lana") as ctx:
        papers.decide(ctx, world.strike.case, paper, world.strike.person, Choice.PSEUDONYM.value, "")
    for text in printed(world, paper):
        assert standing(text) == {COMPANY, CONTACTS}
        assert bare("ИИН") not in text


def test_in_a_protected_paper_the_rest_is_approved_or_absent(sqlite_world: World) -> None:
    world = sqlite_world
    paper = known(world, "protected")
    choose(world, paper, BIN, IIN, PHONE, OTHER_PHONE, MAIL, contacts=CONTACTS)
    with world.reading("lana") as ctx:
        request = {item.text for item in papers.desk(ctx, world.strike.case, paper).to_approve}
    assert request.isdisjoint(OF_PERSON)
    assert request >= {COMPANY, CONTACTS}
    approve(world, paper, *REQUIRED, "АО «Шахта»")
    for text in printed(world, paper):
        assert standing(text) == set()
    approve(world, paper, *REQUIRED, "АО «Шахта»", COMPANY, CONTACTS)
    for text in printed(world, paper):
        assert standing(text) == {COMPANY, CONTACTS}


@pytest.mark.parametrize(
    ("number", "words"),
    [(BIN, ("БИН", "БСН", "BIN")), ("HRB 12345", ("Регистрационный номер", "Тіркеу нөмірі", "Registration number"))],
)
def test_only_a_number_of_twelve_digits_is_called_a_bin(number: str, words: tuple[str, ...]) -> None:
    (detail,) = of_company("c", Company(name="Шахта", registration=number), "Шахта")
    assert tuple(detail.label(item) for item in (Language.RU, Language.KK, Language.EN)) == words
