"""Questions that one page asks several times: answered once, since a snapshot that only reads does not change."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection

READS_ONLY = {"hrd_reads_only": True}  # execution options of the connection of such a snapshot


class _OfConnection(Protocol):
    _connection: Connection


C = TypeVar("C", bound=_OfConnection)
P = ParamSpec("P")
T = TypeVar("T")


def once_a_snapshot(read: Callable[Concatenate[C, P], T]) -> Callable[Concatenate[C, P], T]:
    """Ask the database once for the same values in a snapshot that only reads; each time where something is written.

    For methods of what has a connection, whose values are texts, numbers, or collections of them; the answer is
    shared, and nobody changes it.
    """

    @wraps(read)
    def ask(self: C, /, *values: P.args, **named: P.kwargs) -> T:
        if not self._connection.get_execution_options().keys() >= READS_ONLY.keys():
            return read(self, *values, **named)
        answers = self.__dict__.setdefault("_answers", {})
        key = (read.__name__, *map(_hashable, values), *map(_hashable, named.values()))
        if key not in answers:
            answers[key] = read(self, *values, **named)
        answer: T = answers[key]
        return answer

    return ask


def _hashable(value: object) -> object:
    return frozenset(value) if isinstance(value, Collection) and not isinstance(value, str | bytes | tuple) else value
