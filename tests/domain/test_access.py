"""Who may do what, written a second time by hand from the product's description and compared with the table.

Rows are written as people say them: roles, then what must be held. Whoever changes the table has to change this too.
"""

from itertools import product

import pytest

from hrd_cases.domain.access.facts import ACTIVE, DISABLED, NOTHING, WAITING, Actor, VaultFacts
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.roles import ROLES
from hrd_cases.domain.access.table import TABLE, AccessDecision, decide
from hrd_cases.domain.vaults import KINDS

# What two people do together, and what the second one must be allowed to do.
TOGETHER = {
    Act.ASK_DELETION: {Act.CONFIRM_DELETION},
    Act.LIFT_HOLD: {Act.LIFT_HOLD},
    Act.PRINT_LETTER: {Act.PRINT_LETTER, Act.WRITE_CASE},
    Act.COURT_DOSSIER: {Act.READ_PAPER, Act.WRITE_CASE},
    Act.SEAL_OFFICE: {Act.SEAL_OFFICE},
    Act.UNSEAL_OFFICE: {Act.SEAL_OFFICE},
    Act.CERTIFY: {Act.CERTIFY},
    Act.RECOVER: {Act.RECOVER},
    Act.ASK_FIGURES: {Act.AGREE_FIGURES},
    Act.ASK_EXPORT: {Act.AGREE_EXPORT},
}

# What somebody can hold of a vault, from nothing to everything. r, w, g: read, write, grant.
RIGHTS = {"r": "read", "w": "write", "g": "grant"}
HOLDS: dict[str, dict[str, dict[str, str]]] = {
    "case": {
        "none": {},
        "coded, to read": {"core": "r"},
        "coded": {"core": "rw"},
        "to read": {"core": "r", "identity": "r", "source": "r"},
        "full": {"core": "rw", "identity": "rw", "source": "rw"},
        "lead": {"core": "rwg", "identity": "rwg", "source": "rwg"},
        "lead and privileged": {"core": "rwg", "identity": "rwg", "source": "rwg", "privileged": "rwg"},
        "privileged, to read": {"core": "rw", "identity": "rw", "source": "rw", "privileged": "r"},
        "identity without core": {"identity": "rwg", "source": "rwg", "privileged": "rwg"},
        "write without read": {"core": "wg"},
    },
    "person": {
        "none": {},
        "coded": {"core": "rw"},
        "to read": {"core": "r", "identity": "r", "protection": "r"},
        "full": {"core": "rw", "identity": "rw", "protection": "rw"},
        "identity without core": {"identity": "rw", "protection": "rw"},
    },
    "directory": {
        "none": {},
        "to read": {"reference": "r"},
        "member": {"reference": "rw", "staff": "rw"},
        "staff only": {"staff": "rw"},
    },
    "trends": {"none": {}, "desk": {"facts": "rwg", "load": "rwg"}, "load only": {"load": "rwg"}},
    "log": {"none": {}, "desk": {"details": "rwg"}, "to write": {"details": "w"}},
}

