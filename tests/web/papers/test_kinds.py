"""Kinds of paper with fields of their own, through the pages: asked in step 2, printed in PDF and DOCX, or refused."""

import io
from dataclasses import replace
from typing import Any

import pytest
from docx import Document
from hrd_browser import filled_form
from pypdf import PdfReader

from hrd_cases.domain.companies import Body, Company
from hrd_cases.domain.dates import months_after
from hrd_cases.domain.incidents import CompanyRole, Incident
from hrd_cases.domain.legal_actions import CustodyMeasure
from hrd_cases.domain.paper_languages import PAPER_ONLY
from hrd_cases.domain.profiles import profiles
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.render.reading import bare
from hrd_cases.services.casework import people
from hrd_cases.services.records import records
from tests.web.papers.test_papers import Lawyer, agreed, lana
from tests.web.papers.test_protected import approve, everything, step_four, ticks
from tests.web.papers.test_recipients import action, open_case

__all__ = ["lana", "open_case"]
COMPLAINT = {
    "own_contested": "Предупреждение участкового от 3 ноября 2023 года.",
    "own_known_on": "Стало известно 5 ноября 2023 года.",
    "own_rights": "Нарушено право на мирные собрания.\n\nПредупреждать было не о чем.",
    "own_law": ["appc_91", "prosecutors_law"],
    "requests": "Отменить предупреждение\nОтветить письменно",
    "filed_by": "адвокат Лана",
    "authority": "ордер № 17",
    "signatory": "Лана",
}


def before(lana: Lawyer, kind: str, name: str = "Прокуратура города") -> None:
    """The proceeding is before a body of this kind."""
    with lana.world.writing("lana") as ctx:
        body = records.create(ctx, None, Body(name=name, kind=kind, address="улица Мира, 5"))
    action(lana.world, forum=body)


def with_facts(lana: Lawyer, paper: str) -> None:
    """Step 3 with every fact the case offers."""
    fields = filled_form(lana.get(f"{paper}/3").text, f"{paper}/3")
    offered = [name.replace("tied_", "use_") for name in fields if name.startswith("tied_")]
    assert lana.change(f"{paper}/3", **dict.fromkeys(offered, "yes")).status_code == 303


def printed(lana: Lawyer, paper: str) -> tuple[str, str]:
    """What stands in the PDF and in the DOCX of the built paper."""
    pdf = PdfReader(io.BytesIO(lana.get(f"{paper}/d/1").data))
    document = Document(io.BytesIO(lana.get(f"{paper}/d/3").data))
    return (
        bare("".join(page.extract_text() for page in pdf.pages)),
        bare("".join(paragraph.text for paragraph in document.paragraphs)),
    )


def test_a_complaint_to_the_prosecutor_is_offered_asked_for_and_printed(open_case: Lawyer) -> None:
    lana = open_case
    agreed(lana)
    before(lana, "prosecutor")
    paper = lana.begin()
    page = lana.get(f"{paper}/2").text
    assert "What this form asks" in page
    assert "To which prosecutor" in page
    assert "Position" not in page
    assert lana.change(f"{paper}/2", **COMPLAINT).status_code == 303
    with_facts(lana, paper)
    assert "Nothing is missing" in step_four(lana, paper)
    assert "Read the built paper" in lana.built(paper)
    for text in printed(lana, paper):
        for wanted in (
            "Прокуратура города",
            "улица Мира, 5",
            "1. Обжалуемое действие",
            *COMPLAINT["own_rights"].split("\n\n"),
        ):
            assert bare(wanted) in text, wanted
        assert bare(vocabulary("law_articles").get("appc_91").text("ru")) in text
        assert bare("прошу:") in text
        assert bare("Дело №") not in text
    assert "Хронология" not in printed(lana, paper)[0]  # the facts stand in the form, once


@pytest.mark.parametrize(("field", "label"), [("own_contested", "Act, omission"), ("own_law", "Law relied on")])
def test_a_required_field_of_the_form_is_refused_at_its_place(open_case: Lawyer, field: str, label: str) -> None:
    before(open_case, "prosecutor")
    paper = open_case.begin()
    answer = open_case.change(f"{paper}/2", **{**COMPLAINT, field: []})
    assert answer.status_code == 422
    assert f'href="#f-{field}-box"' in answer.text
    assert label in answer.text
    assert "Предупреждать было не о чем" in answer.text


