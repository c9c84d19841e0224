"""Somebody who holds a key that the list of members does not fix is told, and so are auditors and the case's people."""

from hrd_visits import Site
from hrd_world import World
from sqlalchemy import delete

from hrd_cases.crypto.core.keyrings import KeyringEntry
from hrd_cases.crypto.core.keys import CompartmentKey
from hrd_cases.domain.vaults import CORE, IDENTITY
from hrd_cases.services.access import access_log
from hrd_cases.services.audit import audit_reader
from hrd_cases.services.audit.audit_reader import LogFilter
from hrd_cases.services.casework import cases
from hrd_cases.store import tables
from hrd_cases.store.doubts import OTHER_KEY


def show_rival(world: World, name: str) -> None:
    """Somebody claims a key of the names of a case that a rival header fixed, which is gone again."""
    user, case = world.user(name), bytes.fromhex(world.strike.case)
    with world.writing(name) as ctx:
        assert ctx.ring is not None
        ctx.asked = True
        right = ctx.ring.held(world.strike.case, CORE)
        entries = [KeyringEntry(case, CORE, epoch, key) for epoch, key in right.items()]
        for table in (tables.keyrings, tables.keyring_deltas):
            ctx.work.connection.execute(delete(table).where(table.c.user_id == user))
        ctx.ring.add(ctx.work, [*entries, KeyringEntry(case, IDENTITY, 1, CompartmentKey.new())])


def test_a_key_that_no_header_fixes_is_told(sqlite_world: World) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    with world.reading("luka") as ctx:
        assert cases.overview(ctx, case).doubts == ()
    show_rival(world, "luka")
    world.again("luka")
    with world.reading("luka") as ctx:
        view = cases.overview(ctx, case)
    assert [(doubt.compartment, doubt.what) for doubt in view.doubts] == [(IDENTITY, OTHER_KEY)]
    assert not view.may_accept
    page = Site(world).visit(world.session("luka"), "GET", f"/c/{case}", headers={"Accept-Language": "en"})
    assert "not the one of the list of members" in page.text
    with world.reading("auditor") as ctx:
        lines = audit_reader.entries(ctx, LogFilter(klass="refused", user=world.user("luka"))).items
    assert any(dict(line.more).get("found") == f"{IDENTITY}: {OTHER_KEY}" for line in lines)
    with world.reading("anna") as ctx:
        opened = access_log.who_opened(ctx, case).page.items
    acts = {(day.user, item.act) for day in opened for item in day.openings}
    assert (world.user("luka"), "changed outside the program") in acts
    with world.reading("anna") as ctx:
        assert cases.overview(ctx, case).doubts == (), "it is luka's key, not the case, that is wrong"
