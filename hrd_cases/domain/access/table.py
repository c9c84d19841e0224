"""THE table: act -> who, with which key and right, under which condition. docs/permissions.md is made from it; a
test compares.

Behind it stand keys: who does not hold the key of a compartment cannot read it, whatever this table says.
"""

from dataclasses import dataclass

from hrd_cases.domain.access.facts import ADMINISTRATOR, AUDITOR, CASEWORKER, COORDINATOR, LAWYER, ROLES
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.rules import Condition, coordinates_or_leads, is_counsel_of_record
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

STAFF = frozenset({CASEWORKER, LAWYER, COORDINATOR})
ALL = frozenset(ROLES)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the table: `roles` (any of them), `needs` (every compartment and right), `conditions` (every one).

    `proof`: the act asks for passphrase and code again, within the last minutes and in this session. Whatever ends,
    deletes, opens or changes rules for others has it. Not so, on purpose: refusing a deletion and placing a hold, which
    only keep what is there; sealing the office, where seconds count and two people are needed; and one-time codes,
    which open nothing before somebody certifies with proof.
    """

    roles: frozenset[str]
    needs: tuple[tuple[str, str], ...] = ()
    conditions: tuple[Condition, ...] = ()
    proof: bool = False


TABLE: dict[Act, Line] = {
    Act.SEE_DESK: Line(roles=ALL),
    Act.OWN_ACCOUNT: Line(roles=ALL),
    Act.CHANGE_LOG_IN: Line(roles=ALL, proof=True),
    Act.TRAVEL: Line(roles=ALL, proof=True),
    Act.HAND_OVER: Line(roles=STAFF, proof=True),
    Act.LET_IN_AGAIN: Line(roles=ALL, proof=True),
    Act.SEAL_OFFICE: Line(roles=ALL),
    Act.UNSEAL_OFFICE: Line(roles=ALL, proof=True),
    Act.TAKE_CALL: Line(roles=STAFF),
    Act.SEE_DUTY: Line(roles=ALL, needs=((NAMES_OF_COLLEAGUES, READ),)),
    Act.CHANGE_DUTY: Line(
        roles=STAFF, needs=((NAMES_OF_COLLEAGUES, WRITE),), conditions=(coordinates_or_leads,), proof=True
    ),
    Act.CREATE_CASE: Line(roles=STAFF),
    Act.CREATE_PERSON: Line(roles=STAFF),
    Act.READ_DIRECTORY: Line(roles=STAFF, needs=((REFERENCE, READ),)),
    Act.WRITE_DIRECTORY: Line(roles=STAFF, needs=((REFERENCE, WRITE),)),
    Act.READ_CASE: Line(roles=STAFF, needs=((CORE, READ),)),
    Act.WRITE_CASE: Line(roles=STAFF, needs=((CORE, WRITE),)),
    Act.ANSWER: Line(roles=STAFF, needs=((CORE, WRITE),)),
    Act.WRITE_PRIVILEGED: Line(roles=frozenset({LAWYER}), needs=((CORE, READ), (PRIVILEGED, WRITE))),
    Act.FOUND_PRIVILEGED: Line(roles=frozenset({LAWYER}), needs=((CORE, READ),)),
    Act.SHARE_CASE: Line(roles=STAFF, needs=((CORE, GRANT),), proof=True),
    Act.RENEW_KEYS: Line(roles=STAFF, needs=((CORE, READ),), proof=True),  # of the parts that one may grant
    Act.SEND_KEYS: Line(roles=STAFF, needs=((CORE, READ),), proof=True),
    Act.ACCEPT_STATE: Line(roles=STAFF, needs=((CORE, GRANT),), proof=True),
    Act.CHANGE_MEMBER: Line(roles=STAFF, needs=((CORE, GRANT),), proof=True),
    Act.END_OWN_KEYS: Line(roles=ALL, proof=True),
    Act.RENEW_OFFICES: Line(roles=frozenset({ADMINISTRATOR, COORDINATOR, AUDITOR}), proof=True),
    Act.LEAVE_CASE: Line(roles=STAFF, needs=((CORE, READ),), proof=True),
    Act.ASK_DELETION: Line(roles=STAFF, needs=((CORE, GRANT), (IDENTITY, GRANT)), proof=True),
    Act.CONFIRM_DELETION: Line(roles=STAFF, needs=((CORE, GRANT), (IDENTITY, GRANT)), proof=True),
    Act.REFUSE_DELETION: Line(roles=STAFF, needs=((CORE, GRANT), (IDENTITY, GRANT))),
    Act.PLACE_HOLD: Line(roles=STAFF, needs=((CORE, WRITE), (IDENTITY, WRITE))),
    Act.LIFT_HOLD: Line(roles=STAFF, needs=((CORE, GRANT), (IDENTITY, GRANT)), proof=True),
    Act.READ_PERSON: Line(roles=STAFF, needs=((CORE, READ),)),
    Act.WRITE_PERSON: Line(roles=STAFF, needs=((CORE, WRITE),)),
    Act.ADD_EVIDENCE: Line(roles=STAFF, needs=((CORE, WRITE), (IDENTITY, WRITE))),
    Act.OPEN_FILE: Line(roles=STAFF, needs=((CORE, READ), (IDENTITY, READ))),
    Act.PRINT_LETTER: Line(roles=STAFF, needs=((CORE, READ), (IDENTITY, READ))),
    Act.COURT_DOSSIER: Line(
        roles=frozenset({LAWYER}),
        needs=((CORE, WRITE), (IDENTITY, WRITE)),
        conditions=(is_counsel_of_record,),
    ),
    Act.READ_PAPER: Line(roles=STAFF, needs=((CORE, READ), (IDENTITY, READ))),
    Act.WHO_OPENED: Line(roles=STAFF, needs=((CORE, READ),)),
    Act.SEE_TRENDS: Line(roles=frozenset({COORDINATOR}), needs=((FACTS, READ),)),
    Act.READ_LOG: Line(roles=frozenset({AUDITOR}), needs=((DETAILS, READ),)),
    Act.VERIFY_LOG: Line(roles=frozenset({AUDITOR}), needs=((DETAILS, READ),)),
    Act.EXPORT_TRENDS: Line(roles=frozenset({COORDINATOR}), needs=((FACTS, READ),), proof=True),
    Act.EXPORT_LOG: Line(roles=frozenset({AUDITOR}), needs=((DETAILS, READ),), proof=True),
    Act.GRANT_OFFICE: Line(roles=frozenset({COORDINATOR, AUDITOR}), proof=True),
    Act.MANAGE_ACCOUNTS: Line(roles=frozenset({ADMINISTRATOR})),
    Act.CERTIFY: Line(roles=frozenset({ADMINISTRATOR}), proof=True),
    Act.CLOSE_ACCOUNT: Line(roles=frozenset({ADMINISTRATOR}), proof=True),
    Act.END_SESSIONS: Line(roles=frozenset({ADMINISTRATOR}), proof=True),
    Act.WAKE_ACCOUNT: Line(roles=frozenset({ADMINISTRATOR}), proof=True),
    Act.END_JOURNEY: Line(roles=frozenset({ADMINISTRATOR}), proof=True),
    Act.MANAGE_SETTINGS: Line(roles=frozenset({ADMINISTRATOR})),
    Act.CHANGE_PERIODS: Line(roles=frozenset({ADMINISTRATOR}), proof=True),
    Act.RECOVER: Line(roles=frozenset({ADMINISTRATOR}), proof=True),
}
