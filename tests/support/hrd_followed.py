"""Used in a copy of the tree in which the examples of CONTRIBUTING.md were followed: prints as JSON what is so."""

import dataclasses
import io
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import hrd_world
from hrd_pages import Visitor, forms
from hrd_world import World
from pypdf import PdfReader

import hrd_cases
from hrd_cases.app import assemble
from hrd_cases.cli import command
from hrd_cases.domain.access.facts import ACTIVE, Actor
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.table import AccessDecision, decide
from hrd_cases.domain.entities import ENTITIES
from hrd_cases.domain.papers import DossierRequest, Language, SharedCase
from hrd_cases.domain.profiles import profiles
from hrd_cases.render.failure import BuildFailed
from hrd_cases.render.process import build
from hrd_cases.web.kernel import policy
from tests.render.strike_sample import sample

ROLE, KIND = "interpreter", "rapporteur"
KIND_AND_STATE = "Юридическая помощь;Запрошено\r\n"
LIST = f"Что нужно;Вид помощи;Статус\r\nАдвокат на допрос;{KIND_AND_STATE}Переезд семьи;{KIND_AND_STATE}"


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
    """A list of the kind of the example, imported through the pages, and the same list once more."""
    who, case = Visitor(world).enter("outsider"), world.own.case
    first, columns = _list_of_support(who, case)
    who.send(f"{first}/g", forms(who.get(first))[f"{first}/g"])
    again, _columns = _list_of_support(who, case)
    page = who.get(again).text
    listed = who.get(f"/c/{case}/{ENTITIES['support'].letter}").text
    return {
        "columns": columns,
        "saved": sum(text in listed for text in ("Адвокат на допрос", "Переезд семьи")),
        "again": 0 if "2 rows were imported before" in page else 2,
        "listed": "Переезд семьи" in listed,
    }


def _list_of_support(who: Visitor, case: str) -> tuple[str, list[str]]:
    """Send the list; the address of its report, and what its columns were taken for."""
    fields = who.fields("/j", "/j/n")
    body = {key: fields[key][0] for key in ("csrf_token", "_keep")}
    file = (io.BytesIO(LIST.encode("cp1251")), "list.csv")
    sent = who.client.post("/j/n", data={**body, "kind": "support", "where": case, "file": file}, base_url=who.base)
    page = who.fields(sent.headers["Location"])
    named = who.send(sent.headers["Location"], page)
    return named.headers["Location"], [page[f"column.{at}"][0] for at in range(3)]


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
