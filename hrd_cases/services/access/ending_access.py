"""What desks say of keys: access that ends on a day said beforehand, and what waits for new keys of the actor."""

from dataclasses import dataclass
from datetime import date

from hrd_cases.crypto.core.headers import USER
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.roles import LAWYER
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.dates import day_of
from hrd_cases.domain.errors import NotFound
from hrd_cases.domain.ids import CaseId, case_id, is_fingerprint
from hrd_cases.domain.vaults import CASE_VAULT, CORE, PRIVILEGED
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys import key_rotation, reencryption
from hrd_cases.services.keys.gate import allow, light, may, peek
from hrd_cases.services.keys.vault_membership import roster_if_verified
from hrd_cases.services.records.records import title
from hrd_cases.services.sharing.sharing import names_of, user_of

AHEAD = 7  # days before a last day on which desks say it
BACK = 14  # days after it


@dataclass(frozen=True, kw_only=True)
class Ending:
    """Access to a case that ends soon: the actor's own, or that of a colleague in a case they lead."""

    case: CaseId
    title: str
    name: str
    day: date
    own: bool


def soon(ctx: Context) -> tuple[Ending, ...]:
    """Access that ends within a week: the actor's own, and in the cases they lead everybody's."""
    allow(ctx, Act.SEE_DESK)
    names, results = names_of(ctx, ColleagueCard), dict[tuple[str, str], Ending]()
    first, last = ctx.day_number, ctx.day_number + AHEAD
    for row in ctx.work.successors.ending(ctx.actor.fingerprint, first, last):
        own = row.member == ctx.actor.fingerprint
        vault = peek(ctx, row.vault_id)
        if row.member_kind != USER or not is_fingerprint(row.member):
            continue
        if vault is None or not (own or vault.may_grant(CORE)):
            continue
        roster = roster_if_verified(ctx, row.vault_id)
        fingerprint = bytes.fromhex(row.member)
        if roster is None or not roster.rights_of(fingerprint, ctx.day_number):
            continue
        cards = ctx.work.records.root_cards(light(ctx, [row.vault_id]))
        called = next((title(card) for card in cards), "")
        name = "" if own else names.get(user_of(ctx, fingerprint), "")
        ending = Ending(case=case_id(row.vault_id), title=called, name=name, day=day_of(row.last_day), own=own)
        results.setdefault((row.vault_id, row.member), ending)
    return tuple(sorted(results.values(), key=lambda ending: (ending.day, ending.title, ending.name)))


def own_last_day(ctx: Context, case: CaseId) -> date | None:
    """The actor's last day in a case that the gate has let them into; None where their access has no end."""
    roster = roster_if_verified(ctx, case)
    newest = roster.newest(CORE) if roster is not None else None
    mine = (member for member in newest.members if member.ident == ctx.keys.fingerprint) if newest is not None else ()
    return next((day_of(member.last_day) for member in mine if member.last_day), None)


def ended(ctx: Context) -> tuple[date, ...]:
    """The days of the last two weeks on which the actor's access to a case ended, as it was said beforehand."""
    allow(ctx, Act.SEE_DESK)
    since = ctx.day_number - BACK
    noted = ctx.work.successors.endings_of(ctx.actor.fingerprint, since, ctx.day_number)
    over = ctx.work.successors.over(ctx.actor.fingerprint, since, ctx.day_number)
    return tuple(day_of(day) for day in sorted({*over.values(), *noted.values()}))


MOST = 12  # of one list; the rest is counted


@dataclass(frozen=True, kw_only=True)
class Renewals:
    """Cases as (id, title), how many more, and whether something of the organisation's own waits."""

    cases: tuple[tuple[str, str], ...]
    more: int
    offices: bool


def waiting_renewals(ctx: Context) -> Renewals:
    """Everything that waits for new keys of the actor's making."""
    allow(ctx, Act.SEE_DESK)
    lawyers = [certificate.fingerprint.hex() for certificate in ctx.trust.current() if LAWYER in certificate.roles]
    vaults = ctx.work.due.suspects(ctx.actor.fingerprint, base=CORE, day=ctx.day_reached, roles=[(PRIVILEGED, lawyers)])
    due = [case for case in vaults if _renewable(ctx, case, CASE_VAULT)]
    opened = (peek(ctx, case) for case in due[:MOST])
    cards = ctx.work.records.root_cards(
        [vault for vault in opened if vault is not None and may(ctx, Act.READ_CASE, vault)]
    )
    titles = {card.vault: title(card) for card in cards}
    organisation = ctx.runtime.organisation
    directory = peek(ctx, organisation.directory)
    if directory is not None:  # everybody's, so everybody helps
        reencryption.go_on_after(ctx, directory)
    offices = may(ctx, Act.RENEW_OFFICES) and any(
        _renewable(ctx, vault, kind)
        for vault, kind in (
            (organisation.directory, "directory"),
            (organisation.trends, "trends"),
            (organisation.log, "log"),
        )
    )
    return Renewals(
        cases=tuple((case, titles.get(case, "")) for case in due[:MOST]), more=len(due[MOST:]), offices=offices
    )


def renew_offices(ctx: Context) -> None:
    """New keys for what is the organisation's own and waits for them; NotFound when nothing of the actor's does."""
    allow(ctx, Act.RENEW_OFFICES)
    if not key_rotation.renew_offices(ctx):
        raise NotFound


def _renewable(ctx: Context, vault: str, kind: str) -> bool:
    opened = peek(ctx, vault)
    return opened is not None and opened.kind == kind and bool(key_rotation.renewable(ctx, vault))
