"""External counsel: let in on the administration page; every page they reach works and names no colleague."""

import io
import re
from collections.abc import Collection
from dataclasses import replace
from html import unescape

import docx
from hrd_filled import filled
from hrd_pages import Visitor, forms
from hrd_world import World, newcomer

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.calls import Call
from hrd_cases.domain.dates import exactly
from hrd_cases.domain.fields import ENTITIES
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.vaults import SOURCE
from hrd_cases.services.casework import calls
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.records import records
from hrd_cases.services.sharing import sharing
from hrd_cases.services.team import administration

NAME = "Outside Counsel"
TICK = "External counsel: does not see the names of colleagues"


def let_in(world: World) -> None:
    """A newcomer certified as external counsel, who leads the strike case, its lawyers' part and its action."""
    existing = newcomer(world, "counsel", frozenset({"lawyer"}))
    with world.writing("admin") as ctx:
        administration.certify(ctx, existing.user, NAME, frozenset({"lawyer"}), external=True)
    with world.writing("lana") as ctx:
        sharing.share(ctx, world.strike.case, existing.user, "lead", privileged=True)
    with world.writing("lana") as ctx:
        action = records.read(ctx, world.strike.case, world.strike.records["action"])
        value = replace(action.value, counsel_of_record=(*action.value.counsel_of_record, existing.user))
        records.save(ctx, world.strike.case, action.id, value, action.versions)


def walked(visitor: Visitor, *first: str, refused: Collection[int] = ()) -> dict[str, str]:
    """Every page that links lead to, by address without its query, none of them an error but `refused` ones."""
    result: dict[str, str] = {}
    ahead = list(first)
    while ahead:
        path = ahead.pop(0)
        if path.split("?")[0] in result:
            continue
        answer = visitor.get(path)
        assert answer.status_code in (200, 302, 303, *refused), (path, answer.status_code)
        text = answer.text if answer.mimetype == "text/html" else ""
        result[path.split("?")[0]] = text
        links = [*re.findall(r'<a [^>]*?href="(/[^"#]*)', text), *answer.headers.getlist("Location")]
        ahead += [unescape(link) for link in links if not link.startswith(("/static", "/y"))]  # /y: other languages
    return result


def test_the_box_on_the_page_keeps_the_names_of_colleagues_from_a_newcomer(sqlite_world: World) -> None:
    world = sqlite_world
    existing = newcomer(world, "counsel", frozenset({"lawyer"}))
    admin, path = Visitor(world).enter("admin"), f"/a/c/{existing.user}"
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
        visible = [path for path, text in pages.items() if f"{name.title()} Person" in text]
        assert not visible, (name, visible)
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


def admitted(world: World) -> str:
    """External counsel on no case yet: the account id."""
    existing = newcomer(world, "counsel", frozenset({"lawyer"}))
    with world.writing("admin") as ctx:
        administration.certify(ctx, existing.user, NAME, frozenset({"lawyer"}), external=True)
    return existing.user


def planted_sources(world: World) -> set[str]:
    """Write a text of its own into every field that says who told us; the texts."""
    case, texts = world.strike.case, set()

    def write(name: str) -> str:
        texts.add(f"planted {name}")
        return f"planted {name}"

    with world.writing("anna") as ctx:
        for code in ("incident", "evidence"):
            record = world.strike.records[code]
            value = filled(code, write=write, within=[SOURCE])
            fields = [field.name for field in ENTITIES[code].fields if field.at == SOURCE]
            stored = records.read(ctx, case, record)
            changed = replace(stored.value, **{name: getattr(value, name) for name in fields})
            records.save(ctx, case, record, changed, stored.versions)
    return texts


