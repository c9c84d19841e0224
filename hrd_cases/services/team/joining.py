"""An invented person joins: every step of the pages one after the other. For the demo, the drill and the canary."""

from datetime import datetime

from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.signin import accounts
from hrd_cases.services.signin.accounts import Offer
from hrd_cases.services.team import administration


def joined(  # by whom, who, as what
    runtime: Runtime, by: Session, name: str, roles: frozenset[str], now: datetime, language: str = "ru"
) -> tuple[Offer, Session]:
    """Invite, activate and certify somebody who takes the passphrase offered and no second factor; their session."""
    with runtime.writing(by, now) as ctx:
        code = administration.invite(ctx, roles)
    token = accounts.begin_activation(runtime, code, now, language)
    offer = accounts.offer(runtime, token, now)
    if offer is None:
        raise accounts.SignInRefused
    waiting = accounts.finish_activation(runtime, token, offer.passphrase, "", now)
    with runtime.writing(by, now) as ctx:
        administration.certify(ctx, waiting.actor.user, name, roles)
    runtime.sessions.end(waiting.cookie)  # it was one of an account that waits
    return offer, accounts.sign_in(runtime, offer.handle, offer.passphrase, "", now)
