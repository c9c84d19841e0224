"""Tags on the rows of the log, under a key in the instance folder: whoever only writes the database adds no entry.

A generation begins with `init` and with every restore, and is kept in the folder with the first entry it covers: an
entry of another generation, copied back after a restore, does not fit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hrd_cases.crypto.core.encoding import pae, u32, u64
from hrd_cases.crypto.core.primitives import digest, equal, mac, random
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.domain.ids import RecordId

_TAG = 32


@dataclass(frozen=True, kw_only=True)
class NotedHead:
    """What the note in the instance folder says of the log: at least so many entries, with this root."""

    size: int
    root: bytes


@dataclass(frozen=True, kw_only=True)
class FactSum:
    """What the head says of the trend facts and the segments they are folded into: how many, the sum of their tags."""

    count: int = 0
    total: bytes = bytes(_TAG)

    def plus(self, tags: Iterable[bytes]) -> "FactSum":
        """The same with more facts."""
        return self._with(tags, 1)

    def minus(self, tags: Iterable[bytes]) -> "FactSum":
        """The same without some: they were folded."""
        return self._with(tags, -1)

    def _with(self, tags: Iterable[bytes], sign: int) -> "FactSum":
        numbers = [int.from_bytes(tag) for tag in tags]
        total = (int.from_bytes(self.total) + sign * sum(numbers)) % 2 ** (8 * _TAG)
        return FactSum(count=self.count + sign * len(numbers), total=total.to_bytes(_TAG))


@dataclass(frozen=True, kw_only=True)
class LogTags:
    """Makes and checks tags; `generations`: id -> the first entry that it covers."""

    org: bytes
    key: Secret = field(repr=False)
    generations: Mapping[str, int]
    noted: NotedHead | None = None

    def generation_at(self, seq: int) -> str:
        """The generation that covers an entry, empty when none does."""
        covering = [(first, name) for name, first in self.generations.items() if first <= max(seq, 1)]
        return max(covering, default=(0, ""))[1]

    def of_row(self, seq: int, generation: str, s: int | None, leaf: bytes) -> bytes:
        """The tag of an entry; `s` counts statements, None for any other entry."""
        return mac(self.key, pae(b"hrd/v1/entry", self.org, generation.encode(), u64(seq), u64(s or 0), leaf))

    def of_head(self, size: int, frontier: bytes, s: int, facts: FactSum) -> bytes:
        """The tag of the head: how many entries, their tree, how many statements, which trend facts."""
        generation = self.generation_at(size).encode()
        parts = (u64(size), frontier, u64(s), u64(facts.count), facts.total)
        return mac(self.key, pae(b"hrd/v1/log-head", self.org, generation, *parts))

    def of_fact(self, row: str, generation: str, epoch: int, sealed: bytes) -> bytes:
        """The tag of a trend fact."""
        place = (generation.encode(), bytes.fromhex(row), u32(epoch))
        return mac(self.key, pae(b"hrd/v1/fact", self.org, *place, digest(sealed)))

    def of_segment(self, record: RecordId, generation: str, document: bytes) -> bytes:
        """The tag of a segment of facts: of what it says, which new keys do not change."""
        place = (generation.encode(), bytes.fromhex(record))
        return mac(self.key, pae(b"hrd/v1/fact-segment", self.org, *place, digest(document)))

    def fits_row(self, seq: int, generation: str, s: int | None, leaf: bytes, tag: bytes) -> bool:
        """True when this server wrote the entry at this place, and has not been restored to before it since."""
        own = s is None or s > 0
        return own and generation == self.generation_at(seq) and equal(tag, self.of_row(seq, generation, s, leaf))


def new_generation() -> str:
    """A random name for the time from `init` or a restore on."""
    return random(8).hex()
