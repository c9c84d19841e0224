"""Marks that let a server count, know a browser again and block log-ins without writing down whose they are."""

import hashlib
import hmac

import pytest

from hrd_cases.crypto.core import tokens
from hrd_cases.crypto.core.secrets import Secret

MARKER, HANDLE, SALT, NONCE, DAY = Secret(bytes(range(32))), b"h" * 32, b"s" * 16, b"n" * 16, 20_779


def _hkdf(label: bytes) -> bytes:
    """RFC 5869 with an empty salt and one block, written a second time."""
    first = hmac.digest(bytes(32), MARKER.reveal(), "sha256")
    return hmac.digest(first, label + b"\x01", "sha256")


def _pae(*pieces: bytes) -> bytes:
    return len(pieces).to_bytes(4, "big") + b"".join(len(piece).to_bytes(8, "big") + piece for piece in pieces)


def test_the_marks_are_those_of_the_published_format() -> None:
    tries = hmac.digest(_hkdf(b"hrd/v1/tries-key"), _pae(b"hrd/v1/tries", b"stranger", b"u" * 16), "sha256")
    assert tokens.tries_mark(MARKER, "stranger", b"u" * 16) == tries[:16]
    day = DAY.to_bytes(4, "big")
    device = hmac.digest(_hkdf(b"hrd/v1/device-key"), _pae(b"hrd/v1/device", HANDLE, SALT, NONCE, day), "sha256")
    assert tokens.device_token(MARKER, HANDLE, SALT, NONCE, DAY) == NONCE + day + device
    current = hmac.digest(_hkdf(b"hrd/v1/tries-key"), _pae(b"hrd/v1/tries", b"held", b""), "sha256")[:16]
    name = f"held/{current.hex()}"
    assert tokens.hold_name(MARKER, b"") == name
    until = b"2026-11-22T09:00Z"
    hold = hmac.digest(_hkdf(b"hrd/v1/hold-key"), _pae(b"hrd/v1/hold", b"o" * 16, name.encode(), until), "sha256")
    assert tokens.hold_mac(MARKER, b"o" * 16, name, until.decode()) == hold


def test_a_known_answer() -> None:
    result = tokens.device_token(MARKER, HANDLE, SALT, NONCE, DAY)
    assert hashlib.sha256(result).hexdigest() == KNOWN


KNOWN = "f38ae753cdaf641f1bbfcded0e6873d68e1efa550984710667383afb9ddc1bbc"


@pytest.mark.parametrize("later", [0, 1, 89, 90, -1])
def test_a_token_counts_for_ninety_days(later: int) -> None:
    token = tokens.device_token(MARKER, HANDLE, SALT, NONCE, DAY)
    assert tokens.is_device_token(MARKER, HANDLE, SALT, token, DAY + later)


@pytest.mark.parametrize("later", [91, 10_000, -2])
def test_a_token_of_another_time_does_not(later: int) -> None:
    token = tokens.device_token(MARKER, HANDLE, SALT, NONCE, DAY)
    assert not tokens.is_device_token(MARKER, HANDLE, SALT, token, DAY + later)


def test_every_bit_of_a_token_counts_and_so_do_key_handle_and_salt() -> None:
    token = tokens.device_token(MARKER, HANDLE, SALT, NONCE, DAY)
    for bit in range(len(token) * 8):
        changed = bytearray(token)
        changed[bit // 8] ^= 1 << bit % 8
        assert not tokens.is_device_token(MARKER, HANDLE, SALT, bytes(changed), DAY)
    assert not tokens.is_device_token(Secret(bytes(32)), HANDLE, SALT, token, DAY)
    assert not tokens.is_device_token(MARKER, b"x" * 32, SALT, token, DAY)
    assert not tokens.is_device_token(MARKER, HANDLE, b"x" * 16, token, DAY)
    for text in (b"", token[:51], token + b"\0", bytes(52), b"x" * 10_000):
        assert not tokens.is_device_token(MARKER, HANDLE, SALT, text, DAY)
