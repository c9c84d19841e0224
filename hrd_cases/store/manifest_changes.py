"""What writes do to a manifest: the change of one row, and the newest state of a compartment while it is changed."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from hrd_cases.crypto.core.keys import CompartmentKey
from hrd_cases.crypto.core.manifests import HEAD, MOST_IN_HEAD, NOTHING, PACK, ManifestRow, bucket_of, follow
from hrd_cases.store.doubts import NotAsLeft
from hrd_cases.store.opened import OpenVault


@dataclass(frozen=True, kw_only=True)
class Change:
    """What happened to one row: hashes of new ciphertexts; None leaves a part as it was.

    `replaces`: the hash of the body that must stand there, NOTHING when none may; `appends`: version and hash of what
    moved into history; `past`: the hash over a history that was sealed anew; `gone`: the row was removed.
    """

    version: int | None = None
    body: bytes | None = None
    card: bytes | None = None
    replaces: bytes | None = None
    appends: tuple[int, bytes] | None = None
    past: bytes | None = None
    gone: bool = False

    def applied(self, entry: ManifestRow | None) -> ManifestRow | None:
        """The entry after it; raises NotAsLeft when what stood there is not what was replaced."""
        if self.replaces is not None and self.replaces != (entry.body if entry else NOTHING):
            raise NotAsLeft
        if self.gone:
            return None
        before = entry or ManifestRow(version=0, body=NOTHING)
        past = before.past if self.past is None else self.past
        return ManifestRow(
            version=before.version if self.version is None else self.version,
            body=before.body if self.body is None else self.body,
            card=before.card if self.card is None else self.card,
            past=follow(past, *self.appends) if self.appends else past,
        )


@dataclass(kw_only=True)
class ManifestState:
    """One compartment's newest state while it is changed.

    `buckets`: the lines of its head. `entries`: by bucket, only those that a change touches; while it is `whole`, the
    rows of the compartment are all there, under HEAD.
    """

    vault: OpenVault
    compartment: str
    epoch: int
    key: CompartmentKey
    number: int = 0
    root: bytes = b""
    buckets: dict[int, bytes] = field(default_factory=dict)
    closed: list[bytes] = field(default_factory=list)  # marks by which the state under an earlier key ends
    entries: dict[int, dict[bytes, ManifestRow]] = field(default_factory=dict)
    whole: bool = True

    def list_pack(self, pack: bytes | None) -> None:
        """List a text pack by its hash; None leaves the line as it was."""
        if pack is not None:
            self.buckets[PACK] = pack

    def apply(self, changes: Iterable[tuple[bytes, Change]]) -> None:
        """Change the entries of these rows."""
        for row, change in changes:
            entries = self.entries.setdefault(HEAD if self.whole else bucket_of(row), {})
            after = change.applied(entries.get(row))
            if after is None:
                entries.pop(row, None)
            else:
                entries[row] = after

    def spread(self) -> None:
        """Put the rows into buckets once they are too many for the head."""
        if not self.whole or len(self.entries.get(HEAD, ())) <= MOST_IN_HEAD:
            return
        for row, entry in self.entries.pop(HEAD).items():
            self.entries.setdefault(bucket_of(row), {})[row] = entry
        self.whole = False
