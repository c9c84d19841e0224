"""Key material: headers follow one another, the index of members is what the newest header says, claims happen once."""

import threading
from collections.abc import Iterable
from datetime import date

import pytest

from hrd_cases.crypto.core.headers import READ, USER, VAULT, Header, Member, SignedHeader, VaultOrigin, sign_header
from hrd_cases.crypto.core.keys import CompartmentKey, UserKeys
from hrd_cases.crypto.core.primitives import random
from hrd_cases.domain.errors import Changed
from hrd_cases.domain.vaults import ALL_RIGHTS, CORE, IDENTITY
from hrd_cases.store.keys import RECOVERY, CertificateRow, DeltaRow, GrantRow, RevocationRow, VaultKeyringRow
from hrd_cases.store.users import UserRow
from hrd_cases.store.work import Database

ORG = bytes(range(16))
KEYS = UserKeys.new()


def user_row(user: str, fingerprint: str | None = None) -> UserRow:
    return UserRow(
        id=user,
        handle_mac=random(32),
        state="active",
        kdf="",
        salt=b"salt",
        bundle_sealed=b"bundle",
        bundle_version=1,
        second_sealed=None,
        second_version=0,
        sign_public=b"s",
        kem_public=b"k",
        fingerprint=fingerprint or random(32).hex(),
        day=date(2026, 11, 22),
    )


def person(rights: frozenset[str] = ALL_RIGHTS, last_day: int = 0) -> Member:
    return Member(kind=USER, id=random(32), rights=rights, last_day=last_day)


def founded(database: Database, members: Iterable[Member], kind: str = "case", compartment: str = CORE) -> Header:
    origin = VaultOrigin.new(ORG, kind, KEYS.fingerprint)
    header = origin.first_header(compartment, CompartmentKey.new(), members)
    with database.writing() as work:
        work.keys.add_vault(header.vault.hex(), kind)
        work.keys.add_headers(sign_header(header, KEYS))
    return header


def test_a_header_comes_back_as_it_was_signed(database: Database) -> None:
    first = founded(database, [person()])
    second = first.follow([person(), person()])
    third = second.follow([person()], CompartmentKey.new())
    signed = [sign_header(header, KEYS) for header in (first, second, third)]
    with database.writing() as work:
        work.keys.add_headers(signed[1])
        work.keys.add_headers(signed[2])
    with database.reading() as work:
        chain = work.keys.header_chain(first.vault.hex(), CORE)
        newest = work.keys.newest_header(first.vault.hex(), CORE)
        assert work.keys.vault(first.vault.hex()) is not None
        assert work.keys.vaults("case") == [first.vault.hex()]
    assert [row.signed for row in chain] == signed
    assert [(row.epoch, row.serial, row.hash) for row in chain] == [
        (header.epoch, header.serial, header.hash()) for header in (first, second, third)
    ]
    assert newest == chain[-1]


def test_the_index_of_members_is_what_the_newest_header_says(database: Database) -> None:
    stays, goes, comes = person(last_day=20_000), person(), person(frozenset({READ}))
    case = Member(kind=VAULT, id=random(16), compartment=IDENTITY, rights=frozenset({READ}))
    first = founded(database, [stays, goes])
    elsewhere = founded(database, [goes], "person")
    with database.writing() as work:
        work.keys.add_headers(sign_header(first.follow([stays, comes, case]), KEYS))
    vault = first.vault.hex()
    with database.reading() as work:
        members = work.keys.members(vault)
        assert {row.member: (row.member_kind, frozenset(row.rights.split()), row.last_day) for row in members} == {
            stays.id.hex(): (USER, ALL_RIGHTS, 20_000),
            comes.id.hex(): (USER, {READ}, 0),
            case.id.hex(): (VAULT, {READ}, 0),
        }
        assert {row.member_compartment for row in members} == {"", IDENTITY}
        assert work.keys.rights_of(stays.id.hex(), "case", 20_000) == {vault: {CORE: ALL_RIGHTS}}
        assert work.keys.rights_of(stays.id.hex(), "case", 20_001) == {}
        assert work.keys.rights_of(goes.id.hex(), "person", 1) == {elsewhere.vault.hex(): {CORE: ALL_RIGHTS}}
        assert work.keys.rights_of(goes.id.hex(), "case", 1) == {}
        assert work.keys.rights_of(case.id.hex(), "case", 1) == {vault: {CORE: {READ}}}


