"""Who is on a case, and letting somebody in: nobody gives what they do not hold."""

from collections.abc import Mapping
from dataclasses import dataclass

from hrd_cases.crypto.errors import CryptoError
from hrd_cases.crypto.headers import USER
from hrd_cases.domain.access.facts import ACTIVE, LAWYER
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.vaults import ALL_RIGHTS, CORE, GRANT, IDENTITY, PRIVILEGED, READ, SOURCE, WRITE
from hrd_cases.domain.words import N_
from hrd_cases.services import keys
from hrd_cases.services.accounts import words_of
from hrd_cases.services.context import Context
from hrd_cases.services.gate import every, open_vault, peek
from hrd_cases.services.rosters import roster
from hrd_cases.store.opened import OpenVault

READ_WRITE = frozenset({READ, WRITE})
# What each level hands over; the words on the page say it in plain language.
LEVELS: dict[str, Mapping[str, frozenset[str]]] = {
    "coded": {CORE: READ_WRITE},
    "full": {CORE: READ_WRITE, IDENTITY: READ_WRITE, SOURCE: READ_WRITE},
    "lead": {CORE: ALL_RIGHTS, IDENTITY: ALL_RIGHTS, SOURCE: ALL_RIGHTS},
}


@dataclass(frozen=True, kw_only=True)
class TeamMember:
    """Somebody on a case: account id, name if it may be seen, roles, what they hold, the eight key words."""

    user: str
    name: str
    roles: frozenset[str]
    parts: tuple[str, ...]
    words: tuple[str, ...]
    lead: bool
    last_day: int


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A colleague who could be let in."""

    user: str
    name: str
    roles: frozenset[str]
    words: tuple[str, ...]


def team(ctx: Context, case: str) -> tuple[TeamMember, ...]:
    """Who is on a case."""
    return team_of(ctx, open_vault(ctx, Act.READ_CASE, case))


def team_of(ctx: Context, vault: OpenVault) -> tuple[TeamMember, ...]:
    """Who the verified headers of an opened vault name."""
    known = roster(ctx, vault.id)
    if known is None:
        return ()
    held: dict[bytes, dict[str, frozenset[str]]] = {}
    days: dict[bytes, int] = {}
    for compartment, chain in known.chains.items():
        for member in chain.newest.members:
            if member.kind == USER:
                held.setdefault(member.id, {})[compartment] = member.rights
                days[member.id] = member.last_day
    names = names_of(ctx, "colleague")
    return tuple(
        sorted(
            (_member(ctx, fingerprint, parts, days[fingerprint], names) for fingerprint, parts in held.items()),
            key=lambda member: (not member.lead, member.name),
        )
    )


def candidates(ctx: Context, case: str) -> tuple[Candidate, ...]:
    """Colleagues with a counting certificate who work on cases and are not on this one."""
    open_vault(ctx, Act.SHARE_CASE, case)
    on_it = {member.user for member in team(ctx, case)}
    names = names_of(ctx, "colleague")
    found = []
    for row in ctx.work.users.all():
        roles = _roles(ctx, bytes.fromhex(row.fingerprint), row.id)
        if row.state == ACTIVE and row.id not in on_it and roles & {"caseworker", "lawyer", "coordinator"}:
            name = names.get(row.id, "")
            found.append(Candidate(user=row.id, name=name, roles=roles, words=words_of(row.fingerprint, ctx.language)))
    return tuple(sorted(found, key=lambda one: one.name))


def share(ctx: Context, case: str, user: str, level: str, *, privileged: bool = False) -> None:
    """Let a colleague into a case at a level of LEVELS; `privileged` for lawyers, by a lawyer who holds that part."""
    vault = open_vault(ctx, Act.SHARE_CASE, case)
    row = ctx.work.users.by_id(user)
    if row is None or row.state != ACTIVE or level not in LEVELS:
        raise RuleBroken(N_("Choose a colleague from the list."), place="user")
    fingerprint = bytes.fromhex(row.fingerprint)
    if not _roles(ctx, fingerprint, user) & {"caseworker", "lawyer", "coordinator"}:
        raise RuleBroken(N_("This colleague does not work on cases."), place="user")
    given = {name: rights for name, rights in LEVELS[level].items() if GRANT in vault.rights.get(name, frozenset())}
    keys.share(ctx, case, fingerprint, given)
    if privileged:
        _share_privileged(ctx, case, fingerprint)


def found_privileged(ctx: Context, case: str) -> None:
    """Begin the lawyers' part of a case: by the first lawyer on it."""
    vault = open_vault(ctx, Act.FOUND_PRIVILEGED, case)
    known = roster(ctx, case)
    if known is None or PRIVILEGED in known.chains:
        raise RuleBroken(N_("The lawyers' part of this case was begun already."))
    keys.found_privileged(ctx, vault)


def names_of(ctx: Context, code: str) -> dict[str, str]:
    """Title by id of the directory's records of an entity, or of the people of my cases; cached within the act."""
    known = ctx.labels.get(code)
    if known is None:
        if code == "person":
            cards = ctx.work.records.cards(every(ctx, Act.SEE_DESK, "person"))
        else:
            directory = peek(ctx, ctx.runtime.organisation.directory)
            cards = ctx.work.records.cards([directory]) if directory else []
        known = {card.id: str(card.entity.title(card.value)) for card in cards if card.entity.code == code}
        ctx.labels[code] = known
    return known


def _share_privileged(ctx: Context, case: str, fingerprint: bytes) -> None:
    if LAWYER not in _roles(ctx, fingerprint):
        raise RuleBroken(N_("Only lawyers can read the lawyers' part."), place="privileged")
    held = peek(ctx, case)
    if held is None or GRANT not in held.rights.get(PRIVILEGED, frozenset()):
        raise RuleBroken(N_("Only a lawyer who holds the lawyers' part can share it."), place="privileged")
    keys.share(ctx, case, fingerprint, {PRIVILEGED: ALL_RIGHTS})


def _member(
    ctx: Context, fingerprint: bytes, parts: Mapping[str, frozenset[str]], last_day: int, names: Mapping[str, str]
) -> TeamMember:
    user = _user(ctx, fingerprint)
    return TeamMember(
        user=user,
        name=names.get(user, ""),
        roles=_roles(ctx, fingerprint),
        parts=tuple(parts),
        words=words_of(fingerprint.hex(), ctx.language),
        lead=GRANT in parts.get(CORE, frozenset()),
        last_day=last_day,
    )


def _roles(ctx: Context, fingerprint: bytes, user: str = "") -> frozenset[str]:
    """The roles certified for a key; none when the certificate is another account's than `user`.

    Accounts in the database may have been exchanged: who a key belongs to, only its certificate says.
    """
    try:
        certificate = ctx.trust.check(fingerprint, ctx.day_number)
    except CryptoError:
        return frozenset()
    return certificate.roles if user in ("", certificate.user.hex()) else frozenset()


def _user(ctx: Context, fingerprint: bytes) -> str:
    try:
        return ctx.trust.certificate(fingerprint).user.hex()
    except CryptoError:
        return ""
