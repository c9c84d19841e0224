"""The one door: decide by the table, note for the log, hand out the keys. One act, and no other way to a key."""

from collections.abc import Collection, Iterable

from hrd_cases.crypto.core.keys import CompartmentKey
from hrd_cases.domain.access.facts import NOTHING, VaultFacts
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.table import TABLE, AccessDecision, decide
from hrd_cases.domain.errors import Confirmed, Forbidden, KeysAltered, NotFound, StepUpNeeded
from hrd_cases.domain.ids import NO_RECORD, PersonId, RecordId, is_id
from hrd_cases.domain.vaults import CASE_VAULT, CORE, IDENTITY, KINDS, PERSON_VAULT, READ
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.vault_access import (
    add_older,
    case_idents,
    forget,
    is_due,
    keyring_place,
    keys_in,
    keys_of,
    peek,
    sealed_row,
    through_case,
)
from hrd_cases.store.opened import OpenVault, refusal

__all__ = [
    "allow",
    "allow_adding",
    "allowing",
    "cases_among",
    "claim_all",
    "every",
    "forget",
    "is_due",
    "keyring_place",
    "light",
    "may",
    "open_vault",
    "is_read",
    "peek",
    "people_among",
    "people_besides",
    "people_held",
    "people_of",
    "sealed_row",
]

_READ_ALONE = {CORE: frozenset({READ})}
MANY = 20  # vaults of which the keys are looked up by themselves
_READ_OF = {
    CASE_VAULT: Act.READ_CASE,
    PERSON_VAULT: Act.READ_PERSON,
    "directory": Act.READ_DIRECTORY,
    "trends": Act.SEE_TRENDS,
    "log": Act.READ_LOG,
}
LIST_ALTERED = N_(
    "The list of who may open this was altered in the database. Nothing is done with it, and nothing of it is shown. "
    "Tell your auditor and the person who runs the server: they restore the newest backup."
)
OTHER_KEY_HELD = N_(
    "The key that you or your case hold here is not the one of the list of members. It opens nothing. Ask a colleague "
    "who can open this to send the keys again or to link it again; if nobody can, the newest backup has the right key."
)
LOOK_AGAIN = N_("Confirmed. Nothing has been saved yet. Check the form and send it again.")

_READS = frozenset(
    {
        Act.READ_CASE,
        Act.READ_PERSON,
        Act.READ_DIRECTORY,
        Act.OPEN_FILE,
        Act.READ_PAPER,
        Act.WHO_OPENED,
        Act.SEE_TRENDS,
        Act.READ_LOG,
        Act.VERIFY_LOG,
        Act.EXPORT_TRENDS,
        Act.EXPORT_LOG,
        Act.EXPORT_CALENDAR,
        Act.EXPORT_LIST,
        Act.EXPORT_CASE,
        Act.EXPORT_SCREENING,
        Act.SEE_FIGURES_ASKED,
        Act.SEE_DESK,
        Act.PRINT_LETTER,
        Act.SEE_DUTY,
    }
)


# Nothing is sealed by these; an answer is sealed to people's own public keys then (services/keys/sealed_answers.py).
_ADMINS = frozenset(
    {
        Act.MANAGE_ACCOUNTS,
        Act.CLOSE_ACCOUNT,
        Act.END_SESSIONS,
        Act.WAKE_ACCOUNT,
        Act.END_JOURNEY,
        Act.MANAGE_SETTINGS,
        Act.CHANGE_PERIODS,
        Act.CHANGE_CALENDAR,
        Act.CERTIFY,
    }
)

_WHILE_DUE = frozenset({Act.RENEW_KEYS, Act.CHANGE_MEMBER, Act.LEAVE_CASE, Act.ANSWER})


def allow(ctx: Context, act: Act) -> None:
    """Decide an act that concerns no vault; raises Forbidden."""
    ctx.asked = True
    ctx.note(_klass(act), act.value)
    if ctx.ring is None:  # locked, or nobody: an act needs keys even where it opens no vault
        raise NotFound
    if decide(ctx.actor, act, NOTHING) is not AccessDecision.ALLOWED:
        raise Forbidden
    _ask_again(ctx, act)


def allow_adding(ctx: Context, act: Act) -> None:
    """Decide an act of a locked session that opens nothing: it only adds, sealed to public keys; raises Forbidden."""
    ctx.asked = True
    ctx.note(_klass(act), f"{act.value}: locked page")
    if decide(ctx.actor, act, NOTHING) is not AccessDecision.ALLOWED:
        raise Forbidden


