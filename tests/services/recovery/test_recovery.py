"""Keys recovered with the custodians: who may ask, what they answer, what the server takes in.

Catalogue of attacks 70, 71. Promise P12: the server never sees the recovery seed; tests/cli/test_ceremony.py plays it
with real processes.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hrd_failing import broken_off
from hrd_failpoints import RECOVERY
from hrd_recovered import answered, asked, asked_by_root, bare, opened, request_in, seeds
from hrd_replaced import ended_alone
from hrd_world import CaseIds, World, admit, newcomer
from hrd_world_fixtures import WorldOn

from hrd_cases.crypto.ceremony.card_sets import CardSet
from hrd_cases.crypto.ceremony.recovery import (
    BY_PEOPLE,
    RecoveredCompartment,
    RecoveryAnswer,
    RecoveryRequest,
    SignedRequest,
    rewrap,
)
from hrd_cases.crypto.core.encoding import pae
from hrd_cases.crypto.core.errors import NotOpened, NotSigned
from hrd_cases.crypto.core.headers import READ, USER, Header, Member, sign_header
from hrd_cases.crypto.core.keys import OrgSeeds, recovery_keys
from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.notes import Advice
from hrd_cases.services.access import access_log
from hrd_cases.services.audit import audit_reader
from hrd_cases.services.casework import cases, people
from hrd_cases.services.keys import key_rotation
from hrd_cases.services.records import records
from hrd_cases.services.recovery import answering, custody, newcomers, offline, requests, sets
from hrd_cases.services.recovery.answering import TakenIn
from hrd_cases.services.recovery.requests import RequestedKeys
from hrd_cases.services.sharing import sharing
from hrd_cases.services.signin import accounts
from hrd_cases.services.team import administration
from hrd_cases.services.travel import travel


@pytest.fixture
def known(sqlite_world: World) -> World:
    """The world, in which there is a second administrator."""
    return sqlite_world


def taken(world: World, data: bytes, by: str | None = "founder") -> TakenIn:
    with world.runtime.writing(world.session(by) if by else None, world.now) as ctx:
        return answering.take_in(ctx, data)


def title(world: World, name: str, case: str) -> str:
    with world.runtime.reading(world.sign_in(name), world.now) as ctx:
        return str(cases.overview(ctx, case).case.value.title)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(RuleBroken) as rule:
        act()
    return rule.value.text


def own(world: World, **more: str) -> RequestedKeys:
    """The outsider's case, which nobody else can open, for the caseworker."""
    return RequestedKeys(account=world.user("caseworker"), of=world.user("outsider"), reason="lost", **more)


def nothing_taken(world: World, ids: CaseIds, name: str = "caseworker") -> None:
    with pytest.raises(NotFound):
        title(world, name, ids.case)


# Asked, opened, taken in


def test_a_case_that_only_one_person_held_is_opened_for_a_colleague(world: World) -> None:
    """On both databases; the people of the case come with it."""
    before = title(world, "outsider", world.own.case)
    nothing_taken(world, world.own)
    request = asked(world, own(world))
    assert request.cases == 2  # the case and the call beside it
    assert not request.by_root
    result = taken(world, answered(world, request.data))
    assert (result.cases, result.certified, result.changed) == (2, False, ())
    assert title(world, "caseworker", world.own.case) == before
    with world.runtime.reading(world.sign_in("caseworker"), world.now) as ctx:
        assert people.read(ctx, world.own.person).value.pseudonym
        assert records.listing(ctx, Incident, world.own.case)
    assert title(world, "outsider", world.own.case) == before


def test_it_stands_in_the_log_and_the_case_s_people_see_it(known: World) -> None:
    taken(known, answered(known, asked(known, own(known)).data))
    with known.reading("auditor") as ctx:
        lines = [line.act for line in audit_reader.entries(ctx, audit_reader.LogFilter()).items]
    assert lines.count("ask the custodians") == 3
    assert lines.count("import what the custodians opened") == 3
    with known.reading("outsider") as ctx:
        days = access_log.who_opened(ctx, known.own.case).page.items
        visited = [opening.act for day in days for opening in day.openings]
    assert {"ask the custodians", "import what the custodians opened"} <= set(visited)


