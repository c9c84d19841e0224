"""THE table: act -> who, with which key and right, under which condition; and the decision by it.

docs/permissions.md is made from it; a test compares.

Behind it stand keys: who does not hold the key of a compartment cannot read it, whatever this table says.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from hrd_cases.domain.access.facts import ACTIVE, NOTHING, Actor, VaultFacts
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.roles import ADMINISTRATOR, AUDITOR, CASEWORKER, COORDINATOR, LAWYER, ROLES
from hrd_cases.domain.vaults import (
    CORE,
    DETAILS,
    FACTS,
    GRANT,
    IDENTITY,
    PRIVILEGED,
    READ,
    REFERENCE,
    WRITE,
)
from hrd_cases.domain.vaults import STAFF as NAMES_OF_COLLEAGUES
from hrd_cases.domain.words import N_

STAFF = frozenset({CASEWORKER, LAWYER, COORDINATOR})
ALL = frozenset(ROLES)

Condition = Callable[[VaultFacts], bool]  # a sentence about facts, true or false


def is_counsel_of_record(facts: VaultFacts) -> bool:
    """The actor stands as counsel of record in the legal action."""
    return facts.counsel_of_record


def coordinates_or_leads(facts: VaultFacts) -> bool:
    """The actor is a coordinator, or leads a case."""
    return facts.coordinates_or_leads


def knows_of(facts: VaultFacts) -> bool:
    """The actor may read the base of the vault, and so may know that it exists."""
    return "read" in facts.rights.get(facts.base, frozenset())


@dataclass(frozen=True, kw_only=True)
class SecondPerson:
    """Whom an act waits for: somebody else who may do all of `acts` or, where nobody may, all of `otherwise`.

    `where`: in which case the act needs a second person; empty where it always does.
    """

    acts: tuple[Act, ...]
    otherwise: tuple[Act, ...] = ()
    where: str = ""


@dataclass(frozen=True, kw_only=True)
class PermissionRule:
    """One line of the table: `roles` (any of them), `needs` (every compartment and right), `conditions` (every one).

    `proof`: the act asks for passphrase and code again, within the last minutes and in this session. Whatever ends,
    deletes, opens or changes rules for others has it. Not so, on purpose: refusing a deletion, placing a hold and
    refusing that figures leave, which only keep what is there; sealing the office, where seconds count and two people
    are needed; and one-time codes, which open nothing before somebody certifies with proof. `second`: whom the
    act waits for besides the actor.
    """

    roles: frozenset[str]
    needs: tuple[tuple[str, str], ...] = ()
    conditions: tuple[Condition, ...] = ()
    proof: bool = False
    second: SecondPerson | None = None


_WITHOUT_CONSENT = N_("where a consent is missing")
_WRITES_PAPERS = SecondPerson(acts=(Act.READ_PAPER, Act.WRITE_CASE), where=_WITHOUT_CONSENT)
_WRITES_LETTERS = SecondPerson(acts=(Act.PRINT_LETTER, Act.WRITE_CASE), where=_WITHOUT_CONSENT)
_SEALS = SecondPerson(acts=(Act.SEAL_OFFICE,))
_CERTIFIES = SecondPerson(acts=(Act.CERTIFY,), where=N_("where a colleague gets new keys or a new second factor"))
_RECOVERS = SecondPerson(acts=(Act.RECOVER,), otherwise=(Act.SEE_DESK,))

TABLE: dict[Act, PermissionRule] = {
    Act.SEE_DESK: PermissionRule(roles=ALL),
    Act.OWN_ACCOUNT: PermissionRule(roles=ALL),
    Act.CHANGE_LOG_IN: PermissionRule(roles=ALL, proof=True),
    Act.TRAVEL: PermissionRule(roles=ALL, proof=True),
    Act.HAND_OVER: PermissionRule(roles=STAFF, proof=True),
    Act.LET_IN_AGAIN: PermissionRule(roles=ALL, proof=True),
    Act.SEAL_OFFICE: PermissionRule(roles=ALL, second=_SEALS),
    Act.UNSEAL_OFFICE: PermissionRule(roles=ALL, proof=True, second=_SEALS),
    Act.TAKE_CALL: PermissionRule(roles=STAFF),
    Act.SEE_DUTY: PermissionRule(roles=ALL, needs=((NAMES_OF_COLLEAGUES, READ),)),
    Act.CHANGE_DUTY: PermissionRule(
        roles=STAFF, needs=((NAMES_OF_COLLEAGUES, WRITE),), conditions=(coordinates_or_leads,), proof=True
    ),
    Act.CREATE_CASE: PermissionRule(roles=STAFF),
    Act.CREATE_PERSON: PermissionRule(roles=STAFF),
    Act.IMPORT_LIST: PermissionRule(roles=STAFF),
    Act.READ_DIRECTORY: PermissionRule(roles=STAFF, needs=((REFERENCE, READ),)),
    Act.WRITE_DIRECTORY: PermissionRule(roles=STAFF, needs=((REFERENCE, WRITE),)),
    Act.CHANGE_TEMPLATES: PermissionRule(roles=frozenset({LAWYER}), needs=((REFERENCE, WRITE),)),
    Act.READ_CASE: PermissionRule(roles=STAFF, needs=((CORE, READ),)),
    Act.WRITE_CASE: PermissionRule(roles=STAFF, needs=((CORE, WRITE),)),
    Act.ANSWER: PermissionRule(roles=STAFF, needs=((CORE, WRITE),)),
    Act.WRITE_PRIVILEGED: PermissionRule(roles=frozenset({LAWYER}), needs=((CORE, READ), (PRIVILEGED, WRITE))),
    Act.FOUND_PRIVILEGED: PermissionRule(roles=frozenset({LAWYER}), needs=((CORE, READ),)),
    Act.SHARE_CASE: PermissionRule(roles=STAFF, needs=((CORE, GRANT),), proof=True),
    Act.RENEW_KEYS: PermissionRule(roles=STAFF, needs=((CORE, READ),), proof=True),  # of the parts that one may grant
    Act.SEND_KEYS: PermissionRule(roles=STAFF, needs=((CORE, READ),), proof=True),
    Act.ACCEPT_STATE: PermissionRule(roles=STAFF, needs=((CORE, GRANT),), proof=True),
    Act.CHANGE_MEMBER: PermissionRule(roles=STAFF, needs=((CORE, GRANT),), proof=True),
    Act.END_OWN_KEYS: PermissionRule(roles=ALL, proof=True),
    Act.RENEW_OFFICES: PermissionRule(roles=frozenset({ADMINISTRATOR, COORDINATOR, AUDITOR}), proof=True),
    Act.LEAVE_CASE: PermissionRule(roles=STAFF, needs=((CORE, READ),), proof=True),
    Act.ASK_DELETION: PermissionRule(
        roles=STAFF,
        needs=((CORE, GRANT), (IDENTITY, GRANT)),
        proof=True,
        second=SecondPerson(acts=(Act.CONFIRM_DELETION,)),
    ),
    Act.CONFIRM_DELETION: PermissionRule(roles=STAFF, needs=((CORE, GRANT), (IDENTITY, GRANT)), proof=True),
    Act.REFUSE_DELETION: PermissionRule(roles=STAFF, needs=((CORE, GRANT), (IDENTITY, GRANT))),
    Act.PLACE_HOLD: PermissionRule(roles=STAFF, needs=((CORE, WRITE), (IDENTITY, WRITE))),
    Act.LIFT_HOLD: PermissionRule(
        roles=STAFF,
        needs=((CORE, GRANT), (IDENTITY, GRANT)),
        proof=True,
        second=SecondPerson(acts=(Act.LIFT_HOLD,)),
    ),
    Act.READ_PERSON: PermissionRule(roles=STAFF, needs=((CORE, READ),)),
    Act.WRITE_PERSON: PermissionRule(roles=STAFF, needs=((CORE, WRITE),)),
    Act.ADD_EVIDENCE: PermissionRule(roles=STAFF, needs=((CORE, WRITE), (IDENTITY, WRITE))),
    Act.OPEN_FILE: PermissionRule(roles=STAFF, needs=((CORE, READ), (IDENTITY, READ))),
    Act.PRINT_LETTER: PermissionRule(roles=STAFF, needs=((CORE, READ), (IDENTITY, READ)), second=_WRITES_LETTERS),
    Act.COURT_DOSSIER: PermissionRule(
        roles=frozenset({LAWYER}),
        needs=((CORE, WRITE), (IDENTITY, WRITE)),
        conditions=(is_counsel_of_record,),
        second=_WRITES_PAPERS,
    ),
    Act.READ_PAPER: PermissionRule(roles=STAFF, needs=((CORE, READ), (IDENTITY, READ))),
    Act.WHO_OPENED: PermissionRule(roles=STAFF, needs=((CORE, READ),)),
    Act.CHOOSE_SDG_CLASS: PermissionRule(roles=frozenset({COORDINATOR}), needs=((CORE, WRITE),)),
    Act.SEE_TRENDS: PermissionRule(roles=frozenset({COORDINATOR}), needs=((FACTS, READ),)),
    Act.SAVE_QUESTION: PermissionRule(roles=frozenset({COORDINATOR}), needs=((FACTS, WRITE),)),
    Act.READ_LOG: PermissionRule(roles=frozenset({AUDITOR}), needs=((DETAILS, READ),)),
    Act.VERIFY_LOG: PermissionRule(roles=frozenset({AUDITOR}), needs=((DETAILS, READ),)),
    Act.EXPORT_TRENDS: PermissionRule(roles=frozenset({COORDINATOR}), needs=((FACTS, READ),), proof=True),
    Act.ASK_FIGURES: PermissionRule(
        roles=frozenset({COORDINATOR}),
        needs=((NAMES_OF_COLLEAGUES, WRITE),),
        second=SecondPerson(acts=(Act.AGREE_FIGURES,)),
    ),
    Act.SEE_FIGURES_ASKED: PermissionRule(roles=STAFF, needs=((NAMES_OF_COLLEAGUES, READ),)),
    Act.AGREE_FIGURES: PermissionRule(roles=STAFF, needs=((NAMES_OF_COLLEAGUES, WRITE),), proof=True),
    Act.REFUSE_FIGURES: PermissionRule(roles=STAFF, needs=((NAMES_OF_COLLEAGUES, WRITE),)),
    Act.EXPORT_LOG: PermissionRule(roles=frozenset({AUDITOR}), needs=((DETAILS, READ),), proof=True),
    Act.EXPORT_CASE: PermissionRule(roles=STAFF, needs=((CORE, READ), (IDENTITY, READ)), proof=True),
    Act.EXPORT_LIST: PermissionRule(roles=STAFF, proof=True),
    Act.ASK_EXPORT: PermissionRule(
        roles=STAFF,
        needs=((NAMES_OF_COLLEAGUES, WRITE),),
        second=SecondPerson(acts=(Act.AGREE_EXPORT,), where=N_("for more records than one person exports alone")),
    ),
    Act.SEE_EXPORTS_ASKED: PermissionRule(roles=STAFF, needs=((NAMES_OF_COLLEAGUES, READ),)),
    Act.AGREE_EXPORT: PermissionRule(roles=STAFF, needs=((NAMES_OF_COLLEAGUES, WRITE),), proof=True),
    Act.REFUSE_EXPORT: PermissionRule(roles=STAFF, needs=((NAMES_OF_COLLEAGUES, WRITE),)),
    Act.EXPORT_CALENDAR: PermissionRule(roles=STAFF, proof=True),
    Act.EXPORT_SCREENING: PermissionRule(roles=STAFF, proof=True),
    Act.GRANT_OFFICE: PermissionRule(roles=frozenset({COORDINATOR, AUDITOR}), proof=True),
    Act.MANAGE_ACCOUNTS: PermissionRule(roles=frozenset({ADMINISTRATOR})),
    Act.CERTIFY: PermissionRule(roles=frozenset({ADMINISTRATOR}), proof=True, second=_CERTIFIES),
    Act.CLOSE_ACCOUNT: PermissionRule(roles=frozenset({ADMINISTRATOR}), proof=True),
    Act.END_SESSIONS: PermissionRule(roles=frozenset({ADMINISTRATOR}), proof=True),
    Act.WAKE_ACCOUNT: PermissionRule(roles=frozenset({ADMINISTRATOR}), proof=True),
    Act.END_JOURNEY: PermissionRule(roles=frozenset({ADMINISTRATOR}), proof=True),
    Act.MANAGE_SETTINGS: PermissionRule(roles=frozenset({ADMINISTRATOR})),
    Act.CHANGE_PERIODS: PermissionRule(roles=frozenset({ADMINISTRATOR}), proof=True),
    Act.CHANGE_CALENDAR: PermissionRule(roles=frozenset({ADMINISTRATOR}), proof=True),
    Act.RECOVER: PermissionRule(roles=frozenset({ADMINISTRATOR}), proof=True, second=_RECOVERS),
}


class AccessDecision(Enum):
    """HIDDEN must look exactly like a thing that does not exist."""

    ALLOWED = "allowed"
    FORBIDDEN = "forbidden"
    HIDDEN = "hidden"


def decide(actor: Actor, act: Act, facts: VaultFacts = NOTHING) -> AccessDecision:
    """Answer by the table; a thing in a vault whose base the actor cannot read is hidden, whatever the role."""
    line = TABLE.get(act)
    if line is None or actor.state != ACTIVE:
        return AccessDecision.HIDDEN if facts.kind else AccessDecision.FORBIDDEN
    if facts.kind and not knows_of(facts):
        return AccessDecision.HIDDEN
    holds = all(right in facts.rights.get(compartment, frozenset()) for compartment, right in line.needs)
    allowed = bool(actor.roles & line.roles) and holds and all(true(facts) for true in line.conditions)
    return AccessDecision.ALLOWED if allowed else AccessDecision.FORBIDDEN
