"""A line of duty in the clear: exactly these bytes, signed by exactly this key, or nothing."""

from dataclasses import replace

import pytest

from hrd_cases.crypto.core.duty import SignedDuty
from hrd_cases.crypto.core.errors import CryptoError, NotSigned, UnknownFormat
from hrd_cases.crypto.core.keys import UserKeys

SIGNER, STRANGER = UserKeys.new(), UserKeys.new()
LINE = SignedDuty(
    org=b"o" * 16, record=b"r" * 16, user=b"u" * 16, begins=20_000, ends=20_006, signer=SIGNER.fingerprint
)


def test_it_reads_back_and_its_signature_holds() -> None:
    result = SignedDuty.decode(LINE.encode())
    assert result == LINE
    result.check_signature(SIGNER.sign_public, LINE.sign(SIGNER.sign_seed))


@pytest.mark.parametrize(
    "changed",
    [{"org": b"p" * 16}, {"record": b"s" * 16}, {"user": b"v" * 16}, {"begins": 19_999}, {"ends": 20_007}],
    ids=lambda changed: next(iter(changed)),
)
def test_every_part_is_signed(changed: dict[str, object]) -> None:
    signature = LINE.sign(SIGNER.sign_seed)
    with pytest.raises(NotSigned):
        replace(LINE, **changed).check_signature(SIGNER.sign_public, signature)  # type: ignore[arg-type]
    with pytest.raises(NotSigned):
        LINE.check_signature(STRANGER.sign_public, signature)


@pytest.mark.parametrize("cut", [0, 1, 40, -1])
def test_other_bytes_are_refused(cut: int) -> None:
    with pytest.raises(CryptoError):
        SignedDuty.decode(LINE.encode()[:cut])
    with pytest.raises(UnknownFormat):
        SignedDuty.decode(replace(LINE, user=b"u" * 15).encode())
