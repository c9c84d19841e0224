"""A case for outside: its records as JSON with a schema, and its exhibits as they came, in one archive.

The archive is made while it is sent: nothing of it lies in the clear on a disk of the server.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256

from hrd_cases.domain import case_json
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.case_json import Json, JsonWords
from hrd_cases.domain.entities import ENTITIES
from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.fields import Declared
from hrd_cases.domain.file_texts import FileText
from hrd_cases.domain.ids import CaseId, RecordId, person_id
from hrd_cases.domain.people import Person
from hrd_cases.domain.typed_text import stated_purpose
from hrd_cases.domain.vaults import PRIVILEGED, SOURCE
from hrd_cases.render.places import SUMS
from hrd_cases.services.casework import people
from hrd_cases.services.evidence.evidence import OpenedFile
from hrd_cases.services.evidence.sealed_files import KeptFile, contents, plain_name, stored_file
from hrd_cases.services.exports.export_size import Agreed, check
from hrd_cases.services.exports.record_lists import CHOOSE_PARTS, SAY_WHY
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import may, open_vault
from hrd_cases.services.papers.package import Packed, sums, zipped
from hrd_cases.services.records import records
from hrd_cases.services.records.records import look_up, title
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored, is_of

GUARDED, EVERYTHING = "g", "e"
CASE_FILE, SCHEMA_FILE, EXHIBITS = "case.json", "case.schema.json", "exhibits"
_UNSAFE = dict.fromkeys(map(ord, '<>:"/\\|?*'), "_")  # signs that no file system takes


@dataclass(kw_only=True)
class _Names:
    """What records are called in this file: their kind and a number. `linked`: what is named and stands elsewhere."""

    ctx: Context
    case: CaseId
    names: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    linked: list[Json] = field(default_factory=list)
    titles: dict[str, dict[str, str]] = field(default_factory=dict)

    def new(self, code: str, record: RecordId) -> str:
        """The name of a record, the same each time."""
        if record not in self.names:
            self.counts[code] = self.counts.get(code, 0) + 1
            self.names[record] = f"{code}-{self.counts[code]}"
        return self.names[record]

    def of(self, code: str, record: RecordId) -> str:
        """The name of what a record links to; what is not in the file is listed with its title, if that is open."""
        if record in self.names:
            return self.names[record]
        if code not in self.titles:
            self.titles[code] = dict(records.choices(self.ctx, ENTITIES[code].cls, self.case))
        name = self.new(code, record)
        self.linked.append({"ref": name, "kind": code, "title": self.titles[code].get(record, "")})
        return name


def ready(ctx: Context, case: CaseId) -> str:
    """Ask for the page on which the purpose is typed; the title of the case. The file itself is asked for again."""
    vault = open_vault(ctx, Act.READ_CASE, case)
    if not may(ctx, Act.EXPORT_CASE, vault):
        raise Forbidden
    return title(look_up(ctx, vault, case))


def export(ctx: Context, case: CaseId, parts: str, purpose: str, agreed: Agreed | None = None) -> OpenedFile:
    """The archive; RuleBroken at the field. `parts`: EVERYTHING open, or GUARDED: no sources, no lawyers' part.

    NeedsSecond for more records than one person exports alone, unless a second person `agreed`.
    """
    vault = open_vault(ctx, Act.EXPORT_CASE, case)
    if parts not in (GUARDED, EVERYTHING):
        raise RuleBroken(CHOOSE_PARTS, place="parts")
    why = stated_purpose(purpose, SAY_WHY)
    closed = frozenset({SOURCE, PRIVILEGED}) if parts == GUARDED else frozenset[str]()
    every = [*_of_case(ctx, vault), *_people(ctx, case)]
    second = check(ctx, len(every), agreed)
    names = _Names(ctx=ctx, case=case)
    for stored in every:
        names.new(stored.entity.code, stored.id)
    files = list(_files(names, every))
    words = JsonWords(language=ctx.language, name_of=names.of)
    listed = [_record(stored, closed, names, words, files) for stored in every]
    ctx.note("read", "export a case", vault=case, records=len(every), files=len(files), purpose=why, **second)
    content: Json = {
        "format": case_json.FORMAT,
        "version": case_json.VERSION,
        "exported": ctx.local.isoformat(timespec="minutes"),
        "left_out": sorted(closed),
        "records": listed,
        "linked": names.linked,
    }
    schema = case_json.schema({stored.entity.code for stored in every})
    return _archive(ctx, case, {CASE_FILE: _bytes(content), SCHEMA_FILE: _bytes(schema)}, files)


@dataclass(frozen=True, kw_only=True)
class _ExhibitFile:
    record: RecordId
    path: str
    file: KeptFile

    def entry(self) -> Json:
        """The file as the JSON names it: never with its key."""
        return {
            "path": self.path,
            "name": self.file.name,
            "length": self.file.length,
            "sha256": self.file.sha256,
            "taken_in": self.file.at,
        }


def _of_case(ctx: Context, vault: OpenVault) -> Iterator[Stored[Declared]]:
    for card in ctx.work.records.cards([vault]):
        stored = look_up(ctx, vault, card.id)
        if stored.opened and not is_of(stored, FileText):  # the file itself is in the archive
            yield stored


def _people(ctx: Context, case: CaseId) -> Iterator[Stored[Declared]]:
    for person, _name in records.choices(ctx, Person, case):
        try:
            yield people.read(ctx, person_id(person))
        except (NotFound, Forbidden):
            continue


def _files(names: _Names, every: Sequence[Stored[Declared]]) -> Iterator[_ExhibitFile]:
    for stored in every:
        if isinstance(stored.value, Evidence):
            folder = names.of(stored.entity.code, stored.id)
            for number, entry in enumerate(stored.value.files or (), start=1):
                file = stored_file(entry)
                name = plain_name(file.name).translate(_UNSAFE).strip(". ") or "file"
                yield _ExhibitFile(record=stored.id, path=f"{EXHIBITS}/{folder}/{number:02}-{name}", file=file)


def _record(
    stored: Stored[Declared],
    closed: frozenset[str],
    names: _Names,
    words: JsonWords,
    files: Sequence[_ExhibitFile],
) -> Json:
    parts = stored.versions.keys() - stored.broken - closed
    shut = sorted((stored.closed | stored.broken | closed) & frozenset(stored.entity.compartments))
    record: Json = {
        "ref": names.of(stored.entity.code, stored.id),
        "kind": stored.entity.code,
        "fields": case_json.record_json(stored.entity, stored.value, parts, words),
    }
    mine = [file.entry() for file in files if file.record == stored.id]
    return record | ({"closed": shut} if shut else {}) | ({"files": mine} if mine else {})


def _archive(ctx: Context, case: CaseId, texts: dict[str, bytes], files: Sequence[_ExhibitFile]) -> OpenedFile:
    hashes = [(path, sha256(data).hexdigest()) for path, data in texts.items()]
    texts = {**texts, SUMS: sums([*hashes, *((file.path, file.file.sha256) for file in files)])}
    packed = [Packed(path=path, length=len(data), pieces=partial(iter, (data,))) for path, data in texts.items()]
    packed += [
        Packed(path=file.path, length=file.file.length, pieces=partial(contents, ctx.runtime, case, file.file))
        for file in files
    ]
    length, pieces = zipped(packed)
    return OpenedFile(name="case.zip", neutral="case.zip", length=length, pieces=pieces)


def _bytes(content: Json) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False).encode("utf-8", "replace")
