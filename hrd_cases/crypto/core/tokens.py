"""Keyed blind tokens: a handle or a name can be looked up without standing in clear, a browser be known again."""

from hrd_cases.crypto.core.encoding import pae, u32
from hrd_cases.crypto.core.primitives import KEY_LENGTH, equal, hkdf, mac
from hrd_cases.crypto.core.secrets import Secret

TRIES_MARK_LENGTH = 16
DEVICE_NONCE_LENGTH = 16
DEVICE_TOKEN_LENGTH = DEVICE_NONCE_LENGTH + 4 + 32
DEVICE_DAYS = 90


def handle_token(pepper: Secret, handle: str) -> bytes:
    """Return the 32 bytes under which a handle is stored; `pepper` lies in the instance folder."""
    return mac(pepper, pae(b"hrd/v1/handle", handle.encode("utf-8", "replace")))


def salt_for_unknown(pepper: Secret, handle: str) -> bytes:
    """Return a steady salt for a handle that does not exist, so that trying it costs and looks the same."""
    return mac(pepper, pae(b"hrd/v1/no-such-handle", handle.encode("utf-8", "replace")))[:16]


def tries_mark(marker: Secret, lane: str, whom: bytes) -> bytes:
    """Return the 16 bytes under which failures are counted; `marker` lies in the instance folder."""
    key = hkdf(marker, b"", b"hrd/v1/tries-key", KEY_LENGTH)
    return mac(key, pae(b"hrd/v1/tries", lane.encode(), whom))[:TRIES_MARK_LENGTH]


def device_token(marker: Secret, handle_mark: bytes, salt: bytes, nonce: bytes, day: int) -> bytes:
    """Return the 52 bytes by which a browser shows that this account logged in there: nonce, day, mark.

    Day counts from 1970-01-01. A new passphrase has a new salt, which ends every token given before.
    """
    key = hkdf(marker, b"", b"hrd/v1/device-key", KEY_LENGTH)
    return nonce + u32(day) + mac(key, pae(b"hrd/v1/device", handle_mark, salt, nonce, u32(day)))


def is_device_token(marker: Secret, handle_mark: bytes, salt: bytes, token: bytes, day: int) -> bool:
    """Tell whether the token is this account's and not older than DEVICE_DAYS on `day`; costs the same either way."""
    data = token.ljust(DEVICE_TOKEN_LENGTH, b"\0")[:DEVICE_TOKEN_LENGTH]
    created = int.from_bytes(data[DEVICE_NONCE_LENGTH : DEVICE_NONCE_LENGTH + 4], "big")
    right = device_token(marker, handle_mark, salt, data[:DEVICE_NONCE_LENGTH], created)
    return equal(right, token) and 0 <= day - created + 1 <= DEVICE_DAYS + 1


def hold_name(marker: Secret, scope: bytes) -> str:
    """Return the name under which a hold on log-ins rests; `scope` is an account's 16 bytes, or empty for everybody."""
    return f"held/{tries_mark(marker, 'held', scope).hex()}"


def hold_mac(marker: Secret, org: bytes, name: str, until: str) -> bytes:
    """Return the 32 bytes without which nobody can make a hold, or make one last longer."""
    key = hkdf(marker, b"", b"hrd/v1/hold-key", KEY_LENGTH)
    return mac(key, pae(b"hrd/v1/hold", org, name.encode(), until.encode()))
