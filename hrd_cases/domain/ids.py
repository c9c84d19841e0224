"""Identifiers: 32 hex digits of 128 random bits, never ordered by time, so that an id tells nothing."""

import re
from typing import NewType

RecordId = NewType("RecordId", str)
# The record of a case has the id of its vault.
CaseId = NewType("CaseId", RecordId)

_ID = re.compile(r"[0-9a-f]{32}\Z")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}\Z")


def is_id(text: str) -> bool:
    """True for 32 lower-case hex digits."""
    return bool(_ID.match(text))


def is_fingerprint(text: str) -> bool:
    """True for 64 lower-case hex digits."""
    return bool(_FINGERPRINT.match(text))
