"""A case as JSON, and the JSON Schema (draft 2020-12) that says what stands in it: both made from the declarations.

Records are named by their kind and a number that holds in this file alone. What rules write for themselves, such as
tokens and keys of files, is in no file. A question without an answer is left out.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from hrd_cases.domain.entities import ENTITIES
from hrd_cases.domain.fields import (
    Ask,
    Coded,
    CodedMany,
    Count,
    Day,
    Declared,
    Entity,
    Field,
    FieldKind,
    Flag,
    Hidden,
    Link,
    Links,
    Number,
    Rows,
    Text,
    TextLine,
    Texts,
    TimeOfDay,
    When,
    blank,
    fields_of,
)
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.per_kind import PerKind
from hrd_cases.domain.vocabulary import vocabulary

FORMAT, VERSION = "hrd-cases/case", 1
DRAFT = "https://json-schema.org/draft/2020-12/schema"  # the name of the draft: nothing is fetched

Json = dict[str, object]  # as json.dumps() takes it


@dataclass(frozen=True, kw_only=True)
class JsonWords:
    """What values need from outside: the language of labels, and what a linked record is called in this file."""

    language: str
    name_of: Callable[[str, RecordId], str]  # entity code, id


def record_json(entity: Entity, value: Declared, parts: Collection[str], words: JsonWords) -> Json:
    """The answered fields of a record that rest in these parts."""
    return _fields([declared for declared in entity.fields if declared.at in parts], value, words)


def _fields(fields: Iterable[Field], value: object, words: JsonWords) -> Json:
    asked_for = (declared for declared in fields if not isinstance(declared.kind, Hidden))
    answers = ((declared, getattr(value, declared.name)) for declared in asked_for)
    return {
        declared.name: _TO_JSON.of(declared.kind)(declared.kind, answer, words)
        for declared, answer in answers
        if not blank(answer, declared.kind)
    }


def _code(name: str, code: str, language: str) -> Json:
    known = vocabulary(name).get(code) if vocabulary(name).has(code) else None
    return {"code": code, "label": known.text(language) if known else code}


def _plain(_kind: FieldKind, value: object, _words: JsonWords) -> object:
    return value


def _rows(kind: Rows, value: Iterable[object], words: JsonWords) -> list[Json]:
    return [_fields(fields_of(kind.item), row, words) for row in value]


_TO_JSON: PerKind[Callable[..., object]] = PerKind(
    {
        TextLine: _plain,
        Text: _plain,
        TimeOfDay: _plain,
        Flag: _plain,
        Ask: _plain,
        Number: _plain,
        Day: lambda _kind, value, _words: value.isoformat(),
        When: lambda _kind, value, _words: {"start": value.start, "end": value.end, "about": value.about},
        Coded: lambda kind, value, words: _code(kind.list, value, words.language),
        CodedMany: lambda kind, value, words: [_code(kind.list, code, words.language) for code in value],
        Count: lambda _kind, value, _words: {
            "low": value.low,
            "high": value.high,
            "used": value.used,
            "source": value.source,
        },
        Link: lambda kind, value, words: words.name_of(kind.to, value),
        Links: lambda kind, value, words: [words.name_of(kind.to, linked) for linked in value],
        Texts: lambda _kind, value, _words: [
            {"language": text.language, "text": text.text, "translator": text.translator, "state": text.state}
            for text in value
        ],
        Rows: _rows,
    }
)


def schema(kinds: Collection[str]) -> Json:
    """The JSON Schema of a file with records of these kinds."""
    records = [_record_schema(ENTITIES[code]) for code in sorted(kinds)]
    linked = {"ref": _TEXT, "kind": _TEXT, "title": _TEXT}
    return {
        "$schema": DRAFT,
        "title": FORMAT,
        **_object(
            {
                "format": {"const": FORMAT},
                "version": {"const": VERSION},
                "exported": {"type": "string", "format": "date-time"},
                "left_out": {"type": "array", "items": _TEXT},
                "records": {"type": "array", "items": {"oneOf": records}},
                "linked": {"type": "array", "items": _object(linked, linked)},
            },
            ("format", "version", "exported", "left_out", "records", "linked"),
        ),
    }


def _record_schema(entity: Entity) -> Json:
    properties: dict[str, Json] = {
        "ref": _TEXT,
        "kind": {"const": entity.code},
        "closed": {"type": "array", "items": _TEXT},
        "fields": _fields_schema(entity.fields),
        "files": {"type": "array", "items": _object(_FILE, _FILE)},
    }
    return _object(properties, ("ref", "kind", "fields"))


def _fields_schema(fields: Iterable[Field]) -> Json:
    asked_for = [declared for declared in fields if not isinstance(declared.kind, Hidden)]
    return _object(
        {declared.name: {"title": declared.label, **_SCHEMA.of(declared.kind)(declared.kind)} for declared in asked_for}
    )


def _object(properties: Mapping[str, Json], required: Iterable[str] = ()) -> Json:
    named = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {**named, "required": list(required)} if required else named


_TEXT: Json = {"type": "string"}
_FIGURE: Json = {"type": ["integer", "null"]}
_FILE: dict[str, Json] = {
    "path": _TEXT,
    "name": _TEXT,
    "length": {"type": "integer"},
    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "taken_in": _TEXT,
}
_CODE: Json = _object({"code": _TEXT, "label": _TEXT}, ("code", "label"))
_WHEN: Json = _object({"start": _TEXT, "end": _TEXT, "about": {"type": "boolean"}}, ("start", "end", "about"))
_COUNT: Json = _object({"low": _FIGURE, "high": _FIGURE, "used": _FIGURE, "source": _TEXT}, ("low", "high", "used"))
_LANGUAGE: Json = _object(
    {"language": _TEXT, "text": _TEXT, "translator": _TEXT, "state": {"enum": ["draft", "checked"]}},
    ("language", "text"),
)

_SCHEMA: PerKind[Callable[..., Json]] = PerKind(
    {
        TextLine: lambda _kind: _TEXT,
        Text: lambda _kind: _TEXT,
        TimeOfDay: lambda _kind: {"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"},
        Flag: lambda _kind: {"type": "boolean"},
        Ask: lambda _kind: {"enum": ["yes", "no", "unknown"]},
        Number: lambda kind: {"type": "integer", "minimum": kind.low, "maximum": kind.high},
        Day: lambda _kind: {"type": "string", "format": "date"},
        When: lambda _kind: _WHEN,
        Coded: lambda _kind: _CODE,
        CodedMany: lambda _kind: {"type": "array", "items": _CODE},
        Count: lambda _kind: _COUNT,
        Link: lambda _kind: _TEXT,
        Links: lambda _kind: {"type": "array", "items": _TEXT},
        Texts: lambda _kind: {"type": "array", "items": _LANGUAGE},
        Rows: lambda kind: {"type": "array", "items": _fields_schema(fields_of(kind.item))},
    }
)
