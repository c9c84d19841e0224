"""Templates of our own: a DOCX of the organisation with places that the program fills from a paper or a letter.

A place stands in double braces, as `{{ filing.court }}`. Alone in its paragraph it becomes a paragraph for each of its
lines; within other words its lines stand one after the other.
"""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field

from hrd_cases.domain.errors import NotFound
from hrd_cases.domain.fields import Hidden, declare, entity
from hrd_cases.domain.letter_chain import LADDER
from hrd_cases.domain.papers import Language
from hrd_cases.domain.profiles import CONTENTS, profiles
from hrd_cases.domain.vaults import REFERENCE
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.domain.words import N_

LARGEST = 400 * 1024  # bytes of one file
LETTER = "letter"
PAPER, STEP = "paper", "step"

OF_PAPER: Mapping[str, str] = {
    "filing.court": N_("Court or addressee"),
    "filing.court_address": N_("Address of the court or addressee"),
    "filing.case_number": N_("Number of the case"),
    "filing.registration_number": N_("Number in the unified register"),
    "filing.filed_by": N_("Who files"),
    "filing.contacts": N_("Further contacts of whoever files"),
    "filing.authority": N_("On what authority"),
    "filing.title": N_("What it is called"),
    "filing.subtitle": N_("Second line of the title"),
    "filing.body": N_("The whole text: opening, fields of the form, positions, passages"),
    "filing.requests": N_("What is asked for, numbered"),
    "filing.attachments": N_("Attachments with their numbers, exhibits first"),
    "filing.copies_for": N_("Who gets copies"),
    "filing.place": N_("Place"),
    "filing.day": N_("Day"),
    "filing.signatory": N_("Who signs"),
    "filing.signatory_capacity": N_("In what capacity"),
    "case.parties": N_("Parties: role, name, address"),
    "case.claims": N_("Charges or claim heads"),
    "case.facts": N_("Facts chosen for the paper, with their exhibits"),
    "case.history": N_("Course of the proceeding"),
    "case.custody": N_("Custody measures"),
    "case.law": N_("Laws and decisions relied on"),
    "paper.number": N_("Our number of the paper"),
}
OF_LETTER: Mapping[str, str] = {
    "letter.sender": N_("Our letterhead"),
    "letter.addressee": N_("Addressee"),
    "letter.applicants": N_("Applicants"),
    "letter.our_number": N_("Our number"),
    "letter.their_number": N_("Their number"),
    "letter.day": N_("Dated"),
    "letter.subject": N_("Subject"),
    "letter.body": N_("Text"),
    "letter.attachments": N_("Attachments, numbered"),
    "letter.signatory": N_("Signed by"),
}


@entity(
    "own_template",
    letter="9",
    vault="directory",
    label=N_("Own template"),
    plural=N_("Own templates"),
    new=N_("New own template"),
    title=lambda template: template.name,
)
@dataclass(frozen=True, kw_only=True)
class OwnTemplate:
    """`use` is a key of uses(), `docx` the clean file as base64, `words` what stands in it besides the places, line by
    line."""

    use: str = declare(Hidden(default=""), N_("What it is for"), at=REFERENCE, card=True)
    language: str = declare(Hidden(default=""), N_("Language"), at=REFERENCE, card=True)
    name: str = declare(Hidden(default=""), N_("Name of the file"), at=REFERENCE, card=True)
    docx: str = declare(Hidden(default=""), N_("The file"), at=REFERENCE)
    words: str = declare(Hidden(default=""), N_("Its own words"), at=REFERENCE)


@dataclass(frozen=True, kw_only=True)
class TemplateFile:
    """A DOCX that came in, as base64, to be looked through; `places` are those that it may have."""

    docx: str = field(repr=False)
    places: tuple[str, ...]

    @property
    def data(self) -> bytes:
        """The bytes of the DOCX."""
        return b64decode(self.docx)


def use_of_paper(profile: str) -> str:
    """What a template for this form of paper is for."""
    return f"{PAPER}-{profile}"


def uses_of_letter(step: str) -> tuple[str, ...]:
    """What a template of a letter on this step of the ladder may be for, the closest first."""
    return (f"{STEP}-{step}", LETTER) if step else (LETTER,)


def uses(language: Language) -> dict[str, str]:
    """Everything that a template can be for, and what it is called."""
    forms = {use_of_paper(form.code): form.names[language.value] for form in profiles().values() if form.required}
    steps = {f"{STEP}-{entry.code}": entry.text(language.value) for entry in vocabulary(LADDER).entries}
    return {**forms, LETTER: "", **steps}


def places_of(use: str, language: Language) -> dict[str, str]:
    """The places that a template for this use may have, with what stands there: a msgid, or the label of a field."""
    if use not in uses(language):
        raise NotFound
    if not use.startswith(f"{PAPER}-"):
        return dict(OF_LETTER)
    form = profiles()[use.removeprefix(f"{PAPER}-")]
    fields = (each for each in form.fields if each.source != CONTENTS)
    return {**OF_PAPER, **{f"form.{each.key}": each.labels[language.value] for each in fields}}
