"""Who may sign which header, and what a rival, old or planted header is worth: nothing."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.crypto.core.certificates import Trust, revoked_mark
from hrd_cases.crypto.core.chains import RotationReason, check_successor, due, verify_following
from hrd_cases.crypto.core.encoding import pae
from hrd_cases.crypto.core.errors import CryptoError, NotNamed, NotOpened, NotSigned, UnknownFormat
from hrd_cases.crypto.core.grants import accept, deliver
from hrd_cases.crypto.core.headers import (
    GRANT,
    READ,
    USER,
    VAULT,
    WRITE,
    Header,
    Member,
    SignedHeader,
    VaultOrigin,
    header_mark,
    next_half,
    own_half,
    sign_header,
    vault_member_id,
)
from hrd_cases.crypto.core.keys import RECOVERY, CompartmentKey
from hrd_cases.crypto.core.primitives import digest

RIGHTS = st.frozensets(st.sampled_from([READ, WRITE, GRANT]))
DAYS = st.integers(0, 2**32 - 1)
MEMBERS = st.lists(
    st.one_of(
        st.builds(Member, kind=st.just(USER), id=st.binary(min_size=32, max_size=32), rights=RIGHTS, last_day=DAYS),
        st.builds(
            Member,
            kind=st.just(VAULT),
            id=st.binary(min_size=16, max_size=16),
            compartment=st.sampled_from(["core", "identity"]),
            rights=RIGHTS,
            last_day=DAYS,
        ),
    ),
    max_size=20,
    unique_by=lambda member: member.ident,
)


@given(MEMBERS)
def test_a_header_reads_back_and_hides_how_many_members_it_has(members: list[Member]) -> None:
    origin = VaultOrigin(org=b"o" * 16, kind="case", creator=b"c" * 32, nonce=b"n" * 32)
    users = [member for member in members if member.kind == USER]
    header = origin.first_header("core", KEY, members)
    back = Header.decode(header.encode())
    assert set(back.members) == set(members)
    assert back.hash() == header.hash()
    only_users = len(replace(header, members=tuple(users)).encode())
    eight_more = len(replace(header, members=tuple(users[: max(1, len(users)) - 1])).encode())
    if len(users) % 8 != 1:
        assert only_users == eight_more


KEY = CompartmentKey.new()


def test_the_first_header_of_a_case_stands(world) -> None:
    chain = world.verify(world.first_signed)
    assert chain.newest == Header.decode(world.first.encode())
    assert chain.kind == "case"
    assert chain.named == {world.anna.fp, world.boris.fp, world.dana.fp}


def test_members_change_without_a_new_key_and_keys_change_with_an_epoch(world) -> None:
    second = world.first.follow([world.anna.member(), world.boris.member()])
    key = CompartmentKey.new()
    third = second.follow([world.boris.member()], key)
    chain = world.verify(world.first_signed, sign_header(second, world.anna.keys), sign_header(third, world.boris.keys))
    assert [(header.epoch, header.serial) for header in chain.headers] == [(1, 1), (1, 2), (2, 3)]
    assert chain.at_epoch(1).serial == 2
    assert chain.newest.fixes(key)
    assert not chain.newest.fixes(world.key)
    assert chain.by_hash(second.hash()).serial == 2


def test_recovery_may_sign_everywhere(world) -> None:
    keys = world.seeds.recovery_keys()
    second = world.first.follow([world.dana.member()])
    assert world.verify(world.first_signed, sign_header(second, keys)).newest.serial == 2
    assert world.first.names(RECOVERY)


@pytest.mark.parametrize("signer", ["boris", "dana", "admin", "stranger"])
def test_only_a_member_with_the_right_to_grant_signs_the_next_header(world, signer: str) -> None:
    second = world.first.follow([getattr(world, signer).member()])
    with pytest.raises(NotSigned):
        world.verify(world.first_signed, sign_header(second, getattr(world, signer).keys))


def test_a_right_given_counts_from_the_next_header_only(world) -> None:
    second = world.first.follow([world.boris.member()])
    third = second.follow([world.boris.member()])
    with pytest.raises(NotSigned):
        world.verify(world.first_signed, sign_header(second, world.boris.keys))
    by_anna = sign_header(second, world.anna.keys)
    world.verify(world.first_signed, by_anna, sign_header(third, world.boris.keys))
    with pytest.raises(NotSigned):
        world.verify(world.first_signed, by_anna, sign_header(third, world.anna.keys))


@pytest.mark.parametrize(
    "change",
    [
        {"serial": 1},
        {"serial": 3},
        {"epoch": 0},
        {"epoch": 2},
        {"epoch": 3},
        {"previous": bytes(32)},
        {"commitment": b"c" * 32},
        {"public": KEY.public},
        {"epoch": 2, "public": KEY.public},
        {"epoch": 2, "commitment": b"c" * 32},
        {"kind": "case"},
        {"creator": b"c" * 32},
        {"nonce": b"n"},
        {"vault": b"v" * 16},
        {"org": b"p" * 16},
        {"compartment": "identity"},
    ],
)
def test_a_next_header_that_does_not_follow_is_refused_even_if_signed(world, change: dict[str, object]) -> None:
    second = replace(world.first.follow(world.first.members), **change)  # type: ignore[arg-type]
    with pytest.raises(NotSigned):
        world.verify(world.first_signed, sign_header(second, world.anna.keys))


@pytest.mark.parametrize(
    "change",
    [
        {"serial": 2},
        {"serial": 0},
        {"epoch": 0},
        {"epoch": 2},
        {"previous": b"p" * 32},
        {"kind": "person"},
        {"kind": ""},
        {"nonce": b"other"},
        {"compartment": "details"},
        {"org": b"p" * 16},
    ],
)
def test_a_first_header_that_does_not_found_this_vault_is_refused(world, change: dict[str, object]) -> None:
    first = replace(world.first, **change)  # type: ignore[arg-type]
    with pytest.raises(NotSigned):
        world.verify(sign_header(first, world.anna.keys))


def test_nobody_founds_their_own_under_anothers_vault(world) -> None:
    """A planted first header: a valid member signs, but the id follows from the true founder and nonce."""
    mine = VaultOrigin.new(world.org, "case", world.boris.fp).first_header("core", KEY, [world.boris.member()])
    with pytest.raises(NotSigned):
        world.verify(sign_header(mine, world.boris.keys))
    with pytest.raises(NotSigned):
        world.verify(sign_header(replace(mine, vault=world.origin.vault), world.boris.keys))
    copied = world.origin.first_header("core", KEY, [world.boris.member()])
    with pytest.raises(NotSigned):
        world.verify(sign_header(copied, world.boris.keys))


def test_orders_gaps_and_unsigned_headers_are_refused(world) -> None:
    second = world.first.follow(world.first.members)
    third = second.follow([world.anna.member()])
    item, two, three = (
        world.first_signed,
        sign_header(second, world.anna.keys),
        sign_header(third, world.anna.keys),
    )
    for chain in (
        [],
        [two],
        [two, three],
        [item, three],
        [two, item],
        [item, item],
        [item, two, two],
        [three, two, item],
    ):
        with pytest.raises(NotSigned):
            world.verify(*chain)
    with pytest.raises(NotSigned):
        world.verify(item, two._replace(signature=bytes(64)))
    with pytest.raises(NotSigned):
        world.verify(item, two._replace(signature=b""))
    with pytest.raises(NotSigned):
        world.verify(item, SignedHeader(two.header_bytes, world.boris.fp, two.signature))
    with pytest.raises(NotSigned):
        world.verify(item, SignedHeader(two.header_bytes, RECOVERY, two.signature))


def test_what_follows_headers_verified_before_is_held_to_the_same_rules(world) -> None:
    existing = world.verify(world.first_signed)
    second = world.first.follow([world.anna.member(), world.boris.member()])
    third = second.follow([world.boris.member()], CompartmentKey.new())
    item, two, three = world.first_signed, sign_header(second, world.anna.keys), sign_header(third, world.boris.keys)
    day = world.today
    assert verify_following(existing, [item], world.trust, day=day) == existing
    assert verify_following(existing, [item, two, three], world.trust, day=day) == world.verify(item, two, three)
    by_nobody = sign_header(second, world.dana.keys)
    elsewhere = sign_header(replace(second, vault=b"v" * 16), world.anna.keys)
    unsigned = [two._replace(signature=bytes(64)), SignedHeader(two.header_bytes, world.boris.fp, two.signature)]
    wrong = [[item, item], [item, three], [item, by_nobody], [item, elsewhere], *([item, other] for other in unsigned)]
    for chain in ([], [two], [two, three], *wrong):
        with pytest.raises(NotSigned):
            verify_following(existing, chain, world.trust, day=day)
    log = log_of(world)
    chain = [item, two, three]
    places = {header.hash(): 100 + header.serial for header in (world.first, second, third)}

    def entered(header: Header) -> int | None:
        return places.get(header.hash())

    for revoked, stands in ((105, True), (102, False)):
        trust = world.trust_by(log | {revoked_mark(world.org, world.boris.fp): revoked})
        before = world.verify(item, trust=trust, entered=entered)
        if stands:
            following = verify_following(before, chain, trust, day=day, entered=entered)
            assert (following.newest.hash(), following.positions) == (third.hash(), (101, 102, 103))
        else:
            with pytest.raises(NotSigned):
                verify_following(before, chain, trust, day=day, entered=entered)


def test_the_reader_says_of_which_compartment_the_chain_must_be(world) -> None:
    for text in ({"vault": b"v" * 16}, {"compartment": "identity"}):
        with pytest.raises(NotSigned):
            world.verify(world.first_signed, **text)


def test_privileged_is_founded_by_a_lawyer_of_the_team(world) -> None:
    key = CompartmentKey.new()
    first = world.origin.first_header("privileged", key, [world.boris.member()])
    text = {"compartment": "privileged", "core": world.verify(world.first_signed)}
    world.verify(sign_header(first, world.boris.keys), **text)
    with pytest.raises(NotSigned):
        world.verify(sign_header(first, world.anna.keys), **text)
    with pytest.raises(NotSigned):
        world.verify(sign_header(first, world.boris.keys), compartment="privileged")
    with pytest.raises(NotSigned):
        world.verify(sign_header(first, world.stranger.keys), **text)


@pytest.mark.parametrize(("kind", "compartment"), [("trends", "facts"), ("trends", "load"), ("log", "details")])
def test_trends_and_log_are_founded_by_their_role(world, kind: str, compartment: str) -> None:
    for who, stands in ((world.admin, True), (world.anna, False)):
        origin = VaultOrigin.new(world.org, kind, who.fp)
        first = sign_header(origin.first_header(compartment, KEY, [who.member()]), who.keys)
        text = {"vault": origin.vault, "compartment": compartment}
        if stands:
            assert world.verify(first, **text).kind == kind
        else:
            with pytest.raises(NotSigned):
                world.verify(first, **text)


def test_a_linked_case_grants_on_for_a_person(world) -> None:
    """The next header of a person's compartment may be signed by a granter of a case that it names."""
    origin = VaultOrigin.new(world.org, "person", world.dana.fp)
    case = Member(kind=VAULT, id=world.origin.vault, compartment="core", rights=frozenset({READ, WRITE, GRANT}))
    first = origin.first_header("core", KEY, [world.dana.member(), case])
    second = sign_header(first.follow([case]), world.anna.keys)
    linked = {case.ident: world.verify(world.first_signed)}
    text = {"vault": origin.vault}
    without = replace(world.first, members=(world.boris.member(GRANT),))
    assert case.ident == vault_member_id(world.origin.vault, "core")
    world.verify(sign_header(first, world.dana.keys), second, linked=linked, **text)
    for wrong in (
        {},
        {case.ident: world.verify(sign_header(without, world.anna.keys))},
        {vault_member_id(world.origin.vault, "identity"): linked[case.ident]},
    ):
        with pytest.raises(NotSigned):
            world.verify(sign_header(first, world.dana.keys), second, linked=wrong, **text)


