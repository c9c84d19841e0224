"""Whom a letter of ours names, and what they said about it: a no stops the printing, never asked is a warning."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hrd_cases.domain import consent
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.people import Person
from hrd_cases.services import answers
from hrd_cases.services.context import Context
from hrd_cases.services.gate import people_of
from hrd_cases.services.papers.drafts import IN_OFFICE, SHORTEST_NAME
from hrd_cases.store.opened import OpenVault

FROM_US = "from_us"
STATE_BODY, PARTNER = "domestic_body", "named_partner"


@dataclass(frozen=True, kw_only=True)
class Named:
    """Somebody whose name stands in a letter without their yes."""

    person: str
    name: str
    refused: bool


def without_consent(ctx: Context, case: OpenVault, letter: Letter) -> tuple[Named, ...]:
    """Everybody of the case whom a letter of ours names, spelled as in their file, and who did not agree to it."""
    if letter.direction != FROM_US:
        return ()
    scopes = (STATE_BODY,) if letter.addressee and not letter.addressee_name.strip() else (STATE_BODY, PARTNER)
    named = dict(_named(ctx, case, _words(letter)))
    said = answers.of_people(ctx, named, case=case.id) if named else {}
    found = {person: {one.proven(case.id)[scope] for scope in scopes} for person, one in said.items()}
    return tuple(
        Named(person=person, name=named[person], refused=consent.NO in words)
        for person, words in found.items()
        if words != {consent.YES}
    )


def _words(letter: Letter) -> str:
    return "\n".join((letter.subject, letter.applicants, letter.body, letter.attachments, letter.addressee_name))


def _named(ctx: Context, case: OpenVault, text: str) -> Iterator[tuple[str, str]]:
    """Id and spelling of those whose name stands in a text; officials acting in office are not asked."""
    for file in people_of(ctx, case):
        stored = ctx.work.records.read(file, file.id)
        value = stored.value if stored is not None else None
        if not isinstance(value, Person) or value.acts_in_office == "yes" or set(value.roles) & IN_OFFICE:
            continue
        spellings = (name.name.strip() for name in value.names)
        known = [re.escape(name) for name in spellings if len(name) >= SHORTEST_NAME]
        hit = re.search(rf"(?<!\w)(?:{'|'.join(known)})(?!\w)", text, re.IGNORECASE) if known else None
        if hit:
            yield file.id, hit[0]
