"""Only the root and those it made administrators say whose keys are whose."""

from dataclasses import replace

import pytest

from hrd_cases.crypto.core.certificates import Certificate, Revocation, Signed, Trust, key_words
from hrd_cases.crypto.core.errors import NotSigned, UnknownFormat
from hrd_cases.crypto.core.keys import ROOT, OrgSeeds, Pins, UserKeys
from hrd_cases.crypto.core.passphrases import WORD_LISTS, word_list

TODAY = 20_000


def _knows(trust: Trust, person, day: int = 20_000) -> bool:
    try:
        return trust.check(person.fp, day).user == person.user
    except NotSigned:
        return False


def test_people_certified_by_an_administrator_are_known(world) -> None:
    assert all(_knows(world.trust, person) for person in world.people)
    assert world.trust.refused == 0
    assert world.trust.check(world.boris.fp, 1).roles == {"lawyer"}
    assert len(world.trust.current()) == 4


def test_the_order_in_the_list_does_not_matter(world) -> None:
    trust = Trust(world.org, world.pins, [person.signed for person in reversed(world.people)])
    assert all(_knows(trust, person) for person in world.people)


def test_a_self_made_administrator_is_unknown_and_so_is_everyone_they_certify(world) -> None:
    follower = world.person(b"f" * 16, "lawyer", issuer=world.stranger)
    trust = Trust(world.org, world.pins, [world.admin.signed, world.stranger.signed, follower.signed])
    assert not _knows(trust, world.stranger)
    assert not _knows(trust, follower)
    assert trust.refused == 2


def test_someone_without_the_role_certifies_nobody(world) -> None:
    follower = world.person(b"f" * 16, "caseworker", issuer=world.boris)
    trust = Trust(world.org, world.pins, [person.signed for person in world.people] + [follower.signed])
    assert not _knows(trust, follower)


def test_two_that_certify_each_other_are_unknown(world) -> None:
    item, two = UserKeys.new(), UserKeys.new()

    def certificate(keys: UserKeys, issuer: UserKeys, user: bytes) -> Signed:
        statement = Certificate(
            org=world.org,
            user=user,
            sign_public=keys.sign_public,
            kem_public=keys.kem_public,
            roles=frozenset({"administrator"}),
            issuer=issuer.fingerprint,
        )
        return statement.signed(issuer.sign_seed)

    trust = Trust(world.org, world.pins, [certificate(item, two, b"1" * 16), certificate(two, item, b"2" * 16)])
    assert trust.refused == 2
    with pytest.raises(NotSigned):
        trust.check(item.fingerprint, 0)


def test_other_pins_or_another_organisation_know_nobody(world) -> None:
    signed = [person.signed for person in world.people]
    assert not any(_knows(Trust(world.org, OrgSeeds.new().pins(), signed), person) for person in world.people)
    assert not any(_knows(Trust(b"organisation-two", world.pins, signed), person) for person in world.people)


def test_a_replaced_public_key_is_not_certified(world) -> None:
    foreign = UserKeys.new()
    for change in ({"kem_public": foreign.kem_public}, {"sign_public": foreign.sign_public}, {"user": b"x" * 16}):
        changed = replace(world.anna.certificate, **change)
        planted = Signed(changed.encode(), world.anna.signed.signature)
        trust = Trust(world.org, world.pins, [world.admin.signed, planted])
        assert trust.refused == 1
        with pytest.raises(NotSigned):
            trust.check(changed.fingerprint, 0)


def test_the_same_keys_are_not_certified_for_a_second_person(world) -> None:
    second = replace(world.anna.certificate, user=b"z" * 16)
    planted = second.signed(world.admin.keys.sign_seed)
    trust = Trust(world.org, world.pins, [world.admin.signed, world.anna.signed, planted])
    assert trust.check(world.anna.fp, 0).user == world.anna.user
    assert trust.refused == 1


