"""The columns of store/tables.py, each marked with what a stranger who copies it would read there."""

from typing import Any

from sqlalchemy import Column, ForeignKey, LargeBinary, String
from sqlalchemy.types import TypeEngine

SEALED, BUDGET, PUBLIC = "sealed", "budget", "public key"
ID, FINGERPRINT, WORD = String(32), String(64), String(20)


def budget(name: str, kind: TypeEngine[Any], *references: ForeignKey, **more: Any) -> Column[object]:  # noqa: ANN401  # as Column()
    """A column that a cold copy shows."""
    return Column(name, kind, *references, nullable=more.pop("nullable", False), info={"rests": BUDGET}, **more)


def public(name: str, kind: TypeEngine[Any], **more: Any) -> Column[object]:  # noqa: ANN401  # as Column()
    """A column that may be seen: a public key, or what a key signed."""
    return Column(name, kind, nullable=False, info={"rests": PUBLIC}, **more)


def sealed(name: str, *, nullable: bool = False) -> Column[object]:
    """A column that opens only with a key."""
    return Column(name, LargeBinary, nullable=nullable, info={"rests": SEALED})
