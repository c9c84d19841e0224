"""Names and numbers in the text layer of one page of an exhibit, for whoever marks what is to be hidden on it.

The page is read when it is asked for, in the process that opens exhibits; nothing that was read is kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.case_names import somebody, typed_names
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import CaseId, RecordId, named_id, record_id
from hrd_cases.domain.names.finding import Names
from hrd_cases.domain.names.places import Somebody
from hrd_cases.domain.page_words import FoundWord, PageLayer, found
from hrd_cases.domain.people import Person
from hrd_cases.render import wire
from hrd_cases.render.exhibit_process import ExhibitTask
from hrd_cases.services.evidence import previews
from hrd_cases.services.evidence.exhibit_turns import opened
from hrd_cases.services.evidence.previews import DPI, LIMITS, WAIT, PreviewPage, part_of
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import open_vault, people_of
from hrd_cases.store.opened import OpenVault


class LayerState(StrEnum):
    """What came of reading the text layer of a page: all of it, its beginning, there is none, or not now."""

    WHOLE = "whole"
    BEGINNING = "beginning"
    NONE = "none"
    UNREAD = "unread"


@dataclass(frozen=True, kw_only=True)
class WordsOnPage:
    """The words found on a page, and how much of it was looked at."""

    state: LayerState
    words: tuple[FoundWord, ...] = ()


def on_page(ctx: Context, case: CaseId, record: RecordId, page: PreviewPage) -> WordsOnPage:
    """The names of people of the case, and the numbers, that the text layer of a page holds."""
    vault = open_vault(ctx, Act.ADD_EVIDENCE, case, record=record)
    layer = _layer(ctx, case, record, page)
    if layer is None:
        return WordsOnPage(state=LayerState.UNREAD)
    if not layer.words:
        return WordsOnPage(state=LayerState.NONE)
    state = LayerState.WHOLE if layer.whole else LayerState.BEGINNING
    return WordsOnPage(state=state, words=found(layer, names_of(ctx, vault)))


def names_of(ctx: Context, case: OpenVault) -> Names:
    """Everybody whom a text of a case may name: its people, and the names typed in its records."""
    values = [record.value for record in ctx.work.records.all(case)]
    people = tuple(_people(ctx, case))
    typed = typed_names(values, Names(people))
    return Names((*people, *(Somebody(id=item, names=(name.name,)) for item, name in typed.items())))


def _people(ctx: Context, case: OpenVault) -> Iterator[Somebody]:
    for file in people_of(ctx, case):
        stored = ctx.work.records.read(file, record_id(file.id))
        if stored is not None and isinstance(stored.value, Person):
            yield somebody(named_id(file.id), stored.value)


def _layer(ctx: Context, case: CaseId, record: RecordId, page: PreviewPage) -> PageLayer | None:
    """The text layer of a page as it is printed; None while others look at theirs, or where it can not be read."""
    large = previews.large_page(ctx, case, record, page.number)
    task = ExhibitTask(part=replace(part_of(large.file), pages=(large.at,)), dpi=DPI, words=True)
    try:
        ready = opened(ctx.runtime, case, large.file, task, LIMITS, WAIT)
    except RuleBroken:
        return None
    return wire.unpack(PageLayer, ready.pictures[-1]) if ready.pictures else None