def test_a_linked_case_does_not_grant_in_a_case(world) -> None:
    case = Member(kind=VAULT, id=b"o" * 16, compartment="core", rights=frozenset({GRANT}))
    second = world.first.follow([world.anna.member(), case])
    third = sign_header(second.follow([case]), world.dana.keys)
    by_dana = replace(world.first, members=(world.dana.member(GRANT),))
    another = world.verify(sign_header(by_dana, world.anna.keys))
    with pytest.raises(NotSigned):
        world.verify(world.first_signed, sign_header(second, world.anna.keys), third, linked={case.ident: another})


def log_of(world) -> dict[bytes, int]:
    """A log with every certificate, from 1 on."""
    return {digest(person.signed.statement): at for at, person in enumerate(world.people, 1)}


def test_a_header_is_judged_by_what_stood_at_its_place_in_the_log(world) -> None:
    """Who left later leaves what they signed; who left before signs nothing, whatever is put into the log."""
    second = world.first.follow([world.boris.member()])
    chain = [world.first_signed, sign_header(second, world.anna.keys)]
    revoked = revoked_mark(world.org, world.anna.fp)
    for at, stands in ((110, True), (101, False), (99, False)):
        trust = world.trust_by(log_of(world) | {revoked: at})
        places = {world.first.hash(): 100, second.hash(): 105}
        text = {"trust": trust, "entered": lambda header, places=places: places.get(header.hash())}
        if stands:
            assert world.verify(*chain, **text).positions == (100, 105)
        else:
            with pytest.raises(NotSigned):
                world.verify(*chain, **text)
        if at == 101:
            assert world.verify(world.first_signed, **text).newest.hash() == world.first.hash()
    followed = sign_header(world.first.follow([world.boris.member()]), world.seeds.recovery_keys())
    text["entered"] = lambda header: 100 if header.hash() == world.first.hash() else 120
    text["trust"] = world.trust_by(log_of(world) | {revoked: 110})
    assert world.verify(world.first_signed, followed, **text).newest.serial == 2


