"""Our few cookies: the session's, and some that tell nothing.

None lives longer than the browser, unless its owner asked that the browser be known again after a log-out.
"""

import base64
import binascii

from flask import Request, Response
from werkzeug.http import parse_cookie

SESSION, DOOR, OFFER, LANGUAGE, TURN, DEVICE = "s", "p", "a", "g", "n", "k"
_LOCAL = ("localhost", "127.0.0.1", "[::1]")


def guarded(request: Request) -> bool:
    """True where browsers accept Secure cookies: https, this machine, and onion services."""
    host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    return request.is_secure or host in _LOCAL or host.endswith((".localhost", ".onion"))


def name_of(request: Request, cookie: str) -> str:
    """The whole name of a cookie: with the prefix that ties it to this host, where that is possible."""
    return f"__Host-{cookie}" if guarded(request) else cookie


def give(request: Request, response: Response, cookie: str, value: str, *, days: int = 0) -> None:
    """Set a cookie until the browser closes, or for some days."""
    response.set_cookie(
        name_of(request, cookie),
        value,
        max_age=days * 86_400 or None,
        secure=guarded(request),
        httponly=True,
        samesite="Strict",
        path="/",
    )


def take(request: Request, response: Response, cookie: str) -> None:
    """Remove a cookie."""
    response.delete_cookie(
        name_of(request, cookie), secure=guarded(request), httponly=True, samesite="Strict", path="/"
    )


def read(request: Request, cookie: str) -> str:
    """What a cookie says, or nothing."""
    return request.cookies.get(name_of(request, cookie), "")


def named(header: str, cookie: str) -> list[str]:
    """What a header of cookies says for this one, with prefix or without."""
    form = parse_cookie(header)
    return [form[name] for name in (f"__Host-{cookie}", cookie) if name in form]


def spell(secret: bytes) -> str:
    """Bytes as a cookie holds them."""
    return base64.urlsafe_b64encode(secret).rstrip(b"=").decode("ascii")


def unspell(text: str, length: int = 32) -> bytes | None:
    """The bytes that a cookie spells, those of a session unless told otherwise; None for anything else."""
    if len(text) != -(-length * 4 // 3):
        return None
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if len(data) == length else None
