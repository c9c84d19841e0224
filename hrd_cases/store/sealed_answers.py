"""Answers of people that no key of their case may seal now: to the public keys of their writer and the case's leads."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from hrd_cases.crypto.core.encoding import pae
from hrd_cases.crypto.core.envelope import SealedPlace, seal_to, unseal_from
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.merkle import answers_entered, answers_wait
from hrd_cases.crypto.core.primitives import digest
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.domain.vaults import CORE
from hrd_cases.store.rows import bounds, once_a_snapshot, rows_between, rows_of
from hrd_cases.store.tables import log, sealed_answers

_PART = 16  # bytes of each of the three parts of a mark


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

    def waiting_mark(self, key: Secret, vault: str, answer: str) -> bytes:
        """What the log carries of an answer that was sealed just now: which, and a sum over its rows."""
        sums = self.sums(vault)
        return answers_wait(key, bytes.fromhex(vault)) + bytes.fromhex(answer) + sums[answer]

    def entered_mark(self, key: Secret, vault: str, answer: str) -> bytes:
        """What the log carries of an answer that waits no more."""
        return answers_entered(key, bytes.fromhex(vault)) + bytes.fromhex(answer) + bytes(_PART)

    def announced(self, vault: str, keys: Collection[Secret], unwritten: Collection[bytes]) -> dict[str, bytes]:
        """The answers of a case that wait, by what the log tells who holds these keys: id and sum.

        `unwritten` are marks of this transaction, which the log carries at its end.
        """
        place = bytes.fromhex(vault)
        waiting = self._marked([answers_wait(key, place) for key in keys], unwritten)
        ends = self._marked([answers_entered(key, place) for key in keys], unwritten)
        entered = {end[_PART : 2 * _PART] for end in ends}
        parts = ((data[_PART : 2 * _PART], data[2 * _PART :]) for data in waiting)
        return {answer.hex(): rest for answer, rest in parts if answer not in entered}

    def sums(self, vault: str) -> dict[str, bytes]:
        """A sum over the rows of each answer of a case: for whom they are, and what is sealed."""
        here = select(sealed_answers).where(sealed_answers.c.vault_id == vault)
        rows = sorted(self._connection.execute(here), key=lambda row: (row.id, row.recipient))
        results: dict[str, list[bytes]] = {}
        for row in rows:
            results.setdefault(row.id, []).extend((bytes.fromhex(row.recipient), digest(row.answer_sealed)))
        return {answer: digest(pae(*parts))[:_PART] for answer, parts in results.items()}

    @once_a_snapshot
    def _marked(self, halves: Collection[bytes], unwritten: Collection[bytes]) -> list[bytes]:
        if not halves:
            return []
        ranges = [(half, half + b"\xff" * (2 * _PART + 1)) for half in halves]
        rows = self._connection.execute(rows_between(log, "mark", len(ranges)), bounds(ranges))
        return [*(row.mark for row in rows), *(data for data in unwritten if data[:_PART] in halves)]

    def of(self, recipient: str, seed: Secret) -> list[SealedAnswer]:
        """Every answer that is sealed to this reader, in whatever case."""
        mine = self._connection.execute(rows_of(sealed_answers, "recipient", "id"), {"one": recipient})
        return [SealedAnswer(id=row.id, vault_id=row.vault_id, body=self._opened(seed, row)) for row in mine]

    def remove(self, answers: Collection[str]) -> None:
        """Forget answers that were entered in their case, or never may be."""
        self._connection.execute(delete(sealed_answers).where(sealed_answers.c.id.in_(list(answers))))

    def place(self, vault: str, answer: str) -> SealedPlace:
        """Where an answer of a case rests; the same for every reader, so that one signature does for all."""
        return SealedPlace(
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
