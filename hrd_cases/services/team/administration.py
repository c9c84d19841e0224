"""Accounts as an administrator manages them: invite, compare key words, certify, disable. No act here opens a case."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hrd_cases.crypto.core.certificates import Certificate
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.headers import USER
from hrd_cases.crypto.core.primitives import random
from hrd_cases.domain.access.facts import ACTIVE, DISABLED, WAITING
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.roles import ADMINISTRATOR, AUDITOR, COORDINATOR, can_be_held
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.ids import record_id
from hrd_cases.domain.typed_text import single
from hrd_cases.domain.vaults import ALL_RIGHTS, CASE_VAULT, DETAILS, FACTS, LOAD
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.kernel.key_words import words_of
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.keys import key_revocations, key_rotation, vault_keys
from hrd_cases.services.keys.gate import allow, peek
from hrd_cases.services.keys.key_revocations import revoke
from hrd_cases.services.keys.vault_access import retrust
from hrd_cases.services.keys.vault_membership import roster_if_verified
from hrd_cases.services.sharing import replacement_keys
from hrd_cases.services.sharing.sharing import is_external, names_of, roles_of
from hrd_cases.services.signin import accounts, live_sessions
from hrd_cases.services.signin.accounts import Offer, code_mark
from hrd_cases.services.signin.organisation_setup import certificate_row
from hrd_cases.services.team.admitting import EXTERNAL, MEMBERS, admit, may_be_external
from hrd_cases.store.users import InvitationRow, UserRow

CODE_DAYS = 3
OFFICES = {COORDINATOR: ("trends", (FACTS, LOAD)), AUDITOR: ("log", (DETAILS,))}


@dataclass(frozen=True, kw_only=True)
class AccountLine:
    """One account: state, roles, name, the eight key words."""

    user: str
    name: str
    state: str
    roles: frozenset[str]
    asked: frozenset[str]
    words: tuple[str, ...]
    alone: int = 0  # cases that nobody else can open
    changed: date | None = None  # since when they have these keys, if they had others before
    external: bool = False  # external counsel: does not see the names of colleagues


@dataclass(frozen=True, kw_only=True)
class ClosingLine:
    """An administrator's account that another one asked to close; `by`: the name of who asked.

    `own`: it is the account of whoever reads this.
    """

    user: str
    name: str
    by: str
    may_agree: bool
    own: bool


def invite(ctx: Context, roles: frozenset[str]) -> str:
    """A one-time code (80 bits, three days) for a newcomer with these roles; shown once."""
    allow(ctx, Act.MANAGE_ACCOUNTS)
    if not can_be_held(roles):
        raise RuleBroken(N_("Choose at least one role."), place="roles")
    return make_code(ctx, roles)


def make_code(ctx: Context, roles: frozenset[str], account: str = "") -> str:
    """A one-time code for a newcomer or, with `account`, for new keys of that account."""
    code = base64.b32encode(random(10)).decode().lower()
    spelt = "-".join(code[at : at + 4] for at in range(0, 16, 4))
    expires = ctx.judged_clock.reached + timedelta(days=CODE_DAYS)
    mark = code_mark(ctx.runtime, spelt)
    joined = " ".join(sorted(roles))
    ctx.work.users.add_invitation(InvitationRow(code_mac=mark, roles=joined, expires=expires, account=account))
    return spelt


def users(ctx: Context) -> tuple[AccountLine, ...]:
    """Every account."""
    allow(ctx, Act.MANAGE_ACCOUNTS)
    return _lines(ctx, ctx.work.users.all())


def waiting_people(ctx: Context) -> tuple[AccountLine, ...]:
    """Accounts whose keys nobody has certified yet."""
    allow(ctx, Act.MANAGE_ACCOUNTS)
    return _lines(ctx, [row for row in ctx.work.users.all() if row.state == WAITING])


def certify(ctx: Context, user: str, name: str, roles: frozenset[str], *, external: bool = False) -> None:
    """Certify a newcomer's first key after the eight words were compared, name them, let them into the directory.

    `external` counsel is not let into the part with the names of colleagues.
    """
    allow(ctx, Act.CERTIFY)
    row = ctx.work.users.by_id(user)
    if row is None or row.state != WAITING:
        raise NotFound
    called = single(name, "name", 200)
    _check_form(called, roles, external=external)
    certificate = Certificate(
        org=ctx.runtime.org,
        user=bytes.fromhex(row.id),
        sign_public=row.sign_public,
        kem_public=row.kem_public,
        roles=roles,
        issuer=ctx.keys.fingerprint,
    )
    if certificate.fingerprint.hex() != row.fingerprint:
        raise RuleBroken(N_("The keys of this account were changed after it was made. Do not certify it."))
    signature = certificate.sign(ctx.keys.sign_seed)
    ctx.work.keys.add_certificate(certificate_row(certificate, signature))
    ctx.work.users.set_state(user, ACTIVE)
    ctx.work.settings.remove(f"asked/{user}")
    ctx.entering.marks += certificate.marks
    retrust(ctx)
    if ctx.trust.chain(certificate.user) != (certificate,):
        raise RuleBroken(N_("The keys of this account were changed after it was made. Do not certify it."))
    admit(ctx, row.fingerprint, roles, EXTERNAL if external else MEMBERS)
    _enter_name(ctx, user, called)
    live_sessions.end_of(ctx, user)
    ctx.note("key", "certify", record=user, roles=sorted(roles))


def disable(ctx: Context, user: str, *, lose: bool = False) -> bool:
    """End an account: its sessions at once, its keys from now on; cases it held wait for new keys.

    Cases that nobody else can open are handed over first, unless they are to be left to the recovery
    cards (`lose`). An administrator's account is ended by two others: False when that was the first.
    """
    allow(ctx, Act.CLOSE_ACCOUNT)
    row = ctx.work.users.by_id(user)
    if row is None or row.state == DISABLED:
        raise NotFound
    if user == ctx.actor.user:
        raise RuleBroken(N_("You cannot disable yourself: ask another administrator."))
    _same_person(ctx, row)
    if not lose and ctx.work.keys.held_alone(row.fingerprint, kind=CASE_VAULT):
        raise RuleBroken(N_("Some cases only this person can open. Let them be handed over first."), place="lose")
    if not key_revocations.needs_two(ctx, row.fingerprint):
        revoke(ctx, row.fingerprint)
    elif not _second_agrees(ctx, row):
        return False
    _close(ctx, row)
    return True


def _second_agrees(ctx: Context, row: UserRow) -> bool:
    """End an administrator's keys as the second of two; False when the actor is the first."""
    asked = key_revocations.asked(ctx, row)
    if asked is None:
        key_revocations.ask(ctx, row)
        ctx.note("key", "ask to close an account", record=row.id)
        return False
    if asked.by == ctx.actor.user:
        raise RuleBroken(N_("You asked for this. A second administrator agrees."))
    key_revocations.agree(ctx, asked)
    return True


