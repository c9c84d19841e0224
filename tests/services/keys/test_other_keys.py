"""A key that no list of members fixes is told: to who holds it, to the case's people, to auditors, and by `check`."""

from collections.abc import Iterable

import pytest
from hrd_visits import Site
from hrd_world import World
from sqlalchemy import delete

from hrd_cases.crypto.core.keyrings import KeyringEntry
from hrd_cases.crypto.core.keys import CompartmentKey
from hrd_cases.domain.errors import KeysAltered
from hrd_cases.domain.vaults import CORE, IDENTITY
from hrd_cases.services.access import access_log, missing_keys
from hrd_cases.services.audit import audit_reader, key_alarms
from hrd_cases.services.audit.audit_reader import LogFilter
from hrd_cases.services.casework import cases, people
from hrd_cases.services.install import health
from hrd_cases.services.keys.gate import peek
from hrd_cases.services.keys.vault_access import sealed_row
from hrd_cases.store import tables
from hrd_cases.store.doubts import CASE_KEY, OTHER_KEY


def checked(world: World) -> list[str]:
    """What `hrd-cases check` says of keys that are held."""
    world.runtime.cells.clear()
    found = health.whole(world.runtime, world.now, lambda *_: None)
    return [finding.text for finding in found if finding.name == key_alarms.KEYS and not finding.right]


def audited(world: World) -> list[str]:
    """The same on the auditors' page."""
    with world.reading("auditor") as ctx:
        alarms = audit_reader.verify(ctx).alarms
    return [str(alarm.sentence) for alarm in alarms if alarm.kind == key_alarms.KEYS]


def doubts(world: World, name: str) -> list[tuple[str, str]]:
    """What the page of the case tells somebody."""
    with world.reading(name) as ctx:
        view = cases.overview(ctx, world.strike.case)
    return [(doubt.compartment, doubt.what) for doubt in view.doubts]


def keep(world: World, name: str, entries: Iterable[KeyringEntry]) -> None:
    """Somebody's keyring of the case is these keys and no others."""
    user = world.user(name)
    with world.writing(name) as ctx:
        assert ctx.ring is not None
        ctx.asked = True
        for table in (tables.keyrings, tables.keyring_deltas):
            ctx.work.connection.execute(delete(table).where(table.c.user_id == user))
        ctx.ring.add(ctx.work, entries)
    world.again(name)


def show_rival(world: World, name: str) -> None:
    """Somebody claims a key of the names of a case that a rival header fixed, which is gone again."""
    case = bytes.fromhex(world.strike.case)
    with world.reading(name) as ctx:
        cases.overview(ctx, world.strike.case)
    with world.reading(name) as ctx:
        assert ctx.ring is not None
        right = ctx.ring.held(world.strike.case, CORE)
    entries = [KeyringEntry(case, CORE, epoch, key) for epoch, key in right.items()]
    keep(world, name, [*entries, KeyringEntry(case, IDENTITY, 1, CompartmentKey.new())])


def test_a_key_that_no_header_fixes_is_told(sqlite_world: World) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    with world.reading("luka") as ctx:
        assert cases.overview(ctx, case).doubts == ()
    show_rival(world, "luka")
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


def test_check_and_the_auditors_page_name_who_holds_it_until_the_keys_are_sent_again(world: World) -> None:
    case, user = world.strike.case, world.user("luka")
    assert checked(world) == audited(world) == []
    show_rival(world, "luka")
    for _ in range(2):
        assert doubts(world, "luka") == [(IDENTITY, OTHER_KEY)]
        (said,) = checked(world)
        assert f"{user} holds a key of {case} ({IDENTITY})" in said
        assert "sends the keys again" in said
        (said,) = audited(world)
        assert "Luka Person holds a key" in said
    again = world.restarted()
    assert len(checked(again)) == 1, "whatever process asks"
    with world.writing("anna") as ctx:
        missing_keys.send_again(ctx, case, user)
    for _ in range(2):
        assert doubts(world, "luka") == [(IDENTITY, OTHER_KEY)], (
            "the right key takes its place, and it is told once more"
        )
    assert doubts(world, "luka") == []
    assert checked(world) == audited(world) == []
    show_rival(world, "luka")
    assert doubts(world, "luka") == [(IDENTITY, OTHER_KEY)]
    assert len(checked(world)) == 1, "told a second time after it had ended"


