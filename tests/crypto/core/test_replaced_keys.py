"""Keys that come in the place of others, and other roles: the order of certificates, and the second administrator.

Catalogue of attacks 23.
"""

from dataclasses import replace

import pytest

from hrd_cases.crypto.core.certificates import (
    AgreedRevocation,
    Certificate,
    Endorsement,
    FactorLeave,
    Revocation,
    Signed,
    Trust,
    revoked_mark,
)
from hrd_cases.crypto.core.errors import NotSigned, UnknownFormat
from hrd_cases.crypto.core.keys import ROOT, UserKeys
from hrd_cases.crypto.core.primitives import digest

TODAY = 20_000


class Office:
    """The small organisation with a second and a third administrator, and new keys for Anna."""

    def __init__(self, world) -> None:  # type: ignore[no-untyped-def]
        self.world = world
        self.second = world.person(b"s" * 16, "administrator", "lawyer", issuer=world.admin)
        self.third = world.person(b"t" * 16, "administrator", issuer=world.admin)
        self.known = [person.signed for person in (*world.people, self.second, self.third)]
        self.keys = UserKeys.new()
        self.new = self.follow(world.anna.certificate, self.keys)

    def follow(self, certificate: Certificate, keys: UserKeys | None = None, **more: object) -> Certificate:
        text = {"issuer": self.world.admin.fp, "day": TODAY, "roles": certificate.roles} | more
        pair = (keys.sign_public, keys.kem_public) if keys else None
        return certificate.followed_by(keys=pair, **text)  # type: ignore[arg-type]

    def by(self, person, statement) -> Signed:  # type: ignore[no-untyped-def]
        return statement.signed(person.keys.sign_seed)

    def endorse(self, person, certificate: Certificate | None = None) -> Signed:  # type: ignore[no-untyped-def]
        of = (certificate or self.new).hash()
        return self.by(person, Endorsement(org=self.world.org, certificate=of, issuer=person.fp))

    def end(self, person, by) -> Signed:  # type: ignore[no-untyped-def]
        said = Revocation(org=self.world.org, fingerprint=person.fp, day=TODAY, issuer=by.fp)
        return self.by(by, said)

    def agreed(self, person, asked: Signed) -> Signed:  # type: ignore[no-untyped-def]
        said = Revocation.decode(asked.statement)
        both = AgreedRevocation(revocation=said, revocation_signature=asked.signature, day=TODAY, issuer=person.fp)
        return self.by(person, both)

    def log(self, *more: Signed) -> dict[bytes, int]:
        """A log that has everything known, and more behind it."""
        return {digest(item.statement): at for at, item in enumerate([*self.known, *more], 1)}

    def trust(self, *more: Signed, revocations=(), logged=None) -> Trust:  # type: ignore[no-untyped-def]
        return Trust(self.world.org, self.world.pins, [*self.known, *more], revocations, logged=logged)

    def counts(self, trust: Trust) -> bool:
        try:
            return trust.check(self.keys.fingerprint, TODAY).user == self.world.anna.user
        except NotSigned:
            return False


@pytest.fixture
def office(world) -> Office:  # type: ignore[no-untyped-def]
    return Office(world)


def test_two_administrators_replace_keys_and_the_old_ones_count_no_more(office: Office) -> None:
    anna = office.world.anna
    trust = office.trust(office.endorse(office.second), office.by(office.world.admin, office.new))
    assert office.counts(trust)
    assert trust.is_revoked(anna.fp, TODAY)
    assert trust.successor(anna.fp) == office.new
    assert trust.successor(office.keys.fingerprint) is None
    assert trust.certificate(anna.fp).user == anna.user, "what was signed before stays provable"
    assert trust.refused == 0


def test_one_administrator_does_not(office: Office) -> None:
    admin, world = office.world.admin, office.world
    signed = office.by(admin, office.new)
    for endorsements in (
        (),
        (office.endorse(admin),),
        (office.endorse(world.anna),),
        (office.endorse(world.boris),),
        (office.endorse(world.stranger),),
        (office.endorse(office.second, world.boris.certificate),),
        (Signed(office.endorse(office.second).statement, office.endorse(office.third).signature),),
    ):
        trust = office.trust(signed, *endorsements)
        assert not office.counts(trust)
        assert trust.check(world.anna.fp, TODAY)


def test_the_root_card_stands_for_both(office: Office) -> None:
    by_root = replace(office.new, issuer=ROOT)
    assert office.counts(office.trust(by_root.signed(office.world.seeds.root_seed)))


