"""Who is on duty: a signed list in the directory, and letting those on it into a call when it is taken.

It is a list, not a vault: coming off duty changes no key. A line counts only while its signature does, and only for
somebody whose certificate says that they work on cases and who may read the names of colleagues.
"""

from dataclasses import dataclass, replace
from datetime import date

from hrd_cases.crypto.core.authorship import Author
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.roles import COORDINATOR
from hrd_cases.domain.access.table import STAFF as WORK_ON_CASES
from hrd_cases.domain.cases import Case
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.duty import Duty, stands
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.typed_text import single
from hrd_cases.domain.vaults import CASE_VAULT, CORE, STAFF
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys import vault_keys
from hrd_cases.services.keys.gate import every, may, open_vault, peek
from hrd_cases.services.records.records import look_up, read_in
from hrd_cases.services.sharing import duty_notice
from hrd_cases.services.sharing.sharing import certificate_of, colleagues, grantable, is_external, names_of
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored, of_class
from hrd_cases.store.stored import new_record_id

EVERY_CALL = "duty/every_call"  # setting: "yes" when every call is shared with those on duty, not only in danger
YES = "yes"
MOST_OF_NUMBER = 60


@dataclass(frozen=True, kw_only=True)
class OnDuty:
    """A colleague on duty: account, name, number to ring, and whether it is the actor."""

    user: str
    name: str
    number: str
    mine: bool


@dataclass(frozen=True, kw_only=True)
class DutyLine:
    """One line of the list; `counts` is False when it does not hold: its signature, or its colleague's certificate."""

    record: RecordId
    name: str
    begins: date | None
    ends: date | None
    number: str
    now: bool
    counts: bool


@dataclass(frozen=True, kw_only=True)
class DutyView:
    """The list from today on, and what the actor may do with it."""

    lines: tuple[DutyLine, ...]
    every_call: bool
    may_change: bool
    number: str  # shown on the locked page, in the clear


def today(ctx: Context) -> tuple[OnDuty, ...]:
    """Who is on duty today."""
    return on_day(ctx, ctx.today)


def on_day(ctx: Context, day: date) -> tuple[OnDuty, ...]:
    """Who is on duty on a day, in the order they came on; nobody for those who may not read names of colleagues."""
    directory = _directory(ctx)
    if directory is None:
        return ()
    names = names_of(ctx, ColleagueCard)
    duty_turns: dict[str, OnDuty] = {}
    for stored in _counting(ctx, directory):
        value = stored.value
        if stands(value, day):
            line = OnDuty(
                user=value.who,
                name=names.get(value.who, ""),
                number=value.number,
                mine=value.who == ctx.actor.user,
            )
            duty_turns.setdefault(value.who, line)
    return tuple(duty_turns.values())


def shared_with(ctx: Context, *, urgent: bool) -> tuple[OnDuty, ...]:
    """Who else will see a call that the actor takes now."""
    if not urgent and not every_call(ctx):
        return ()
    return tuple(
        duty_turn for duty_turn in today(ctx) if not duty_turn.mine and ctx.work.travels.of(duty_turn.user) is None
    )


def share(ctx: Context, vault: OpenVault, *, urgent: bool) -> tuple[str, ...]:
    """Let those on duty into a call, with the right to grant, in the transaction that keeps it; their account ids."""
    values = grantable(vault, "lead")
    duty_turns = shared_with(ctx, urgent=urgent) if CORE in values else ()
    for duty_turn in duty_turns:
        row = ctx.work.users.by_id(duty_turn.user)
        if row is not None:
            vault_keys.share(ctx, vault.id, bytes.fromhex(row.fingerprint), values)
    return tuple(turn.user for turn in duty_turns)


def every_call(ctx: Context) -> bool:
    """Whether the organisation shares every call with those on duty, not only those in danger."""
    return ctx.work.settings.get(EVERY_CALL) == YES


def may_see(ctx: Context) -> bool:
    """Whether to lead somebody to the list: not external counsel."""
    return _directory(ctx) is not None


def view(ctx: Context) -> DutyView:
    """The list as its page shows it."""
    directory = open_vault(ctx, Act.SEE_DUTY, ctx.runtime.organisation.directory, kind="directory")
    names, counting = names_of(ctx, ColleagueCard), {stored.id for stored in _counting(ctx, directory)}
    values = [(card.id, card.value) for card in _cards(ctx, directory)]
    lines = [
        DutyLine(
            record=record,
            name=names.get(value.who, ""),
            begins=value.begins,
            ends=value.ends,
            number=value.number,
            now=stands(value, ctx.today),
            counts=record in counting,
        )
        for record, value in values
        if not value.off and value.ends and value.ends >= ctx.today
    ]
    ordered = sorted(lines, key=lambda line: (line.begins or date.min, line.name.casefold(), line.record))
    return DutyView(
        lines=tuple(ordered),
        every_call=every_call(ctx),
        may_change=_may_change(ctx, directory),
        number=duty_notice.number(ctx),
    )


