"""Whoever can write to the database changes, swaps, replays and plants: every single attempt is refused."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from hrd_cases.crypto.ceremony.cards import card_text, read_card
from hrd_cases.crypto.core.authorship import check_author, read_document, sign_document
from hrd_cases.crypto.core.bundles import Bundle, lock, lock_in_session, unlock, unlock_in_session
from hrd_cases.crypto.core.certificates import Signed, Trust
from hrd_cases.crypto.core.encoding import pae
from hrd_cases.crypto.core.envelope import HYBRID_SUITE, seal, seal_to, unseal, unseal_from
from hrd_cases.crypto.core.errors import CryptoError, NotOpened
from hrd_cases.crypto.core.files import FileSealer, file_context, file_key, open_file
from hrd_cases.crypto.core.grants import accept, deliver
from hrd_cases.crypto.core.headers import SignedHeader
from hrd_cases.crypto.core.keyrings import Keyring
from hrd_cases.crypto.core.keys import RECOVERY, CompartmentKey, new_secret
from hrd_cases.crypto.core.merkle import Checkpoint
from hrd_cases.crypto.core.primitives import digest, hpke_seal, signing_public
from hrd_cases.crypto.core.second_factors import SecondFactor
from hrd_cases.crypto.core.sessions import (
    DraftKey,
    keep_token,
    new_boot_key,
    new_cookie,
    read_keep,
    row_key,
    session_key,
)

KEY, BOOT = new_secret(), new_boot_key()
COOKIE = new_cookie()
USER = b"b" * 16
Opener = Callable[[bytes], object]


def _envelope(world):
    return seal(KEY, world.place(), b"text" * 200), lambda data: unseal(KEY, world.place(), data)


def _to_public(world):
    return seal_to(world.key.public, world.place(), b"log"), lambda d: unseal_from(world.key.seed, world.place(), d)


def _bundle(world):
    bundle = Bundle(user_keys=world.anna.keys, pins=world.pins)
    return lock(bundle, KEY, world.org, USER), lambda data: unlock(data, KEY, world.org, USER)


def _session(world):
    bundle = Bundle(user_keys=world.anna.keys, pins=world.pins)
    key, row = session_key(COOKIE, BOOT), row_key(COOKIE)
    sealed = lock_in_session(bundle, new_secret(), key, world.org, USER, row)
    return sealed, lambda data: unlock_in_session(data, key, world.org, USER, row)


def _keyring(world):
    ring = Keyring.pack([(world.origin.vault, "core", 1, world.key)])
    return ring.sealed(KEY, world.org, USER, 7), lambda data: Keyring.opened(KEY, world.org, USER, 7, data)


def _delta(world):
    ring, row = Keyring.pack([(world.origin.vault, "core", 1, world.key)]), b"d" * 16
    sealed = ring.sealed(KEY, world.org, USER, 0, row=row)
    return sealed, lambda data: Keyring.opened(KEY, world.org, USER, 0, data, row=row)


def _second_factor(world):
    factor, _codes = SecondFactor.new()
    return factor.sealed(KEY, world.org, USER), lambda data: SecondFactor.opened(KEY, world.org, USER, data)


def _grant(world):
    boris = world.boris
    sealed = deliver(world.key, world.first, boris.keys.kem_public, boris.fp)
    return sealed, lambda data: accept(boris.keys.kem_seed, data, world.first, boris.fp)


def _recovery_grant(world):
    seeds = world.seeds.recovery_keys()
    sealed = deliver(world.key, world.first, world.pins.recovery_kem_public, RECOVERY)
    return sealed, lambda data: accept(seeds.kem_seed, data, world.first, RECOVERY)


def _file(world):
    key, context, content = file_key(), file_context(world.org, world.origin.vault, b"f" * 16), bytes(range(256)) * 700
    sealer = FileSealer(key, context)
    sealed = b"".join([sealer.update(content), *sealer.finalize()])
    return sealed, lambda data: b"".join(open_file([data], key, context, len(content)))


def _checkpoint(world):
    seed = new_secret()
    note = Checkpoint(origin="log.example", size=5, root=digest(b"r")).encode(seed)
    return note.encode(), lambda data: Checkpoint.parse(data.decode("utf-8", "replace"), signing_public(seed))


def _certificate(world):
    people = [world.admin.signed, world.anna.signed]
    return world.anna.signed.statement, lambda data: Trust(
        world.org, world.pins, [people[0], Signed(data, people[1].signature)]
    ).check(world.anna.fp, world.today)


def _certificate_signature(world):
    people = [world.admin.signed, world.anna.signed]
    return world.anna.signed.signature, lambda data: Trust(
        world.org, world.pins, [people[0], Signed(people[1].statement, data)]
    ).check(world.anna.fp, world.today)


def _header(world):
    return world.first_signed.header_bytes, lambda data: world.verify(world.first_signed._replace(header_bytes=data))


def _header_signature(world):
    return world.first_signed.signature, lambda data: world.verify(world.first_signed._replace(signature=data))


def _keep(world):
    keep = DraftKey(user=USER, form="incident", row=b"r" * 16, day=20_000)
    return keep_token(keep, KEY).encode(), lambda data: read_keep(data.decode("utf-8", "replace"), KEY)


def _authored(world):
    place = world.place()
    body = sign_document(world.anna.keys, place, world.first.hash(), b"document" * 30, author=world.anna.user)

    def read(data: bytes) -> object:
        document, author = read_document(data, place)
        return check_author(document, author, place, world.trust, header=world.first)

    return body, read


def _card(world):
    text = card_text(world.seeds.recovery, "recovery").split("\n", 1)[1].split("#")[0].replace("\n", " ").strip()
    return text.encode(), lambda data: read_card(data.decode("utf-8", "replace"))


KINDS = {
    created.__name__.strip("_"): created
    for created in (
        _envelope, _to_public, _bundle, _session, _keyring, _delta, _second_factor, _grant, _recovery_grant,
        _file, _checkpoint, _certificate, _certificate_signature, _header, _header_signature, _keep, _authored, _card,
    )
}  # fmt: skip


def _flip(share: float) -> Callable[[bytes], bytes]:
    def flip(data: bytes) -> bytes:
        at = min(int(len(data) * share), len(data) - 1)
        return data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]

    return flip


def _flip_at(at: int) -> Callable[[bytes], bytes]:
    return lambda data: data[: at % len(data)] + bytes((data[at % len(data)] ^ 0x40,)) + data[at % len(data) + 1 :]


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    **{f"flip at {share:.0%}": _flip(share) for share in (0.0, 0.1, 0.25, 0.4, 0.5, 0.66, 0.75, 0.9, 1.0)},
    **{f"flip byte {at}": _flip_at(at) for at in (0, 1, 2, 5, 34, -20)},
    "one byte less": lambda data: data[:-1],
    "first byte gone": lambda data: data[1:],
    "half": lambda data: data[: len(data) // 2],
    "nothing": lambda data: b"",
    "one zero more": lambda data: data + b"\0",
    "a block more": lambda data: data + b"x" * 256,
    "all zeros": lambda data: bytes(len(data)),
    "all ones": lambda data: b"\xff" * len(data),
    "halves exchanged": lambda data: data[len(data) // 2 :] + data[: len(data) // 2],
    "written twice": lambda data: data + data,
}


@pytest.mark.parametrize("kind", KINDS)
def test_unchanged_it_opens(kind: str, world) -> None:
    data, open_it = KINDS[kind](world)
    open_it(data)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("change", CHANGES)
def test_changed_bytes_are_refused(kind: str, change: str, world) -> None:
    data, open_it = KINDS[kind](world)
    changed = CHANGES[change](data)
    assert changed != data
    with pytest.raises(CryptoError):
        open_it(changed)


OF_ONE_VAULT = ["envelope", "to_public", "grant", "recovery_grant", "file"]


@pytest.mark.parametrize("kind", [*OF_ONE_VAULT, "certificate_signature", "header_signature"])
def test_the_same_kind_of_thing_from_elsewhere_is_refused(kind: str, world) -> None:
    _data, open_it = KINDS[kind](world)
    foreign = type(world)()
    other, _open = KINDS[kind](foreign)
    with pytest.raises(CryptoError):
        open_it(other)


ELSEWHERE = {
    "another organisation": {"org": b"organisation-two"},
    "another vault": {"vault": b"x" * 16},
    "another table": {"table": "cards"},
    "another row": {"row": b"s" * 16},
    "another compartment": {"compartment": "identity"},
    "no compartment": {"compartment": ""},
    "an older epoch": {"epoch": 0},
    "a newer epoch": {"epoch": 2},
    "an older version": {"version": 2},
    "a newer version": {"version": 4},
    "table and compartment run together": {"table": "recordscore", "compartment": ""},
}


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
@pytest.mark.parametrize("kind", ["under a key", "to a public key", "authored"])
def test_a_thing_moved_is_refused(elsewhere: str, kind: str, world) -> None:
    here, there = world.place(), world.place(**ELSEWHERE[elsewhere])
    signed = sign_document(world.anna.keys, here, world.first.hash(), b"x", author=world.anna.user)
    sealed = {
        "under a key": lambda: seal(KEY, here, b"x"),
        "to a public key": lambda: seal_to(world.key.public, here, b"x"),
        # Sealed where it is read: only the author's signature can tell that it was moved there.
        "authored": lambda: seal(KEY, there if "epoch" not in elsewhere else here, signed),
    }[kind]()

    def read_authored() -> None:
        document, author = read_document(unseal(KEY, there, sealed), there)
        check_author(document, author, there, world.trust, header=world.first)

    opened = {
        "under a key": lambda: unseal(KEY, there, sealed),
        "to a public key": lambda: unseal_from(world.key.seed, there, sealed),
        "authored": read_authored,
    }[kind]
    with pytest.raises(CryptoError):
        opened()


@pytest.mark.parametrize("suite", [0, 1, 3, 4, 127, 255])
def test_another_suite_is_refused(suite: int, world) -> None:
    sealed = seal_to(world.key.public, world.place(), b"x")
    grant = deliver(world.key, world.first, world.boris.keys.kem_public, world.boris.fp)
    with pytest.raises(CryptoError):
        unseal_from(world.key.seed, world.place(), sealed[:1] + bytes((suite,)) + sealed[2:])
    with pytest.raises(CryptoError):
        accept(world.boris.keys.kem_seed, bytes((suite,)) + grant[1:], world.first, world.boris.fp)


@pytest.mark.parametrize("version", [0, 2, 3, 255])
def test_another_envelope_version_is_refused(version: int, world) -> None:
    with pytest.raises(CryptoError):
        unseal(KEY, world.place(), bytes((version,)) + seal(KEY, world.place(), b"x")[1:])


@pytest.mark.parametrize("kind", ["bundle", "session", "keyring", "delta", "second_factor"])
@pytest.mark.parametrize("where", ["another user", "another organisation", "another key", "another version or row"])
def test_a_users_own_things_stay_theirs(kind: str, where: str, world) -> None:
    data, _open = KINDS[kind](world)
    org, user, key, version, row = world.org, USER, KEY, 7, b"d" * 16
    session, session_row = session_key(COOKIE, BOOT), row_key(COOKIE)
    if where == "another user":
        user = b"c" * 16
    elif where == "another organisation":
        org = b"organisation-two"
    elif where == "another key":
        key, session = new_secret(), session_key(COOKIE, new_boot_key())
    else:
        version, row, session_row = 8, b"e" * 16, row_key(new_cookie())
    openers: dict[str, Opener] = {
        "bundle": lambda sealed: unlock(sealed, key, org, user, 1 if version == 8 else 0),
        "session": lambda sealed: unlock_in_session(sealed, session, org, user, session_row),
        "keyring": lambda sealed: Keyring.opened(key, org, user, version, sealed),
        "delta": lambda sealed: Keyring.opened(key, org, user, 0, sealed, row=row),
        "second_factor": lambda sealed: SecondFactor.opened(key, org, user, sealed, 1 if version == 8 else 0),
    }
    with pytest.raises(CryptoError):
        openers[kind](data)


def test_each_of_a_users_things_is_refused_in_the_place_of_another(world) -> None:
    bundle, keyring, factor = (KINDS[kind](world)[0] for kind in ("bundle", "keyring", "second_factor"))
    for sealed in (keyring, factor):
        with pytest.raises(CryptoError):
            unlock(sealed, KEY, world.org, USER)
    for sealed in (bundle, factor):
        with pytest.raises(CryptoError):
            Keyring.opened(KEY, world.org, USER, 0, sealed)


def test_a_grant_opens_under_no_other_header(world) -> None:
    boris = world.boris
    grant = deliver(world.key, world.first, boris.keys.kem_public, boris.fp)
    others = [
        replace(world.first, serial=2),
        replace(world.first, epoch=2),
        replace(world.first, vault=b"x" * 16),
        replace(world.first, org=b"organisation-two"),
        replace(world.first, compartment="identity"),
        replace(world.first, previous=b"p" * 32),
        replace(world.first, members=world.first.members[:2]),
        world.first.follow(world.first.members),
        world.first.follow(world.first.members, CompartmentKey.new()),
    ]
    for other in others:
        with pytest.raises(CryptoError):
            accept(boris.keys.kem_seed, grant, other, boris.fp)


def test_a_chosen_key_does_not_pass_as_the_compartments(world) -> None:
    """Someone without the key seals one of their own to a member, under the true header."""
    boris, chosen = world.boris, CompartmentKey.new()
    planted = replace(world.first, commitment=chosen.commitment(world.org, world.origin.vault, "core", 1))
    with pytest.raises(CryptoError):
        deliver(chosen, world.first, boris.keys.kem_public, boris.fp)
    with pytest.raises(CryptoError):
        accept(boris.keys.kem_seed, deliver(chosen, planted, boris.keys.kem_public, boris.fp), world.first, boris.fp)
    with pytest.raises(CryptoError):
        world.verify(SignedHeader(planted.encode(), world.anna.fp, world.first_signed.signature))


def test_a_chosen_key_wrapped_under_the_true_header_is_refused(world) -> None:
    """Whoever writes the database needs no program of ours to wrap a key: only the commitment stands in the way."""
    boris, chosen = world.boris, CompartmentKey.new()
    info = pae(b"hrd/v1/grant", world.first.hash(), boris.fp)
    wrap = bytes((HYBRID_SUITE,)) + hpke_seal(boris.keys.kem_public, info, chosen.secret.reveal())
    with pytest.raises(NotOpened):
        accept(boris.keys.kem_seed, wrap, world.first, boris.fp)


def test_there_are_at_least_250_attempts() -> None:
    assert len(KINDS) * len(CHANGES) + 4 * len(ELSEWHERE) >= 250
