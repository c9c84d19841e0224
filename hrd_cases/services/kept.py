"""Forms posted after the session had ended: sealed to whoever typed them, offered after log-in, never executed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hrd_cases.crypto.envelope import Place, seal_to, unseal_from
from hrd_cases.crypto.errors import CryptoError
from hrd_cases.crypto.primitives import random
from hrd_cases.crypto.sessions import Keep, keep_token, read_keep
from hrd_cases.domain.access.facts import DISABLED
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.dates import day_number
from hrd_cases.domain.errors import NotFound
from hrd_cases.services.context import Context, Runtime
from hrd_cases.services.gate import allow
from hrd_cases.store.forms import KeptFormRow

DAYS = 7
MOST_TEXT = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One kept form: `form` is the address it belongs to, `fields` are (name, text) pairs in order."""

    id: str
    form: str
    day: date
    fields: tuple[tuple[str, str], ...]


def token(ctx: Context, form: str) -> str:
    """What a form carries so that it can be kept for its author after the session has ended."""
    keep = Keep(user=bytes.fromhex(ctx.actor.user), form=form, row=bytes(16), day=ctx.day_number)
    return keep_token(keep, ctx.runtime.marker)


def keep(runtime: Runtime, given: str, fields: tuple[tuple[str, str], ...], now: datetime) -> bool:
    """Seal a form posted too late to the person its token names; False when there is nothing to keep it for."""
    try:
        said = read_keep(given, runtime.marker)
    except CryptoError:
        return False
    today = day_number(now.date())
    text = json.dumps({"form": said.form, "fields": fields}, ensure_ascii=False).encode()
    if not 0 <= today - said.day + 1 <= DAYS or len(text) > MOST_TEXT:
        return False
    with runtime.writing(None, now) as ctx:
        row = ctx.work.users.by_id(said.user.hex())
        journey = ctx.work.travels.of(said.user.hex())
        if row is None or row.state == DISABLED or (journey is not None and journey.whole):
            return False  # nobody may open it, or nobody until they come back
        identity = random(16)
        sealed = seal_to(row.kem_public, _place(runtime, said.user, identity), text)
        kept = ctx.work.forms.add(KeptFormRow(id=identity.hex(), user_id=row.id, day=now.date(), form_sealed=sealed))
        if kept:
            ctx.note("write", "keep a form", user=row.id)
    return kept


def mine(ctx: Context) -> tuple[Kept, ...]:
    """The kept forms of the actor, newest first."""
    allow(ctx, Act.OWN_ACCOUNT)
    return offered(ctx)


def offered(ctx: Context) -> tuple[Kept, ...]:
    """The same for a page that the gate has already been asked about."""
    found = (_opened(ctx, row) for row in ctx.work.forms.of_user(ctx.actor.user))
    return tuple(one for one in found if one is not None)[::-1]


def take(ctx: Context, form_id: str) -> Kept:
    """One kept form; it stays until the form it fills is saved, or it is put away."""
    found = next((one for one in mine(ctx) if one.id == form_id), None)
    if found is None:
        raise NotFound
    return found


def forget(ctx: Context, form_id: str) -> None:
    """Put a kept form away for good."""
    allow(ctx, Act.OWN_ACCOUNT)
    if not ctx.work.forms.remove(ctx.actor.user, form_id):
        raise NotFound


def oldest_day(now: datetime) -> date:
    """Kept forms older than this are swept."""
    return (now - timedelta(days=DAYS)).date()


def _opened(ctx: Context, row: KeptFormRow) -> Kept | None:
    place = _place(ctx.runtime, bytes.fromhex(row.user_id), bytes.fromhex(row.id))
    try:
        said: Mapping[str, object] = json.loads(unseal_from(ctx.keys.kem_seed, place, row.form_sealed))
    except (CryptoError, ValueError):
        return None
    fields = said.get("fields")
    pairs = tuple((str(pair[0]), str(pair[1])) for pair in fields) if isinstance(fields, list) else ()
    return Kept(id=row.id, form=str(said.get("form", "")), day=row.day, fields=pairs)


def _place(runtime: Runtime, user: bytes, row: bytes) -> Place:
    return Place(org=runtime.org, vault=user, table="kept_forms", row=row, compartment="", epoch=0, version=0)
