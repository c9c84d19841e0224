"""What one layer does with each kind of field: one table a layer, complete or the program does not start."""

from collections.abc import Collection, Mapping
from typing import Generic, TypeVar

from hrd_cases.domain.fields import FieldKind, Hidden

Handler = TypeVar("Handler")


def kinds() -> tuple[type[FieldKind], ...]:
    """Every kind of field."""
    return tuple(FieldKind.__subclasses__())


class PerKind(Generic[Handler]):
    """A handler for every kind of field; `without`: the kinds that never reach this layer."""

    def __init__(
        self, handlers: Mapping[type[FieldKind], Handler], *, without: Collection[type[FieldKind]] = (Hidden,)
    ) -> None:
        missing = [kind.__name__ for kind in kinds() if kind not in handlers and kind not in without]
        if missing:
            raise TypeError(f"nothing is said of these kinds of field: {', '.join(missing)}")
        self._handlers = handlers

    def of(self, kind: FieldKind) -> Handler:
        """The handler of a kind."""
        return self._handlers[type(kind)]