def test_after_a_leaver_the_heir_reads_at_once_and_writes_after_new_keys(known: World) -> None:
    with known.writing("founder") as ctx:
        administration.disable(ctx, known.user("outsider"), lose=True)
    taken(known, answered(known, asked(known, own(known)).data))
    session = known.sign_in("caseworker")
    with known.runtime.reading(session, known.now) as ctx:
        assert cases.overview(ctx, known.own.case).keys_due
    with known.runtime.writing(session, known.now) as ctx:
        key_rotation.renew(ctx, known.own.case)
    with known.runtime.reading(session, known.now) as ctx:
        visited = cases.overview(ctx, known.own.case)
        assert not visited.keys_due
        assert {member.user for member in sharing.team(ctx, known.own.case)} == {known.user("caseworker")}
        assert visited.case.value.title


def test_the_lawyers_part_comes_only_to_lawyers(known: World) -> None:
    for name, parts in (("caseworker", {"core", "identity", "source"}), ("lawyer", None)):
        requested = RequestedKeys(account=known.user(name), cases=(known.strike.case,), reason="why")
        request = request_in(asked(known, requested).data)
        result = {part.compartment for vault in request.vaults if vault.kind == "case" for part in vault.parts}
        assert result == (parts or {"core", "identity", "source", "privileged"})
    taken(known, opened(known, request))
    with known.runtime.reading(known.sign_in("lawyer"), known.now) as ctx:
        assert records.listing(ctx, Advice, known.strike.case)


def test_a_request_of_ones_own_making_gives_the_lawyers_part_to_nobody_else(known: World) -> None:
    """Whoever has a copy of the database writes what they like into a file for the custodians."""
    made = {}
    for name in ("caseworker", "lawyer"):
        requested = RequestedKeys(account=known.user(name), cases=(known.strike.case,), reason="why")
        made[name] = request_in(asked(known, requested).data)
    forged = replace(made["lawyer"], target=made["caseworker"].target)
    rewrapped = rewrap(forged, recovery_keys(seeds(known).recovery))
    assert bytes.fromhex(known.strike.case) in rewrapped.left_out
    assert not [part for part in rewrapped.answer.body.opened if part.vault.hex() == known.strike.case]


def test_a_request_that_names_other_roles_than_were_certified_is_not_answered(known: World) -> None:
    requested = RequestedKeys(account=known.user("caseworker"), cases=(known.strike.case,), reason="why")
    request = request_in(asked(known, requested).data)
    named = replace(request, target=replace(request.target, roles=frozenset({"lawyer"})))
    assert refused(lambda: answered(known, bare(named), root=True)) == offline.NOT_THESE


def test_who_was_on_a_case_in_part_is_followed_in_part(known: World) -> None:
    """The external lawyer saw the coded part alone; so does whoever takes their place."""
    requested = RequestedKeys(account=known.user("caseworker"), of=known.user("external"), reason="why")
    request = request_in(asked(known, requested).data)
    result = [
        (vault.vault.hex(), part.compartment)
        for vault in request.vaults
        if vault.kind == "case"
        for part in vault.parts
    ]
    assert result == [(known.strike.case, "core")]


def test_the_request_holds_nothing_that_opens_without_the_seed(known: World) -> None:
    data = asked(known, own(known)).data
    secret = seeds(known)
    assert secret.recovery.reveal() not in data
    keys = recovery_keys(secret.recovery)
    assert keys.kem_seed.reveal() not in data
    assert keys.sign_seed.reveal() not in data
    with known.reading("outsider") as ctx:
        assert cases.overview(ctx, known.own.case).case.value.title.encode() not in data


# The only administrator lost their keys


