"""Questions that coordinators keep: saved under a name, opened with the figures of today, removed."""

import json
from dataclasses import asdict, dataclass

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.counted import put_together
from hrd_cases.domain.counting import Question
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.ids import RecordId, is_id
from hrd_cases.domain.saved_questions import (
    MOST_NAME,
    MOST_SAVED,
    NAME_IT,
    NAMED_ALREADY,
    TOO_MANY,
    SavedQuestion,
)
from hrd_cases.domain.typed_text import single
from hrd_cases.services.figures import facts, trends
from hrd_cases.services.figures.trends import TrendQuestion
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import peek
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import is_of, of_class
from hrd_cases.store.stored import new_record_id


@dataclass(frozen=True, kw_only=True)
class SavedLine:
    """One saved question."""

    id: str
    name: str
    question: TrendQuestion


def listing(ctx: Context) -> tuple[SavedLine, ...]:
    """The saved questions by name, for somebody who sees the trends already."""
    vault = peek(ctx, ctx.runtime.organisation.trends)
    return _lines(ctx, vault) if vault is not None else ()


def manage(ctx: Context) -> tuple[SavedLine, ...]:
    """The same, for a page of its own."""
    return _lines(ctx, facts.open_trends(ctx, Act.SAVE_QUESTION))


def understood(ctx: Context, question: TrendQuestion) -> Question:
    """A question in full; RuleBroken at the field where it has no answer. Nothing is counted for it."""
    return trends.question_of(ctx, question, put_together(()))


def keep(ctx: Context, name: str, question: TrendQuestion) -> str:
    """Save a question; its id. RuleBroken at the field: a question that has no answer is not saved."""
    vault = facts.open_trends(ctx, Act.SAVE_QUESTION)
    understood(ctx, question)
    single_name, saved = single(name, "name", MOST_NAME), _lines(ctx, vault)
    if not single_name:
        raise RuleBroken(NAME_IT, place="name")
    same = next((line for line in saved if line.name.casefold() == single_name.casefold()), None)
    if same is not None and same.question == question:  # sent twice
        return same.id
    if same is not None:
        raise RuleBroken(NAMED_ALREADY, place="name")
    if len(saved) >= MOST_SAVED:
        raise RuleBroken(TOO_MANY, place="name")
    record = new_record_id()
    value = SavedQuestion(name=single_name, question=json.dumps(asdict(question), sort_keys=True))
    ctx.work.records.add(vault, ctx.author, record, value, ctx.today)
    ctx.note("write", "save a question of trends", vault=vault.id, record=record)
    return record


def remove(ctx: Context, record: RecordId) -> None:
    """Remove a saved question; NotFound for what is none."""
    vault = facts.open_trends(ctx, Act.SAVE_QUESTION)
    stored = ctx.work.records.read(vault, record) if is_id(record) else None
    if stored is None or not is_of(stored, SavedQuestion):
        raise NotFound
    ctx.work.records.remove(vault, record)
    ctx.note("write", "remove a question of trends", vault=vault.id, record=record)


def _lines(ctx: Context, vault: OpenVault) -> tuple[SavedLine, ...]:
    cards = of_class(ctx.work.records.cards([vault], of=(SavedQuestion,)), SavedQuestion)
    lines = [
        SavedLine(id=card.id, name=card.value.name, question=TrendQuestion(**json.loads(card.value.question)))
        for card in cards
        if not card.broken
    ]
    return tuple(sorted(lines, key=lambda line: (line.name.casefold(), line.id)))
