"""Finding by plain substring: names, titles and numbers on the cards of what this person may open, and nothing else.

Nothing searchable rests in the clear: cards are opened for each search and forgotten.
"""

import unicodedata
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.calls import Call, left_behind
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.fields import Field, Rows, fields_of
from hrd_cases.domain.words import N_
from hrd_cases.services.agenda import case_titles, readable
from hrd_cases.services.context import Context
from hrd_cases.services.gate import allow, may, peek
from hrd_cases.services.lists import folded
from hrd_cases.services.records import title
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored

LEAST, MOST = 2, 200
PER_GROUP = 50
ORDER = ("case", "person", "call", "action", "incident", "hearing", "letter", "evidence", "company", "body")
LEFT_OUT = frozenset({"colleague", "organisation", "statement", "duty"})


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A record that was found: its title, and the text that matched with its field's label where that is another."""

    code: str
    record: str
    title: str
    case: str
    case_title: str
    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """Hits of one kind: at most PER_GROUP of them, and how many more there are."""

    code: str
    hits: tuple[Hit, ...]
    more: int


def remember(ctx: Context, text: str) -> str:
    """Seal what is searched for into the session; returns the id of its page. RuleBroken when too short or long."""
    allow(ctx, Act.SEE_DESK)
    wanted = " ".join(text.split())
    if len(_plain(wanted)) < LEAST:
        raise RuleBroken(N_("Write at least two letters or figures."), place="text")
    if len(wanted) > MOST:
        raise RuleBroken(N_("Write at most 200 characters."), place="text")
    if ctx.session is None:
        raise NotFound
    return ctx.runtime.sessions.keep_search(ctx.session, wanted)


def recall(ctx: Context, page: str) -> str:
    """What the page of this id searched for; NotFound when the session no longer knows."""
    found = ctx.runtime.sessions.searched(ctx.session, page) if ctx.session is not None else None
    if found is None:
        raise NotFound
    return found


def find(ctx: Context, text: str) -> tuple[Group, ...]:
    """Every record whose title, names or numbers hold each of the words, in groups by kind."""
    cards = ctx.work.records.cards(_reachable(ctx))
    ctx.note("read", "search")
    words = _plain(text).split()
    titles, ids = case_titles(cards), {card.id for card in cards}
    found: dict[str, list[Hit]] = {}
    for card in cards:
        looked_at = words and card.entity.code not in LEFT_OUT and not _shown_elsewhere(card, ids)
        hit = _hit(card, words, titles) if looked_at else None
        if hit is not None:
            found.setdefault(hit.code, []).append(hit)
    codes = (*ORDER, *sorted(set(found) - set(ORDER)))
    return tuple(_group(code, found[code]) for code in codes if code in found)


def _shown_elsewhere(card: Stored, ids: Container[str]) -> bool:
    """Whether a call goes on as a copy in a case that is looked at too: one call is found once."""
    return isinstance(card.value, Call) and left_behind(card.value) and card.value.copy in ids


def _reachable(ctx: Context) -> list[OpenVault]:
    """Cases and people of the actor, and the directory if the table lets them read it."""
    directory = peek(ctx, ctx.runtime.organisation.directory)
    shared = [directory] if directory is not None and may(ctx, Act.READ_DIRECTORY, directory) else []
    return [*readable(ctx, Act.READ_CASE, "case"), *readable(ctx, Act.READ_PERSON, "person"), *shared]


def _group(code: str, hits: list[Hit]) -> Group:
    ordered = sorted(hits, key=lambda hit: (hit.title.casefold(), hit.case_title.casefold()))
    return Group(code=code, hits=tuple(ordered[:PER_GROUP]), more=max(0, len(ordered) - PER_GROUP))


def _hit(card: Stored, words: list[str], titles: dict[str, str]) -> Hit | None:
    texts = list(_texts(card))
    whole = "\n".join(_plain(text) for _, text in texts)
    if not all(word in whole for word in words):
        return None
    named = title(card)
    told = next(((label, text) for label, text in texts if words[0] in _plain(text)), ("", ""))
    other = told if words[0] not in _plain(named) else ("", "")
    within = card.vault if card.entity.vault == "case" and card.id != card.vault else ""
    return Hit(
        code=card.entity.code,
        record=card.id,
        title=named,
        case=within,
        case_title=titles.get(within, ""),
        label=other[0],
        text=other[1],
    )


def _texts(card: Stored) -> Iterator[tuple[str, str]]:
    """Label and text of each searchable answer on a card."""
    for field in card.entity.fields:
        if field.search and field.card:
            yield from _answers(field, getattr(card.value, field.name, None))


def _answers(field: Field, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and value:
        yield field.label, value
    elif isinstance(field.kind, Rows) and isinstance(value, tuple):
        for part in _searched(field.kind, value):
            yield field.label, part


def _searched(kind: Rows, rows: Iterable[Any]) -> Iterator[str]:
    names = [part.name for part in fields_of(kind.item) if part.search]
    for row in rows:
        yield from (text for name in names if (text := getattr(row, name, "")))


def _plain(text: str) -> str:
    """Text as it is compared: one form of each letter, look-alikes of Latin, Russian and Kazakh put together."""
    return folded(unicodedata.normalize("NFKC", text)).replace("ё", "е")
