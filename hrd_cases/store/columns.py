"""The columns of store/tables.py, each marked with what a stranger who copies it would read there."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, Dialect, ForeignKey, LargeBinary, String
from sqlalchemy.types import TypeEngine

from hrd_cases.crypto.core.primitives import HASH_LENGTH, digest

SEALED, BUDGET, PUBLIC = "sealed", "budget", "public key"
ID, FINGERPRINT, WORD = String(32), String(64), String(20)


class Ciphertext(LargeBinary):
    """Sealed bytes, which rest behind their SHA-256: a byte that flipped on the disk is seen without any key."""

    def bind_processor(self, dialect: Dialect) -> Callable[[bytes | None], object]:
        """Put the hash before what is written."""
        further = super().bind_processor(dialect)  # type: ignore[no-untyped-call]  # SQLAlchemy's own

        def stored(value: bytes | None) -> object:
            behind = None if value is None else digest(value) + value
            return behind if further is None else further(behind)

        return stored

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[bytes | None], bytes | None]:
        """Leave the hash away from what is read: what does not open is told by the envelope."""
        first = super().result_processor(dialect, coltype)  # type: ignore[no-untyped-call]  # SQLAlchemy's own

        def read(value: bytes | None) -> bytes | None:
            stored = value if first is None else first(value)
            return None if stored is None else bytes(stored)[HASH_LENGTH:]

        return read


def intact(stored: bytes) -> bool:
    """Whether what rests in a column of ciphertext has the hash that it was written with."""
    return digest(stored[HASH_LENGTH:]) == stored[:HASH_LENGTH]


def budget(name: str, kind: TypeEngine[Any], *references: ForeignKey, **more: Any) -> Column[object]:  # noqa: ANN401  # as Column()
    """A column that a cold copy shows."""
    return Column(name, kind, *references, nullable=more.pop("nullable", False), info={"rests": BUDGET}, **more)


def public(name: str, kind: TypeEngine[Any], **more: Any) -> Column[object]:  # noqa: ANN401  # as Column()
    """A column that may be seen: a public key, or what a key signed."""
    return Column(name, kind, nullable=False, info={"rests": PUBLIC}, **more)


def sealed(name: str, *, nullable: bool = False) -> Column[object]:
    """A column that opens only with a key."""
    return Column(name, Ciphertext, nullable=nullable, info={"rests": SEALED})
