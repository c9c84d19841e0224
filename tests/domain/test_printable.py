"""What paper can show: the table of signs is that of the fonts, and what is in no font is named."""

import re
import unicodedata
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # the library has no types

from hrd_cases.domain.papers import LegalSource
from hrd_cases.domain.printable import covered, fonts, named, ready, search, unprintable, with_signs

FOLDER = Path(__file__).parents[2] / "hrd_cases" / "static" / "fonts"
OFFERED = (
    "Қазақ әғқңөұүһі ЁЪЫЭЮЯ ё Ўўқғҳҷӣӯ ІіЇїЄєҐґ",  # Cyrillic
    "Áá Ää Ǵǵ Ğğ Ññ Öö Şş Ūū Üü İı ŞşÇç ẞß ŵ ț",  # Latin
    "Ελληνικά ἀρχή Ω",
    "საქართველო ᲡᲐᲥ",
    "Հայաստան և",
    "مرحبا بكم ﷺ گچپژ ۱۲۳ ﻻ",
    "שלום עולם",
    "← → ↑ ↓ ↔ ⇒ ⟶ ≥ ≤ ≠ ≈ ± × ÷ √ ∑ ∞ ∫ ∈",
    "─ │ ┌ ┐ └ ┘ ├ ┤ █ ░ ■ □ ● ○ ◆ ▲ ▼ ★ ☆ ☐ ☑ ☒ ✓ ✗ ✔ ✘",
    "① ② ⓐ ❶ ➀ Ⅰ Ⅳ ⅷ ⅻ ½ ⅓ № § ¶ † ‡ ‰ ™ ℠ ©",
    "ﬁ ﬂ ﬀ ﬃ ﬆ",
    "🙂 👍 😀 🔥 🇰🇿 👨‍👩‍👧 ❤️ ✅ ⚠️ 1️⃣ 👍🏽",
    "₸ ₽ € $ £ ¥ ₴ ₾ ₼",
    "« » „ “ ‚ ‘ ’ … — – ‑ − ·",
    "𝐁𝐨𝐥𝐝 𝟏𝟐",
)


def test_the_table_is_that_of_the_fonts_that_lie_there() -> None:
    current: set[int] = set()
    for path in FOLDER.glob("*.ttf"):
        current |= {code for code in TTFont(path).getBestCmap() if unicodedata.category(chr(code)) not in ("Cc", "Co")}
    assert covered() == current
    sizes = {font.file: (font.bytes, font.signs > 0) for font in fonts()}
    assert sizes == {path.name: (path.stat().st_size, True) for path in FOLDER.glob("*.ttf")}


def test_every_font_has_the_space_that_follows_its_words() -> None:
    for path in FOLDER.glob("*.ttf"):
        assert {0x20, 0xA0} <= set(TTFont(path).getBestCmap()), path.name


@pytest.mark.parametrize("text", OFFERED)
def test_the_scripts_and_signs_that_people_type_are_all_there(text: str) -> None:
    assert unprintable(text) == ()


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("шахта 矿工 и 矿", ("矿", "工")),
        ("नमस्ते", ("न", "म", "स", "\N{DEVANAGARI SIGN VIRAMA}", "त", "\N{DEVANAGARI VOWEL SIGN E}")),
        ("ไทย", ("ไ", "ท", "ย")),
        ("한글", ("한", "글")),
        ("\ue000", ("\ue000",)),
        ("\U000e0067", ("\U000e0067",)),
        ("\ufdd0", ("\ufdd0",)),
    ],
)
def test_signs_in_no_font_are_named_each_once(text: str, signs: tuple[str, ...]) -> None:
    assert unprintable(text) == signs


@pytest.mark.parametrize(
    ("text", "set_as"),
    [
        ("и\N{COMBINING BREVE}", "й"),
        ("е\N{COMBINING DIAERESIS}", "ё"),
        ("a\u2029b\u2028c\x0bd\x85e\r\nf\rg", "a\nb\nc\nd\ne\nf\ng"),
        ("10\N{NARROW NO-BREAK SPACE}000\N{THIN SPACE}т\N{IDEOGRAPHIC SPACE}и", "10\N{NO-BREAK SPACE}000 т и"),
        ("a\x00b\x1fc", "abc"),
    ],
)
def test_a_text_is_made_ready_for_the_page(text: str, set_as: str) -> None:
    assert ready(text) == set_as
    assert unprintable(text) == ()


def test_the_place_of_a_sign_is_found_and_filled() -> None:
    case = (LegalSource(title="Кодекс"), LegalSource(title="Закон", passage="矿 и 工"))
    (item,) = search(case)
    assert (item.path, item.place, item.signs) == ((1, "passage"), "LegalSource.passage", ("矿", "工"))
    filled = with_signs(case, {"矿": "шахта", "工": ""})
    assert filled[1].passage == "шахта и "
    assert not list(search(filled))
    assert re.fullmatch(r"U\+77FF CJK UNIFIED IDEOGRAPH-77FF", named("矿"))