def test_a_later_certificate_changes_roles_and_history_remembers(world) -> None:
    later = world.boris.certificate.followed_by(issuer=world.admin.fp, day=TODAY, roles={"caseworker"})
    signed = [person.signed for person in world.people] + [later.signed(world.admin.keys.sign_seed)]
    trust = Trust(world.org, world.pins, signed)
    assert trust.check(world.boris.fp, 0).roles == {"caseworker"}
    assert trust.roles_ever(world.boris.fp) == {"caseworker", "lawyer"}


def test_a_revocation_counts_from_its_day_and_leaves_the_past_provable(world) -> None:
    trust = world.trust_with(world.revoke(world.dana, day=19_990))
    assert _knows(trust, world.dana, 19_989)
    assert not _knows(trust, world.dana, 19_990)
    assert trust.certificate(world.dana.fp).user == world.dana.user
    assert _knows(trust, world.anna)


@pytest.mark.parametrize("who", ["anna", "stranger"])
def test_nobody_else_revokes(world, who: str) -> None:
    person = getattr(world, who)
    planted = Revocation(org=world.org, fingerprint=world.dana.fp, day=1, issuer=person.fp)
    by_name = replace(planted, issuer=world.admin.fp)
    as_root = replace(planted, issuer=ROOT)
    signed = [statement.signed(person.keys.sign_seed) for statement in (planted, by_name, as_root)]
    trust = world.trust_with(*signed, Signed(b"junk", bytes(64)))
    assert _knows(trust, world.dana)
    assert trust.refused == 4


def test_one_may_revoke_ones_own_keys(world) -> None:
    own = Revocation(org=world.org, fingerprint=world.dana.fp, day=1, issuer=world.dana.fp)
    assert not _knows(world.trust_with(own.signed(world.dana.keys.sign_seed)), world.dana)


def test_statements_read_back(world) -> None:
    statement = Revocation(org=world.org, fingerprint=world.dana.fp, day=7, issuer=ROOT)
    assert Revocation.decode(statement.encode()) == statement
    assert Certificate.decode(world.boris.certificate.encode()) == world.boris.certificate
    assert Pins.decode(world.pins.encode()) == world.pins
    assert statement.sign(world.seeds.root_seed) == statement.signed(world.seeds.root_seed).signature
    for data in (b"", statement.encode(), world.pins.encode()):
        with pytest.raises(UnknownFormat):
            Certificate.decode(data)
    with pytest.raises(UnknownFormat):
        Pins.decode(world.boris.certificate.encode())


def test_key_words_are_the_first_88_bits() -> None:
    for name in WORD_LISTS:
        words = word_list(name)
        assert key_words(bytes(32), words) == (words[0],) * 8
        assert key_words(b"\xff" * 32, words) == (words[2047],) * 8
        bits = "".join(f"{byte:08b}" for byte in bytes(range(7, 39)))
        expected = tuple(words[int(bits[at : at + 11], 2)] for at in range(0, 88, 11))
        assert key_words(bytes(range(7, 39)), words) == expected


def test_statements_of_another_shape_are_not_read(world) -> None:
    certificate = world.boris.certificate
    shapes = [replace(certificate, user=b"short"), replace(certificate, issuer=b""), replace(certificate, org=b"")]
    for wrong in shapes:
        with pytest.raises(UnknownFormat):
            Certificate.decode(wrong.encode())
    for order in ({"serial": 0}, {"day": 5}, {"previous": b"p" * 32}, {"serial": 0, "day": 5}):
        with pytest.raises(UnknownFormat):
            Certificate.decode(replace(certificate, **order).encode())
    unreadable = certificate.encode().replace(b"lawyer", b"lawy\xff\xff")
    with pytest.raises(UnknownFormat):
        Certificate.decode(unreadable)
    revocation = Revocation(org=world.org, fingerprint=b"short", day=1, issuer=ROOT)
    with pytest.raises(UnknownFormat):
        Revocation.decode(revocation.encode())
    trust = Trust(world.org, world.pins, [Signed(b"junk", b""), *(person.signed for person in world.people)])
    assert trust.refused == 1
