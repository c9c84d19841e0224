"""The only module that calls the cryptographic library; everything else is built from these functions.

Algorithms are fixed here and chosen nowhere else: AES-256-GCM, HKDF-SHA-256, Argon2id, HPKE with
MLKEM768-X25519 / HKDF-SHA-256 / ChaCha20-Poly1305, Ed25519, the library's streaming AEAD, TOTP after RFC 6238. The TLS
certificate of a local network has ECDSA over P-256, which every browser accepts.
"""

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple, TypeVar

from cryptography import x509
from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hrd_cases.crypto.core.errors import NotOpened, UnknownFormat, Weak
from hrd_cases.crypto.core.secrets import Secret

KEY_LENGTH = 32
HASH_LENGTH = 32
SIGNATURE_LENGTH = 64
SIGN_PUBLIC_LENGTH = 32
KEM_PUBLIC_LENGTH = 1216
TAG_LENGTH = 16
HPKE_OVERHEAD = 1120 + TAG_LENGTH
TOTP_STEP_SECONDS = 30
TOTP_DIGITS = 6

_MLKEM_PUBLIC = 1184
_MLKEM_SEED = 64
_HYBRID = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_Item = TypeVar("_Item")


def random(length: int) -> bytes:
    """Return unpredictable bytes from the operating system."""
    return secrets.token_bytes(length)


def pick(items: Sequence[_Item]) -> _Item:
    """Return one item, each equally likely and unpredictable."""
    return secrets.choice(items)


def digest(data: bytes) -> bytes:
    """Return the SHA-256 of data."""
    return hashlib.sha256(data).digest()


def mac(key: Secret, data: bytes) -> bytes:
    """Return HMAC-SHA-256 of data under key."""
    return hmac.digest(key.reveal(), data, "sha256")


def equal(left: bytes, right: bytes) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(left, right)


def hkdf(secret: Secret, salt: bytes, info: bytes, length: int) -> Secret:
    """Return `length` bytes of HKDF-SHA-256; an empty salt stands for 32 zero bytes as in RFC 5869."""
    return Secret(HKDF(SHA256(), length, salt, info).derive(secret.reveal()))


def aead_seal(key: bytes, nonce: bytes, plaintext: bytes, context: bytes) -> bytes:
    """Encrypt with AES-256-GCM; only `envelope`, which never uses a key twice, may call this."""
    return AESGCM(key).encrypt(nonce, plaintext, context)


def aead_open(key: bytes, nonce: bytes, sealed: bytes | memoryview, context: bytes) -> bytes:
    """Decrypt AES-256-GCM; NotOpened when anything differs."""
    try:
        return AESGCM(key).decrypt(nonce, sealed, context)
    except (InvalidTag, ValueError):
        raise NotOpened from None


def argon2id(passphrase: bytes, salt: bytes, *, memory_kib: int, iterations: int, lanes: int, ad: bytes) -> Secret:
    """Return 32 bytes of Argon2id; Weak when the library refuses the parameters."""
    try:
        kdf = Argon2id(salt=salt, length=32, iterations=iterations, lanes=lanes, memory_cost=memory_kib, ad=ad)
        return Secret(kdf.derive(passphrase))
    except (ValueError, MemoryError):
        raise Weak from None


def _kem_parts(seed: Secret) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    if len(seed) != KEY_LENGTH:
        raise UnknownFormat
    both = hashlib.shake_256(seed.reveal()).digest(_MLKEM_SEED + 32)
    return (
        MLKEM768PrivateKey.from_seed_bytes(both[:_MLKEM_SEED]),
        X25519PrivateKey.from_private_bytes(both[_MLKEM_SEED:]),
    )


def _kem_private(seed: Secret) -> MLKEM768X25519PrivateKey:
    key = seed.expanded()
    if isinstance(key, MLKEM768X25519PrivateKey):
        return key
    private = MLKEM768X25519PrivateKey(*_kem_parts(seed))
    seed.remember_expanded(private)
    return private


@lru_cache(maxsize=256)
def _kem_public(public: bytes) -> MLKEM768X25519PublicKey:
    if len(public) != KEM_PUBLIC_LENGTH:
        raise UnknownFormat
    try:
        return MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC]),
            X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC:]),
        )
    except ValueError:
        raise UnknownFormat from None


def kem_public(seed: Secret) -> bytes:
    """Return the 1216-byte X-Wing public key of a 32-byte seed (about 0.3 ms)."""
    mlkem, x25519 = _kem_parts(seed)
    return mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()


def hpke_seal(public: bytes, info: bytes, plaintext: bytes) -> bytes:
    """Seal to a public key, bound to info: encapsulation, then ciphertext; UnknownFormat for an impossible key."""
    try:
        return _HYBRID.encrypt(plaintext, _kem_public(public), info=info)
    except ValueError:
        raise UnknownFormat from None


