"""Forms of a person: kept sealed when they could not be saved, and known again when they are sent a second time.

Every form carries a token that says whose it is, where it is sent and where it stands (docs/crypto-format.md 11).
A kept form is sealed to whoever typed it and offered again; nothing of it is ever carried out by itself.
A form that was carried out is used up in the same transaction: sending it again opens what the first sending made.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from hrd_cases.crypto.core.envelope import SealedPlace, seal_to, unseal_from
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.primitives import digest, random
from hrd_cases.crypto.core.sessions import DraftKey, keep_token, read_keep
from hrd_cases.domain.access.facts import DISABLED
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.dates import day_number
from hrd_cases.domain.errors import NotFound
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.keys.gate import allow
from hrd_cases.store.forms import MOST_FORMS, KeptFormRow, UsedFormRow

DAYS = 7
MOST_TEXT = 4_500_000  # bytes: every form that is let in (web/kernel/handling.py)
ROOM = 1_000  # for what stands around the text

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class DraftOrigin:
    """Whose form it is, the address it is sent to, the page it stands on, and the number of this one form."""

    user: str
    form: str
    page: str
    row: str = ""


@dataclass(frozen=True, kw_only=True)
class SavedDraft:
    """One kept form: `fields` are (name, text) pairs in order."""

    id: str
    form: str
    page: str
    row: str
    day: date
    fields: Fields

    @property
    def opening(self) -> str:
        """The first words of it, by which its writer knows it."""
        texts = (" ".join(text.split()) for name, text in self.fields if not name.startswith("_"))
        return next((text[:60] for text in texts if " " in text), "")


@dataclass(frozen=True, kw_only=True)
class First:
    """What the first sending of a form was answered with, and whether this sending says the same."""

    to: str
    same: bool
    rescued: tuple[str, ...] = ()  # the line dropped in the middle: the records that hold what had arrived whole


class SentBefore(Exception):
    """A form came a second time; nothing was done."""

    def __init__(self, first: First) -> None:
        super().__init__("sent before")
        self.first = first


@dataclass(frozen=True, kw_only=True)
class Once:
    """A form for an act that makes its own transactions, and what is forgotten when it is carried out."""

    origin: DraftOrigin | None
    fields: Fields = ()
    restored: tuple[str, ...] = ()

    def check(self, ctx: Context, *more: str) -> tuple[str, ...]:
        """Raise SentBefore when the form was carried out before; `more` is what it says besides its text.

        Returns the records of a first sending that broke off, which this one completes.
        """
        before = first(ctx, self.origin, self._all_fields(more)) if self.origin is not None else None
        if before is not None and not before.rescued:
            raise SentBefore(before)
        return before.rescued if before is not None else ()

    def done(self, ctx: Context, to: str, *more: str, rescued: tuple[str, ...] = ()) -> None:
        """Use the form up, in the transaction that carries it out, or that rescues what arrived of it."""
        if self.origin is not None:
            ctx.work.forms.use_again(self.origin.user, self.origin.row)
            use_up(ctx, self.origin, self._all_fields(more), to, rescued)
            for item in self.restored:
                ctx.work.forms.remove(self.origin.user, item)

    def _all_fields(self, more: tuple[str, ...]) -> Fields:
        return (*self.fields, *(("_file", item) for item in more))


NO_FORM = Once(origin=None)


def token(runtime: Runtime, origin: DraftOrigin, now: datetime) -> str:
    """What a form carries; without a row it is a new form."""
    keep = DraftKey(
        user=bytes.fromhex(origin.user),
        form=f"{origin.form} {origin.page}",
        row=bytes.fromhex(origin.row) or random(16),
        day=day_number(now.date()),
    )
    return keep_token(keep, runtime.marker)


def origin(runtime: Runtime, token: str, now: datetime) -> DraftOrigin | None:
    """What a token says; None when it is not ours, or too old."""
    try:
        text = read_keep(token, runtime.marker)
    except CryptoError:
        return None
    if not 0 <= day_number(now.date()) - text.day + 1 <= DAYS:
        return None
    form, _, page = text.form.partition(" ")
    return DraftOrigin(user=text.user.hex(), form=form, page=page, row=text.row.hex())


def keep(runtime: Runtime, origin: DraftOrigin, fields: Fields, now: datetime) -> str:
    """Seal a form to the person it was made for; the id of what is kept, empty when it can not be kept."""
    with runtime.writing(None, now) as ctx:
        saved = put(ctx, origin, fields)
        if saved:
            ctx.note("write", "save a draft", user=origin.user)
    return saved


def put(ctx: Context, origin: DraftOrigin, fields: Fields) -> str:
    """The same within a transaction; it replaces what was kept of this very form, as far as its owner is here."""
    draft = {"form": origin.form, "page": origin.page, "row": origin.row, "fields": fields}
    text = json.dumps(draft, ensure_ascii=False).encode()
    owner = ctx.work.users.by_id(origin.user)
    journey = ctx.work.travels.of(origin.user)
    if owner is None or owner.state == DISABLED or (journey is not None and journey.whole):
        return ""  # nobody may open it, or nobody until they come back
    if too_long(fields):
        return ""
    if ctx.session is not None and not ctx.session.locked and ctx.actor.user == origin.user:
        for earlier in offered(ctx):
            if earlier.row == origin.row:
                ctx.work.forms.remove(origin.user, earlier.id)
    identity = random(16)
    sealed = seal_to(owner.kem_public, _place(ctx.runtime, origin.user, "kept_forms", identity.hex()), text)
    row = KeptFormRow(id=identity.hex(), user_id=owner.id, day=ctx.now.date(), form_sealed=sealed)
    return row.id if ctx.work.forms.add(row) else ""


def mine(ctx: Context) -> tuple[SavedDraft, ...]:
    """The kept forms of the actor, newest first."""
    allow(ctx, Act.OWN_ACCOUNT)
    return offered(ctx)


def offered(ctx: Context) -> tuple[SavedDraft, ...]:
    """The same for a page that the gate has already been asked about."""
    result = (_opened(ctx, row) for row in ctx.work.forms.of_user(ctx.actor.user))
    return tuple(item for item in result if item is not None)[::-1]


def take(ctx: Context, form_id: str) -> SavedDraft:
    """One kept form; it stays until the form it fills is saved, or it is put away."""
    result = next((item for item in mine(ctx) if item.id == form_id), None)
    if result is None:
        raise NotFound
    return result


def restorable(ctx: Context, form_id: str) -> SavedDraft | None:
    """One kept form for the page that it fills: a new one where the old one was used up by another text."""
    result = next((item for item in offered(ctx) if item.id == form_id), None)
    if result is not None and ctx.work.forms.used(ctx.actor.user, result.row) is not None:
        return replace(result, row="")
    return result


def forget(ctx: Context, form_id: str) -> None:
    """Put a kept form away for good."""
    allow(ctx, Act.OWN_ACCOUNT)
    if not ctx.work.forms.remove(ctx.actor.user, form_id):
        raise NotFound


def use_up(ctx: Context, origin: DraftOrigin, fields: Fields, to: str, rescued: tuple[str, ...] = ()) -> None:
    """Remember, with the act itself, that a form was carried out and which page answered it."""
    owner = ctx.work.users.by_id(origin.user)
    if owner is None:
        raise NotFound
    text = json.dumps({"to": to, "sum": _sum(fields), "rescued": rescued}).encode()
    sealed = seal_to(owner.kem_public, _place(ctx.runtime, origin.user, "used_forms", origin.row), text)
    ctx.work.forms.use(UsedFormRow(id=origin.row, user_id=owner.id, day=ctx.now.date(), answer_sealed=sealed))


def first(ctx: Context, origin: DraftOrigin, fields: Fields) -> First | None:
    """What the first sending of this form was answered with; None when it was not carried out."""
    row = ctx.work.forms.used(ctx.actor.user, origin.row)
    if row is None:
        return None
    allow(ctx, Act.OWN_ACCOUNT)
    place = _place(ctx.runtime, row.user_id, "used_forms", row.id)
    try:
        answer: Mapping[str, object] = json.loads(unseal_from(ctx.keys.kem_seed, place, row.answer_sealed))
    except (CryptoError, ValueError):
        return First(to="/", same=False)
    rescued = answer.get("rescued")
    return First(
        to=str(answer.get("to", "/")),
        same=answer.get("sum") == _sum(fields),
        rescued=tuple(map(str, rescued)) if isinstance(rescued, list) else (),
    )


def full(ctx: Context) -> bool:
    """Whether as many forms are kept for the actor as may be."""
    return len(ctx.work.forms.of_user(ctx.actor.user)) >= MOST_FORMS


def too_long(fields: Fields) -> bool:
    """Whether a form has more text than is kept."""
    return len(json.dumps(fields, ensure_ascii=False).encode()) > MOST_TEXT - ROOM


def oldest_day(now: datetime) -> date:
    """Kept and used forms older than this are swept."""
    return (now - timedelta(days=DAYS)).date()


def _sum(fields: Fields) -> str:
    return digest(json.dumps(fields).encode()).hex()


def _opened(ctx: Context, row: KeptFormRow) -> SavedDraft | None:
    place = _place(ctx.runtime, row.user_id, "kept_forms", row.id)
    try:
        document: Mapping[str, object] = json.loads(unseal_from(ctx.keys.kem_seed, place, row.form_sealed))
    except (CryptoError, ValueError):
        return None
    fields = document.get("fields")
    pairs = tuple((str(pair[0]), str(pair[1])) for pair in fields) if isinstance(fields, list) else ()
    where = {name: str(document.get(name, "")) for name in ("form", "page", "row")}
    return SavedDraft(id=row.id, day=row.day, fields=pairs, **where)


def _place(runtime: Runtime, user: str, table: str, row: str) -> SealedPlace:
    vault, identity = bytes.fromhex(user), bytes.fromhex(row)
    return SealedPlace(org=runtime.org, vault=vault, table=table, row=identity, compartment="", epoch=0, version=0)
