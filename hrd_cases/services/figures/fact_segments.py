"""Folding: rows of facts become sealed segments, by the visit of whoever holds the key of the desk.

The page has opened the rows anyway; once it is shown, one short transaction looks whether all of them are still there
and puts the segments in their place. Who came second, or was killed, changed nothing.
"""

from functools import partial

from hrd_cases.domain import fact_segments
from hrd_cases.domain.fact_segments import FactSegment, Folding
from hrd_cases.domain.vaults import FACTS
from hrd_cases.services.figures.facts import Facts
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys import reencryption
from hrd_cases.services.keys.gate import peek
from hrd_cases.services.keys.vault_access import retrust
from hrd_cases.store.failpoints import reach
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.stored import new_record_id


def fold_after(ctx: Context, source: Facts) -> None:
    """Once the actor has been answered, fold some of what waits, and seal segments under the newest key.

    Nothing where anything is not as it was left.
    """
    vault = peek(ctx, ctx.runtime.organisation.trends)
    if source.altered or vault is None or not vault.may_write(FACTS):
        return
    reencryption.go_on_after(ctx, vault)
    folding = fact_segments.plan(source.waiting, source.segments)
    if folding is not None:
        ctx.after.append(partial(fold, folding=folding))


def fold(ctx: Context, folding: Folding) -> bool:
    """Put segments in the place of rows and of earlier segments; False when some of them are not there any more.

    Runs in a transaction that writes, and looks at everything anew: keys may have been renewed since the page was made.
    """
    retrust(ctx)
    vault = peek(ctx, ctx.runtime.organisation.trends)
    reach("fold.before_rows")
    if vault is None or not vault.may_write(FACTS):
        return False
    if not ctx.work.trends.take_folded(folding.rows, folding.replaced):
        return False
    for record in folding.replaced:
        ctx.work.records.remove(vault, record)
    reach("fold.after_segments_removed")
    for text in folding.texts:
        _add(ctx, vault, text)
        reach("fold.after_segment")
    ctx.note("write", "fold facts", vault=vault.id, rows=len(folding.rows))
    return True


def _add(ctx: Context, vault: OpenVault, text: str) -> None:
    position, record = ctx.work.log.head().size, new_record_id()
    ctx.work.records.add(vault, ctx.author, record, FactSegment(at=position, text=text), ctx.today)
    stored = ctx.work.records.read(vault, record)
    if stored is not None:
        ctx.work.trends.add_segment(record, stored.signatures[FACTS].document, position)