def test_headers_that_the_log_does_not_have_in_their_order_are_none(world) -> None:
    second = world.first.follow([world.boris.member()])
    chain = [world.first_signed, sign_header(second, world.anna.keys)]
    trust = world.trust_by(log_of(world))
    for first, after in ((None, 105), (100, None), (105, 100), (100, 100)):
        places = {world.first.hash(): first, second.hash(): after}
        with pytest.raises(NotSigned):
            world.verify(*chain, trust=trust, entered=lambda header, places=places: places[header.hash()])


def test_the_lawyers_part_is_founded_by_who_was_in_the_case_and_a_lawyer_then(world) -> None:
    second = world.first.follow([world.anna.member()])  # boris left
    core_chain = [world.first_signed, sign_header(second, world.anna.keys)]
    lawyers = world.origin.first_header("privileged", CompartmentKey.new(), [world.boris.member()])
    trust = world.trust_by(log_of(world))
    places = {world.first.hash(): 100, second.hash(): 105}
    core = world.verify(*core_chain, trust=trust, entered=lambda header: places.get(header.hash()))
    for at, stands in ((103, True), (107, False)):
        text = {"compartment": "privileged", "core": core, "trust": trust, "entered": lambda _, at=at: at}
        if stands:
            assert world.verify(sign_header(lawyers, world.boris.keys), **text)
        else:
            with pytest.raises(NotSigned):
                world.verify(sign_header(lawyers, world.boris.keys), **text)


