"""A directory that is empty begins with the courts and authorities of a region, ticked on one page."""

from hrd_pages import Visitor
from hrd_world import World

from hrd_cases.domain.companies import Body
from hrd_cases.domain.starting_bodies import starting_bodies
from hrd_cases.services.records import records

PAGE = "/b/s"


def _bodies(world: World) -> dict[str, Body]:
    with world.reading("anna") as ctx:
        stored = (records.read(ctx, None, card.id, Body) for card in records.listing(ctx, Body))
        return {body.value.name: body.value for body in stored}


def test_the_bodies_of_a_region_are_added_as_they_were_ticked(sqlite_world: World, anna: Visitor) -> None:
    assert f'href="{PAGE}"' in anna.get("/b").text
    offers = starting_bodies("KZ-55", "en")
    assert anna.fields(f"{PAGE}?a=KZ-55", PAGE)["ticked"] == [offer.code for offer in offers]
    assert anna.get(f"{PAGE}?a=KZ-55").text.count("not verified") == len(offers)
    assert anna.fill(f"{PAGE}?a=KZ-55", PAGE, ticked=[offers[0].code, offers[4].code]).status_code == 303
    added = _bodies(sqlite_world)
    assert added["Pavlodar Regional Court"].kind == "court"
    akimat = added["Akimat of Pavlodar Region"]
    assert (akimat.region, akimat.kind) == ("KZ-55", "akimat")
    assert {name.name for name in akimat.names} == {"Акимат Павлодарской области", "Павлодар облысының әкімдігі"}
    assert "not compared" in akimat.sources
    assert "Prosecutor's Office of Pavlodar Region" not in added


def test_what_is_in_the_directory_by_any_of_its_names_is_not_offered(sqlite_world: World, anna: Visitor) -> None:
    codes = [offer.code for offer in starting_bodies("KZ-11", "en")]
    anna.fill("/b/new", name="АКМОЛИНСКИЙ областной суд", kind="court")
    assert anna.fields(f"{PAGE}?a=KZ-11", PAGE)["ticked"] == codes[1:]
    before, open_form = len(_bodies(sqlite_world)), anna.fields(f"{PAGE}?a=KZ-11", PAGE)
    assert anna.send(PAGE, {**open_form, "ticked": codes}).status_code == 303
    assert len(_bodies(sqlite_world)) == before + len(codes) - 1
    assert "in the list already" in anna.get(f"{PAGE}?a=KZ-11").text
    late = anna.fields(f"{PAGE}?a=KZ-75", PAGE)
    assert anna.send(PAGE, {**late, "area": "KZ-11", "ticked": codes}).status_code == 303
    assert len(_bodies(sqlite_world)) == before + len(codes) - 1


def test_nothing_ticked_is_said_at_its_place_and_ticks_nothing_by_itself(sqlite_world: World, anna: Visitor) -> None:
    before = len(_bodies(sqlite_world))
    answer = anna.fill(f"{PAGE}?a=KZ-75", PAGE, ticked=[])
    assert answer.status_code == 422
    box = answer.text.partition('id="ticked-box"')[2].partition("</fieldset>")[0]
    assert "Tick at least one." in box
    assert 'name="ticked"' in box
    assert "checked" not in box
    assert anna.fill(f"{PAGE}?a=KZ-75", PAGE, ticked=["nothing of the list"]).status_code == 303
    assert len(_bodies(sqlite_world)) == before


def test_an_area_that_is_not_in_the_list_shows_the_country(anna: Visitor) -> None:
    page = anna.get(f"{PAGE}?a=elsewhere").text
    assert "Supreme Court" in page
    assert "mark-verified" not in page  # what is sure has no mark, which would stand there in no language
