"""Signs that would be missing on paper, as a page lists them: each place with a link to where its words are typed."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import url_for

from hrd_cases.domain.ids import CaseId
from hrd_cases.domain.printable import NAMELESS, named
from hrd_cases.domain.typed_text import single
from hrd_cases.services.drafting.signs import ACTION, EVIDENCE, FILING, FURTHER, LETTER, MATTER, SignPlace
from hrd_cases.web.pages.layout import _

FIELD = re.compile(r"s([0-9a-f]{1,5}|10[0-9a-f]{4})")
LONGEST = 40  # what is printed in place of one sign


@dataclass(frozen=True, kw_only=True)
class ShownPlace:
    """One place: its name in the reader's language, the address where it is mended (or none), its signs."""

    label: str
    address: str
    signs: tuple[tuple[str, str], ...]  # the sign, and what it is called


def sign_places(
    places: Iterable[SignPlace], *, case: CaseId, paper: str = "", action: str = "", letter: str = ""
) -> list[ShownPlace]:
    """The places of a paper or of a letter."""
    addresses = {
        FILING: paper and url_for("papers.step", case=case, record=paper),
        MATTER: paper and url_for("paper_matter.facts", case=case, record=paper),
        FURTHER: paper and url_for("paper_matter.exhibits", case=case, record=paper, o=1),
        ACTION: action and url_for("records.edit", case=case, record=action),
        LETTER: letter and url_for("records.edit", case=case, record=letter),
    }

    def shown(place: SignPlace) -> ShownPlace:
        exhibit = url_for("evidence.show", case=case, record=place.record) if place.page == EVIDENCE else ""
        return ShownPlace(
            label=f"{_(place.label)} {place.number or ''}".strip(),
            address=exhibit or addresses.get(place.page, ""),
            signs=tuple((sign, sign_name(sign)) for sign in place.signs),
        )

    return list(map(shown, places))


def sign_name(sign: str) -> str:
    """What a sign is called: its number, and its name in the table of all signs."""
    name = named(sign)
    return name if " " in name else f"{name} ({_(NAMELESS)})"


def asked_signs(places: Iterable[SignPlace]) -> list[tuple[str, str, str]]:
    """Each sign once: the sign, the name of its field in the form, what it is called."""
    missing = dict.fromkeys(sign for place in places for sign in place.signs)
    return [(sign, f"s{ord(sign):x}", sign_name(sign)) for sign in missing]


def chosen_signs(form: Mapping[str, str]) -> dict[str, str]:
    """What a form with the fields of asked_signs() says, by sign; raises RuleBroken for a text that does not fit."""
    chosen = {}
    for field, typed in form.items():
        if match := FIELD.fullmatch(field):
            chosen[chr(int(match[1], 16))] = single(typed, field, LONGEST)
    return chosen
