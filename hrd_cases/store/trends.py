"""Facts for counting: without names, in no case, sealed to the trend desk by any member of staff."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from hrd_cases.crypto.core.envelope import SealedPlace, seal_to, unseal_from
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.domain.vaults import FACTS
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.tables import trend_facts


@dataclass(frozen=True, kw_only=True)
class TrendFact:
    """One fact; `body` is None when it does not open or no member of staff marked it."""

    id: str
    body: bytes | None


class Trends:
    """The facts of the trend desk."""

    def __init__(self, connection: Connection, org: bytes) -> None:
        self._connection = connection
        self._org = org
        self.added = 0  # in this transaction

    def add(
        self, *, vault_id: str, public: bytes, epoch: int, row_id: str, body: bytes, writers: Secret | None
    ) -> None:
        """Seal a fact to the public key of the trend vault's facts at `epoch`; `writers` marks it as staff's."""
        sealed = seal_to(public, self._place(vault_id, epoch, row_id), body, writers=writers)
        self._connection.execute(insert(trend_facts), {"id": row_id, "epoch": epoch, "fact_sealed": sealed})
        self.added += 1

    def all(self, vault: OpenVault, writers: Iterable[Secret | None]) -> list[TrendFact]:
        """Every fact whose key the trend vault holds; `writers` are the writers keys to accept (of every epoch)."""
        accepted = tuple(writers)
        facts = []
        for row in self._connection.execute(select(trend_facts).order_by(trend_facts.c.id)):
            key = vault.key(FACTS, row.epoch)
            if key is not None:
                place = self._place(vault.id, row.epoch, row.id)
                facts.append(TrendFact(id=row.id, body=_opened(key.seed, place, row.fact_sealed, accepted)))
        return facts

    def remove(self, ids: Iterable[str]) -> None:
        """Forget facts: their case replaced or withdrew them."""
        self._connection.execute(delete(trend_facts).where(trend_facts.c.id.in_(list(ids))))

    def _place(self, vault: str, epoch: int, row: str) -> SealedPlace:
        return SealedPlace(
            org=self._org,
            vault=bytes.fromhex(vault),
            table="trend_facts",
            row=bytes.fromhex(row),
            compartment=FACTS,
            epoch=epoch,
            version=0,
        )


def _opened(seed: Secret, place: SealedPlace, sealed: bytes, accepted: Iterable[Secret | None]) -> bytes | None:
    for writers in accepted:
        try:
            return unseal_from(seed, place, sealed, writers=writers)
        except CryptoError:
            continue
    return None
