"""Answers of people that no key of their case may seal now: to the public keys of their writer and the case's leads."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from hrd_cases.crypto.envelope import Place, seal_to, unseal_from
from hrd_cases.crypto.errors import CryptoError
from hrd_cases.crypto.secrets import Secret
from hrd_cases.domain.vaults import CORE
from hrd_cases.store.tables import sealed_answers


@dataclass(frozen=True, kw_only=True)
class SealedAnswer:
    """One answer, opened by one of those it is sealed to; `body` is a signed document, None when it does not open."""

    id: str
    vault_id: str
    body: bytes | None


class SealedAnswers:
    """Answers that wait for a key of their case."""

    def __init__(self, connection: Connection, org: bytes) -> None:
        self._connection = connection
        self._org = org

    def add(self, *, vault_id: str, answer: str, recipient: str, public: bytes, body: bytes) -> None:
        """Seal an answer of a case to one reader."""
        row = {"id": answer, "recipient": recipient, "vault_id": vault_id}
        sealed = seal_to(public, self.place(vault_id, answer), body)
        self._connection.execute(insert(sealed_answers), {**row, "answer_sealed": sealed})

    def of(self, recipient: str, seed: Secret) -> list[SealedAnswer]:
        """Every answer that is sealed to this reader, in whatever case."""
        mine = select(sealed_answers).where(sealed_answers.c.recipient == recipient).order_by(sealed_answers.c.id)
        return [
            SealedAnswer(id=row.id, vault_id=row.vault_id, body=self._opened(seed, row))
            for row in self._connection.execute(mine)
        ]

    def has(self, answer: str) -> bool:
        """True while an answer waits."""
        query = select(sealed_answers.c.id).where(sealed_answers.c.id == answer).limit(1)
        return self._connection.scalar(query) is not None

    def remove(self, answers: Collection[str]) -> None:
        """Forget answers that were entered in their case, or never may be."""
        self._connection.execute(delete(sealed_answers).where(sealed_answers.c.id.in_(list(answers))))

    def place(self, vault: str, answer: str) -> Place:
        """Where an answer of a case rests; the same for every reader, so that one signature does for all."""
        return Place(
            org=self._org,
            vault=bytes.fromhex(vault),
            table="sealed_answers",
            row=bytes.fromhex(answer),
            compartment=CORE,
            epoch=0,
            version=0,
        )

    def _opened(self, seed: Secret, row: object) -> bytes | None:
        try:
            return unseal_from(seed, self.place(row.vault_id, row.id), row.answer_sealed)  # type: ignore[attr-defined]
        except CryptoError:
            return None