def _close(ctx: Context, row: UserRow) -> None:
    """What follows when the keys of an account have ended."""
    user = row.id
    ctx.work.users.set_state(user, DISABLED)
    ctx.work.replacements.remove(user)
    ctx.work.replacements.remove_leave(user)
    key_revocations.forget(ctx, user)
    live_sessions.end_of(ctx, user)
    retrust(ctx)
    if bytes.fromhex(row.fingerprint) in ctx.trust.missing:
        raise RuleBroken(N_("The certificates of this account were changed in the database."))
    key_rotation.renew_offices(ctx)
    ctx.note("key", "disable", record=user)


def closings(ctx: Context) -> dict[str, ClosingLine]:
    """The accounts of administrators that one asked to close and a second did not yet, by account."""
    allow(ctx, Act.MANAGE_ACCOUNTS)
    names, lines = names_of(ctx, ColleagueCard), {}
    some = key_revocations.accounts_asked(ctx)
    for row in ctx.work.users.all():
        open_yet = row.id in some and row.state != DISABLED
        asked = key_revocations.asked(ctx, row) if open_yet else None
        if asked is not None:
            may = ctx.actor.user not in (row.id, asked.by)
            by, own = names.get(asked.by, ""), row.id == ctx.actor.user
            lines[row.id] = ClosingLine(user=row.id, name=names.get(row.id, ""), by=by, may_agree=may, own=own)
    return lines


def keep_open(ctx: Context, user: str) -> None:
    """Take back that an administrator's account be closed: any other administrator may, never its owner."""
    allow(ctx, Act.CLOSE_ACCOUNT)
    if user == ctx.actor.user:
        raise RuleBroken(N_("You cannot keep your own account open: ask another administrator."))
    if not key_revocations.forget(ctx, user):
        raise NotFound
    ctx.note("key", "keep an account open", record=user)


def offices_waiting(ctx: Context) -> tuple[AccountLine, ...]:
    """Coordinators and auditors who were certified and not yet handed the trend desk or the log, if the actor can."""

    def lacks_any(row: UserRow) -> bool:
        return any(_lacks(ctx, row, office) for office in OFFICES)

    return _lines(ctx, [row for row in ctx.work.users.all() if row.state == ACTIVE and lacks_any(row)])


