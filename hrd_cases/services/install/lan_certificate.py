"""The server's own certificate for `serve --lan`: kept in the instance folder, made anew when it no longer fits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from hrd_cases.crypto import lan
from hrd_cases.crypto.errors import CryptoError
from hrd_cases.store.safe_files import replace_file

CERTIFICATE, KEY = "lan-certificate.pem", "lan-key.pem"
RENEW_BEFORE = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Served:
    """Where certificate and key lie, the fingerprint in lines of groups; `new` when people must compare it again."""

    certificate: Path
    key: Path
    fingerprint: tuple[str, ...]
    new: bool


def certificate(folder: Path, hosts: Sequence[str], now: datetime) -> Served:
    """The certificate for these names and addresses: the one kept while it covers them all, or a new one."""
    lan_certificate = _kept(folder)
    fits = (
        lan_certificate is not None
        and set(hosts) <= lan_certificate.hosts
        and now < lan_certificate.until - RENEW_BEFORE
    )
    created = lan_certificate if lan_certificate is not None and fits else lan.make(hosts, now)
    if not fits:
        replace_file(folder / KEY, created.key)
        replace_file(folder / CERTIFICATE, created.certificate)
    return Served(
        certificate=folder / CERTIFICATE, key=folder / KEY, fingerprint=groups(created.fingerprint), new=not fits
    )


def groups(fingerprint: bytes) -> tuple[str, ...]:
    """Four lines of eight pairs, as browsers show them, so that two people can read them to each other."""
    pairs = [f"{byte:02X}" for byte in fingerprint]
    return tuple(":".join(pairs[at : at + 8]) for at in range(0, len(pairs), 8))


def _kept(folder: Path) -> lan.LanCertificate | None:
    try:
        return lan.read((folder / CERTIFICATE).read_bytes(), (folder / KEY).read_bytes())
    except (FileNotFoundError, CryptoError):
        return None
