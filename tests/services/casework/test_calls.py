"""A call reaches its case: found by its own id, carried over, taken back, red until somebody is reached."""

from dataclasses import replace

import pytest
from hrd_world import World, vault_of

from hrd_cases.domain.calls import ATTACHED, CLOSED, OPEN, Call
from hrd_cases.domain.carrying import Carried, proposed
from hrd_cases.domain.dates import exactly
from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.people import Channel
from hrd_cases.domain.vaults import CORE, IDENTITY, SOURCE
from hrd_cases.services import desk
from hrd_cases.services.casework import call_to_case, calls, cases, people, search
from hrd_cases.services.deletion import holds
from hrd_cases.services.figures import trends
from hrd_cases.services.records import records
from hrd_cases.services.sharing import sharing
from hrd_cases.services.team import member_removal

REACH = "WhatsApp через жену, после 20:00; в Telegram не писать"


@pytest.fixture
def world(sqlite_world: World) -> World:
    """A world of this test's own; the round on PostgreSQL goes through these tests too."""
    return sqlite_world


def said(world: World, who: str, **more: object) -> Call:
    return Call(what="Двоих уволили за подпись", when=exactly(world.now.date()), who=who, reach=REACH, **more)


def take(world: World, name: str, value: Call) -> str:
    with world.writing(name) as ctx:
        return calls.take(ctx, value)


def carried(value: Call, **more: object) -> Carried:
    return replace(proposed(value, pseudonym="Заявитель 1", untitled="Call"), **more)


def test_an_attached_call_is_found_as_itself_and_never_as_another_persons(world: World) -> None:
    marat, witness = said(world, "Марат"), said(world, "Тайный Свидетель")
    first, second = take(world, "anna", marat), take(world, "anna", witness)
    with world.writing("anna") as ctx:
        case = call_to_case.make_case(ctx, first, carried(marat))
    with world.writing("anna") as ctx:
        copy = call_to_case.add_to(ctx, second, case, Carried())
    with world.writing("anna") as ctx:
        other = call_to_case.add_to(ctx, calls.take(ctx, said(world, "Третий")), world.strike.case, Carried())
    for name, word, where, mine in (
        ("anna", "свидетель", case, copy),
        ("anna", "третий", world.strike.case, other),
        ("lana", "третий", world.strike.case, other),
    ):
        with world.reading(name) as ctx:
            hits = [hit for group in search.find(ctx, word).groups for hit in group.hits if hit.code == "call"]
            assert [(hit.record, hit.case) for hit in hits] == [(mine, where)], "found once, by its own id"
            assert word in calls.read(ctx, mine).value.who.casefold()
    with pytest.raises(NotFound), world.reading("lana") as ctx:
        calls.read(ctx, copy)


def test_what_is_no_call_is_not_shown_as_one(shared_world: World) -> None:
    ids = shared_world.strike
    for record in (ids.case, ids.call_vault, ids.person, ids.records["incident"], shared_world.company):
        with pytest.raises(NotFound), shared_world.reading("anna") as ctx:
            calls.read(ctx, record)


def test_everything_found_in_a_call_is_carried_over_in_one_act(world: World) -> None:
    value = said(world, "Серый", urgent=True, topics=("dismissal",))
    call = take(world, "anna", value)
    with world.writing("anna") as ctx:
        case = call_to_case.make_case(ctx, call, carried(value))
    with world.reading("anna") as ctx:
        visited = cases.overview(ctx, case)
        assert (visited.case.value.title, visited.case.value.priority) == ("Двоих уволили за подпись", "urgent")
        assert visited.case.value.topics == ("dismissal",)
        ((person, _name),) = visited.people
        existing = people.read(ctx, person).value
        assert (existing.pseudonym, existing.names[0].name) == ("Заявитель 1", "Серый")
        assert existing.channels == (Channel(kind="messenger", value="", safety="safe_at_times", note=REACH),)
        (incident,) = records.listing(ctx, Incident, case)
        event = records.read(ctx, case, incident.id).value
        assert (event.kinds, event.region, event.mark) == (("to_be_coded",), "to_be_coded", "single_source")
        assert event.when == value.when
        assert event.attacked[0].person == person
        assert event.sources[0].who == "Серый"
        assert event.narrative[0].text == value.what
        assert [card.id for card in visited.records["call"]] == [call], "listed in its case for good"
        assert [item.record for item in desk.view(ctx).to_code] == [incident.id]


