"""The text of a file of an exhibit, kept so that search finds it: a record beside the exhibit, in the same part.

It is read once (services/evidence/file_texts.py), stands in no list, and is shown as the line that a search found.
"""

from dataclasses import dataclass

from hrd_cases.domain.fields import Hidden, declare, entity
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.vaults import IDENTITY
from hrd_cases.domain.words import N_

MOST_LETTERS = 200_000  # of one file
LABEL = N_("Text of a file")
OF_SCAN = N_("Text of a scan, read by machine")


@entity(
    "file_text",
    letter="7",
    vault="case",
    label=LABEL,
    plural=N_("Texts of files"),
    new=LABEL,
    title=lambda _text: LABEL,
)
@dataclass(frozen=True, kw_only=True)
class FileText:
    """The text of one file: `exhibit` names its record, `file` its sealed bytes; `cut`: it is only the beginning.

    `scanned`: what a machine read on pages without text, and may have misread, kept beside the text that the file has.
    `unread`: so many pages have no text and, in a `scanned` one, were not read.
    """

    exhibit: RecordId = declare(Hidden(default=""), N_("Evidence"), at=IDENTITY, card=True)
    file: str = declare(Hidden(default=""), N_("File"), at=IDENTITY, card=True)
    cut: bool = declare(Hidden(default=False), N_("Only its beginning"), at=IDENTITY, card=True)
    scanned: bool = declare(Hidden(default=False), OF_SCAN, at=IDENTITY, card=True)
    unread: int = declare(Hidden(default=0), N_("Pages without text"), at=IDENTITY, card=True)
    text: str = declare(Hidden(default=""), LABEL, at=IDENTITY, printed=False, search=True)


def of_letters(exhibit: RecordId, file: str, text: str, unread: int, *, scanned: bool = False) -> FileText:
    """The text of a file as it is kept: not more than MOST_LETTERS of it."""
    cut = len(text) > MOST_LETTERS
    return FileText(exhibit=exhibit, file=file, text=text[:MOST_LETTERS], cut=cut, scanned=scanned, unread=unread)
