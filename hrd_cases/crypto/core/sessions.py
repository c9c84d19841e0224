"""What a session cookie opens, and the tokens that forms carry."""

import base64
import binascii
from dataclasses import dataclass

from hrd_cases.crypto.core.encoding import pae, read_number, u32, unpae_exactly
from hrd_cases.crypto.core.errors import NotOpened, UnknownFormat
from hrd_cases.crypto.core.keys import new_secret
from hrd_cases.crypto.core.primitives import HASH_LENGTH, KEY_LENGTH, digest, equal, hkdf, mac, random
from hrd_cases.crypto.core.secrets import Secret

COOKIE_LENGTH = 32


def new_cookie() -> bytes:
    """Return 32 random bytes for a session cookie."""
    return random(COOKIE_LENGTH)


def new_boot_key() -> Secret:
    """Return the key that lives in the server's memory only and dies with it."""
    return new_secret()


def row_key(cookie: bytes) -> bytes:
    """Return the 32 bytes under which the session is stored; the cookie does not follow from them."""
    return digest(pae(b"sid", cookie))


def session_key(cookie: bytes, boot_key: Secret) -> Secret:
    """Return the key that needs both the cookie and the running server."""
    return hkdf(Secret(cookie), boot_key.reveal(), b"hrd/v1/session", KEY_LENGTH)


def csrf_token(key: Secret, form: str) -> str:
    """Return the token that a form of this session carries."""
    return _text(mac(key, pae(b"hrd/v1/csrf", form.encode())))


def check_csrf(key: Secret, form: str, token: str) -> bool:
    """Tell whether the token belongs to this session and form."""
    return equal(csrf_token(key, form).encode(), token.encode("utf-8", "replace"))


@dataclass(frozen=True, kw_only=True)
class DraftKey:
    """Who filled in which form for which row on which day, as said by the form itself after its session ended."""

    user: bytes
    form: str
    row: bytes
    day: int


def keep_token(keep: DraftKey, instance_key: Secret) -> str:
    """Return the token by which a form posted too late can still be kept for its author."""
    statement = pae(b"hrd/v1/keep", keep.user, keep.form.encode(), keep.row, u32(keep.day))
    return _text(statement + mac(instance_key, statement))


def read_keep(token: str, instance_key: Secret) -> DraftKey:
    """Return what the token says; NotOpened when this instance did not make it."""
    try:
        both = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise UnknownFormat from None
    statement, tag = both[:-HASH_LENGTH], both[-HASH_LENGTH:]
    if not equal(mac(instance_key, statement), tag) or _text(both) != token:
        raise NotOpened
    label, user, form, row, day = unpae_exactly(statement, 5)
    if label != b"hrd/v1/keep":
        raise UnknownFormat
    return DraftKey(user=user, form=form.decode(), row=row, day=read_number(day, 4))


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
