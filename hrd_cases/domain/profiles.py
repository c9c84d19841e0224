"""The kinds of paper, each told in one file of vocabularies/paper_kinds, and the words of papers; both are data.

The name of the file is the code of the kind. `recipient` says who will read it: the consents that are asked for and
pre-trial secrecy follow from it. `required` names parts that may not be empty, a limit of 0 means that none is known,
`status` says how far the file was checked and `source` where it comes from.
"""

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
    order: int
    template: str = "filing.html"  # of templates/pdf: how the filing itself is written

    def label(self, number: int) -> str:
        """The label of the exhibit with this number, from 1: '7', 'G', 'A.7'."""
        if self.label_scheme == "latin":
            return _letters(number, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        if self.label_scheme == "kazakh":
            return _letters(number, "АӘБВГҒДЕЖЗКҚЛМНҢОӨПРСТУҰҮФХШЫІЭЮЯ")
        return f"A.{number}" if self.label_scheme == "annex" else str(number)


@lru_cache(maxsize=1)
def profiles() -> Mapping[str, FormatProfile]:
    """All kinds of paper by code, in their order; a broken file stops the start."""
    folder = files("hrd_cases").joinpath("vocabularies", "paper_kinds")
    every = [profile_of(file.name.removesuffix(".toml"), file.read_text("utf-8")) for file in folder.iterdir()]
    return {profile.code: profile for profile in sorted(every, key=lambda profile: (profile.order, profile.code))}


def profile_of(code: str, text: str) -> FormatProfile:
    """One kind of paper from its file; raises ValueError or TypeError where the file does not say what it must."""
    entry = tomllib.loads(text)
    lists = {"languages": tuple(entry["languages"]), "required": tuple(entry["required"])}
    profile = FormatProfile(**{**entry, **lists, "code": code, "recipient": Recipient(entry["recipient"])})
    if profile.label_scheme not in LABEL_SCHEMES:
        raise ValueError(f"paper kind {code}: unknown label scheme")
    return profile


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