def test_nobody_replaces_their_own_keys_nor_endorses_it(office: Office) -> None:
    mine = office.second
    keys = UserKeys.new()
    own = office.follow(mine.certificate, keys, issuer=mine.fp)
    assert office.trust(office.by(mine, own), office.endorse(office.third, own)).successor(mine.fp) is None
    by_admin = office.follow(mine.certificate, keys)
    signed = office.by(office.world.admin, by_admin)
    assert office.trust(signed, office.endorse(mine, by_admin)).successor(mine.fp) is None
    assert office.trust(signed, office.endorse(office.third, by_admin)).successor(mine.fp) == by_admin


def test_the_same_person_with_old_and_new_keys_is_not_two(office: Office) -> None:
    second = office.second
    keys = UserKeys.new()
    newer = office.follow(second.certificate, keys)
    renewed = (office.by(office.world.admin, newer), office.endorse(office.third, newer))
    by_new = replace(office.new, issuer=keys.fingerprint).signed(keys.sign_seed)
    of = digest(by_new.statement)
    by_old = office.by(second, Endorsement(org=office.world.org, certificate=of, issuer=second.fp))
    assert not office.counts(office.trust(*renewed, by_new, by_old))


def test_keys_of_somebody_else_or_of_before_do_not_come_back(office: Office) -> None:
    world, admin = office.world, office.world.admin
    used = office.follow(world.anna.certificate, world.dana.keys)
    trust = office.trust(office.by(admin, used), office.endorse(office.second, used))
    assert trust.certificate(world.dana.fp).user == world.dana.user
    first = (office.by(admin, office.new), office.endorse(office.second))
    back = office.follow(office.new, world.anna.keys)
    trust = office.trust(*first, office.by(admin, back), office.endorse(office.second, back))
    assert office.counts(trust)


def test_a_second_first_certificate_is_refused(office: Office) -> None:
    """What an administrator alone would do to take an account over."""
    keys = office.keys
    again = replace(office.world.anna.certificate, sign_public=keys.sign_public, kem_public=keys.kem_public)
    signed = office.by(office.world.admin, again)
    trust = office.trust(signed, office.endorse(office.second, again))
    assert not office.counts(trust)
    log = office.log()
    planted = Trust(office.world.org, office.world.pins, [signed, *office.known], logged=log.get)
    assert planted.check(office.world.anna.fp, TODAY), "the one that the log knew first stands"
    assert not office.counts(planted)


def test_of_two_certificates_that_follow_the_same_one_the_first_in_the_log_counts(office: Office) -> None:
    admin, boris = office.world.admin, office.world.boris.certificate
    item, two = office.follow(boris, roles={"auditor"}), office.follow(boris, roles={"coordinator"})
    both = [office.by(admin, item), office.by(admin, two)]
    log = office.log() | {digest(both[1].statement): 93, digest(both[0].statement): 97}
    for value in (both, both[::-1]):
        trust = office.trust(*value, logged=log.get)
        assert trust.check(boris.fingerprint, TODAY).roles == {"coordinator"}


def test_whose_keys_ceased_to_count_signs_nothing_new(office: Office) -> None:
    """Revoked, replaced, or no longer an administrator: only what the log knew in time still stands."""
    world, second = office.world, office.second
    early = world.person(b"1" * 16, "lawyer", issuer=second)
    late = world.person(b"2" * 16, "lawyer", issuer=second)
    revoked = office.agreed(office.third, office.end(second, world.admin))
    demoted = office.by(second, office.follow(second.certificate, roles={"lawyer"}, issuer=second.fp))
    newer = office.follow(second.certificate, UserKeys.new())
    replaced = [office.endorse(office.third, newer), office.by(world.admin, newer)]
    for ended, revocations in (([], [revoked]), ([demoted], []), (replaced, [])):
        log = office.log(early.signed, *ended)
        log |= {revoked_mark(world.org, second.fp): 90 for _ in revocations}
        # `late` stands in the log too, by whoever could add an entry to it: its place is behind the end.
        for entered in ({}, {digest(late.signed.statement): 95}):
            given = (early.signed, late.signed, *ended)
            trust = office.trust(*given, revocations=revocations, logged=(log | entered).get)
            assert trust.check(early.fp, TODAY)
            with pytest.raises(NotSigned):
                trust.check(late.fp, TODAY)
        own = office.by(second, Revocation(org=world.org, fingerprint=world.anna.fp, day=1, issuer=second.fp))
        later = log | {revoked_mark(world.org, second.fp): 90} if revocations else log
        trust = office.trust(early.signed, *ended, revocations=[*revocations, own], logged=later.get)
        assert trust.check(world.anna.fp, TODAY), "nor takes anybody's keys away"


