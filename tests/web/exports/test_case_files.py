"""A case leaves as one archive: JSON as its schema says, exhibits byte for byte, nothing in the clear at rest."""

import hashlib
import json
import zipfile
from io import BytesIO
from typing import Any

import pytest
from hrd_at_rest import bytes_at_rest
from hrd_pages import Visitor
from hrd_world import World
from werkzeug.test import TestResponse

from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.evidence import Evidence, with_files
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.notes import Task
from hrd_cases.services.evidence.sealed_files import seal_whole
from hrd_cases.services.records import records

PHOTO = b"\xff\xd8\xff\xe0 canary of a photograph " * 5_000
STRATEGY, SOURCE = "Strategy that lawyers alone know", "The cook of the canteen"


def keep(world: World, value: Any, who: str = "lana") -> str:
    with world.writing(who) as ctx:
        return records.create(ctx, world.strike.case, value)


def an_exhibit(world: World) -> tuple[str, str]:
    """An exhibit with one file; its id and the key of the file."""
    file = seal_whole(world.runtime, world.strike.case, PHOTO, name="../фото: 1.jpg", at=world.now, by="x" * 32)
    with world.writing("lana") as ctx:
        ctx.work.files.add(file.row(world.strike.case, world.now.date()))
        exhibit = with_files(Evidence(title="A photograph", got_from=SOURCE), [file.entry()])
        return records.create(ctx, world.strike.case, exhibit), file.key.reveal().hex()


def exported(who: Visitor, world: World, **typed: str) -> TestResponse:
    address = f"/u/c/{world.strike.case}"
    answer = who.send(address, {**who.fields(address), "purpose": "hand over to counsel", **typed})
    answer.get_data()
    return answer


def unpacked(answer: TestResponse) -> dict[str, bytes]:
    assert answer.status_code == 200, answer.text
    assert int(answer.headers["Content-Length"]) == len(answer.get_data())
    with zipfile.ZipFile(BytesIO(answer.get_data())) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name) for name in packed.namelist()}


def fits(value: Any, schema: dict[str, Any]) -> bool:
    """Whether a value is as a schema says, of the words that ours uses."""
    known = {"type", "properties", "additionalProperties", "required", "items", "const", "enum", "oneOf"}
    assert schema.keys() <= known | {"$schema", "title", "format", "pattern", "minimum", "maximum"}, schema.keys()
    types = {"string": str, "boolean": bool, "integer": int, "array": list, "object": dict, "null": type(None)}
    named = schema.get("type", [])
    if named and not isinstance(value, tuple(types[name] for name in ([named] if isinstance(named, str) else named))):
        return False
    if ("const" in schema and value != schema["const"]) or ("enum" in schema and value not in schema["enum"]):
        return False
    if "oneOf" in schema and sum(fits(value, one) for one in schema["oneOf"]) != 1:
        return False
    if isinstance(value, list) and "items" in schema:
        return all(fits(item, schema["items"]) for item in value)
    if isinstance(value, dict) and "properties" in schema:
        inside = all(
            name in schema["properties"] and fits(item, schema["properties"][name]) for name, item in value.items()
        )
        return inside and set(schema.get("required", ())) <= value.keys()
    return True


def test_the_json_is_as_its_schema_says_and_says_what_was_written(sqlite_world: World) -> None:
    keep(sqlite_world, Task(what="Buy paper", due=sqlite_world.now.date()))
    keep(sqlite_world, Incident(title="Dismissal", when=PartialDate(start="2017-12", about=True), kinds=("dismissal",)))
    files = unpacked(exported(Visitor(sqlite_world).enter("lana"), sqlite_world))
    content, schema = json.loads(files["case.json"]), json.loads(files["case.schema.json"])
    assert fits(content, schema)
    assert not fits({**content, "version": 2}, schema)
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for record in content["records"]:
        by_kind.setdefault(record["kind"], []).append(record["fields"])
    assert {"what": "Buy paper", "due": sqlite_world.now.date().isoformat()} in by_kind["task"]
    incident = next(one for one in by_kind["incident"] if one.get("title") == "Dismissal")
    assert incident["when"] == {"start": "2017-12", "end": "", "about": True}
    assert by_kind["case"]
    assert by_kind["person"]


def test_exhibits_leave_byte_for_byte_with_their_hashes(sqlite_world: World) -> None:
    an_exhibit(sqlite_world)
    files = unpacked(exported(Visitor(sqlite_world).enter("lana"), sqlite_world))
    (path,) = [name for name in files if files[name] == PHOTO]
    assert path.startswith("exhibits/evidence-")
    assert ".." not in path
    assert ":" not in path
    sums = dict(reversed(line.split("  ", 1)) for line in files["SHA256SUMS"].decode().splitlines())
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name != "SHA256SUMS"}


def test_no_key_token_or_id_leaves(sqlite_world: World) -> None:
    record, key = an_exhibit(sqlite_world)
    strike = sqlite_world.strike
    ids = {record, strike.case, strike.person, *strike.records.values(), sqlite_world.company, sqlite_world.body}
    text = unpacked(exported(Visitor(sqlite_world).enter("lana"), sqlite_world, p="e"))["case.json"].decode()
    assert key not in text
    assert '"token"' not in text
    assert [one for one in ids if one in text] == []


def test_sources_and_the_lawyers_part_leave_only_when_asked_for_and_open(sqlite_world: World) -> None:
    an_exhibit(sqlite_world)
    keep(sqlite_world, LegalAction(title="The open part", strategy=STRATEGY))

    def text(who: str, parts: str) -> str:
        return unpacked(exported(Visitor(sqlite_world).enter(who), sqlite_world, p=parts))["case.json"].decode()

    guarded, everything, of_anna = text("lana", "g"), text("lana", "e"), text("anna", "e")
    assert "The open part" in guarded
    assert SOURCE not in guarded
    assert STRATEGY not in guarded
    assert SOURCE in everything
    assert STRATEGY in everything
    assert STRATEGY not in of_anna


def test_nothing_of_the_archive_lies_on_the_server(sqlite_world: World) -> None:
    an_exhibit(sqlite_world)
    assert PHOTO in unpacked(exported(Visitor(sqlite_world).enter("lana"), sqlite_world)).values()
    assert b"canary of a photograph" not in bytes_at_rest(sqlite_world)
    assert not [name for name, data in at_rest(sqlite_world) if b"canary of a photograph" in data]


def at_rest(world: World) -> list[tuple[str, bytes]]:
    return [(str(path), path.read_bytes()) for path in world.folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("typed", [{"purpose": ""}, {"p": "x"}])
def test_no_case_leaves_without_a_purpose(sqlite_world: World, typed: dict[str, str]) -> None:
    assert exported(Visitor(sqlite_world).enter("lana"), sqlite_world, **typed).status_code == 422


def test_the_log_says_who_exported_the_case_and_why_and_nothing_of_it(sqlite_world: World) -> None:
    an_exhibit(sqlite_world)
    exported(Visitor(sqlite_world).enter("lana"), sqlite_world)
    text = Visitor(sqlite_world).enter("auditor").get("/l").text
    assert "export a case" in text
    assert "hand over to counsel" in text
    assert "A photograph" not in text
