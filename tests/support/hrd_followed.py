"""Used in a copy of the tree in which the examples of CONTRIBUTING.md were followed: prints as JSON what is so."""

import dataclasses
import io
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import hrd_world
from hrd_pages import Visitor
from hrd_world import World
from pypdf import PdfReader

import hrd_cases
from hrd_cases.app import assemble
from hrd_cases.cli import command
from hrd_cases.domain.access.facts import ACTIVE, Actor
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.table import AccessDecision, decide
from hrd_cases.domain.entities import ENTITIES
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.papers import DossierRequest, Language, SharedCase
from hrd_cases.domain.profiles import profiles
from hrd_cases.render.failure import BuildFailed
from hrd_cases.render.process import build
from hrd_cases.services.casework import incident_table
from hrd_cases.services.records import records
from hrd_cases.web.kernel import policy
from tests.render.strike_sample import sample

ROLE, KIND = "interpreter", "rapporteur"
TABLE = "title,date,text\nДверь выломана,14.12.2017,Ночью\nУгрозы по телефону,,\n"
BROKEN = "title,date,text\nДверь выломана,14.12.2017,Ночью\nУгрозы по телефону,31.02.2018,\n"


def incident_form(world: World) -> dict[str, bool]:
    """What stands in the form of a new incident."""
    page = Visitor(world).enter("anna").get(f"/c/{world.strike.case}/{ENTITIES['incident'].letter}/new").text
    return {text: text in page for text in ("How many people saw it", "Where they were held", "Police station")}


def visit(world: World) -> dict[str, Any]:
    """A visit entered through its page."""
    anna = Visitor(world).enter("anna")
    page = f"/c/{world.strike.case}/q/new"
    sent = anna.fill(page, person=world.strike.person, on="22.11.2026", heard="Здоров, адвокат был")
    return {"created": sent.status_code, "listed": "Здоров, адвокат был" in anna.get(f"/c/{world.strike.case}/q").text}


def role(world: World) -> dict[str, bool]:
    """Where a role is said and offered."""
    admin = Visitor(world).enter("admin")
    page = admin.get("/a")
    invited = admin.send("/a/i", {**admin.fields("/a", "/a/i"), "roles": ROLE})
    add = command.ROOT.get_command(None, "user").get_command(None, "add")
    choices = next(param.type.choices for param in add.params if param.name == "role")
    actor = Actor(user="", fingerprint="", roles=frozenset({ROLE}), state=ACTIVE)
    return {
        "offered": page.status_code == 200 and f'value="{ROLE}"' in page.text,
        "invited": invited.status_code == 200,
        "command": ROLE in choices,
        "desk": decide(actor, Act.SEE_DESK) is AccessDecision.ALLOWED,
        "table": decide(actor, Act.CREATE_CASE) is AccessDecision.FORBIDDEN,
    }


def page(world: World) -> dict[str, Any]:
    """The page of the example; and an application whose policy has no line for it."""
    address = f"/c/{world.strike.case}/u"
    shown, hidden = (Visitor(world).enter(name).get(address) for name in ("anna", "outsider"))
    says = "How much is here" in shown.text and "1 incident" in shown.text
    del policy.POLICY["case_size.show"]
    try:
        assemble(world.runtime, clock=lambda: world.now)
        without = "built"
    except policy.Unlisted as error:
        without = type(error).__name__
    return {"anna": shown.status_code, "says": says, "outsider": hidden.status_code, "without_policy": without}


def paper(world: World) -> dict[str, Any]:
    """A paper of the example's kind, printed; and what its file forbids."""
    created = sample(Language.EN, photos=1)
    request = dataclasses.replace(created.request, profile=KIND)
    whole = {each.name: getattr(request.case, each.name) for each in dataclasses.fields(request.case)}
    filing = dataclasses.replace(request.case.filing, positions=(), sections=())
    thin = SharedCase(**{**whole, "filing": filing, "facts": (), "history": (), "exhibits": ()})
    short = dataclasses.replace(request, case=thin)
    text = PdfReader(io.BytesIO(build(short, iter(()), None).main_pdf)).pages[0].extract_text()
    lana, case = Visitor(world).enter("lana"), world.strike.case
    start = lana.fields(f"/w/{case}/new")
    begun = lana.send(f"/w/{case}/new", {**start, "title": "A letter", "action": world.strike.records["action"]})
    form = lana.get(str(begun.location))
    exhibits = ((name, iter([data])) for name, data in created.contents.items())
    return {
        "recipient": profiles()[KIND].recipient.value,
        "printed": "Allegation letter" in text,
        "kazakh": refusal(dataclasses.replace(short, language=Language.KK), ()),
        "long": refusal(request, exhibits),
        "offered": f'value="{KIND}"' in form.text and "Special Rapporteur" in form.text,
    }


def refusal(request: DossierRequest, exhibits: Iterable[tuple[str, Iterator[bytes]]]) -> str:
    """Why a paper is not built."""
    try:
        build(request, iter(exhibits), None)
    except BuildFailed as failed:
        return failed.code
    return ""


def importer(world: World) -> dict[str, Any]:
    """A table brought in through the importer of the example, and one of which a row cannot be read."""
    case = world.own.case

    def count() -> int:
        with world.reading("outsider") as ctx:
            return len(records.listing(ctx, Incident, case))

    before, refused = count(), {}
    try:
        with world.writing("outsider") as ctx:
            incident_table.bring_in(ctx, case, BROKEN)
    except RuleBroken as broken:
        refused = broken.values
    between = count()
    with world.writing("outsider") as ctx:
        incident_table.bring_in(ctx, case, TABLE)
    listed = Visitor(world).enter("outsider").get(f"/c/{case}/{ENTITIES['incident'].letter}").text
    return {
        "refused": refused,
        "after_refusal": between - before,
        "imported": count() - between,
        "listed": "Дверь выломана" in listed and "Угрозы по телефону" in listed,
    }


def main(folder: Path) -> None:
    """Build the world of the tests from this copy, and look."""
    url = f"sqlite:///{folder}/world.db"
    (folder / "built").mkdir()
    (folder / "here").mkdir()
    world = hrd_world.copied(hrd_world.build(url, folder / "built"), url, folder / "here")
    facts = {
        "from": hrd_cases.__file__,
        "incident_form": incident_form(world),
        "visit": visit(world),
        "role": role(world),
        "importer": importer(world),
        "paper": paper(world),
        "page": page(world),
    }
    world.close()
    print(json.dumps(facts, ensure_ascii=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
