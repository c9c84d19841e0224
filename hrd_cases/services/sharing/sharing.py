"""Who is on a case, and letting somebody in: nobody gives what they do not hold."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hrd_cases.crypto.core.certificates import Certificate
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.headers import USER, Member
from hrd_cases.domain.access.facts import ACTIVE
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.roles import LAWYER
from hrd_cases.domain.access.table import STAFF
from hrd_cases.domain.companies import Body, ColleagueCard, Company
from hrd_cases.domain.dates import day_number, day_of
from hrd_cases.domain.errors import Forbidden, RuleBroken
from hrd_cases.domain.ids import CaseId, PersonId, person_id
from hrd_cases.domain.letters import Letter, linked_addressees
from hrd_cases.domain.people import Person
from hrd_cases.domain.vaults import (
    ALL_RIGHTS,
    CORE,
    GRANT,
    IDENTITY,
    PRIVILEGED,
    READ,
    REFERENCE,
    SOURCE,
    WRITE,
)
from hrd_cases.domain.vaults import STAFF as STAFF_NAMES
from hrd_cases.domain.words import N_
from hrd_cases.domain.written_dates import read_date
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.kernel.key_words import words_of
from hrd_cases.services.keys import vault_keys
from hrd_cases.services.keys.gate import may, open_vault, peek, people_among
from hrd_cases.services.keys.vault_membership import Roster, look_up, roster, roster_if_verified
from hrd_cases.services.sharing import replacement_keys
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.users import UserRow

READ_WRITE = frozenset({READ, WRITE})
# What each level hands over; the words on the page say it in plain language.
LEVELS: dict[str, Mapping[str, frozenset[str]]] = {
    "coded": {CORE: READ_WRITE},
    "no_source": {CORE: READ_WRITE, IDENTITY: READ_WRITE},
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
    external: bool
    last_day: date | None
    out: bool  # left, or no longer belongs here: named until the keys are renewed


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A colleague who could be let in."""

    user: str
    name: str
    roles: frozenset[str]
    words: tuple[str, ...]
    changed: date | None = None  # since when they have these keys, if they had others before
    external: bool = False  # external counsel: does not see the names of colleagues


def is_external(ctx: Context, fingerprint: str) -> bool:
    """Whether the newest verified headers let these keys into the directory, but not to the names of colleagues."""
    directory = roster_if_verified(ctx, ctx.runtime.organisation.directory)
    rights = directory.rights_of(bytes.fromhex(fingerprint), ctx.day_number) if directory else {}
    return REFERENCE in rights and STAFF_NAMES not in rights


def team(ctx: Context, case: CaseId) -> tuple[TeamMember, ...]:
    """Who is on a case."""
    return team_of(ctx, open_vault(ctx, Act.READ_CASE, case))


def team_of(ctx: Context, vault: OpenVault) -> tuple[TeamMember, ...]:
    """Who the verified headers of an opened vault name."""
    membership = roster(ctx, vault.id)
    if membership is None:
        return ()
    by_member: dict[bytes, dict[str, Member]] = {}
    for compartment, chain in membership.chains.items():
        for member in chain.newest.members:
            if member.kind == USER:
                by_member.setdefault(member.id, {})[compartment] = member
    names = names_of(ctx, ColleagueCard)
    team_members = (_member(ctx, membership, parts, names) for parts in by_member.values())
    return tuple(sorted(team_members, key=lambda member: (member.out, not member.lead, member.name)))


def candidates(ctx: Context, case: CaseId) -> tuple[Candidate, ...]:
    """Colleagues with a counting certificate who work on cases and are not on this one."""
    if not may(ctx, Act.SHARE_CASE, open_vault(ctx, Act.READ_CASE, case)):
        raise Forbidden
    on_it = {member.user for member in team(ctx, case)}
    return tuple(colleague for colleague in colleagues(ctx) if colleague.user not in on_it)


def colleagues(ctx: Context) -> tuple[Candidate, ...]:
    """Everybody with a counting certificate who works on cases, by name; the actor too."""
    names = names_of(ctx, ColleagueCard)
    results = []
    for row in ctx.work.users.all():
        certificate = certificate_of(ctx, row)
        if certificate is not None and certificate.roles & STAFF:
            results.append(
                Candidate(
                    user=row.id,
                    name=names.get(row.id, ""),
                    roles=certificate.roles,
                    words=words_of(row.fingerprint),
                    changed=replacement_keys.changed_on(ctx, row.id),
                    external=is_external(ctx, row.fingerprint),
                )
            )
    return tuple(sorted(results, key=lambda candidate: candidate.name))


def certificate_of(ctx: Context, row: UserRow) -> Certificate | None:
    """The certificate of an account that works here; None when its keys do not count, or are another account's."""
    try:
        certificate = ctx.trust.check(bytes.fromhex(row.fingerprint), ctx.day_number)
    except CryptoError:
        return None
    return certificate if row.state == ACTIVE and certificate.user.hex() == row.id else None


def share(ctx: Context, case: CaseId, user: str, level: str, *, privileged: bool = False, last_day: str = "") -> None:
    """Let a colleague into a case at a level of LEVELS; `privileged` for lawyers, by a lawyer who holds that part.

    `last_day` as typed: a whole day, today or later, on which it ends; empty for no end.
    """
    share_all(ctx, [case], user, level, privileged=[case] if privileged else (), last_day=last_day)


