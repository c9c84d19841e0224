"""People stand in their reader's packed digest: the same as in their files, and nobody sees more of anybody."""

import re
from dataclasses import replace

import pytest
from hrd_pages import Visitor
from hrd_world import World
from sqlalchemy import select

from benchmarks.counting import counting
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.cases import Case
from hrd_cases.domain.people import Name, Person
from hrd_cases.domain.vaults import PERSON_VAULT
from hrd_cases.services.casework import cases, people
from hrd_cases.services.keys.gate import every
from hrd_cases.services.records.across import across
from hrd_cases.services.records.people_cards import people_cards
from hrd_cases.services.sharing import sharing
from hrd_cases.services.team import member_removal
from hrd_cases.store import tables
from hrd_cases.store.pack_format import EMPTY, Pack
from hrd_cases.store.packs import opened_pack

ACTORS = ("anna", "lana", "luka", "external", "outsider", "caseworker", "lawyer", "coordinator", "admin", "auditor")
STAFF = ("anna", "lana", "luka", "external", "outsider", "caseworker", "lawyer", "coordinator")
NAME, PSEUDONYM = "Асылбек Примеров", "Witness of the strike"
PAGES = ("/p", "/c/new")


def plain(page: str) -> str:
    """A page without what is drawn for each sending of its forms."""
    return re.sub(r'value="[^"]{24,}"', "", page)


def pack_of(world: World, name: str) -> Pack:
    """What the packed digest of somebody says; nothing when its key is gone."""
    with world.reading(name) as ctx:
        row = ctx.work.packs.of(ctx.actor.user)
        if row is None:
            return EMPTY
        with world.runtime.blobs.packs.open(row.user_id) as file:
            return opened_pack(ctx.keys.keyring, ctx.runtime.org, row, file.read()) or EMPTY


def shown(world: World, name: str) -> dict[str, Person]:
    """The people whom somebody's lists name, by id."""
    with world.reading(name) as ctx:
        return {card.id: card.value for card in people_cards(ctx)}


def known(world: World) -> str:
    """Somebody of the strike, with a name that is found byte by byte."""
    with world.writing("lana") as ctx:
        return people.create(ctx, Person(pseudonym=PSEUDONYM, names=(Name(name=NAME),)), world.strike.case)


@pytest.mark.parametrize("name", ACTORS)
def test_packed_people_are_the_people_of_the_files(world: World, name: str) -> None:
    known(world)
    for _ in ("made", "opened"):
        with world.reading(name) as ctx:
            plain = ctx.work.records.root_cards(every(ctx, Act.SEE_DESK, PERSON_VAULT))
            assert people_cards(ctx) == sorted(plain, key=lambda card: card.id)


def test_people_who_did_not_change_are_not_opened_again(sqlite_world: World) -> None:
    world = sqlite_world
    shown(world, "anna")
    with world.reading("anna") as ctx, counting() as costs:
        assert len(people_cards(ctx)) > 3
    assert costs.envelopes <= 4  # the keyring, what was added to it, the key of the pack, and the pack


@pytest.mark.parametrize("name", STAFF)
def test_no_byte_of_a_name_is_in_the_pack_or_the_pages_of_who_may_not_see_it(sqlite_world: World, name: str) -> None:
    """Who holds the coded part sees pseudonyms; who is not on the case sees neither. The same out of the pack."""
    world = sqlite_world
    known(world)
    named, coded = name in ("anna", "lana", "luka"), name == "external"
    visitor = Visitor(world).enter(name)
    first = {path: visitor.get(path) for path in PAGES}
    for path, answer in first.items():
        again = visitor.get(path)
        assert again.status_code == answer.status_code
        assert plain(again.text) == plain(answer.text), "packed or not, the same page"
        assert named or NAME not in again.text, path
        assert named or coded or PSEUDONYM not in again.text, path
    documents = bytes(pack_of(world, name).documents)
    assert documents or name == "coordinator"
    assert (NAME.encode() in documents) == named
    assert (PSEUDONYM.encode() in documents) == (named or coded)


