"""Letters to companies, begun from the page of a company."""

from dataclasses import replace

from hrd_cases.domain.companies import Company
from hrd_cases.domain.errors import NotFound
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.letters import FROM_US, Letter
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.sharing.sharing import names_of


def proposed(ctx: Context, letter: Letter, company: RecordId) -> Letter:
    """A new letter to a company of the directory; NotFound where there is none of this id."""
    if company not in names_of(ctx, Company):
        raise NotFound
    return replace(letter, direction=FROM_US, to_company=company)