def test_what_the_log_does_not_have_counts_for_nothing(office: Office) -> None:
    world = office.world
    new = world.person(b"1" * 16, "lawyer", issuer=world.admin)
    for log, counts in ((office.log(), False), (office.log(new.signed), True)):
        trust = office.trust(new.signed, logged=log.get)
        assert (new.fp in {certificate.fingerprint for certificate in trust.current()}) is counts
    log = office.log()
    del log[digest(world.admin.signed.statement)]  # said by the root, and entered by nobody
    with pytest.raises(NotSigned):
        office.trust(logged=log.get).check(world.admin.fp, TODAY)


def test_a_revocation_whose_row_is_gone_is_still_one_and_is_told(office: Office) -> None:
    world, anna = office.world, office.world.anna
    revoked = office.by(
        world.admin, Revocation(org=world.org, fingerprint=anna.fp, day=TODAY + 9, issuer=world.admin.fp)
    )
    log = office.log() | {revoked_mark(world.org, anna.fp): 90}
    whole = office.trust(revocations=[revoked], logged=log.get)
    gone = office.trust(logged=log.get)
    other = office.trust(revocations=[revoked._replace(signature=bytes(64))], logged=log.get)
    for trust in (whole, gone, other):
        with pytest.raises(NotSigned):
            trust.check(anna.fp, TODAY)  # from its place on, whatever day it names
        assert (trust.ended_at(anna.fp), trust.stood_at(anna.fp, 89), trust.stood_at(anna.fp, 91)) == (90, True, False)
    assert (whole.missing, gone.missing, other.missing) == (frozenset(), {anna.fp}, {anna.fp})


def test_an_endorsement_that_came_after_the_certificate_is_none(office: Office) -> None:
    by, endorsed = office.by(office.world.admin, office.new), office.endorse(office.second)
    for order, counts in (((endorsed, by), True), ((by, endorsed), False)):
        assert office.counts(office.trust(by, endorsed, logged=office.log(*order).get)) is counts


def test_who_was_an_administrator_does_not_make_themselves_one_again(office: Office) -> None:
    second = office.second
    demoted = office.follow(second.certificate, roles={"lawyer"}, issuer=second.fp)
    again = office.follow(demoted, roles={"lawyer", "administrator"}, issuer=second.fp)
    signed = [office.by(second, demoted), office.by(second, again)]
    assert office.trust(*signed).check(second.fp, TODAY).roles == {"lawyer"}


def test_nobody_takes_the_role_of_an_administrator_from_another_alone(office: Office) -> None:
    second = office.second
    demoted = office.follow(second.certificate, roles={"lawyer"})
    for log in (None, office.log(office.by(office.world.admin, demoted)).get):
        trust = office.trust(office.by(office.world.admin, demoted), logged=log)
        assert trust.check(second.fp, TODAY).roles == {"administrator", "lawyer"}


def ended(office: Office, person, *signed: Signed, logged: bool = True) -> bool:  # type: ignore[no-untyped-def]
    """Whether these rows end somebody's keys; with a log, whether they are all that its entry needs."""
    log = office.log() | {revoked_mark(office.world.org, person.fp): 90}
    trust = office.trust(revocations=signed, logged=log.get if logged else None)
    return person.fp not in trust.missing if logged else trust.is_revoked(person.fp, TODAY)


@pytest.mark.parametrize("logged", [True, False])
def test_an_administrators_keys_are_ended_by_two_others_the_root_or_themselves(office: Office, *, logged: bool) -> None:
    world, second, third, admin = office.world, office.second, office.third, office.world.admin
    root = Revocation(org=world.org, fingerprint=second.fp, day=TODAY, issuer=ROOT)
    for good in (
        office.agreed(third, office.end(second, admin)),
        office.end(second, second),
        root.signed(world.seeds.root_seed),
    ):
        assert ended(office, second, good, logged=logged)
    alone, lawyer = office.end(second, admin), world.boris
    first = office.agreed(third, alone)
    for bad in (
        alone,
        office.agreed(admin, alone),
        office.agreed(second, alone),
        office.agreed(third, office.end(second, second)),
        office.agreed(lawyer, alone),
        office.agreed(third, office.end(second, lawyer)),
        office.agreed(third, office.end(second, third)._replace(signature=alone.signature)),
        first._replace(signature=office.agreed(admin, alone).signature),
    ):
        assert not ended(office, second, bad, logged=logged)
    assert ended(office, lawyer, office.end(lawyer, admin), logged=logged), "anybody else's by one"