def test_what_a_colleague_writes_of_somebody_is_in_the_next_list(sqlite_world: World) -> None:
    world = sqlite_world
    person = known(world)
    assert shown(world, "anna")[person].names[0].name == NAME
    with world.writing("lana") as ctx:
        stored = people.read(ctx, person)
        people.save(ctx, person, replace(stored.value, pseudonym="Another"), stored.versions)
    assert shown(world, "anna")[person].pseudonym == "Another"
    with world.writing("lana") as ctx:
        added = people.create(ctx, Person(pseudonym="Begun just now"), world.strike.case)
    assert shown(world, "anna")[added].pseudonym == "Begun just now"


def test_who_is_taken_out_of_the_case_keeps_nobody_of_it(sqlite_world: World) -> None:
    world = sqlite_world
    person = known(world)
    assert person in shown(world, "luka")
    assert NAME.encode() in bytes(pack_of(world, "luka").documents)
    with world.writing("lana") as ctx:
        member_removal.change(ctx, world.strike.case, world.user("luka"), member_removal.OUT)
    assert pack_of(world, "luka") == EMPTY
    assert person not in shown(world, "luka")
    assert NAME.encode() not in bytes(pack_of(world, "luka").documents)
    assert person in shown(world, "lana"), "who stays reads on after the keys were renewed"


def test_who_keeps_the_coded_part_alone_reads_no_name_any_more(sqlite_world: World) -> None:
    world = sqlite_world
    person = known(world)
    shown(world, "luka")
    with world.writing("lana") as ctx:
        member_removal.change(ctx, world.strike.case, world.user("luka"), "coded")
    assert pack_of(world, "luka") == EMPTY
    seen = shown(world, "luka")[person]
    assert (seen.pseudonym, seen.names) == (PSEUDONYM, ())
    assert NAME.encode() not in bytes(pack_of(world, "luka").documents)


def test_somebody_of_another_case_is_seen_as_far_as_that_case_is_shared(world: World) -> None:
    """Coded in one case and named in another: names come with the second, and go with it."""
    person = known(world)
    assert shown(world, "external")[person].names == ()
    with world.writing("lana") as ctx:
        other = cases.create(ctx, Case(title="The second case"))
        people.link(ctx, person, other)
        sharing.share(ctx, other, world.user("external"), "no_source")
    assert shown(world, "external")[person].names[0].name == NAME
    with world.writing("lana") as ctx:
        member_removal.change(ctx, other, world.user("external"), member_removal.OUT)
    assert shown(world, "external")[person].names == ()


def test_somebody_whose_new_key_a_case_did_not_claim_yet_is_in_the_list(world: World) -> None:
    """Their keys were renewed by somebody who is not on that case."""
    person = known(world)
    with world.writing("lana") as ctx:
        other = cases.create(ctx, Case(title="The second case"))
        people.link(ctx, person, other)
        sharing.share(ctx, other, world.user("outsider"), "full")
    assert shown(world, "outsider")[person].names[0].name == NAME
    with world.writing("anna") as ctx:
        member_removal.change(ctx, world.strike.case, world.user("luka"), member_removal.OUT)
    with world.runtime.database.reading() as work:
        waiting = set(
            work.connection.scalars(select(tables.grants.c.vault_id).where(tables.grants.c.member != "recovery"))
        )
    assert person in waiting, "the wrap for the other case waits for somebody of it"
    for _ in ("claimed", "packed"):
        assert shown(world, "outsider")[person].names[0].name == NAME


def test_lists_of_cases_and_of_people_keep_each_others_part_of_the_pack(sqlite_world: World) -> None:
    world = sqlite_world
    known(world)
    with world.reading("anna") as ctx:
        across(ctx)
    shown(world, "anna")
    both = pack_of(world, "anna")
    assert {"case", "person"} <= both.spans.keys()
    with world.writing("anna") as ctx:
        for number in range(3):
            cases.create(ctx, Case(title=f"New {number}"))
    with world.reading("anna") as ctx:
        across(ctx)
    after = pack_of(world, "anna")
    assert after != both
    assert list(map(len, map(list, (after.of("person"), both.of("person"))))) == [len(shown(world, "anna"))] * 2