def test_of_the_headers_that_follow_one_the_mark_begins_alike(world) -> None:
    item, two = (world.first.follow([world.boris.member()]) for _ in range(2))
    rival = world.first.follow([world.anna.member()])
    assert header_mark(item) == header_mark(two) == next_half(world.first) + item.hash()
    assert header_mark(rival)[:16] == header_mark(item)[:16]
    assert header_mark(rival) != header_mark(item)
    assert len({own_half(header) for header in (world.first, item, item.follow([world.boris.member()]))}) == 3
    assert own_half(replace(item, compartment="identity")) != own_half(item)


def test_a_key_is_due_when_someone_named_should_no_longer_read(world) -> None:
    first, day = world.first, world.today
    assert due(first, world.trust, day) == frozenset()
    revoked = world.trust_with(world.revoke(world.dana, day + 5))
    assert due(first, revoked, day) == frozenset()
    assert due(first, revoked, day + 5) == {RotationReason.REVOKED}
    guest = replace(first, members=(world.anna.member(), world.boris.member(READ, last_day=day)))
    assert due(guest, world.trust, day) == frozenset()
    assert due(guest, world.trust, day + 1) == {RotationReason.DAY_PASSED}
    identity = replace(first, compartment="identity", members=(world.anna.member(READ), world.dana.member()))
    assert due(identity, world.trust, day, core=first) == frozenset()
    assert due(identity, world.trust, day, core=guest) == {RotationReason.NOT_IN_CORE}
    stranger = replace(first, members=(world.stranger.member(),))
    assert due(stranger, world.trust, day) == {RotationReason.REVOKED}


