"""What can be said of the look without a browser: contrast, nothing inline, nothing fetched, no script."""

import re
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "hrd_cases" / "static"
STYLE = (STATIC / "style.css").read_text(encoding="utf-8")
RULES = re.sub(r"/\*.*?\*/", "", STYLE, flags=re.DOTALL)
SCREENS = sorted(path for path in TEMPLATES.rglob("*.html") if "pdf" not in path.relative_to(TEMPLATES).parts)

# foreground, background, least ratio (WCAG 2.2: 1.4.3 for text, 1.4.11 for edges, bars and focus rings)
TEXT, SHAPE = 4.5, 3.0
PAIRS = [
    ("ink", "ground", TEXT), ("ink", "sheet", TEXT), ("ink", "sunk", TEXT),
    ("ink", "accent-wash", TEXT), ("ink", "heed-wash", TEXT), ("ink", "alarm-wash", TEXT),
    ("soft", "ground", TEXT), ("soft", "sheet", TEXT), ("soft", "alarm-wash", TEXT), ("soft", "heed-wash", TEXT),
    ("soft", "accent-wash", TEXT), ("accent", "ground", TEXT), ("accent", "sheet", TEXT), ("accent", "heed-wash", TEXT),
    ("accent-deep", "ground", TEXT), ("accent-deep", "sheet", TEXT), ("accent-deep", "accent-wash", TEXT),
    ("accent-deep", "sunk", TEXT), ("on-accent", "accent", TEXT), ("on-accent", "accent-deep", TEXT),
    ("ground", "ink", TEXT), ("ground", "soft", TEXT), ("heed", "heed-wash", TEXT), ("heed", "sheet", TEXT),
    ("alarm", "alarm-wash", TEXT), ("alarm", "ground", TEXT), ("alarm", "sheet", TEXT), ("on-alarm", "alarm", TEXT),
    ("edge", "ground", SHAPE), ("edge", "sheet", SHAPE), ("accent", "accent-wash", SHAPE), ("heed", "ground", SHAPE),
    ("bar", "sunk", SHAPE), ("bar", "sheet", SHAPE), ("bar", "ground", SHAPE),
]  # fmt: skip

FORBIDDEN = [
    r"<script", r"<style", r"\sstyle=", r"\son[a-z]+=", r"javascript:", r"data:[a-z]+/", r"<svg", r"<iframe", r"<font",
    r"<base",
    r"https?://", r"""(?:src|href)=["']//""", r"http-equiv=.?refresh", r"\|\s*safe\b",
]  # fmt: skip


def _palette(scheme: str) -> dict[str, str]:
    blocks = re.findall(r"(@media \(prefers-color-scheme: dark\) \{\s*)?:root \{(.*?)\}", RULES, flags=re.DOTALL)
    light = next(body for dark, body in blocks if not dark)
    by_name = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    if scheme == "dark":
        dark_body = next(body for dark, body in blocks if dark)
        by_name |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", dark_body))
    return by_name


