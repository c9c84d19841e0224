"""Secret bytes that do not print, compare in constant time and are not pickled."""

import hmac
from typing import NoReturn


class Secret:
    """Holds key material; only `reveal` hands the bytes out."""

    __slots__ = ("_expanded", "_value")

    def __init__(self, value: bytes) -> None:
        self._value = bytes(value)
        # The library's expanded private key lives here and not in a global cache: it goes when the secret goes.
        self._expanded: object | None = None

    def reveal(self) -> bytes:
        """Return the bytes."""
        return self._value

    def expanded(self) -> object | None:
        """Return what `remember_expanded` kept, or None."""
        return self._expanded

    def remember_expanded(self, expanded: object) -> None:
        """Keep an object derived from this secret for as long as the secret lives."""
        self._expanded = expanded

    def __len__(self) -> int:
        return len(self._value)

    def _same(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._value, other._value)

    def _hidden(self, _format_spec: str = "") -> str:
        return "<secret>"

    def _not_copied(self, _protocol: object = None) -> NoReturn:
        raise TypeError("a secret is not pickled or copied")

    # Assigned and not defined: Python 3.11 has no `override` to mark a redefined method with.
    __eq__ = _same
    # A hash would leak bits of the value and invite dictionary keys.
    __hash__ = None  # type: ignore[assignment]
    __repr__ = __str__ = __format__ = _hidden
    __reduce_ex__ = __reduce__ = _not_copied
