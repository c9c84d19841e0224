"""Every page with a form, found from the addresses of the application: no list can forget one."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from hrd_pages import Fields, Visitor, forms
from hrd_world import World
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from hrd_cases.domain.entities import in_case
from hrd_cases.web.kernel import policy

PEOPLE = ("lana", "anna", "founder", "coordinator", "admin")
ENDS_IT = ("leave.", "step_up.", "language.")  # they end or move the session, or only ask who it is


@dataclass(frozen=True, kw_only=True)
class Found:
    """A form of a page: who sees it, where it stands, where it is sent, as which endpoint, with what in it."""

    person: str
    page: str
    action: str
    endpoint: str
    fields: Fields


def opened(visitor: Visitor, world: World) -> Iterator[tuple[str, TestResponse]]:
    """Every page that answers, with its address; from the addresses of the application and the ids of the world."""
    adapter = visitor.app.url_map.bind("localhost")
    for rule in visitor.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint.startswith(ENDS_IT) or rule.endpoint == "static":
            continue
        for values in _values(rule, world):
            for number in ({"number": item} for item in (1, 2, 3)) if "number" in rule.arguments else ({},):
                page = adapter.build(rule.endpoint, {**values, **number})
                answer = visitor.get(page)
                if answer.status_code == 404:
                    break  # where the first of something is not, no second is
                if answer.status_code == 200 and answer.mimetype == "text/html":
                    yield page, answer


def found(visitor: Visitor, world: World, person: str) -> Iterator[Found]:
    """One form of each endpoint and page kind that somebody of the world sees."""
    visited = set[tuple[str, str]]()
    adapter = visitor.app.url_map.bind("localhost")
    for page, answer in opened(visitor, world):
        for action, fields in forms(answer).items():
            endpoint, values = adapter.match(action.partition("?")[0], method="POST")
            kind = (endpoint, str(values.get("letter", "")))
            if kind not in visited and not endpoint.startswith(ENDS_IT) and not policy.of_secrets(endpoint):
                visited.add(kind)
                yield Found(person=person, page=page, action=action, endpoint=endpoint, fields=fields)


def answered(fields: Fields) -> Fields:
    """What a page offers, with something in what it asks for."""
    some = {"title": "A title", "what": "Words", "when": "2017", "who": "Somebody", "reach": "after eight",
            "pseudonym": "P-1", "room": "Room 1", "on": "30.11.2026", "at": "10:00", "notified": "sms", "subject": "S",
            "names-0-name": "A name", "name": "A name", "reason": "A reason long enough", "text": "words",
            "need": "x", "region": "KZ-35", "kinds": "summons", "direction": "from_us", "person": "",
            "due": "1.12.2026", "likelihood": "2", "harm": "2"}  # fmt: skip
    return {name: ([some[name]] if name in some and texts in ([""], []) else texts) for name, texts in fields.items()}


def _values(rule: Rule, world: World) -> Iterator[dict[str, object]]:
    """Values for the places of an address but its number; the record beside a letter is one of that kind."""
    strike = world.strike
    offered: dict[str, list[object]] = {
        "case": [strike.case],
        "call": [strike.call],
        "person": [strike.person],
        "record": [*strike.records.values(), strike.person, world.company, world.body, strike.case],
        "letter": [entity.letter for entity in in_case()],
        "user": [world.user("luka")],
        "kind": ["pdf"],
    }
    names = sorted(rule.arguments - {"number"})
    if {"letter", "record"} <= rule.arguments:
        kinds = [(entity.letter, strike.records[entity.code]) for entity in in_case() if entity.code in strike.records]
        others = {name: offered[name][0] for name in names if name not in ("letter", "record")}
        yield from ({**others, "letter": letter, "record": record} for letter, record in kinds)
    elif all(name in offered for name in names):
        for chosen in itertools.product(*(offered[name] for name in names)):
            yield dict(zip(names, chosen, strict=True))
