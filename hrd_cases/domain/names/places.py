"""Who is looked for in a text, and what a place is where they may stand."""

from dataclasses import dataclass
from enum import StrEnum

from hrd_cases.domain.ids import NamedId


class How(StrEnum):
    """By what somebody was recognised."""

    FULL = "full"
    INITIALS = "initials"
    SURNAME = "surname"
    GIVEN = "given"
    PATRONYMIC = "patronymic"
    WORD = "word"
    NUMBER = "number"
    MARK = "mark"


class Beside(StrEnum):
    """What stands beside a name and may make it somebody else's."""

    NOTHING = ""
    OTHER = "other"
    KIN = "kin"


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """A person to look for: names in any script, other marks (telephone, IIN, address), by the id of their record;
    `phrases` stand for them word by word, as a day of birth does."""

    id: NamedId
    names: tuple[str, ...]
    marks: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NamePlace:
    """Where a name or part of one stands: whose it may be, by what, and what stands beside it."""

    start: int
    end: int
    people: frozenset[NamedId]
    how: How
    beside: Beside = Beside.NOTHING
    certain: bool = False  # the whole name of one person alone
    name: str = ""  # the words of it that were recognised, as they are recorded

    def within(self, text: str) -> str:
        """The very words."""
        return text[self.start : self.end]
