"""A year of figures as it was first published: kept, so that later public files repeat it and say nothing more."""

from dataclasses import dataclass

from hrd_cases.domain.fields import Hidden, declare, entity
from hrd_cases.domain.vaults import STAFF
from hrd_cases.domain.words import N_


@entity(
    "published_year",
    letter="3",
    vault="directory",
    label=N_("Published year"),
    plural=N_("Published years"),
    new=N_("Publish a year"),
    title=lambda year: year.year,
)
@dataclass(frozen=True, kw_only=True)
class PublishedYearRecord:
    """`figures` is the text of a year (domain/publishing.py): what may be known to everybody."""

    year: str = declare(Hidden(default=""), N_("Year"), at=STAFF, card=True)
    on: str = declare(Hidden(default=""), N_("Published on"), at=STAFF, card=True)
    figures: str = declare(Hidden(default=""), N_("Figures"), at=STAFF)
