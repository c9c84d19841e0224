"""Whose newest key is missing, who can give it, and sending it again: under the same header, which names them already.

A wrap that waited for somebody can be lost or taken out of the database. They read on with the keys they hold and
write nothing (services/keys/vault_access.py); whoever holds the key and may grant it wraps it for them anew.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from hrd_cases.crypto.core.headers import GRANT, USER
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import CaseId, case_id, is_fingerprint
from hrd_cases.domain.sealing import MISSING
from hrd_cases.domain.vaults import CASE_VAULT
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys import vault_keys
from hrd_cases.services.keys.gate import allow, light, open_vault, peek
from hrd_cases.services.keys.vault_membership import Roster, roster_if_verified
from hrd_cases.services.records.records import title
from hrd_cases.services.sharing.sharing import certificate_of, names_of, user_of
from hrd_cases.store.opened import OpenVault

NOT_YOURS_TO_SEND = N_(
    "You have no key here that you can send. Ask a lead of this case. If nobody has its "
    "key any more, only recovery with the printed cards helps: ask an administrator."
)


@dataclass(frozen=True, kw_only=True)
class MissingKey:
    """Parts of a case whose newest key the actor lacks, and the names of those who can give it.

    A name is empty where the actor reads no names. No names at all: nobody is known to hold the key, so only recovery
    brings it back.
    """

    case: CaseId
    title: str
    parts: tuple[str, ...]
    givers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ColleagueWithoutKey:
    """A colleague who lacks a key that the actor could send them again."""

    case: CaseId
    title: str
    user: str
    name: str


def of(ctx: Context, vault: OpenVault, *, known_as: str = "") -> MissingKey | None:
    """What the actor lacks of a case they opened; noted for its leads once they have been answered."""
    parts = tuple(name for name, why in vault.shut.items() if why == MISSING)
    mine = ctx.actor.fingerprint
    noted = {row.compartment for row in ctx.work.missing_keys.of(vault.id) if row.fingerprint == mine}
    if noted != set(parts):
        ctx.after.append(partial(_note, vault=vault.id, parts=parts))
    return (
        MissingKey(case=vault.case, title=known_as, parts=parts, givers=_givers(ctx, vault.id, parts))
        if parts
        else None
    )


def mine(ctx: Context) -> tuple[MissingKey, ...]:
    """Cases that name the actor and of which no key opens at all: for the desk, since their pages cannot be shown."""
    allow(ctx, Act.SEE_DESK)
    if ctx.ring is None:
        return ()
    named = ctx.work.keys.named_in(ctx.actor.fingerprint, CASE_VAULT, ctx.day_number)
    holdings = ctx.ring.vaults() | {vault for vault, _ in ctx.ring.waiting}
    unheld = [vault for vault in named if vault not in holdings]
    pairs = [(ctx.actor.fingerprint, vault) for vault in unheld]
    away = {vault for _, vault in ctx.work.travels.kept_from(pairs)}
    missing_keys = []
    for vault in unheld:
        roster = roster_if_verified(ctx, vault) if vault not in away else None
        parts = tuple(roster.rights_of(ctx.keys.fingerprint, ctx.day_number)) if roster is not None else ()
        if parts:
            givers = _givers(ctx, vault, parts)
            missing_keys.append(MissingKey(case=case_id(vault), title="", parts=parts, givers=givers))
            ctx.after.append(partial(_note, vault=vault, parts=parts))
    return tuple(missing_keys)


def of_colleagues(ctx: Context) -> tuple[ColleagueWithoutKey, ...]:
    """Who lacks a key that the actor holds and may grant, as far as they were told."""
    allow(ctx, Act.SEE_DESK)
    names = names_of(ctx, ColleagueCard)
    results: dict[tuple[str, bytes], ColleagueWithoutKey] = {}
    for row in ctx.work.missing_keys.beside(ctx.actor.fingerprint):
        vault, roster = peek(ctx, row.vault_id), roster_if_verified(ctx, row.vault_id)
        if vault is None or roster is None or not is_fingerprint(row.fingerprint):
            continue
        fingerprint = bytes.fromhex(row.fingerprint)
        if row.compartment not in _sendable(ctx, roster, vault, fingerprint):
            continue
        user = user_of(ctx, fingerprint)
        cards = ctx.work.records.root_cards(light(ctx, [vault.id]))
        called = next((title(card) for card in cards), "")
        results[vault.id, fingerprint] = ColleagueWithoutKey(
            case=vault.case, title=called, user=user, name=names.get(user, "")
        )
    return tuple(results.values())


def users_without_key(ctx: Context, case: CaseId) -> frozenset[str]:
    """The accounts of a case that are noted as lacking a key of it."""
    rows = ctx.work.missing_keys.of(case)
    marked = {row.fingerprint for row in rows if is_fingerprint(row.fingerprint)}
    return frozenset(user_of(ctx, bytes.fromhex(item)) for item in marked) - {""}


def send_again(ctx: Context, case: CaseId, user: str) -> None:
    """Wrap every key of a case that the actor may grant for a colleague whom its newest headers name; none changes."""
    vault = open_vault(ctx, Act.SEND_KEYS, case)
    roster, row = vault_keys.roster_of(ctx, case), ctx.work.users.by_id(user)
    certificate = certificate_of(ctx, row) if row is not None else None
    if certificate is None or not roster.rights_of(certificate.fingerprint, ctx.day_number) or user == ctx.actor.user:
        raise RuleBroken(N_("This colleague is not on the case any more."), place="user")
    if ctx.work.travels.of(user) is not None:
        raise RuleBroken(N_("This colleague is in travel mode. Share when they are back."), place="user")
    sent = _sendable(ctx, roster, vault, certificate.fingerprint)
    if not sent:
        raise RuleBroken(NOT_YOURS_TO_SEND, place="user")
    for name in sent:
        wraps = vault_keys.wrapped_epochs(
            roster, roster.chains[name].newest, vault.keys[name], certificate.kem_public, certificate.fingerprint
        )
        ctx.work.keys.add_grants(*wraps)
    left = {
        missing_key_row.compartment
        for missing_key_row in ctx.work.missing_keys.of(case)
        if missing_key_row.fingerprint == certificate.fingerprint.hex() and missing_key_row.compartment not in sent
    }
    ctx.work.missing_keys.put(case, certificate.fingerprint.hex(), sorted(left))
    ctx.note("key", "send the keys again", vault=case, record=user, to=certificate.fingerprint.hex())


def _note(ctx: Context, *, vault: str, parts: Iterable[str]) -> None:
    ctx.work.missing_keys.put(vault, ctx.actor.fingerprint, parts)


def _sendable(ctx: Context, roster: Roster, vault: OpenVault, fingerprint: bytes) -> tuple[str, ...]:
    """The parts that name somebody, and whose newest key the actor holds and may grant."""
    theirs: Mapping[str, frozenset[str]] = roster.rights_of(fingerprint, ctx.day_number)
    return tuple(name for name in theirs if name in vault.headers and vault.may_grant(name))


def _givers(ctx: Context, vault: str, parts: Iterable[str]) -> tuple[str, ...]:
    """Who may grant one of these parts and is not known to lack its key, each by name where the actor reads names."""
    roster = roster_if_verified(ctx, vault)
    lacking = {(row.compartment, row.fingerprint) for row in ctx.work.missing_keys.of(vault)}
    names = names_of(ctx, ColleagueCard)
    results: dict[str, str] = {}
    if roster is None:
        return ()
    for part in parts:
        for member in roster.chains[part].newest.members:
            holds = (part, member.id.hex()) not in lacking and member.id != ctx.keys.fingerprint
            if member.kind == USER and GRANT in member.rights and holds and roster.stays(ctx, part, member):
                user = user_of(ctx, member.id)
                results[user] = names.get(user, "")
    return tuple(sorted(results.values()))
