"""Letters to companies, begun from the page of a company."""

from dataclasses import replace

from hrd_cases.domain.companies import Company
from hrd_cases.domain.errors import NotFound
from hrd_cases.domain.letters import FROM_US, Letter
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.sharing.sharing import names_of

READER = "ncp"  # a company or a national contact point: whose consent is asked for


def proposed(ctx: Context, letter: Letter, company: str) -> Letter:
    """A new letter to a company of the directory; NotFound where there is none of this id."""
    name = names_of(ctx, Company).get(company)
    if name is None:
        raise NotFound
    return replace(letter, direction=FROM_US, addressee_name=name, reader=READER)