def open_vault(  # which vault, and what stands beside its headers: all of it decides
    ctx: Context,
    act: Act,
    vault: str,
    *,
    kind: str = CASE_VAULT,
    record: RecordId = NO_RECORD,
    counsel_of_record: bool = False,
    coordinates_or_leads: bool = False,
    sealing: bool = True,
) -> OpenVault:
    """Decide an act on a vault and open what the actor holds of it; raises NotFound or Forbidden.

    An act that writes is refused in words while nothing may be sealed to the vault's first compartment, unless the
    page only shows its form again (`sealing` False).
    """
    ctx.asked = True
    ctx.note(_klass(act), act.value, vault=vault, record=record)
    case_vault = peek(ctx, vault) if is_id(vault) else None
    if case_vault is None or case_vault.kind != kind:
        raise _not_there(ctx, vault)
    facts = VaultFacts(
        kind=kind,
        base=KINDS[kind].base,
        rights=case_vault.rights,
        counsel_of_record=counsel_of_record,
        coordinates_or_leads=coordinates_or_leads,
    )
    answer = decide(ctx.actor, act, facts)
    if answer is AccessDecision.HIDDEN:
        raise KeysAltered(OTHER_KEY_HELD) if any(case_vault.foreign.values()) else NotFound
    if answer is AccessDecision.FORBIDDEN:
        raise Forbidden
    _ask_again(ctx, act)
    if sealing and _klass(act) == "write" and act not in _WHILE_DUE:
        why = case_vault.shut.get(KINDS[kind].base)
        if why is not None:
            raise refusal(why)
    return case_vault


def _not_there(ctx: Context, vault: str) -> NotFound:
    """Why a vault is not there: whoever held its keys before learns that the list of its members was altered."""
    if ctx.ring is None or vault not in ctx.unverified:
        return NotFound()
    rows = ctx.work.keys.grantees_of(vault)
    before = {vault, *(row.grantee_vault for row in rows)}
    return KeysAltered(LIST_ALTERED) if any(ctx.ring.holds(bytes.fromhex(one)) for one in before) else NotFound()


def may(
    ctx: Context,
    act: Act,
    vault: OpenVault | None = None,
    *,
    coordinates_or_leads: bool = False,
) -> bool:
    """Whether the table would allow it: for showing or leaving out a button, never instead of open_vault."""
    facts = NOTHING
    if vault is not None:
        facts = VaultFacts(
            kind=vault.kind,
            base=KINDS[vault.kind].base,
            rights=vault.rights,
            coordinates_or_leads=coordinates_or_leads,
        )
    return decide(ctx.actor, act, facts) is AccessDecision.ALLOWED


def allowing(ctx: Context, act: Act, vaults: Iterable[OpenVault]) -> list[OpenVault]:
    """Those of many vaults on which the table allows an act: asked once for each way of holding one."""
    answers: dict[tuple[str, frozenset[tuple[str, frozenset[str]]]], bool] = {}
    allowed = []
    for vault in vaults:
        held = (vault.kind, frozenset(vault.rights.items()))
        if held not in answers:
            answers[held] = may(ctx, act, vault)
        if answers[held]:
            allowed.append(vault)
    return allowed


def every(ctx: Context, act: Act, kind: str) -> list[OpenVault]:
    """Every vault of a kind that the actor's keyring opens and the table lets them read: for lists.

    Lists trust the keyring and the index; the headers are checked when one of them is opened.
    """
    allow(ctx, act)
    claim_all(ctx)
    vaults = list(_people(ctx).values()) if kind == PERSON_VAULT else _held(ctx, kind)
    return allowing(ctx, _READ_OF[kind], vaults)


def cases_among(ctx: Context, cases: Collection[str]) -> list[OpenVault]:
    """Those of these cases that the keyring opens and the table lets the actor read, after `allow` and `claim_all`."""
    vaults = _held(ctx, CASE_VAULT, cases) if cases else []
    return allowing(ctx, Act.READ_CASE, vaults)


def people_among(ctx: Context, act: Act, people: Collection[PersonId]) -> list[OpenVault]:
    """Those of `every` person that have these ids: the keys of no other are opened."""
    allow(ctx, act)
    claim_all(ctx)
    return people_held(ctx, people)


def people_held(ctx: Context, only: Collection[PersonId] | None) -> list[OpenVault]:
    """The same of all with None, after `allow` and `claim_all`."""
    vaults = _people(ctx, only).values() if only is None or only else ()
    return allowing(ctx, Act.READ_PERSON, vaults)


def people_besides(ctx: Context) -> frozenset[str]:
    """People whom the actor was handed directly, and those whose keys a case of theirs has not claimed yet."""
    directly = ctx.work.keys.rights_of(ctx.actor.fingerprint, PERSON_VAULT, ctx.day_number)
    waiting = ctx.work.keys.grants_of_people()
    if waiting:
        mine = ctx.work.keys.rights_of(ctx.actor.fingerprint, CASE_VAULT, ctx.day_number)
        idents = case_idents(mine)
        waiting = [(person, member) for person, member in waiting if member in idents]
    return frozenset(directly) | {person for person, _ in waiting}