def test_what_is_longer_than_the_form_takes_is_refused_and_not_cut(open_case: Lawyer) -> None:
    before(open_case, "prosecutor")
    paper = open_case.begin()
    answer = open_case.change(f"{paper}/2", **{**COMPLAINT, "own_known_on": "я" * 501})
    assert (answer.status_code, "these are 1 too many" in answer.text) == (422, True)


def test_a_form_without_its_facts_is_not_built_and_the_page_leads_to_them(open_case: Lawyer) -> None:
    agreed(open_case)
    before(open_case, "prosecutor")
    paper = open_case.begin()
    assert open_case.change(f"{paper}/2", **COMPLAINT).status_code == 303
    action(open_case.world, incidents=())
    fields = filled_form(open_case.get(f"{paper}/3").text, f"{paper}/3")
    sent = {name: values for name, values in fields.items() if not name.startswith("use_")}
    assert open_case.client.post(f"{paper}/3", data=sent, headers=open_case.headers).status_code == 303
    gate = step_four(open_case, paper)
    assert "This form requires, and the paper does not hold: What happened" in gate
    assert f'<a href="{paper}/3#rows">What happened</a>' in gate
    assert open_case.post(f"{paper}/5").location.endswith("/4")


def test_another_form_asks_for_its_fields_first_and_keeps_what_was_typed(open_case: Lawyer) -> None:
    before(open_case, "prosecutor")
    paper = open_case.begin()
    assert open_case.change(f"{paper}/2", **COMPLAINT).location.endswith("/3")
    # what the old form requires is not asked for once another is chosen
    answer = open_case.change(f"{paper}/2", profile="prosecutor_application", own_known_on="")
    assert answer.location.split("?")[0].endswith("/2")
    page = open_case.get(f"{paper}/2").text
    assert "own_why" in page
    assert 'value="Заявление"' in page  # the title was only proposed
    assert "own_contested" not in page
    assert open_case.change(f"{paper}/2", profile="prosecutor_complaint").status_code == 303
    assert COMPLAINT["own_contested"] in open_case.get(f"{paper}/2").text


def test_what_another_form_had_and_this_one_has_not_is_neither_asked_nor_printed(open_case: Lawyer) -> None:
    paper = open_case.prepare("protected")
    assert "2-0000/2017" in step_four(open_case, paper)
    assert open_case.change(f"{paper}/2", profile="prosecutor_complaint").status_code == 303
    assert "2-0000/2017" not in step_four(open_case, paper)


def test_a_typed_field_passes_the_gate_like_every_other(open_case: Lawyer) -> None:
    before(open_case, "prosecutor")
    paper = open_case.begin()
    text = "Участковый предупредил Әлібек Сынақов при соседях.矿"
    assert open_case.change(f"{paper}/2", **{**COMPLAINT, "own_contested": text}).status_code == 303
    gate = step_four(open_case, paper)
    assert "refused or withdrawn" in gate
    assert vocabulary("consent_scopes").get("domestic_body").text("en") in gate
    assert open_case.post(f"{paper}/4", person=open_case.world.strike.person, choice="pseudonym").status_code == 303
    with_facts(open_case, paper)
    page = open_case.get(f"{paper}/5").text
    assert "Field of this form" in page  # where the sign without a font stands
    assert "U+77FF" in page


def test_in_the_protected_version_every_typed_field_is_approved_or_absent(open_case: Lawyer) -> None:
    lana = open_case
    before(lana, "prosecutor")
    paper = lana.begin("protected")
    assert lana.change(f"{paper}/2", **COMPLAINT).status_code == 303
    with_facts(lana, paper)
    gate = step_four(lana, paper)
    assert "the paper does not hold" in gate
    marks = ticks(gate)
    absent = "Предупреждать было не о чем."
    approved = [mark for text, mark in marks.items() if text != absent]
    assert absent in marks
    assert approve(lana, paper, approved) == 303
    assert "Nothing is missing" in step_four(lana, paper)
    assert absent in lana.built(paper) + step_four(lana, paper)  # listed as left out
    texts = everything(lana, paper)
    assert bare("Нарушено право на мирные собрания.") in texts
    assert bare(absent) not in texts
    assert bare("Сынақов") not in texts


