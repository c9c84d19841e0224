"""What a backup says of itself: at its beginning what it is, at its end what every part was."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import is_id
from hrd_cases.domain.words import N_
from hrd_cases.services.backups.parts import PartRecord, damaged
from hrd_cases.store.dump import TableShape

FORMAT = "hrd-cases backup 1"
ABOUT, NOTE, MANIFEST = "about.json", "checkpoint.txt", "manifest.json"
LOG_IN, CANARY = "canary.json", "canary.tar"


@dataclass(frozen=True, kw_only=True)
class About:
    """Whose backup, of which moment, of which shape of the database."""

    org: bytes
    made: datetime
    revision: str
    tables: tuple[TableShape, ...]

    def encode(self) -> bytes:
        """As it stands in the first part."""
        content = {
            "format": FORMAT,
            "org": self.org.hex(),
            "made": self.made.isoformat(),
            "revision": self.revision,
            "tables": [asdict(table) for table in self.tables],
        }
        return _json(content)

    @classmethod
    def decode(cls, data: bytes) -> "About":
        """Undo encode; RuleBroken when it is none, or of a format that a newer version writes."""
        content = _json_object(data, ABOUT)
        if content.get("format") != FORMAT:
            raise RuleBroken(UNKNOWN_FORMAT)
        try:
            org, moment = str(content["org"]), datetime.fromisoformat(content["made"])
            tables = tuple(_table(item) for item in content["tables"])
            if not is_id(org) or moment.tzinfo is None:
                raise damaged(ABOUT)
            return cls(org=bytes.fromhex(org), made=moment, revision=str(content["revision"]), tables=tables)
        except (KeyError, ValueError, TypeError, AttributeError):
            raise damaged(ABOUT) from None


@dataclass(frozen=True, kw_only=True)
class BackupManifest:
    """Length and SHA-256 of every part in its order, and the files of evidence that were missing or damaged already."""

    parts: Mapping[str, PartRecord]
    missing: tuple[str, ...]

    def encode(self) -> bytes:
        """As it stands in the last part."""
        parts = {name: [part.size, part.sha256] for name, part in self.parts.items()}
        return _json({"format": FORMAT, "parts": parts, "missing": list(self.missing)})

    @classmethod
    def decode(cls, data: bytes) -> "BackupManifest":
        """Undo encode; RuleBroken when it is none."""
        content = _json_object(data, MANIFEST)
        try:
            parts = {
                str(name): PartRecord(size=int(size), sha256=str(sha)) for name, (size, sha) in content["parts"].items()
            }
            return cls(parts=parts, missing=tuple(str(item) for item in content["missing"]))
        except (KeyError, ValueError, TypeError, AttributeError):
            raise damaged(MANIFEST) from None


def part_name(table: int, name: str, number: int) -> str:
    """The name of a part of the database: tables in their order, their parts in theirs."""
    return f"database/{table:02}-{name}/{number:06}"


def _table(content: Mapping[str, Any]) -> TableShape:
    columns: Sequence[Sequence[str]] = content["columns"]
    return TableShape(
        name=str(content["name"]),
        columns=tuple((str(name), str(kind)) for name, kind in columns),
        key=tuple(str(name) for name in content["key"]),
    )


def _json(content: Mapping[str, object]) -> bytes:
    return json.dumps(content, ensure_ascii=True, indent=1).encode()


def _json_object(data: bytes, part: str) -> dict[str, Any]:
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        raise damaged(part) from None
    if not isinstance(content, dict):
        raise damaged(part)
    return content


UNKNOWN_FORMAT = N_("This is no backup of hrd-cases that this version reads. Was it made by a newer one?")
