"""What a mail says of itself: who sent it to whom, when, about what, its words, and its attachments by name.

It is read from the text that the process without keys makes of a mail (render/plain_text.py): heads, an empty line, the
words, and a line for each attachment. Nobody vouches for what a mail says: whoever keeps it as a letter checks it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

_HEAD = re.compile(r"([A-Z][A-Za-z-]+): (.*)")
_ATTACHED = re.compile(r"\[(\d+)\] (.+), \d+ B")
_YEARS = range(1970, 2101)
_PREFIX = re.compile(r"\s*(?:re|aw|fwd?|отв|на|ответ|жауап)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class ReadMail:
    """A mail as its heads tell it; `sent` is None where they have no day that can be read."""

    sender: str
    reader: str
    sent: datetime | None
    subject: str
    words: str
    attached: tuple[str, ...]


def read_mail(text: str) -> ReadMail:
    """The parts of a mail out of its text; of a head that stands there twice, the first."""
    top, _, rest = text.partition("\n\n")
    heads: dict[str, str] = {}
    for match in filter(None, map(_HEAD.fullmatch, top.split("\n"))):
        heads.setdefault(match[1], match[2].strip())
    lines = rest.rstrip().split("\n")
    attached = _attached(lines)
    return ReadMail(
        sender=heads.get("From", "") or heads.get("Sender", ""),
        reader=heads.get("To", ""),
        sent=_moment(heads.get("Date", "")),
        subject=heads.get("Subject", ""),
        words="\n".join(lines[: len(lines) - len(attached)]).strip(),
        attached=attached,
    )


def bare_subject(subject: str) -> str:
    """A subject without what mail programs put before it (Re:, Fwd:), to compare it."""
    while match := _PREFIX.match(subject):
        subject = subject[match.end() :]
    return " ".join(subject.casefold().split())


def _attached(lines: Iterable[str]) -> tuple[str, ...]:
    """The names of the attachments: the last lines, numbered from 1."""
    found: list[tuple[int, str]] = []
    for line in reversed(list(lines)):
        match = _ATTACHED.fullmatch(line)
        if match is None or (found and int(match[1]) != found[-1][0] - 1):
            break
        found.append((int(match[1]), match[2]))
    return tuple(name for _, name in reversed(found)) if found and found[-1][0] == 1 else ()


def _moment(text: str) -> datetime | None:
    """When a mail says it was sent; a year in which nobody sent mails is none: no zone could turn it into a day."""
    try:
        moment = parsedate_to_datetime(text) if text else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment is not None and moment.year in _YEARS else None