def test_a_name_of_somebody_left_out_takes_the_paragraph_of_the_field_with_it(open_case: Lawyer) -> None:
    lana = open_case
    before(lana, "prosecutor")
    paper = lana.begin()
    rights = "Нарушено право на мирные собрания.\n\nӘлібек Сынақов молчал."
    assert lana.change(f"{paper}/2", **{**COMPLAINT, "own_rights": rights}).status_code == 303
    assert lana.post(f"{paper}/4", person=lana.world.strike.person, choice="leave_out").status_code == 303
    assert step_four(lana, paper).partition("Left out")[2].count("Әлібек Сынақов молчал.") == 1


def test_a_text_of_a_field_in_another_language_is_listed(open_case: Lawyer) -> None:
    before(open_case, "prosecutor")
    paper = open_case.begin()
    assert (
        open_case.change(f"{paper}/2", **{**COMPLAINT, "own_rights": "The right of assembly was violated."}).status_code
        == 303
    )
    assert "The right of assembly was violated." in step_four(open_case, paper).partition("In another language")[2]


@pytest.mark.parametrize("code", [code for code, form in profiles().items() if form.fields])
def test_every_form_with_fields_speaks_three_languages_and_names_its_source(code: str) -> None:
    form = profiles()[code]
    for each in form.fields:
        assert set(each.labels) - set(PAPER_ONLY) == {"en", "ru", "kk"}, each.key
        assert not each.hints or set(each.hints) == {"en", "ru", "kk"}, each.key
        assert bool(each.list) == (each.source == "coded"), each.key
        assert not each.list or vocabulary(each.list).entries
    for words in (*form.called.values(), *form.words.values()):
        assert set(words) - set(PAPER_ONLY) == {"en", "ru", "kk"}
    assert all((form.source, form.checked, form.status))


UN = {
    "title": "Submission",
    "own_mandates": ["defenders", "business"],
    "own_communication": ["allegation"],
    "own_now": "He is at home and was told not to leave the town.",
    "own_link": "He spoke for his colleagues.",
    "own_confidential": "Nothing more.",
    "requests": "Ask the Government about the warning",
    "filed_by": "Lana, for an invented organisation",
    "signatory": "Lana",
}
CONTACT_POINT = {
    "own_interest": "Союз представляет рабочих.",
    "own_structure": "Предприятие принадлежит группе.",
    "own_competence": "События произошли в этой стране.",
    "own_chapters": ["iv", "v"],
    "own_paragraphs": "Глава 5, пункт 1а: препятствия союзу.",
    "own_substantiated": "Каждое утверждение подтверждено приложением.",
    "own_law": "Суд первой инстанции отказал.",
    "own_parallel": "Не известно.",
    "own_purpose": "Диалог возможен.",
    "own_protection": "Имена рабочих предприятию не сообщать.",
    "requests": "Провести посредничество",
    "filed_by": "адвокат Лана",
    "signatory": "Лана",
}


def of_case(lana: Lawyer) -> None:
    """Every incident says by whom it was done, and which company took part."""
    with lana.world.writing("lana") as ctx:
        company = records.create(ctx, None, Company(name="АО «Шахта Тест»", registration="123", country="Казахстан"))
        for record in [each.id for each in records.listing(ctx, Incident, lana.case)]:
            stored = records.read(ctx, lana.case, record, Incident)
            role = CompanyRole(company=company, role="employer")
            value = replace(stored.value, perpetrators=("police",), perpetrator_names="", companies=(role,))
            records.save(ctx, lana.case, record, value, stored.versions)
    action(lana.world, people=(lana.world.strike.person,), companies=())


def said(lana: Lawyer, **answers: str) -> None:
    """What the person of the case answers now."""
    page = f"/c/{lana.case}/s/new"
    answer = lana.change(page, person=lana.world.strike.person, keep="yes", read_aloud="yes", **answers)
    assert answer.status_code == 303, answer.text[-2000:]


def submission(lana: Lawyer, variant: str = "full") -> str:
    """A paper for the Special Procedures with everything its form asks; its address."""
    of_case(lana)
    before(lana, "un_body", "UN Special Procedures")
    answer = lana.change(
        f"/w/{lana.case}/new", title="UN", language="en", variant=variant, action=lana.world.strike.records["action"]
    )
    paper = str(answer.location).rsplit("/", 1)[0]
    assert "Mandates addressed" in lana.get(f"{paper}/2").text
    assert lana.change(f"{paper}/2", **UN).status_code == 303
    with_facts(lana, paper)
    return paper