def test_a_vault_is_named_once_in_however_many_compartments_somebody_stands(database: Database) -> None:
    mine, other = person(last_day=20_000), person()
    origin = VaultOrigin.new(ORG, "case", KEYS.fingerprint)
    headers = [origin.first_header(name, CompartmentKey.new(), [mine]) for name in (CORE, IDENTITY)]
    alone = headers[0].vault.hex()
    with database.writing() as work:
        work.keys.add_vault(alone, "case")
        work.keys.add_headers(*(sign_header(header, KEYS) for header in headers))
    shared = founded(database, [mine, other]).vault.hex()
    founded(database, [mine], "person")
    founded(database, [other])
    member = mine.id.hex()
    with database.reading() as work:
        assert work.keys.named_in(member, "case", 20_000) == sorted([alone, shared])
        assert work.keys.named_in(member, "case", 20_001) == []
        assert work.keys.held_alone(member, kind="case") == [alone]
        assert work.due.suspects(member, base=CORE, day=20_000, roles=()) == []
        assert set(work.due.suspects(member, base=CORE, day=20_001, roles=())) >= {alone, shared}
        assert len(work.due.suspects(member, base=CORE, day=20_001, roles=())) == 3


def test_a_header_that_does_not_follow_the_newest_is_refused(database: Database) -> None:
    first = founded(database, [person()])
    branches = [first.follow([person()]), first.follow([person()], CompartmentKey.new())]
    with database.writing() as work:
        work.keys.add_headers(sign_header(branches[0], KEYS))
    for late in (*branches, first):
        with pytest.raises(Changed), database.writing() as work:
            work.keys.add_headers(sign_header(late, KEYS))
    with database.reading() as work:
        assert len(work.keys.header_chain(first.vault.hex(), CORE)) == 2


