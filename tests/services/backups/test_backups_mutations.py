"""A backup with anything changed, dropped, doubled or exchanged is refused; nothing is in place. Catalogue 69."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import hrd_backups
import pytest
from hrd_backups import Empty, keep_photo, restore
from hrd_databases import Databases
from hrd_doctored import Parts, doctored, put_together, sealed, taken_apart
from hrd_world import World
from sqlalchemy import inspect

from hrd_cases.crypto.core.encoding import pae, unpae
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.services.casework import cases
from hrd_cases.services.install.install import InstallPlace
from hrd_cases.services.signin import accounts
from hrd_cases.store import migrate
from hrd_cases.store.work import Database


@pytest.fixture(scope="module")
def good(shared_world: World) -> tuple[World, Path]:
    """A world with a file of evidence, and its backup."""
    keep_photo(shared_world)
    return shared_world, hrd_backups.back_up(shared_world)


@pytest.fixture
def place(databases: Databases, tmp_path: Path) -> InstallPlace:
    """An empty place."""
    return Empty(databases, tmp_path).place("sqlite")


def _refused(file: Path, place: InstallPlace, world: World) -> None:
    with pytest.raises(RuleBroken):
        restore(file, place, world)
    assert hrd_backups.nothing_there(place)


@pytest.mark.parametrize("at", [0, 30, 700, 1700, 3400, 4000, 20_000, 70_000, 131_072, 400_000, 1_000_000, -1])
def test_a_byte_changed_in_the_file(good: tuple[World, Path], place: InstallPlace, tmp_path: Path, at: int) -> None:
    world, file = good
    raw = bytearray(file.read_bytes())
    raw[at] ^= 0x10
    (tmp_path / "changed.age").write_bytes(raw)
    _refused(tmp_path / "changed.age", place, world)


@pytest.mark.parametrize("length", [0, 10, 2000, 100_000, 131_072, -65_552, -1])
def test_a_file_cut_short(good: tuple[World, Path], place: InstallPlace, tmp_path: Path, length: int) -> None:
    world, file = good
    (tmp_path / "cut.age").write_bytes(file.read_bytes()[:length])
    _refused(tmp_path / "cut.age", place, world)


def test_a_file_with_something_behind_it(good: tuple[World, Path], place: InstallPlace, tmp_path: Path) -> None:
    world, file = good
    (tmp_path / "long.age").write_bytes(file.read_bytes() + b"\n")
    _refused(tmp_path / "long.age", place, world)


# --- by somebody who can write to the recipients, but not make the manifest fit -----------------------------------


def _first(parts: Parts, prefix: str) -> str:
    return next(name for name in parts if name.startswith(prefix))


def _flip(prefix: str, at: int = -1) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        name = _first(parts, prefix)
        data = bytearray(parts[name])
        data[at] ^= 1
        parts[name] = bytes(data)

    return change


def _drop(prefix: str) -> Callable[[Parts], None]:
    return lambda parts: parts.pop(_first(parts, prefix)) and None


def _reorder(parts: Parts) -> None:
    saved = dict(parts)
    parts.clear()
    parts["about.json"] = saved.pop("about.json")
    parts.update(dict(reversed(saved.items())))


def _exchange(parts: Parts) -> None:
    item, two = [name for name in parts if name.startswith("database/")][-2:]
    parts[item], parts[two] = parts[two], parts[item]


def _longer(prefix: str) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        parts[_first(parts, prefix)] += b"\0"

    return change


KINDS = ["instance/organisation.json", "instance/server.key", "checkpoint.txt", "database/", "evidence/", "canary.tar"]
CHANGES: dict[str, Callable[[Parts], None]] = {
    **{f"flip {kind}": _flip(kind) for kind in [*KINDS, "about.json"]},
    **{f"drop {kind}": _drop(kind) for kind in [*KINDS, "about.json"]},
    **{f"longer {kind}": _longer(kind) for kind in KINDS},
    "reorder": _reorder,
    "exchange": _exchange,
    "one more file": lambda parts: parts.update({"evidence/" + "ab" * 16: b"x"}),
    "one more part": lambda parts: parts.update({"notes.txt": b"x"}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_part_that_is_not_as_the_manifest_says(
    good: tuple[World, Path], place: InstallPlace, tmp_path: Path, name: str
) -> None:
    world, file = good
    doctored(file, tmp_path / "x.age", CHANGES[name], manifest=False)
    _refused(tmp_path / "x.age", place, world)


# --- by somebody who makes the manifest fit ------------------------------------------------------------------------


def _rows(parts: Parts, table: str) -> tuple[str, list[bytes]]:
    name = next(part for part in parts if part.startswith("database/") and f"-{table}/" in part)
    return name, list(unpae(parts[name]))


def _cut_log(parts: Parts) -> None:
    name, rows = _rows(parts, "log")
    parts[name] = pae(*rows[:-1])


def _altered_log(parts: Parts) -> None:
    name, rows = _rows(parts, "log")
    values = list(unpae(rows[3]))
    rows[3] = pae(*values[:1], b"\x012020-01-01", *values[2:])
    parts[name] = pae(*rows)


def _no_certificates(parts: Parts) -> None:
    parts.pop(_rows(parts, "certificates")[0])


def _own_pins(parts: Parts) -> None:
    """Somebody's own root and recovery keys in place of the organisation's."""
    content = json.loads(parts["instance/organisation.json"])
    content["pins"] = content["pins"][:40] + ("00" * 16) + content["pins"][72:]
    parts["instance/organisation.json"] = json.dumps(content).encode()


def _other_org(parts: Parts) -> None:
    content = json.loads(parts["instance/organisation.json"])
    content["org"] = "ab" * 16
    parts["instance/organisation.json"] = json.dumps(content).encode()


def _about(change: Callable[[dict[str, object]], object]) -> Callable[[Parts], None]:
    def apply(parts: Parts) -> None:
        content = json.loads(parts["about.json"])
        change(content)
        parts["about.json"] = json.dumps(content).encode()

    return apply


def _renamed(content: dict[str, object]) -> None:
    tables = content["tables"]
    assert isinstance(tables, list)
    tables[0]["name"] = "settings; DROP TABLE users"


def _row_twice(parts: Parts) -> None:
    name, rows = _rows(parts, "users")
    parts[name] = pae(*rows, rows[0])


def _orphan(parts: Parts) -> None:
    """Records of a vault that is not there."""
    parts.pop(_rows(parts, "vaults")[0])


FITTING: dict[str, Callable[[Parts], None]] = {
    "the log cut": _cut_log,
    "the log altered": _altered_log,
    "no certificates": _no_certificates,
    "other pins": _own_pins,
    "another organisation's folder": _other_org,
    "a newer format": _about(lambda content: content.update(format="hrd-cases backup 9")),
    "a newer revision": _about(lambda content: content.update(revision="9999")),
    "an older revision with newer tables": _about(lambda content: content.update(revision="0001")),
    "a table of another name": _about(_renamed),
    "no tables": _about(lambda content: content.update(tables=[])),
    "no day": _about(lambda content: content.update(made="2026-11-22")),
    "nonsense": _about(lambda content: content.update(tables=[1, 2])),
    "no organisation": _drop("instance/organisation.json"),
    "a row twice": _row_twice,
    "rows without their vault": _orphan,
    "a file that no row names and no id": lambda parts: parts.update({"evidence/passwd": b"x"}),
    "half a folder": lambda parts: parts.update({"instance/organisation.json": b'{"org": 1}'}),
}


@pytest.mark.parametrize("name", FITTING)
def test_a_forged_backup_whose_manifest_fits(
    good: tuple[World, Path], place: InstallPlace, tmp_path: Path, name: str
) -> None:
    world, file = good
    doctored(file, tmp_path / "x.age", FITTING[name])
    _refused(tmp_path / "x.age", place, world)


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "instance/../../x", "a" * 100, "evidence//x", "Evidence/x"])
def test_a_name_that_leads_elsewhere(good: tuple[World, Path], place: InstallPlace, tmp_path: Path, name: str) -> None:
    world, file = good
    parts = taken_apart(file)
    put_together({"about.json": parts["about.json"], name: b"x"}, tmp_path / "x.age")
    _refused(tmp_path / "x.age", place, world)
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("inside", [b"", b"hello", bytes(512), bytes(1024), bytes(5000), b"\xff" * 512])
def test_an_age_file_of_something_else(
    good: tuple[World, Path], place: InstallPlace, tmp_path: Path, inside: bytes
) -> None:
    world, _ = good
    sealed(inside, tmp_path / "x.age")
    _refused(tmp_path / "x.age", place, world)


def test_the_same_parts_put_together_again_are_accepted(
    good: tuple[World, Path], place: InstallPlace, tmp_path: Path
) -> None:
    """So that the refusals above are about what was changed, and not about how these tests put a file together."""
    world, file = good
    doctored(file, tmp_path / "x.age", lambda parts: None)
    assert restore(tmp_path / "x.age", place, world).findings == ()


# --- of an older version -------------------------------------------------------------------------------------------


def _as_of_first_version(tmp_path: Path) -> Callable[[Parts], None]:
    """What the first version would have written of the same rows: its tables, and of each its columns."""
    database = Database(f"sqlite:///{tmp_path / 'first.sqlite'}", bytes(16))
    migrate.upgrade(database, "0001")
    result = inspect(database.engine)
    columns = {
        name: [get_column["name"] for get_column in result.get_columns(name)] for name in result.get_table_names()
    }
    database.close()

    def change(parts: Parts) -> None:
        content = json.loads(parts["about.json"])
        saved, number = [], {}
        for at, table in enumerate(content["tables"]):
            if table["name"] not in columns:
                continue
            number[f"database/{at:02}-{table['name']}/"] = (len(saved), table["name"], table["columns"])
            saved.append({**table, "columns": [item for item in table["columns"] if item[0] in columns[table["name"]]]})
        before = dict(parts)
        parts.clear()
        for name, data in before.items():
            if not name.startswith("database/"):
                parts[name] = data
                continue
            place = number.get(name[:-6])
            if place is not None:
                at, table, had = place
                keep = [position for position, item in enumerate(had) if item[0] in columns[table]]
                rows = [pae(*[unpae(row)[position] for position in keep]) for row in unpae(data)]
                parts[f"database/{at:02}-{table}/{name[-6:]}"] = pae(*rows)
        parts["about.json"] = json.dumps({**content, "tables": saved, "revision": "0001"}).encode()

    return change


def test_a_backup_of_the_first_version_is_brought_to_this_one(
    good: tuple[World, Path], place: InstallPlace, tmp_path: Path
) -> None:
    world, file = good
    doctored(file, tmp_path / "old.age", _as_of_first_version(tmp_path))
    restored = restore(tmp_path / "old.age", place, world, replace(hrd_backups.WANTED, accept_damaged=True))
    assert restored.unpacked.about.revision == "0001"
    assert {finding.name for finding in restored.findings} <= {"rows"}, "the marks that the first version did not write"
    with hrd_backups.running(place) as runtime:
        assert migrate.current(runtime.database) == migrate.head()
        existing = world.people["anna"]
        session = accounts.sign_in(runtime, existing.handle, existing.passphrase, "", world.now)
        with runtime.reading(session, world.now) as ctx:
            assert cases.overview(ctx, world.strike.case).case.value.title.startswith("Strike")
