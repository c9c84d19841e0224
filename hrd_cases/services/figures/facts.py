"""The facts of the trend desk, opened and put together: only those that this server entered for our staff."""

import gc
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from hrd_cases.domain import fact_segments
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import Company
from hrd_cases.domain.counted import CountedFacts, put_together
from hrd_cases.domain.fact_segments import FactSegment, Folded
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.quarters import MEETING
from hrd_cases.domain.studies import MEETINGS, Study
from hrd_cases.domain.trend_facts import ENTRY, GONE, VERSION, Body, CountedFact, decode, position, standing
from hrd_cases.domain.vaults import FACTS
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import open_vault, peek
from hrd_cases.services.keys.integrity import check_for
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored, of_class
from hrd_cases.store.trends import TrendFact, Trends


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that is counted; `unread` could not be opened or read, `altered`: not those that this server entered.

    `waiting`: statements in rows of their own, by the ids of those; `segments`: those that were folded.
    """

    counted: CountedFacts
    unread: int
    altered: bool
    waiting: Mapping[str, Body]
    segments: Mapping[RecordId, Folded]


def open_trends(ctx: Context, act: Act = Act.SEE_TRENDS) -> OpenVault:
    """The vault of the facts, for somebody who may do `act`."""
    return open_vault(ctx, act, ctx.runtime.organisation.trends, kind="trends")


def read(ctx: Context, act: Act = Act.SEE_TRENDS) -> Facts:
    """Everything that is counted, for somebody who may do `act`."""
    with _cycles_let_be():
        return _read(ctx, act)


@contextmanager
def _cycles_let_be() -> Iterator[None]:
    """Hundreds of thousands of objects without a cycle among them are made here: not looked through again and again.

    Of several threads the first that is done lets the collector go on, for all of them.
    """
    went_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if went_on:
            gc.enable()


def _read(ctx: Context, act: Act) -> Facts:
    vault = open_trends(ctx, act)
    trends = ctx.work.trends
    segments, unread, wrong = _segments(ctx, vault)
    known = {row for segment in segments.values() for row in segment.rows}
    bodies = {row.id: _body(trends, row) for row in trends.all(vault) if row.id not in known}
    waiting = {row: body for row, body in bodies.items() if body is not None}
    folded = [body for segment in segments.values() for body in segment.statements]
    directory = peek(ctx, ctx.runtime.organisation.directory)
    return Facts(
        counted=replace(
            put_together([*standing([*folded, *waiting.values()]), *_meetings(ctx, directory)]),
            sectors=_sectors(ctx, directory),
        ),
        unread=unread + len(bodies) - len(waiting),
        altered=wrong or not trends.whole(),
        waiting=waiting,
        segments=segments,
    )


def _sectors(ctx: Context, directory: OpenVault | None) -> dict[str, str]:
    """The sector of each company of the directory that has one."""
    cards = ctx.work.records.cards([directory], of=(Company,)) if directory is not None else ()
    return {card.id: card.value.sector for card in of_class(cards, Company) if card.value.sector}


def _meetings(ctx: Context, directory: OpenVault | None) -> Iterator[CountedFact]:
    """The meetings of the directory, which is open to whoever counts: no fact of them is sealed anywhere else."""
    cards = ctx.work.records.cards([directory], of=(Study,)) if directory is not None else ()
    for card in of_class(cards, Study):
        if not card.broken and card.value.kind in MEETINGS:
            codes = {"kind": (card.value.kind,)}
            yield CountedFact(sort=ENTRY, entity=MEETING, id=card.id, when=card.value.on, codes=codes)


def _segments(ctx: Context, vault: OpenVault) -> tuple[dict[RecordId, Folded], int, bool]:
    """What was folded by the ids of its records, how many of those cannot be read, and whether any is not as left."""
    names = ctx.work.trends.segments()
    every = ctx.work.records.all(vault, check_for(ctx, vault.id)) if names else []
    there = {stored.id: stored for stored in of_class(every, FactSegment) if stored.id in names}
    found = {name: _segment(ctx.work.trends, there[name]) if name in there else None for name in names}
    segments = {name: segment for name, segment in found.items() if segment is not None}
    doubted = any(doubt.compartment == FACTS for stored in every for doubt in stored.doubts)
    unread = len(names) - len(segments)
    return segments, unread, doubted or bool(unread)


def _segment(trends: Trends, stored: Stored[FactSegment]) -> Folded | None:
    """A segment that this server made of what one of us signed, else None."""
    signed = stored.signatures.get(FACTS)
    if signed is None or stored.broken or stored.unproven:
        return None
    if not trends.own_segment(stored.id, signed.document, stored.value.at):
        return None
    try:
        return fact_segments.read(stored.value.text)
    except (ValueError, KeyError, TypeError):
        return None


def _body(rows: Trends, row: TrendFact) -> Body | None:
    """A statement that can be read, else None: one bad row must not hide the others.

    One of before a restore that the backup did not have is none: another generation has its place in the log.
    """
    if row.body is None:
        return None
    try:
        body = dict(json.loads(row.body))
        if body["s"] != GONE or body["v"] != VERSION or not isinstance(body["id"], str):
            decode(body)
        if rows.generation_at(position(body)[0]) != row.generation:
            return None
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None
    return body