def _luminance(colour: str) -> float:
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(item: str, other: str) -> float:
    dim, bright = sorted((_luminance(item), _luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


def test_contrast_is_computed_as_the_standard_does() -> None:
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_text_and_edges_can_be_read_by_tired_eyes(scheme: str, front: str, back: str, least: float) -> None:
    palette = _palette(scheme)
    assert _contrast(palette[front], palette[back]) >= least


def test_dark_scheme_is_not_the_light_one() -> None:
    light, dark = _palette("light"), _palette("dark")
    assert _luminance(light["ground"]) > 0.8
    assert _luminance(dark["ground"]) < 0.05
    assert light.keys() == dark.keys()


def test_every_colour_has_a_name_so_that_its_contrast_is_known() -> None:
    outside_of_the_palette = re.sub(r":root \{.*?\}", "", RULES, flags=re.DOTALL)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{}]*\{)", outside_of_the_palette) == []
    shadows = re.findall(r"rgba?\([^)]*\)|hsla?\([^)]*\)", outside_of_the_palette)
    assert len(shadows) <= 1


def test_every_name_the_stylesheet_uses_is_given() -> None:
    assert set(re.findall(r"var\(--([a-z0-9-]+)\)", RULES)) <= set(re.findall(r"--([a-z0-9-]+):", RULES))


def test_braces_of_the_stylesheet_close() -> None:
    assert RULES.count("{") == RULES.count("}")


def test_stylesheet_fetches_nothing_and_brings_no_fonts() -> None:
    for forbidden in ("url(", "@import", "@font-face", "data:", "http:", "https:", "image-set(", "src("):
        assert forbidden not in RULES


def test_every_bar_width_from_0_to_100_exists() -> None:
    for width in range(1, 101):
        assert f".w-{width}{{inline-size:{width}%}}" in RULES
    assert ".w-0{inline-size:0}" in RULES


def test_controls_are_large_enough_for_a_thumb() -> None:
    assert "--tap: 2.75rem" in RULES
    for selector in (
        ".button",
        "input:not([type=checkbox], [type=radio]), textarea, select",
        ".choice",
        ".fold > summary",
    ):
        body = RULES.split(f"\n{selector} {{", 1)[1].split("}", 1)[0]
        assert "min-block-size: var(--tap)" in body


def test_keyboard_focus_is_never_hidden() -> None:
    assert ":focus-visible { outline: 3px solid" in RULES
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*outline: (?:none|0)[^{}]*)\}", RULES):
        assert selector.strip() == "main:focus, fieldset:focus", body


# The one script, on the pages that ask a security key (docs/adr/0019-security-keys.md).
SCRIPT = """<script src="{{ url_for('static', filename='security_key.js') }}" defer></script>"""
SCRIPTED = TEMPLATES / "macros" / "security_key.html"


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_page_holds_nothing_inline_and_nothing_from_outside(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    if path == SCRIPTED:
        assert text.count(SCRIPT) == 1
        text = text.replace(SCRIPT, "")
    for forbidden in FORBIDDEN:
        assert not re.search(forbidden, text, flags=re.IGNORECASE), forbidden


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_every_posting_form_carries_its_token(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", text, flags=re.DOTALL | re.IGNORECASE):
        assert "csrf" in form


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_every_tone_of_a_label_is_in_the_stylesheet(path: Path) -> None:
    for tone in re.findall(r"\bchip\([^{}]*?, \"([a-z]+)\"\)", path.read_text(encoding="utf-8")):
        assert re.search(rf"\.chip-{tone}\b", RULES), tone


def test_title_is_neutral_on_every_page() -> None:
    titles = [
        result for path in SCREENS for result in re.findall(r"<title>.*?</title>", path.read_text(encoding="utf-8"))
    ]
    assert titles == ['<title>{{ _("Notes") }}</title>']


def test_frame_keeps_translators_and_searchers_out() -> None:
    layout = (TEMPLATES / "layout.html").read_text(encoding="utf-8")
    assert 'translate="no"' in layout
    assert 'content="noindex, nofollow, noarchive"' in layout


def test_free_text_is_sent_to_no_spelling_service() -> None:
    """Both words are inherited from the page, unlike the browser's lists, which each line of text turns off.

    A long text does not, nor does a whole form: that is how a browser gives the text back after a lost line.
    """
    layout = (TEMPLATES / "layout.html").read_text(encoding="utf-8")
    assert re.search(r'<body[^\n]* spellcheck="false" writingsuggestions="false">', layout)
    pages = [path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html")]
    assert not re.search(r'spellcheck="true"|writingsuggestions="true"|autocomplete="on"', "".join(pages))
    lines = [line for page in pages for line in re.findall(r"<input type=\"(?:text|password)\"[^\n]*", page)]
    assert len(lines) >= 2
    assert all("_quiet(f)" in line or 'autocomplete="' in line for line in lines), lines
    long = [tag for page in pages for tag in re.findall(r"<(?:form class=\"form\"[^\n]*post|textarea[^>]*)", page)]
    assert len(long) >= 2
    assert not [tag for tag in long if "autocomplete" in tag or "_quiet" in tag]


def test_icon_is_a_small_neutral_picture() -> None:
    with Image.open(STATIC / "favicon.png") as icon:
        assert icon.format == "PNG"
        assert icon.size == (64, 64)
        assert icon.info == {} or set(icon.info) <= {"transparency"}
    assert not list(STATIC.glob("*.svg"))
