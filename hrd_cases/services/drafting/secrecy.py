"""Pre-trial secrecy: while it binds, a case gives no paper and no letter to anybody but a court."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.fields import Declared
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.redaction import Recipient
from hrd_cases.domain.secrecy import Secrecy, secrecy_blocks
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored, is_of

FORBIDDEN = N_(
    "Pre-trial secrecy forbids this: while it lasts, only papers and letters to a court can be made. If it was"
    " lifted, write in the legal action by whom and for what, from which day, and for which readers."
)


@dataclass(frozen=True, kw_only=True)
class SecretAction:
    """A legal action whose secrecy binds now."""

    record: RecordId
    title: str


class SecrecyForbids(RuleBroken):
    """Pre-trial secrecy forbids it; `actions` are the legal actions that say so."""

    def __init__(self, actions: tuple[SecretAction, ...], *, place: str = "") -> None:
        super().__init__(FORBIDDEN, place=place)
        self.actions = actions


def refuse(ctx: Context, case: OpenVault, recipients: Iterable[Recipient], *, place: str = "") -> None:
    """Raise SecrecyForbids when one of the recipients may not read anything of this case now."""
    actions = binding(ctx, case, recipients)
    if actions:
        raise SecrecyForbids(actions, place=place)


def binding(ctx: Context, case: OpenVault, recipients: Iterable[Recipient]) -> tuple[SecretAction, ...]:
    """The legal actions of a case whose secrecy forbids one of these recipients; none of them: nobody knows whom."""
    requests = tuple(recipients) or (Recipient.PUBLIC,)
    if set(requests) == {Recipient.COURT}:
        return ()
    today = ctx.judged_clock.reached

    def blocks(action: Stored[Declared]) -> bool:
        return any(secrecy_blocks(secrecy_of(action), recipient, today) for recipient in requests)

    return tuple(
        SecretAction(record=stored.id, title=stored.value.title if isinstance(stored.value, LegalAction) else "")
        for stored in _actions(ctx, case)
        if blocks(stored)
    )


def secrecy_of(stored: Stored[Declared]) -> Secrecy | None:
    """The secrecy of a legal action; what does not open is taken as secret."""
    action = stored.value
    if not isinstance(action, LegalAction) or stored.broken or stored.doubts:
        return Secrecy()
    if not action.secrecy_signed.strip() and action.secrecy_until is None:
        return None
    return Secrecy(
        until=action.secrecy_until,
        released=action.secrecy_released,
        released_on=action.secrecy_released_on,
        released_for=frozenset(action.secrecy_released_for),
    )


def _actions(ctx: Context, case: OpenVault) -> Iterator[Stored[Declared]]:
    for card in ctx.work.records.cards([case]):
        if is_of(card, LegalAction):
            stored = ctx.work.records.read(case, card.id)
            if stored is not None:
                yield stored
