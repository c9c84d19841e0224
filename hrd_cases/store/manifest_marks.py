"""The marks of manifests in the log: which are there, and whether this server entered them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from sqlalchemy import Connection, RowMapping

from hrd_cases.crypto.core.keys import CompartmentKey, UserKeys
from hrd_cases.crypto.core.merkle import MARK_AT_LENGTH, MARK_LENGTH, mark, mark_at
from hrd_cases.store.doubts import ALTERED, GONE, PUT_BACK, Doubt
from hrd_cases.store.rows import bounds, rows_between
from hrd_cases.store.tables import log

AT_ONCE = 100  # marks looked for in one query
_LAST = b"\xff" * (MARK_LENGTH - MARK_AT_LENGTH + 1)  # behind every mark that begins with the same 16 bytes


@dataclass(frozen=True)
class Own:
    """What a transaction adds to manifests: `signer`, whose keys sign what it leaves; `fits`, whether an entry of the
    log is the one that this server wrote there.
    """

    signer: Callable[[], UserKeys | None]
    fits: Callable[[RowMapping], bool]


class LoggedMarks:
    """The marks of the log as one transaction sees them; `issued`: those that it is about to enter itself."""

    def __init__(self, connection: Connection, fits: Callable[[RowMapping], bool]) -> None:
        self.issued: list[bytes] = []
        self._connection = connection
        self._fits = fits

    def among(self, marks: Sequence[bytes]) -> set[bytes]:
        """Which of these the log has: whole ones (48 bytes), and all that begin with 16 bytes.

        Of an entry that this server did not write only the beginning counts: it makes no state the newest, but tells
        that there was a later one.
        """
        results = {data for data in self.issued if data in marks or data[:MARK_AT_LENGTH] in marks}
        missing = [data for data in marks if data not in results]
        for at in range(0, len(missing), AT_ONCE):
            some = missing[at : at + AT_ONCE]
            ranges = [(data, data + _LAST if len(data) == MARK_AT_LENGTH else data) for data in some]
            for row in self._connection.execute(rows_between(log, "mark", len(ranges)), bounds(ranges)).mappings():
                results.add(row["mark"] if self._fits(row) else row["mark"][:MARK_AT_LENGTH])
        return results

    def highest(self, key: CompartmentKey) -> int:
        """The number of the newest state under a key that the log knows, 0 when it knows none."""
        number = 0
        while True:
            following = [mark_at(key.secret, number + 1 + more) for more in range(AT_ONCE)]
            logged = {data[:MARK_AT_LENGTH] for data in self.among(following)}
            run = sum(1 for _ in takewhile(logged.__contains__, following))
            number += run
            if run < AT_ONCE:
                return number

    def against(self, heads: Mapping[str, tuple[CompartmentKey, int, bytes]]) -> Iterator[Doubt]:
        """A state (key, number, root, by compartment) must be marked in the log, and none that follows it."""
        logged = self.among(
            [mark(key.secret, number, root) for key, number, root in heads.values() if number]
            + [mark_at(key.secret, number + 1) for key, number, _ in heads.values()]
        )
        later = {data[:MARK_AT_LENGTH] for data in logged}
        for name, (key, number, root) in heads.items():
            if mark_at(key.secret, number + 1) in later:
                yield Doubt(compartment=name, what=PUT_BACK if number else GONE)
            elif number and mark(key.secret, number, root) not in logged:
                yield Doubt(compartment=name, what=ALTERED)