def hpke_open(seed: Secret, info: bytes, sealed: bytes) -> bytes:
    """Open what `hpke_seal` made for this seed and info; NotOpened otherwise."""
    try:
        return _HYBRID.decrypt(sealed, _kem_private(seed), info=info)
    except (InvalidTag, ValueError):
        raise NotOpened from None


def signing_public(seed: Secret) -> bytes:
    """Return the 32-byte Ed25519 public key of a 32-byte seed."""
    key = Ed25519PrivateKey.from_private_bytes(seed.reveal())
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def sign(seed: Secret, message: bytes) -> bytes:
    """Return the 64-byte Ed25519 signature of message."""
    return _sign_private(seed).sign(message)


def _sign_private(seed: Secret) -> Ed25519PrivateKey:
    key = seed.expanded()
    if isinstance(key, Ed25519PrivateKey):
        return key
    private = Ed25519PrivateKey.from_private_bytes(seed.reveal())
    seed.remember_expanded(private)
    return private


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether the Ed25519 signature holds; malformed keys and signatures do not."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


class StreamSealer:
    """Encrypts one stream under a key used for nothing else."""

    def __init__(self, key: Secret, context: bytes) -> None:
        self._stream = Cobblestone256Encryptor(key.reveal(), context)

    def update(self, data: bytes) -> bytes:
        """Take plaintext, return the ciphertext that is ready."""
        return self._stream.update(data)

    def finalize(self) -> bytes:
        """Return the last ciphertext, which marks the end."""
        return self._stream.finalize()


class StreamOpener:
    """Decrypts one stream; what it returns is authenticated, but only `finalize` proves that the end was reached."""

    def __init__(self, key: Secret, context: bytes) -> None:
        self._stream = Cobblestone256Decryptor(key.reveal(), context)

    def update(self, data: bytes) -> bytes:
        """Take ciphertext, return authenticated plaintext that is ready; NotOpened on any change."""
        try:
            return self._stream.update(data)
        except (InvalidTag, ValueError):
            raise NotOpened from None

    def finalize(self) -> bytes:
        """Return the last plaintext; NotOpened when the stream was cut, extended or changed."""
        try:
            return self._stream.finalize()
        except (InvalidTag, ValueError):
            raise NotOpened from None


def _totp(seed: Secret) -> TOTP:
    # SHA-1 is what authenticator applications understand; HMAC does not need its collision resistance.
    return TOTP(seed.reveal(), TOTP_DIGITS, SHA1(), TOTP_STEP_SECONDS)  # noqa: S303


def totp(seed: Secret, time: int) -> str:
    """Return the six-digit code of RFC 6238 at a Unix time in seconds."""
    return _totp(seed).generate(time).decode("ascii")


def totp_uri(seed: Secret, account: str, issuer: str) -> str:
    """Return the otpauth address that authenticator applications scan."""
    return _totp(seed).get_provisioning_uri(account, issuer)


def chacha_seal(key: bytes, nonce: bytes, plaintext: bytes) -> bytes:
    """Encrypt with ChaCha20-Poly1305; only `age`, which counts its nonces, may call this."""
    return ChaCha20Poly1305(key).encrypt(nonce, plaintext, None)


def chacha_open(key: bytes, nonce: bytes, sealed: bytes) -> bytes:
    """Decrypt ChaCha20-Poly1305; NotOpened when anything differs."""
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, sealed, None)
    except (InvalidTag, ValueError):
        raise NotOpened from None


def x25519_public(seed: Secret) -> bytes:
    """Return the 32-byte X25519 public key of a 32-byte private key."""
    return X25519PrivateKey.from_private_bytes(seed.reveal()).public_key().public_bytes_raw()


def x25519_shared(seed: Secret, public: bytes) -> Secret:
    """Return the 32 bytes that two X25519 keys share; NotOpened for a public key that shares nothing secret."""
    try:
        own = X25519PrivateKey.from_private_bytes(seed.reveal())
        return Secret(own.exchange(X25519PublicKey.from_public_bytes(public)))
    except ValueError:
        raise NotOpened from None


class TlsCertificate(NamedTuple):
    """What a TLS certificate says: the SHA-256 that browsers show, its names and addresses, its last moment."""

    fingerprint: bytes
    hosts: frozenset[str]
    until: datetime


def make_tls_certificate(name: str, hosts: Sequence[str], start: datetime, until: datetime) -> tuple[bytes, bytes]:
    """Make a key and a certificate signed by itself for these names and addresses; return both as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([_host(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return certificate.public_bytes(Encoding.PEM), private


def read_tls_certificate(pem: bytes) -> TlsCertificate:
    """Read what `make_tls_certificate` made; UnknownFormat for anything else."""
    try:
        certificate = x509.load_pem_x509_certificate(pem)
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, x509.ExtensionNotFound):
        raise UnknownFormat from None
    hosts = frozenset(str(name.value) for name in names)
    return TlsCertificate(certificate.fingerprint(SHA256()), hosts, certificate.not_valid_after_utc.astimezone(UTC))


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)
