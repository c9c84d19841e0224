"""Signs that no font here can print: where they stand in a paper or a letter, and what was chosen in their place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import NO_RECORD, RecordId
from hrd_cases.domain.paper_matter import evidence_of
from hrd_cases.domain.papers import LetterRequest, SharedCase
from hrd_cases.domain.passages import TAB, label
from hrd_cases.domain.printable import Path, Unprintable, search
from hrd_cases.domain.words import N_

REFUSED = N_("Characters that would be missing on paper: %(places)s. Say what is printed instead of them.")
ACTION, FILING, MATTER, FURTHER, EVIDENCE, LETTER = "action", "filing", "matter", "further", "evidence", "letter"
# On which page the words of a part of a paper are typed; the rest is typed in the filing.
PAGES: Mapping[str, str] = {
    **dict.fromkeys(("Party", "Counsel", "HistoryStep", "ClaimHead", "Custody"), ACTION),
    "Fact": MATTER,
    "LegalSource": FURTHER,
    "Exhibit": EVIDENCE,
}
IN_LETTER: Mapping[str, str] = {
    "LetterRequest.letterhead": N_("Our organisation"),
    "LetterRequest.addressee": N_("Addressee"),
    "LetterRequest.applicants": N_("Applicants"),
    "LetterRequest.our_number": N_("Our number"),
    "LetterRequest.their_number": N_("Their number"),
    "LetterRequest.subject": N_("Subject"),
    "LetterRequest.body": N_("Text"),
    "LetterRequest.attachments": N_("Attachments"),
    "LetterRequest.signatory": N_("Who signs"),
    "LetterRequest.signatory_capacity": N_("Signs as"),
}


@dataclass(frozen=True, kw_only=True)
class SignPlace:
    """One text with signs that can not be printed: what the place is called, its number in a list, where it is typed.

    `record` is the exhibit whose text it is.
    """

    label: str
    number: int
    page: str
    record: RecordId
    signs: tuple[str, ...]


class Unprinted(RuleBroken):
    """Signs would be missing on paper, and nobody has said what is printed instead."""

    def __init__(self, places: Sequence[SignPlace]) -> None:
        super().__init__(REFUSED, place="signs", values={"places": ", ".join(_all_signs(places))})
        self.places = tuple(places)


def in_paper(case: SharedCase) -> tuple[SignPlace, ...]:
    """Every place of a paper, in its order, that holds signs without a font."""
    return tuple(_place(unprintable_sign, case) for unprintable_sign in search(case))


def in_letter(letter: LetterRequest) -> tuple[SignPlace, ...]:
    """Every place of a letter that holds signs without a font."""
    return tuple(_place(unprintable_sign) for unprintable_sign in search(letter))


def _place(unprintable_sign: Unprintable, case: SharedCase | None = None) -> SignPlace:
    number = _number(unprintable_sign.path)
    if case is None:
        page = "" if unprintable_sign.place == "LetterRequest.letterhead" else LETTER
        return SignPlace(
            label=IN_LETTER[unprintable_sign.place],
            number=number,
            page=page,
            record=NO_RECORD,
            signs=unprintable_sign.signs,
        )
    page = FURTHER if unprintable_sign.place == TAB else PAGES.get(unprintable_sign.place.partition(".")[0], FILING)
    record = evidence_of(case.exhibits[number - 1].id) if page == EVIDENCE else NO_RECORD
    return SignPlace(
        label=label(unprintable_sign.place), number=number, page=page, record=record, signs=unprintable_sign.signs
    )


def _number(path: Path) -> int:
    return next((step + 1 for step in path if isinstance(step, int)), 0)


def _all_signs(places: Sequence[SignPlace]) -> list[str]:
    each_once = dict.fromkeys(sign for place in places for sign in place.signs)
    return [f"{sign} (U+{ord(sign):04X})" for sign in each_once]
