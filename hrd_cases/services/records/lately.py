"""What was used lately: the few that a long list offers before somebody searches in it."""

from collections.abc import Iterable, Iterator

from hrd_cases.domain.fields import Coded, CodedMany, Declared, FieldKind, Link, Links, Rows, fields_of
from hrd_cases.domain.ids import CaseId
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.records import records
from hrd_cases.services.records.people_cards import LinkChoice

Chosen = Coded | CodedMany | Link | Links


def lately(ctx: Context, of: Chosen, case: CaseId | None, offered: Iterable[LinkChoice]) -> list[str]:
    """Ids or codes, each once: what the newest records of the case name, then the newest of what is offered."""
    named = [found for card in records.newest_in_case(ctx, case) for found in named_by(card.value, of)]
    newest = sorted(offered, key=lambda offer: -offer.entered)
    return list(dict.fromkeys([*named, *(offer.id for offer in newest)]))


def named_by(value: Declared, of: Chosen) -> Iterator[str]:
    """The ids of an entity, or the codes of a list, that a record names, its rows included."""
    for field in fields_of(type(value)):
        yield from _named(field.kind, getattr(value, field.name), of)


def _named(kind: FieldKind, value: object, of: Chosen) -> Iterable[str]:
    if isinstance(kind, Rows) and isinstance(value, tuple):
        return [found for row in value for found in named_by(row, of)]
    if not isinstance(kind, Chosen) or _source(kind) != _source(of):
        return ()
    return value if isinstance(value, tuple) else [str(value)] if value else []


def _source(kind: Chosen) -> tuple[bool, str]:
    return (True, kind.to) if isinstance(kind, Link | Links) else (False, kind.list)
