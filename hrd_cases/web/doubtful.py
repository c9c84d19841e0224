"""What is not as its last writer left it, as pages name it."""

from collections.abc import Iterable, Mapping
from typing import Any

from hrd_cases.domain.words import N_
from hrd_cases.services import intact
from hrd_cases.web.frame import PART_WORDS, _


def lines(found: Iterable[Any], titles: Mapping[str, str]) -> list[dict[str, str]]:
    """What is not as its last writer left it: of which record (by title, else its id), of which part, and how."""
    told: dict[tuple[str, str, str], dict[str, str]] = {}
    for doubt in found:
        key = (doubt.record, doubt.compartment, doubt.what)
        if key in told or (doubt.card and (doubt.record, doubt.compartment) in {one[:2] for one in told}):
            continue
        named = titles.get(doubt.record, "") or _(N_("A record"))
        told[key] = {
            "label": named if doubt.record else _(N_("All of this part")),
            "reference": doubt.record[:8],
            "part": _(PART_WORDS[doubt.compartment]) if doubt.compartment in PART_WORDS else doubt.compartment,
            "reason": _(intact.WORDS[doubt.what]),
        }
    return list(told.values())
