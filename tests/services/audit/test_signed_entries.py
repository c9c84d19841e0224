"""Nobody puts an entry in a colleague's name: what an entry says of somebody is signed by them, or the server's word.

Whoever does these things here is worse than anybody the log must hold against: they write the database, hold the
instance folder with the key of the log, and seal what they like to auditors and to the people of a case.
"""

import json
from dataclasses import replace

import pytest
from hrd_filled import filled
from hrd_pages import Visitor
from hrd_world import World
from sqlalchemy import delete

from hrd_cases.crypto.core.authorship import EntryBody, SaidBy, entry_body
from hrd_cases.crypto.core.envelope import TO_PUBLIC_KEY, UNDER_KEY
from hrd_cases.crypto.core.primitives import random
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.domain.errors import Deleted, NotFound
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.vaults import CORE
from hrd_cases.services.access import access_log
from hrd_cases.services.audit import audit_reader
from hrd_cases.services.audit.audit_reader import LogFilter, LogLine
from hrd_cases.services.casework import cases
from hrd_cases.services.kernel.audit_messages import DELETED
from hrd_cases.services.keys.audit_writer import deletion_row, log_vault
from hrd_cases.services.keys.vault_membership import roster_if_verified
from hrd_cases.services.records import records
from hrd_cases.services.team import administration
from hrd_cases.store.log import LogEntry, LogKeyRow
from hrd_cases.store.log_sealing import seal_entry, seal_key
from hrd_cases.store.tables import access_rows

KEY_ID, KEY = b"k" * 16, Secret(b"l" * 32)


def told(world: World, name: str, vault: str, act: str = "read a case") -> bytes:
    """Details as this server writes them, of an act that never was."""
    text = {"user": world.user(name), "act": act, "vault": vault, "at": "2026-11-21T23:10Z"}
    return json.dumps(text, sort_keys=True).encode()


def signed(world: World, by: str, details: bytes, counter: int = 1) -> EntryBody:
    """The same signed with somebody's own keys."""
    bundle = world.session(by).bundle
    assert bundle is not None
    return entry_body(details, org=world.runtime.org, key=KEY_ID, counter=counter, by=bundle.user_keys)


def unsigned(world: World, details: bytes, counter: int = 1) -> EntryBody:
    return entry_body(details, org=world.runtime.org, key=KEY_ID, counter=counter, by=None)


def enter(world: World, *bodies: EntryBody) -> list[int]:
    """Put entries into the log as the server would."""
    with world.reading("auditor") as ctx:
        roster = roster_if_verified(ctx, world.runtime.organisation.log)
        at = log_vault(ctx)
    assert roster is not None
    header = roster.chains["details"].newest
    with world.runtime.database.writing() as work:
        sealed = seal_key(KEY, KEY_ID, at=at, public=header.public, epoch=header.epoch)
        work.log.add_key(LogKeyRow(id=KEY_ID.hex(), day=world.now.date(), epoch=header.epoch, key_sealed=sealed))
        entries = [
            LogEntry(day=world.now.date(), klass="read", sealed=seal_entry(body, at=at, key=KEY)) for body in bodies
        ]
        first, _ = work.log.append(entries)
    return list(range(first, first + len(bodies)))


def show_case(world: World, case: str, *bodies: EntryBody, row: str = "") -> None:
    """Put rows of who opened a case beside the others, under this id or a random one."""
    with world.reading("anna") as ctx:
        roster = roster_if_verified(ctx, case)
    assert roster is not None
    header = roster.chains[CORE].newest
    with world.runtime.database.writing() as work:
        for body in bodies:
            if row:
                work.connection.execute(delete(access_rows).where(access_rows.c.id == row))
            work.access.add(
                vault_id=case,
                compartment=CORE,
                public=header.public,
                epoch=header.epoch,
                row_id=row or random(16).hex(),
                body=body,
            )


def resting(world: World, case: str) -> dict[str, bytes]:
    """The rows of who opened a case as they rest, by their ids."""
    with world.runtime.database.reading() as work:
        rows = work.connection.execute(access_rows.select().filter_by(vault_id=case)).all()
    return {row.id: row.row_sealed for row in rows}


def test_who_holds_the_key_of_a_case_seals_their_line_under_it_and_who_does_not_to_its_public_half(
    sqlite_world: World,
) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    kept = resting(world, case)
    with world.writing("anna") as ctx:
        records.create(ctx, case, filled("note"))
    own = resting(world, case).items() - kept.items()
    with pytest.raises(NotFound), world.reading("outsider") as ctx:
        cases.overview(ctx, case)
    ((_, other),) = resting(world, case).items() - own - kept.items()
    assert ({sealed[0] for _, sealed in own}, other[0]) == ({UNDER_KEY}, TO_PUBLIC_KEY)
    assert max(len(sealed) for _, sealed in own) < len(other) / 2, "a case that is worked on all day stays small"
    assert openings(world, case).unread == 0


def lines(world: World, seqs: list[int]) -> list[LogLine]:
    with world.reading("auditor") as ctx:
        found = {line.seq: line for line in audit_reader.entries(ctx, LogFilter()).items}
    return [found[seq] for seq in seqs]


def openings(world: World, case: str) -> access_log.Openings:
    with world.reading("anna") as ctx:
        return access_log.who_opened(ctx, case)


