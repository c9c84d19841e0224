"""The list of recommendations and the page of one: kept in the directory, the next review first."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.ids import NO_RECORD, RecordId
from hrd_cases.domain.published_recommendations import published
from hrd_cases.domain.recommendations import Recommendation, by_review, title_of
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.kernel.pagination import Page, page_of
from hrd_cases.services.keys.gate import may, open_vault, peek
from hrd_cases.services.records.records import read_in
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored, of_class


@dataclass(frozen=True, kw_only=True)
class RecommendationList:
    """One page of a list, and how many recommendations there are in each state, before a filter."""

    page: Page[Stored[Recommendation]]
    states: Mapping[str, int]
    may_write: bool
    unpublished: int  # published recommendations that nobody added yet


@dataclass(frozen=True, kw_only=True)
class RecommendationView:
    """A recommendation in full."""

    stored: Stored[Recommendation]
    may_write: bool


def listing(ctx: Context, state: str = "", page: int = 1) -> RecommendationList:
    """Recommendations of a state (all of them if it is empty), the next review first."""
    directory = _opened(ctx)
    stored = in_directory(ctx, directory)
    place = by_review(ctx.today)
    chosen = [item for item in stored if state in ("", item.value.state)]
    return RecommendationList(
        page=page_of(sorted(chosen, key=lambda item: (*place(item.value), title_of(item.value).casefold())), page),
        states=Counter(item.value.state for item in stored),
        may_write=may(ctx, Act.WRITE_DIRECTORY, peek(ctx, directory.id)),
        unpublished=len(missing_of(stored, ctx.language)),
    )


def every(ctx: Context) -> list[Stored[Recommendation]]:
    """The cards of every recommendation, for whoever may read the directory."""
    return in_directory(ctx, _opened(ctx))


def view(ctx: Context, record: RecordId) -> RecommendationView:
    """A recommendation; NotFound where there is none of this id."""
    directory = _opened(ctx, record)
    return RecommendationView(
        stored=read_in(ctx, directory, record, Recommendation),
        may_write=may(ctx, Act.WRITE_DIRECTORY, peek(ctx, directory.id)),
    )


def in_directory(ctx: Context, directory: OpenVault) -> list[Stored[Recommendation]]:
    """The cards of every recommendation."""
    return list(of_class(ctx.work.records.cards([directory], of=(Recommendation,)), Recommendation))


def missing_of(stored: Iterable[Stored[Recommendation]], language: str) -> tuple[Recommendation, ...]:
    """The published recommendations that are not among these, with names in `language`."""
    existing = {item.value.published for item in stored}
    return tuple(item for item in published(language) if item.published not in existing)


def _opened(ctx: Context, record: RecordId = NO_RECORD) -> OpenVault:
    organisation = ctx.runtime.organisation
    return open_vault(ctx, Act.READ_DIRECTORY, organisation.directory, kind="directory", record=record)
