"""Many recommendations pasted at once: a text becomes rows to be corrected, and rows become recommendations."""

import re
from dataclasses import dataclass, replace

from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.fields import Coded, CodedMany, Entity, LangText, Rows, Text, TextLine, When, declare, fields_of
from hrd_cases.domain.recommendations import Recommendation
from hrd_cases.domain.vaults import REFERENCE
from hrd_cases.domain.words import N_

MOST = 100  # recommendations in one text
LONGEST = 4000  # letters of one
LANGUAGES = ("ru", "kk", "en")
_COMMON = N_("For all of them")
_BLANK = re.compile(r"\n\s*\n")
# What lists put before their entries: a bullet, 7. or 7.2. or (7), a).
_BULLET = re.compile(r"\s*(?:[-\u2013\u2014\u2022*\u00b7]|\(?\d{1,3}(?:\.\d{1,3}){0,3}[.)]|\(?[^\W\d_]\))\s+")
_KAZAKH = re.compile("[әғқңөұүһі]", re.IGNORECASE)
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class PastedRecommendationRow:
    """One recommendation of the text."""

    words: str = declare(Text(rows=3, max=LONGEST), N_("What is recommended, in our own words"))
    addressee: str = declare(TextLine(), N_("To whom, if not as above"))


@dataclass(frozen=True, kw_only=True)
class PastedRecommendations:
    """The text that was pasted, what holds for all of it, and the rows that were made of it."""

    text: str = declare(
        Text(rows=14),
        N_("Recommendations"),
        at=REFERENCE,
        required=True,
        hint=N_("One in each line; or with an empty line between them. Numbers and bullets are left out."),
    )
    language: str = declare(Coded(list="languages"), N_("Language"), at=REFERENCE, section=_COMMON)
    bodies: tuple[str, ...] = declare(
        CodedMany(list="recommending_bodies", folded=True), N_("Who recommends it"), at=REFERENCE, section=_COMMON
    )
    body_name: str = declare(TextLine(), N_("Name of the body or author"), at=REFERENCE, section=_COMMON)
    source: str = declare(
        TextLine(max=500), N_("Source"), at=REFERENCE, section=_COMMON, hint=N_("Document and paragraph")
    )
    source_on: PartialDate | None = declare(When(past=True), N_("Date of the source"), at=REFERENCE, section=_COMMON)
    mark: str = declare(Coded(list="fact_marks"), N_("How certain"), at=REFERENCE, section=_COMMON)
    addressee: str = declare(TextLine(), N_("To whom it is addressed"), at=REFERENCE, section=_COMMON)
    rows: tuple[PastedRecommendationRow, ...] = declare(
        Rows(item=PastedRecommendationRow, blank=1), N_("Recommendation"), at=REFERENCE, required=True
    )


def form_without(*names: str) -> Entity:
    """The form of the page, without these fields."""
    label = N_("Paste a list of recommendations")
    return Entity(
        code="pasted",
        letter="",
        vault="directory",
        label=label,
        plural=label,
        new=label,
        cls=PastedRecommendations,
        fields=tuple(field for field in fields_of(PastedRecommendations) if field.name not in names),
        title=lambda _pasted: "",
    )


def in_rows(pasted: PastedRecommendations) -> PastedRecommendations:
    """The text cut into rows, and its language where nobody chose one; RuleBroken when it holds none, or too many."""
    texts = _texts(pasted.text)
    if not texts:
        raise RuleBroken(N_("No recommendation stands in this text."), place="text")
    if len(texts) > MOST:
        values = {"most": MOST, "number": len(texts)}
        raise RuleBroken(
            N_("Paste at most %(most)s recommendations at once; here are %(number)s."), place="text", values=values
        )
    rows = tuple(PastedRecommendationRow(words=text) for text in texts)
    return replace(pasted, text="", rows=rows, language=pasted.language or _language_of(pasted.text))


def recommendations_of(pasted: PastedRecommendations) -> tuple[Recommendation, ...]:
    """A recommendation for each row that has words; RuleBroken for a row without any, and for another language."""
    if pasted.language not in LANGUAGES:
        raise RuleBroken(N_("Choose Russian, Kazakh or English."), place="language")
    for number, row in enumerate(pasted.rows):
        if not row.words.strip():
            raise RuleBroken(N_("Write what is recommended, or remove this row."), place=f"rows-{number}-words")
    return tuple(_recommendation(pasted, row) for row in pasted.rows)


def same_words(text: str) -> str:
    """A text for comparing: without its spaces, its last full stop and its capitals."""
    return " ".join(text.split()).rstrip(".;").casefold()


def _texts(text: str) -> list[str]:
    parts = _BLANK.split(text.strip()) if _BLANK.search(text.strip()) else text.splitlines()
    lines = (" ".join(_BULLET.sub("", part, count=1).split()) for part in parts)
    return [line for line in lines if line]


def _language_of(text: str) -> str:
    if _KAZAKH.search(text):
        return "kk"
    return "ru" if _CYRILLIC.search(text) else "en"


def _recommendation(pasted: PastedRecommendations, row: PastedRecommendationRow) -> Recommendation:
    return Recommendation(
        words=(LangText(language=pasted.language, text=row.words.strip()),),
        bodies=pasted.bodies,
        body_name=pasted.body_name,
        source=pasted.source,
        source_on=pasted.source_on,
        mark=pasted.mark,
        addressee=row.addressee or pasted.addressee,
    )