def share_all(  # as `share`, of many cases at once
    ctx: Context,
    cases: Sequence[CaseId],
    user: str,
    level: str,
    *,
    privileged: Collection[CaseId] = (),
    last_day: str = "",
) -> None:
    """Let a colleague into cases in one go; `privileged`: those whose lawyers' part is shared too."""
    look_up(ctx, cases)
    vaults = [open_vault(ctx, Act.SHARE_CASE, case) for case in cases]
    row = ctx.work.users.by_id(user)
    if row is None or row.state != ACTIVE or level not in LEVELS:
        raise RuleBroken(N_("Choose a colleague from the list."), place="user")
    if ctx.work.travels.of(user) is not None:
        raise RuleBroken(N_("This colleague is in travel mode. Share when they are back."), place="user")
    fingerprint = bytes.fromhex(row.fingerprint)
    roles = roles_of(ctx, fingerprint, user)
    if not roles & STAFF:
        raise RuleBroken(N_("This colleague does not work on cases."), place="user")
    day = last_day_of(ctx, last_day, level)
    parts = {vault.id: grantable(vault, level) for vault in vaults}
    for vault in (vault for vault in vaults if vault.case in privileged):
        if LAWYER not in roles:
            raise RuleBroken(N_("Only lawyers can read the lawyers' part."), place="privileged")
        if not vault.may_grant(PRIVILEGED):
            raise RuleBroken(N_("Only a lawyer who holds the lawyers' part can share it."), place="privileged")
        parts[vault.id][PRIVILEGED] = ALL_RIGHTS
    vault_keys.share_all(ctx, parts, fingerprint, last_day=day)


def grantable(vault: OpenVault, level: str) -> dict[str, frozenset[str]]:
    """What a level gives of the parts into which the actor may let others."""
    return {name: rights for name, rights in LEVELS[level].items() if vault.may_grant(name)}


def last_day_of(ctx: Context, typed: str, level: str) -> int:
    """The last day as typed, in days since 1970-01-01; 0 when there is none. Raises RuleBroken at its field."""
    try:
        day = read_date(typed, ctx.today)
    except ValueError:
        day = None
        if typed.strip():
            raise RuleBroken(N_("Write a whole day, for example 31.12.2026."), place="last_day") from None
    if day is None:
        return 0
    if not day.exact:
        raise RuleBroken(N_("Write a whole day, for example 31.12.2026."), place="last_day")
    if day.first < ctx.today:
        raise RuleBroken(N_("This day is over. Choose today or a later day."), place="last_day")
    if level == "lead":
        raise RuleBroken(
            N_("A case lead cannot have a last day: nobody could change the keys afterwards."), place="last_day"
        )
    return day_number(day.first)


def found_privileged(ctx: Context, case: CaseId) -> None:
    """Begin the lawyers' part of a case: by the first lawyer on it."""
    vault = open_vault(ctx, Act.FOUND_PRIVILEGED, case)
    membership = roster(ctx, case)
    if membership is None or PRIVILEGED in membership.chains:
        raise RuleBroken(N_("The lawyers' part of this case was begun already."))
    vault_keys.found_privileged(ctx, vault)


def names_of(ctx: Context, cls: type) -> dict[str, str]:
    """Title by id of the directory's records of a class; cached within the act."""
    existing = ctx.labels.get(cls)
    if existing is None:
        directory = peek(ctx, ctx.runtime.organisation.directory)
        cards = ctx.work.records.cards([directory], of=(cls,)) if directory else []
        existing = {card.id: str(card.entity.title(card.value)) for card in cards if card.entity.cls is cls}
        ctx.labels[cls] = existing
    return existing


def addressees(ctx: Context, letters: Iterable[Letter]) -> dict[str, str]:
    """Titles by id of the bodies, companies and people that these letters go to, as far as the actor sees them."""
    ids = frozenset(item for letter in letters for item in linked_addressees(letter))
    kept = {**names_of(ctx, Body), **names_of(ctx, Company)} if ids else {}
    others = [person_id(item) for item in ids - kept.keys()]
    people = people_called(ctx, others) if others else {}
    return {**people, **{item: kept[item] for item in ids & kept.keys()}}


def people_called(ctx: Context, people: Iterable[PersonId]) -> dict[str, str]:
    """Title by id of these people alone: for pages that show a few of them."""
    ids = frozenset(people)
    existing = ctx.labels.get(Person)
    if existing is None:
        cards = ctx.work.records.root_cards(people_among(ctx, Act.SEE_DESK, ids))
        return {card.id: str(card.entity.title(card.value)) for card in cards if card.entity.cls is Person}
    return {person: existing[person] for person in ids if person in existing}


def _member(ctx: Context, membership: Roster, parts: Mapping[str, Member], names: Mapping[str, str]) -> TeamMember:
    fingerprint = next(iter(parts.values())).id
    days = [member.last_day for member in parts.values() if member.last_day]
    user = user_of(ctx, fingerprint)
    return TeamMember(
        user=user,
        name=names.get(user, ""),
        roles=roles_of(ctx, fingerprint),
        parts=tuple(parts),
        words=words_of(fingerprint.hex()),
        lead=membership.base in parts and GRANT in parts[membership.base].rights,
        external=is_external(ctx, fingerprint.hex()),
        last_day=day_of(min(days)) if days else None,
        out=any(not membership.stays(ctx, compartment, member) for compartment, member in parts.items()),
    )


def roles_of(ctx: Context, fingerprint: bytes, user: str = "") -> frozenset[str]:
    """The roles certified for a key; none when the certificate is another account's than `user`.

    Accounts in the database may have been exchanged: who a key belongs to, only its certificate says.
    """
    try:
        certificate = ctx.trust.check(fingerprint, ctx.day_number)
    except CryptoError:
        return frozenset()
    return certificate.roles if user in ("", certificate.user.hex()) else frozenset()


def user_of(ctx: Context, fingerprint: bytes) -> str:
    """The account id that a key is certified for; empty when nobody certified it."""
    try:
        return ctx.trust.certificate(fingerprint).user.hex()
    except CryptoError:
        return ""
