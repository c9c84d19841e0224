"""What custodians believe: their own record of who is administrator, and two signatures of that list. Attack 71."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hrd_recovered import answered, asked, asked_by_root, bare, draft, kept, request_in, seeds
from hrd_world import World, admit

from hrd_cases.crypto.ceremony.custody_record import CustodyRecord, CustodyRecordFile, SignedRecord
from hrd_cases.crypto.ceremony.recovery import SignedRequest
from hrd_cases.crypto.core.keys import OrgSeeds
from hrd_cases.domain.errors import Forbidden, RuleBroken
from hrd_cases.services.recovery import custody_records, offline
from hrd_cases.services.recovery.requests import RequestedKeys, signatures_of
from hrd_cases.services.team import administration


@pytest.fixture
def known(sqlite_world: World) -> World:
    """The world, in which there are two administrators."""
    return sqlite_world


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(RuleBroken) as rule:
        act()
    return rule.value.text


def requested(world: World, name: str = "caseworker") -> RequestedKeys:
    return RequestedKeys(account=world.user(name), cases=(world.strike.case,), reason="lost")


def signed_by(world: World, data: bytes, *names: str) -> SignedRequest:
    """The request, with the signatures of these people alone."""
    request = request_in(data)
    return SignedRequest(request=request, signatures=signatures_of(request, *map(world.session, names)))


def why(signed: SignedRequest, record: CustodyRecord | None) -> tuple[str, ...]:
    return offline.needs_root(signed, record)


def by_root(world: World) -> bytes:
    return offline.sign_record(draft(world), seeds(world).root_seed)


def by_two(world: World, first: str = "founder", second: str = "admin") -> CustodyRecordFile:
    two = world.session(first), world.session(second)
    with world.runtime.writing(two[0], world.now) as ctx:
        return custody_records.sign(ctx, two[1])


def due(world: World) -> str:
    with world.runtime.reading(None, world.now) as ctx:
        return getattr(custody_records.due(ctx), "msgid", "")


# Who signed the request


def test_two_administrators_of_the_record_are_answered_and_one_alone_is_not(known: World) -> None:
    data, record = asked(known, requested(known)).data, kept(known)
    assert why(offline.read_request(data), record) == ()
    assert answered(known, data)
    assert why(signed_by(known, data, "founder", "admin"), record) == ()
    for names in ((), ("founder",), ("founder", "founder"), ("founder", "anna"), ("founder", "lawyer")):
        alone = signed_by(known, data, *names)
        assert why(alone, record) == (offline.FEW_SIGNED,)
        assert refused(lambda alone=alone: answered(known, alone.encode())) == offline.FEW_SIGNED
        assert answered(known, alone.encode(), root=True)


def test_without_the_record_the_root_is_needed(known: World) -> None:
    signed, existing = offline.read_request(asked(known, requested(known)).data), seeds(known)
    assert why(signed, None) == (offline.WITHOUT_RECORD,)
    assert refused(lambda: offline.answer(signed, None, existing.recovery, None)) == offline.WITHOUT_RECORD
    assert offline.answer(signed, None, existing.recovery, existing.root_seed).data


def test_signatures_hold_for_what_was_signed_and_for_nothing_else(known: World) -> None:
    """Swapped or altered between the signing and the ceremony: another case, person, reason, or set of cards."""
    record = kept(known)
    signed = offline.read_request(asked(known, requested(known)).data)
    other = request_in(asked(known, requested(known, "lawyer")).data)
    request = signed.request
    for changed in (
        replace(request, reason="another"),
        replace(request, target=other.target),
        replace(request, vaults=(*request.vaults, *other.vaults)),
        replace(request, revocations=request.revocations[:-1], certificates=request.certificates[:-1]),
        replace(request, day=request.day + 1),
        other,
    ):
        assert offline.FEW_SIGNED in why(replace(signed, request=changed), record)


def test_a_signature_under_a_colleague_s_name_does_not_hold(known: World) -> None:
    signed = offline.read_request(asked(known, requested(known)).data)
    first, second = signed.signatures
    forged = replace(signed, signatures=(first, second._replace(signature=first.signature)))
    assert why(forged, kept(known)) == (offline.FEW_SIGNED,)


def test_who_is_administrator_stands_in_the_record_and_not_in_the_request(known: World) -> None:
    """Before and after a change of administrators: the list that the custodians keep decides."""
    before = kept(known)
    admit(known, "third", frozenset({"administrator"}))
    data = asked(known, requested(known), second="third").data
    assert why(offline.read_request(data), before) == (offline.FEW_SIGNED,)
    assert why(offline.read_request(data), kept(known)) == ()
    for name in ("founder", "admin"):
        with known.writing(name) as ctx:
            administration.disable(ctx, known.user("third"))
    assert why(offline.read_request(data), kept(known)) == (offline.FEW_SIGNED,)


def test_a_record_with_one_administrator_takes_the_root(known: World) -> None:
    data, record = asked(known, requested(known)).data, kept(known)
    alone = tuple(key for key in record.keys if key.fingerprint.hex() != known.people["admin"].fingerprint)
    assert why(offline.read_request(data), replace(record, keys=alone)) == (offline.FEW_LISTED,)


def test_the_lawyers_part_takes_a_lawyer_of_the_record_or_the_root(known: World) -> None:
    signed, record = offline.read_request(asked(known, requested(known, "lawyer")).data), kept(known)
    assert signed.asks_for("privileged")
    assert why(signed, record) == ()
    lawyer = bytes.fromhex(known.people["lawyer"].fingerprint)
    without = replace(record, keys=tuple(key for key in record.keys if key.fingerprint != lawyer))
    assert why(signed, without) == (offline.NO_LISTED_LAWYER,)
    assert why(offline.read_request(asked(known, requested(known)).data), without) == ()


def test_a_request_without_a_log_in_and_another_organisation_s_record(known: World) -> None:
    record = kept(known)
    assert why(offline.read_request(asked_by_root(known, requested(known)).data), record) == (offline.NOBODY_LOGGED_IN,)
    stranger = replace(record, pins=OrgSeeds.new().pins())
    signed = offline.read_request(bare(request_in(asked(known, requested(known)).data)))
    assert refused(lambda: why(signed, stranger)) == offline.OTHER_RECORD
    assert refused(lambda: why(signed, replace(record, org=b"o" * 16))) == offline.OTHER_RECORD


def test_the_summary_counts_what_is_handed_out_and_says_who_signed(known: World) -> None:
    signed = offline.read_request(asked(known, requested(known, "lawyer")).data)
    summary = offline.summary(signed, kept(known))
    assert (len(summary.cases), summary.lawyers_parts, len(summary.signed_by)) == (1, 1, 2)
    assert summary.keys == sum(len(vault.parts) for vault in signed.request.vaults)


def test_the_cards_that_count_are_those_of_the_record(known: World) -> None:
    """Whoever writes a request can leave out that cards were replaced."""
    signed, record = offline.read_request(asked(known, requested(known)).data), kept(known)
    assert offline.cards_of(signed, record) is None
    with pytest.raises(RuleBroken):
        offline.cards_of(signed, replace(record, card_set=b"not a set"))


# Who signs the record


def test_the_first_record_takes_the_root_and_the_next_one_two_of_its_list(known: World) -> None:
    assert refused(lambda: by_two(known)) == custody_records.ROOT_SIGNS
    custody_records.adopt(known.runtime, by_root(known), known.now)
    newer = by_two(known)
    assert offline.read_record(newer.encode()).previous == newer.records[0].record.hash()
    assert refused(lambda: by_two(known, second="founder")) == custody_records.ROOT_SIGNS
    assert refused(lambda: by_two(known, second="anna")) == custody_records.ROOT_SIGNS
    with pytest.raises(Forbidden):
        by_two(known, first="anna")


def test_an_administrator_who_came_later_is_no_signer_until_a_record_lists_them(known: World) -> None:
    """One administrator who certifies an accomplice does not get a record out of it."""
    custody_records.adopt(known.runtime, by_root(known), known.now)
    admit(known, "third", frozenset({"administrator"}))
    assert refused(lambda: by_two(known, second="third")) == custody_records.ROOT_SIGNS
    by_two(known)
    assert by_two(known, second="third")


def test_a_record_that_one_signed_or_nobody_or_another_root_is_refused(known: World) -> None:
    file = CustodyRecordFile.decode(by_root(known))
    custody_records.adopt(known.runtime, file.encode(), known.now)
    record = draft(known)
    one = SignedRecord(record, signatures_of(record, known.session("founder")))
    twice = SignedRecord(record, one.signatures * 2)
    bad = [CustodyRecordFile(records=(*file.records, signed)) for signed in (one, twice, SignedRecord(record, ()))]
    two = SignedRecord(record, signatures_of(record, known.session("founder"), known.session("admin")))
    bad += [CustodyRecordFile(records=()), CustodyRecordFile(records=(two,))]
    earlier = replace(record, day=record.day - 1)
    signatures = signatures_of(earlier, known.session("founder"), known.session("admin"))
    bad.append(CustodyRecordFile(records=(*file.records, SignedRecord(earlier, signatures))))
    for wrong in bad:
        assert refused(lambda wrong=wrong: offline.read_record(wrong.encode())) == offline.NO_RECORD
        assert (
            refused(lambda wrong=wrong: custody_records.adopt(known.runtime, wrong.encode(), known.now))
            == custody_records.NOT_SIGNED
        )
    assert offline.read_record(CustodyRecordFile(records=(*file.records, two)).encode()) == record
    assert refused(lambda: offline.sign_record(record, OrgSeeds.new().root_seed)) == offline.NOT_THESE


def test_the_server_takes_no_older_record_and_none_that_says_otherwise(known: World) -> None:
    first = by_root(known)
    custody_records.adopt(known.runtime, first, known.now)
    assert refused(lambda: custody_records.adopt(known.runtime, first, known.now)) == custody_records.OLDER
    root, record = seeds(known).root_seed, draft(known)
    for wrong in (replace(record, keys=record.keys[1:]), replace(record, log_root=b"r" * 32)):
        data = offline.sign_record(wrong, root)
        assert (
            refused(lambda data=data: custody_records.adopt(known.runtime, data, known.now)) == custody_records.NOT_SO
        )
    stranger = OrgSeeds.new()
    other = offline.sign_record(replace(record, pins=stranger.pins()), stranger.root_seed)
    assert refused(lambda: custody_records.adopt(known.runtime, other, known.now)) == custody_records.OTHER


def test_a_record_is_due_after_a_change_and_after_ninety_days(known: World) -> None:
    assert due(known) == ""
    custody_records.adopt(known.runtime, by_root(known), known.now)
    assert due(known) == ""
    admit(known, "third", frozenset({"administrator"}))
    assert due(known) == custody_records.CHANGED
    by_two(known)
    assert due(known) == ""
    known.now += timedelta(days=90)
    assert due(known) == ""
    known.now += timedelta(days=1)
    assert due(known) == custody_records.OLD
