"""What is sealed opens at its place with its key, and nowhere else."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.crypto.core.encoding import pad, pae
from hrd_cases.crypto.core.envelope import SealedPlace, seal, seal_to, unseal, unseal_from
from hrd_cases.crypto.core.errors import NotOpened, UnknownFormat
from hrd_cases.crypto.core.keys import CompartmentKey, new_secret
from hrd_cases.crypto.core.primitives import aead_open, aead_seal, hkdf, hpke_seal
from hrd_cases.crypto.core.secrets import Secret

ids = st.binary(min_size=16, max_size=16)
places = st.builds(
    SealedPlace,
    org=ids,
    vault=ids,
    table=st.sampled_from(["records", "cards", "files"]),
    row=ids,
    compartment=st.sampled_from(["core", "identity", ""]),
    epoch=st.integers(0, 2**32 - 1),
    version=st.integers(0, 2**64 - 1),
)
KEY = new_secret()


@given(places, st.binary(max_size=6000))
def test_what_is_sealed_opens(place: SealedPlace, plaintext: bytes) -> None:
    assert unseal(KEY, place, seal(KEY, place, plaintext)) == plaintext


@given(places, places)
def test_another_place_opens_nothing(place: SealedPlace, other: SealedPlace) -> None:
    sealed = seal(KEY, place, b"text")
    if place == other:
        return
    with pytest.raises(NotOpened):
        unseal(KEY, other, sealed)


@given(places, st.binary(max_size=700))
def test_what_is_sealed_to_a_public_key_opens(place: SealedPlace, body: bytes) -> None:
    assert unseal_from(COMPARTMENT.seed, place, seal_to(COMPARTMENT.public, place, body)) == body


COMPARTMENT = CompartmentKey.new()


def test_a_mark_where_there_is_none_is_refused(world) -> None:
    """A reader knows every byte of what it opens: the part of the format that stays empty is empty."""
    place = world.place()
    info = pae(b"hrd/v1/seal", place.context())
    sealed = b"\x02\x02" + hpke_seal(COMPARTMENT.public, info, pad(pae(b"m" * 32, b"fact")))
    assert seal_to(COMPARTMENT.public, place, b"fact")[:2] == sealed[:2]
    with pytest.raises(NotOpened):
        unseal_from(COMPARTMENT.seed, place, sealed)


def test_equal_texts_look_different_and_lengths_show_in_steps_only(world) -> None:
    item, two = seal(KEY, world.place(), b"x"), seal(KEY, world.place(), b"x")
    assert item != two
    assert len(item) == len(seal(KEY, world.place(), b"x" * 252)) == 1 + 32 + 32 + 256 + 16


def test_a_two_faced_ciphertext_is_stopped_by_the_commitment(world) -> None:
    """AES-GCM alone opens one ciphertext under two keys; here it is built, and the envelope refuses it."""
    left, right = new_secret(), new_secret()
    place, salt = world.place(), bytes(32)
    once = [hkdf(key, salt, place.context(), 76).reveal() for key in (left, right)]
    ciphertext = _opens_under_both(once[0], once[1], place.context())
    for derived in once:
        aead_open(derived[:32], derived[32:44], ciphertext, place.context())
    for key, foreign in ((left, once[1]), (right, once[0])):
        with pytest.raises(NotOpened):
            unseal(key, place, b"\x01" + salt + foreign[44:] + ciphertext)


def _opens_under_both(left: bytes, right: bytes, context: bytes) -> bytes:
    """Return bytes whose GCM tag is right under both keys: one block is solved for in GF(2^128)."""
    length = 256
    hashes = [_block(key) for key in (left, right)]
    masks = [_block(key, nonce=key[32:44], counter=1) for key in (left, right)]
    blocks = [bytes(16)] * (length // 16)
    sums = [_ghash(h, context, blocks) for h in hashes]
    # Changing the last block by d changes the hash by d*h*h; both tags must agree.
    requested = sums[0] ^ sums[1] ^ masks[0] ^ masks[1]
    squares = [_times(h, h) for h in hashes]
    last = _times(requested, _inverse(squares[0] ^ squares[1]))
    blocks[-1] = last.to_bytes(16, "big")
    tag = _ghash(hashes[0], context, blocks) ^ masks[0]
    return b"".join(blocks) + tag.to_bytes(16, "big")


def _block(key: bytes, nonce: bytes = b"", counter: int = 0) -> int:
    if not nonce:
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

        encryptor = Cipher(algorithms.AES(key[:32]), modes.ECB()).encryptor()
        return int.from_bytes(encryptor.update(bytes(16)), "big")
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    encryptor = Cipher(algorithms.AES(key[:32]), modes.ECB()).encryptor()
    return int.from_bytes(encryptor.update(nonce + counter.to_bytes(4, "big")), "big")


def _times(left: int, right: int) -> int:
    product = 0
    for bit in range(127, -1, -1):
        if (right >> bit) & 1:
            product ^= left
        left = (left >> 1) ^ (0xE1 << 120 if left & 1 else 0)
    return product


def _inverse(value: int) -> int:
    result, power = 1 << 127, value
    for bit in range(128):
        if bit:
            result = _times(result, power)
        power = _times(power, power)
    return result


def _ghash(h: int, context: bytes, blocks: list[bytes]) -> int:
    padded = context + bytes(-len(context) % 16)
    lengths = (8 * len(context)).to_bytes(8, "big") + (8 * 16 * len(blocks)).to_bytes(8, "big")
    total = 0
    for start in range(0, len(padded), 16):
        total = _times(total ^ int.from_bytes(padded[start : start + 16], "big"), h)
    for block in [*blocks, lengths]:
        total = _times(total ^ int.from_bytes(block, "big"), h)
    return total


def test_right_encryption_of_wrong_padding_is_refused(world) -> None:
    place, salt = world.place(), bytes(32)
    once = hkdf(KEY, salt, place.context(), 76).reveal()
    for plaintext in (pad(b"x")[:-1] + b"\x01", bytes(4) + b"hidden" + bytes(246), b"\xff" * 256):
        body = aead_seal(once[:32], once[32:44], plaintext, place.context())
        with pytest.raises(UnknownFormat):
            unseal(KEY, place, b"\x01" + salt + once[44:] + body)


def test_the_derivation_is_plain_hkdf_of_the_standard(world) -> None:
    place = world.place()
    sealed = seal(KEY, place, b"text")
    extracted = hmac.digest(sealed[1:33], KEY.reveal(), "sha256")
    out, last = b"", b""
    for counter in (1, 2, 3):
        last = hmac.digest(extracted, last + place.context() + bytes((counter,)), "sha256")
        out += last
    assert sealed[33:65] == out[44:76]
    assert aead_open(out[:32], out[32:44], sealed[65:], place.context()) == pad(b"text")


def test_an_impossible_public_key_is_refused(world) -> None:
    for public in (b"", COMPARTMENT.public[:-1], b"\xff" * 1216, COMPARTMENT.public[:-32] + bytes(32)):
        with pytest.raises(UnknownFormat):
            seal_to(public, world.place(), b"x")


def test_a_secret_of_another_length_opens_nothing(world) -> None:
    with pytest.raises(UnknownFormat):
        unseal_from(Secret(b"short"), world.place(), seal_to(COMPARTMENT.public, world.place(), b"x"))
