"""Who travels without their keys, and what they gave up, sealed to the colleague who lets them in again."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, delete, insert

from hrd_cases.store.key_statements import AWAY
from hrd_cases.store.rows import all_rows, batches, first_row, read_rows, rows_of, values_of
from hrd_cases.store.tables import travel_vaults, travels


@dataclass(frozen=True, kw_only=True)
class TravelRow:
    """One journey: account ids of 32 hex digits; `whole` when nothing was kept."""

    user_id: str
    colleague_id: str
    day: date
    whole: bool
    given_up_sealed: bytes = field(repr=False)


class Travels:
    """Journeys by who travels."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, row: TravelRow, vaults: Iterable[str] = ()) -> None:
        """Enter a journey, and the vaults given up where not all were; Changed when this person travels already."""
        self._connection.execute(insert(travels).values(**values_of(row)))
        rows = [{"user_id": row.user_id, "vault_id": vault} for vault in sorted(set(vaults))]
        if rows:
            self._connection.execute(insert(travel_vaults), rows)

    def of(self, user: str) -> TravelRow | None:
        """The journey of one person."""
        return first_row(TravelRow, self._connection.execute(rows_of(travels, "user_id"), {"one": user}))

    def all(self) -> list[TravelRow]:
        """Everybody who travels."""
        return read_rows(TravelRow, self._connection.execute(all_rows(travels, "day", "user_id")))

    def kept_from(self, wraps: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """Of these fingerprints (64 hex digits) and vaults, those whose owner travels without that vault."""
        requests = set(wraps)
        whole, parts = set[str](), set[tuple[str, str]]()
        for fingerprints in batches(item for item, _ in requests):
            for vaults in batches(vault for _, vault in requests):
                for row in self._connection.execute(AWAY, {"fingerprints": fingerprints, "some": vaults}):
                    parts.add((row.fingerprint, row.vault_id))
                    whole.update([row.fingerprint] if row.whole else [])
        return {items for items in requests if items in parts or items[0] in whole}

    def remove(self, user: str) -> bool:
        """End a journey; False when there is none."""
        self._connection.execute(delete(travel_vaults).where(travel_vaults.c.user_id == user))
        return bool(self._connection.execute(delete(travels).where(travels.c.user_id == user)).rowcount)
