"""Joined and padded bytes come apart exactly as they were joined, and in no other way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.crypto.core.encoding import pad, padded_length, pae, unpad, unpae, unpae_exactly
from hrd_cases.crypto.core.errors import UnknownFormat

pieces = st.lists(st.binary(max_size=40), max_size=6)


@given(pieces)
def test_pieces_come_back(parts: list[bytes]) -> None:
    assert list(unpae(pae(*parts))) == parts


@given(pieces, pieces)
def test_two_lists_never_look_the_same(left: list[bytes], right: list[bytes]) -> None:
    assert (pae(*left) == pae(*right)) == (left == right)


@given(pieces, st.binary(min_size=1, max_size=9))
def test_an_extra_byte_is_refused(parts: list[bytes], more: bytes) -> None:
    with pytest.raises(UnknownFormat):
        unpae(pae(*parts) + more)


@given(pieces, st.data())
def test_a_missing_byte_is_refused(parts: list[bytes], data: st.DataObject) -> None:
    whole = pae(*parts)
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(UnknownFormat):
        unpae(whole[:cut])


@given(st.binary(max_size=60))
def test_random_bytes_are_either_exact_or_refused(data: bytes) -> None:
    try:
        parts = unpae(data)
    except UnknownFormat:
        return
    assert pae(*parts) == data


def test_a_huge_count_is_refused_without_work() -> None:
    with pytest.raises(UnknownFormat):
        unpae(b"\xff\xff\xff\xff" + bytes(100))


def test_a_wrong_number_of_pieces_is_refused() -> None:
    with pytest.raises(UnknownFormat):
        unpae_exactly(pae(b"a", b"b"), 3)


@given(st.integers(0, 1 << 34))
def test_a_size_step_hides_at_least_an_eighth_and_wastes_at_most_that(length: int) -> None:
    padded = padded_length(length)
    assert padded >= max(length, 256)
    assert padded_length(padded) == padded
    assert padded - length <= max(256, length // 8 + 1)


def test_steps_are_those_of_the_format() -> None:
    sizes = {0: 256, 1: 256, 256: 256, 257: 512, 4096: 4096, 4097: 4608, 8191: 8192, 8193: 9216, 100_000: 106_496}
    assert {length: padded_length(length) for length in sizes} == sizes


@given(st.binary(max_size=9000))
def test_padding_comes_off(data: bytes) -> None:
    padded = pad(data)
    assert unpad(padded) == data
    assert len(padded) == padded_length(len(data) + 4)


@given(st.binary(max_size=600), st.data())
def test_no_other_padding_is_read(data: bytes, draw: st.DataObject) -> None:
    padded = bytearray(pad(data))
    if draw.draw(st.booleans()):
        padded += bytes(256)
    elif len(padded) > len(data) + 4:
        padded[draw.draw(st.integers(len(data) + 4, len(padded) - 1))] = 1
    else:
        padded = padded[:-1]
    with pytest.raises(UnknownFormat):
        unpad(bytes(padded))


def test_a_length_beyond_the_data_is_refused() -> None:
    with pytest.raises(UnknownFormat):
        unpad(b"\xff\xff\xff\xff" + bytes(252))
