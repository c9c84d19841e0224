"""Columns of an export of incidents with the codes of other systems; they are not imported again."""

from collections.abc import Callable

from hrd_cases.domain.crosswalk import HURIDOCS, LISTS, SDG, CrosswalkCode, codes_in, perpetrator_codes, systems
from hrd_cases.domain.fields import Declared
from hrd_cases.domain.importers.model import word_for
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.vocabulary.model import DOUBTFUL
from hrd_cases.domain.words import N_

UNSURE, CONDITIONAL = N_("%(code)s (not verified)"), N_("%(code)s (only if the legal test is met)")
CHOSEN = N_("%(code)s (chosen by a reviewer)")

Say = Callable[[str], str]


def cells(value: Declared, language: str, say: Say) -> list[str]:
    """The codes of an incident, one a line in a cell, each with how sure it is."""
    if not isinstance(value, Incident):
        return [""] * (len(systems()) + 1)
    return [*(_cell(value, system, language, say) for system in systems()), "\n".join(perpetrator_codes(value))]


def _cell(incident: Incident, system: str, language: str, say: Say) -> str:
    if system == SDG and incident.sdg_class:
        return say(CHOSEN) % {"code": word_for(LISTS[SDG], incident.sdg_class, language)}
    return "\n".join(_text(code, system, language, say) for code in codes_in(incident, system))


def _text(code: CrosswalkCode, system: str, language: str, say: Say) -> str:
    text = word_for(LISTS[system], code.code, language) if system in LISTS and system != HURIDOCS else code.code
    if code.mark in DOUBTFUL:
        text = say(UNSURE) % {"code": text}
    return say(CONDITIONAL) % {"code": text} if code.conditional else text