STAFF = "caseworker lawyer coordinator"
# act -> (roles, kind of vault or "", what must be held, whether one must be counsel of record)
SAID: dict[str, tuple[str, str, dict[str, str], bool]] = {
    "see the desk": ("caseworker lawyer coordinator auditor administrator", "", {}, False),
    "see and change one's own account": ("caseworker lawyer coordinator auditor administrator", "", {}, False),
    # take a call, create a case, defender, company: yes yes yes - -
    "take a call": (STAFF, "", {}, False),
    # duty: every member of the organisation sees it, external counsel does not; changed by a coordinator or lead
    "see who is on duty": ("caseworker lawyer coordinator auditor administrator", "directory", {"staff": "r"}, False),
    "change who is on duty": (STAFF, "directory", {"staff": "w"}, False),
    "create a case": (STAFF, "", {}, False),
    "create a person": (STAFF, "", {}, False),
    "import a list": (STAFF, "", {}, False),
    "export a case": (STAFF, "case", {"core": "r", "identity": "r"}, False),
    "export a list": (STAFF, "", {}, False),
    "export the calendar": (STAFF, "", {}, False),
    "export the results of a screening": (STAFF, "", {}, False),
    # an export of many records: one of the staff asks, another of the staff agrees
    "ask that a large export leaves": (STAFF, "directory", {"staff": "w"}, False),
    "see large exports that wait for a second person": (STAFF, "directory", {"staff": "r"}, False),
    "agree that a large export of somebody else leaves": (STAFF, "directory", {"staff": "w"}, False),
    "refuse that a large export leaves": (STAFF, "directory", {"staff": "w"}, False),
    # figures for a partner or the public: a coordinator asks, anybody else of the staff sees exactly them and agrees
    "ask that figures leave for a partner or the public": ("coordinator", "directory", {"staff": "w"}, False),
    "see figures that wait for a second person": (STAFF, "directory", {"staff": "r"}, False),
    "agree that figures of somebody else's request leave": (STAFF, "directory", {"staff": "w"}, False),
    "refuse that figures leave": (STAFF, "directory", {"staff": "w"}, False),
    "read the directory": (STAFF, "directory", {"reference": "r"}, False),
    "write the directory": (STAFF, "directory", {"reference": "w"}, False),
    "change the templates of papers and letters": ("lawyer", "directory", {"reference": "w"}, False),
    # read / write core, identity, source: c c c - -
    "read a case": (STAFF, "case", {"core": "r"}, False),
    "write a case": (STAFF, "case", {"core": "w"}, False),
    "write down what a person answered": (STAFF, "case", {"core": "w"}, False),
    "read a person": (STAFF, "person", {"core": "r"}, False),
    "write a person": (STAFF, "person", {"core": "w"}, False),
    "add evidence": (STAFF, "case", {"core": "w", "identity": "w"}, False),
    "open a file": (STAFF, "case", {"core": "r", "identity": "r"}, False),
    # read / write privileged: - c - - -
    "write lawyers' notes and strategy": ("lawyer", "case", {"core": "r", "privileged": "w"}, False),
    "begin the lawyers' part of a case": ("lawyer", "case", {"core": "r"}, False),
    # share, change the team: c (lead)
    "share a case": (STAFF, "case", {"core": "g"}, False),
    "remove a member from a case": (STAFF, "case", {"core": "g"}, False),
    "leave a case": (STAFF, "case", {"core": "r"}, False),
    # the parts that wait for new keys are each renewed by who may grant in them
    "change the keys of a case": (STAFF, "case", {"core": "r"}, False),
    "send the keys of a case again": (STAFF, "case", {"core": "r"}, False),
    "change the keys of the directory, trends or the audit log": ("coordinator auditor administrator", "", {}, False),
    "end one's own keys": ("caseworker lawyer coordinator auditor administrator", "", {}, False),
    "recover keys with the custodians": ("administrator", "", {}, False),
    # what was put back or taken out of the database, accepted as it is: c (lead)
    "accept the current data as correct": (STAFF, "case", {"core": "g"}, False),
    # delete, lift a legal hold: two who lead; whoever writes may protect
    "ask that something be deleted for good": (STAFF, "case", {"core": "g", "identity": "g"}, False),
    "confirm a deletion": (STAFF, "case", {"core": "g", "identity": "g"}, False),
    "refuse a deletion": (STAFF, "case", {"core": "g", "identity": "g"}, False),
    "place a legal hold": (STAFF, "case", {"core": "w", "identity": "w"}, False),
    "lift a legal hold": (STAFF, "case", {"core": "g", "identity": "g"}, False),
    # court dossier: - c, counsel of record
    "prepare and release a court dossier": ("lawyer", "case", {"core": "w", "identity": "w"}, True),
    "read a released paper": (STAFF, "case", {"core": "r", "identity": "r"}, False),
    # letter: c c c - -
    "print a letter": (STAFF, "case", {"core": "r", "identity": "r"}, False),
    # who opened this case: c c c - -
    "see who opened a case": (STAFF, "case", {"core": "r"}, False),
    # trends: - - yes - -; log: - - - yes -; accounts, settings: - - - - yes
    "see trends": ("coordinator", "trends", {"facts": "r"}, False),
    "choose the class of an incident in SDG indicator 16.10.1": ("coordinator", "case", {"core": "w"}, False),
    "save a question of the trends": ("coordinator", "trends", {"facts": "w"}, False),
    "read the audit log": ("auditor", "log", {"details": "r"}, False),
    "verify the audit log": ("auditor", "log", {"details": "r"}, False),
    "hand trends or the audit log to a colleague": ("coordinator auditor", "", {}, False),
    "export the table of trends": ("coordinator", "trends", {"facts": "r"}, False),
    "export the audit log": ("auditor", "log", {"details": "r"}, False),
    "change how one logs in": ("caseworker lawyer coordinator auditor administrator", "", {}, False),
    "hand all one's cases to a colleague": (STAFF, "", {}, False),
    "use travel mode": ("caseworker lawyer coordinator auditor administrator", "", {}, False),
    "let a colleague in again after travel": ("caseworker lawyer coordinator auditor administrator", "", {}, False),
    "end all sessions and block log-ins (two people)": (
        "caseworker lawyer coordinator auditor administrator",
        "",
        {},
        False,
    ),
    "manage accounts": ("administrator", "", {}, False),
    "certify a key": ("administrator", "", {}, False),
    "manage settings": ("administrator", "", {}, False),
    "close an account": ("administrator", "", {}, False),
    "end the sessions of a colleague": ("administrator", "", {}, False),
    "unblock the log-ins of an account": ("administrator", "", {}, False),
    "end travel mode when the named colleague has left": ("administrator", "", {}, False),
    "change how long things are kept": ("administrator", "", {}, False),
    "change the time zone and the calendar": ("administrator", "", {}, False),
    "unblock log-ins (two people)": (
        "caseworker lawyer coordinator auditor administrator",
        "",
        {},
        False,
    ),
}


COORDINATES_OR_LEADS = {"change who is on duty"}  # acts that ask for it beside what is held