def test_a_key_is_due_when_someone_gave_up_the_compartment_or_the_role_for_it(world) -> None:
    first, day = world.first, world.today
    assert due(first, world.trust, day, left={world.dana.fp}) == {RotationReason.LEFT}
    assert due(first, world.trust, day, left={world.stranger.fp}) == frozenset()
    lawyers = replace(first, compartment="privileged", members=(world.boris.member(),))
    assert due(lawyers, world.trust, day, core=first) == frozenset()
    changed = world.boris.certificate.followed_by(issuer=world.admin.fp, day=day, roles=("caseworker",))
    signed = [*(person.signed for person in world.people), changed.signed(world.admin.keys.sign_seed)]
    trust = Trust(world.org, world.pins, signed)
    assert due(lawyers, trust, day, core=first) == {RotationReason.ROLE_GIVEN_UP}
    assert due(first, trust, day) == frozenset()


def test_a_grant_reaches_only_who_is_named(world) -> None:
    boris, stranger = world.boris, world.admin
    sealed = deliver(world.key, world.first, boris.keys.kem_public, boris.fp)
    assert accept(boris.keys.kem_seed, sealed, world.first, boris.fp).secret == world.key.secret
    assert len(sealed) == 1169
    with pytest.raises(NotNamed):
        deliver(world.key, world.first, stranger.keys.kem_public, stranger.fp)
    with pytest.raises(NotNamed):
        accept(stranger.keys.kem_seed, sealed, world.first, stranger.fp)
    with pytest.raises(CryptoError):
        accept(stranger.keys.kem_seed, sealed, world.first, boris.fp)
    with pytest.raises(CryptoError):
        accept(boris.keys.kem_seed, sealed, world.first, world.anna.fp)


def test_recovery_opens_every_grant_made_for_it(world) -> None:
    sealed = deliver(world.key, world.first, world.pins.recovery_kem_public, RECOVERY)
    keys = world.seeds.recovery_keys()
    assert accept(keys.kem_seed, sealed, world.first, RECOVERY).secret == world.key.secret


def test_a_vault_is_granted_like_a_person(world) -> None:
    case = Member(kind=VAULT, id=world.origin.vault, compartment="core", rights=frozenset({READ}))
    person = VaultOrigin.new(world.org, "person", world.anna.fp)
    header, key = person.first_header("core", KEY, [case]), KEY
    sealed = deliver(key, header, world.first.public, case.ident)
    assert accept(world.key.seed, sealed, header, case.ident).secret == key.secret


@pytest.mark.parametrize(
    "members",
    [
        lambda w: (w.anna.member(), w.anna.member(READ)),
        lambda w: (Member(kind=USER, id=RECOVERY, rights=frozenset({READ})),),
        lambda w: (Member(kind=USER, id=b"short", rights=frozenset({READ})),),
        lambda w: (Member(kind=VAULT, id=b"v" * 16, rights=frozenset({READ})),),
    ],
)
def test_impossible_members_are_not_signed_and_not_read(world, members: object) -> None:
    header = replace(world.first, members=members(world))  # type: ignore[operator]
    with pytest.raises(UnknownFormat):
        Header.decode(header.encode())
    with pytest.raises(NotSigned):
        sign_header(header, world.anna.keys)


def test_a_member_is_found_by_ident(world) -> None:
    assert world.first.member(world.boris.fp).rights == {READ, WRITE}
    with pytest.raises(NotNamed):
        world.first.member(world.admin.fp)


def test_a_grant_is_not_made_for_a_key_that_the_header_does_not_fix(world) -> None:
    with pytest.raises(NotOpened):
        deliver(CompartmentKey.new(), world.first, world.boris.keys.kem_public, world.boris.fp)


def test_headers_that_a_chain_does_not_have_are_not_found(world) -> None:
    chain = world.verify(world.first_signed)
    with pytest.raises(NotSigned):
        chain.by_hash(bytes(32))
    with pytest.raises(NotSigned):
        chain.at_epoch(2)


def test_recovery_may_found_again_what_its_founder_lost(world) -> None:
    first = world.origin.first_header("source", KEY, [world.boris.member()])
    text = {"compartment": "source"}
    world.verify(sign_header(first, world.seeds.recovery_keys()), **text)
    with pytest.raises(NotSigned):
        world.verify(sign_header(first, world.boris.keys), **text)


@pytest.mark.parametrize("letters", ["é", "\u049b"])
def test_names_of_compartments_are_plain_letters(world, letters: str) -> None:
    with pytest.raises(UnknownFormat):
        Header.decode(replace(world.first, compartment=letters).encode())