def test_what_is_not_ticked_is_not_entered(world: World) -> None:
    value = said(world, "Серый")
    call = take(world, "anna", value)
    with world.writing("anna") as ctx:
        case = call_to_case.make_case(ctx, call, carried(value, with_person=False, with_event=False))
    with world.reading("anna") as ctx:
        visited = cases.overview(ctx, case)
        assert visited.people == ()
        assert visited.records["incident"] == ()


@pytest.mark.parametrize(
    ("empty", "place"),
    [
        ({"pseudonym": " "}, "pseudonym"),
        ({"event": ""}, "event"),
        ({"when": None}, "when"),
        ({"region": ""}, "region"),
        ({"kinds": ()}, "kinds"),
    ],
)
def test_a_ticked_thing_that_is_empty_is_refused_at_its_field(world: World, empty: dict, place: str) -> None:
    value = said(world, "Серый")
    call = take(world, "anna", value)
    with pytest.raises(RuleBroken) as refused, world.writing("anna") as ctx:
        call_to_case.make_case(ctx, call, carried(value, **empty))
    assert refused.value.place == place
    with world.reading("anna") as ctx:
        assert calls.read(ctx, call).value.state == OPEN, "nothing of it was done"


def test_a_call_added_to_a_case_gives_its_contact_to_somebody_who_is_there(world: World) -> None:
    value = said(world, "Серый")
    call = take(world, "anna", value)
    with world.writing("anna") as ctx:
        call_to_case.add_to(ctx, call, world.strike.case, carried(value, person=world.strike.person, with_event=False))
    with world.reading("lana") as ctx:
        existing = people.read(ctx, world.strike.person).value
        assert existing.channels[-1].note == REACH
        assert [item for item, _ in cases.overview(ctx, world.strike.case).people] == [world.strike.person]
        assert [card.value.who for card in records.listing(ctx, Call, world.strike.case)] == ["Серый"]


def test_an_attached_call_is_taken_back_with_what_was_written_in_the_case(world: World) -> None:
    call = take(world, "anna", said(world, "Серый"))
    with world.writing("anna") as ctx:
        copy = call_to_case.add_to(ctx, call, world.strike.case, Carried())
    with world.writing("luka") as ctx:
        stored = calls.read(ctx, copy)
        calls.save(ctx, copy, replace(stored.value, what="Уже троих"), stored.versions)
    with world.reading("luka") as ctx:
        assert not calls.view(ctx, copy).may_take_back, "only who took it"
    with pytest.raises(RuleBroken), world.writing("luka") as ctx:
        calls.take_back(ctx, copy)
    with pytest.raises(RuleBroken), world.writing("anna") as ctx:
        calls.split(ctx, call)  # it goes on in the case
    with world.writing("anna") as ctx:
        assert calls.take_back(ctx, copy) == call
    with world.reading("anna") as ctx:
        value = calls.read(ctx, call).value
        assert (value.state, value.moved_to, value.copy, value.what) == (OPEN, "", "", "Уже троих")
        assert records.listing(ctx, Call, world.strike.case) == []
    with pytest.raises(NotFound), world.reading("luka") as ctx:
        calls.read(ctx, copy)


def test_nothing_is_taken_out_of_a_case_under_a_hold(world: World) -> None:
    call = take(world, "anna", said(world, "Серый"))
    with world.writing("anna") as ctx:
        copy = call_to_case.add_to(ctx, call, world.strike.case, Carried())
    with world.writing("anna") as ctx:
        holds.place(ctx, world.strike.case, "A claim may come")
    with pytest.raises(RuleBroken), world.writing("anna") as ctx:
        calls.take_back(ctx, copy)
    with world.reading("anna") as ctx:
        assert calls.read(ctx, call).value.state == ATTACHED


def test_a_call_is_closed_for_a_reason_and_opened_again(world: World) -> None:
    call = take(world, "anna", said(world, "Серый"))
    for wrong in ("", "no such reason"):
        with pytest.raises(RuleBroken) as refused, world.writing("anna") as ctx:
            calls.close(ctx, call, wrong)
        assert refused.value.place == "ending"
    with world.writing("anna") as ctx:
        calls.close(ctx, call, "advice_given", "Писать в инспекцию")
    with world.reading("anna") as ctx:
        value = calls.read(ctx, call).value
        assert (value.state, value.ending, value.advice) == (CLOSED, "advice_given", "Писать в инспекцию")
        assert call in {card.id for card in calls.listing(ctx, CLOSED)}
        assert call not in {card.id for card in calls.listing(ctx)}
    with world.writing("anna") as ctx:
        calls.reopen(ctx, call)
    with world.reading("anna") as ctx:
        assert calls.read(ctx, call).value.ending == ""
        assert call in {card.id for card in calls.listing(ctx)}


