"""The words of a letter on their way through the gate of papers: what somebody typed, and what its reader gets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from hrd_cases.domain.ids import NamedId
from hrd_cases.domain.papers import Exhibit, PaperCase, Variant
from hrd_cases.domain.redaction import Draft, LeftOut, PersonDecision, PersonInPaper, Recipient, RedactedText, thin

W = TypeVar("W")


@dataclass(frozen=True, kw_only=True)
class LetterWords(Generic[W]):
    """What somebody typed into a letter, as it is printed: everything in which a person may be named."""

    addressee: tuple[W, ...] = ()
    applicants: tuple[W, ...] = ()
    our_number: W
    their_number: W
    subject: W
    body: tuple[W, ...] = ()
    attachments: tuple[W, ...] = ()
    signatory: W
    exhibits: tuple[Exhibit[W], ...] = ()  # a letter shows none; the gate asks every text for them


@dataclass(frozen=True, kw_only=True)
class ThinnedLetter:
    """A letter as its addressee may read it, what must be nowhere in it, what was left out."""

    words: LetterWords[str]
    forbidden: tuple[str, ...]
    left_out: tuple[LeftOut, ...]


def letter_draft(
    words: LetterWords[RedactedText],
    people: Mapping[NamedId, PersonInPaper],
    decisions: Mapping[NamedId, PersonDecision],
) -> Draft:
    """The letter before it is thinned; the gate reads nothing of a paper but its texts and exhibits."""
    return Draft(case=cast("PaperCase[RedactedText]", words), people=people, decisions=decisions)


def redact_letter(draft: Draft) -> ThinnedLetter:
    """The letter with each person as was decided about them."""
    words, forbidden, left_out = thin(draft, Recipient.PUBLIC, Variant.FULL)
    return ThinnedLetter(words=cast("LetterWords[str]", words), forbidden=forbidden, left_out=left_out)
