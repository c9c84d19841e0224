"""Rows as the database takes them, and as they come back: one way to make a value of a row, and the other way round.

Long lists of ids are asked for in pieces (`batches`) that every database takes as parameters of one query.
"""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any, Protocol, TypeVar

from sqlalchemy import CursorResult

from hrd_cases.domain.fields import Declared


class _OfVault(Protocol):
    @property
    def vault_id(self) -> str: ...


OfVault = TypeVar("OfVault", bound=_OfVault)
R = TypeVar("R")


def read_rows(cls: type[R], result: CursorResult[Any]) -> list[R]:
    """The rows of a result as values of `cls`, a dataclass or named tuple whose fields are called as the columns."""
    names = tuple(result.keys())
    if issubclass(cls, tuple) and getattr(cls, "_fields", ()) == names:  # in their order: looked at by the thousand
        return [cls(*row) for row in result.all()]
    return [cls(**dict(zip(names, row, strict=True))) for row in result.all()]


def first_row(cls: type[R], result: CursorResult[object]) -> R | None:
    """The same of a result that has at most one row."""
    return next(iter(read_rows(cls, result)), None)


def values_of(row: Declared) -> dict[str, object]:
    """The fields of a row by the names of their columns."""
    return {part.name: getattr(row, part.name) for part in fields(row)}


def by_vault(rows: Iterable[OfVault]) -> dict[str, list[OfVault]]:
    """Rows by the vault they belong to, in their order."""
    results: dict[str, list[OfVault]] = {}
    for row in rows:
        results.setdefault(row.vault_id, []).append(row)
    return results


BATCH = 500


def batches(ids: Iterable[str]) -> list[list[str]]:
    """The distinct ids, in order, in lists of at most BATCH."""
    every = list(dict.fromkeys(ids))
    return [every[at : at + BATCH] for at in range(0, len(every), BATCH)]
