"""Travel mode: before a border somebody gives their keys up until a colleague they name lets them in again.

Their keys leave the keyring and the database; what they were is sealed to the colleague. The headers go on naming
them, so nothing has to be renewed; no new key of what they gave up is handed to them meanwhile (store/keys.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from hrd_cases.crypto.core.certificates import Certificate
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.journeys import Journey, JourneyPart, open_journey, seal_journey
from hrd_cases.domain.access.facts import AWAY
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.roles import ADMINISTRATOR
from hrd_cases.domain.calls import Call
from hrd_cases.domain.cases import Case
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.dates import day_number
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.vaults import CASE_VAULT, DIRECTORY, GRANT, KINDS, READ
from hrd_cases.domain.words import N_
from hrd_cases.services.casework.calls import waiting
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.kernel.key_words import words_of
from hrd_cases.services.keys.gate import allow, every, peek
from hrd_cases.services.keys.successors import prepare_after
from hrd_cases.services.keys.vault_keys import wrapped_epochs
from hrd_cases.services.keys.vault_membership import Roster, roster_if_verified
from hrd_cases.services.records.records import title
from hrd_cases.services.sharing import removal_plan
from hrd_cases.services.sharing.sharing import certificate_of, names_of
from hrd_cases.services.signin import live_sessions, login_notices
from hrd_cases.store.failpoints import reach
from hrd_cases.store.travels import TravelRow

ALONE, NOT_THEIRS = "alone", "not theirs"
NOT_ALL = N_("Not everything can be handed in: first hand over what is marked below, or keep it.")


@dataclass(frozen=True, kw_only=True)
class Companion:
    """A colleague who could be named: not away themselves."""

    user: str
    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Holding:
    """Something that could be given up; `why_not` is empty, ALONE or NOT_THEIRS; `kind` as in domain/vaults.py."""

    vault: str
    kind: str
    title: str
    why_not: str


@dataclass(frozen=True, kw_only=True)
class Away:
    """Somebody who travels; `colleague` is who lets them in again, by name where the reader may see names."""

    user: str
    name: str
    colleague: str
    words: tuple[str, ...]  # the colleague's key words
    since: date
    whole: bool
    stranded: bool  # the colleague no longer works here


@dataclass(frozen=True, kw_only=True)
class Returned:
    """How many cases and desks were handed back, and how many could not be: no longer theirs, or not the actor's."""

    handed: int
    missed: int


def companions(ctx: Context) -> tuple[Companion, ...]:
    """Whom the actor could name."""
    allow(ctx, Act.OWN_ACCOUNT)
    names, away = names_of(ctx, ColleagueCard), {row.user_id for row in ctx.work.travels.all()}
    results = [
        Companion(user=row.id, name=names.get(row.id, ""), words=words_of(row.fingerprint))
        for row in ctx.work.users.all()
        if row.id not in away and row.id != ctx.actor.user and certificate_of(ctx, row) is not None
    ]
    return tuple(sorted(results, key=lambda companion: companion.name))


def holdings(ctx: Context, colleague: str) -> tuple[Holding, ...]:
    """Everything the actor holds, and whether this colleague could hand it back; cases first, by title."""
    allow(ctx, Act.OWN_ACCOUNT)
    cards = ctx.work.records.cards(every(ctx, Act.OWN_ACCOUNT, CASE_VAULT), of=(Call, Case))
    titles = {card.vault: title(card) for card in cards if card.id == card.vault or waiting(card)}
    results = [
        replace(holding, title=titles.get(holding.vault, "")) for holding in _holdings(ctx, _named(ctx, colleague))
    ]
    return tuple(
        sorted(results, key=lambda holding: (holding.kind != CASE_VAULT, holding.title.casefold(), holding.vault))
    )