def test_the_root_admits_an_administrator_whom_nobody_can_certify(known: World) -> None:
    new = newcomer(known, "new", frozenset({"administrator"}))
    requested = RequestedKeys(
        account=new.user, certify=frozenset({"administrator", "auditor"}), reason="nobody can log in"
    )
    request = asked_by_root(known, requested)
    assert request.by_root
    with pytest.raises(RuleBroken):
        answered(known, request.data)  # the recovery cards alone are not enough
    result = taken(known, answered(known, request.data, root=True), by=None)
    assert result.certified
    session = known.sign_in("new")
    assert session.actor.roles == {"administrator", "auditor"}
    with known.runtime.writing(session, known.now) as ctx:
        code = administration.invite(ctx, frozenset({"caseworker"}))
    later = newcomer(known, "later", frozenset({"caseworker"}), code=code)
    with known.runtime.writing(session, known.now) as ctx:
        administration.certify(ctx, later.user, "Later", frozenset({"caseworker"}))
    with known.runtime.reading(session, known.now) as ctx:
        assert audit_reader.entries(ctx, audit_reader.LogFilter()).items
    assert known.sign_in("later").actor.roles == {"caseworker"}


def test_the_only_administrator_who_forgot_the_passphrase_gets_new_keys_by_the_root(known: World) -> None:
    """With a code that needs no log-in; the same account, the offices and the cases it had."""
    account = known.user("founder")
    with known.runtime.writing(None, known.now) as ctx:
        code = newcomers.code(ctx, account)
    new = newcomer(known, "founder again", frozenset(), code=code)
    with known.runtime.reading(None, known.now) as ctx:
        assert [item.account for item in newcomers.waiting(ctx) if item.account == account] == [account]
    roles = frozenset({"administrator", "auditor"})
    request = asked_by_root(known, RequestedKeys(account=account, of=account, certify=roles, reason="forgotten"))
    answer = answered(known, request.data, root=True)
    assert taken(known, answer, by=None).certified
    session = known.sign_in("founder again")
    assert (session.actor.user, session.actor.roles) == (account, roles)
    assert session.actor.fingerprint == new.fingerprint != known.people["founder"].fingerprint
    with pytest.raises(accounts.SignInRefused):
        known.sign_in("founder")
    with known.runtime.reading(session, known.now) as ctx:
        assert audit_reader.entries(ctx, audit_reader.LogFilter()).items
    refused(lambda: taken(known, answer, by=None))


def test_a_code_without_a_log_in_admits_nobody_and_is_for_accounts_that_counted(known: World) -> None:
    for account in ("0" * 32, known.user("waiting"), known.user("disabled")):
        with pytest.raises(RuleBroken), known.runtime.writing(None, known.now) as ctx:
            newcomers.code(ctx, account)
    with known.runtime.writing(None, known.now) as ctx:
        code = newcomers.code(ctx)
    newcomer(known, "new", frozenset(), code=code)
    assert known.sign_in("new").actor.roles == frozenset()


def test_without_a_log_in_an_answer_counts_only_with_the_root(known: World) -> None:
    request = asked_by_root(known, own(known))
    whole = RecoveryAnswer.decode(answered(known, request.data, root=True))
    bare = replace(whole, root_signature=b"").encode()
    assert refused(lambda: taken(known, bare, by=None)) == answering.NOT_SIGNED
    nothing_taken(known, known.own)
    assert taken(known, whole.encode(), by=None).cases == 2


# Who may ask and who may take in


def test_one_person_alone_cannot_ask(known: World) -> None:
    assert refused(lambda: asked(known, own(known), second=None)) == requests.TWO_PEOPLE
    assert refused(lambda: asked(known, own(known), second="founder")) == requests.TWO_PEOPLE
    assert refused(lambda: asked(known, own(known), second="anna")) == requests.SECOND_ADMINISTRATOR
    assert refused(lambda: asked(known, own(known), second="waiting")) == requests.SECOND_ADMINISTRATOR


@pytest.mark.parametrize("name", ["anna", "lana", "coordinator", "auditor"])
def test_only_administrators_ask_and_take_in(known: World, name: str) -> None:
    with pytest.raises(Forbidden):
        asked(known, own(known), first=name)
    answer = answered(known, asked(known, own(known)).data)
    with pytest.raises(Forbidden):
        taken(known, answer, by=name)
    with pytest.raises(NotFound):
        taken(known, answer, by=None)
    nothing_taken(known, known.own)


