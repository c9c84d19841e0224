"""Pre-trial secrecy: whom it keeps from reading papers and letters of a case, and until when."""

from dataclasses import dataclass
from datetime import date

from hrd_cases.domain.redaction import Recipient


@dataclass(frozen=True, kw_only=True)
class Secrecy:
    """Pre-trial secrecy of a legal action: signed by whom, until when it binds, by whom it was lifted and for what."""

    signed_by: str
    until: date | None = None
    released: str = ""


def secrecy_blocks(secrecy: Secrecy | None, recipient: Recipient, today: date) -> bool:
    """True when pre-trial secrecy forbids this paper; the court's own is never blocked."""
    if secrecy is None or recipient is Recipient.COURT:
        return False
    over = secrecy.until is not None and secrecy.until < today
    return not secrecy.released.strip() and not over
