"""External counsel: let in on the administration page; every page they reach works and names no colleague."""

import re
from dataclasses import replace
from html import unescape

from hrd_pages import Visitor, forms
from hrd_world import World, newcomer

from hrd_cases.services import records, sharing
from hrd_cases.services.colleagues import administration

NAME = "Outside Counsel"
TICK = "External counsel: does not see the names of colleagues"


def let_in(world: World) -> None:
    """A newcomer certified as external counsel, who leads the strike case, its lawyers' part and its action."""
    known = newcomer(world, "counsel", frozenset({"lawyer"}))
    with world.writing("admin") as ctx:
        administration.certify(ctx, known.user, NAME, frozenset({"lawyer"}), external=True)
    with world.writing("lana") as ctx:
        sharing.share(ctx, world.strike.case, known.user, "lead", privileged=True)
    with world.writing("lana") as ctx:
        action = records.read(ctx, world.strike.case, world.strike.records["action"])
        value = replace(action.value, counsel_of_record=(*action.value.counsel_of_record, known.user))
        records.save(ctx, world.strike.case, action.id, value, action.versions)


def walked(visitor: Visitor, *first: str) -> dict[str, str]:
    """Every page that links lead to, by address without its query, none of them an error."""
    found: dict[str, str] = {}
    ahead = list(first)
    while ahead:
        path = ahead.pop(0)
        if path.split("?")[0] in found:
            continue
        answer = visitor.get(path)
        assert answer.status_code in (200, 302, 303), (path, answer.status_code)
        text = answer.text if answer.mimetype == "text/html" else ""
        found[path.split("?")[0]] = text
        links = [*re.findall(r'<a [^>]*?href="(/[^"#]*)', text), *answer.headers.getlist("Location")]
        ahead += [unescape(link) for link in links if not link.startswith(("/static", "/y"))]  # /y: other languages
    return found


def test_the_box_on_the_page_keeps_the_names_of_colleagues_from_a_newcomer(sqlite_world: World) -> None:
    world = sqlite_world
    known = newcomer(world, "counsel", frozenset({"lawyer"}))
    admin, path = Visitor(world).enter("admin"), f"/a/c/{known.user}"
    assert TICK in admin.get("/a").text
    refused = admin.fill("/a", path, name=NAME, roles=["lawyer", "caseworker"], external="yes")
    assert refused.status_code == 422
    at_field = refused.text.split(f'action="{path}"')[1].split("What they see")[1].split("</fieldset>")[0]
    assert "External counsel has the role “lawyer” and no other." in at_field
    again = forms(refused)[path]
    assert (again["name"], again["roles"], again["external"]) == ([NAME], ["caseworker", "lawyer"], ["yes"])
    assert admin.fill("/a", path, name="", roles=["lawyer"]).status_code == 422
    assert admin.fill("/a", path, name=NAME, roles=["lawyer"], external="yes").status_code == 303
    card = admin.get("/a").text.split(NAME)[1].split("</article>")[0][:600]
    assert "External counsel" in card
    assert admin.get("/a").text.count("Does not see the names of colleagues.") == 1


def test_every_page_works_for_external_counsel_and_names_no_colleague(sqlite_world: World) -> None:
    world = sqlite_world
    let_in(world)
    pages = walked(Visitor(world).enter("counsel"), "/d", "/d/n")
    assert len(pages) > 80
    for name in world.people:
        shown = [path for path, text in pages.items() if f"{name.title()} Person" in text]
        assert not shown, (name, shown)
    team = pages[f"/c/{world.strike.case}/team"]
    assert "A colleague" in team or "a colleague" in team
    assert any("text of" in text for text in pages.values()), "the case itself is theirs to read"


def test_what_external_counsel_saves_keeps_the_links_to_colleagues(sqlite_world: World) -> None:
    world = sqlite_world
    let_in(world)
    counsel = Visitor(world).enter("counsel")
    action = world.strike.records["action"]
    path = f"/c/{world.strike.case}/r/{action}/e"
    fields = counsel.fields(path)
    assert world.user("lana") in fields["counsel_of_record"]
    assert "Something not shared with you" in counsel.get(path).text
    assert counsel.send(path, {**fields, "history": ["changed by counsel"]}).status_code == 303
    page = Visitor(world).enter("anna").get(f"/c/{world.strike.case}/r/{action}").text
    assert "changed by counsel" in page
    assert "Lana Person" in page
