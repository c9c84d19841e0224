"""Where statements stand in the log, with those that an act has signed and will enter at its end.

Inside an act they follow its own order, and what ends somebody's authority comes last. Nothing that was computed with
such provisional places outlives the act.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hrd_cases.crypto.core.headers import HALF_LENGTH, Header, own_half
from hrd_cases.store.log import Log

_LAST = 2**40


@dataclass(kw_only=True)
class PendingStatements:
    """Marks of what an act has signed: docs/crypto-format.md 12."""

    marks: list[bytes] = field(default_factory=list)
    ends: list[bytes] = field(default_factory=list)  # what ends authority

    @property
    def in_order(self) -> Sequence[bytes]:
        """All of them as the log is to have them."""
        return [*self.marks, *self.ends]

    def clear(self) -> None:
        """They are entered."""
        self.marks.clear()
        self.ends.clear()

    def position(self, log: Log, mark: bytes) -> int | None:
        """The place of a statement: in the log or, provisionally, behind all of it; None when it has none."""
        place = log.position(mark)
        if place is not None:
            return place
        if mark in self.marks:
            return log.size + 1 + self.marks.index(mark)
        return log.size + _LAST + self.ends.index(mark) if mark in self.ends else None

    def following(self, log: Log, half: bytes) -> tuple[int, bytes] | None:
        """Of all headers with this half of a mark the first: its place, and its hash."""
        first = log.following(half)
        if first is not None:
            return first
        own = (mark for mark in self.marks if mark.startswith(half) and len(mark) > len(half))
        mark = next(own, None)
        return (log.size + 1 + self.marks.index(mark), mark[HALF_LENGTH:]) if mark is not None else None

    def entered(self, log: Log, header: Header) -> int | None:
        """The place of a header, if it is the first that follows its previous one; None when the log has another."""
        first = self.following(log, own_half(header))
        return first[0] if first is not None and first[1] == header.hash() else None
