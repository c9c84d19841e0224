"""Pre-trial secrecy: whom it keeps from reading papers and letters of a case, until when, for whom it was lifted."""

from dataclasses import dataclass
from datetime import date

from hrd_cases.domain.redaction import Recipient


@dataclass(frozen=True, kw_only=True)
class Secrecy:
    """Pre-trial secrecy of a legal action: until when it binds (None: no end); by whom it was lifted and for what, on
    which day, and for which recipients."""

    until: date | None = None
    released: str = ""
    released_on: date | None = None
    released_for: frozenset[str] = frozenset()

    def lifted(self, recipient: Recipient, today: date) -> bool:
        """True when it was lifted for this recipient: by somebody, from a day that has come, for these readers."""
        since = self.released_on is not None and self.released_on <= today
        return bool(self.released.strip()) and since and recipient.value in self.released_for


def secrecy_blocks(secrecy: Secrecy | None, recipient: Recipient, today: date) -> bool:
    """True when pre-trial secrecy forbids this paper; the court's own is never blocked."""
    if secrecy is None or recipient is Recipient.COURT:
        return False
    over = secrecy.until is not None and secrecy.until < today
    return not secrecy.lifted(recipient, today) and not over