def test_the_auditors_page_says_it_in_words(sqlite_world: World) -> None:
    world, english = sqlite_world, {"Accept-Language": "en"}
    page = Site(world).visit(world.session("auditor"), "GET", "/l/v", headers=english).text
    assert "Nobody is known to hold a key" in page
    show_rival(world, "luka")
    doubts(world, "luka")
    page = Site(world).visit(world.session("auditor"), "GET", "/l/v", headers=english).text
    assert "Luka Person holds a key" in page
    assert "Nobody is known to hold a key" not in page


def test_what_follows_no_list_of_members_is_put_away_once_it_is_told(sqlite_world: World) -> None:
    """Nothing is lost by it: the reader holds every key that a header fixes."""
    world, case = sqlite_world, sqlite_world.strike.case
    assert doubts(world, "luka") == []
    with world.reading("luka") as ctx:
        assert ctx.ring is not None
        right = {name: ctx.ring.held(case, name) for name in (CORE, IDENTITY)}
    entries = [
        KeyringEntry(bytes.fromhex(case), name, epoch, key)
        for name, held in right.items()
        for epoch, key in held.items()
    ]
    keep(world, "luka", [*entries, KeyringEntry(bytes.fromhex(case), CORE, 7, CompartmentKey.new())])
    for _ in range(2):
        assert doubts(world, "luka") == [(CORE, OTHER_KEY)]
    assert doubts(world, "luka") == []
    assert checked(world) == []
    with world.reading("luka") as ctx:
        assert ctx.ring is not None
        assert ctx.ring.held(case, CORE).keys() == right[CORE].keys()


def plant_in_case(world: World, part: str = IDENTITY) -> str:
    """Luka seals a key of his own in the place of the key of a person of the case; which person."""
    case, person = world.strike.case, world.strike.person
    with world.writing("luka") as ctx:
        ctx.asked = True
        within = peek(ctx, case)
        assert within is not None
        newest = within.sealing_key(part)
        assert newest is not None
        under = KeyringEntry(bytes.fromhex(case), part, *newest)
        entry = KeyringEntry(bytes.fromhex(person), part, 1, CompartmentKey.new())
        ctx.work.keys.add_vault_keyring(sealed_row(ctx, under, entry))
    return person


def test_a_key_of_a_person_that_a_case_holds_is_told_and_linked_again(world: World) -> None:
    case, other = world.strike.case, world.granted["lead"].case
    with world.writing("anna") as ctx:
        people.link(ctx, world.strike.person, other)
    person = plant_in_case(world)

    def told(name: str) -> list[tuple[str, str]]:
        with world.reading(name) as ctx:
            return [(doubt.compartment, doubt.what) for doubt in people.view(ctx, person).person.doubts]

    assert told("anna") == [(IDENTITY, CASE_KEY)], "who opens the file through another case"
    page = Site(world).visit(world.session("anna"), "GET", f"/p/{person}", headers={"Accept-Language": "en"})
    assert "a case holds a key that is not the one" in page.text
    (said,) = checked(world)
    assert f"The case {case} holds a key of {person} ({IDENTITY})" in said
    assert audited(world) == [said]
    with world.writing("anna") as ctx:
        people.link(ctx, person, case)
    assert told("anna") == [(IDENTITY, CASE_KEY)], "told once more"
    assert told("anna") == told("luka") == []
    assert checked(world) == audited(world) == []


def test_who_opens_nothing_by_such_a_key_is_told_why(sqlite_world: World) -> None:
    world = sqlite_world
    person = plant_in_case(world, CORE)
    with pytest.raises(KeysAltered), world.reading("lana") as ctx:
        people.view(ctx, person)
    assert len(checked(world)) == 1, "told although nothing was shown"
    page = Site(world).visit(world.session("lana"), "GET", f"/p/{person}", headers={"Accept-Language": "en"})
    assert page.status_code == 422
    assert "is not the one of the list of members" in page.text
    for stranger in ("outsider", "coordinator"):
        assert Site(world).visit(world.session(stranger), "GET", f"/p/{person}").status_code == 404


def test_a_person_whose_key_a_case_lost_is_told(sqlite_world: World) -> None:
    world = sqlite_world
    with world.runtime.database.writing() as work:
        here = {"grantee_vault": world.strike.case, "vault_id": world.strike.person, "compartment": IDENTITY}
        assert work.connection.execute(delete(tables.vault_keyrings).filter_by(**here)).rowcount
    found = health.whole(world.runtime, world.now, lambda *_: None)
    said = [finding.text for finding in found if not finding.right and finding.name == "rows"]
    assert any(world.strike.person in text and "not opened by a case" in text for text in said)
