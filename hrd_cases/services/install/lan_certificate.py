"""The server's own certificate for `serve --lan`: kept in the instance folder, made anew when it no longer fits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.primitives import TlsCertificate, make_tls_certificate, read_tls_certificate
from hrd_cases.store.safe_files import replace_file

CERTIFICATE, KEY = "lan-certificate.pem", "lan-key.pem"
VALID = timedelta(days=397)  # what browsers accept at most
RENEW_BEFORE = timedelta(days=14)
_CLOCKS_DIFFER = timedelta(hours=1)
_NAME = "Notes"


@dataclass(frozen=True, kw_only=True)
class Served:
    """Where certificate and key lie, the fingerprint in lines of groups; `new` when people must compare it again."""

    certificate: Path
    key: Path
    fingerprint: tuple[str, ...]
    new: bool


def certificate(folder: Path, hosts: Sequence[str], now: datetime) -> Served:
    """The certificate for these names and addresses: the one kept while it covers them all, or a new one."""
    current = _kept(folder)
    new = current is None or not set(hosts) <= current.hosts or now >= current.until - RENEW_BEFORE
    if current is None or new:
        pem, key = make_tls_certificate(_NAME, hosts, now - _CLOCKS_DIFFER, now + VALID)
        current = read_tls_certificate(pem)
        replace_file(folder / KEY, key)
        replace_file(folder / CERTIFICATE, pem)
    return Served(certificate=folder / CERTIFICATE, key=folder / KEY, fingerprint=groups(current.fingerprint), new=new)


def groups(fingerprint: bytes) -> tuple[str, ...]:
    """Four lines of eight pairs, as browsers show them, so that two people can read them to each other."""
    pairs = [f"{byte:02X}" for byte in fingerprint]
    return tuple(":".join(pairs[at : at + 8]) for at in range(0, len(pairs), 8))


def _kept(folder: Path) -> TlsCertificate | None:
    """The certificate of the folder, when its key lies beside it."""
    try:
        return read_tls_certificate((folder / CERTIFICATE).read_bytes()) if (folder / KEY).exists() else None
    except (FileNotFoundError, CryptoError):
        return None
