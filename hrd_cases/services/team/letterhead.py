"""How our organisation stands at the head of letters and reports: written by an administrator; its name stays."""

from collections.abc import Mapping
from dataclasses import replace

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import OwnOrganisation
from hrd_cases.domain.errors import NotFound
from hrd_cases.domain.ids import record_id
from hrd_cases.domain.vaults import REFERENCE
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import allow, peek
from hrd_cases.services.records.records import in_directory, look_up
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored


def read(ctx: Context) -> Stored[OwnOrganisation]:
    """What is kept of our organisation."""
    return _opened(ctx)[1]


def save(ctx: Context, value: OwnOrganisation, expected: Mapping[str, int]) -> None:
    """Keep address, contact and registration, and our name in other languages."""
    vault, stored = _opened(ctx)
    vault.must_write([REFERENCE])
    changed = replace(value, name=stored.value.name)
    ctx.work.records.update(vault, ctx.author, stored.id, changed, expected, ctx.today)
    ctx.note("write", "change the letterhead", record=stored.id)


def is_written(ctx: Context) -> bool:
    """Whether a letter would say where we are reached; not while the directory cannot be opened."""
    ours = in_directory(ctx, record_id(ctx.runtime.organisation.directory), OwnOrganisation)
    return ours is not None and bool(ours.address and ours.contact)


def _opened(ctx: Context) -> tuple[OpenVault, Stored[OwnOrganisation]]:
    allow(ctx, Act.MANAGE_SETTINGS)
    vault = peek(ctx, ctx.runtime.organisation.directory)
    if vault is None or not vault.may_read(REFERENCE):
        raise NotFound
    return vault, look_up(ctx, vault, record_id(vault.id), OwnOrganisation)
