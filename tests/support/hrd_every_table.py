"""Work that leaves a row in every table: what waits, what was typed and not saved, who is away, and what is kept."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hrd_backups import keep_photo
from hrd_replaced import new_keys, replaced
from hrd_world import EXPIRED, FULL, World

from hrd_cases.crypto.core.certificates import FactorLeave
from hrd_cases.domain.calls import Call
from hrd_cases.domain.consents import Consent
from hrd_cases.domain.dates import exactly, parse
from hrd_cases.domain.duty import Duty
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.notes import Task
from hrd_cases.domain.sheets.model import SheetRow, TableSheet
from hrd_cases.services.casework import cases, saved_searches
from hrd_cases.services.figures import trends
from hrd_cases.services.imports import lists
from hrd_cases.services.records import records
from hrd_cases.services.records.across import across
from hrd_cases.services.schedule import duty, locked_calls
from hrd_cases.services.signin import saved_drafts
from hrd_cases.services.signin.accounts import SignInRefused, sign_in
from hrd_cases.services.travel import travel
from hrd_cases.store.replacements import FactorLeaveRow


def fill(world: World) -> None:
    """Leave a row in each table that everyday work leaves empty."""
    keep_photo(world)
    _keys_and_cases(world)
    _unsaved(world)
    _on_duty(world)
    _away(world)


def _keys_and_cases(world: World) -> None:
    """New keys that count and new keys that wait, cases renewed without whom they named, an answer that waits."""
    said = Consent(person=world.granted[FULL].person, said="answers", said_on=world.now.date(), form="signed")
    with world.writing("anna") as ctx:
        records.create(ctx, world.granted[FULL].case, replace(said, court="yes"))
    replaced(world, "coordinator")
    for state in ("coded", EXPIRED):
        with world.writing("anna") as ctx:
            cases.renew_keys(ctx, world.granted[state].case)
    new_keys(world, "admin", by="founder")
    with world.writing("anna") as ctx:
        ctx.work.missing_keys.put(world.strike.case, world.people["outsider"].fingerprint, ["core"])
    with world.reading("founder") as ctx:
        trends.ask(ctx, trends.TrendQuestion(since="2001-01", until="2001-12"))
    with world.writing("anna") as ctx:
        later = Incident(title="Later", when=parse("2001-02"), region="KZ-35", kinds=("arrest",))
        records.create(ctx, world.strike.case, later)


def _unsaved(world: World) -> None:
    """A form that was not saved, one that was, a list on its way in, a search, a packed list, a failed log-in."""
    origin = saved_drafts.DraftOrigin(user=world.user("anna"), form="/c/new", page="/c/new", row="ab" * 16)
    assert saved_drafts.keep(world.runtime, origin, (("title", "half a case"),), world.now)
    with world.writing("anna") as ctx:
        saved_drafts.use_up(ctx, origin, (("title", "a case"),), "/desk")
        lists.begin(
            ctx, lists.ImportState(kind="person"), [TableSheet(name="", rows=[SheetRow(number=1, cells=["name"])])]
        )
        saved_searches.keep(ctx, saved_searches.SavedSearch(name="The mine", text="mine"))
    with world.reading("anna") as ctx:
        across(ctx).cards((Task,))
    with pytest.raises(SignInRefused):
        sign_in(world.runtime, world.people["anna"].handle, "not the passphrase", "", world.now)


def _on_duty(world: World) -> None:
    """Somebody is on duty, and a call in danger from a locked page waits for them."""
    today = world.now.date()
    with world.writing("founder") as ctx:
        duty.put_on(ctx, Duty(who=world.user("caseworker"), begins=today, ends=today + timedelta(days=7)))
    session = world.again("outsider")
    world.runtime.sessions.lock(session.cookie)
    locked = world.runtime.sessions.find(session.cookie, world.now)
    assert locked is not None
    with world.runtime.writing(locked, world.now) as ctx:
        value = Call(what="They took him", when=exactly(today), who="A miner", reach="his wife", urgent=True)
        locked_calls.add(ctx, value)


def _away(world: World) -> None:
    """Somebody gave one case up for a journey, and an administrator let somebody enrol a new second factor."""
    with world.writing("external") as ctx:
        travel.give_up(ctx, world.user("anna"), [world.strike.case])
    with world.writing("founder") as ctx:
        leave = FactorLeave(
            org=world.runtime.org,
            user=bytes.fromhex(world.user("anna")),
            fingerprint=bytes.fromhex(world.people["anna"].fingerprint),
            last_day=ctx.day_number + 3,
            issuer=ctx.keys.fingerprint,
        )
        signed = leave.signed(ctx.keys.sign_seed)
        expires = world.now.date() + timedelta(days=3)
        row = FactorLeaveRow(
            user_id=world.user("anna"), expires=expires, asked=signed.statement, asked_signature=signed.signature
        )
        ctx.work.replacements.put_leave(row)
