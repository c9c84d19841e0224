"""A call written on a locked page: sealed to who may read it, entered once by who comes first, signed by nobody."""

from datetime import timedelta

import pytest
from hrd_visits import Site
from hrd_world import World, vault_of
from sqlalchemy import delete, insert, select, update

from hrd_cases.crypto.core.duty import SignedDuty
from hrd_cases.crypto.core.primitives import random
from hrd_cases.domain.calls import Call
from hrd_cases.domain.dates import day_number, exactly
from hrd_cases.domain.duty import Duty
from hrd_cases.domain.errors import Forbidden, RuleBroken
from hrd_cases.services import desk
from hrd_cases.services.casework import calls
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.schedule import alarms, duty, locked_calls
from hrd_cases.services.sharing import duty_notice, sharing
from hrd_cases.services.travel import travel
from hrd_cases.store.duty_lines import DutyRow
from hrd_cases.store.tables import duty_lines, log, records
from hrd_cases.store.tables import locked_calls as rows

WHO = "Шахтёр, назвался Серым"


@pytest.fixture
def world(sqlite_world: World) -> World:
    """A world of this test's own; the round on PostgreSQL goes through these tests too."""
    return sqlite_world


def on(world: World, name: str, *, begins: int = 0, days: int = 7, by: str = "coordinator") -> None:
    first = world.now.date() + timedelta(days=begins)
    with world.writing(by) as ctx:
        duty.put_on(ctx, Duty(who=world.user(name), begins=first, ends=first + timedelta(days=days)))


def locked(world: World, name: str) -> Session:
    session = world.again(name)
    world.runtime.sessions.lock(session.cookie)
    result = world.runtime.sessions.find(session.cookie, world.now)
    assert result is not None
    assert result.locked
    return result


def write(world: World, session: Session, **more: object) -> None:
    value = Call(what="Увезли из дома", when=exactly(world.now.date()), who=WHO, reach="жена, после 20", **more)
    with world.runtime.writing(session, world.now) as ctx:
        locked_calls.add(ctx, value)


def waiting(world: World) -> dict[str, set[str]]:
    with world.runtime.database.reading() as work:
        result: dict[str, set[str]] = {}
        for row in work.connection.execute(select(rows)):
            result.setdefault(row.id, set()).add(row.recipient)
        return result


def theirs(world: World, name: str) -> list[str]:
    with world.reading(name) as ctx:
        return [card.id for card in calls.listing(ctx) if card.value.who == WHO]


def fingerprints(world: World, *names: str) -> set[str]:
    return {world.people[name].fingerprint for name in names}


def test_it_is_sealed_to_whose_page_it_is_and_in_danger_to_who_is_on_duty(world: World) -> None:
    on(world, "luka")
    on(world, "outsider", begins=3)
    session = locked(world, "anna")
    write(world, session)
    assert list(waiting(world).values()) == [fingerprints(world, "anna")]
    write(world, session, urgent=True)
    assert fingerprints(world, "anna", "luka") in waiting(world).values()
    with world.writing("coordinator") as ctx:
        duty.share_every_call(ctx, on=True)
    write(world, session)
    assert sorted(map(len, waiting(world).values())) == [1, 2, 2]


def test_who_is_on_duty_enters_it_and_whose_page_it_was_has_it_too(world: World) -> None:
    on(world, "luka")
    write(world, locked(world, "anna"), urgent=True)
    (call,) = theirs(world, "luka")
    assert waiting(world) == {}
    assert theirs(world, "anna") == [call], "entered once, for both"
    with world.reading("luka") as ctx:
        (danger,) = [danger for danger in desk.view(ctx).dangers if danger.call == call]
        assert danger.reach == "жена, после 20"
        assert danger.unsigned is not None
        assert (danger.unsigned.name, danger.unsigned.mine) == ("Anna Person", False)
    with world.reading("outsider") as ctx:
        assert not [card for card in calls.listing(ctx) if card.id == call]


def test_it_is_not_signed_until_whose_page_it_was_takes_it_over(world: World) -> None:
    on(world, "luka")
    write(world, locked(world, "anna"), urgent=True)
    (call,) = theirs(world, "luka")
    with world.writing("luka") as ctx, pytest.raises(RuleBroken, match="can take it over"):
        calls.take_over(ctx, call)
    with world.reading("anna") as ctx:
        unsigned = calls.view(ctx, call).unsigned
        assert unsigned is not None
        assert unsigned.mine
    with world.writing("anna") as ctx:
        calls.take_over(ctx, call)
    with world.reading("anna") as ctx:
        view = calls.view(ctx, call)
        assert view.unsigned is None
        assert set(view.stored.authors.values()) >= {world.user("anna")}


