"""Pages that ask a security key: the address they stand at, what the key has to sign, what came back.

Only these pages run a script, the one of ours, and only they may ask a key for anything (web/kernel/headers.py).
"""

import ipaddress
from dataclasses import dataclass
from datetime import date

from flask import Response, g, request

from hrd_cases.domain.dates import day_of
from hrd_cases.domain.words import N_
from hrd_cases.services.signin import security_keys
from hrd_cases.services.signin.security_keys import ADD, ALGORITHMS, LOG_IN, Address, KeyResponse
from hrd_cases.web.kernel import cookies, headers
from hrd_cases.web.kernel.site import site

NUMBERS = N_("Security keys belong to a name, and this address is made of numbers. Open the same pages by a name.")
PLAIN = N_("Browsers let security keys work only at https addresses, and this one is not.")
_THIS_MACHINE = "localhost"


@dataclass(frozen=True, kw_only=True)
class Keyed:
    """What templates/macros/security_key.html hands to the script: the act, the field, and what the key is told."""

    act: str
    field: str
    challenge: str
    host: str
    algorithms: tuple[int, ...] = ()
    known: tuple[str, ...] = ()
    user_handle: str = ""


def address() -> Address:
    """Where the browser of this request stands, as it says itself."""
    host = request.host
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    return Address(host=name.lower(), origin=request.host_url.rstrip("/").lower())


def why_not() -> str:
    """Why security keys do not work at this address; empty where they do."""
    name = address().host
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        here = name == _THIS_MACHINE or name.endswith(f".{_THIS_MACHINE}")
        return "" if request.is_secure or here else PLAIN
    return NUMBERS


def offered() -> bool:
    """Whether somebody may use a security key at this address; the same whoever asks."""
    return bool(site().runtime.organisation.second_factor) and not why_not()


def asking(purpose: str, field: str) -> Keyed:
    """What the page gives to the script that asks a key."""
    challenge = security_keys.challenge(site().runtime, purpose, _whom(purpose), g.now)
    adding = purpose == ADD
    return Keyed(
        act="create" if adding else "get",
        field=field,
        challenge=cookies.spell(challenge),
        host=address().host,
        algorithms=tuple(map(int, ALGORITHMS)) if adding else (),
        known=tuple(cookies.spell(key.credential) for key in g.session.row.security_keys) if adding else (),
        user_handle=cookies.spell(security_keys.person(site().runtime, g.session)) if adding else "",
    )


def mine() -> tuple[tuple[str, str, date], ...]:
    """One's own security keys: name, address, the day each was added."""
    return tuple((key.name, key.host, day_of(key.day)) for key in g.session.row.security_keys)


def answered(purpose: str, answer: str) -> KeyResponse:
    """What came back from a key, with what it has to fit."""
    return KeyResponse(answer=answer, address=address(), purpose=purpose, whom=_whom(purpose))


def dressed(response: Response, purpose: str) -> Response:
    """Let this one page run our one script and ask a key."""
    headers.let_ask(response, "create" if purpose == ADD else "get")
    return response


def _whom(purpose: str) -> bytes:
    """The secret for which a challenge is made: before log-in that of the browser, then that of the session."""
    return str(g.door if purpose == LOG_IN else g.session.csrf(f"security key: {purpose}")).encode()
