"""A log that this server did not write stops all work, and whoever asks for anything reads why."""

import pytest
from hrd_pages import Visitor
from hrd_world import World
from sqlalchemy import delete, select, update

from hrd_cases.crypto.core.merkle import Frontier
from hrd_cases.crypto.core.primitives import digest
from hrd_cases.services.install import health
from hrd_cases.services.kernel import checkpoints
from hrd_cases.store import tables
from hrd_cases.store.log import LogEntry, leaf


def plant(world: World, *, head: bool) -> None:
    """One more entry, by somebody who only writes the database: every hash in it is right."""
    with world.runtime.database.writing() as work:
        last = work.log.newest(1)[0]
        frontier = Frontier.decode(work.connection.scalar(select(tables.log_head.c.frontier)))
        item = LogEntry(day=last.day, klass="key", mark=digest(b"of my own making"), sealed=b"x")
        seq, own = last.seq + 1, leaf(last.seq + 1, item)
        row = {"seq": seq, "day": item.day, "klass": "key", "mark": item.mark, "entry_sealed": b"x", "leaf": own}
        row |= {"generation": last.generation, "s": work.log.statements + 1, "tag": bytes(32)}
        work.connection.execute(tables.log.insert().values(**row))
        if head:
            more = frontier.append(own)
            values = {"size": more.size, "frontier": more.encode(), "s": work.log.statements + 1}
            work.connection.execute(update(tables.log_head).values(**values))


@pytest.mark.parametrize("head", [True, False])
def test_an_entry_that_somebody_added_stops_work_on_every_page(world: World, *, head: bool) -> None:
    anna = Visitor(world).enter("anna")
    plant(world, head=head)
    for page in (anna.get("/d"), anna.get(f"/c/{world.strike.case}")):
        assert page.status_code == 503
        assert "Work has stopped: the audit log was changed" in page.text
        assert "restore the newest backup" in page.text
    findings = [finding for finding in health.whole(world.runtime, world.now, lambda *_: None) if not finding.right]
    assert "log" in {finding.name for finding in findings}


def test_a_log_put_back_to_an_older_state_stops_work_after_a_start_too(world: World) -> None:
    with world.runtime.database.reading() as work:
        before = dict(work.connection.execute(select(tables.log_head)).mappings().one())
    world.again("anna")
    checkpoints.keep_at_exit(world.runtime)
    with world.runtime.database.writing() as work:
        work.connection.execute(delete(tables.log).where(tables.log.c.seq > before["size"]))
        work.connection.execute(update(tables.log_head).values(**before))
    again = world.restarted()
    existing = again.people["luka"]
    page = Visitor(again).fill("/e", handle=existing.handle, passphrase=existing.passphrase)
    assert page.status_code == 503
    assert "entries that were there are gone" in page.text