def test_the_second_is_anybody_where_there_is_one_administrator(known: World) -> None:
    ended_alone(known, "admin")
    assert asked(known, own(known), second="anna").cases == 2
    assert refused(lambda: asked(known, own(known), second="waiting")) == requests.SECOND_ADMINISTRATOR


def test_an_administrator_who_is_away_on_a_journey_is_no_second_one(known: World) -> None:
    """Their keys are given up until they return: nobody could ask at all while the other administrator travels."""
    admit(known, "traveller", frozenset({"administrator"}))
    ended_alone(known, "admin")
    assert refused(lambda: asked(known, own(known), second="anna")) == requests.SECOND_ADMINISTRATOR
    with known.writing("traveller") as ctx:
        travel.give_up(ctx, known.user("founder"), None)
    assert known.session("traveller").actor.state == "away"
    assert asked(known, own(known), second="anna").cases == 2
    assert refused(lambda: asked(known, own(known), second="traveller")) == requests.SECOND_ADMINISTRATOR


def test_what_is_asked_for_must_exist_and_say_why(known: World) -> None:
    requested = own(known)
    for wrong, text in (
        (replace(requested, reason=" "), requests.NO_REASON),
        (replace(requested, account="0" * 32), requests.NO_ACCOUNT),
        (replace(requested, account=known.user("disabled")), requests.NO_ACCOUNT),
        (replace(requested, account=known.user("waiting")), requests.NOT_CERTIFIED),
        (replace(requested, of="0" * 32), requests.NO_ACCOUNT),
        (replace(requested, cases=("0" * 32,)), requests.NO_CASE),
        (replace(requested, cases=(known.own.person,)), requests.NO_CASE),
        (replace(requested, certify=frozenset({"king"})), requests.UNKNOWN_ROLE),
        (replace(requested, certify=frozenset({"lawyer"})), requests.CERTIFIED_ALREADY),
    ):
        assert refused(lambda wrong=wrong: asked(known, wrong)) == text


# What a hostile server, a hostile courier or a hostile custodian sends


def test_an_answer_is_taken_in_once(known: World) -> None:
    answer = answered(known, asked(known, own(known)).data)
    taken(known, answer)
    assert refused(lambda: taken(known, answer)) == answering.NOT_ASKED


def test_an_answer_to_something_nobody_asked_is_refused(known: World) -> None:
    request = request_in(asked(known, own(known)).data)
    other = replace(request, reason="another reason")
    assert refused(lambda: taken(known, opened(known, other))) == answering.NOT_ASKED