def test_every_act_is_said_here_and_stands_in_the_table() -> None:
    assert set(SAID) == {act.value for act in Act} == {act.value for act in TABLE}


def _facts(kind: str, current: dict[str, str], *, counsel: bool, leads: bool = True) -> VaultFacts:
    rights = {name: frozenset(RIGHTS[letter] for letter in letters) for name, letters in current.items()}
    base = KINDS[kind].base
    return VaultFacts(kind=kind, base=base, rights=rights, counsel_of_record=counsel, coordinates_or_leads=leads)


def _expected(act: Act, role: str, current: dict[str, str], base: str, *, counsel: bool, leads: bool) -> AccessDecision:
    roles, _, needs, must_be_counsel = SAID[act.value]
    if "r" not in current.get(base, ""):
        return AccessDecision.HIDDEN
    holds = all(letter in current.get(name, "") for name, letters in needs.items() for letter in letters)
    beside = (counsel or not must_be_counsel) and (leads or act.value not in COORDINATES_OR_LEADS)
    may = role in roles.split() and holds and beside
    return AccessDecision.ALLOWED if may else AccessDecision.FORBIDDEN


WITH_VAULT = [act for act in Act if SAID[act.value][1]]
WITHOUT = [act for act in Act if not SAID[act.value][1]]


@pytest.mark.parametrize("act", WITH_VAULT, ids=lambda act: act.name)
@pytest.mark.parametrize("role", ROLES)
def test_what_is_held_decides_together_with_the_role(act: Act, role: str) -> None:
    kind = SAID[act.value][1]
    actor = Actor(user="", fingerprint="", roles=frozenset({role}), state=ACTIVE)
    for (text, current), counsel, leads in product(HOLDS[kind].items(), (False, True), (False, True)):
        answer = decide(actor, act, _facts(kind, current, counsel=counsel, leads=leads))
        expected = _expected(act, role, current, KINDS[kind].base, counsel=counsel, leads=leads)
        assert answer is expected, (text, counsel, leads)


@pytest.mark.parametrize("act", WITHOUT, ids=lambda act: act.name)
@pytest.mark.parametrize("role", ROLES)
def test_what_concerns_no_case_is_decided_by_the_role_alone(act: Act, role: str) -> None:
    actor = Actor(user="", fingerprint="", roles=frozenset({role}), state=ACTIVE)
    assert decide(actor, act) is (
        AccessDecision.ALLOWED if role in SAID[act.value][0].split() else AccessDecision.FORBIDDEN
    )


@pytest.mark.parametrize("act", list(Act), ids=lambda act: act.name)
@pytest.mark.parametrize("state", [WAITING, DISABLED])
def test_nobody_who_waits_or_left_may_do_anything_whatever_they_hold(act: Act, state: str) -> None:
    actor = Actor(user="", fingerprint="", roles=frozenset(ROLES), state=state)
    assert decide(actor, act) is AccessDecision.FORBIDDEN
    for kind, ways in HOLDS.items():
        for way in ways.values():
            assert decide(actor, act, _facts(kind, way, counsel=True)) is AccessDecision.HIDDEN


@pytest.mark.parametrize("act", list(Act), ids=lambda act: act.name)
def test_without_a_role_nothing_is_allowed(act: Act) -> None:
    actor = Actor(user="", fingerprint="", roles=frozenset(), state=ACTIVE)
    assert decide(actor, act) is AccessDecision.FORBIDDEN
    everything = dict.fromkeys(KINDS["case"].compartments, "rwg")
    assert decide(actor, act, _facts("case", everything, counsel=True)) is AccessDecision.FORBIDDEN


@pytest.mark.parametrize("act", WITH_VAULT, ids=lambda act: act.name)
def test_an_act_on_a_vault_is_never_allowed_without_one(act: Act) -> None:
    assert (
        decide(Actor(user="", fingerprint="", roles=frozenset(ROLES), state=ACTIVE), act, NOTHING)
        is AccessDecision.FORBIDDEN
    )


def test_an_act_that_the_table_does_not_know_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(TABLE, Act.SEE_DESK)
    assert (
        decide(Actor(user="", fingerprint="", roles=frozenset(ROLES), state=ACTIVE), Act.SEE_DESK)
        is AccessDecision.FORBIDDEN
    )


def test_whoever_combines_roles_may_do_what_either_may_and_no_more() -> None:
    both = Actor(user="", fingerprint="", roles=frozenset({"administrator", "auditor"}), state=ACTIVE)
    for act in Act:
        roles, kind, _, _ = SAID[act.value]
        current = dict.fromkeys(KINDS[kind].compartments, "rwg") if kind else {}
        facts = _facts(kind, current, counsel=True) if kind else NOTHING
        expected = {"administrator", "auditor"} & set(roles.split())
        assert (decide(both, act, facts) is AccessDecision.ALLOWED) == bool(expected)


def test_the_table_says_which_acts_wait_for_a_second_person() -> None:
    assert {act: set(rule.second.acts) for act, rule in TABLE.items() if rule.second} == TOGETHER