def light(ctx: Context, cases: Iterable[str]) -> list[OpenVault]:
    """These cases with the keys of the keyring alone, for the lines of a list; without those that it does not open."""
    ring = ctx.ring
    if ring is None:
        return []
    holdings = {case: {CORE: ring.held(case, CORE), IDENTITY: ring.held(case, IDENTITY)} for case in cases}
    add_older(ctx, holdings)
    vaults = [
        OpenVault(id=case, kind=CASE_VAULT, keys=_some(parts), headers={}, rights=_READ_ALONE)
        for case, parts in holdings.items()
    ]
    return allowing(ctx, Act.READ_CASE, (vault for vault in vaults if vault.keys))


def _some(parts: dict[str, dict[int, CompartmentKey]]) -> dict[str, dict[int, CompartmentKey]]:
    """Those compartments of which a key is held."""
    return {name: epochs for name, epochs in parts.items() if epochs}


def claim_all(ctx: Context) -> None:
    """Claim everything that was handed to the actor, each under its verified headers."""
    if ctx.ring is not None:
        for vault in {vault for vault, _ in ctx.ring.waiting}:
            peek(ctx, vault)


def _ask_again(ctx: Context, act: Act) -> None:
    """For acts of the table that ask for a proof: passphrase and code within the last minutes of this session."""
    if ctx.session is None or not TABLE[act].proof:
        return
    if ctx.session.confirmed:
        ctx.session.confirmed = False  # said once: the page that shows it again asks the gate too
        raise Confirmed(LOOK_AGAIN)
    if not ctx.runtime.sessions.proven(ctx.session, ctx.now):
        raise StepUpNeeded(act.value)


def _held(ctx: Context, kind: str, only: Collection[str] | None = None) -> list[OpenVault]:
    if ctx.ring is None:
        raise NotFound
    rights = ctx.work.keys.rights_of(ctx.actor.fingerprint, kind, ctx.day_number, only)
    keys: dict[str, dict[str, dict[int, CompartmentKey]]] = {}
    # One walk through the keyring instead of many searches in it.
    walked = ctx.ring.every() if only is None and len(rights) > MANY else None
    for vault, allowed in rights.items():
        if walked is None:
            keys[vault] = {name: ctx.ring.held(vault, name) for name in allowed}
        else:
            keys[vault] = {name: walked.get((bytes.fromhex(vault), name), {}) for name in allowed}
    add_older(ctx, keys)
    return [
        OpenVault(id=vault, kind=kind, keys=parts, headers={}, rights=rights[vault])
        for vault, parts in keys.items()
        if parts.get(KINDS[kind].base)
    ]


def _people(ctx: Context, only: Collection[PersonId] | None = None) -> dict[str, OpenVault]:
    """Every person opened through the actor's cases, and those the actor was handed directly; with `only`, of these."""
    vaults = {vault.id: vault for vault in _held(ctx, PERSON_VAULT, only)}
    if only is None:
        cases = {vault.id: vault for vault in _held(ctx, CASE_VAULT)}
        rows = keys_in(ctx, cases)
    else:
        rows = keys_of(ctx, only)
        through = {row.grantee_vault for row in rows}
        cases = {vault.id: vault for vault in _held(ctx, CASE_VAULT, through)}
    keys: dict[str, dict[str, dict[int, CompartmentKey]]] = {}
    rights: dict[str, dict[str, frozenset[str]]] = {}
    for row in rows:
        if row.vault_id == row.grantee_vault or row.grantee_vault not in cases:
            continue
        key = through_case(ctx, cases[row.grantee_vault], row)
        if key is not None:
            keys.setdefault(row.vault_id, {}).setdefault(row.compartment, {})[row.epoch] = key
            allowed = cases[row.grantee_vault].rights.get(row.grantee_compartment, frozenset())
            mine = rights.setdefault(row.vault_id, {})
            mine[row.compartment] = mine.get(row.compartment, frozenset()) | allowed
    for person, holdings in keys.items():
        if person not in vaults:
            vaults[person] = OpenVault(id=person, kind=PERSON_VAULT, keys=holdings, headers={}, rights=rights[person])
    return vaults


def people_of(ctx: Context, case: OpenVault) -> list[OpenVault]:
    """The people that a case opens, as far as the actor holds its keys: for pickers and names on its own pages."""
    keys: dict[str, dict[str, dict[int, CompartmentKey]]] = {}
    for row in keys_in(ctx, [case.id]):
        key = through_case(ctx, case, row) if row.vault_id != case.id else None
        if key is not None:
            keys.setdefault(row.vault_id, {}).setdefault(row.compartment, {})[row.epoch] = key
    return [
        OpenVault(id=person, kind=PERSON_VAULT, keys=holdings, headers={}, rights={})
        for person, holdings in keys.items()
    ]


def is_read(act: str) -> bool:
    """Whether the words of an act, as the log has them, are those of one that only reads."""
    return act in {read.value for read in _READS}


def _klass(act: Act) -> str:
    if act in _READS:
        return "read"
    return "admin" if act in _ADMINS else "write"
