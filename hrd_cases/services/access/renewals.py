"""What waits for new keys that the actor may make: their cases, and the directory, the trend desk and the log."""

from dataclasses import dataclass

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.roles import LAWYER
from hrd_cases.domain.errors import NotFound
from hrd_cases.domain.vaults import CASE_VAULT, CORE, PRIVILEGED
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys import key_rotation, reencryption
from hrd_cases.services.keys.gate import allow, may
from hrd_cases.services.keys.vault_access import peek
from hrd_cases.services.records.records import title

MOST = 12  # of one list; the rest is counted


@dataclass(frozen=True, kw_only=True)
class Renewals:
    """Cases as (id, title), how many more, and whether something of the organisation's own waits."""

    cases: tuple[tuple[str, str], ...]
    more: int
    offices: bool


def waiting(ctx: Context) -> Renewals:
    """Everything that waits for new keys of the actor's making."""
    allow(ctx, Act.SEE_DESK)
    lawyers = [certificate.fingerprint.hex() for certificate in ctx.trust.current() if LAWYER in certificate.roles]
    vaults = ctx.work.due.suspects(ctx.actor.fingerprint, base=CORE, day=ctx.day_reached, roles=[(PRIVILEGED, lawyers)])
    due = [case for case in vaults if _renewable(ctx, case, CASE_VAULT)]
    opened = (peek(ctx, case) for case in due[:MOST])
    cards = ctx.work.records.root_cards(
        [vault for vault in opened if vault is not None and may(ctx, Act.READ_CASE, vault)]
    )
    titles = {card.id: title(card) for card in cards}
    organisation = ctx.runtime.organisation
    directory = peek(ctx, organisation.directory)
    if directory is not None:  # everybody's, so everybody helps
        reencryption.go_on_after(ctx, directory)
    offices = may(ctx, Act.RENEW_OFFICES) and any(
        _renewable(ctx, vault, kind)
        for vault, kind in (
            (organisation.directory, "directory"),
            (organisation.trends, "trends"),
            (organisation.log, "log"),
        )
    )
    return Renewals(
        cases=tuple((case, titles.get(case, "")) for case in due[:MOST]), more=len(due[MOST:]), offices=offices
    )


def renew_offices(ctx: Context) -> None:
    """New keys for what is the organisation's own and waits for them; NotFound when nothing of the actor's does."""
    allow(ctx, Act.RENEW_OFFICES)
    if not key_rotation.renew_offices(ctx):
        raise NotFound


def _renewable(ctx: Context, vault: str, kind: str) -> bool:
    opened = peek(ctx, vault)
    return opened is not None and opened.kind == kind and bool(key_rotation.renewable(ctx, vault))
