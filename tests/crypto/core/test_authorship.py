"""A record says who wrote it, and a reader with the database can not make it say another."""

from dataclasses import replace

import pytest

from hrd_cases.crypto.core.authorship import check_author, read_document, sign_document
from hrd_cases.crypto.core.encoding import pae, unpae
from hrd_cases.crypto.core.errors import NotSigned, UnknownFormat


def _read(world, body: bytes, place=None, header=None):
    at = place or world.place()
    document, author = read_document(body, at)
    return document, check_author(document, author, at, world.trust, header=header or world.first)


def _signed(world, who, document: bytes = b"narrative", place=None) -> bytes:
    return sign_document(who.keys, place or world.place(), world.first.hash(), document, author=who.user)


def test_an_authors_record_is_theirs(world) -> None:
    document, certificate = _read(world, _signed(world, world.anna))
    assert document == b"narrative"
    assert certificate.user == world.anna.user


def test_sealing_again_under_a_new_key_keeps_the_signature(world) -> None:
    body = _signed(world, world.anna)
    assert _read(world, body, world.place(epoch=9))[1].user == world.anna.user


def test_someone_who_may_only_read_has_written_nothing(world) -> None:
    with pytest.raises(NotSigned):
        _read(world, _signed(world, world.dana))


def test_someone_outside_the_team_has_written_nothing(world) -> None:
    for who in (world.admin, world.stranger):
        with pytest.raises(NotSigned):
            _read(world, _signed(world, who))


def test_a_record_can_not_be_put_in_a_colleagues_mouth(world) -> None:
    document, user, fingerprint, header_hash, signature = unpae(_signed(world, world.boris))
    forged = [
        pae(document, world.anna.user, fingerprint, header_hash, signature),
        pae(document, user, world.anna.fp, header_hash, signature),
        pae(document, world.anna.user, world.anna.fp, header_hash, signature),
        pae(b"other text", user, fingerprint, header_hash, signature),
        pae(document, user, fingerprint, bytes(32), signature),
        pae(document, user, fingerprint, header_hash, bytes(64)),
    ]
    for body in forged:
        with pytest.raises(NotSigned):
            _read(world, body)
    as_anna = sign_document(world.boris.keys, world.place(), world.first.hash(), b"x", author=world.anna.user)
    with pytest.raises(NotSigned):  # his own signature over her name
        _read(world, as_anna)
    with pytest.raises(UnknownFormat):
        read_document(pae(document, user, fingerprint, header_hash, b""), world.place())


def test_another_header_does_not_give_the_right_to_write(world) -> None:
    body = _signed(world, world.dana)
    raised = replace(world.first, members=(world.dana.member(),))
    with pytest.raises(NotSigned):
        _read(world, body, header=raised)
    foreign = replace(world.first, compartment="identity", members=(world.dana.member(),))
    other = sign_document(world.dana.keys, world.place(), foreign.hash(), b"x", author=world.dana.user)
    with pytest.raises(NotSigned):
        _read(world, other, header=foreign)


def test_for_a_person_any_certified_author_counts(world) -> None:
    place = world.place(vault=b"p" * 16)
    for who, stands in ((world.admin, True), (world.stranger, False)):
        document, author = read_document(_signed(world, who, place=place), place)
        if stands:
            assert check_author(document, author, place, world.trust, header=None).user == who.user
        else:
            with pytest.raises(NotSigned):
                check_author(document, author, place, world.trust, header=None)


def test_a_leavers_records_stay_provable(world) -> None:
    trust = world.trust_with(world.revoke(world.anna))
    document, author = read_document(_signed(world, world.anna), world.place())
    assert check_author(document, author, world.place(), trust, header=world.first).user == world.anna.user
