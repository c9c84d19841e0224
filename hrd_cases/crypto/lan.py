"""A certificate that this server makes for itself, for a local network; people compare its fingerprint."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hrd_cases.crypto.errors import UnknownFormat

VALID = timedelta(days=397)  # what browsers accept at most
_NAME = "Notes"


@dataclass(frozen=True, kw_only=True)
class LanCertificate:
    """A certificate and its key as PEM; `fingerprint` is the SHA-256 (32 bytes) that browsers show."""

    certificate: bytes
    key: bytes = field(repr=False)
    fingerprint: bytes
    hosts: frozenset[str]
    until: datetime


def make(hosts: Sequence[str], now: datetime) -> LanCertificate:
    """Make a certificate for names and addresses, valid from an hour ago for 397 days."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _NAME)])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + VALID)
        .add_extension(x509.SubjectAlternativeName([_host(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return read(built.public_bytes(serialization.Encoding.PEM), pem)


def read(certificate: bytes, key: bytes) -> LanCertificate:
    """Read a certificate made by make(); UnknownFormat for anything else."""
    try:
        result = x509.load_pem_x509_certificate(certificate)
        names = result.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, x509.ExtensionNotFound):
        raise UnknownFormat from None
    hosts = [str(name.value) for name in names]
    return LanCertificate(
        certificate=certificate,
        key=key,
        fingerprint=result.fingerprint(hashes.SHA256()),
        hosts=frozenset(hosts),
        until=result.not_valid_after_utc.astimezone(UTC),
    )


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)