def test_saving_it_signs_it_only_for_whose_page_it_was(world: World) -> None:
    on(world, "luka")
    write(world, locked(world, "anna"), urgent=True)
    (call,) = theirs(world, "luka")
    for name, still in (("luka", True), ("anna", False)):
        with world.writing(name) as ctx:
            stored = calls.read(ctx, call)
            calls.save(ctx, call, stored.value, stored.versions)
        with world.reading(name) as ctx:
            assert (calls.view(ctx, call).unsigned is not None) == still


def test_what_only_the_program_sets_is_not_taken_from_it(world: World) -> None:
    write(world, locked(world, "anna"), state="closed", ending="advice", reached=({"what": "reached"},), origin="x")
    (call,) = theirs(world, "anna")
    with world.reading("anna") as ctx:
        value = calls.read(ctx, call).value
    assert (value.state, value.ending, value.reached, value.origin) == ("open", "", (), "")
    assert value.taken


def test_the_locked_session_reads_nothing_of_it(world: World) -> None:
    session = locked(world, "anna")
    write(world, session)
    with world.runtime.reading(session, world.now) as ctx, pytest.raises(Exception, match=r"^$"):
        list(calls.listing(ctx))
    assert waiting(world), "and its own visits enter nothing"


@pytest.mark.parametrize("name", ["auditor", "admin"])
def test_who_takes_no_calls_writes_none_down(world: World, name: str) -> None:
    with pytest.raises(Forbidden):
        write(world, locked(world, name))
    assert waiting(world) == {}


@pytest.mark.parametrize("how", ["no entry in the log", "another's sealing", "entered before"])
def test_a_row_that_was_planted_becomes_no_call(world: World, how: str) -> None:
    write(world, locked(world, "anna"))
    with world.runtime.database.writing() as work:
        (row,) = work.connection.execute(select(rows)).all()
    if how == "no entry in the log":
        with world.runtime.database.writing() as work:
            work.connection.execute(update(rows).values(id=random(16).hex()))
    elif how == "another's sealing":
        with world.runtime.database.writing() as work:
            public = world.session("anna").bundle.user_keys.kem_public  # type: ignore[union-attr]
            work.connection.execute(delete(rows))
            body = b'{"parts": {}}'
            work.locked_calls.add(call=row.id, recipient=row.recipient, public=public, day=row.day, body=body)
    else:
        assert len(theirs(world, "anna")) == 1
        with world.runtime.database.writing() as work:
            work.connection.execute(insert(rows).values(**row._mapping))
    before = how == "entered before"
    assert len(theirs(world, "anna")) == before


def test_one_that_was_taken_out_of_the_database_is_missed(world: World) -> None:
    write(world, locked(world, "anna"))
    with world.runtime.database.writing() as work:
        work.connection.execute(delete(rows))
    with world.reading("coordinator") as ctx:
        assert locked_calls.missing(ctx) == 1
        assert alarms.calls(ctx) == 1
    with world.reading("anna") as ctx:
        assert alarms.calls(ctx) == 0, "told to who looks after the organisation"


def test_one_that_one_of_its_readers_no_longer_gets_is_missed(world: World) -> None:
    on(world, "luka")
    write(world, locked(world, "anna"), urgent=True)
    with world.reading("coordinator") as ctx:
        assert alarms.calls(ctx) == 0
    with world.runtime.database.writing() as work:
        assert work.connection.execute(delete(rows).filter_by(recipient=world.people["luka"].fingerprint)).rowcount == 1
    with world.reading("coordinator") as ctx:
        assert alarms.calls(ctx) == 1
    page = Site(world).visit(world.session("coordinator"), "GET", "/d", headers={"Accept-Language": "en"})
    assert "before everybody it was for read it" in page.text
    assert len(theirs(world, "anna")) == 1
    with world.reading("coordinator") as ctx:
        assert alarms.calls(ctx) == 0, "entered by the other reader"


def test_entered_it_is_missed_no_more(world: World) -> None:
    write(world, locked(world, "anna"))
    assert len(theirs(world, "anna")) == 1
    with world.reading("coordinator") as ctx:
        assert locked_calls.missing(ctx) == 0