def hand_office(ctx: Context, user: str) -> None:
    """Hand the trend desk, or the log, to a certified colleague whose role asks for it."""
    allow(ctx, Act.GRANT_OFFICE)
    row = ctx.work.users.by_id(user)
    if row is None:
        raise NotFound
    is_given = False
    for role, (vault, compartments) in OFFICES.items():
        if _lacks(ctx, row, role):
            holdings = dict.fromkeys(compartments, ALL_RIGHTS)
            key_rotation.renew(ctx, office_vault(ctx, vault))
            vault_keys.share(ctx, office_vault(ctx, vault), bytes.fromhex(row.fingerprint), holdings)
            is_given = True
    if not is_given:
        raise NotFound


def combined(roles: frozenset[str]) -> bool:
    """True when one person holds roles that are meant to watch each other."""
    watching = roles & {ADMINISTRATOR, AUDITOR}
    return len(watching) == 2 or bool(watching and roles - watching)


def _check_form(name: str, roles: frozenset[str], *, external: bool) -> None:
    if not name:
        raise RuleBroken(N_("Write the colleague's name."), place="name")
    if not can_be_held(roles):
        raise RuleBroken(N_("Choose at least one role."), place="roles")
    if external and not may_be_external(roles):
        raise RuleBroken(N_("External counsel has the role “lawyer” and no other."), place="external")


def _enter_name(ctx: Context, user: str, name: str) -> None:
    opened = peek(ctx, ctx.runtime.organisation.directory)
    if opened is None:
        raise NotFound
    ctx.work.records.add(opened, ctx.author, record_id(user), ColleagueCard(name=name), ctx.today)


def _lacks(ctx: Context, row: UserRow, role: str) -> bool:
    if role not in roles_of(ctx, bytes.fromhex(row.fingerprint), row.id):
        return False
    vault = office_vault(ctx, OFFICES[role][0])
    roster, mine = roster_if_verified(ctx, vault), peek(ctx, vault)
    if roster is None or mine is None or "grant" not in mine.rights.get(roster.base, frozenset()):
        return False
    values = {member.id.hex() for member in roster.chains[roster.base].newest.members if member.kind == USER}
    return row.fingerprint not in values


def _same_person(ctx: Context, row: UserRow) -> None:
    """Refuse to act on an account whose key is certified for somebody else."""
    try:
        certificate = ctx.trust.certificate(bytes.fromhex(row.fingerprint))
    except CryptoError:
        return
    if certificate.user.hex() != row.id:
        raise RuleBroken(N_("The keys of this account belong to somebody else: the database was altered."))


def office_vault(ctx: Context, name: str) -> str:
    """The vault of an office of OFFICES."""
    organisation = ctx.runtime.organisation
    return organisation.trends if name == "trends" else organisation.log


def _lines(ctx: Context, rows: Iterable[UserRow]) -> tuple[AccountLine, ...]:
    names = names_of(ctx, ColleagueCard)
    alone, settings = ctx.work.keys.counts_alone(kind=CASE_VAULT), ctx.work.settings.all()
    account_lines = [
        _line(
            ctx,
            row,
            name=names.get(row.id, ""),
            requested=settings.get(f"asked/{row.id}", ""),
            alone=alone.get(row.fingerprint, 0),
        )
        for row in rows
    ]
    return tuple(sorted(account_lines, key=lambda line: (line.state != WAITING, line.state == DISABLED, line.name)))


def _line(ctx: Context, row: UserRow, *, name: str, requested: str, alone: int) -> AccountLine:
    roles = roles_of(ctx, bytes.fromhex(row.fingerprint), row.id)
    return AccountLine(
        user=row.id,
        name=name,
        state=row.state,
        roles=roles,
        asked=frozenset(requested.split()),
        words=words_of(row.fingerprint),
        alone=alone if row.state != DISABLED else 0,
        changed=replacement_keys.changed_on(ctx, row.id),
        external=bool(roles) and is_external(ctx, row.fingerprint),
    )


def joined(  # by whom, who, as what
    runtime: Runtime, by: Session, name: str, roles: frozenset[str], now: datetime, language: str = "ru"
) -> tuple[Offer, Session]:
    """Invite, activate and certify somebody who takes the passphrase offered and no second factor; their session."""
    with runtime.writing(by, now) as ctx:
        code = invite(ctx, roles)
    token = accounts.begin_activation(runtime, code, now, language)
    offer = accounts.offer(runtime, token, now)
    if offer is None:
        raise accounts.SignInRefused
    waiting = accounts.finish_activation(runtime, token, offer.passphrase, "", now)
    with runtime.writing(by, now) as ctx:
        certify(ctx, waiting.actor.user, name, roles)
    runtime.sessions.end(waiting.cookie)  # it was one of an account that waits
    return offer, accounts.sign_in(runtime, offer.handle, offer.passphrase, "", now)