def give_up(ctx: Context, colleague: str, chosen: Iterable[str] | None = None) -> None:
    """Give up everything, or with `chosen` these cases, until this colleague hands it back."""
    allow(ctx, Act.TRAVEL)
    if ctx.ring is None or ctx.work.travels.of(ctx.actor.user) is not None:
        raise RuleBroken(N_("Travel mode is on already."))
    certificate = _named(ctx, colleague)
    values = _chosen(_holdings(ctx, certificate), None if chosen is None else set(chosen))
    journey = Journey(
        org=ctx.runtime.org,
        user=ctx.ring.raw_user,
        traveller=ctx.keys.fingerprint,
        colleague=certificate.fingerprint,
        day=ctx.day_number,
        parts=tuple(part for holding in values for part in _parts(ctx, holding.vault)),
    )
    row = TravelRow(
        user_id=ctx.actor.user,
        colleague_id=colleague,
        day=ctx.today,
        whole=chosen is None,
        given_up_sealed=seal_journey(journey, ctx.keys.sign_seed, certificate.kem_public),
    )
    vaults = [holding.vault for holding in values]
    ctx.ring.give_up(ctx.work, None if row.whole else frozenset(bytes.fromhex(vault) for vault in vaults))
    for form in ctx.work.forms.of_user(ctx.actor.user):  # what was typed and not saved opens with the passphrase too
        ctx.work.forms.remove(ctx.actor.user, form.id)
    ctx.work.forms.forget_used(ctx.actor.user)
    ctx.work.imports.remove_of(ctx.actor.user)
    ctx.work.saved_searches.remove_of(ctx.actor.user)
    ctx.work.travels.add(row, () if row.whole else vaults)
    reach("travel.after_row")
    ctx.note("key", "turn on travel mode: hand in one's keys", record=colleague, cases=len(values))
    ctx.settle = True
    ctx.opened.clear()
    _update_sessions(ctx)


def let_in_again(ctx: Context, user: str) -> Returned:
    """Hand back to a colleague what they gave up, as far as the headers still name them and the actor holds it."""
    allow(ctx, Act.LET_IN_AGAIN)
    row, account = ctx.work.travels.of(user), ctx.work.users.by_id(user)
    if row is None or account is None or row.colleague_id != ctx.actor.user:
        raise NotFound
    journey, certificate = _opened(ctx, row), certificate_of(ctx, account)
    if certificate is None:
        raise RuleBroken(N_("The keys of this colleague are no longer valid."))
    ctx.work.travels.remove(user)
    outcome: dict[bytes, bool] = {}
    for part in journey.parts:
        outcome[part.vault] = _handed(ctx, part, certificate) and outcome.get(part.vault, True)
    reach("travel.after_return")
    live_sessions.end_of(ctx, user)
    login_notices.write(ctx, user, login_notices.JOURNEY_ENDED)
    handed = sum(outcome.values())
    ctx.note("key", Act.LET_IN_AGAIN.value, record=user, cases=handed)
    return Returned(handed=handed, missed=len(outcome) - handed)


def end_without(ctx: Context, user: str) -> None:
    """End a journey whose colleague no longer works here: nothing is handed back, their leads have to do it."""
    allow(ctx, Act.END_JOURNEY)
    row, account = ctx.work.travels.of(user), ctx.work.users.by_id(user)
    if row is None or account is None:
        raise NotFound
    if not _stranded(ctx, row):
        raise RuleBroken(N_("Only the colleague they named can let them in again."))
    ctx.work.travels.remove(user)
    live_sessions.end_of(ctx, user)
    login_notices.write(ctx, user, login_notices.JOURNEY_ENDED)
    ctx.note("key", "end travel mode without the named colleague", record=user)


def own(ctx: Context) -> Away | None:
    """The actor's own journey; opens nothing, so it can be asked by whoever is away."""
    row = ctx.work.travels.of(ctx.actor.user)
    return None if row is None else _away(ctx, row)


def waiting_for(ctx: Context) -> tuple[Away, ...]:
    """Who travels and waits for the actor; for administrators also those whose colleague no longer works here."""
    rows = ctx.work.travels.all()
    aways = [_away(ctx, row) for row in rows if row.colleague_id == ctx.actor.user]
    if ADMINISTRATOR in ctx.actor.roles:
        others = (_away(ctx, row) for row in rows if row.colleague_id != ctx.actor.user)
        aways += [other for other in others if other.stranded]
    return tuple(aways)


def _named(ctx: Context, colleague: str) -> Certificate:
    row = ctx.work.users.by_id(colleague)
    certificate = certificate_of(ctx, row) if row is not None else None
    if row is None or certificate is None or colleague == ctx.actor.user:
        raise RuleBroken(N_("Choose a colleague from the list."), place="user")
    if ctx.work.travels.of(colleague) is not None:
        raise RuleBroken(N_("This colleague is in travel mode too: name somebody who stays."), place="user")
    return certificate


