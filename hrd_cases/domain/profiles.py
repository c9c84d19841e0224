"""Format profiles: what a forum asks of a paper, and the words a paper uses in its own language; both are data."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from hrd_cases.domain.papers import Language
from hrd_cases.domain.redaction import Recipient

LABEL_SCHEMES = ("number", "latin", "kazakh", "annex")


@dataclass(frozen=True, kw_only=True)
class FormatProfile:
    """How one forum wants its papers: sizes in mm and pt, limits (0 = none known), names and languages."""

    code: str
    recipient: Recipient
    names: Mapping[str, str]
    margin_left: int
    margin_right: int
    margin_top: int
    margin_bottom: int
    font: str
    font_size: float
    line_height: float
    first_line: float
    docx_font: str
    docx_size: int
    label_scheme: str
    stamp: str
    file_name: str
    max_pages: int
    max_megabytes: int
    dpi: int
    languages: tuple[str, ...]
    required: tuple[str, ...]
    source: str
    checked: str
    status: str

    def label(self, number: int) -> str:
        """The label of the exhibit with this number, from 1: '7', 'G', 'A.7'."""
        if self.label_scheme == "latin":
            return _letters(number, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        if self.label_scheme == "kazakh":
            return _letters(number, "АӘБВГҒДЕЖЗКҚЛМНҢОӨПРСТУҰҮФХШЫІЭЮЯ")
        return f"A.{number}" if self.label_scheme == "annex" else str(number)


@lru_cache(maxsize=1)
def profiles() -> Mapping[str, FormatProfile]:
    """All profiles by code, in the order of the file; a broken file stops the start."""
    data = tomllib.loads(_read("format_profiles.toml"))
    format_profiles = {}
    for entry in data["profile"]:
        lists = {"languages": tuple(entry["languages"]), "required": tuple(entry["required"])}
        profile = FormatProfile(**{**entry, **lists, "recipient": Recipient(entry["recipient"])})
        if profile.label_scheme not in LABEL_SCHEMES:
            raise ValueError(f"format profile {profile.code}: unknown label scheme")
        format_profiles[profile.code] = profile
    return format_profiles


@lru_cache(maxsize=len(Language))
def terms(language: Language) -> Mapping[str, str]:
    """The fixed words of papers in this language by key; every key exists in every language."""
    data = tomllib.loads(_read("paper_terms.toml"))
    return {key: words[language.value] for key, words in data["term"].items()}


@lru_cache(maxsize=len(Language))
def months(language: Language) -> Mapping[str, tuple[str, ...]]:
    """Names of the months from January: 'of' as in a full date, 'alone' as in 'December 2017'."""
    data = tomllib.loads(_read("paper_terms.toml"))["months"][language.value]
    return {form: tuple(data[form]) for form in ("of", "alone")}


def _read(name: str) -> str:
    return files("hrd_cases").joinpath("vocabularies", name).read_text(encoding="utf-8")


def _letters(number: int, alphabet: str) -> str:
    text = ""
    while number > 0:
        number, place = divmod(number - 1, len(alphabet))
        text = alphabet[place] + text
    return text