def test_unknown_kinds_and_rights_are_not_read(world) -> None:
    good = world.anna.member().encode()
    kind, rights = pae(b"\x01", b""), pae(b"\x07", b"")
    assert good.count(kind[4:13]) == 1
    assert good.count(rights[4:13]) == 1
    for wrong in (
        good.replace(kind[4:13], kind[4:12] + b"\x03"),
        good.replace(rights[4:13], rights[4:12] + b"\x08"),
        good.replace(kind[4:13], kind[4:12] + b"\x02"),
    ):
        with pytest.raises(UnknownFormat):
            Member.decode(wrong)


# --- prepared successors -----------------------------------------------------------------------------------------


def prepared(world, *, members=None, key=None, not_before: int | None = None, after: Header | None = None) -> Header:
    """What follows once Dana's day is over: without her, with a new key, from today on."""
    staying = [world.anna.member(), world.boris.member(READ, WRITE)] if members is None else members
    new = CompartmentKey.new() if key is None else key
    day = world.today if not_before is None else not_before
    return (after or world.first).follow(staying, new, not_before=day)


def checked(world, signed: SignedHeader, *, day: int | None = None, trust=None) -> Header:
    chain = world.verify(world.first_signed)
    return check_successor(chain, signed, trust or world.trust, day=world.today if day is None else day)


def test_a_prepared_successor_stands_from_its_day_on(world) -> None:
    header = prepared(world)
    signed = sign_header(header, world.anna.keys)
    assert checked(world, signed).encode() == header.encode()
    assert checked(world, signed, day=world.today + 40).encode() == header.encode()
    assert world.verify(world.first_signed, signed).newest.encode() == header.encode()


def test_a_prepared_successor_before_its_day_counts_nowhere(world) -> None:
    signed = sign_header(prepared(world, not_before=world.today + 1), world.anna.keys)
    with pytest.raises(NotSigned):
        checked(world, signed)
    with pytest.raises(NotSigned):
        world.verify(world.first_signed, signed)
    with pytest.raises(NotSigned):
        verify_following(world.verify(world.first_signed), [world.first_signed, signed], world.trust, day=world.today)


@pytest.mark.parametrize(
    "change",
    [
        lambda w: prepared(w, members=[w.anna.member(), w.stranger.member()]),
        lambda w: prepared(w, members=[w.anna.member(), w.boris.member()]),
        lambda w: prepared(w, members=[w.anna.member(last_day=w.today + 9), w.boris.member(READ, WRITE)]),
        lambda w: prepared(w, members=w.first.members),
        lambda w: prepared(w, not_before=0),
        lambda w: prepared(w, after=w.first.follow(w.first.members)),
        lambda w: replace(prepared(w), epoch=w.first.epoch, public=w.first.public, commitment=w.first.commitment),
        lambda w: replace(prepared(w), epoch=w.first.epoch + 2),
        lambda w: replace(prepared(w), serial=w.first.serial + 2),
        lambda w: replace(prepared(w), vault=b"v" * 16),
        lambda w: replace(prepared(w), compartment="identity"),
        lambda w: replace(prepared(w), org=b"another-organisa"),
    ],
    ids=[
        "names a stranger",
        "gives more rights",
        "gives another last day",
        "leaves nobody out",
        "counts at once",
        "follows another header",
        "keeps the key",
        "skips an epoch",
        "skips a serial",
        "another vault",
        "another compartment",
        "another organisation",
    ],
)
def test_a_successor_that_is_another_than_what_may_be_prepared_is_refused(world, change) -> None:
    with pytest.raises(NotSigned):
        checked(world, sign_header(change(world), world.anna.keys))


def test_a_successor_counts_only_by_a_signer_who_may_and_is_not_revoked(world) -> None:
    header = prepared(world)
    for signer in (world.boris.keys, world.admin.keys, world.stranger.keys, world.seeds.recovery_keys()):
        with pytest.raises(NotSigned):
            checked(world, sign_header(header, signer))
    by_anna = sign_header(header, world.anna.keys)
    with pytest.raises(NotSigned):
        checked(world, by_anna, trust=world.trust_with(world.revoke(world.anna)))
    with pytest.raises(NotSigned):
        checked(world, SignedHeader(by_anna.header_bytes, by_anna.signer_fp, bytes(64)))
    moved = replace(header, not_before=world.today - 1).encode()
    with pytest.raises(NotSigned):
        checked(world, SignedHeader(moved, by_anna.signer_fp, by_anna.signature))