def _holdings(ctx: Context, colleague: Certificate) -> list[Holding]:
    results = []
    for kind in KINDS:
        for vault in ctx.work.keys.rights_of(ctx.actor.fingerprint, kind, ctx.day_number):
            roster = roster_if_verified(ctx, vault)
            if roster is not None and roster.rights_of(ctx.keys.fingerprint, ctx.day_number):
                why_not = _why_not(ctx, roster, colleague)
                results.append(Holding(vault=vault, kind=kind, title="", why_not=why_not))
    return results


def _why_not(ctx: Context, roster: Roster, colleague: Certificate) -> str:
    mine = roster.rights_of(ctx.keys.fingerprint, ctx.day_number)
    plans = removal_plan.of_parts(ctx, roster, mine, but={ctx.keys.fingerprint})
    theirs = roster.rights_of(colleague.fingerprint, ctx.day_number)
    # Everybody is let into the directory when they are admitted: holding it is enough to hand it back.
    least = {READ} if roster.kind == DIRECTORY.name else {READ, GRANT}
    if all(colleague.fingerprint in plans[name].staying and least <= theirs.get(name, frozenset()) for name in mine):
        return ""
    return NOT_THEIRS if plans[roster.base].staying else ALONE


def _chosen(results: list[Holding], chosen: set[str] | None) -> list[Holding]:
    values = (
        results
        if chosen is None
        else [holding for holding in results if holding.vault in chosen and holding.kind == CASE_VAULT]
    )
    if chosen is not None and (not chosen or len(values) != len(chosen)):
        raise RuleBroken(N_("Choose at least one case from the list."), place="cases")
    if any(holding.why_not for holding in values):
        raise RuleBroken(NOT_ALL, place="cases")
    return values


def _parts(ctx: Context, vault: str) -> list[JourneyPart]:
    roster = roster_if_verified(ctx, vault)
    mine = roster.rights_of(ctx.keys.fingerprint, ctx.day_number) if roster is not None else {}
    return [JourneyPart(bytes.fromhex(vault), compartment, rights) for compartment, rights in mine.items()]


def _update_sessions(ctx: Context) -> None:
    actor, row = ctx.actor, ctx.work.travels.of(ctx.actor.user)
    whole = row is not None and row.whole
    live_sessions.end_of(ctx, actor.user, goes_on=replace(actor, state=AWAY) if whole else actor)


def _opened(ctx: Context, row: TravelRow) -> Journey:
    user, day = bytes.fromhex(row.user_id), day_number(row.day)
    try:
        journey, signature = open_journey(
            ctx.keys.kem_seed, row.given_up_sealed, org=ctx.runtime.org, user=user, day=day
        )
        certificate = ctx.trust.certificate(journey.traveller)
        journey.check_signature(certificate.sign_public, signature)
    except CryptoError:
        raise RuleBroken(
            N_(
                "The keys they handed in do not open: they were changed, or your own keys are "
                "new. Share their cases again."
            )
        ) from None
    if certificate.user != user or journey.colleague != ctx.keys.fingerprint:
        raise RuleBroken(
            N_("The keys they handed in were not signed by them: the database was changed. Tell your auditor.")
        )
    return journey


def _handed(ctx: Context, part: JourneyPart, certificate: Certificate) -> bool:
    """Wrap every epoch of a part anew; False when it is no longer theirs, or not the actor's to hand."""
    vault = part.vault.hex()
    roster, open_vault = roster_if_verified(ctx, vault), peek(ctx, vault)
    fingerprint = certificate.fingerprint
    if roster is None or open_vault is None or part.compartment not in roster.rights_of(fingerprint, ctx.day_number):
        return False
    chain, keys = roster.chains[part.compartment], open_vault.keys.get(part.compartment, {})
    if chain.newest.epoch not in keys:
        return False
    wraps = wrapped_epochs(roster, chain.newest, keys, certificate.kem_public, fingerprint)
    ctx.work.keys.add_grants(*wraps)
    prepare_after(ctx, vault)  # what follows was not wrapped to them while they were away
    return True


def _away(ctx: Context, row: TravelRow) -> Away:
    names, colleague = names_of(ctx, ColleagueCard), ctx.work.users.by_id(row.colleague_id)
    return Away(
        user=row.user_id,
        name=names.get(row.user_id, ""),
        colleague=names.get(row.colleague_id, ""),
        words=words_of(colleague.fingerprint) if colleague is not None else (),
        since=row.day,
        whole=row.whole,
        stranded=_stranded(ctx, row),
    )


def _stranded(ctx: Context, row: TravelRow) -> bool:
    colleague = ctx.work.users.by_id(row.colleague_id)
    return colleague is None or certificate_of(ctx, colleague) is None
