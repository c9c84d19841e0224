"""Codes of other systems for our kinds of attack and perpetrators, each with how sure it is.

The codes are data (vocabularies attack_kinds and perpetrators), as are the systems (crosswalks); none is made up here.
"""

from collections.abc import Callable
from dataclasses import dataclass

from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.domain.vocabulary.model import Mark
from hrd_cases.domain.words import N_

HURIDOCS, FLD, SDG = "huridocs", "fld", "sdg"
PERPETRATOR = N_("HURIDOCS code of the perpetrator")
LISTS = {FLD: "fld_classes", SDG: "sdg_classes"}  # the systems whose classes have names of ours


@dataclass(frozen=True, kw_only=True)
class CrosswalkCode:
    """A code or tag of another system; `conditional`: it holds only where a legal test is met."""

    code: str
    mark: Mark
    conditional: bool = False


def systems() -> tuple[str, ...]:
    """The systems, in their order."""
    return tuple(entry.code for entry in vocabulary("crosswalks").entries)


def headings(language: str, say: Callable[[str], str]) -> tuple[str, ...]:
    """What the columns of an export are called: one for each system, and the perpetrators; `say` translates a label."""
    return (*(vocabulary("crosswalks").get(system).text(language) for system in systems()), say(PERPETRATOR))


def code_of(kind: str, system: str) -> CrosswalkCode | None:
    """What a kind of attack is called in a system; None where it has no word for it."""
    extra = vocabulary("attack_kinds").get(kind).extra
    code = extra.get(system)
    if not isinstance(code, str):
        return None
    mark: Mark = "unverified" if extra.get(f"{system}_mark") == "unverified" else "verified"
    if system in LISTS and vocabulary(LISTS[system]).get(code).extra.get("system_mark") == "unverified":
        mark = "unverified"
    return CrosswalkCode(code=code, mark=mark, conditional=system == SDG and bool(extra.get("sdg_conditional")))


def codes_in(incident: Incident, system: str) -> tuple[CrosswalkCode, ...]:
    """The codes of the kinds of an incident, each once, in the order of the kinds."""
    found = (code_of(kind, system) for kind in incident.kinds)
    return tuple(dict.fromkeys(code for code in found if code is not None))


def perpetrator_codes(incident: Incident) -> tuple[str, ...]:
    """The HURIDOCS codes of the alleged perpetrators of an incident, each once."""
    entries = (vocabulary("perpetrators").get(code) for code in incident.perpetrators)
    return tuple(dict.fromkeys(str(entry.extra[HURIDOCS]) for entry in entries if entry.extra.get(HURIDOCS)))
