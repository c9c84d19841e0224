"""The lists a form or page draws on: vocabularies in the reader's language, and titles of other records."""

from collections.abc import Sequence
from datetime import date
from functools import cache

from flask import g

from hrd_cases.domain.vocabulary import VocabularyError, vocabulary
from hrd_cases.domain.words import N_
from hrd_cases.services import records
from hrd_cases.services.context import Context
from hrd_cases.web.forms.model import Choice, Group, Lists
from hrd_cases.web.frame import _, language

# Names that hold only for a time: a form offers those valid on the day of the event.
DATED = frozenset({"regions"})


def lists(ctx: Context, case: str | None = None, *, on: date | None = None) -> Lists:
    """The lists for one page; `case` is where records of the same case are looked for, `on` the day of the event."""

    @cache
    def linked(to: str) -> Sequence[Choice]:
        return [(code, _(title) or _(N_("Untitled"))) for code, title in records.choices(ctx, to, case)]

    def coded(name: str) -> Sequence[Group]:
        return groups(name, on if name in DATED else None)

    return Lists(words=_, coded=coded, linked=linked)


def groups(name: str, on: date | None = None) -> Sequence[Group]:
    """A coded list under its headings, in the reader's language."""
    try:
        return vocabulary(name).groups(language(), on)
    except VocabularyError:
        return ()


def label(name: str, code: str) -> str:
    """The words of a stored code; an unknown code stands for itself."""
    try:
        return vocabulary(name).get(code).text(language()) if code else ""
    except VocabularyError:
        return code


def here(case: str | None = None) -> Lists:
    """The lists for the page that is being made."""
    return lists(g.ctx, case)
