"""What stands on the paper that one custodian keeps."""

from dataclasses import dataclass, field
from datetime import date, datetime

from hrd_cases.domain.papers import Language


@dataclass(frozen=True, kw_only=True)
class PrintedShare:
    """One share on a custodian's paper: which kind, as groups to type and as words to read out."""

    kind: str
    groups: tuple[str, ...] = field(repr=False)
    words: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class CustodianCard:
    """One custodian's paper. It names no organisation and no person: a card that is found tells nobody whose it is."""

    language: Language
    set_name: str
    number: int
    needed: int
    count: int
    day: date
    key_words: tuple[str, ...]  # eight words of the public keys, to compare with what the machine shows
    shares: tuple[PrintedShare, ...]
    built_at: datetime