def candidates(ctx: Context) -> list[tuple[str, str]]:
    """Account id and name of everybody who can be put on duty."""
    return [(colleague.user, colleague.name) for colleague in colleagues(ctx) if not _external(ctx, colleague.user)]


def start(ctx: Context) -> Duty:
    """An empty line, from today on, for who may change the list."""
    _open(ctx)
    return Duty(begins=ctx.today)


def put_on(ctx: Context, value: Duty) -> None:
    """Put somebody on duty."""
    directory = _open(ctx)
    if value.who not in dict(candidates(ctx)):
        raise RuleBroken(N_("Choose a colleague from the list."), place="who")
    if value.begins and value.ends and value.ends < max(value.begins, ctx.today):
        raise RuleBroken(N_("This day is over, or before the first one."), place="ends")
    record = new_record_id()
    ctx.work.records.add(directory, ctx.author, record, replace(value, off=""), ctx.today)
    duty_notice.put_on(ctx, record, value)
    ctx.note("admin", "put on duty", record=record, person=value.who)


def take_off(ctx: Context, record: RecordId) -> None:
    """End somebody's duty early. Nothing is re-keyed: what they were let into, they go on seeing until taken out."""
    directory = _open(ctx)
    stored = read_in(ctx, directory, record, Duty)
    if not stored.opened:
        raise NotFound
    ended = replace(stored.value, off=YES)
    ctx.work.records.update(directory, ctx.author, record, ended, stored.versions, ctx.today)
    duty_notice.take_off(ctx, record)
    ctx.note("admin", "take off duty", record=record, person=stored.value.who)


def share_every_call(ctx: Context, *, on: bool) -> None:
    """Say whether every call is shared with those on duty, or only those in danger."""
    _open(ctx)
    ctx.work.settings.put(EVERY_CALL, YES if on else "no")
    ctx.note("admin", "set which calls those on duty see", choice=YES if on else "no")


def set_number(ctx: Context, text: str) -> None:
    """Set the number that the locked page shows, in the clear; empty takes it away."""
    _open(ctx)
    wording = single(text, "number", MOST_OF_NUMBER)
    if wording and not any(sign.isdigit() for sign in wording):
        raise RuleBroken(N_("There is no digit in it."), place="number")
    ctx.work.settings.put(duty_notice.NUMBER, wording)
    ctx.note("admin", "set the number that the locked page shows", choice="yes" if wording else "no")


def _directory(ctx: Context) -> OpenVault | None:
    vault = peek(ctx, ctx.runtime.organisation.directory)
    return vault if vault is not None and vault.may_read(STAFF) else None


def _cards(ctx: Context, directory: OpenVault) -> list[Stored[Duty]]:
    return of_class(ctx.work.records.cards([directory]), Duty)


def _counting(ctx: Context, directory: OpenVault) -> list[Stored[Duty]]:
    """The lines that hold, in the order they begin."""
    going = [card for card in _cards(ctx, directory) if card.value.ends and card.value.ends >= ctx.today]
    whole = (look_up(ctx, directory, card.id, Duty) for card in going)
    records = [stored for stored in whole if stored.opened and _holds(ctx, stored)]
    return sorted(records, key=lambda stored: (stored.value.begins or date.min, stored.id))


def _holds(ctx: Context, stored: Stored[Duty]) -> bool:
    """True when somebody who works on cases signed the line, and it names somebody who does and is no outsider."""
    signed = stored.signatures.get(STAFF)
    if signed is None or stored.broken or stored.unproven:
        return False
    row = ctx.work.users.by_id(stored.value.who)
    certificate = certificate_of(ctx, row) if row is not None else None
    works = certificate is not None and bool(certificate.roles & WORK_ON_CASES)
    return works and not _external(ctx, stored.value.who) and _signed_by_staff(ctx, signed.author)


def _signed_by_staff(ctx: Context, author: Author) -> bool:
    """Whether the certificate of who signed is theirs and one of staff; that they left since unmakes nothing."""
    try:
        certificate = ctx.trust.certificate(author.fingerprint)
    except CryptoError:
        return False
    return certificate.user == author.user and bool(certificate.roles & WORK_ON_CASES)


def _external(ctx: Context, user: str) -> bool:
    row = ctx.work.users.by_id(user)
    return row is None or is_external(ctx, row.fingerprint)


def _open(ctx: Context) -> OpenVault:
    return open_vault(
        ctx,
        Act.CHANGE_DUTY,
        ctx.runtime.organisation.directory,
        kind="directory",
        coordinates_or_leads=_coordinates_or_leads(ctx),
    )


def _may_change(ctx: Context, directory: OpenVault) -> bool:
    return may(ctx, Act.CHANGE_DUTY, directory, coordinates_or_leads=_coordinates_or_leads(ctx))


def _coordinates_or_leads(ctx: Context) -> bool:
    """Whether the actor is a coordinator or leads a case; a call that is no case yet makes nobody a lead."""
    if COORDINATOR in ctx.actor.roles:
        return True
    led = [vault for vault in every(ctx, Act.SEE_DESK, CASE_VAULT) if vault.may_grant(CORE)]
    return any(isinstance(card.value, Case) for card in ctx.work.records.root_cards(led))