def test_every_byte_of_an_answer_counts(known: World) -> None:
    answer = answered(known, asked(known, own(known)).data)
    for at in range(0, len(answer), max(1, len(answer) // 60)):
        changed = answer[:at] + bytes([answer[at] ^ 1]) + answer[at + 1 :]
        refused(lambda changed=changed: taken(known, changed))
    for cut in (b"", answer[:100], answer[:-1], answer + b"\0"):
        assert refused(lambda cut=cut: taken(known, cut)) == answering.NO_ANSWER
    nothing_taken(known, known.own)


def test_custodians_of_another_organisation_open_nothing_here(known: World) -> None:
    request = request_in(asked(known, own(known)).data)
    stranger = OrgSeeds.new()
    with pytest.raises(NotOpened):
        rewrap(request, recovery_keys(stranger.recovery))
    with pytest.raises(NotOpened):
        rewrap(request, recovery_keys(seeds(known).recovery), stranger.root_seed)
    answer = RecoveryAnswer.decode(opened(known, request))
    forged = replace(answer, recovery_signature=answer.body.sign(recovery_keys(stranger.recovery).sign_seed))
    assert refused(lambda: taken(known, forged.encode())) == answering.NOT_SIGNED


def test_a_person_whose_key_the_server_made_up_is_refused_offline(known: World) -> None:
    """A database writer plants an account: its certificate leads to no root, so the custodians' machine says no."""
    request = request_in(asked(known, own(known)).data)
    planted = OrgSeeds.new().pins()
    target = replace(request.target, kem_public=planted.recovery_kem_public)
    for wrong in (replace(request, target=target), replace(request, certificates=())):
        with pytest.raises(NotSigned):
            rewrap(wrong, recovery_keys(seeds(known).recovery))


def test_a_vault_whose_headers_are_not_in_order_is_left_out_and_named(known: World) -> None:
    request = request_in(asked(known, own(known)).data)
    case = next(vault for vault in request.vaults if vault.vault.hex() == known.own.case)
    strike = RequestedKeys(account=known.user("caseworker"), cases=(known.strike.case,), reason="why")
    other = request_in(asked(known, strike).data).vaults[-1]
    part = case.parts[0]
    for wrong in (
        replace(case, parts=(replace(part, chain=part.chain[:-1] or ()), *case.parts[1:])),
        replace(case, parts=(replace(part, wrap=other.parts[0].wrap), *case.parts[1:])),
        replace(case, parts=(replace(part, chain=other.parts[0].chain), *case.parts[1:])),
        replace(case, parts=case.parts[1:]),
        replace(case, kind="person"),
        replace(case, kind="nothing"),
        replace(case, vault=other.vault),
    ):
        if wrong.parts and not wrong.parts[0].chain:
            assert rewrap(replace(request, vaults=(wrong,)), recovery_keys(seeds(known).recovery)).left_out
            continue
        result = rewrap(replace(request, vaults=(wrong,)), recovery_keys(seeds(known).recovery))
        assert result.left_out == (wrong.vault,)
        assert result.answer.body.opened == ()


def test_an_answer_that_changes_more_than_was_asked_is_refused_whole(known: World) -> None:
    """Custodians can sign anything; the server takes in only the one person that it asked for."""
    request = request_in(asked(known, own(known)).data)
    keys = recovery_keys(seeds(known).recovery)
    answer = rewrap(request, keys).answer
    last = answer.body.opened[-1]
    header = Header.decode(last.header.header_bytes)
    stranger = Member(kind=USER, id=bytes.fromhex(known.people["lana"].fingerprint), rights=frozenset({READ}))
    fewer = [member for member in header.members if member.id == request.target.fingerprint]
    for members in ([*header.members, stranger], fewer):
        changed = RecoveredCompartment(
            vault=last.vault, header=sign_header(replace(header, members=tuple(members)), keys), wrap=last.wrap
        )
        wrong = replace(answer.body, opened=(*answer.body.opened[:-1], changed))
        signed = replace(answer, body=wrong, recovery_signature=wrong.sign(keys.sign_seed))
        assert refused(lambda signed=signed: taken(known, signed.encode())) == answering.NOT_SOUND
    nothing_taken(known, known.own)
    taken(known, answer.encode())


def test_a_certificate_slipped_into_an_answer_is_refused(known: World) -> None:
    """For another account, with other keys, or signed by another root."""
    new = newcomer(known, "new", frozenset({"administrator"}))
    requested = RequestedKeys(account=new.user, certify=frozenset({"administrator"}), reason="why")
    request = request_in(asked_by_root(known, requested).data)
    root, keys = seeds(known).root_seed, recovery_keys(seeds(known).recovery)
    answer = rewrap(request, keys, root).answer
    other = replace(request.target, user=bytes.fromhex(known.user("waiting")))
    stranger = OrgSeeds.new().root_seed
    for statement, seed in ((other, root), (request.target, stranger)):
        body = replace(answer.body, certificate=pae(*statement.signed(seed)))
        signed = RecoveryAnswer(body=body, recovery_signature=body.sign(keys.sign_seed), root_signature=body.sign(root))
        assert refused(lambda signed=signed: taken(known, signed.encode(), by=None)) == answering.NOT_SIGNED
    assert known.sign_in("new").actor.roles == frozenset()


def test_a_case_whose_team_changed_meanwhile_is_named_and_the_rest_taken_in(known: World) -> None:
    requested = RequestedKeys(account=known.user("caseworker"), cases=(known.own.case, known.strike.case), reason="why")
    answer = answered(known, asked(known, requested).data)
    with known.writing("anna") as ctx:
        sharing.share(ctx, known.strike.case, known.user("lawyer"), "full")
    result = taken(known, answer)
    assert (result.cases, result.changed) == (1, (known.strike.case,))
    assert title(known, "caseworker", known.own.case)
    nothing_taken(known, known.strike)


def test_an_heir_who_left_meanwhile_gets_nothing(known: World) -> None:
    answer = answered(known, asked(known, own(known)).data)
    with known.writing("founder") as ctx:
        administration.disable(ctx, known.user("caseworker"))
    assert refused(lambda: taken(known, answer)) == answering.NOT_COUNTING


def test_every_byte_of_a_request_is_read_back_or_refused(known: World) -> None:
    data = asked(known, own(known)).data
    for cut in (b"", data[:50], data[:-1], data + b"\0"):
        refused(lambda cut=cut: offline.read_request(cut))
    assert request_in(data).authority == BY_PEOPLE
    assert refused(lambda: offline.read_certify(data)) == offline.NO_REQUEST


@pytest.mark.parametrize("name", RECOVERY)
def test_broken_off_anywhere_nothing_was_taken_in_and_it_can_be_taken_in_again(known: World, name: str) -> None:
    answer = answered(known, asked(known, own(known)).data)
    with broken_off(name, OSError("no space")):
        taken(known, answer)
    nothing_taken(known, known.own)
    assert taken(known, answer).cases == 2
    assert title(known, "caseworker", known.own.case)


# Sets of cards


def made_set(world: World, *voids: bytes) -> custody.NewCardSet:
    return custody.make(seeds(world), needed=2, count=3, voids=voids)


def test_a_set_counts_once_adopted_and_again_only_after_it_was_read_back(known: World) -> None:
    runtime = known.runtime
    assert sets.was_read(runtime)  # the two whole cards of the world
    first = made_set(known)
    sets.adopt(runtime, first.record.to_file(seeds(known)), known.now)
    assert not sets.was_read(runtime)
    sets.read_back(runtime, seeds(known), known.now)
    assert sets.was_read(runtime)
    again = known.restarted()
    assert sets.was_read(again.runtime)
    assert sets.in_force(again.runtime) == first.record
    again.close()


def test_a_set_that_was_replaced_never_counts_again(known: World) -> None:
    runtime, whole = known.runtime, seeds(known)
    first, beside = made_set(known), made_set(known)
    second = made_set(known, first.record.set_id)
    third = made_set(known, second.record.set_id, first.record.set_id)
    adopt = [item.record.to_file(whole) for item in (first, second, third)]
    sets.adopt(runtime, adopt[0], known.now)
    assert refused(lambda: sets.adopt(runtime, adopt[0], known.now)) == sets.SAME_SET
    for wrong in (beside, made_set(known, second.record.set_id)):
        file = wrong.record.to_file(whole)
        assert refused(lambda file=file: sets.adopt(runtime, file, known.now)) == sets.OLDER_SET
    sets.adopt(runtime, adopt[2], known.now)
    for old in adopt[:2]:
        assert refused(lambda old=old: sets.adopt(runtime, old, known.now)) == sets.OLDER_SET
    hands = custody.Hands(kind="root", record=third.record)
    assert refused(lambda: hands.take(first.root[0].text())) == custody.VOID
    assert refused(lambda: hands.take(beside.root[0].text())) == custody.SAID[custody.Wrong.MIXED]


def test_a_record_or_proof_of_other_keys_is_refused(known: World) -> None:
    stranger = OrgSeeds.new()
    other = custody.make(stranger, needed=2, count=2)
    runtime = known.runtime
    file = other.record.to_file(stranger)
    assert refused(lambda: sets.adopt(runtime, file, known.now)) == custody.OTHER_KEYS
    mine = made_set(known)
    for wrong in (mine.record.to_file(stranger), file[:-1], b"", file + b"\0"):
        assert refused(lambda wrong=wrong: sets.adopt(runtime, wrong, known.now)) == custody.NO_RECORD
    sets.adopt(runtime, mine.record.to_file(seeds(known)), known.now)
    proof = custody.proof(stranger, other.record, 20_000)
    assert sets.is_proof(proof)
    assert refused(lambda: sets.take_proof(runtime, proof, known.now)) == sets.NO_PROOF
    beside = custody.proof(seeds(known), made_set(known).record, 20_000)
    assert refused(lambda: sets.take_proof(runtime, beside, known.now)) == sets.OTHER_SET
    assert refused(lambda: sets.read_back(runtime, stranger, known.now)) == custody.OTHER_KEYS
    assert not sets.was_read(runtime)
    good = custody.proof(seeds(known), mine.record, 20_000)
    assert sets.take_proof(runtime, good, known.now) == mine.record
    assert sets.was_read(runtime)


def test_each_wrong_card_is_said_in_words(known: World) -> None:
    mine, beside = made_set(known), made_set(known)
    hands = custody.Hands(kind="recovery", record=mine.record)
    text = custody.SAID
    assert refused(lambda: hands.take(mine.root[0].text())) == text[custody.Wrong.KIND]
    assert refused(lambda: hands.take(beside.recovery[0].text())) == text[custody.Wrong.MIXED]
    forged = replace(mine.recovery[0], value=beside.recovery[0].value)
    assert refused(lambda: hands.take(forged.text())) == text[custody.Wrong.FORGED]
    assert refused(lambda: hands.take("ABCDE")) == text[custody.Wrong.GROUP]
    assert refused(hands.seed) == text[custody.Wrong.FEW]
    assert hands.missing == 2
    hands.take(mine.recovery[2].text())
    assert refused(lambda: hands.take(mine.recovery[2].text())) == text[custody.Wrong.TWICE]
    hands.take(" ".join(mine.recovery[0].words("kk")))
    assert hands.missing == 0
    assert hands.seed() == seeds(known).recovery
    without = custody.Hands(kind="recovery")
    without.take(mine.recovery[0].text())
    assert refused(lambda: without.take(beside.recovery[1].text())) == text[custody.Wrong.MIXED]


def test_the_request_says_which_cards_count(known: World) -> None:
    def cards_of(request: RecoveryRequest) -> CardSet | None:
        return offline.cards_of(SignedRequest(request=request, signatures=()), None)

    request = request_in(asked(known, own(known)).data)
    assert cards_of(request) is None
    mine = made_set(known)
    sets.adopt(known.runtime, mine.record.to_file(seeds(known)), known.now)
    request = request_in(asked(known, own(known)).data)
    assert cards_of(request) == mine.record
    stranger = OrgSeeds.new()
    other = custody.make(stranger, needed=2, count=2).record.to_file(stranger)
    assert refused(lambda: cards_of(replace(request, card_set=other))) == offline.NO_REQUEST
    assert refused(lambda: cards_of(replace(request, card_set=other[:-1]))) == custody.NO_RECORD


def test_a_set_has_two_cards_at_least_and_sixteen_at_most(known: World) -> None:
    for needed, count in ((1, 1), (1, 3), (3, 2), (2, 17)):
        wrong = {"needed": needed, "count": count}
        assert refused(lambda wrong=wrong: custody.make(seeds(known), **wrong)) == custody.SIZES


def test_a_newcomer_who_was_admitted_meanwhile_is_not_certified_twice(make_world: WorldOn) -> None:
    world = make_world("sqlite")
    new = newcomer(world, "new", frozenset({"administrator"}))
    request = asked_by_root(world, RequestedKeys(account=new.user, certify=frozenset({"administrator"}), reason="why"))
    with world.writing("founder") as ctx:
        administration.certify(ctx, new.user, "New", frozenset({"caseworker"}))
    answer = answered(world, request.data, root=True)
    assert refused(lambda: taken(world, answer, by=None)) == answering.NOT_WAITING
    assert world.sign_in("new").actor.roles == {"caseworker"}
    assert admit(world, "one more", frozenset({"lawyer"})).roles == {"lawyer"}
