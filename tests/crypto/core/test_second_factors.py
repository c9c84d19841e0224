"""A code opens once, near its time; a recovery code opens once, ever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.crypto.core.errors import UnknownFormat
from hrd_cases.crypto.core.primitives import totp
from hrd_cases.crypto.core.second_factors import SecondFactor
from hrd_cases.crypto.core.secrets import Secret

NOW = 1_800_000_015


@pytest.fixture
def factor() -> SecondFactor:
    return SecondFactor.new()[0]


@pytest.mark.parametrize(
    ("time", "code"), [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
)
def test_codes_are_those_of_the_standard(time: int, code: str) -> None:
    assert totp(Secret(b"12345678901234567890"), time) == code


def test_a_code_counts_once(factor: SecondFactor) -> None:
    code = totp(factor.seed, NOW)
    after = factor.check(code, NOW)
    assert after is not None
    for later in (NOW, NOW + 15, NOW + 30):
        assert after.check(code, later) is None


def test_an_earlier_code_does_not_count_after_a_later_one(factor: SecondFactor) -> None:
    after = factor.check(totp(factor.seed, NOW + 30), NOW)
    assert after is not None
    assert after.check(totp(factor.seed, NOW), NOW) is None
    assert after.check(totp(factor.seed, NOW + 60), NOW + 60) is not None


@pytest.mark.parametrize(("away", "counts"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_the_clock_may_differ_by_one_step(factor: SecondFactor, away: int, counts: bool) -> None:
    assert (factor.check(totp(factor.seed, NOW + away), NOW) is not None) is counts


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "١٢٣٤٥٦", "\ud800"])
def test_what_is_no_code_is_refused(factor: SecondFactor, typed: str) -> None:
    assert factor.check(typed, NOW) is None


def test_a_recovery_code_counts_once() -> None:
    factor, codes = SecondFactor.new()
    assert len(set(codes)) == 10
    after = factor.use_recovery(codes[3].upper().replace("-", " "))
    assert after is not None
    assert after.use_recovery(codes[3]) is None
    assert after.use_recovery(codes[4]) is not None
    assert len(after.recovery_hashes) == 9
    assert factor.use_recovery("aaaa-aaaa-aaaa-aaaa") is None


def test_it_reads_back_and_nothing_else_does() -> None:
    factor, _codes = SecondFactor.new()
    assert SecondFactor.decode(factor.encode()) == factor
    for data in (b"", factor.encode()[:-1], factor.encode() + b"\0"):
        with pytest.raises(UnknownFormat):
            SecondFactor.decode(data)


@given(st.binary(max_size=200))
def test_random_bytes_are_no_second_factor(data: bytes) -> None:
    with pytest.raises(UnknownFormat):
        SecondFactor.decode(data)


def test_an_authenticator_can_be_set_up_by_picture_or_by_typing(factor: SecondFactor) -> None:
    address = factor.uri("tulip-otter", "cases")
    assert address.startswith("otpauth://totp/")
    assert factor.base32() in address
