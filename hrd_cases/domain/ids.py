"""Identifiers: 32 hex digits of 128 random bits, never ordered by time, so that an id tells nothing."""

import re
from typing import NewType

RecordId = NewType("RecordId", str)
# The record of a case has the id of its vault.
CaseId = NewType("CaseId", RecordId)
# Whom a text may name: a person, or a name that is only typed in the records of a case.
NamedId = NewType("NamedId", RecordId)
# The record of a person has the id of its vault too.
PersonId = NewType("PersonId", NamedId)
NO_RECORD = RecordId("")
NO_CASE = CaseId(NO_RECORD)
NO_PERSON = PersonId(NamedId(NO_RECORD))

_ID = re.compile(r"[0-9a-f]{32}\Z")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}\Z")


def record_id(text: str) -> RecordId:
    """What a form sent or a row holds, as the id of a record; reading says whether there is such a record."""
    return RecordId(text)


def case_id(text: str) -> CaseId:
    """What a form sent or a row holds, as the id of a case; the gate says whether there is such a case."""
    return CaseId(RecordId(text))


def named_id(text: str) -> NamedId:
    """The id of somebody whom a text may name."""
    return NamedId(RecordId(text))


def person_id(text: str) -> PersonId:
    """What a form sent or a row holds, as the id of a person; the gate says whether there is such a person."""
    return PersonId(named_id(text))


def is_id(text: str) -> bool:
    """True for 32 lower-case hex digits."""
    return bool(_ID.match(text))


def is_fingerprint(text: str) -> bool:
    """True for 64 lower-case hex digits."""
    return bool(_FINGERPRINT.match(text))
