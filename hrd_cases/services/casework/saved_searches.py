"""Searches that a person keeps under a name: sealed to them alone, and run by their random ids."""

import json
from dataclasses import dataclass

from hrd_cases.crypto.core.envelope import SealedPlace, seal_to, unseal_from
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.primitives import random
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import allow
from hrd_cases.store.saved_searches import SavedSearchRow

MOST, LONGEST = 25, 80
NO_NAME = N_("Write a name.")
TOO_LONG = N_("Write at most 80 characters.")
TAKEN = N_("You have saved another search under this name.")
TOO_MANY = N_("You have saved 25 searches. Delete one of them first.")


@dataclass(frozen=True, kw_only=True)
class SavedSearch:
    """A search and its name; `kind` (the letter of a kind of record) and `year` narrow it."""

    id: str = ""
    name: str
    text: str
    kind: str = ""
    year: str = ""


def mine(ctx: Context) -> tuple[SavedSearch, ...]:
    """The saved searches of the actor, by name."""
    allow(ctx, Act.SEE_DESK)
    opened = (_opened(ctx, row) for row in ctx.work.saved_searches.of_user(ctx.actor.user))
    return tuple(sorted((search for search in opened if search is not None), key=lambda search: search.name.casefold()))


def one(ctx: Context, search: str) -> SavedSearch:
    """One of them; NotFound where the actor has none of this id."""
    result = next((item for item in mine(ctx) if item.id == search), None)
    if result is None:
        raise NotFound
    return result


def keep(ctx: Context, search: SavedSearch) -> None:
    """Save a search; RuleBroken at the name, or where there are as many as may be."""
    saved = mine(ctx)
    name = _name(search.name, saved)
    if len(ctx.work.saved_searches.of_user(ctx.actor.user)) >= MOST:
        raise RuleBroken(TOO_MANY, place="name")
    identity = random(16).hex()
    sealed = _sealed(ctx, identity, {**vars(search), "name": name})
    row = SavedSearchRow(id=identity, user_id=ctx.actor.user, day=ctx.today, search_sealed=sealed)
    ctx.work.saved_searches.add(row)
    ctx.note("write", "save a search")


def rename(ctx: Context, search: str, name: str) -> None:
    """Give a saved search another name; RuleBroken at the name."""
    before = one(ctx, search)
    called = _name(name, [item for item in mine(ctx) if item.id != search])
    ctx.work.saved_searches.put(ctx.actor.user, search, _sealed(ctx, search, {**vars(before), "name": called}))
    ctx.note("write", "rename a saved search")


def forget(ctx: Context, search: str) -> None:
    """Delete a saved search."""
    one(ctx, search)
    ctx.work.saved_searches.remove(ctx.actor.user, search)
    ctx.note("write", "delete a saved search")


def _name(typed: str, others: tuple[SavedSearch, ...] | list[SavedSearch]) -> str:
    name = " ".join(typed.split())
    if not name:
        raise RuleBroken(NO_NAME, place="name")
    if len(name) > LONGEST:
        raise RuleBroken(TOO_LONG, place="name")
    if any(other.name.casefold() == name.casefold() for other in others):
        raise RuleBroken(TAKEN, place="name")
    return name


def _sealed(ctx: Context, identity: str, fields: dict[str, str]) -> bytes:
    owner = ctx.work.users.by_id(ctx.actor.user)
    if owner is None:
        raise NotFound
    text = json.dumps({name: fields[name] for name in ("name", "text", "kind", "year")}, ensure_ascii=False)
    return seal_to(owner.kem_public, _place(ctx, identity), text.encode())


def _opened(ctx: Context, row: SavedSearchRow) -> SavedSearch | None:
    """A saved search; None where what rests there does not open."""
    try:
        said = json.loads(unseal_from(ctx.keys.kem_seed, _place(ctx, row.id), row.search_sealed))
        return SavedSearch(id=row.id, **{name: str(said[name]) for name in ("name", "text", "kind", "year")})
    except (CryptoError, ValueError, KeyError, TypeError):
        return None


def _place(ctx: Context, identity: str) -> SealedPlace:
    owner, row = bytes.fromhex(ctx.actor.user), bytes.fromhex(identity)
    return SealedPlace(
        org=ctx.runtime.org, vault=owner, table="saved_searches", row=row, compartment="", epoch=0, version=0
    )