def told_lines(found: access_log.Openings) -> list[tuple[SaidBy, access_log.Opening]]:
    """Every act that is told, and whose word it is."""
    return [(day.by, opening) for day in found.page.items for opening in day.openings]


def test_what_a_person_did_is_signed_by_them_and_shown_in_their_name(world: World) -> None:
    with world.reading("lana") as ctx:
        cases.overview(ctx, world.strike.case)
    with world.reading("auditor") as ctx:
        line = next(line for line in audit_reader.entries(ctx, LogFilter()).items if line.act == "read a case")
        verdict = audit_reader.verify(ctx)
    assert (line.user, line.by) == (world.user("lana"), SaidBy.PERSON)
    assert (verdict.unopened_total, verdict.made_up) == (0, ())
    opened = openings(world, world.strike.case)
    assert {item.by for item in opened.page.items if item.user == world.user("lana")} == {SaidBy.PERSON}
    assert opened.made_up == 0


def test_an_entry_in_a_colleagues_name_is_the_servers_word_or_nobodys(sqlite_world: World) -> None:
    world = sqlite_world
    of_anna = told(world, "anna", world.strike.case)
    seqs = enter(world, unsigned(world, of_anna, 1), signed(world, "luka", of_anna, 2))
    assert [line.by for line in lines(world, seqs)] == [SaidBy.SERVER, SaidBy.NOBODY]
    with world.reading("auditor") as ctx:
        verdict = audit_reader.verify(ctx)
    assert (verdict.altered, verdict.made_up) == (None, (seqs[1],))


def test_what_somebody_signed_does_not_count_twice_nor_with_other_details(sqlite_world: World) -> None:
    world = sqlite_world
    own = signed(world, "anna", told(world, "anna", world.strike.case))
    other = replace(own, details=told(world, "anna", world.own.case))
    moved = replace(own, counter=7)
    first, second, third, fourth = enter(world, own, own, other, moved)
    with world.reading("auditor") as ctx:
        verdict = audit_reader.verify(ctx)
    assert verdict.made_up == (second, third, fourth)
    assert lines(world, [first])[0].by is SaidBy.PERSON


def test_who_was_disabled_signs_no_entry_afterwards(sqlite_world: World) -> None:
    world = sqlite_world
    late = signed(world, "luka", told(world, "luka", world.strike.case), 2)
    (before,) = enter(world, signed(world, "luka", told(world, "luka", world.strike.case), 1))
    with world.writing("founder") as ctx:
        ctx.asked = True
        administration.disable(ctx, world.user("luka"), lose=True)
    (after,) = enter(world, late)
    assert [line.by for line in lines(world, [before, after])] == [SaidBy.PERSON, SaidBy.NOBODY]


def test_the_people_of_a_case_are_not_told_that_a_colleague_opened_it_who_did_not(sqlite_world: World) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    count = len(told_lines(openings(world, case)))
    of_outsider = told(world, "outsider", case, "export a case")
    elsewhere = signed(world, "outsider", told(world, "outsider", world.own.case, "export a case"), 3)
    show_case(world, case, unsigned(world, of_outsider), signed(world, "luka", of_outsider, 2), elsewhere)
    found = openings(world, case)
    assert len(told_lines(found)) >= count + 3
    by = [by for by, item in told_lines(found) if item.act == "export a case"]
    assert sorted(by, key=lambda item: item.value) == [SaidBy.NOBODY, SaidBy.NOBODY, SaidBy.SERVER]
    assert found.made_up == 2


def test_a_row_of_a_case_that_is_copied_is_said(sqlite_world: World) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    own = signed(world, "luka", told(world, "luka", case, "export a case"))
    show_case(world, case, own, own)
    assert openings(world, case).made_up == 1


def test_the_pages_say_whose_word_it_is(sqlite_world: World) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    of_outsider = told(world, "outsider", case, "export a case")
    enter(world, unsigned(world, of_outsider, 1), signed(world, "luka", of_outsider, 2))
    show_case(world, case, unsigned(world, of_outsider), signed(world, "luka", of_outsider, 2))
    auditor = Visitor(world).enter("auditor")
    page = auditor.get("/l").text
    assert "said by the server" in page
    assert "made up" in page
    assert "1 entry was made up" in auditor.get("/l/v").text
    seen = Visitor(world).enter("anna").get(f"/c/{case}/opened").text
    assert "said by the server" in seen
    assert "1 line was made up" in seen


def test_nobody_is_named_for_a_deletion_that_they_did_not_sign(sqlite_world: World) -> None:
    world, case, gone = sqlite_world, sqlite_world.strike.case, "ab" * 16
    text = {"user": world.user("lana"), "act": DELETED, "vault": case, "record": gone, "asked_by": world.user("anna")}
    details = json.dumps(text, sort_keys=True).encode()

    def refusal() -> type[Exception]:
        with pytest.raises(NotFound) as raised, world.reading("anna") as ctx:
            records.read(ctx, case, gone, Incident)
        return raised.type

    row = deletion_row(case, gone)
    for body in (unsigned(world, details), signed(world, "luka", details, 2)):
        show_case(world, case, body, row=row)
        assert refusal() is NotFound
    show_case(world, case, signed(world, "lana", details, 3), row=row)
    assert refusal() is Deleted
