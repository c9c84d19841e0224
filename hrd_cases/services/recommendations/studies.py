"""Meetings and studies, the newest first, and the recommendations that come from one."""

from dataclasses import dataclass

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.dates import earliest_day
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.recommendations import Recommendation, title_of
from hrd_cases.domain.studies import Study
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.kernel.pagination import Page, page_of
from hrd_cases.services.keys.gate import may, open_vault, peek
from hrd_cases.services.recommendations.recommendations import in_directory
from hrd_cases.services.records import records
from hrd_cases.services.records.records import read_in
from hrd_cases.store.records import Stored


@dataclass(frozen=True, kw_only=True)
class StudyView:
    """A meeting or study in full, and the recommendations that come from it, by their words."""

    stored: Stored[Study]
    recommendations: tuple[Stored[Recommendation], ...]
    may_write: bool


def listing(ctx: Context, page: int) -> tuple[Page[Stored[Study]], bool]:
    """Meetings and studies, the newest first; and whether the actor may write them."""
    cards = records.listing(ctx, Study)
    cards.sort(key=lambda card: (earliest_day(card.value.on), card.entered), reverse=True)
    return page_of(cards, page), records.may_write(ctx, Study)


def view(ctx: Context, record: RecordId) -> StudyView:
    """A meeting or study; NotFound where there is none of this id."""
    organisation = ctx.runtime.organisation
    directory = open_vault(ctx, Act.READ_DIRECTORY, organisation.directory, kind="directory", record=record)
    own = [card for card in in_directory(ctx, directory) if card.value.study == record]
    return StudyView(
        stored=read_in(ctx, directory, record, Study),
        recommendations=tuple(sorted(own, key=lambda card: title_of(card.value).casefold())),
        may_write=may(ctx, Act.WRITE_DIRECTORY, peek(ctx, directory.id)),
    )