def test_of_two_who_change_a_compartment_at_once_one_is_told(database: Database) -> None:
    first = founded(database, [person()])
    content: list[int] = []
    start = threading.Barrier(4)

    def change(signed: SignedHeader) -> None:
        start.wait()
        try:
            with database.writing() as work:
                work.keys.add_headers(signed)
        except Changed:
            content.append(1)

    followers = [first.follow([person()], CompartmentKey.new() if n % 2 else None) for n in range(4)]
    threads = [threading.Thread(target=change, args=(sign_header(header, KEYS),)) for header in followers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(content) == 3
    with database.reading() as work:
        chain = work.keys.header_chain(first.vault.hex(), CORE)
        assert len(chain) == 2
        assert {row.member for row in work.keys.members(first.vault.hex())} == {
            member.id.hex() for member in Header.decode(chain[-1].body).members
        }


def test_the_newest_header_of_each_compartment_of_many_vaults(sqlite: Database) -> None:
    cores = [founded(sqlite, [person()]) for _ in range(3)]
    with sqlite.writing() as work:
        work.keys.add_headers(sign_header(cores[0].follow([person()], CompartmentKey.new()), KEYS))
    requested = [core.vault.hex() for core in cores[:2]] + [random(16).hex() for _ in range(1000)]
    with sqlite.reading() as work:
        rows = work.keys.newest_headers(requested)
        assert work.keys.newest_headers([]) == []
    assert {row.vault_id: row.epoch for row in rows} == {cores[0].vault.hex(): 2, cores[1].vault.hex(): 1}


def test_a_wrap_is_claimed_once(database: Database) -> None:
    vault, member = founded(database, [person()]).vault.hex(), "cd" * 32
    rows = [
        GrantRow(vault_id=vault, compartment=CORE, epoch=1, member=member, wrap=b"one"),
        GrantRow(vault_id=vault, compartment=CORE, epoch=1, member=RECOVERY, wrap=b"for ever"),
    ]
    with database.writing() as work:
        for row in rows:
            work.keys.add_grants(row)
        work.keys.add_grants(GrantRow(vault_id=vault, compartment=CORE, epoch=1, member=member, wrap=b"again"))
    with database.writing() as work:
        assert [row.wrap for row in work.keys.grants_for(member)] == [b"again"]
        assert len(work.keys.grants_of(vault)) == 2
        assert work.keys.take_grant(rows[0])
        assert not work.keys.take_grant(rows[0])
    with database.reading() as work:
        assert work.keys.grants_for(member) == []
        assert work.keys.grants_for(RECOVERY) == [rows[1]]


def test_keys_of_a_person_rest_in_each_of_its_cases(database: Database) -> None:
    cases = [founded(database, [person()]).vault.hex() for _ in range(2)]
    item = founded(database, [person()], "person").vault.hex()

    def row(case: str, sealed: bytes) -> VaultKeyringRow:
        return VaultKeyringRow(
            grantee_vault=case,
            grantee_compartment=CORE,
            vault_id=item,
            compartment=CORE,
            epoch=1,
            grantee_epoch=1,
            key_sealed=sealed,
        )

    with database.writing() as work:
        for case in cases:
            work.keys.add_vault_keyring(row(case, b"key"))
        work.keys.add_vault_keyring(row(cases[0], b"renewed"))
    with database.writing() as work:
        assert work.keys.vault_keyring_rows(cases[:1]) == [row(cases[0], b"renewed")]
        assert {result.grantee_vault for result in work.keys.grantees_of(item)} == set(cases)
        work.keys.remove_vault(item)
        assert work.keys.grantees_of(item) == work.keys.members(item) == []
        assert work.keys.header_chain(item, CORE)


def test_of_two_folds_of_a_keyring_one_is_told_and_no_key_is_lost(database: Database) -> None:
    user = "ab" * 16
    deltas = [DeltaRow(id=f"{n:032x}", user_id=user, delta_sealed=bytes([n])) for n in range(3)]
    with database.writing() as work:
        work.users.add(user_row(user))
        assert work.keys.keyring(user) is None
        assert work.keys.put_keyring(user, b"first", expected=0) == 1
        for delta in deltas:
            work.keys.add_delta(delta)
    with database.writing() as work:
        assert work.keys.deltas(user) == deltas
        assert work.keys.put_keyring(user, b"folded", expected=1) == 2
        work.keys.remove_deltas(user, [delta.id for delta in deltas[:2]])
    for late in (0, 1):
        with pytest.raises(Changed), database.writing() as work:
            work.keys.put_keyring(user, b"late", expected=late)
    with database.reading() as work:
        assert work.keys.deltas(user) == deltas[2:]
        keyring = work.keys.keyring(user)
    assert keyring is not None
    assert (keyring.version, keyring.keyring_sealed) == (2, b"folded")


def test_nobody_removes_a_delta_of_another(database: Database) -> None:
    with database.writing() as work:
        for user in ("ab" * 16, "cd" * 16):
            work.users.add(user_row(user))
        work.keys.add_delta(DeltaRow(id="00" * 16, user_id="ab" * 16, delta_sealed=b"x"))
        work.keys.remove_deltas("cd" * 16, ["00" * 16])
        assert len(work.keys.deltas("ab" * 16)) == 1


def test_headers_of_two_compartments_entered_together_all_follow_or_none_is_entered(database: Database) -> None:
    core = founded(database, [person()])
    vault = core.vault.hex()
    origin = VaultOrigin(org=core.org, kind=core.kind, creator=core.creator, nonce=core.nonce)
    identity = origin.first_header(IDENTITY, CompartmentKey.new(), [person()])
    following = sign_header(core.follow([person(), person()]), KEYS)
    with pytest.raises(Changed), database.writing() as work:
        work.keys.add_headers(sign_header(identity, KEYS), following, following)
    with database.reading() as work:
        assert [row.hash for row in work.keys.headers_of([vault])] == [core.hash()]
        assert len(work.keys.members(vault)) == 1
    with database.writing() as work:
        work.keys.add_headers(sign_header(identity, KEYS), following)
        assert len(work.keys.headers_of([vault])) == 3
        assert [row.compartment for row in work.keys.members(vault)] == [CORE, CORE, IDENTITY]


def test_certificates_and_revocations_are_kept(database: Database) -> None:
    certificate = CertificateRow(
        fingerprint="ab" * 32, user_id="cd" * 16, body=b"body", signature=b"signature", issuer="ef" * 32
    )
    revocation = RevocationRow(fingerprint="ab" * 32, body=b"body", signature=b"signature", issuer="ef" * 32)
    with database.writing() as work:
        work.users.add(user_row("cd" * 16))
        work.keys.add_certificate(certificate)
        work.keys.add_revocation(revocation)
    with database.reading() as work:
        assert work.keys.certificates() == [certificate]
        assert work.keys.revocations() == [revocation]