@pytest.mark.parametrize(("public", "words"), [("yes", "Yes."), ("no", "No.")])
def test_a_submission_to_the_un_says_both_consents_as_they_were_given(
    open_case: Lawyer, public: str, words: str
) -> None:
    said(open_case, international="yes", **{"scopes-0-scope": "un_public_report", "scopes-0-answer": public})
    paper = submission(open_case)
    assert "Nothing is missing" in step_four(open_case, paper)
    assert "Read the built paper" in open_case.built(paper)
    mandate = vocabulary("un_mandates").get("defenders").text("en")
    for text in printed(open_case, paper):
        for wanted in (mandate, "Әлібек Сынақов", "АО «Шахта Тест»", "Police", "Letter of allegation", UN["own_link"]):
            assert bare(wanted) in text, wanted
        first = text.index(bare("sent to the Government or another actor"))
        second = text.index(bare("in public reports and in the database"))
        assert text[first:second].count(bare("Yes.")) == 1
        assert text[second:].removeprefix(bare("in public reports and in the database")).startswith(bare(words))


def test_without_the_first_consent_a_submission_to_the_un_names_nobody(open_case: Lawyer) -> None:
    said(open_case, international="no")
    paper = submission(open_case)
    gate = step_four(open_case, paper)
    assert vocabulary("consent_scopes").get("un_letter").text("en") in gate
    assert open_case.post(f"{paper}/5").location.endswith("/4")
    assert open_case.post(f"{paper}/4", person=open_case.world.strike.person, choice="pseudonym").status_code == 303
    assert "Read the built paper" in open_case.built(paper)
    for text in printed(open_case, paper):
        assert bare("Сынақов") not in text
        assert bare("Yes.") not in text


def test_a_protected_submission_says_nothing_of_the_work_of_who_is_hidden(open_case: Lawyer) -> None:
    lana = open_case
    with lana.world.writing("lana") as ctx:
        person = people.read(ctx, lana.world.strike.person)
        value = replace(person.value, organisation="Тайный союз", position="председатель")
        people.save(ctx, lana.world.strike.person, value, person.versions)
    said(lana, international="yes")
    paper = submission(lana, "protected")
    gate = step_four(lana, paper)
    assert "председатель; Тайный союз" in gate.partition("Left out")[2]
    assert "председатель; Тайный союз" not in ticks(gate)
    assert approve(lana, paper, ticks(gate).values()) == 303
    assert "Read the built paper" in lana.built(paper)
    assert bare("Тайный союз") not in everything(lana, paper)
    assert bare("Лидер шахтёров А") in everything(lana, paper)


def test_a_specific_instance_is_built_and_its_periods_begin_when_it_is_released(open_case: Lawyer) -> None:
    lana = open_case
    said(lana, international="yes")
    of_case(lana)
    before(lana, "contact_point", "Национальный контактный центр")
    paper = lana.begin()
    assert lana.change(f"{paper}/2", **CONTACT_POINT).status_code == 303
    with_facts(lana, paper)
    assert "Read the built paper" in lana.built(paper)
    for text in printed(lana, paper):
        for wanted in (
            "Глава 4. Права человека",
            "АО «Шахта Тест»",
            "Заявитель:",
            "участвует в процедуре добросовестно",
        ):
            assert bare(wanted) in text, wanted
        assert bare(CONTACT_POINT["own_protection"]) in text
    assert "Periods of this procedure" not in lana.get(paper).text
    assert lana.post(f"{paper}/r").status_code == 303
    page = lana.get(paper).text
    end = months_after(lana.world.now.date(), 3)
    assert f"{end.day} {end:%B %Y}" in page.partition("Initial assessment")[2][:400]
    assert "single source" in page
    assert "until" not in page.partition("Good offices")[2].partition("Final statement")[0]


