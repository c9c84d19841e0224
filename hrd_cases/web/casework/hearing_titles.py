"""What the pages of a record call it: a hearing by its matter, day and hour, everything else by its own title."""

from flask import g

from hrd_cases.domain.fields import Declared
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.ids import CaseId
from hrd_cases.services.records.records import Stored
from hrd_cases.services.schedule import hearings
from hrd_cases.web.forms.model import Lists
from hrd_cases.web.pages import filters, record_view


def headline(stored: Stored[Declared], case: CaseId | None, lists: Lists) -> str:
    """What a record of a case is called at the head of its page, of its form and of its versions."""
    if case is None or not isinstance(stored.value, Hearing):
        return record_view.headline(stored, lists)
    matter = hearings.matter(g.ctx, case, stored.value)
    return ", ".join(filter(None, (matter, filters.day(stored.value.on), stored.value.at)))
