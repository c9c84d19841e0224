"""One sheet that many people signed: five answers once, the names, and whose answers differ."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from hrd_cases.domain.consents import NO, PARAGRAPHS, Consent
from hrd_cases.domain.fields import Entity, Links, Text, declare, fields_of
from hrd_cases.domain.ids import PersonId
from hrd_cases.domain.vaults import CORE, IDENTITY
from hrd_cases.domain.words import N_

MOST_NAMES = 300  # lines of one sheet


@dataclass(frozen=True, kw_only=True)
class SignedSheet(Consent):
    """What the page asks: a consent without its person, and the people. `names` holds one name a line."""

    names: str = declare(
        Text(rows=8),
        N_("Names, one a line"),
        at=IDENTITY,
        hint=N_("Paste the list. Who is not in this case yet is entered as a new person."),
    )
    people: tuple[PersonId, ...] = declare(Links(to="person"), N_("Or tick people of this case"), at=CORE)


@dataclass(frozen=True, kw_only=True)
class SheetLine:
    """One person of a sheet: `who` is an id, empty for somebody new; `refused` are paragraphs they say no to."""

    name: str
    who: str
    refused: frozenset[str] = frozenset()


_LABEL = N_("One sheet, many people")
SHEET = Entity(
    code="consent_sheet",
    letter="",
    vault="case",
    label=_LABEL,
    plural=_LABEL,
    new=_LABEL,
    cls=SignedSheet,
    fields=tuple(field for field in fields_of(SignedSheet) if field.name not in ("person", "scopes", "review")),
    title=lambda sheet: _LABEL,
)


def names_of_sheet(text: str) -> tuple[str, ...]:
    """The names of a pasted list, in order: numbers and dashes before them and empty lines are left out."""
    lines = (line.strip().lstrip("0123456789.)-–—•* \t").strip(" \t,;") for line in text.splitlines())
    return tuple(line for line in lines if line)


def answers_of(consent: Consent) -> dict[str, str]:
    """The word for each paragraph: yes, no, or '' where it was not asked."""
    return {name: str(getattr(consent, name)) for name in PARAGRAPHS}


def consent_of(sheet: SignedSheet, line: SheetLine, person: PersonId) -> Consent:
    """The consent of one person of a sheet: as on the sheet but for what differs in their line."""
    ours = {part.name for part in fields(Consent)}
    shared = {name: getattr(sheet, name) for name in ours}
    return Consent(**{**shared, "person": person, **dict.fromkeys(line.refused, NO)})


def doubled(lines: Iterable[SheetLine]) -> str:
    """The name of the first line that stands for a person who has a line already; empty when there is none."""
    values: set[str] = set()
    for line in lines:
        if line.who and line.who in values:
            return line.name
        values.add(line.who)
    return ""