OTHERS = {
    "labour_inspectorate": ("labour_inspectorate", "Работодатель", "АО «Шахта Тест»"),
    "administrative_complaint": ("akimat", "Обжалуемое действие", "Обжалуемое"),
    "prosecutor_application": ("prosecutor", "Почему нужны меры прокурора", "АО «Шахта Тест»"),
    "court_appeal": ("court", "Почему акт незаконен или необоснован", "Апелляционная жалоба"),
    "private_complaint": ("court", "Обжалуемое определение", "Частная жалоба"),
    "court_motion": ("court", "Почему это необходимо", "Ходатайство"),
    "administrative_claim": ("court", "Досудебное обжалование", "Административный иск"),
}
CHOSEN = {"prosecutor_application", "court_appeal", "private_complaint", "court_motion", "administrative_claim"}


def answers_for(code: str) -> dict[str, Any]:
    """Something in every field that a form asks."""
    texts = {
        f"own_{each.key}": "Сказано здесь." if each.source == "typed" else [vocabulary(each.list).entries[0].code]
        for each in profiles()[code].fields
        if each.asked
    }
    return {**texts, "requests": "Провести проверку", "filed_by": "Лана", "authority": "ордер", "signatory": "Лана"}


@pytest.mark.parametrize("code", OTHERS)
def test_a_paper_of_each_further_form_is_built_from_the_case(open_case: Lawyer, code: str) -> None:
    lana, (kind, heading, wanted) = open_case, OTHERS[code]
    agreed(lana)
    of_case(lana)
    before(lana, kind)
    paper = lana.begin()
    if code in CHOSEN:
        assert lana.change(f"{paper}/2", profile=code).status_code == 303
    assert f'<option value="{code}" selected' in lana.get(f"{paper}/2").text
    assert lana.change(f"{paper}/2", **answers_for(code)).status_code == 303
    with_facts(lana, paper)
    assert "Read the built paper" in lana.built(paper)
    for text in printed(lana, paper):
        assert bare(heading) in text
        assert bare(wanted) in text
        assert text.count(bare("Сказано здесь.")) == sum(each.source == "typed" for each in profiles()[code].fields)


def test_custody_stands_in_a_paper_for_the_working_group_once_and_russian_is_refused(open_case: Lawyer) -> None:
    lana = open_case
    said(lana, international="yes")
    of_case(lana)
    before(lana, "un_body", "Working Group on Arbitrary Detention")
    custody = CustodyMeasure(person=lana.world.strike.person, kind="apprehension", place="Isolator 1")
    action(lana.world, custody=(custody,))
    start = {"title": "WGAD", "variant": "full", "action": lana.world.strike.records["action"]}
    for language, refused in (("ru", True), ("en", False)):
        answer = lana.change(f"/w/{lana.case}/new", language=language, **start)
        paper = str(answer.location).rsplit("/", 1)[0]
        assert lana.change(f"{paper}/2", profile="un_detention").location.split("?")[0].endswith("/2")
        assert lana.change(f"{paper}/2", **answers_for("un_detention")).status_code == 303
        with_facts(lana, paper)
        page = step_four(lana, paper)
        assert ("This form takes papers in these languages only: English" in page) == refused
    assert "Read the built paper" in lana.built(paper)
    for text in printed(lana, paper):
        assert text.count(bare("Isolator 1")) == 1


def test_a_communication_to_a_treaty_body_says_both_consents_and_every_field(open_case: Lawyer) -> None:
    lana = open_case
    said(lana, international="yes")
    of_case(lana)
    before(lana, "un_body", "Human Rights Committee")
    start = {"title": "HRC", "variant": "full", "action": lana.world.strike.records["action"], "language": "en"}
    paper = str(lana.change(f"/w/{lana.case}/new", **start).location).rsplit("/", 1)[0]
    assert lana.change(f"{paper}/2", profile="un_treaty_body").status_code == 303
    lacking = {**answers_for("un_treaty_body"), "own_elsewhere": ""}
    answer = lana.change(f"{paper}/2", **lacking)
    assert answer.status_code == 422
    assert 'href="#f-own_elsewhere-box"' in answer.text
    assert lana.change(f"{paper}/2", **answers_for("un_treaty_body")).status_code == 303
    with_facts(lana, paper)
    assert "Read the built paper" in lana.built(paper)
    for text in printed(lana, paper):
        for each in profiles()["un_treaty_body"].fields:
            if each.required:
                assert bare(each.labels["en"]) in text, each.key
