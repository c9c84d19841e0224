"""The kinds of paper, each told in one file of vocabularies/paper_kinds, and the words of papers; both are data.

The name of the file is the code of the kind. `recipient` says who will read it: the consents that are asked for and
pre-trial secrecy follow from it. `required` names parts that may not be empty, a limit of 0 means that none is known,
`status` says how far the file was checked and `source` where it comes from. `[[field]]` is a field that the form of the
recipient has and a court filing has not: typed in step 2, or taken from the case (docs/papers.md lists all of them).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files

from hrd_cases.domain.data_files import DataTable
from hrd_cases.domain.dates import months_after
from hrd_cases.domain.paper_languages import PAPER_ONLY, of_kind, texts_in
from hrd_cases.domain.papers import Language
from hrd_cases.domain.redaction import Recipient

LETTER_PROFILE = "letter"  # the margins and fonts of what we write ourselves
LABEL_SCHEMES = ("number", "latin", "kazakh", "annex")
TYPED, CODED, FACTS, HISTORY, CUSTODY = "typed", "coded", "facts", "history", "custody"
PEOPLE, PERPETRATORS, COMPANIES = "people", "perpetrators", "companies"
HEARINGS, OBSERVERS, SEEN = "hearings", "observers", "seen"
ACCESS, HEALTH = "custody_access", "health"
CONTENTS, DEADLINES, EXHIBIT_LIST, TOLD = "contents", "deadlines", "exhibits", "told"
CONSENT_LETTER, CONSENT_PUBLIC, STATEMENT = "consent_letter", "consent_public", "statement"
# Where a field of a form comes from, as docs/papers.md says it.
SOURCES: Mapping[str, str] = {
    TYPED: "typed in step 2, in this paper only",
    CODED: "chosen in step 2 from a list",
    FACTS: "the facts chosen in step 3, from the incidents of the case, with their exhibits",
    HISTORY: "filings, hearings and decisions of the legal action",
    CUSTODY: "custody measures of the legal action",
    PEOPLE: "the people we support in the legal action: name, gender, age, position, organisation, what they stand for",
    PERPETRATORS: "the incidents behind the chosen facts: alleged perpetrators, names and units",
    COMPANIES: "the companies of the legal action and of these incidents: name, number, country, role",
    HEARINGS: "court, number and hearings of the legal action, up to the paper, observed or recorded",
    OBSERVERS: "the same hearings: who came to observe, admitted or refused, the reason given",
    SEEN: "the same hearings: who was present, and our record",
    ACCESS: "custody measures of the legal action: days, lawyer and family admitted",
    HEALTH: "health and needs in the files of people in custody, each only with consent C13",
    CONTENTS: "the other fields of this form that have something in them",
    DEADLINES: "custody, decisions, filings and planned hearings: every last day from the paper's day on",
    EXHIBIT_LIST: "the exhibits chosen in step 3, each file with its SHA-256",
    TOLD: "letters of the case that were handed in, and released papers of the legal action",
    CONSENT_LETTER: "the answers of these people to consent C5: yes only if every one of them said yes",
    CONSENT_PUBLIC: "the answers of these people to consent C6: yes only if every one of them said yes",
    STATEMENT: "a fixed sentence of the form",
}


@dataclass(frozen=True, kw_only=True)
class KindField:
    """One field of the form of a recipient, beside those of a filing. `source` is a key of SOURCES.

    `labels` stand above it on paper and in step 2; `most` characters fit into what is typed; `list` is the vocabulary
    of a coded field, `text` the sentence of a fixed one.
    """

    key: str
    labels: Mapping[str, str]
    source: str
    required: bool = False
    most: int = 6_000
    list: str = ""
    hints: Mapping[str, str] = field(default_factory=dict)
    text: Mapping[str, str] = field(default_factory=dict)

    @property
    def asked(self) -> bool:
        """True for a field that step 2 asks."""
        return self.source in (TYPED, CODED)


@dataclass(frozen=True, kw_only=True)
class Clock:
    """A period that runs from the day on which a paper of this kind was sent, or from an earlier day.

    `amount` of `unit` (months or days); `runs` says from when, `status` and `source` how far that was checked. Only one
    that begins with the paper itself (`counted`) has a last day here.
    """

    labels: Mapping[str, str]
    runs: Mapping[str, str]
    amount: int
    unit: str
    source: str
    checked: str
    status: str
    counted: bool = False

    def last_day(self, sent: date) -> date | None:
        """The last day, if the paper was sent on this day."""
        if not self.counted:
            return None
        return months_after(sent, self.amount) if self.unit == "months" else sent + timedelta(days=self.amount)


NEVER = frozenset({"parties", "facts", "history", "heads", "custody"})


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
    fields: tuple[KindField, ...] = ()
    omits: tuple[str, ...] = ()  # fields of step 2 that this form does not have
    never: tuple[str, ...] = ()  # of NEVER: parts of the bundle that this form has in no case
    called: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # other labels for fields of step 2
    words: Mapping[str, Mapping[str, str]] = field(
        default_factory=dict
    )  # other words for terms on paper, and the title
    bodies: tuple[str, ...] = ()  # kinds of body to which it is offered first
    clocks: tuple[Clock, ...] = ()
    head: str = "right"  # where court and parties stand: on the right, or at the top without the parties

    def field_called(self, key: str) -> KindField | None:
        """The field with this key."""
        return next((each for each in self.fields if each.key == key), None)

    def file_number(self, at: int, number: int, late: int) -> str:
        """What the name of a file of an exhibit begins with: its place in the paper, or '12.1' for a late one."""
        return f"{number:02d}.{late}" if late else f"{at:02d}"

    def label(self, number: int, late: int = 0) -> str:
        """The label of the exhibit with this number, from 1: '7', 'G', 'A.7'; '7.1' for the first that follows late."""
        if late:
            return f"{self.label(number)}.{late}"
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
    lists = {name: tuple(entry.get(name, ())) for name in ("languages", "required", "omits", "never", "bodies")}
    lists["fields"] = tuple(_field(code, each) for each in entry.pop("field", ()))
    lists["clocks"] = tuple(Clock(**each) for each in entry.pop("clock", ()))
    words = {key: {**each, **of_kind(code, key)} for key, each in entry.pop("words", {}).items()}
    profile = FormatProfile(
        **{**entry, **lists, "code": code, "recipient": Recipient(entry["recipient"]), "words": words}
    )
    if profile.label_scheme not in LABEL_SCHEMES:
        raise ValueError(f"paper kind {code}: unknown label scheme")
    if set(profile.never) - NEVER:
        raise ValueError(f"paper kind {code}: an unknown part of the bundle")
    unknown = [each.key for each in profile.fields if each.source not in SOURCES]
    if unknown or len({each.key for each in profile.fields}) < len(profile.fields):
        raise ValueError(f"paper kind {code}: a field of unknown source, or two with one key {unknown}")
    return profile


def _field(code: str, entry: DataTable) -> KindField:
    named = {"labels": {**_in_english(entry["labels"]), **of_kind(code, str(entry["key"]))}}
    return KindField(**{**entry, **named, "text": _in_english(entry.get("text", {}))})


def _in_english(texts: Mapping[str, str]) -> Mapping[str, str]:
    """The same with the English text where only papers have a language."""
    return {**{language: texts["en"] for language in PAPER_ONLY if "en" in texts}, **texts}


@lru_cache(maxsize=len(Language))
def terms(language: Language) -> Mapping[str, str]:
    """The fixed words of papers in this language by key; those of cards are English where only papers have it."""
    data = tomllib.loads(_read("paper_terms.toml"))["term"]
    if language.value in PAPER_ONLY:
        return {**{key: words["en"] for key, words in data.items()}, **texts_in(language.value)["terms"]}
    return {key: words[language.value] for key, words in data.items()}


@lru_cache(maxsize=len(Language))
def months(language: Language) -> Mapping[str, tuple[str, ...]]:
    """Names of the months from January: 'of' as in a full date, 'alone' as in 'December 2017', 'about' one of them."""
    own = language.value in PAPER_ONLY
    months_of = texts_in(language.value) if own else tomllib.loads(_read("paper_terms.toml"))
    data = months_of["months"] if own else months_of["months"][language.value]
    return {form: tuple(data[form]) for form in ("of", "alone")} | {"about": tuple(data["alone" if own else "of"])}


def _read(name: str) -> str:
    return files("hrd_cases").joinpath("vocabularies", name).read_text(encoding="utf-8")


def _letters(number: int, alphabet: str) -> str:
    text = ""
    while number > 0:
        number, place = divmod(number - 1, len(alphabet))
        text = alphabet[place] + text
    return text
