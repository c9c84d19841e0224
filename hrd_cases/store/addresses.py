"""The address of a database: its file, and what of it may be kept or shown."""

from pathlib import Path

from sqlalchemy import make_url


def file_of(address: str) -> Path | None:
    """The file of a database on SQLite; None for a server's."""
    url = make_url(address)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def carries_password(address: str) -> bool:
    """True when a password stands in an address."""
    return bool(make_url(address).password)


def without_password(address: str) -> str:
    """An address that may be kept or shown."""
    return make_url(address).set(password=None).render_as_string()