def test_a_case_is_shared_without_who_told_us(sqlite_world: World) -> None:
    """The box that is ticked beforehand keeps sources back, on every page that outside counsel can reach."""
    world = sqlite_world
    texts, user, case = planted_sources(world), admitted(world), f"/c/{world.strike.case}"
    assert len(texts) >= 2
    anna = Visitor(world).enter("anna")
    with world.writing("anna") as ctx:
        call = Call(what="A call", when=exactly(world.now.date()), who="The one who rang", reach="at night")
        copy = calls.attach(ctx, calls.take(ctx, call), world.strike.case)
    incident, exhibit = world.strike.records["incident"], world.strike.records["evidence"]
    everything = anna.get(f"{case}/r/{incident}").text + anna.get(f"/f/{world.strike.case}/{exhibit}").text
    assert not [text for text in texts if text not in everything], "the team itself reads them"
    team = anna.get(f"{case}/team").text
    assert "from outside" in team.split(NAME)[1].split("</label>")[0]
    shared = anna.fill(f"{case}/team", user=user)
    assert shared.status_code == 303
    # A paper is prepared by the counsel of record: everybody else reads on that page why not.
    pages = walked(Visitor(world).enter("counsel"), case, "/i", refused=(403,))
    visited = " ".join(pages.values())
    assert "text of incident.narrative" in visited, "names and accounts are theirs to read"
    assert not [text for text in texts if text in visited]
    assert "The one who rang" not in visited
    assert "The one who rang" in anna.get(f"/i/{copy}").text, "the team reads who called"
    assert "sources" not in anna.get(f"{case}/team").text.split(NAME)[1].split("</tr>")[0]


def test_what_was_shared_is_narrowed_to_all_but_who_told_us(sqlite_world: World) -> None:
    world = sqlite_world
    user, case = admitted(world), f"/c/{world.strike.case}"
    anna = Visitor(world).enter("anna")
    assert anna.fill(f"{case}/team", user=user, level="full").status_code == 303
    member = f"{case}/team/m?u={user}"
    assert anna.fields(member, f"{case}/team/m")["level"] == ["full"]
    assert anna.fill(member, f"{case}/team/m", user=user, level="no_source").status_code == 303
    assert anna.fields(member, f"{case}/team/m")["level"] == ["no_source"]
    with world.reading("counsel") as ctx:
        assert SOURCE not in open_vault(ctx, Act.READ_CASE, world.strike.case).keys


def test_external_counsel_is_offered_nothing_that_is_not_for_them(sqlite_world: World) -> None:
    """The lawyers' part is not begun twice, and nobody hands all their cases to somebody from outside."""
    world = sqlite_world
    user, case = admitted(world), f"/c/{world.strike.case}"
    assert Visitor(world).enter("anna").fill(f"{case}/team", user=user).status_code == 303
    assert "Begin the lawyers' part" not in unescape(Visitor(world).enter("counsel").get(f"{case}/team").text)
    heirs = Visitor(world).enter("anna").get("/m/h").text
    assert "Luka Person" in heirs
    assert NAME not in heirs


def test_a_letter_that_a_colleague_signs_shows_no_name_outside(sqlite_world: World) -> None:
    """The team prints it with the name; outside counsel reads that a colleague signs, and is told whom to ask."""
    world = sqlite_world
    let_in(world)
    with world.writing("anna") as ctx:
        letter = Letter(
            subject="On the inspection",
            direction="from_us",
            addressee=world.body,
            language="en",
            body="Please tell us the result.",
            signed_by=world.user("anna"),
        )
        record = records.create(ctx, world.strike.case, letter)
    page = f"/c/{world.strike.case}/r/{record}/print"
    assert "Anna Person" in Visitor(world).enter("anna").get(page).text
    created = Visitor(world).enter("anna").get(f"{page}/docx")
    assert "Anna Person" in "".join(docx.Document(io.BytesIO(created.data)).element.body.itertext())
    counsel = Visitor(world).enter("counsel")
    visible = counsel.get(page).text
    assert "A colleague whose name you do not see signs this letter." in visible
    assert "Anna Person" not in visible
    refused = counsel.get(f"{page}/docx")
    assert refused.status_code == 422
    assert b"Anna Person" not in refused.data
