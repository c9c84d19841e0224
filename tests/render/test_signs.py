"""Signs on paper: each that a font has is drawn, and a text with one that none has is never set."""

import dataclasses
import io
from typing import Any

import pytest
from pypdf import PdfReader

from hrd_cases.domain.papers import Fact, Language, SharedCase
from hrd_cases.render.failure import BuildFailed
from hrd_cases.render.process import build_card, build_letter
from hrd_cases.render.reading import bare
from tests.domain.test_printable import OFFERED
from tests.render.test_custodians import card
from tests.render.test_dossiers import built, small
from tests.render.test_letters import LETTER

pytestmark = pytest.mark.slow  # each builds papers whole

ODD = "Слово 🙂 → ≥ ☑ Ⅳ ① ﬁ Ἑλλάς საქართველო Հայաստան конец"
RIGHT_TO_LEFT = "رسالة إلى المدير"


def told(**changes: Any) -> Any:
    """The small dossier with these parts of its case changed."""
    created = small()
    case = created.request.case
    plain = {each.name: getattr(case, each.name) for each in dataclasses.fields(case)}
    return dataclasses.replace(
        created, request=dataclasses.replace(created.request, case=SharedCase(**{**plain, **changes}))
    )


def test_a_letter_is_set_in_every_script_that_we_offer() -> None:
    created = build_letter(dataclasses.replace(LETTER, body=OFFERED))
    reader = PdfReader(io.BytesIO(created.pdf))
    text = bare("".join(page.extract_text() for page in reader.pages))
    for piece in (*OFFERED[0].split(), *OFFERED[2].split(), *OFFERED[7].split(), *OFFERED[8].split(), "🙂", "👍"):
        assert bare(piece) in text
    encodings = {
        font.get_object()["/Encoding"] for page in reader.pages for font in page["/Resources"]["/Font"].values()
    }
    assert encodings == {"/Identity-H"}  # a font that draws a sign it lacks has an encoding of its own


@pytest.mark.parametrize("place", ["body", "subject", "addressee", "attachments", "letterhead", "applicants"])
def test_a_letter_with_a_sign_in_no_font_is_not_set(place: str) -> None:
    whole = "矿工 и шахта"
    value = whole if place == "subject" else (whole,)
    with pytest.raises(BuildFailed) as failed:
        build_letter(dataclasses.replace(LETTER, **{place: value}))
    assert failed.value.code == "sign"
    assert "U+77FF" in failed.value.detail


def test_a_card_with_a_sign_in_no_font_is_not_set() -> None:
    with pytest.raises(BuildFailed) as failed:
        build_card(dataclasses.replace(card(Language.RU), set_name="矿"))
    assert failed.value.code == "sign"


def test_an_annex_with_a_sign_in_no_font_are_not_set() -> None:
    created = told()
    assert created.request.annex is not None
    annex = dataclasses.replace(created.request.annex, builder="矿")
    with pytest.raises(BuildFailed) as failed:
        built(dataclasses.replace(created, request=dataclasses.replace(created.request, annex=annex)))
    assert failed.value.code == "sign"


@pytest.mark.parametrize(
    "text", [ODD, RIGHT_TO_LEFT, "עברית", f"Копия: {RIGHT_TO_LEFT} 2017 г.", "и\u0306 й", "1️⃣ 👨‍👩‍👧"]
)
def test_a_dossier_is_built_with_odd_signs_in_its_titles_and_facts(text: str) -> None:
    created = told(facts=(Fact(text=text), Fact(text=f"{text} {text}")))
    filing = dataclasses.replace(created.request.case.filing, title=f"Отзыв {text}", opening=(text,))
    created = told(facts=created.request.case.facts, filing=filing)
    assert built(created).manifest.pages


def test_a_dossier_with_a_sign_in_no_font_is_refused_by_its_number() -> None:
    with pytest.raises(BuildFailed) as failed:
        built(told(facts=(Fact(text="矿", language=Language.RU),)))
    assert (failed.value.code, failed.value.detail) == ("sign", "U+77FF CJK UNIFIED IDEOGRAPH-77FF")