def test_somebody_in_danger_stands_on_desk_call_and_case_until_reached(world: World) -> None:
    value = said(world, "Серый", urgent=True)
    call = take(world, "anna", value)

    def red(name: str, case: str = "") -> list[str]:
        with world.reading(name) as ctx:
            visible = cases.overview(ctx, case).dangers if case else desk.view(ctx).dangers
            assert all(item.reach == REACH for item in visible)
            return [item.call for item in visible]

    assert red("anna") == [call]
    with world.writing("anna") as ctx:
        copy = call_to_case.add_to(ctx, call, world.strike.case, Carried())
    assert red("anna") == red("lana") == red("lana", world.strike.case) == [copy], "once, where it goes on"
    with world.writing("lana") as ctx:
        calls.reached(ctx, copy)
    assert red("anna") == red("lana", world.strike.case) == []
    with world.reading("anna") as ctx:
        view = calls.view(ctx, copy)
        assert view.danger is None
        assert [(was, name) for was, name, _at in view.reached] == [(True, "Lana Person")]
    with pytest.raises(RuleBroken), world.writing("lana") as ctx:
        calls.reached(ctx, copy)
    with world.writing("anna") as ctx:
        calls.not_reached(ctx, copy)
    assert red("lana") == [copy]


def test_who_may_see_no_names_sees_the_danger_without_them(world: World) -> None:
    call = take(world, "anna", said(world, "Серый", urgent=True))
    with world.writing("anna") as ctx:
        call_to_case.add_to(ctx, call, world.strike.case, Carried())
    with world.reading("external") as ctx:
        (danger,) = desk.view(ctx).dangers
    assert (danger.who, danger.reach, danger.ring) == ("", "", ())


def test_a_call_in_danger_that_is_closed_or_changed_stays_red(world: World) -> None:
    call = take(world, "anna", said(world, "Серый"))
    with world.writing("anna") as ctx:
        stored = calls.read(ctx, call)
        calls.save(ctx, call, replace(stored.value, urgent=True), stored.versions)
    with world.writing("anna") as ctx:
        calls.close(ctx, call, "other")
    with world.reading("anna") as ctx:
        assert [danger.call for danger in desk.view(ctx).dangers] == [call]


def test_an_event_to_be_coded_is_counted_as_such_until_somebody_codes_it(world: World) -> None:
    value = said(world, "Серый")
    call = take(world, "anna", value)
    with world.writing("anna") as ctx:
        case = call_to_case.make_case(ctx, call, carried(value))
    with world.reading("anna") as ctx:
        (card,) = records.listing(ctx, Incident, case)
        stored = records.read(ctx, case, card.id)
    for by in ("kind", "region"):
        with world.reading("coordinator") as ctx:
            rows = trends.ask(ctx, trends.TrendQuestion()).spread[by]
        assert "to_be_coded" in [row.code for row in rows], "a cell of its own"
    with world.writing("anna") as ctx:
        coded = replace(stored.value, kinds=("summons",), region="KZ-35")
        records.save(ctx, case, card.id, coded, stored.versions)
    with world.reading("anna") as ctx:
        assert desk.view(ctx).to_code == ()


def test_who_may_only_read_is_not_asked_to_code(world: World) -> None:
    value = said(world, "Серый")
    call = take(world, "anna", value)
    with world.writing("anna") as ctx:
        case = call_to_case.make_case(ctx, call, carried(value))
    with world.writing("anna") as ctx:
        sharing.share(ctx, case, world.user("luka"), "full")
    with world.reading("luka") as ctx:
        assert len(desk.view(ctx).to_code) == 1
    with world.writing("anna") as ctx:
        member_removal.change(ctx, case, world.user("luka"), "out")
    with world.reading("luka") as ctx:
        assert desk.view(ctx).to_code == ()


def test_a_call_is_carried_by_who_holds_all_of_it(world: World) -> None:
    call = take(world, "anna", said(world, "Серый"))
    with world.writing("anna") as ctx:
        sharing.share(ctx, vault_of(world, call), world.user("luka"), "coded")
    with pytest.raises(Forbidden), world.writing("luka") as ctx:
        calls.attach(ctx, call, world.strike.case)


def test_records_of_one_call_never_leave_their_compartments(world: World) -> None:
    call = take(world, "anna", said(world, "Серый", urgent=True))
    with world.reading("anna") as ctx:
        assert set(calls.read(ctx, call).versions) == {CORE, IDENTITY, SOURCE}