def test_too_long_too_many_and_too_often_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    session = locked(world, "anna")
    with pytest.raises(RuleBroken, match="too long") as broken:
        write(world, session, advice="я" * 60_000)
    assert broken.value.place == "what"
    for _ in range(locked_calls.MOST_WAITING):
        write(world, session)
    with pytest.raises(RuleBroken, match="Too many"):
        write(world, session)
    assert len(theirs(world, "anna")) == locked_calls.MOST_WAITING
    monkeypatch.setattr(locked_calls, "MOST_A_DAY", locked_calls.MOST_WAITING + 1)
    write(world, session)
    with pytest.raises(RuleBroken, match="Too many"):
        write(world, session)


def test_only_a_signed_line_of_somebody_who_works_on_cases_counts(world: World) -> None:
    on(world, "luka")
    with world.reading("anna") as ctx:
        assert [row.id for row in duty_notice.today(ctx)] == [world.user("luka")]
        real = ctx.work.duty_lines.all()[0]
    for signer, user in (("anna", "outsider"), ("admin", "outsider"), ("anna", "auditor")):
        assert _planted(world, real, signer, user) == []
    with world.runtime.database.writing() as work:
        work.connection.execute(delete(duty_lines))
        work.duty_lines.add(DutyRow(id=random(16).hex(), body=real.body, signature=real.signature))
    with world.reading("anna") as ctx:
        assert duty_notice.today(ctx) == (), "the line of another record"


def _planted(world: World, real: DutyRow, signer: str, user: str) -> list[str]:
    """Who is on duty when a line is planted: changed under the old signature, or signed by who may not."""
    line = SignedDuty.decode(real.body)
    keys = world.session(signer).bundle.user_keys  # type: ignore[union-attr]
    forged = SignedDuty(
        org=line.org,
        record=line.record,
        user=bytes.fromhex(world.user(user)),
        begins=line.begins,
        ends=line.ends,
        signer=line.signer if signer == "anna" and user == "outsider" else keys.fingerprint,
    )
    signature = real.signature if forged.signer == line.signer else forged.sign(keys.sign_seed)
    with world.runtime.database.writing() as work:
        work.duty_lines.remove(real.id)
        work.duty_lines.add(DutyRow(id=real.id, body=forged.encode(), signature=signature))
    with world.reading("anna") as ctx:
        return [row.id for row in duty_notice.today(ctx)]


def test_off_duty_over_or_travelling_nothing_is_sealed_to_them(world: World) -> None:
    on(world, "luka")
    with world.writing("coordinator") as ctx:
        (line,) = duty.view(ctx).lines
        duty.take_off(ctx, line.record)
    write(world, locked(world, "anna"), urgent=True)
    assert list(waiting(world).values()) == [fingerprints(world, "anna")]
    on(world, "lana")
    world.again("anna")
    with world.writing("anna") as ctx:
        sharing.share(ctx, world.strike.case, world.user("luka"), "lead")
    with world.writing("lana") as ctx:
        assert duty_notice.today(ctx)
        travel.give_up(ctx, world.user("luka"), [world.strike.case])
    with world.reading("luka") as ctx:
        assert duty_notice.today(ctx) == ()


def test_lines_that_are_over_are_swept(world: World) -> None:
    on(world, "luka", days=1)
    world.now = world.day_is_sure(world.now + timedelta(days=5))
    for name in ("coordinator", "anna"):
        world.again(name)
    on(world, "anna")
    with world.reading("anna") as ctx:
        days = [SignedDuty.decode(row.body).begins for row in ctx.work.duty_lines.all()]
    assert days == [day_number(world.now.date())]


def test_the_number_is_shown_only_when_it_was_set(world: World) -> None:
    session = locked(world, "anna")
    with world.runtime.reading(session, world.now) as ctx:
        assert locked_calls.start(ctx).number == ""
    with world.writing("coordinator") as ctx:
        with pytest.raises(RuleBroken, match="no digit"):
            duty.set_number(ctx, "спросить Бекзата")
        duty.set_number(ctx, "+7 700 000 00 00")
    with world.runtime.reading(session, world.now) as ctx:
        ring = locked_calls.start(ctx)
    assert (ring.number, ring.dial, ring.on_duty) == ("+7 700 000 00 00", "+77000000000", 0)


def test_the_person_writing_is_no_author_at_rest(world: World) -> None:
    """The entry is signed by who entered it; the log tells that the server wrote the call down for a locked session."""
    before = _size(world)
    write(world, locked(world, "anna"))
    assert _size(world) > before
    with world.runtime.database.reading() as work:
        assert work.connection.scalar(select(records.c.id).where(records.c.id.in_(waiting(world)))) is None
    (call,) = theirs(world, "anna")
    assert vault_of(world, call)


def _size(world: World) -> int:
    with world.runtime.database.reading() as work:
        return len(work.connection.execute(select(log.c.seq)).all())
