"""A packed keyring finds among ten thousand keys the one asked for, and only that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.crypto.core.compartments import COMPARTMENT_CODES
from hrd_cases.crypto.core.errors import UnknownFormat
from hrd_cases.crypto.core.keyrings import ENTRY_LENGTH, Keyring
from hrd_cases.crypto.core.keys import CompartmentKey, new_secret
from hrd_cases.crypto.core.primitives import digest
from hrd_cases.crypto.core.secrets import Secret

entries = st.dictionaries(
    st.tuples(
        st.binary(min_size=16, max_size=16),
        st.sampled_from(sorted(COMPARTMENT_CODES)),
        st.sampled_from([0, 1, 2, 2**32 - 1]),
    ),
    st.binary(min_size=32, max_size=32),
    max_size=12,
)


def _ring(current: dict[tuple[bytes, str, int], bytes]) -> Keyring:
    return Keyring.pack((*name, CompartmentKey(Secret(key))) for name, key in current.items())


def _held(ring: Keyring) -> dict[tuple[bytes, str, int], bytes]:
    return {(entry.vault, entry.compartment, entry.epoch): entry.key.secret.reveal() for entry in ring.entries()}


@given(entries)
def test_everything_packed_is_found_and_nothing_else(held) -> None:
    ring = _ring(held)
    assert _held(ring) == held
    assert list(ring.vaults()) == sorted({vault for vault, _compartment, _epoch in held})
    for vault, compartment, epoch in held:
        result = ring.epochs(vault, compartment).get(epoch)
        assert result is not None
        assert result.secret.reveal() == held[vault, compartment, epoch]
        epochs = {e: key for (v, c, e), key in held.items() if (v, c) == (vault, compartment)}
        assert {e: key.secret.reveal() for e, key in ring.epochs(vault, compartment).items()} == epochs
    assert ring.epochs(b"\0" * 15 + b"\x01", "core").get(3) is None
    assert Keyring(ring.encode()).encode() == ring.encode()


@given(entries, entries)
def test_folding_a_delta_in_loses_nothing_and_replaces_nothing(left, right) -> None:
    merged = _ring(left).merge(_ring(right))
    assert _held(merged) == right | left
    assert _held(_ring(left).merge(_ring(right)).merge(_ring(right))) == right | left
    assert _held(Keyring().merge(_ring(left), _ring(right))) == right | left


def test_of_two_keys_with_one_name_the_one_held_stays() -> None:
    name = (b"v" * 16, "core", 1)
    mine, earlier, later = (_ring({name: bytes((number,)) * 32}) for number in (1, 2, 3))
    assert _held(mine.merge(earlier, later)) == _held(mine)
    assert _held(Keyring().merge(earlier, later)) == _held(earlier)


def test_ten_thousand_keys() -> None:
    names = [(digest(bytes((n >> 8, n & 255)))[:16], "core", 1 + n % 3) for n in range(10_000)]
    ring = Keyring.pack((*name, CompartmentKey(Secret(digest(name[0])))) for name in names)
    key, org, user = new_secret(), b"o" * 16, b"u" * 16
    opened = Keyring.opened(key, org, user, 9, ring.sealed(key, org, user, 9))
    assert len(opened) == len({*names}) == 10_000
    for vault, compartment, epoch in names[::97]:
        result = opened.epochs(vault, compartment).get(epoch)
        assert result is not None
        assert result.secret.reveal() == digest(vault)
        assert opened.epochs(vault, compartment).get(epoch + 1) is None
        assert opened.epochs(vault, "identity").get(epoch) is None
        assert opened.epochs(vault, compartment).keys() == {epoch}


def test_an_empty_keyring_holds_nothing() -> None:
    assert Keyring().epochs(b"v" * 16, "core") == {}
    assert Keyring().epochs(b"v" * 16, "core").get(1) is None
    assert list(Keyring().vaults()) == []


def test_packed_bytes_that_were_cut_are_refused() -> None:
    ring = _ring({(b"a" * 16, "core", 1): bytes(32), (b"b" * 16, "core", 1): bytes(32)}).encode()
    for data in (ring[:-1], ring[1:], ring + b"\0"):
        with pytest.raises(UnknownFormat):
            Keyring(data)
    assert len(Keyring(ring[:ENTRY_LENGTH])) == 1


def test_a_vault_of_another_length_is_refused() -> None:
    with pytest.raises(UnknownFormat):
        Keyring.pack([(b"short", "core", 1, CompartmentKey.new())])
