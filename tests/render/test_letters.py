import dataclasses
import io
from datetime import UTC, date, datetime

import pytest
from docx import Document
from pypdf import PdfReader

from hrd_cases.domain.papers import Language, LetterRequest
from hrd_cases.render.failure import BuildFailed
from hrd_cases.render.process import build_letter
from hrd_cases.render.reading import bare

LETTER = LetterRequest(
    language=Language.RU,
    profile="letter",
    letterhead=("Организация поддержки правозащитников", "г. Караганда"),
    addressee=("Управление внутренней политики", "Карагандинской области"),
    applicants=("Лидер шахтёров А",),
    our_number="2020-41",
    day=date(2020, 11, 30),
    subject="О продолжительности рабочего времени",
    body=("Обращаемся по поводу продолжительности смен на шахтах.",) * 3,
    attachments=("Копия графика смен", "Список вопросов"),
    signatory="Координатор В",
    signatory_capacity="Координатор",
    built_at=datetime(2020, 11, 30, 9, 0, tzinfo=UTC),
)


def test_a_letter_has_what_an_office_looks_for() -> None:
    created = build_letter(LETTER)
    text = bare("".join(page.extract_text() for page in PdfReader(io.BytesIO(created.pdf)).pages))
    edited = bare("".join(paragraph.text for paragraph in Document(io.BytesIO(created.docx)).paragraphs))
    for wording in (
        *LETTER.letterhead,
        *LETTER.addressee,
        *LETTER.applicants,
        *LETTER.attachments,
        LETTER.subject,
        LETTER.body[0],
    ):
        assert bare(wording) in text
        assert bare(wording) in edited
    assert bare("Исх. № 2020-41") in text
    assert bare("30 ноября 2020 г.") in text


def test_a_letter_without_addressee_is_refused() -> None:
    with pytest.raises(BuildFailed) as failed:
        build_letter(dataclasses.replace(LETTER, addressee=()))
    assert failed.value.code == "section_missing"


def test_a_forbidden_name_stops_a_letter() -> None:
    with pytest.raises(BuildFailed) as failed:
        build_letter(dataclasses.replace(LETTER, forbidden=("лидер шахтёров",)))
    assert failed.value.code == "forbidden"


def test_markup_in_a_letter_is_printed_as_it_was_typed() -> None:
    created = build_letter(dataclasses.replace(LETTER, body=("<b>a</b> <img src='file:///etc/hostname'> & {{ t }}",)))
    text = bare("".join(page.extract_text() for page in PdfReader(io.BytesIO(created.pdf)).pages))
    assert bare("<b>a</b> <img src='file:///etc/hostname'> & {{ t }}") in text
