"""Requests of the directory that wait for a second person: one's own, and one as it was signed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.export_requests import ExportRequest
from hrd_cases.domain.figure_requests import FiguresRequest
from hrd_cases.domain.ids import NO_RECORD, RecordId
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.records.records import read_in
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored, of_class

NOT_AS_SIGNED = N_("This was changed in the database and does not open. Ask again.")
R = TypeVar("R", ExportRequest, FiguresRequest)


@dataclass(frozen=True, kw_only=True)
class WaitingRequest:
    """A request in a list; `agreed`: whoever asked can take the file."""

    id: RecordId
    on: date | None
    mine: bool
    agreed: bool


def directory(ctx: Context, act: Act, record: RecordId = NO_RECORD) -> OpenVault:
    """The directory, opened for an act on a request."""
    return open_vault(ctx, act, ctx.runtime.organisation.directory, kind="directory", record=record)


def own(ctx: Context, vault: OpenVault, cls: type[R]) -> Iterator[Stored[R]]:
    """What the actor asked for."""
    for card in of_class(ctx.work.records.cards([vault], of=(cls,)), cls):
        if not card.broken and card.value.asked_by == ctx.actor.user:
            yield read_in(ctx, vault, card.id, cls)


def opened(ctx: Context, act: Act, record: RecordId, cls: type[R]) -> tuple[OpenVault, Stored[R]]:
    """A request with the directory it rests in; RuleBroken where it is not as its author signed it."""
    vault = directory(ctx, act, record)
    stored = read_in(ctx, vault, record, cls)
    if stored.broken or stored.unproven:
        raise RuleBroken(NOT_AS_SIGNED)
    return vault, stored