def test_of_two_administrators_who_end_each_other_the_first_in_the_log_does(office: Office) -> None:
    world, admin, second, third = office.world, office.world.admin, office.second, office.third
    theirs = office.agreed(third, office.end(second, admin))
    back = office.agreed(third, office.end(admin, second))
    log = office.log() | {revoked_mark(world.org, second.fp): 90}
    trust = office.trust(revocations=[theirs, back], logged=log.get)
    assert trust.check(admin.fp, TODAY)
    assert trust.ended_at(second.fp) == 90
    both = log | {revoked_mark(world.org, admin.fp): 95}
    trust = office.trust(revocations=[theirs, back], logged=both.get)
    assert trust.missing == {admin.fp}, "an entry behind it is said by nobody who might: an alarm"
    other = office.log() | {revoked_mark(world.org, second.fp): 95, revoked_mark(world.org, admin.fp): 90}
    assert office.trust(revocations=[theirs, back], logged=other.get).missing == {second.fp}


def test_a_role_is_given_up_by_oneself_and_given_by_others(office: Office) -> None:
    second = office.second
    both = office.follow(second.certificate, roles={"administrator", "lawyer"})
    item = office.follow(both, roles={"administrator"}, issuer=second.fp)
    more = office.follow(item, roles={"administrator", "auditor"}, issuer=second.fp)
    trust = office.trust(office.by(office.world.admin, both), office.by(second, item), office.by(second, more))
    assert trust.check(second.fp, TODAY).roles == {"administrator"}
    assert trust.refused == 1
    assert trust.roles_ever(second.fp) == {"administrator", "lawyer"}
    assert [certificate.serial for certificate in trust.chain(second.user)] == [1, 2, 3]


@pytest.mark.parametrize("change", [{"serial": 3}, {"previous": bytes(32)}, {"org": b"o" * 16}, {"user": b"u" * 16}])
def test_a_certificate_that_does_not_follow_is_refused(office: Office, change: dict[str, object]) -> None:
    other = replace(office.follow(office.world.boris.certificate, roles={"auditor"}), **change)  # type: ignore[arg-type]
    trust = office.trust(office.by(office.world.admin, other))
    assert trust.check(office.world.boris.fp, TODAY).roles == {"lawyer"}
    assert trust.refused == 1


def test_two_administrators_let_somebody_enrol_a_factor(office: Office) -> None:
    world, anna = office.world, office.world.anna

    def leave(person, **more: object) -> Signed:  # type: ignore[no-untyped-def]
        text = {"org": world.org, "user": anna.user, "fingerprint": anna.fp, "last_day": TODAY, "issuer": person.fp}
        return office.by(person, FactorLeave(**(text | more)))  # type: ignore[arg-type]

    def agree(*leaves: Signed, day: int = TODAY) -> bool:
        return office.trust().two_agree(leaves, user=anna.user, fingerprint=anna.fp, day=day)

    item = leave(world.admin)
    assert agree(item, leave(office.second))
    assert not agree(item, leave(office.second), day=TODAY + 1)
    for other in (
        item,
        leave(anna),
        leave(world.boris),
        leave(office.second, user=world.dana.user),
        leave(office.second, fingerprint=world.dana.fp),
        leave(office.second, org=b"o" * 16),
        leave(office.second, last_day=TODAY - 1),
        Signed(leave(office.second).statement, item.signature),
        Signed(b"", b""),
    ):
        assert not agree(item, other)


def test_statements_read_back_and_nothing_else_does(office: Office) -> None:
    endorsement = Endorsement(org=office.world.org, certificate=bytes(32), issuer=ROOT)
    leave = FactorLeave(org=office.world.org, user=bytes(16), fingerprint=bytes(32), last_day=7, issuer=ROOT)
    assert Endorsement.decode(endorsement.encode()) == endorsement
    assert FactorLeave.decode(leave.encode()) == leave
    assert Certificate.decode(office.new.encode()) == office.new
    for kind, data in ((Endorsement, leave), (FactorLeave, endorsement), (Certificate, leave)):
        with pytest.raises(UnknownFormat):
            kind.decode(data.encode())
    changes = ({"issuer": b""}, {"certificate": b"x"}, {"org": b""})
    for short in (replace(endorsement, **change) for change in changes):  # type: ignore[arg-type]
        with pytest.raises(UnknownFormat):
            Endorsement.decode(short.encode())
    for wrong in (replace(leave, user=b""), replace(leave, fingerprint=b"")):
        with pytest.raises(UnknownFormat):
            FactorLeave.decode(wrong.encode())
    for bad in (replace(office.new, previous=b"short"), replace(office.new, serial=0)):
        with pytest.raises(UnknownFormat):
            Certificate.decode(bad.encode())
