"""How much is taken in at once."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much is taken in: bytes of one file, files of one form, bytes (sealed) of one case."""

    file: int = 2 * 1024**3
    files: int = 50
    case: int = 200 * 1024**3

    @property
    def form(self) -> int:
        """Bytes of one form."""
        return 2 * self.file
