"""Templates of our own through the pages: brought in by a lawyer, filled behind the gate of papers and letters."""

import io
from typing import Any

import pytest
from docx import Document
from hrd_browser import Browser
from hrd_pages import forms
from hrd_world import World
from werkzeug.test import TestResponse

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.people import Name, Person
from hrd_cases.domain.redaction import Choice
from hrd_cases.services.casework import people
from hrd_cases.services.papers import papers, releasing
from hrd_cases.services.records import records
from tests.render.test_own_template import W, docx, insert, printed_before
from tests.services.papers.test_papers import LEADER, begun, build, consent

PAPER = "/w/t/paper-kz_court"


def bring_in(world: World, address: str, data: bytes, *, name: str = "lana", language: str = "ru") -> TestResponse:
    """Send a template through its page."""
    browser = Browser(world, name)
    fields = forms(browser.get(address))[address]
    body: dict[str, Any] = {key: fields[key][0] for key in ("csrf_token", "_keep") if key in fields}
    body |= {"language": language, "files": (io.BytesIO(data), "Наш бланк.docx")}
    return browser.client.post(address, data=body, content_type="multipart/form-data", headers=browser.headers)


def lines_of(data: bytes) -> list[str]:
    """The paragraphs of a DOCX."""
    return [paragraph.text for paragraph in Document(io.BytesIO(data)).paragraphs]


def test_the_page_lists_every_place_and_names_those_it_does_not_have(sqlite_world: World) -> None:
    page = Browser(sqlite_world, "lana").get(PAPER).text
    assert "{{ filing.court }}" in page
    assert "Court or addressee" in page
    answer = bring_in(sqlite_world, PAPER, docx("{{ filing.cuort }}", "{{ filing.court }}"))
    assert answer.status_code == 422
    assert "The list does not have these places: filing.cuort" in answer.text
    assert "In use" not in Browser(sqlite_world, "lana").get(PAPER).text


def test_a_file_as_word_leaves_it_is_taken_and_one_that_names_who_changed_it_is_not(sqlite_world: World) -> None:
    changed = insert(f'<w:rPrChange {W} w:id="1" w:author="Somebody"/>')
    answer = bring_in(sqlite_world, PAPER, docx("{{ filing.court }}", change=changed))
    assert answer.status_code == 422
    assert "comments or tracked changes" in answer.text
    assert bring_in(sqlite_world, PAPER, docx("{{ Filing.Court }}", change=printed_before)).status_code == 303
    assert "Наш бланк.docx" in Browser(sqlite_world, "lana").get(PAPER).text


def test_a_template_is_in_use_until_it_is_removed(sqlite_world: World) -> None:
    lana = Browser(sqlite_world, "lana")
    for words in ("first", "second"):
        assert bring_in(sqlite_world, PAPER, docx(words, "{{ filing.court }}")).status_code == 303
    page = lana.get(PAPER)
    assert page.text.count("Наш бланк.docx") == 1
    address = next(path for path in forms(page) if path.startswith(f"{PAPER}/"))
    assert lines_of(lana.get(address).data) == ["second", "{{ filing.court }}"]
    assert "Russian" in lana.get("/w/t").text
    lana.post(address)
    assert "Наш бланк.docx" not in lana.get(PAPER).text
    assert lana.get(address).status_code == 404


def test_the_docx_of_a_paper_is_made_from_it_and_leaves_with_the_release(sqlite_world: World) -> None:
    world = sqlite_world
    paper = begun(world)
    consent(world, "yes")
    assert bring_in(world, PAPER, docx("Наш бланк", "Куда: {{ filing.court }}", "{{ filing.body }}")).status_code == 303
    job = build(world, paper)
    assert job.built is not None
    lines = lines_of(job.built.docx)
    assert lines[:2] == ["Наш бланк", "Куда: Специализированный межрайонный экономический суд"]
    assert f"{LEADER} к забастовке не призывал." in lines
    releasing.release(world.runtime, world.session("lana"), world.now, world.strike.case, paper)


def test_a_person_named_in_it_is_asked_for_consent_like_everywhere(sqlite_world: World) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    paper = begun(world)
    with world.writing("lana") as ctx:
        stranger = people.create(ctx, Person(pseudonym="Miner B", names=(Name(name="Ерлан Беков"),)), case)
    bring_in(world, PAPER, docx("Защита: Ерлан Беков", "{{ filing.court }}"))
    with world.reading("lana") as ctx:
        missing = {person.person for person in papers.desk(ctx, case, paper).missing}
    assert stranger in missing


def test_whoever_is_hidden_is_refused_in_it_and_a_changed_one_is_built_again(sqlite_world: World) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    paper = begun(world)
    bring_in(world, PAPER, docx("{{ filing.court }}"))
    with world.writing("lana") as ctx:
        papers.decide(ctx, case, paper, world.strike.person, Choice.PSEUDONYM.value, "")
    assert build(world, paper).built is not None
    bring_in(world, PAPER, docx("Другой бланк", "{{ filing.court }}"))
    with pytest.raises(RuleBroken, match="own template was changed"):
        releasing.release(world.runtime, world.session("lana"), world.now, case, paper)
    bring_in(world, PAPER, docx(f"Защита: {LEADER}", "{{ filing.court }}"))
    with pytest.raises(RuleBroken, match="own template names somebody"):
        build(world, paper)


def test_a_protected_paper_keeps_our_layout(sqlite_world: World) -> None:
    world = sqlite_world
    paper = begun(world, "protected")
    bring_in(world, PAPER, docx("Наш бланк", "{{ filing.court }}"))
    with world.reading("lana") as ctx:
        assert papers.desk(ctx, world.strike.case, paper).template is None


def letter(world: World, **more: Any) -> str:
    """The address of a letter of ours on paper."""
    with world.writing("anna") as ctx:
        value = Letter(
            subject="О недопуске", direction="from_us", addressee=world.body, language="ru", body="Просим ответа.",
            signatory="Анна", **more,
        )  # fmt: skip
        return f"/c/{world.strike.case}/r/{records.create(ctx, world.strike.case, value)}/print"


def test_a_letter_has_the_template_of_its_step_or_that_of_every_letter(sqlite_world: World) -> None:
    world, anna = sqlite_world, Browser(sqlite_world, "anna")
    on_step, other = letter(world, step="employer"), letter(world)
    bring_in(world, "/w/t/letter", docx("Общий бланк", "{{ letter.body }}"))
    bring_in(world, "/w/t/step-employer", docx("Работодателю", "{{ letter.body }}"))
    assert lines_of(anna.get(f"{on_step}/docx").data) == ["Работодателю", "Просим ответа."]
    assert lines_of(anna.get(f"{other}/docx").data) == ["Общий бланк", "Просим ответа."]


def test_a_letter_asks_for_the_consent_of_whoever_its_template_names(sqlite_world: World) -> None:
    world, anna = sqlite_world, Browser(sqlite_world, "anna")
    begun(world)
    address = letter(world)
    bring_in(world, "/w/t/letter", docx(f"От {LEADER}", "{{ letter.body }}"))
    page = anna.get(address).text
    assert "Consents are missing" in page
    assert anna.get(f"{address}/docx").status_code == 422


def test_nobody_but_a_lawyer_sees_the_way_to_it(sqlite_world: World) -> None:
    case = sqlite_world.strike.case
    assert "/w/t" in Browser(sqlite_world, "lana").get(f"/w/{case}").text
    assert "/w/t" not in Browser(sqlite_world, "anna").get(f"/w/{case}").text
