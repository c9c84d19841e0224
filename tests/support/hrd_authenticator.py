"""A security key and a browser in software: they answer a challenge as real ones do, or with one thing wrong.

Written from the standard (WebAuthn level 2, CTAP 2), apart from the library that the program checks answers with.
"""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def spelt(data: bytes) -> str:
    """Bytes in base64url."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unspelt(text: str) -> bytes:
    """Undo `spelt`."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def cbor(value: Any) -> bytes:
    """The few kinds of CBOR (RFC 8949) that keys speak: numbers, bytes, text, maps."""
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    return _head(5, len(value)) + b"".join(cbor(key) + cbor(item) for key, item in value.items())


def _head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes((kind << 5 | number,))
    width = 1 if number < 256 else 2
    return bytes((kind << 5 | 23 + width,)) + number.to_bytes(width, "big")


@dataclass(kw_only=True)
class Authenticator:
    """A key in a browser at an address. `step` is what each signature adds to its counter; some keys never count."""

    origin: str = "https://work.example"
    host: str = "work.example"
    step: int = 1
    count: int = 0
    credential: bytes = b""
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def __post_init__(self) -> None:
        self.credential = self.credential or hashlib.sha256(self.origin.encode() + self._point()).digest()

    def _point(self) -> bytes:
        numbers = self.private.public_key().public_numbers()
        return numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")

    @property
    def public(self) -> bytes:
        """The public key as COSE writes it."""
        point = self._point()
        return cbor({1: 2, 3: -7, -1: 1, -2: point[:32], -3: point[32:]})

    def client_data(self, kind: str, challenge: bytes, /, **wrong: Any) -> bytes:
        """What the browser says it was asked for, and by whom."""
        text = {"type": kind, "challenge": spelt(challenge), "origin": self.origin, "crossOrigin": False}
        return json.dumps({**text, **wrong}).encode()

    def device_data(self, *, flags: int, host: str = "", count: int | None = None, more: bytes = b"") -> bytes:
        """What the key says of itself."""
        visible = self.count if count is None else count
        return (
            hashlib.sha256((host or self.host).encode()).digest() + bytes((flags,)) + visible.to_bytes(4, "big") + more
        )

    def added(
        self,
        challenge: bytes,
        /,
        *,
        flags: int = PRESENT | VERIFIED | ATTESTED,
        host: str = "",
        fmt: str = "none",
        **wrong: Any,
    ) -> str:
        """The answer of a new key, as the page sends it."""
        attested = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + self.public
        device = self.device_data(flags=flags, host=host, more=attested)
        client = self.client_data("webauthn.create", challenge, **wrong)
        return ".".join(map(spelt, (self.credential, client, cbor({"fmt": fmt, "attStmt": {}, "authData": device}))))

    def answer(
        self,
        challenge: bytes,
        *,
        flags: int = PRESENT | VERIFIED,
        host: str = "",
        count: int | None = None,
        kind: str = "webauthn.get",
        **wrong: Any,
    ) -> str:
        """The answer of a key that signs, as the page sends it; the counter goes on."""
        self.count += self.step
        client = self.client_data(kind, challenge, **wrong)
        device = self.device_data(flags=flags, host=host, count=count)
        signature = self.private.sign(device + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return ".".join(map(spelt, (self.credential, client, device, signature)))
