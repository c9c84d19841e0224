"""After new keys: what was written before is sealed under them too, a little with every visit of somebody who may.

No key leaves the request that opened it, so there is no worker in the background: a killed one goes on at the next
visit. Once nothing rests under an earlier key, that key is forgotten wherever it was kept.
"""

from functools import partial

from hrd_cases.domain.ids import person_id
from hrd_cases.domain.vaults import KINDS
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys import key_rotation
from hrd_cases.services.keys.vault_access import peek, retrust
from hrd_cases.store.failpoints import reach
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.resealing import ResealingProgress

BATCH = 500  # rows of one visit: some tenths of a second on a busy small machine, in which nobody else writes


def progress(ctx: Context, vault: OpenVault) -> ResealingProgress | None:
    """How far it got, in what the actor can open of a vault; None when nothing waits."""
    if not _is_waiting(ctx, vault):
        return None
    return ctx.work.resealing.progress(vault.id, {name: max(epochs) for name, epochs in vault.keys.items() if epochs})


def go_on_after(ctx: Context, vault: OpenVault) -> None:
    """When something waits, a little more of it is done once the actor has been answered."""
    if _is_waiting(ctx, vault):
        ctx.after.append(partial(go_on, vault=vault.id))


def go_on(ctx: Context, vault: str, *, limit: int = BATCH) -> int:
    """Seal at most `limit` rows of a vault and of the people it opens under the newest keys; how many.

    Runs in a transaction that writes, and looks at everything anew: keys may have been renewed since the page was made.
    """
    retrust(ctx)
    reach("reseal.before_batch")
    people = {row.vault_id for row in ctx.work.keys.vault_keyring_rows([vault])} - {vault}
    done = 0
    for person in (*sorted(people), vault):  # a case's earlier keys may go when no key of a person rests under them
        if done >= limit:
            break
        if person != vault:
            key_rotation.renew_left_behind(ctx, person_id(person))
        done += _some(ctx, person, limit - done)
    if done:
        ctx.note("key", "re-encrypt records", record=vault, rows=done)
    return done


def _is_waiting(ctx: Context, vault: OpenVault) -> bool:
    return bool(ctx.work.resealing.earlier(vault.id).keys() & vault.keys.keys())


def _some(ctx: Context, vault: str, limit: int) -> int:
    epochs = ctx.work.resealing.earlier(vault)
    opened = peek(ctx, vault) if epochs else None
    done = 0
    for compartment, epoch in epochs.items():
        if done >= limit:
            break
        newest = opened.sealing_key(compartment) if opened is not None else None
        if opened is None or newest is None or newest[0] != epoch or not opened.may_write(compartment):
            continue
        done += ctx.work.records.reseal(opened, compartment, limit=limit - done)
        reach("reseal.after_records")
        if compartment == KINDS[opened.kind].base:
            done += ctx.work.access.reseal(opened, limit=limit - done)
            reach("reseal.after_access")
        if done < limit:
            _forget(ctx, opened, compartment, epoch)
    return done


def _forget(ctx: Context, vault: OpenVault, compartment: str, epoch: int) -> None:
    if ctx.work.resealing.rests(vault.id, vault.kind, compartment, epoch):
        return
    ctx.work.resealing.forget_earlier(vault.id, compartment, epoch)
    ctx.settle = True
    reach("reseal.after_forgetting")
